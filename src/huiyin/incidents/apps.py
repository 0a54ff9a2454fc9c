"""Django's entry for the application."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Incidents, and drills of them."""

    name = "huiyin.incidents"
    label = "incidents"
