"""Django's entry for the application."""

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    """Packages of archived cases, and who has borrowed or received them."""

    name = "huiyin.archive"
    label = "archive"
