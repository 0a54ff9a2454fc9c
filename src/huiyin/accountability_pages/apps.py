"""Django's entry for the application."""

from django.apps import AppConfig


class AccountabilityPagesConfig(AppConfig):
    """Pages of accountability."""

    name = "huiyin.accountability_pages"
    label = "accountability_pages"
