INSTALLED_APPS = ["shop"]
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {}},
    {"BACKEND": "django.template.backends.jinja2.Jinja2", "DIRS": ["jinja2"]},
]
