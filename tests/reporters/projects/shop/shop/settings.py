INSTALLED_APPS = ["catalog", "rest_framework"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
ROOT_URLCONF = "shop.urls"
