"""Django's entry for the application."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """Papers on their way to their addressees."""

    name = "huiyin.dispatch"
    label = "dispatch"
