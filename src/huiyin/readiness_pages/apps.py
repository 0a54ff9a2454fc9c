"""Django's entry for the application."""

from django.apps import AppConfig


class ReadinessPagesConfig(AppConfig):
    """Pages of what an organisation keeps ready."""

    name = "huiyin.readiness_pages"
    label = "readiness_pages"
