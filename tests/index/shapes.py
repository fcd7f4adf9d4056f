"""Ways to declare models, each of which stock Django can run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HEAD = """\
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models
"""


@dataclass(frozen=True)
class Shape:
    name: str
    sources: Mapping[str, str]
    apps: tuple[str, ...] = ("shop",)


def shop(name: str, body: str) -> Shape:
    return Shape(name, {"shop/__init__.py": "", "shop/models.py": HEAD + body})


TARGETS = shop(
    "every way to name a target",
    """
User = get_user_model()
OWNER = settings.AUTH_USER_MODEL
SHELF = "shop.Shelf"
APP = "shop"

class Author(models.Model):
    mentor = models.ForeignKey("self", null=True, on_delete=models.CASCADE)
    shelf = models.ForeignKey("Shelf", models.PROTECT, related_name="writers")
    spare = models.ForeignKey(SHELF, models.PROTECT, related_name="spare_writers")
    built = models.ForeignKey(APP + ".Shelf", models.PROTECT, related_name="built_writers")
    formatted = models.ForeignKey(f"{APP}.Shelf", models.PROTECT, related_name="formatted_writers")
    percent = models.ForeignKey("%s.Shelf" % APP, models.PROTECT, related_name="percent_writers")

class Shelf(models.Model):
    keeper = models.ForeignKey(to=Author, on_delete=models.CASCADE)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, blank=True, null=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="shelves")
    other = models.ForeignKey(OWNER, models.CASCADE, related_name="other_shelves")
    called = models.ForeignKey(get_user_model(), models.CASCADE, related_name="+")
    labelled = models.ForeignKey("auth.User", models.CASCADE, related_name="labelled")
    guessed = models.ForeignKey(getattr(settings, "SHELF_MODEL", "shop.Shelf"), models.CASCADE, related_name="g")
    kind = models.ForeignKey(ContentType, models.CASCADE)
""",
)

NAMES = shop(
    "related names",
    """
class Book(models.Model):
    pass

class Hidden(models.Model):
    book = models.ForeignKey(Book, models.CASCADE, related_name="+")
    other = models.ForeignKey(Book, models.CASCADE, related_name="hidden_%(class)s+")

class Named(models.Model):
    book = models.ForeignKey(Book, models.CASCADE, related_name="names", related_query_name="naming")

class Asked(models.Model):
    book = models.ForeignKey(Book, models.CASCADE, related_query_name="asking")

class Base(models.Model):
    book = models.ForeignKey(
        Book, models.CASCADE, related_name="%(app_label)s_%(class)ss", related_query_name="%(app_label)s_%(class)s"
    )
    class Meta:
        abstract = True

class FirstChild(Base):
    pass

class SecondChild(Base):
    pass

class DefaultNamed(models.Model):
    book = models.ForeignKey(Book, models.CASCADE)
    own = models.ForeignKey(Book, models.CASCADE, related_name="owned")
    class Meta:
        default_related_name = "defaults_%(model_name)s"

class DefaultBase(models.Model):
    book = models.ForeignKey(Book, models.CASCADE)
    class Meta:
        abstract = True
        default_related_name = "%(class)s_from_base"

class InheritsDefault(DefaultBase):
    pass

class OverridesMeta(DefaultBase):
    class Meta:
        ordering = ["pk"]

class ExtendsMeta(DefaultBase):
    class Meta(DefaultBase.Meta):
        ordering = ["pk"]
""",
)

MANY = shop(
    "many to many",
    """
class Tag(models.Model):
    pass

class Person(models.Model):
    friends = models.ManyToManyField("self")
    follows = models.ManyToManyField("self", symmetrical=False, related_name="followers")
    tags = models.ManyToManyField(Tag)
    hidden = models.ManyToManyField(Tag, related_name="+")
    teams = models.ManyToManyField("Team", through="Membership", through_fields=("person", "team"))

class Team(models.Model):
    leaders = models.ManyToManyField(to=Person, related_name="leads", blank=True)

class Membership(models.Model):
    person = models.ForeignKey(Person, models.CASCADE)
    team = models.ForeignKey(Team, models.CASCADE)
    inviter = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="invited")

class Club(models.Model):
    members = models.ManyToManyField(Person, through="ClubMember")

class ClubMember(models.Model):
    club = models.ForeignKey(Club, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)
""",
)

ONE = shop(
    "one to one and keys",
    """
class Place(models.Model):
    code = models.CharField(max_length=5, unique=True)

class Profile(models.Model):
    place = models.OneToOneField(Place, models.CASCADE)
    deputy = models.OneToOneField(Place, models.CASCADE, null=True, related_name="deputy_of")

class Keyed(models.Model):
    place = models.OneToOneField(Place, models.CASCADE, primary_key=True)

class Coded(models.Model):
    place = models.ForeignKey(Place, models.CASCADE, to_field="code")
    by_id = models.ForeignKey(Place, models.CASCADE, to_field="id", related_name="+")
    keyed = models.ForeignKey(Keyed, models.CASCADE)

class Slugged(models.Model):
    slug = models.SlugField(primary_key=True)

class Pointing(models.Model):
    slugged = models.ForeignKey(Slugged, models.CASCADE)

class Dated(models.Model):
    day = models.DateField()

    class Meta:
        abstract = True
        unique_together = ("place", "day")

class Visit(Dated):
    place = models.ForeignKey(Place, models.CASCADE, unique=False)
    number = models.IntegerField()

    class Meta(Dated.Meta):
        constraints = [
            models.UniqueConstraint(fields=["number", "place"], name="numbered"),
            models.UniqueConstraint(fields=["day"], condition=models.Q(number=1), name="first"),
        ]

class LongVisit(Visit):
    place_again = models.ForeignKey(Place, models.CASCADE, unique=True, related_name="+")

class Seen(Visit):
    class Meta:
        proxy = True
""",
)

INHERITANCE = shop(
    "multi-table inheritance",
    """
class Owner(models.Model):
    pass

class Place(models.Model):
    name = models.CharField(max_length=5)
    owner = models.ForeignKey(Owner, models.CASCADE)
    neighbours = models.ManyToManyField("self")

class Review(models.Model):
    place = models.ForeignKey(Place, models.CASCADE)

class Restaurant(Place):
    chef = models.ForeignKey(Owner, models.CASCADE, related_name="kitchens")

class Bar(Place):
    pass

class Diner(Restaurant):
    pass

class Linked(Place):
    the_place = models.OneToOneField(Place, models.CASCADE, parent_link=True, related_name="link")

class Menu(models.Model):
    restaurant = models.ForeignKey(Restaurant, models.CASCADE)
    bar = models.OneToOneField("Bar", models.CASCADE)

class Extra(models.Model):
    extra_id = models.AutoField(primary_key=True)
    class Meta:
        abstract = True

class Both(Extra, Place):
    pass

class AbstractOfPlace(Place):
    more = models.ForeignKey(Owner, models.CASCADE, related_name="%(class)s_more")
    class Meta:
        abstract = True

class FromAbstract(AbstractOfPlace):
    pass

class Second(models.Model):
    second_id = models.AutoField(primary_key=True)

class TwoParents(Place, Second):
    pass
""",
)

PROXIES = shop(
    "proxies",
    """
class Person(models.Model):
    boss = models.ForeignKey("self", models.CASCADE, null=True)

class Worker(Person):
    class Meta:
        proxy = True

class Manager(Worker):
    objects = models.Manager()
    managers = models.Manager()
    class Meta:
        proxy = True

class Desk(models.Model):
    person = models.ForeignKey(Person, models.CASCADE)
    worker = models.ForeignKey(Worker, models.CASCADE, related_name="worker_desks")

class Employee(Person):
    pass

class EmployeeProxy(Employee):
    class Meta:
        proxy = True
""",
)

ABSTRACT = shop(
    "abstract bases, mixins and overrides",
    """
class Other(models.Model):
    pass

class PlainMixin:
    label = models.CharField(max_length=5)
    shadowed = None

class Stamped(models.Model):
    created_by = models.ForeignKey(Other, models.CASCADE, related_name="%(class)s_created")
    removed = models.ForeignKey(Other, models.CASCADE, related_name="%(class)s_removed")
    shadowed = models.CharField(max_length=5)
    class Meta:
        abstract = True

class Titled(models.Model):
    title = models.CharField(max_length=5)
    created_by = models.OneToOneField(Other, models.CASCADE, related_name="%(class)s_titled")
    class Meta:
        abstract = True

class StampedTitled(Stamped, Titled):
    class Meta:
        abstract = True

class TitledStamped(Titled, Stamped):
    class Meta(Stamped.Meta):
        abstract = True

class One(StampedTitled):
    removed = None

class Two(TitledStamped):
    removed = models.ManyToManyField(Other)

class Three(PlainMixin, Stamped):
    title = property(lambda self: "")

class Four(Stamped, PlainMixin):
    def removed(self):
        pass

class BaseMeta:
    abstract = True

class Five(models.Model):
    five = models.ForeignKey(Other, models.CASCADE)
    class Meta(BaseMeta):
        pass

class Six(Five):
    pass

class SelfReferring(models.Model):
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    sibling = models.ForeignKey("Seven", models.CASCADE, null=True, related_name="%(class)s_siblings")
    class Meta:
        abstract = True

class Seven(SelfReferring):
    pass

class Eight(SelfReferring):
    pass
""",
)

GENERIC = shop(
    "generic relations",
    """
class Item(models.Model):
    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveIntegerField()
    content_object = GenericForeignKey()
    other_type = models.ForeignKey(ContentType, models.CASCADE, null=True, related_name="others")
    other_id = models.PositiveIntegerField(null=True)
    other = GenericForeignKey("other_type", fk_field="other_id")

class Base(models.Model):
    items = GenericRelation(Item)
    class Meta:
        abstract = True

class Book(Base):
    others = GenericRelation("Item", "other_id", "other_type", related_query_name="book")

class Film(Base):
    title = models.CharField(max_length=5)

class LongFilm(Film):
    pass

class AbstractItem(models.Model):
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="%(class)s_items")
    object_id = models.PositiveIntegerField()
    target = GenericForeignKey("content_type", "object_id")
    class Meta:
        abstract = True

class Note(AbstractItem):
    pass
""",
)

MANAGERS = shop(
    "managers",
    """
from shop.managers import ByFactory, MadeManager, Narrow, Plain, Reader, ReaderQuerySet

class Simple(models.Model):
    pass

class Called(models.Model):
    objects = Plain()

class Several(models.Model):
    readers = ReaderQuerySet.as_manager()
    objects = models.Manager()
    narrow = Narrow()

class Factories(models.Model):
    objects = Plain.from_queryset(ReaderQuerySet)()
    second = models.Manager.from_queryset(ReaderQuerySet, "Named")()
    made = MadeManager()
    by_class = ByFactory()

class Base(models.Model):
    inherited = Reader()
    class Meta:
        abstract = True

class Inherits(Base):
    pass

class InheritsAndAdds(Base):
    objects = models.Manager()

class Chosen(models.Model):
    objects = models.Manager()
    readers = Reader()
    class Meta:
        default_manager_name = "readers"

class InheritsChosen(Chosen):
    pass

class SecondBase(models.Model):
    second = Narrow()
    objects = Plain()
    class Meta:
        abstract = True

class TwoBases(Base, SecondBase):
    pass

class TwoBasesReversed(SecondBase, Base):
    pass

class FromConcrete(Several):
    pass

class ImportsInside(models.Model):
    from shop.managers import Reader as Inside
    objects = Inside()
""",
)
MANAGERS = Shape(
    MANAGERS.name,
    {
        **MANAGERS.sources,
        "shop/managers.py": """
from django.db import models
from django.db.models.manager import BaseManager, Manager

class ReaderQuerySet(models.QuerySet):
    def readable(self):
        return self.filter(pk__gt=0)

class Plain(models.Manager):
    pass

class Reader(models.Manager):
    def get_queryset(self):
        return ReaderQuerySet(self.model, using=self._db)

class Narrow(Manager.from_queryset(ReaderQuerySet)):
    def get_queryset(self):
        return super().get_queryset().filter(pk=1)

class ByFactory(BaseManager.from_queryset(ReaderQuerySet)):
    pass

MadeManager = models.Manager.from_queryset(ReaderQuerySet)
""",
    },
)

FIELDS = shop(
    "fields of the project's own classes",
    """
class MyForeignKey(models.ForeignKey):
    pass

class MyOneToOne(models.OneToOneField):
    pass

class MyMany(models.ManyToManyField):
    pass

class MyText(models.TextField):
    pass

class Target(models.Model):
    if True:
        conditional = models.TextField()
    try:
        tried = models.TextField()
    except ImportError:
        pass

class Holder(models.Model):
    key = MyForeignKey(Target, models.CASCADE)
    one = MyOneToOne(Target, models.CASCADE, related_name="one")
    many = MyMany(Target, related_name="many")
    text = MyText()
    annotated: "models.ForeignKey[Target]" = models.ForeignKey(Target, models.CASCADE, related_name="annotated")

def title(self):
    return ""

Holder.add_to_class("added", models.ForeignKey(Target, models.CASCADE, related_name="added_to"))
Holder.title = title
""",
)

APPS = Shape(
    "apps, labels and modules",
    {
        "project/__init__.py": "",
        "project/shop/__init__.py": "",
        "project/shop/apps.py": """
from django.apps import AppConfig

class ShopConfig(AppConfig):
    name = "project.shop"
    label = "store"
""",
        "project/shop/models/__init__.py": "from .books import *\nfrom .people import Person as _Person\n",
        "project/shop/models/books.py": """
from django.db import models as orm

from .base import Named as Base

__all__ = ["Book"]

class Book(Base):
    writer = orm.ForeignKey("Person", orm.CASCADE)
    loan = orm.ForeignKey("lending.Loan", orm.CASCADE, null=True, related_name="%(app_label)s_books")
""",
        "project/shop/models/base.py": """
from django.db.models import CharField, Model

class Named(Model):
    name = CharField(max_length=5)
    class Meta:
        abstract = True
""",
        "project/shop/models/people.py": """
import django.db.models
import project.shop.models.base as base

class Person(base.Named):
    friend = django.db.models.ForeignKey("store.Person", django.db.models.CASCADE)
""",
        "project/lending/__init__.py": "",
        "project/lending/models.py": """
from django.db import models
from project.shop import models as shop
from project.shop.models.people import Person

class Loan(models.Model):
    book = models.ForeignKey(shop.Book, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)

class Elsewhere(models.Model):
    loan = models.ForeignKey("lending.Loan", models.CASCADE)
    class Meta:
        app_label = "store"
""",
    },
    ("project.shop", "project.lending"),
)

SHAPES = [TARGETS, NAMES, MANY, ONE, INHERITANCE, PROXIES, ABSTRACT, GENERIC, MANAGERS, FIELDS, APPS]

USERS = {
    "people/__init__.py": "",
    "people/models.py": HEAD
    + """
from django.contrib.auth.models import AbstractUser, UserManager

class MemberManager(UserManager):
    pass

class Member(AbstractUser):
    boss = models.ForeignKey("self", models.SET_NULL, null=True)
    objects = MemberManager()

class Badge(models.Model):
    member = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE)
""",
}
