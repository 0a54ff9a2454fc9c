"""Django's entry for the application."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Pages for staff."""

    name = "huiyin.desk"
    label = "desk"
