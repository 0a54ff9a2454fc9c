"""Django's entry for the application."""

from django.apps import AppConfig


class RotaConfig(AppConfig):
    """Rotas, shifts, swaps and calls."""

    name = "huiyin.rota"
    label = "rota"
