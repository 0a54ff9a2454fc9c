"""Every address of an installation, by package."""

from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from huiyin.api.api import api

handler400 = "huiyin.site.edge.middleware.bad_request"
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),  # first, since programs ask most often and addresses are tried one by one
    path("accounts/", include("allauth.urls")),
    path("account/", include("huiyin.account_pages.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("desk/", include("huiyin.desk.urls")),
    path("desk/", include("huiyin.rule_pages.urls")),
    path("desk/", include("huiyin.archive_pages.urls")),
    path("desk/", include("huiyin.readiness_pages.urls")),
    path("desk/", include("huiyin.accountability_pages.urls")),
    path("", include("huiyin.incident_pages.urls")),
    path("office/", include("huiyin.office.urls")),
    path("", include("huiyin.portal.urls")),
]
