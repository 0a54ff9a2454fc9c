"""Every address of an installation, by room."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("desk/", include("huiyin.desk.urls")),
]
if find_spec("huiyin.api.api"):
    urlpatterns.append(path("api/v1/", import_module("huiyin.api.api").api.urls))
urlpatterns.append(path("", include("huiyin.portal.urls")))
