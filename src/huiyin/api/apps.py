"""Django's entry for the application."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The REST interface."""

    name = "huiyin.api"
    label = "api"
