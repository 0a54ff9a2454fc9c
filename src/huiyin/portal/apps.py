"""Django's entry for the application."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages for petitioners."""

    name = "huiyin.portal"
    label = "portal"
