"""Django's entry for the application."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """What would have been under other rules."""

    name = "huiyin.insight"
    label = "insight"
