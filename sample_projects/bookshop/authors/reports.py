"""Lists of authors for the yearly almanac."""

from django.db.models import Count

from .models import Author


def countries_slow():
    return [author.country_name for author in Author.objects.all()]


def countries():
    return [author.country_name for author in Author.objects.select_related("country")]


def shelf_marks_slow():
    marks = []
    for author in Author.objects.order_by("name"):
        marks.append(author.shelf_mark())
    return marks


def shelf_marks():
    marks = []
    for author in Author.objects.select_related("country").order_by("name"):
        marks.append(author.shelf_mark())
    return marks


def mentors_slow():
    pairs = {}
    for author in Author.objects.filter(mentor__isnull=False):
        pairs[author.name] = author.mentor.name  # expect: DJC101 mentor
    return pairs


def mentors():
    pairs = {}
    for author in Author.objects.filter(mentor__isnull=False).select_related("mentor"):
        pairs[author.name] = author.mentor.name
    return pairs


def grand_mentors_slow():
    lines = []
    for author in Author.objects.select_related("mentor").filter(mentor__mentor__isnull=False):
        lines.append(f"{author.name} < {author.mentor.mentor.name}")  # expect: DJC101 mentor__mentor
    return lines


def grand_mentors():
    lines = []
    for author in Author.objects.select_related("mentor__mentor").filter(mentor__mentor__isnull=False):
        lines.append(f"{author.name} < {author.mentor.mentor.name}")
    return lines


def with_biography_slow():
    found = []
    for author in Author.objects.all():
        if hasattr(author, "biography"):  # expect: DJC101 biography
            found.append([author.name, author.biography.text])
    return found


def with_biography():
    found = []
    for author in Author.objects.select_related("biography"):
        if hasattr(author, "biography"):
            found.append([author.name, author.biography.text])
    return found


def biographies_slow():
    return [author.biography.text for author in Author.objects.exclude(biography=None)]  # expect: DJC101 biography


def biographies():
    authors = Author.objects.exclude(biography=None).select_related("biography")
    return [author.biography.text for author in authors]


def pupils_slow():
    lines = []
    for author in Author.objects.all():
        names = [pupil.name for pupil in author.pupils.all()]  # expect: DJC102 pupils
        lines.append(f"{author.name}: {', '.join(names)}")
    return lines


def pupils():
    lines = []
    for author in Author.objects.prefetch_related("pupils"):
        names = [pupil.name for pupil in author.pupils.all()]
        lines.append(f"{author.name}: {', '.join(names)}")
    return lines


def pupils_of_mentor():
    """The pupils came from the mentor: their mentor is known and costs nothing."""
    lines = []
    for author in Author.objects.prefetch_related("pupils"):
        for pupil in author.pupils.all():
            lines.append(f"{pupil.name} learns from {pupil.mentor.name}")
    return lines


def pupils_of_mentor_slow():
    lines = []
    for author in Author.objects.all():
        for pupil in author.pupils.all():  # expect: DJC102 pupils
            lines.append(f"{pupil.name} learns from {pupil.mentor.name}")
    return lines


def pupil_counts_slow():
    return {author.name: author.pupils.count() for author in Author.objects.all()}  # expect: DJC102 pupils


def pupil_counts():
    return {author.name: author.number for author in Author.objects.annotate(number=Count("pupils"))}


def bibliography_slow():
    return {author.name: author.titles() for author in Author.objects.all()}


def bibliography():
    return {author.name: author.titles() for author in Author.objects.prefetch_related("books")}


def published_bibliography_slow():
    return {author.name: author.published_titles() for author in Author.objects.all()}


def published_bibliography():
    result = {}
    for author in Author.objects.prefetch_related("books"):
        result[author.name] = [book.title for book in author.books.all() if book.published]
    return result
