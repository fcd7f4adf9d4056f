from catalog.models import Book
from django.http import JsonResponse
from django.shortcuts import render
from django.views.generic import ListView

from .models import Note, Review


def review_list_slow(request):
    reviews = Review.objects.filter(stars__gte=1)
    return render(request, "reviews/reviews.html", {"reviews": reviews})


def review_list(request):
    reviews = Review.objects.filter(stars__gte=1).select_related("reviewer", "book__author", "category")
    return render(request, "reviews/reviews.html", {"reviews": reviews})


def review_data_slow(request):
    data = []
    for review in Review.objects.all():
        data.append({"by": review.reviewer.username, "stars": review.stars})  # expect: DJC101 reviewer
    return JsonResponse({"reviews": data})


def review_data(request):
    data = []
    for review in Review.objects.select_related("reviewer"):
        data.append({"by": review.reviewer.username, "stars": review.stars})
    return JsonResponse({"reviews": data})


def kinds_slow(request):
    reviews = Review.objects.select_related("book")
    return JsonResponse({"kinds": [review.category.label for review in reviews]})  # expect: DJC101 category


def kinds(request):
    reviews = Review.objects.select_related("category")
    return JsonResponse({"kinds": [review.category.label for review in reviews]})


def notes_slow(request):
    lines = []
    for note in Note.objects.all():
        lines.append(f"{note.text}: {note.target.title}")  # expect: DJC107 target
    return JsonResponse({"notes": lines})


def notes(request):
    lines = []
    for note in Note.objects.prefetch_related("target"):
        lines.append(f"{note.text}: {note.target.title}")
    return JsonResponse({"notes": lines})


def noted_books_slow(request):
    found = {}
    for book in Book.objects.all():
        found[book.title] = [note.text for note in book.notes.all()]  # expect: DJC102 notes
    return JsonResponse(found)


def noted_books(request):
    found = {}
    for book in Book.objects.prefetch_related("notes"):
        found[book.title] = [note.text for note in book.notes.all()]
    return JsonResponse(found)


class NoteListSlow(ListView):
    model = Note
    template_name = "reviews/notes.html"


class NoteList(ListView):
    queryset = Note.objects.prefetch_related("target")
    template_name = "reviews/notes.html"
