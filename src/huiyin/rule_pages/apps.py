"""Django's entry for the application."""

from django.apps import AppConfig


class RulePagesConfig(AppConfig):
    """Pages about rules."""

    name = "huiyin.rule_pages"
    label = "rule_pages"
