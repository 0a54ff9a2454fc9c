"""Django's entry for the application."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """The read side: submissions, cases, duties, documents and who may see them."""

    name = "huiyin.casework"
    label = "casework"
