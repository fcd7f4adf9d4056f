"""Generic foreign keys read per row."""

from shop.models import Note


def plain():
    for note in Note.objects.all():
        print(note.subject)  # expect: DJC107 subject


def comprehended():
    return [note.subject for note in Note.objects.filter(text="x") if note.text]  # expect: DJC107 subject


def described(note: Note):
    return f"{note.text}: {note.subject}"  # expect: DJC107 subject


def through_a_call():
    return [described(note) for note in Note.objects.exclude(text="")]
