"""Class-based lists: what they read is only visible through Django's generic views."""

from django.views.generic import CreateView, DetailView, ListView
from reviews.models import Review

from .forms import ReviewForm
from .models import Book, Publisher


class PublishedMixin:
    def get_queryset(self):
        return super().get_queryset().filter(published=True)


class PeopleMixin:
    def get_queryset(self):
        return super().get_queryset().select_related("author", "publisher")


class BookListSlow(PublishedMixin, ListView):
    model = Book
    template_name = "catalog/book_list.html"


class BookList(PeopleMixin, PublishedMixin, ListView):
    model = Book
    template_name = "catalog/book_list.html"


class PricedBooksSlow(ListView):
    queryset = Book.objects.order_by("price", "pk")
    context_object_name = "priced"
    paginate_by = 100
    template_name = "catalog/priced.html"


class PricedBooks(ListView):
    queryset = Book.eager.order_by("price", "pk")
    context_object_name = "priced"
    paginate_by = 100
    template_name = "catalog/priced.html"


class PublisherListSlow(ListView):
    """Its template is found by Django's own rule: catalog/publisher_list.html."""

    model = Publisher

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["newest"] = Book.objects.order_by("-pk")
        return context


class PublisherList(ListView):
    queryset = Publisher.objects.select_related("country").prefetch_related("book_set")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["newest"] = Book.objects.select_related("author").order_by("-pk")
        return context


class BookDetail(DetailView):
    """One book on one page: reading its author once is fine."""

    model = Book
    template_name = "catalog/book_detail.html"


class NewReviewSlow(CreateView):
    """A form made of the model's fields: all books are offered by their `__str__`."""

    model = Review
    fields = ["book", "stars"]
    template_name = "catalog/order.html"


class NewReview(CreateView):
    form_class = ReviewForm
    template_name = "catalog/order.html"
