"""Generic foreign keys that are there, or read once."""

from shop.models import Note


def prefetched():
    for note in Note.objects.prefetch_related("subject"):
        print(note.subject)


def columns():
    return [(note.content_type_id, note.object_id) for note in Note.objects.all()]


def single(pk):
    return Note.objects.get(pk=pk).subject


def with_relations(notes, names):
    """A prefetch by hand."""
    for name in names:
        found = {note.pk: note.text for note in notes}
        for note in notes:
            setattr(note, name, found[note.pk])
    return notes


def prefetched_by_hand(names):
    for note in with_relations(list(Note.objects.all()), names):
        print(note.subject)
