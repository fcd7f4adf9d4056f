"""Two admin sites over the same models: one as first written, one as mended."""

from django.contrib import admin
from reviews.models import Category, Review

from .models import Book, Publisher, Shelf

slow_site = admin.AdminSite(name="slow_admin")


class BookAdminSlow(admin.ModelAdmin):
    """Django joins the non-null `author` by itself because a foreign key is among the columns; `publisher` it skips."""

    list_display = [
        "title",
        "author",
        "publisher",  # next: DJC101 publisher
        "country",
    ]

    def country(self, book):
        return book.author.country.name  # next: DJC101 author__country


@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    list_display = ["title", "author", "publisher", "country"]
    list_select_related = ["author__country", "publisher"]

    @admin.display(description="Country")
    def country(self, book):
        return book.author.country.name


@admin.register(Publisher, site=slow_site)
class PublisherAdminSlow(admin.ModelAdmin):
    list_display = ["name", "number_of_books"]

    def number_of_books(self, publisher):
        return publisher.book_set.count()  # next: DJC102 book_set


@admin.register(Publisher)
class PublisherAdmin(admin.ModelAdmin):
    """A non-null foreign key as a column: Django's changelist joins it unasked."""

    list_display = ["name", "country", "number_of_books"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("book_set")

    def number_of_books(self, publisher):
        return publisher.book_set.count()


class ReviewAdminSlow(admin.ModelAdmin):
    list_display = ["__str__", "stars"]


@admin.register(Review)
class ReviewAdmin(admin.ModelAdmin):
    list_display = ["__str__", "stars"]
    list_select_related = ["book"]


def books_on_shelf(shelf):
    return ", ".join(book.title for book in shelf.books.all())  # next: DJC102 books


class ShelfAdminSlow(admin.ModelAdmin):
    """Each row's form fetches all users anew; the change form offers all books by their `__str__`."""

    list_display = [
        "name",
        books_on_shelf,
        "created_by",  # next: DJC101 created_by
    ]
    list_editable = ["created_by"]  # next: DJC103


@admin.register(Shelf)
class ShelfAdmin(admin.ModelAdmin):
    list_display = ["name", books_on_shelf, "created_by"]
    list_select_related = ["created_by"]
    raw_id_fields = ["books", "created_by"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("books")


class ReviewInlineSlow(admin.TabularInline):
    """Each row offers all users, and shows what it reads of its book: one hop more than was joined."""

    model = Review
    fields = ["stars", "reviewer", "publisher"]  # next: DJC103
    readonly_fields = ["publisher"]
    extra = 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("book")

    def publisher(self, review):
        return review.book.publisher.name  # next: DJC101 book__publisher


class ReviewInline(admin.TabularInline):
    model = Review
    fields = ["stars", "reviewer", "publisher"]
    readonly_fields = ["reviewer", "publisher"]
    extra = 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("book__publisher", "reviewer")

    def publisher(self, review):
        return review.book.publisher.name


class LockedReviewInlineSlow(admin.StackedInline):
    """Nobody may change these rows, so that their fields are shown as text, beside their `__str__`."""

    model = Review
    fields = [
        "stars",
        "reviewer",  # next: DJC101 reviewer
    ]

    def has_change_permission(self, request, obj=None):
        return False


class LockedReviewInline(LockedReviewInlineSlow):
    def get_queryset(self, request):
        return super().get_queryset(request).select_related("book", "reviewer")


class CategoryAdminSlow(admin.ModelAdmin):
    inlines = [ReviewInlineSlow, LockedReviewInlineSlow]


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    inlines = [ReviewInline, LockedReviewInline]


slow_site.register(Book, BookAdminSlow)
slow_site.register(Category, CategoryAdminSlow)
slow_site.register(Review, ReviewAdminSlow)
slow_site.register(Shelf, ShelfAdminSlow)
