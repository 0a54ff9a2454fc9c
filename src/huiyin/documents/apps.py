"""The application that brings the page of a paper."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Papers; it has no tables."""

    name = "huiyin.documents"
    label = "documents"
