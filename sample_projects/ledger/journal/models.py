from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Category(models.Model):
    """What money was spent on."""

    label = models.CharField(max_length=60)
    monthly_limit = models.IntegerField(default=0)


class EntryQuerySet(models.QuerySet):
    def cleared(self):
        return self.filter(cleared=True)

    def open(self):
        return self.filter(cleared=False)


class Entry(models.Model):
    account = models.ForeignKey("accounts.Account", on_delete=models.CASCADE, related_name="entries")
    category = models.ForeignKey(Category, null=True, on_delete=models.SET_NULL, related_name="entries")
    text = models.CharField(max_length=200)
    memo = models.TextField(blank=True)
    cents = models.IntegerField()
    cleared = models.BooleanField(default=False)
    booked_on = models.DateField()
    attachments = GenericRelation("journal.Attachment")

    objects = EntryQuerySet.as_manager()


class Attachment(models.Model):
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    file_name = models.CharField(max_length=120)


class Reminder(models.Model):
    account = models.ForeignKey("accounts.Account", on_delete=models.CASCADE)
    text = models.CharField(max_length=200)
