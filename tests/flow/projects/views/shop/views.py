from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import get_template, render_to_string
from django.template.response import TemplateResponse
from django.views.generic import CreateView, DetailView, ListView, TemplateView, UpdateView, View
from django_filters import FilterSet

from shop.models import Author, Book


def context_of(books):
    context = {"a": books}
    context.update(b=books)
    context["c"] = books
    return context | dict(d=books)


def built(request):
    return render(request, "shop/built.html", context_of(Book.objects.filter(title="x")))


def responded(request):
    return TemplateResponse(request, "shop/responded.html", {"books": Book.objects.all()})


def as_text(request):
    return HttpResponse(render_to_string("shop/as_text.html", {"books": Book.objects.all()}))


def got(request):
    template = get_template("shop/got.html")
    books = Book.objects.all()
    return HttpResponse(template.render(locals(), request))


def one_of_two(request):
    name = "shop/one.html" if request.GET else "shop/two.html"
    return render(request, name, {"books": Book.objects.all()})


def paged(request):
    page = Paginator(Book.objects.all(), 10).get_page(1)
    return render(request, "shop/paged.html", {"page": page})


def paged_well(request):
    page = Paginator(Book.objects.all(), 10).get_page(1)
    page.object_list = page.object_list.select_related("author")
    return render(request, "shop/paged_well.html", {"page": page})


def listed_well(request):
    books = list(Book.objects.all())
    prefetch_related_objects(books, "author")
    return render(request, "shop/paged_well.html", {"page": books})


class InClass(View):
    def get(self, request):
        return render(request, "shop/in_class.html", {"books": Book.objects.all()})


class BookList(ListView):
    model = Book


class Chosen(ListView):
    queryset = Book.objects.order_by("title")
    context_object_name = "chosen"
    template_name = "shop/chosen.html"
    paginate_by = 20


class Titled:
    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["first"] = self.object_list.first()
        return context


class Computed(Titled, ListView):
    template_name = "shop/computed.html"

    def get_queryset(self):
        return Book.objects.filter(title=self.kwargs["title"])

    def get_context_data(self, **kwargs):
        context = super().get_context_data(extra=Author.objects.all(), **kwargs)
        context["again"] = context["object_list"]
        return context


class Well(ListView):
    model = Book
    template_name = "shop/well.html"

    def get_queryset(self):
        return super().get_queryset().select_related("author")


class BookDetail(DetailView):
    model = Book


class AuthorUpdate(UpdateView):
    model = Author
    template_name_suffix = "_change"


class BookCreate(CreateView):
    model = Book
    template_name = "shop/create.html"
    extra_context = {"others": Book.objects.all()}


class Front(TemplateView):
    template_name = "shop/front.html"

    def books(self):
        return Book.objects.all()


class OwnGet(ListView):
    model = Book
    template_name = "shop/own_get.html"

    def get(self, request, *args, **kwargs):
        self.object_list = self.get_queryset()
        return self.render_to_response(self.get_context_data(heading="x"))


class Exported(OwnGet):
    """`self.object_list` is there once the base view has answered."""

    template_name = "shop/well.html"

    def get_queryset(self):
        return super().get_queryset().select_related("author", "editor")

    def get(self, request, *args, **kwargs):
        response = ListView.get(self, request, *args, **kwargs)
        return response if response.is_rendered else self.table(self.get_paginator(queryset=self.object_list, per_page=9))

    def table(self, paginator):
        return HttpResponse([book.publisher.name for book in paginator.page(1)])  # expect: DJC101 publisher


class AuthorRenamed(UpdateView):
    model = Author
    fields = ["name"]
    template_name = "shop/author_change.html"

    def form_valid(self, form):
        titles = [f"{book.title}, {book.publisher}" for book in self.object.books.all()]  # expect: DJC101 publisher
        return HttpResponse(titles)


def by_default(request, template_name="shop/by_default.html"):
    return render(request, template_name, {"books": Book.objects.all()})


class BookFilter(FilterSet):
    class Meta:
        model = Book
        fields = ["title"]


def filtered(request):
    books = BookFilter(request.GET, queryset=Book.objects.all())
    return render(request, "shop/filtered.html", {"page": Paginator(books, 10).page(1)})


def joined_in_turns(request):
    """Names take the place of "all that must be", and the other way round."""
    joined = Book.objects.select_related().select_related("author")
    everything = Book.objects.select_related("editor").select_related()
    return render(request, "shop/joined.html", {"joined": joined, "everything": everything})


class Shared(View):
    template = None
    rows = None

    def get(self, request):
        return render(request, self.template, {"rows": self.rows})


class SharedBooks(Shared):
    template = "shop/shared.html"
    rows = Book.objects.all()
