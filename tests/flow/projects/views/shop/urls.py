from django.urls import path

from shop import views

urlpatterns = [path("books/", views.by_default)]
