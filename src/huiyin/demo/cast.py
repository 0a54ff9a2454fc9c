"""The organisations of the demonstration, their units and posts, and the accounts that visitors sign in with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password

from huiyin.audit import adoption
from huiyin.demo.material import material
from huiyin.people import models
from huiyin.people.appointments import appoint
from huiyin.people.demonstration import PASSWORD, TOKEN_PREFIX
from huiyin.people.models import Leader, Organisation, Post, Reception, ReceptionTime, Unit
from huiyin.people.signing_in.tokens import issue_token
from huiyin.rule_store.activation import adopt


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody to sign in as; ``token`` is for programs."""

    username: str
    password: str
    token: str
    name: str
    post: str
    unit: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What a visitor needs to know, as the command prints it and the sign-in page reads it."""

    organisations: tuple[Mapping[str, str], ...]
    accounts: tuple[DemoAccount, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "organisations": [dict(item) for item in self.organisations],
            "accounts": list(map(asdict, self.accounts)),
        }


def described() -> Demonstration:
    """The cast as written down: the same every time."""
    organisations = tuple(
        {"code": item["code"], "name": item["name"], "rulebook": item["rulebook"]}
        for item in reversed(_organisations())
    )
    return Demonstration(organisations, tuple(accounts()))


def accounts() -> Iterator[DemoAccount]:
    """Everybody to sign in as, those of the bureau first."""
    for organisation in reversed(_organisations()):
        for unit in organisation["units"]:
            for title, name, username, _roles in unit["posts"]:
                token = f"{TOKEN_PREFIX}{username}"
                yield DemoAccount(username, PASSWORD, token, name, title, unit["name"], organisation["code"])


def exists() -> bool:
    """Whether the demonstration was made here before."""
    return Organisation.objects.filter(code__in=[item["code"] for item in _organisations()]).exists()


def is_alone() -> bool:
    """Whether there is no organisation here but those of the demonstration."""
    own = {(item["code"], item["name"]) for item in _organisations()}
    return set(Organisation.objects.values_list("code", "name")) <= own


def make_cast(at: datetime) -> None:
    """Make organisations, units, posts and accounts; ``at`` is when they are said to have been entered."""
    encoded = make_password(PASSWORD)  # once: hashing a password well takes long on purpose
    known: dict[str, Organisation] = {}
    for entry in _organisations():
        known[entry["code"]] = _make_organisation(entry, known.get(entry.get("superior", "")), encoded, at)
    administrators = models.Account.objects.filter(username__in=material("organisations")["administrators"])
    administrators.update(is_superuser=True)
    adopt(at)
    adoption.adopt(at)


def _organisations() -> Sequence[Mapping[str, Any]]:
    organisations: Sequence[Mapping[str, Any]] = material("organisations")["organisations"]
    return organisations


def _make_organisation(
    entry: Mapping[str, Any], superior: Organisation | None, encoded: str, at: datetime
) -> Organisation:
    organisation = Organisation.objects.create(
        code=entry["code"],
        name=entry["name"],
        short_name=entry["short"],
        paper_code=entry["paper_code"],
        superior=superior,
        rulebook=entry["rulebook"],
        first_responsible=entry["first_responsible"],
        created_at=at,
    )
    units: dict[str, Unit] = {}
    people: dict[str, models.Account] = {}
    for described in entry["units"]:
        units[described["code"]] = _make_unit(described, organisation, units, people, encoded, at)
    organisation.office = units[entry["office"]]
    organisation.save(update_fields=["office"])
    Reception.objects.create(organisation=organisation, **entry["contact"])
    for one in entry.get("reception", ()):
        ReceptionTime.objects.create(organisation=organisation, **one)
    for position, usernames in entry["leaders"].items():
        for username in [usernames] if isinstance(usernames, str) else usernames:
            Leader.objects.create(organisation=organisation, account=people[username], position=position)
    return organisation


def _make_unit(
    entry: Mapping[str, Any],
    organisation: Organisation,
    units: Mapping[str, Unit],
    people: dict[str, models.Account],
    encoded: str,
    at: datetime,
) -> Unit:
    unit = Unit.objects.create(
        organisation=organisation,
        code=entry["code"],
        name=entry["name"],
        kind=entry["kind"],
        parent=units.get(entry.get("parent", "")),
    )
    for title, name, username, roles in entry["posts"]:
        account = models.Account(username=username, display_name=name, password=encoded)
        account.save(force_insert=True)
        post = Post.objects.create(organisation=organisation, unit=unit, title=title, roles=list(roles))
        holding = appoint(account, post, material("organisations")["since"])
        issue_token(holding, f"{TOKEN_PREFIX}{username}", at)
        people[username] = account
    return unit
