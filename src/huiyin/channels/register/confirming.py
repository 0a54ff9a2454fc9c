"""Who may confirm that matters of an old register had ended: row by row, nobody whom a row accuses, and none of it do they see or count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from huiyin.casework.visible import roles_of
from huiyin.channels.models import WAITING, RegisterRow, RegisterRun
from huiyin.people.acting import holders_in, in_each_post
from huiyin.people.appointments import day_of, of_units
from huiyin.people.models import Account
from huiyin.procedure.command import Actor
from huiyin.rule_store.store import load
from huiyin.rules import MATTER, REGISTER
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import CUSTODIAN, Role

ABOVE: Final = (REGISTER, "accept", "approve_opinion")
"""Who registers, and who decides after them in the same organisation: whether a matter is accepted, and what is answered."""
WAITS: Final = "waiting"
CONFIRMED: Final = "confirmed"


@dataclass(frozen=True, slots=True)
class WaitingRegister:
    """An old register, and those of its rows that wait for one reader."""

    run: RegisterRun
    rows: tuple[RegisterRow, ...]


def of_others(person: UUID, organisation: UUID) -> QuerySet[RegisterRun]:
    """The registers that others than ``person`` handed in and that wait for a second one, the longest waiting first; not each waits for them."""
    found = RegisterRun.objects.filter(organisation_id=organisation, step=WAITING).exclude(account_id=person)
    return found.select_related("account", "organisation", "upload").order_by("ended_at", "id")


def to_confirm(reader: Actor, at: datetime, most: int | None = None) -> list[WaitingRegister]:
    """The registers of which the reader may confirm that some matters had ended, by what these accuse; whoever asks has asked for the post."""
    runs = of_others(reader.person, reader.organisation)[:most] if reader.person else ()
    found = (WaitingRegister(run, waiting_rows(run, reader, at)) for run in runs)
    return [one for one in found if one.rows]


def waiting_rows(run: RegisterRun, reader: Actor, at: datetime) -> tuple[RegisterRow, ...]:
    """What waits for the reader, by line: nothing that accuses them, a unit of theirs or one above it; where nobody has found out yet whom a
    row accuses, it waits for who has accusations in custody, or where it may mean all of these for who comes after them.
    """
    theirs = {id.hex for id in (*reader.within, reader.person) if id is not None}
    rows = RegisterRow.objects.filter(run=run, fate=WAITS).order_by("line")
    open_to_all = [row for row in rows if theirs.isdisjoint(row.accused)]
    keeping: dict[tuple[str, ...], str] = {}
    for row in open_to_all:
        if row.unresolved and tuple(row.accused) not in keeping:
            keeping[tuple(row.accused)] = _keeping(run, frozenset(map(UUID, row.accused)), at)
    return tuple(row for row in open_to_all if not row.unresolved or keeping[tuple(row.accused)] in reader.roles)


def _keeping(run: RegisterRun, accused: frozenset[UUID], at: datetime) -> str:
    """The role that finds out whom a row accuses: the first that somebody holds who is none of those whom it may mean, nor handed it in."""
    barred = {run.account_id, *accused} | of_units(accused, day_of(at))
    roles = _keepers(roles_of(run.organisation_id))
    there = (role for role in roles if any(one.id not in barred for one in holders_in(run.organisation_id, [role], at)))
    return next(there, "")


def _keepers(roles: Mapping[str, Role]) -> tuple[str, ...]:
    """Who has accusations in custody, and who comes after them."""
    custodian = roles.get(CUSTODIAN)
    return tuple(filter(None, (CUSTODIAN, custodian.stand_in, custodian.confirmed_by))) if custodian else ()


def confirming_roles(rules: Rules) -> frozenset[str]:
    """The roles whose holders may confirm that matters of an old register had ended."""
    actions = rules.book.procedures[MATTER].actions
    return frozenset(
        {role for name in ABOVE if name in actions for role in actions[name].by}.union(_keepers(rules.book.roles))
    )


def waiting_for(account: Account, at: datetime) -> Iterable[UUID]:
    """The registers that wait for the word of ``account``, in whatever post of theirs."""
    found: dict[UUID, None] = {}
    for reader in in_each_post(account, at):
        runs = list(of_others(account.id, reader.organisation))
        if runs and confirming_roles(load(runs[0].organisation.rulebook_at(at))) & reader.roles:
            found |= {run.id: None for run in runs if waiting_rows(run, reader, at)}
    return list(found)
