"""Django's entry for the application."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Work that is to be done beside the pages."""

    name = "huiyin.jobs"
    label = "outbox"  # as it was called when the first installations made its tables
