"""Django's entry for the application."""

from django.apps import AppConfig


class ReadinessConfig(AppConfig):
    """Policies, groups, tasks, training, premises, stores and funds."""

    name = "huiyin.readiness"
    label = "readiness"
