"""Addresses of this application's pages."""

from django.urls.resolvers import URLPattern, URLResolver

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = []
