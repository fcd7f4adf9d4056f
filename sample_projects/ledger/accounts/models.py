from django.conf import settings
from django.db import models


class Owned(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True


class Bank(models.Model):
    name = models.CharField(max_length=80)
    city = models.CharField(max_length=80)


class Category(models.Model):
    """What an account is for; the journal has a Category of its own."""

    name = models.CharField(max_length=60)


class Account(Owned):
    name = models.CharField(max_length=80)
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="accounts")
    category = models.ForeignKey(to="accounts.Category", on_delete=models.PROTECT)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    closed = models.BooleanField(default=False)
    balance = models.IntegerField(default=0)

    def has_open_entries(self):
        return self.entries.filter(cleared=False).exists()  # expect: DJC103

    def bank_line(self):
        return f"{self.name} at {self.bank.name}"  # expect: DJC101 bank
