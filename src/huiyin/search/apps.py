"""Registers the application with Django."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The index of words; its tables begin with ``search_``."""

    name = "huiyin.search"
    label = "search"
