from django.contrib.sitemaps import Sitemap
from django.contrib.syndication.views import Feed

from .models import Book


class NewBooksFeedSlow(Feed):
    title = "New books"
    link = "/books/"
    description = "What came in lately."

    def items(self):
        return Book.objects.order_by("-pk")

    def item_title(self, item):
        return item.title

    def item_description(self, item):
        return f"{item.category.name}, {item.price}"  # next: DJC101 category


class NewBooksFeed(NewBooksFeedSlow):
    def items(self):
        return Book.eager.order_by("-pk")


class BookSitemapSlow(Sitemap):
    changefreq = "weekly"

    def items(self):
        return Book.objects.published()

    def location(self, item):
        return f"/{item.category.slug}/{item.pk}/"  # next: DJC101 category


class BookSitemap(BookSitemapSlow):
    def items(self):
        return Book.eager.filter(published=True)
