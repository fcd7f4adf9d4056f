"""Are the choices of the admin's change forms loaded where the fields are made, and the change list's rows as well?"""

from __future__ import annotations

import pytest

from tests.fixes.conftest import Rewrite, code

MODELS = """
    from django.contrib import admin
    from django.db import models


    class Review(models.Model):
        note = models.ForeignKey(Note, on_delete=models.CASCADE)
        answers = models.ForeignKey("self", on_delete=models.CASCADE, null=True)

        def __str__(self):
            return self.note.text


    class Reply(models.Model):
        review = models.ForeignKey(Review, on_delete=models.CASCADE)
        others = models.ManyToManyField(Review, related_name="+")
        text = models.TextField()


"""
ADMIN = """
    @admin.register(Reply)
    class ReplyAdmin(admin.ModelAdmin):
        list_display = ["text"]
"""
FOREIGN_KEY = """
        def formfield_for_foreignkey(self, db_field, request, **kwargs):
            field = super().formfield_for_foreignkey(db_field, request, **kwargs)
            if db_field.name == "{0}":
                field.queryset = field.queryset.select_related("note")
            return field
"""
MANY_TO_MANY = FOREIGN_KEY.replace("foreignkey", "manytomany")
CHANGES = {
    "both kinds of fields": (ADMIN, ADMIN + FOREIGN_KEY.format("review") + MANY_TO_MANY.format("others")),
    "one that is chosen": (
        ADMIN + '        raw_id_fields = ["others"]\n',
        ADMIN + '        raw_id_fields = ["others"]\n' + FOREIGN_KEY.format("review"),
    ),
    "the rows of the change list too": (
        """
    @admin.register(Review)
    class ReviewAdmin(admin.ModelAdmin):
        list_display = ["pk", "text"]

        def text(self, review):
            return review.note.text
""",
        """
    @admin.register(Review)
    class ReviewAdmin(admin.ModelAdmin):
        list_display = ["pk", "text"]
        list_select_related = ["note"]

        def text(self, review):
            return review.note.text
"""
        + FOREIGN_KEY.format("answers"),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_choices_are_loaded_with_their_field(name: str, rewrite: Rewrite) -> None:
    before, after = CHANGES[name]
    assert rewrite(code(MODELS + before)) == code(MODELS + after)


def test_fields_that_the_class_makes_itself_stay(rewrite: Rewrite) -> None:
    """One that names another field says nothing of the one in question."""
    own = """
        raw_id_fields = ["others"]

        def formfield_for_foreignkey(self, db_field, request, **kwargs):
            if db_field.name == "text":
                kwargs["label"] = "?"
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
"""
    assert rewrite(code(MODELS + ADMIN + own), "--unsafe") == code(MODELS + ADMIN + own)
