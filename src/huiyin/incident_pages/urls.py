"""Addresses of the pages of incidents."""

from django.urls import path
from django.urls.resolvers import URLPattern

from huiyin.incident_pages import reporting

app_name = "incidents"
urlpatterns: list[URLPattern] = [
    path("incidents/report/", reporting.report_page, name="report"),
    path("incidents/received/", reporting.received_elsewhere, name="received-elsewhere"),
    path("incidents/received/<slug:no>/", reporting.received, name="received"),
]
