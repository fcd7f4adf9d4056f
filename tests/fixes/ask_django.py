"""What real Django does with the eager loads that fixes refuse, as JSON. Started by test_django_facts."""
# mypy: ignore-errors

import json

import django
from django.conf import settings


def outcome(ask):
    try:
        ask()
    except Exception as error:
        return type(error).__name__
    return "works"


def main():
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.admin"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    django.setup()
    from django.contrib.admin import AdminSite, ModelAdmin
    from django.contrib.auth.models import Group, Permission
    from django.core.management import call_command
    from django.db import connection
    from django.db.models import Prefetch
    from django.test.utils import CaptureQueriesContext

    call_command("migrate", verbosity=0)
    rows = Permission.objects.order_by()
    joined = rows.select_related("content_type")
    groups = Prefetch("group_set", queryset=Group.objects.all())

    class GroupAdmin(ModelAdmin):
        def formfield_for_manytomany(self, db_field, request, **kwargs):
            field = super().formfield_for_manytomany(db_field, request, **kwargs)
            if db_field.name == "permissions":
                field.queryset = field.queryset.select_related("content_type")
            return field

    def choices(admin):
        field = admin(Group, AdminSite()).formfield_for_manytomany(Group._meta.get_field("permissions"), None)
        with CaptureQueriesContext(connection) as queries:
            shown = [str(label) for _, label in field.choices]
        return shown, len(queries)

    def chosen():
        (before, many), (after, one) = choices(ModelAdmin), choices(GroupAdmin)
        assert before == after
        assert many > one == 1

    asks = {
        "combined": lambda: len(joined.filter(pk=1).union(rows.filter(pk=2))),
        "left out": lambda: len(joined.only("name")),
        "chunks": lambda: list(rows.prefetch_related("group_set").iterator()),
        "prefetched before": lambda: len(rows.prefetch_related("group_set", groups)),
        "prefetched after": lambda: len(rows.prefetch_related(groups, "group_set")),
        "ambiguous": lambda: len(joined.extra(where=["id > 3"])),
        "columns only": lambda: len(joined.prefetch_related("group_set").values_list("pk")),
        "chosen": chosen,
        "inside": lambda: len(Group.objects.filter(permissions__in=joined)),
        "counted": lambda: (joined.count(), joined.exists(), joined.aggregate(), joined.filter(pk=0).delete()),
    }
    return {name: outcome(ask) for name, ask in asks.items()}


if __name__ == "__main__":
    print(json.dumps(main()))
