"""Columns that are there."""

from django.db import models

from shop.models import Book


def those_asked_for():
    for book in Book.objects.only("title", "pages", "author"):
        print(book.pk, book.title, book.pages, book.author_id)


def others_left_out():
    for book in Book.objects.defer("blurb"):
        print(book.title, book.pages)


def all_of_them():
    for book in Book.objects.defer("blurb").defer(None):
        print(book.blurb)


def single(pk):
    return Book.objects.only("title").get(pk=pk).blurb


def peers():
    for book in Book.objects.only("title").fetch_mode(models.FETCH_PEERS):
        print(book.blurb)


def annotated():
    for book in Book.objects.only("title").annotate(size=models.F("pages")):
        print(book.size)


def written():
    for book in Book.objects.only("title"):
        book.blurb = ""
