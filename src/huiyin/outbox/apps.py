"""Django's entry for the application."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """What must still be told to the world."""

    name = "huiyin.outbox"
    label = "outbox"
