"""The application that brings the page of a document."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Papers; it has no tables."""

    name = "huiyin.documents"
    label = "documents"
