"""What is wrong with the answers of setting up, told where it was typed: the row and the field, in the words of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiyin.office.setup.forms import OrganisationForm, StaffRowForm
from huiyin.organisations.description import OrganisationFlawed
from huiyin.organisations.draft import described_staff
from huiyin.rules.book.yaml_reader import Flaw

OF_UNIT: Final[Mapping[str, str]] = {"code": "unit", "name": "unit_name", "parent": "parent"}
OF_POST: Final[Mapping[str, str]] = {"title": "post", "roles": "roles", "holders": "username"}
OF_SUPERIOR: Final[Mapping[str, str]] = {
    "name": "superior_name",
    "address": "superior_address",
    "code": "superior_code",
}


@dataclass(frozen=True, slots=True)
class PlacedFlaw:
    """A flaw in words; ``rows`` are the numbers of the staff rows that it is about, none where it is about the organisation itself."""

    field: str
    rows: tuple[int, ...]
    text: str
    words: str


def placed(flawed: OrganisationFlawed, answers: Mapping[str, Any]) -> Iterator[PlacedFlaw]:
    """Each flaw where it was typed."""
    rows, found = list(answers.get("staff", ())), described_staff(answers)
    for flaw in flawed.flaws:
        yield _placed(flaw, rows, found)


def _placed(flaw: Flaw, rows: Sequence[Mapping[str, Any]], found: Mapping[str, Any]) -> PlacedFlaw:
    match flaw.path.split("."):
        case ["people", number, field, *_rest]:
            person = found["people"][int(number)]
            hit = _rows(rows, name=person["name"])
            return _in_rows(flaw, field, hit, person["name"])
        case ["organisations", _one, "units", number, "posts", inner, field, *_rest]:
            unit = found["units"][int(number)]
            post = unit["posts"][int(inner)]
            hit = _rows(rows, post=post["title"], unit_name=unit["name"])
            return _in_rows(flaw, OF_POST.get(field, "post"), hit, f"{unit['name']} {post['title']}")
        case ["organisations", _one, "units", number, field, *_rest]:
            unit = found["units"][int(number)]
            return _in_rows(flaw, OF_UNIT.get(field, "unit"), _rows(rows, unit_name=unit["name"]), unit["name"])
        case ["organisations", _one, "superior", *rest]:
            return _of_organisation(flaw, OF_SUPERIOR.get(rest[0] if rest else "", "superior_name"))
        case ["organisations", _one, *rest]:
            return _of_organisation(flaw, rest[-1] if rest else "")
        case _:
            return _of_organisation(flaw, "")


def _rows(rows: Iterable[Mapping[str, Any]], **values: str) -> tuple[int, ...]:
    return tuple(
        number for number, row in enumerate(rows) if all(row.get(name) == value for name, value in values.items())
    )


def _in_rows(flaw: Flaw, field: str, rows: tuple[int, ...], whose: str) -> PlacedFlaw:
    label = StaffRowForm.base_fields[field].label if field in StaffRowForm.base_fields else ""
    return PlacedFlaw(field, rows, text := flaw_in_words(flaw), _in_words(f"{whose} {label}".strip(), text))


def _of_organisation(flaw: Flaw, field: str) -> PlacedFlaw:
    label = OrganisationForm.base_fields[field].label if field in OrganisationForm.base_fields else ""
    return PlacedFlaw(field, (), text := flaw_in_words(flaw), _in_words(str(label or _("单位")), text))


def _in_words(place: str, text: str) -> str:
    return _("%(place)s：%(said)s") % {"place": place, "said": text}


def flaw_in_words(flaw: Flaw) -> str:
    """What should stand there, and what does, in the reader's language."""
    language = get_language() or ""
    words = {"expected": flaw.why.expected(language), "found": flaw.why.found(language)}
    return (_("应为%(expected)s；现为：%(found)s") if words["found"] else _("应为%(expected)s")) % words
