"""Django's entry for the application."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """Pages for the administrators of the installation."""

    name = "huiyin.office"
    label = "office"
