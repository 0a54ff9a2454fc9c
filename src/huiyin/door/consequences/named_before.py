"""Whoever comes in under a name that a petitioner wrote when nobody here bore it is kept from what was written.

What is written is matched with the directory when it comes in. Whoever is appointed or renamed later was not in it then, so that a worker reads
again what may name them (Regulation Art. 30(3)); files as well (``door.files.named_before``). Nobody is told whether it found anything.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from huiyin.casework.models import Case
from huiyin.casework.sealed.texts import read_texts
from huiyin.door import accusing
from huiyin.door.accused.earlier import context_of, said_before
from huiyin.door.consequences.namesakes import ask, names_of, worked_there
from huiyin.ledger.chain import read_chain
from huiyin.people.accusable import Accusable, custody_of, in_scope
from huiyin.people.models import Account, Holding
from huiyin.people.names.directory import normal
from huiyin.procedure.event import AccusedWritten
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import load
from huiyin.search.find import cases_with


def look_through_texts(account: Account, at: datetime, *, is_renamed: bool) -> None:
    """Keep somebody from every case in reach of their posts in which a line names them by their whole name, or a text of its petitioner says of
    them what is not plainly harmless: by themselves, until its custodian has said whether they are meant.
    """
    names, directories = names_of(account), dict[tuple[UUID, str], Accusable]()
    for case in _cases_that_may_name(account, names):
        if not is_renamed and worked_there(account.id, case):
            continue
        place = case.organisation_id, case.rulebook
        if place not in directories:
            directories[place] = Accusable(case.organisation_id, at, custody_of(load(case.rulebook).book))
        if _is_on_a_line(case, names) or _is_spoken_of(account, names, case, directories[place]):
            ask(case.id, account.id, at, alone=True)


def reach_of(account: Account) -> set[UUID]:
    """The organisations whose cases may be about them, by the posts that they hold or held."""
    posts = Holding.objects.filter(account=account).values_list("organisation_id", flat=True).distinct()
    return {id for organisation in posts for id in in_scope(organisation)}


def _cases_that_may_name(account: Account, names: AbstractSet[str]) -> list[Case]:
    """Those in reach with such words in a text that is found by its words; and all that are sealed, since no index has their lines."""
    reach = reach_of(account)
    found = frozenset[UUID]().union(*(cases_with(name, reach) for name in names))
    return list(Case.objects.filter(Q(id__in=found) | Q(sealed=True), organisation__in=reach).order_by("id"))


def _is_on_a_line(case: Case, names: AbstractSet[str]) -> bool:
    if not case.sealed:
        return False
    events = (item.event for item in read_chain(case.id, AccusedWritten))
    lines = [event.line.id for event in events if isinstance(event, AccusedWritten) and event.line is not None]
    return any(name in line for line in map(normal, read_texts(lines).values()) for name in names)


def _is_spoken_of(account: Account, names: AbstractSet[str], case: Case, directory: Accusable) -> bool:
    state = codec.loads(case.state)
    words = said_before(state)
    plain = normal(words)
    if not any(name in plain for name in names):
        return False
    context = context_of(state)
    found = accusing.read_from(words, directory, (), context)
    _texts, accusations = accusing.read_and_kept(found, directory, context)
    return any(account.id in one.people for one in accusations)
