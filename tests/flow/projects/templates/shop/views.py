from django.shortcuts import render

from shop.models import Author, Book


def bad_page(request):
    return render(request, "shop/bad.html", {"books": Book.objects.all()})


def bad_tags(request):
    return render(request, "shop/bad_tags.html", {"books": Book.objects.all()})


def bad_names(request):
    return render(request, "shop/bad_names.html", {"rows": Book.objects.all()})


def bad_groups(request):
    return render(request, "shop/bad_groups.html", {"books": Book.objects.all()})


def bad_filters(request):
    return render(request, "shop/bad_filters.html", {"authors": Author.objects.all(), "books": Book.objects.all()})


def bad_cached(request):
    return render(request, "shop/bad_cached.html", {"books": Book.objects.all()})


def bad_printed(request):
    return render(request, "shop/bad_printed.html", {"books": Book.objects.all()})


def bad_shelves(request):
    return render(request, "shop/bad_shelves.html", {"author": Author.objects.get(pk=1)})


def bad_jinja(request):
    return render(request, "bad.jinja", {"books": Book.objects.all()})


def good_page(request):
    books = Book.objects.select_related("author__country", "publisher", "editor").prefetch_related("tags")
    return render(request, "shop/good.html", {"books": books, "first": books[:3]})


def good_detail(request, pk):
    return render(request, "shop/good_detail.html", {"book": Book.objects.get(pk=pk)})


def good_jinja(request):
    books = Book.objects.select_related("author", "publisher").prefetch_related("tags")
    return render(request, "good.jinja", {"books": books})


def good_joined(request):
    books = Book.objects.select_related("author", "author__country").prefetch_related("author__books", "tags")
    return render(request, "shop/good_joined.html", {"books": books})


def good_children(request):
    return render(request, "shop/good_children.html", {"author": Author.objects.get(pk=1)})
