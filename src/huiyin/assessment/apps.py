"""Django's entry for the application."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Assessments of the work."""

    name = "huiyin.assessment"
    label = "assessment"
