"""Upcasters: what was written before, brought to the present form when it is read. Stored bytes are never rewritten.

They work on plain JSON values and use nothing that the rest of the code may rename or change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from huiyin.errors import HuiyinError
from huiyin.language import gettext_noop
from huiyin.procedure.storage.stored_values import TAG

Plain = dict[str, Any]


def _state_3(state: Plain) -> Plain:
    """Until version 3 nobody was accused whom the directory did not name exactly: nothing was left to find out."""
    return {**state, TAG: "State/3", "unresolved": []}


def _state_4(state: Plain) -> Plain:
    """Until version 4 a state knew only who took an action last; a migration added the others from the ledger. And a case
    kept for good whom the case that it was about accused when it began.
    """
    takers = {action: [person] for action, person in state["takers"].items()}
    return {**state, TAG: "State/4", "takers": takers, "followed_units": {}, "followed_people": {}}


def _state_5(state: Plain) -> Plain:
    """Until version 5 a document was there only once it was issued."""
    return {**state, TAG: "State/5", "papers": {}}


def _state_6(state: Plain) -> Plain:
    """Until version 6 every case was as confidential as every other."""
    return {**state, TAG: "State/6", "confidentiality": None}


def _state_7(state: Plain) -> Plain:
    """Until version 7 a case about a confidential one was none by that."""
    return {**state, TAG: "State/7", "followed_levels": {}}


def _accused_written_2(event: Plain) -> Plain:
    """Until version 2 a line of which nobody had decided yet closed the case to everybody but its custodian."""
    return {**event, TAG: "AccusedWritten/2", "alone": False}


def _derivation_3(derivation: Plain) -> Plain:
    """Until version 3 nothing was counted in hours."""
    return {**derivation, TAG: "Derivation/3", "start_time": "", "due_time": ""}


def _duty_reassigned_3(event: Plain) -> Plain:
    """Until version 3 nobody handed a duty over: it went to another unit, or somebody was named."""
    return {**event, TAG: "DutyReassigned/3", "left_by": None}


def _duty_reassigned_4(event: Plain) -> Plain:
    """Until version 4 a duty kept its role: nobody stood in for somebody who was away."""
    return {**event, TAG: "DutyReassigned/4", "role": None}


UPCASTERS: Final[Mapping[str, Callable[[Plain], Plain]]] = {
    "State/2": _state_3,
    "State/3": _state_4,
    "State/4": _state_5,
    "State/5": _state_6,
    "State/6": _state_7,
    "AccusedWritten/1": _accused_written_2,
    "Derivation/2": _derivation_3,
    "DutyReassigned/2": _duty_reassigned_3,
    "DutyReassigned/3": _duty_reassigned_4,
}
"""From a tag that is written no more ("Seat/2") to the function that gives the next version of it, tag included."""

_ENTERED: Final = {("ActionTaken", "fields"), ("State", "values")}
"""Where version 1 keeps entries of forms: there dates and ids stand beside strings and go on carrying a tag."""
_SCALARS: Final = {"t": "Moment/2", "d": "Day/2", "u": "Id/2"}
_LIMIT: Final = re.compile(r"(?P<amount>[0-9]+) (?P<working>working )?days?")


class Unreadable(HuiyinError, ValueError):
    """Raised for a stored text that no version of the format explains: it was damaged, or a newer Huiyin wrote it."""

    to_do = gettext_noop("请安装写入它的新版本，或者用备份恢复")


def present(value: Any, upcasters: Mapping[str, Callable[[Plain], Plain]] = UPCASTERS) -> Any:
    """A stored JSON value of any version in the present one. Whether it is whole, the caller checks.

    Raises Unreadable, KeyError, TypeError or AttributeError when it is no stored value at all.
    """
    if isinstance(value, dict) and "/" not in value.get(TAG, ""):
        value = _entry(value) if "event" in value else _second(value)
    return _lifted(value, upcasters)


def _lifted(value: Any, upcasters: Mapping[str, Callable[[Plain], Plain]]) -> Any:
    """From the inside out, so that an upcaster meets what it holds in the present form."""
    if isinstance(value, list):
        return [_lifted(item, upcasters) for item in value]
    if not isinstance(value, dict):
        return value
    lifted = {key: _lifted(item, upcasters) for key, item in value.items()}
    while (upcaster := upcasters.get(lifted.get(TAG, ""))) is not None:
        lifted = upcaster(lifted)
    return lifted


# --- version 1: no version at the tag, the names of v0.1.0 -------------------------------------------------------------


def _entry(body: Plain) -> Plain:
    if body.keys() != {"actor", "at", "event"}:
        raise Unreadable("an entry of version 1 has an actor, a time and an event")
    return {
        TAG: "Entry/2",
        "actor": {TAG: "Actor/2", **_second(body["actor"])},
        "at": _second(body["at"]),
        "event": _second(body["event"]),
    }


def _second(value: Any, entered: bool = False) -> Any:
    """A value of version 1 in version 2; ``entered`` when it is one that somebody entered in a form."""
    if isinstance(value, list):
        return [_second(item, entered) for item in value]
    if not isinstance(value, dict):
        return value
    tag = value.get(TAG)
    if tag is None:
        return {key: _second(item, entered) for key, item in value.items()}
    if tag in _SCALARS:
        return {TAG: _SCALARS[tag], "v": value["v"]} if entered else value["v"]
    if tag == "set":
        return _second(value["v"])
    if tag == "Derivation":
        return _derivation(value["v"])
    rest = {key: _second(item, (tag, key) in _ENTERED) for key, item in value.items() if key != TAG}
    return {TAG: f"{tag}/2", **rest}


def _derivation(plain: Plain) -> Plain:
    """Version 1 left out what was empty, and wrote lengths as a rulebook does."""
    extension = plain.get("extension")
    return {
        TAG: "Derivation/2",
        "start": plain["start"],
        "limit": _limit(plain["limit"]),
        "unrolled": plain["unrolled"],
        "due_on": plain["due_on"],
        "moment": _label(plain.get("moment")),
        "clause": _label(plain.get("clause")),
        "extension": None if extension is None else _limit(extension),
        "skipped": [_span(span) for span in plain.get("skipped", ())],
        "paused": [_span(span) for span in plain.get("paused", ())],
        "rolled_over": [_span(span) for span in plain.get("rolled_over", ())],
        "suspended": plain.get("suspended", False),
        "warnings": [_label(warning) for warning in plain.get("warnings", ())],
    }


def _limit(text: str) -> Plain:
    if text == "at once":
        return {TAG: "Limit/2", "amount": 0, "unit": "days"}
    written = _LIMIT.fullmatch(text)
    if written is None:
        raise Unreadable(f"no length of time: {text!r}")
    return {TAG: "Limit/2", "amount": int(written["amount"]), "unit": "working_days" if written["working"] else "days"}


def _label(plain: Plain | None) -> Plain | None:
    return None if plain is None else {TAG: "Label/2", **plain}


def _span(plain: Plain) -> Plain:
    return {TAG: "Span/2", **plain, "reason": _label(plain["reason"])}
