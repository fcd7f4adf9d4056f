from django.db import models
from django.http import HttpResponse
from django.shortcuts import render
from modelcluster.fields import ParentalKey
from wagtail.models import Page


class Publisher(models.Model):
    name = models.CharField(max_length=100)


class Book(models.Model):
    title = models.CharField(max_length=100)
    publisher = models.ForeignKey(Publisher, on_delete=models.CASCADE)
    printer = models.ForeignKey(Publisher, on_delete=models.CASCADE, related_name="printed")
    seller = models.ForeignKey(Publisher, on_delete=models.CASCADE, related_name="sold")
    buyer = models.ForeignKey(Publisher, on_delete=models.CASCADE, related_name="bought")


class ShopPage(Page):
    class Meta:
        abstract = True

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["books"] = Book.objects.all()
        return context


class BookShelfPage(ShopPage):
    pass


class Placement(models.Model):
    page = ParentalKey(BookShelfPage, related_name="placements", on_delete=models.CASCADE)
    book = models.ForeignKey(Book, on_delete=models.CASCADE)


class NamedPage(ShopPage):
    template = "shop/named.html"
    context_object_name = "shelf"
    featured = models.ManyToManyField(Book)


class JoinedPage(Page):
    def get_context(self, request, *args, **kwargs):
        books = Book.objects.select_related("publisher")
        return {**super().get_context(request, *args, **kwargs), "books": books}


class ChosenPage(ShopPage):
    def get_template(self, request, *args, **kwargs):
        return "shop/chosen.html"

    def serve(self, request, *args, **kwargs):
        if request.GET.get("plain"):
            return HttpResponse(self.title)
        return super().serve(request, *args, **kwargs)


class RenderingPage(ShopPage):
    template = "shop/rendered.html"

    def serve(self, request, *args, **kwargs):
        return render(request, self.get_template(request), self.get_context(request))


class SilentPage(ShopPage):
    template = "shop/silent.html"

    def serve(self, request, *args, **kwargs):
        return HttpResponse(self.title)
