"""The code of a generated app: of each module what it begins with, and what it has for each entity."""

MODELS = (
    """\
from django.db import models
""",
    """
class {E}QuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed=False)

    def with_parent(self):
        return self.select_related("parent")


class {E}(models.Model):
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    closed = models.BooleanField(default=False)
    amount = models.IntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)
    parent = models.ForeignKey("{parent}", null=True, on_delete=models.CASCADE, related_name="{e}_children")
    owner = models.ForeignKey("auth.User", on_delete=models.CASCADE)
    tags = models.ManyToManyField("{tag}", related_name="{e}_tagged")

    objects = {E}QuerySet.as_manager()

    class Meta:
        ordering = ["title"]

    def __str__(self):
        return f"{{self.title}} ({{self.amount}})"

    @property
    def path(self):
        return f"{{self.parent.title}} / {{self.title}}" if self.parent_id else self.title

    def total(self):
        return sum(tag.pk for tag in self.tags.all())
""",
)

SERVICES = (
    """\
import logging

from django.db import connection

from {app}.models import *
from {base}.services import shared

log = logging.getLogger(__name__)
LIMIT = 1000


def notify(entity, user):
    log.info("%s closed by %s", entity.title, user.username)


def shared_owners(queryset):
    return shared(queryset)
""",
    """
def {e}_summary(queryset):
    found = []
    for each in queryset:
        found.append(each.owner.username)
    return {{"owners": sorted(set(found)), "count": len(queryset)}}


def {e}_amounts(user):
    total = 0
    for each in {E}.objects.filter(owner=user).open():
        total += each.amount
        if each.amount > LIMIT:
            log.warning("large %s", each)
    return total


def {e}_search(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM {app}_{e} WHERE title = %s", [text])
        return [row[0] for row in cursor.fetchall()]
""",
)

VIEWS = (
    """\
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import DetailView, ListView

from {app} import services
from {app}.models import *
""",
    """
class {E}List(ListView):
    model = {E}
    template_name = "{app}/{e}_list.html"
    paginate_by = 50

    def get_queryset(self):
        queryset = super().get_queryset().open()
        if self.request.GET.get("order"):
            queryset = queryset.order_by("created")
        return queryset

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["summary"] = services.{e}_summary({E}.objects.all())
        return context


class {E}Detail(DetailView):
    model = {E}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["siblings"] = [each.title for each in self.object.parent.{e}_children.all()]
        return context


def {e}_report(request):
    rows = []
    for each in {E}.objects.with_parent().filter(owner=request.user):
        rows.append({{"path": each.path, "owner": each.owner.username, "total": each.total()}})
    return JsonResponse({{"rows": rows}})


def {e}_close(request, pk):
    entity = get_object_or_404({E}, pk=pk)
    if request.method == "POST":
        entity.closed = True
        entity.save()
        for child in entity.parent.{e}_children.select_related("owner"):
            services.notify(child, request.user)
        return redirect("{app}:{e}-list")
    return render(request, "{app}/{e}_detail.html", {{"object": entity}})
""",
)

API = (
    """\
from rest_framework import serializers, viewsets

from {app}.models import *
""",
    """
class {E}Serializer(serializers.ModelSerializer):
    owner_name = serializers.CharField(source="owner.username")
    total = serializers.SerializerMethodField()

    class Meta:
        model = {E}
        fields = ["id", "title", "parent", "owner_name", "total"]

    def get_total(self, entity):
        return entity.total()


class {E}ViewSet(viewsets.ModelViewSet):
    queryset = {E}.objects.select_related("owner").prefetch_related("tags")
    serializer_class = {E}Serializer
""",
)

ADMIN = (
    """\
from django.contrib import admin

from {app}.models import *
""",
    """
@admin.register({E})
class {E}Admin(admin.ModelAdmin):
    list_display = ["title", "path", "owner", "created"]
    list_select_related = ["owner"]
    search_fields = ["title"]
""",
)

PLAIN = (
    """\
# No database here.
""",
    """
class {E}Parser:
    def __init__(self, text, separator=","):
        self.text = text
        self.separator = separator
        self.errors = []

    def lines(self):
        for number, line in enumerate(self.text.splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            yield number, line.split(self.separator)

    def parse(self):
        parsed = []
        for number, cells in self.lines():
            if len(cells) < 3:
                self.errors.append((number, "too short"))
                continue
            name, amount, *rest = (cell.strip() for cell in cells)
            try:
                parsed.append({{"name": name, "amount": int(amount), "rest": rest}})
            except ValueError as error:
                self.errors.append((number, str(error)))
        return parsed


def {e}_rounded(amount, digits=2, *, up=False):
    factor = 10**digits
    if up:
        return -(-amount * factor // 1) / factor
    return round(amount * factor) / factor


def {e}_words(text, most=10):
    counts = {{}}
    for word in text.lower().split():
        word = word.strip(".,;:!?")
        if word:
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]
""",
)

TESTS = (
    """\
from django.contrib.auth.models import User
from django.test import TestCase

from {app} import plain, services
from {app}.models import *
""",
    """
class {E}Tests(TestCase):
    def setUp(self):
        self.user = User.objects.create(username="somebody")
        self.entity = {E}.objects.create(title="one", owner=self.user)

    def test_list(self):
        response = self.client.get("/{app}/{e}/")
        self.assertEqual(response.status_code, 200)
        self.assertContains(response, self.entity.title)

    def test_amounts(self):
        for amount in range(5):
            {E}.objects.create(title=str(amount), owner=self.user, amount=amount)
        self.assertEqual(services.{e}_amounts(self.user), 10)

    def test_words(self):
        self.assertEqual(plain.{e}_words("a b a"), [("a", 2), ("b", 1)])
""",
)

SHARED = """

def shared(queryset):
    return [each.owner.username for each in queryset]
"""

TEMPLATE = """\
{{% extends "base.html" %}}
{{% block content %}}
  {{% for object in object_list %}}
    <li>{{{{ object }}}} {{{{ object.parent.title }}}} {{{{ object.owner.username }}}}</li>
    {{% for tag in object.tags.all %}}<b>{{{{ tag }}}}</b>{{% endfor %}}
  {{% endfor %}}
{{% endblock %}}
"""

SETTINGS = """\
INSTALLED_APPS = [
{apps}
]
ROOT_URLCONF = "main.urls"
TEMPLATES = [
    {{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": ["templates"],
        "APP_DIRS": True,
    }},
]
"""

MANAGE = """\
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "main.settings")
"""

URLS = """\
    path("{e}/", views.{E}List.as_view(), name="{e}-list"),
    path("{e}/<int:pk>/", views.{E}Detail.as_view()),
    path("{e}/report/", views.{e}_report),
    path("{e}/<int:pk>/close/", views.{e}_close),
"""

MODULES = {
    "models": MODELS,
    "services": SERVICES,
    "views": VIEWS,
    "api": API,
    "admin": ADMIN,
    "plain": PLAIN,
    "tests": TESTS,
}
