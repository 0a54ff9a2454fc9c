"""Incidents (突发信访事件): reporting one from the scene, the board of those that are open, what is said about them in public.

They run under the rulebook's procedure of that name, through the same engine, ledger and duties as everything else.
"""

from typing import Final

INCIDENT: Final = "incident"
"""The procedure under which incidents run, in every book that has one."""
