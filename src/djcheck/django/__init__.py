"""An optional Django app: with "djcheck.django" in INSTALLED_APPS there is `manage.py djcheck`."""
