"""Django's entry for the application."""

from django.apps import AppConfig


class AccountPagesConfig(AppConfig):
    """Pages about one's own account."""

    name = "huiyin.account_pages"
    label = "account_pages"
