"""What the rules say, as data: schema, loading, calendar, checking. Pure."""

from typing import Final

MATTER: Final = "matter"
"""The procedure under which petitions run, in every book that takes any."""
SUBMIT: Final = "submit"
"""The action by which a petitioner brings a petition; every such book has it."""
REGISTER: Final = "register"
"""The action by which staff take a petition in; every such book has it."""
