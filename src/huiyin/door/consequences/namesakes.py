"""Somebody new who is called like a person whom a matter accuses is kept from it until its custodian has said who is meant.

Whom a matter accuses is known by account, and the same person may come back under another one, or under another name. Whoever appoints or
renames somebody calls this in the same transaction, and is told nothing: it would tell whom a matter accuses (Regulation Art. 30(3)). Of two
who are at it at once, a petition is read against the directory without the newcomer, and whoever appoints does not see the petition: ``look_again``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.models import Case, CaseAccused
from huiyin.casework.sealed import texts
from huiyin.casework.sealed.texts import UnsealedText
from huiyin.door import accusing
from huiyin.door.beside.texts import sealed_texts
from huiyin.door.consequences.following import have_followed
from huiyin.door.held import Held, holding
from huiyin.door.writing import record, write_moved
from huiyin.jobs import kinds, queue
from huiyin.ledger.chain import read_chain
from huiyin.people import petitioners
from huiyin.people.accusable import in_scope
from huiyin.people.acting import system_actor
from huiyin.people.appointments import day_of
from huiyin.people.ids import first_id, made_at, new_id
from huiyin.people.models import Account, AdministrativeAct, Holding
from huiyin.people.names.directory import normal
from huiyin.people.petitioners import PetitionerErased
from huiyin.people.written_names import as_written
from huiyin.procedure.amending.kept_out import shut_out
from huiyin.procedure.command import CaseId, Command
from huiyin.procedure.event import AccusedWritten
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rows import Batch
from huiyin.rule_store.store import load

LOOKED_BACK: Final = timedelta(days=1)
"""Whoever was appointed or renamed within this is looked at once more, be it that no worker ran for a while."""
AT_ONCE: Final = timedelta(minutes=15)
"""A petition that came in so shortly after an appointment or a new name may have been read before that was kept."""


def look_again(at: datetime) -> int:
    """Ask once more about all who were appointed or renamed lately, now that what was taken in meanwhile is there to be seen; on how many cases.
    Who was asked about before is not asked about again.
    """
    lately = AdministrativeAct.objects.filter(id__gte=first_id(at - LOOKED_BACK), about__isnull=False)
    appointed = dict(lately.filter(change="appoint").values_list("about", "at"))
    for account, moment in appointed.items():
        _have_looked_through([account], moment, is_renamed=False)
    asked = _ask_about_appointed(appointed, at)
    for account, moment in lately.filter(change="rename_account").values_list("about", "at"):
        _have_looked_through([account], moment, is_renamed=True)
        cases = _cases_of_namesakes([account]).get(account, [])
        asked += sum(ask(case.id, account, at) for case in cases if case.registered_at < moment + AT_ONCE)
    return asked


def ask_about_appointed(people: Collection[UUID], at: datetime) -> int:
    """Keep the accounts ``people``, each appointed just now, from every matter in reach of their posts that accuses somebody of the same name; on
    how many cases. Whose post was entered well before the matter came in was in the directory in which its accused were looked for; a day
    written back into the past changes nothing of that.
    """
    _have_looked_through(people, at, is_renamed=False)
    return _ask_about_appointed(people, at)


def _ask_about_appointed(people: Collection[UUID], at: datetime) -> int:
    return sum(
        ask(case.id, account, at)
        for account, cases in _cases_of_namesakes(people).items()
        for case in cases
        if not worked_there(account, case)
    )


def ask_about_renamed(account: UUID, at: datetime) -> int:
    """The same of one who has another name from now on."""
    _have_looked_through([account], at, is_renamed=True)
    return sum(ask(case.id, account, at) for cases in _cases_of_namesakes([account]).values() for case in cases)


def _have_looked_through(people: Collection[UUID], since: datetime, *, is_renamed: bool) -> None:
    """Have a worker read what was written before anybody bore their names (``named_before``), now and when what is being taken in is there."""
    if not people or not Case.objects.exists():
        return
    for account in people:
        for at in (since, since + AT_ONCE):
            queue.enqueue(kinds.named_before(account, since, at, is_renamed=is_renamed))


def _cases_of_namesakes(people: Collection[UUID]) -> Mapping[UUID, list[Case]]:
    """For each of ``people`` the cases, open or not, that accuse others of one of their names where they hold a post."""
    if not people:
        return {}
    named = Account.objects.filter(id__in=CaseAccused.objects.filter(account__isnull=False).values("account"))
    bearers: dict[str, set[UUID]] = {}
    for one in named.only("id", "display_name", "former_names"):
        for name in names_of(one):
            bearers.setdefault(name, set()).add(one.id)
    found: dict[UUID, list[Case]] = {}
    for one in Account.objects.filter(id__in=people) if bearers else ():
        others = set[UUID]().union(*(bearers.get(name, ()) for name in names_of(one))) - {one.id}
        if others:
            posts = Holding.objects.filter(account=one).values_list("organisation_id", flat=True).distinct()
            reach = {id for organisation in posts for id in in_scope(organisation)}
            cases = Case.objects.filter(accused__account__in=others, organisation__in=reach)
            cases = cases.exclude(id__in=CaseAccused.objects.filter(account=one).values("case"))
            found[one.id] = list(cases.distinct().order_by("id"))
    return found


def names_of(account: Account) -> set[str]:
    """What somebody is called, or was, as it is compared."""
    return set(map(normal, (account.display_name, *account.former_names))) - {""}


def worked_there(account: UUID, case: Case) -> bool:
    """Whether somebody stood in the directory in which the accused of a case were looked for."""
    held = Holding.objects.filter(account=account, organisation__in=in_scope(case.organisation_id))
    before = first_id(made_at(case.id) - AT_ONCE)
    return held.filter(since__lt=day_of(case.registered_at), id__lt=before).exists()


def ask(case: UUID, account: UUID, at: datetime, *, alone: bool = False) -> bool:
    """Keep an account from a case until its custodian has said whether they are meant; whether they were not known there. ``alone``: the case
    goes on with everybody else.
    """
    return holding(case, partial(_asked, case, account, at, alone=alone))


def _asked(id: UUID, account: UUID, at: datetime, held: Held, *, alone: bool) -> bool:
    case = held[id]
    rules, state = load(case.rulebook), codec.loads(case.state)
    if account in _known(state):
        return False
    line = texts.unsealed(_("新任职或者改名的同名人员：%(name)s") % {"name": as_written([account])[account]}, at)
    batch = Batch()
    accused = accusing.chosen(frozenset(), frozenset([account]), at)
    if _sealed(batch, case, line):
        accused = replace(accused, line=line.ref, certain=False, alone=alone)
    seats = accusing.seats_beside((accused,), case.organisation_id, at, state)
    actor = system_actor(case.organisation_id)
    command = Command(
        id=new_id(at), case=CaseId(id), action="", actor=actor, at=at, seats=seats, accusations=(accused,)
    )
    decision = shut_out(rules, state, command)
    recorded = record(batch, case, rules, decision, actor, at)
    write_moved(batch, case, actor, at)
    have_followed(recorded.decision, at, held)
    return True


def _known(state: State) -> set[UUID]:
    """All who are accused, and whoever was asked about before, be it that somebody else was found to be meant."""
    asked = (item.event for item in read_chain(state.case, AccusedWritten))
    written = (event.people for event in asked if isinstance(event, AccusedWritten))
    return set[UUID](state.accused_people).union(*written)


def _sealed(batch: Batch, case: Case, line: UnsealedText) -> bool:
    """Whether the line could be sealed: once its petitioner was erased, whoever bears the name is kept out and nobody asked."""
    try:
        key = petitioners.data_key(case.petitioner)
    except PetitionerErased:
        return False
    batch.add(sealed_texts([line], case.organisation_id, case.id, case.petitioner_id, key))
    return True
