"""Which rulebooks there are to read: those that ship, those on file, and who works under which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from huiyin.people.models import Organisation
from huiyin.procedure.command import Actor
from huiyin.rule_store import store
from huiyin.rules.book.load import RulebookFlawed, Rules, load, shipped
from huiyin.rules.book.sources import Sources


@dataclass(frozen=True, slots=True)
class Shelved:
    """A rulebook as the list shows it; ``address`` names it in addresses: the shipped one by its name, else name@version.

    ``own``: the reader's organisation works under it; ``users`` are all organisations that do.
    """

    address: str
    rules: Rules
    own: bool
    users: tuple[str, ...]


def shelf(actor: Actor) -> tuple[Shelved, ...]:
    """Every rulebook: first that of the reader's organisation, then those in use elsewhere, then the others."""
    users = _users()
    books = []
    for address, rules in _all():
        # Where the version in force is on file with another text than ships, nobody works under the shipped one.
        in_force = store.load(rules.book.key).book is rules.book
        using = users.get(address, {}) | (users.get(rules.book.key, {}) if in_force else {})
        books.append(Shelved(address, rules, actor.organisation in using, tuple(using.values())))
    return tuple(sorted(books, key=lambda book: (not book.own, not book.users, book.address)))


def find(address: str) -> Rules:
    """The rulebook that an address names. Raises Http404."""
    try:
        return store.load(address)
    except RulebookFlawed:
        raise Http404 from None


def sources_of(address: str) -> Sources:
    """The whole text of the rulebook that an address names, and of all that it is made of. Raises Http404."""
    find(address)
    return store.gather(address)[1]


def _all() -> Iterator[tuple[str, Rules]]:
    """Every book by its address. A version on file is left out where the shipped one is the same text, as it mostly is."""
    for name in shipped():
        yield name, load(name)
    for key, rules in store.on_file().items():
        name = key.partition("@")[0]
        if name not in shipped() or rules.book is not load(name).book:
            yield key, rules


def _users() -> Mapping[str, dict[UUID, str]]:
    """Who works under which rulebook now: the names of the organisations by their ids, by what they call the rulebook."""
    found: dict[str, dict[UUID, str]] = {}
    for organisation in Organisation.objects.order_by("name"):
        found.setdefault(organisation.rulebook, {})[organisation.id] = organisation.name
    return found
