"""What stands in the file of an organisation: its form, and every fault in it by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Final

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.people.inviting import unseen_signs
from huiyin.rules.book.elements import Ids, complaint
from huiyin.rules.book.flaw_codes import FlawCode
from huiyin.rules.book.schema_errors import flaws
from huiyin.rules.book.texts import series
from huiyin.rules.book.yaml_reader import Flaw, Path_, RulebookFlawed, Where, nearest, read_file, read_yaml


class OrganisationFlawed(HuiyinError):
    """Raised when the file of an organisation cannot be used; ``flaws`` are all that was found, in its order."""

    to_do = gettext_noop("请改正所列之处，并见 docs/organisations.zh-CN.md")

    def __init__(self, found: Iterable[Flaw]) -> None:
        self.flaws = tuple(found)
        super().__init__("\n".join(map(str, self.flaws)))

    @property
    def in_one_line(self) -> str:
        """Every flaw, with what to do in the end: whoever corrects a file wants to know of all at once."""
        return _("；").join(self.in_lines)

    @property
    def in_lines(self) -> list[str]:
        """The same, one a line."""
        return [*map(str, self.flaws), self.to_do]


def _as_text(value: object) -> object:
    """A code such as 20 may stand without quotes."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_time(value: object) -> object:
    """9:00 as people write it; seconds and zones there are none."""
    found = re.fullmatch("([0-9]{1,2}):([0-9]{2})", str(value).strip())
    return f"{int(found[1]):02}:{found[2]}" if found else str(value)


def _day_in_order(value: date | None, info: Any) -> date | None:
    since = info.data.get("since")
    if value is not None and since is not None and value <= since:
        raise complaint(FlawCode.ENDS_BEFORE_IT_BEGINS, since=str(since))
    return value


def _like(pattern: str, longest: int, code: FlawCode) -> AfterValidator:
    made = re.compile(pattern)

    def check(value: str) -> str:
        if len(value) > longest or not made.fullmatch(value):
            raise complaint(code, max=longest)
        return value

    return AfterValidator(check)


def _mail(value: object) -> object:
    if not value:
        return ""
    try:
        return validate_email(str(value), check_deliverability=False).normalized
    except EmailNotValidError:
        raise complaint(FlawCode.NO_MAIL) from None


ShortCode = Annotated[str, BeforeValidator(_as_text), _like("[A-Za-z0-9][A-Za-z0-9_-]*", 64, FlawCode.NO_CODE)]
Username = Annotated[str, BeforeValidator(_as_text), _like("[A-Za-z0-9][A-Za-z0-9._@-]*", 100, FlawCode.NO_USERNAME)]
RequiredName = Annotated[str, Field(min_length=1, max_length=200)]
Optional = Annotated[
    str, BeforeValidator(lambda value: "" if value is None else _as_text(value)), Field(max_length=300)
]
Mail = Annotated[str, BeforeValidator(_mail), Field(max_length=254)]


TYPED: Final[Mapping[Path_, Where]] = {(): ("", 0)}
"""Where everything stands that was not read from a file."""


class FilePart(BaseModel):
    """What every part of the file shares: it cannot be changed, and a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def _is_seen(cls, value: object) -> object:
        """A name that shows otherwise than it is written would be found by nobody, and could be taken for another's."""
        if isinstance(value, str) and (signs := unseen_signs(value)):
            raise complaint(FlawCode.UNSEEN_SIGNS, signs=series(signs))
        return value


class Superior(FilePart):
    """The next higher organ: one of this installation by ``code``, or one outside by ``name`` and ``address``."""

    code: ShortCode | None = None
    name: Annotated[Optional, Field(max_length=200)] = ""
    address: Optional = ""


class DescribedContact(FilePart):
    """Where and when one is received; must be published (Regulation Art. 18(1))."""

    address: Optional = ""
    postcode: Annotated[Optional, Field(max_length=20)] = ""
    phone: Annotated[Optional, Field(max_length=100)] = ""
    hours: Annotated[Optional, Field(max_length=200)] = ""
    place: Optional = ""


def _time_in_order(value: time, info: Any) -> time:
    begins = info.data.get("begins")
    if begins is not None and value <= begins:
        raise complaint(FlawCode.ENDS_BEFORE_IT_BEGINS, since=f"{begins:%H:%M}")
    return value


class DescribedReceptionTime(FilePart):
    """When petitioners are received: on ``weekdays`` (1 is Monday) of each week, or of the ``weeks`` of a month, or on one ``day``."""

    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = ()
    weeks: tuple[Annotated[int, Field(ge=1, le=5)], ...] = ()
    day: date | None = None
    begins: Annotated[time, BeforeValidator(_as_time)]
    ends: Annotated[time, BeforeValidator(_as_time), AfterValidator(_time_in_order)]
    place: Optional = ""
    receiver: Annotated[Optional, Field(max_length=100)] = ""


class Appointed(FilePart):
    """Who holds a post, from the day ``since`` until the day ``until`` (not included), where they are given."""

    username: Username
    since: date | None = None
    until: Annotated[date | None, AfterValidator(_day_in_order)] = None


def _appointed(value: object) -> object:
    """A user name alone stands for somebody who holds the post from now on."""
    return {"username": value} if isinstance(value, str | int) else value


class DescribedPost(FilePart):
    """A post: what it is called, which roles of the rulebook it holds, and who holds it."""

    title: Annotated[str, Field(min_length=1, max_length=100)]
    roles: Ids = ()
    holders: tuple[Annotated[Appointed, BeforeValidator(_appointed)], ...] = ()


class DescribedUnit(FilePart):
    """A unit of the tree, below ``parent`` where one is given."""

    code: ShortCode
    name: RequiredName
    kind: Annotated[Optional, Field(max_length=64)] = ""
    parent: ShortCode | None = None
    posts: tuple[DescribedPost, ...] = ()


class Abolished(FilePart):
    """A unit that is no more, and the one that took over what it did and owed."""

    code: ShortCode
    successor: ShortCode


class Leaders(FilePart):
    """The leading group, by user names (clause s0-2)."""

    head: Username | None = None
    deputy: tuple[Username, ...] = ()
    member: tuple[Username, ...] = ()


class DescribedOrganisation(FilePart):
    """An organisation: who it is, how it can be reached, its units with their posts."""

    code: ShortCode
    name: RequiredName
    short_name: Annotated[Optional, Field(max_length=60)] = ""
    level: Annotated[Optional, Field(max_length=60)] = ""
    rulebook: Annotated[str, Field(min_length=1, max_length=80)]
    superior: Superior | None = None
    first_responsible: Annotated[Optional, Field(max_length=200)] = ""
    paper_code: Annotated[Optional, Field(max_length=30)] = ""
    office: ShortCode | None = None
    contact: DescribedContact = DescribedContact()
    reception: tuple[DescribedReceptionTime, ...] | None = None
    units: tuple[DescribedUnit, ...] = Field(min_length=1)
    abolished: tuple[Abolished, ...] = ()
    leaders: Leaders = Leaders()
    administrators: tuple[Username, ...] = ()


class Person(FilePart):
    """Somebody who signs in."""

    username: Username
    name: Annotated[str, Field(min_length=1, max_length=100)]
    email: Mail = ""


class Description(FilePart):
    """A whole file: people, and the organisations that they work in. A superior stands before those below it."""

    people: tuple[Person, ...] = ()
    organisations: tuple[DescribedOrganisation, ...] = Field(min_length=1)
    administrators: tuple[Username, ...] = ()


def read_description(path: Path) -> Description:
    """The organisations that the file ``path`` describes.

    Raises OrganisationFlawed with everything that is wrong: what YAML, the form and the references between parts make of it.
    """
    try:
        content, places = read_yaml(read_file(path), path.name)
    except RulebookFlawed as error:
        raise OrganisationFlawed(error.flaws) from None
    return judged(content, places)


def judged(content: Mapping[str, Any], places: Mapping[Path_, Where]) -> Description:
    """What ``content`` describes, with flaws told by their ``places``; none where it was typed. Raises OrganisationFlawed."""
    places = places or TYPED
    try:
        described = Description.model_validate(content)
    except ValidationError as error:
        raise OrganisationFlawed(flaws(error, places, Description)) from None
    found = [Flaw(*nearest(places, path), ".".join(map(str, path)), why) for path, why in _contradictions(described)]
    if found:
        raise OrganisationFlawed(found)
    return described


_Contradiction = tuple[Path_, Any]


def _contradictions(whole: Description) -> Iterator[_Contradiction]:
    """What the parts say against each other."""
    yield from _twice(("people",), "username", [person.username for person in whole.people])
    yield from _twice(("organisations",), "code", [one.code for one in whole.organisations])
    for number, one in enumerate(whole.organisations):
        at: Path_ = ("organisations", number)
        codes = [unit.code for unit in one.units]
        yield from _twice((*at, "units"), "code", codes)
        yield from _of_tree(at, one)
        if one.office is not None and one.office not in codes:
            yield (*at, "office"), FlawCode.NO_UNIT.about(known=series(codes), found=one.office)
        if one.superior and bool(one.superior.code) == bool(one.superior.name):
            yield (*at, "superior"), FlawCode.ONE_SUPERIOR.about(found="")
        for place, times in enumerate(one.reception or ()):
            if bool(times.weekdays) == (times.day is not None):
                yield (*at, "reception", place), FlawCode.WEEKDAYS_OR_DAY.about(found="")
        for place, gone in enumerate(one.abolished):
            if gone.code in codes or gone.successor not in codes:
                yield (*at, "abolished", place), FlawCode.NO_SUCCESSOR.about(found=f"{gone.code} → {gone.successor}")


def _of_tree(at: Path_, one: DescribedOrganisation) -> Iterator[_Contradiction]:
    parents = {unit.code: unit.parent for unit in one.units}
    for number, unit in enumerate(one.units):
        place: Path_ = (*at, "units", number)
        yield from _twice((*place, "posts"), "title", [post.title for post in unit.posts])
        if unit.parent is not None and unit.parent not in parents:
            yield (*place, "parent"), FlawCode.NO_UNIT.about(known=series(parents), found=unit.parent)
        elif round_ := _cycle(unit.code, parents):
            yield (*place, "parent"), FlawCode.TREE_WITH_A_CYCLE.about(found=" → ".join(round_))
        for inner, post in enumerate(unit.posts):
            names = [held.username for held in post.holders]
            yield from _twice((*place, "posts", inner, "holders"), "username", names)


def _cycle(code: str, parents: Mapping[str, str | None]) -> list[str]:
    """The way from a unit up the tree to itself; empty where it has none."""
    way = [code]
    link = parents.get(code)
    while link is not None and link not in way:
        way.append(link)
        link = parents.get(link)
    return [*way, code] if link == code else []


def _twice(at: Path_, key: str, names: list[str]) -> Iterator[_Contradiction]:
    seen: dict[str, int] = {}
    for number, name in enumerate(names):
        if name in seen:
            yield (*at, number, key), FlawCode.NAMED_TWICE.about(found=name)
        seen[name] = number
