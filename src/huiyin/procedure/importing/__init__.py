"""Bringing cases in from an old register: by which way such a case comes where it stands, and what follows from that."""

from huiyin.procedure.importing.case import RegisterEntry, import_case
from huiyin.procedure.importing.shortfall import Shortfall

__all__ = ["RegisterEntry", "Shortfall", "import_case"]
