"""Addresses of the pages of accountability."""

from django.urls import path
from django.urls.resolvers import URLPattern

from huiyin.accountability_pages import aftercare, failures, gifts, periods, published, tracing, urging

app_name = "accountability"
urlpatterns: list[URLPattern] = [
    path("accountability/", published.bulletin_page, name="published"),
    path("accountability/failures/", failures.failures, name="failures"),
    path("accountability/failures/export.<str:ending>", failures.export, name="failures-file"),
    path("accountability/traces/", tracing.tracing, name="traces"),
    path("accountability/traces/<uuid:id>/", tracing.traced, name="trace"),
    path("accountability/urging/", urging.urging, name="urging"),
    path("accountability/aftercare/", aftercare.aftercare, name="aftercare"),
    path("accountability/aftercare/export.<str:ending>", aftercare.export, name="aftercare-file"),
    path("accountability/periods/", periods.before, name="periods"),
    path("accountability/periods/export.<str:ending>", periods.export, name="periods-file"),
    path("accountability/gifts/", gifts.gifts, name="gifts"),
    path("accountability/gifts/export.<str:ending>", gifts.export, name="gifts-file"),
    path("accountability/gifts/<uuid:id>/", gifts.confirming, name="gift"),
]
