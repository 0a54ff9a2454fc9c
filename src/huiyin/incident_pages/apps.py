"""Django's entry for the application."""

from django.apps import AppConfig


class IncidentPagesConfig(AppConfig):
    """Pages of incidents."""

    name = "huiyin.incident_pages"
    label = "incident_pages"
