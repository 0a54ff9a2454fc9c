"""Django's entry for the application."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """What comes in by files."""

    name = "huiyin.channels"
    label = "channels"
