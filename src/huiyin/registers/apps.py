"""Django's entry for the application."""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """Views of the register, and files made of it."""

    name = "huiyin.registers"
    label = "registers"
