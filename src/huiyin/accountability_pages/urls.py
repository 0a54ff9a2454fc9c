"""Addresses of the pages of accountability."""

from django.urls import path
from django.urls.resolvers import URLPattern

from huiyin.accountability_pages import failures, gifts, published, tracing

app_name = "accountability"
urlpatterns: list[URLPattern] = [
    path("accountability/", published.bulletin_page, name="published"),
    path("accountability/failures/", failures.failures, name="failures"),
    path("accountability/failures/export.<str:ending>", failures.export, name="failures-file"),
    path("accountability/traces/", tracing.tracing, name="traces"),
    path("accountability/traces/<uuid:id>/", tracing.traced, name="trace"),
    path("accountability/gifts/", gifts.gifts, name="gifts"),
    path("accountability/gifts/export.<str:ending>", gifts.export, name="gifts-file"),
    path("accountability/gifts/<uuid:id>/", gifts.confirming, name="gift"),
]
