"""What was answered so far about a new organisation: kept in the data folder, so that setting up goes on where it was broken off."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from huiyin.backup.placing import written_whole
from huiyin.organisations.description import Description, OrganisationFlawed, judged
from huiyin.organisations.export import CONTACT, as_yaml
from huiyin.organisations.staff_sheet import StaffRow, described
from huiyin.people.models import Account, Holding, Organisation
from huiyin.rule_store.store import load
from huiyin.rules.book.yaml_reader import Flaw

NAME: Final = "setup.yaml"
REHEARSAL: Final = "setup-rehearsal.json"
"""Beside the answers, and like them readable by the owner alone: it names who would do what."""
OWN: Final = ("code", "name", "short_name", "level", "rulebook", "first_responsible", "paper_code")


def read_draft(home: Path) -> dict[str, Any]:
    """The answers so far; nothing where none were given, or the file cannot be read any more."""
    try:
        found = YAML(typ="safe").load((home / NAME).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError):
        return {}
    return found if isinstance(found, dict) else {}


def keep_draft(home: Path, answers: Mapping[str, Any]) -> None:
    """Keep the answers, readable by the owner alone; a stop in the middle leaves the ones before."""
    written_whole(home / NAME, as_yaml(answers).encode())


def digest_of_draft(home: Path) -> str:
    """By which is told whether the answers are still the same."""
    return sha256((home / NAME).read_bytes()).hexdigest() if (home / NAME).exists() else ""


def drop_draft(home: Path) -> None:
    """Forget the answers, and what came of a made-up matter under them: the organisation is there."""
    for name in (NAME, REHEARSAL):
        (home / name).unlink(missing_ok=True)


def as_description(answers: Mapping[str, Any]) -> Description:
    """The organisation that the answers describe.

    Raises OrganisationFlawed, SheetFlawed, RulebookFlawed.
    """
    return judged(as_content(answers), {})


def flaw_of(name: str, answer: str) -> Flaw | None:
    """What is wrong with one answer about the organisation itself, looked at alone."""
    stub: dict[str, Any] = {"code": "code", "name": "name", "rulebook": "rulebook"}
    if name in CONTACT:
        stub["contact"] = {name: answer}
    elif name.startswith("superior_"):
        stub["superior"] = {"name": "name", name.removeprefix("superior_"): answer}
    else:
        stub[name] = answer
    try:
        judged({"organisations": [stub]}, {})
    except OrganisationFlawed as flawed:
        field = name.removeprefix("superior_")
        return next((flaw for flaw in flawed.flaws if flaw.path.rpartition(".")[2] == field), None)
    return None


def as_content(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What a file of the organisation would say: its own entries, ``contact``, ``superior_name`` and ``superior_address`` or
    ``superior_code``, ``reception`` (times as a file has them), ``staff`` (rows of a sheet) and ``administrators`` (user names).

    Raises SheetFlawed, RulebookFlawed.
    """
    found = described_staff(answers)
    organisation: dict[str, Any] = {name: answers[name] for name in OWN if answers.get(name)}
    organisation["contact"] = {name: answers[name] for name in CONTACT if answers.get(name)}
    if answers.get("reception"):
        organisation["reception"] = answers["reception"]
    organisation["units"] = found["units"]
    organisation["office"] = _office(found["units"])
    if answers.get("superior_code"):
        organisation["superior"] = {"code": answers["superior_code"]}
    elif answers.get("superior_name"):
        organisation["superior"] = {
            "name": answers["superior_name"],
            "address": answers.get("superior_address", ""),
        }
    head = answers.get("head")
    organisation["leaders"] = {"head": head} if head else {}
    # The first organisation's administrators are those of the installation; whoever comes later administers their own alone.
    named = list(answers.get("administrators", ()))
    is_first = not Organisation.objects.exclude(code=answers.get("code", "")).exists()
    organisation["administrators"] = [] if is_first else named
    return {
        "people": found["people"],
        "organisations": [organisation],
        "administrators": named if is_first else [],
    }


def described_staff(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The people and units that the rows say; nobody of another organisation is meant by a namesake.

    Raises SheetFlawed, RulebookFlawed.
    """
    rows = [StaffRow(**row) for row in answers.get("staff", ())]
    own = Holding.objects.filter(organisation__code=answers.get("code", "")).values("account_id")
    elsewhere = dict(Account.objects.exclude(id__in=own).values_list("username", "display_name"))
    return described(rows, load(str(answers.get("rulebook", ""))), elsewhere)


def _office(units: list[dict[str, Any]]) -> str | None:
    """The unit that petitions come to: the one that registers them."""
    for unit in units:
        if any("registrar" in post["roles"] for post in unit["posts"]):
            return str(unit["code"])
    return None


def head_of(answers: Mapping[str, Any]) -> str | None:
    """The user name of whoever heads the organisation by the rows, to lead the leading group unless somebody else is named."""
    people = described_staff(answers)
    for unit in people["units"]:
        for post in unit["posts"]:
            if "unit_head" in post["roles"] and post["holders"]:
                return str(post["holders"][0])
    return None
