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


def with_a_mark(notes):
    for note in notes:
        setattr(note, "mark", "!")
    return notes


def marked():
    for note in with_a_mark(list(Note.objects.all())):
        print(note.mark, note.subject)  # expect: DJC107 subject


def elsewhere(notes, settings, names):
    for name in names:
        setattr(settings, name, None)
    return len(notes)


def other_rows_are_given(names, settings):
    notes = list(Note.objects.all())
    elsewhere(notes, settings, names)
    for note in notes:
        print(note.subject)  # expect: DJC107 subject
