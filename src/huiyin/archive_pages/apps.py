"""Django's entry for the application."""

from django.apps import AppConfig


class ArchivePagesConfig(AppConfig):
    """Pages of the archive room."""

    name = "huiyin.archive_pages"
    label = "archive_pages"
