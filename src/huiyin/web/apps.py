"""Django's entry for the application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """What all pages share: base template, components, bound fields."""

    name = "huiyin.web"
    label = "web"
