"""Setting how confidential a case is and who may know of it: an event of the case, under every rulebook, with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError, name_of
from huiyin.casework.received.entered import entered
from huiyin.casework.visible import oversees
from huiyin.door.consequences.following import have_followed
from huiyin.door.documents.editing import STALE, on_held_cases, written_with_reason
from huiyin.door.documents.writing import DocumentWriting
from huiyin.door.held import Held
from huiyin.door.outcome import Accepted, Rejected
from huiyin.people.acting import former_units, kin_of_each
from huiyin.people.appointments import current, day_of
from huiyin.people.models import Account, Holding, Post, Unit
from huiyin.procedure.command import Actor, PersonId, PostId, UnitId
from huiyin.procedure.confidentiality.levels import HANDLING
from huiyin.procedure.confidentiality.setting import (
    KnownNames,
    KnownPost,
    NeedToKnow,
    barred,
    kept_from,
    still_owing,
)
from huiyin.procedure.event import ConfidentialitySet
from huiyin.procedure.state import LEVEL_ORDER, ORDINARY, State
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules

MAX_REASON_CHARS = 500
MAX_LISTED = 500


@dataclass(frozen=True, slots=True)
class NewLevel:
    """How confidential a case is to be, and for whom: ids of units, posts and accounts of its organisation, mixed, as they were chosen.

    ``at_seq`` is the last event that whoever chose has seen (None: any).
    """

    level: str
    listed: frozenset[UUID]
    reason: str = field(repr=False)
    at_seq: int | None = None


def set_confidentiality(case: UUID, new_level: NewLevel, actor: Actor, at: datetime) -> Accepted | Rejected:
    """Limit a case to those on a list, change the list, or lift the limit; or say why not. Clause s1-C3. What is about the case follows.

    The caller has made sure that ``actor`` may see the case. Where something has happened to it since ``wanted.at_seq`` nothing is
    written, and the error's code is ``stale``. Raises NoSuchCase, Conflict as ``execute`` does.
    """
    return on_held_cases(case, partial(_set, case, new_level, actor, at))


def _set(id: UUID, new_level: NewLevel, actor: Actor, at: datetime, held: Held) -> Accepted | Rejected:
    case = held[id]
    rules, state = load(case.rulebook), codec.loads(case.state)
    why = barred(state, actor, oversees=oversees(actor))
    if why is not None:
        return Rejected((FormError("", why, _why_barred()[why]),))
    if new_level.at_seq is not None and new_level.at_seq != state.seq:
        words = _("在您填写期间本事项又有变动，您设定的内容没有保存；请核对现在的密级和名单，再提交一次")
        return Rejected((FormError("", STALE, words),))
    known, named, unknown = _names_of_listed(case.organisation_id, new_level.listed | _listed_now(state), at)
    asked = NeedToKnow(
        frozenset(known.units.keys() & new_level.listed),
        frozenset(known.posts.keys() & new_level.listed),
        frozenset(known.people.keys() & new_level.listed),
    )
    reason, errors = entered("reason", new_level.reason, MAX_REASON_CHARS)
    errors += _wrong(new_level, asked, state, unknown & new_level.listed)
    errors += [
        FormError("listed", "kept-from", _("本事项对“%(who)s”回避或者保密，不能列入知情人名单") % {"who": named[id]})
        for id in sorted(kept_from(state, asked, known))
    ]
    if new_level.level != ORDINARY:
        errors += list(_orphaned(rules, state, asked, known, named))
    if errors:
        return Rejected(tuple(errors))
    writing = DocumentWriting(case, rules, state, actor, at)
    writing.add(
        ConfidentialitySet(
            new_level.level,  # type: ignore[arg-type]  # one of HANDLING, as checked
            tuple(sorted(asked.units)),
            tuple(sorted(asked.posts)),
            tuple(sorted(asked.people)),
            writing.sealed(reason),
        )
    )
    outcome = written_with_reason(writing, reason, held)
    have_followed(writing.decision, at, held)
    return outcome


def _why_barred() -> dict[str, str]:
    return {
        "not-yours": _("只有本机构的保管人、负责人和督查人可以设定密级和知情人名单"),
        "recused": _("您已回避本事项，不能设定密级和知情人名单"),
    }


def _listed_now(state: State) -> frozenset[UUID]:
    return frozenset() if state.confidentiality is None else state.confidentiality.may_know


def _wrong(new_level: NewLevel, asked: NeedToKnow, state: State, unknown: frozenset[UUID]) -> Iterable[FormError]:
    limited = state.confidentiality
    if new_level.level not in HANDLING:
        yield FormError("level", "unknown", _("没有这种密级，请选择普通、内部或者工作秘密"))
    elif LEVEL_ORDER.index(new_level.level) < LEVEL_ORDER.index(state.followed_level):
        yield FormError("level", "follows", _("本事项所涉的另一事项密级更高，本事项的密级不能低于它"))
        return
    elif new_level.level == ORDINARY and asked.ids:
        yield FormError("listed", "not-limited", _("普通事项不设知情人名单；要限制知情范围，请选择内部或者工作秘密"))
    if len(new_level.listed) > MAX_LISTED:
        yield FormError("listed", "too-many", _("名单最多列 %(most)d 项，请按单位列") % {"most": MAX_LISTED})
    if unknown:
        yield FormError("listed", "unknown", _("名单中有本机构没有的单位、岗位或人员，请重新选择"))
    same = (
        limited is None
        if new_level.level == ORDINARY
        else limited is not None
        and (limited.level, limited.units, limited.posts, limited.people)
        == (new_level.level, asked.units, asked.posts, asked.people)
        and not limited.acted - asked.posts
    )
    if same:
        yield FormError("", "nothing-changed", _("没有改动任何内容"))


def _orphaned(
    rules: Rules, state: State, asked: NeedToKnow, known: KnownNames, named: dict[UUID, str]
) -> Iterable[FormError]:
    """What would be left to nobody on the list: whoever owes it is taken off when it is done or handed over, not before."""
    for id, duty in sorted(still_owing(state, asked, known).items()):
        what = name_of(rules.book.procedures[state.procedure].duties[duty.kind], duty.kind)
        words = _("“%(who)s”还负有“%(duty)s”的职责，办结或者移交以后才能移出名单")
        yield FormError("listed", "owes", words % {"who": named.get(id, ""), "duty": what})


def _names_of_listed(
    organisation: UUID, ids: frozenset[UUID], at: datetime
) -> tuple[KnownNames, dict[UUID, str], frozenset[UUID]]:
    """What the directory knows of those of ``ids`` that are of ``organisation``, what they are called, and the ids that are not."""
    day = day_of(at)
    posts = list(Post.objects.filter(id__in=ids, organisation_id=organisation).select_related("unit"))
    units = list(Unit.objects.filter(id__in=ids, organisation_id=organisation))
    holdings = current(Holding.objects.filter(organisation_id=organisation), day)
    people = list(Account.objects.filter(id__in=holdings.filter(account__in=ids).values("account")))
    holders: dict[UUID, set[PersonId]] = {post.id: set() for post in posts}
    for post, account in holdings.filter(post__in=posts).values_list("post_id", "account_id"):
        holders[post].add(PersonId(account))
    above = kin_of_each([*units, *(post.unit for post in posts)])
    directory = KnownNames(
        {UnitId(id): kin | {UnitId(id)} for id, kin in above.items()},
        {
            PostId(post.id): KnownPost(UnitId(post.unit_id), frozenset(post.roles), frozenset(holders[post.id]))
            for post in posts
        },
        former_units([one.id for one in people], at),
    )
    named = {unit.id: unit.name for unit in units}
    named |= {post.id: f"{post.unit.name} {post.title}" for post in posts}
    named |= {one.id: str(one) for one in people}
    return directory, named, ids - named.keys()
