"""Django's entry for the application."""

from django.apps import AppConfig


class AccountabilityConfig(AppConfig):
    """Duties that were failed."""

    name = "huiyin.accountability"
    label = "accountability"
