"""The app's configuration: its label, so that it cannot be taken for Django itself."""

from django.apps import AppConfig


class DjcheckConfig(AppConfig):
    name = "djcheck.django"
    label = "djcheck"
    verbose_name = "djcheck"
