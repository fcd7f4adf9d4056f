"""Generic foreign keys that are there, or read once."""

from shop.models import Note


def prefetched():
    for note in Note.objects.prefetch_related("subject"):
        print(note.subject)


def columns():
    return [(note.content_type_id, note.object_id) for note in Note.objects.all()]


def single(pk):
    return Note.objects.get(pk=pk).subject
