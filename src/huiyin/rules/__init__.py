"""What the rules say, as data: schema, loading, calendar, checking. Pure."""

from typing import Final

MATTER: Final = "matter"
"""The procedure under which petitions run, in every book that takes any."""
