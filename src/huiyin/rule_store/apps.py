"""Django's entry for the application."""

from django.apps import AppConfig


class RulebooksConfig(AppConfig):
    """The versions of rulebooks that are kept, and which is in force where."""

    name = "huiyin.rule_store"
    label = "rulebooks"
