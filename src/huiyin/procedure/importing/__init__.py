"""Bringing cases in from an old register: by which way such a case comes where it stands, and what follows from that."""

from huiyin.procedure.importing.case import PROCEDURE, RegisterEntry, Shortfall, import_case

__all__ = ["PROCEDURE", "RegisterEntry", "Shortfall", "import_case"]
