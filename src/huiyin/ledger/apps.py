"""Django's entry for the application."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The append-only store of events: the chain of each case."""

    name = "huiyin.ledger"
    label = "ledger"
