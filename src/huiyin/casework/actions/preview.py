"""One action before it is taken: its form, what would follow from it, what stands in its way, and the documents it would send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.casework.actions.choices import explained, name_now, nobody_to_name
from huiyin.casework.forms import FieldView, form
from huiyin.casework.history import History, Shown, said_so_far
from huiyin.casework.history.reading import entries_for, entries_of
from huiyin.casework.labels import Explained, cites, name_of, public_stage
from huiyin.casework.loaded_case import LoadedCase
from huiyin.people.models import Account, Unit
from huiyin.procedure.command import Actor
from huiyin.procedure.documents.correction import as_taken_now
from huiyin.procedure.guard import forbidden
from huiyin.procedure.refusal import Code
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import load
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.schema import FieldRule
from huiyin.rules.book.steps import begins_case, meets, next_stage, settles_one


@dataclass(frozen=True, slots=True)
class ActionPreview:
    """An action as its form shows it. ``refusal`` says why it may not be taken now; ``documents`` are the names of what it sends.

    ``discharges`` names the open duties that it discharges; ``settles`` are the kinds of which it settles one alone.
    """

    action: str
    label: str
    cites: str
    fields: tuple[FieldView, ...]
    leads_to: str
    discharges: tuple[str, ...]
    settles: tuple[str, ...]
    documents: tuple[str, ...]
    refusal: Explained | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as it would be sent, with what is known so far."""

    label: str
    addressee: str
    says: str
    body: tuple[Shown, ...]
    remedy: str
    cites: str


def look(loaded: LoadedCase, action: str, actor: Actor, at: datetime) -> ActionPreview | None:
    """What taking ``action`` would mean for ``actor``, who may see the case; None when the procedure has no such action."""
    case, rules, state, procedure = loaded.case, loaded.rules, loaded.state, loaded.procedure
    rule = procedure.actions.get(action)
    if rule is None or begins_case(rule):
        return None
    rule = as_taken_now(procedure, state, rule, actor.kind)
    refusal = forbidden(rules, state, action, actor, at)
    if refusal is not None and refusal.code is Code.WRONG_ROLE:
        # Who may never take it is told why, without a form that would only tempt.
        fields: tuple[FieldView, ...] = ()
    else:
        fields = form(rules, rule, state, case.organisation_id, at, actor=actor)
    open_kinds = {duty.kind for duty in state.duties}
    to = next_stage(procedure, rule, state.stage)
    publicly = actor.kind == "petitioner"
    after = public_stage(procedure, to) if publicly else name_of(procedure.stages[to])
    closes = [kind for kind in rule.discharges if kind in open_kinds and not publicly]
    return ActionPreview(
        action=action,
        label=name_now(rule, state, actor),
        cites=cites(rules, rule.clause),
        fields=fields,
        leads_to=after if to != state.stage or rule.to else "",
        discharges=tuple(name_of(procedure.duties[kind]) for kind in closes),
        settles=tuple(kind for kind in closes if kind not in rule.withdraws) if settles_one(rule) else (),
        documents=tuple(name_of(procedure.notices[kind]) for kind in rule.notice),
        refusal=explained(loaded, refusal, actor) if refusal else nobody_to_name(loaded, action, actor, at, fields),
    )


def drafts(past: History, action: str, typed: Mapping[str, object]) -> tuple[Draft, ...]:
    """The documents that ``action`` would send: fields as ``typed`` now, or as last filled in before. What was approved goes out as it is
    and is shown by itself: nothing is composed beside it.
    """
    case, rules = past.case, load(past.case.rulebook)
    procedure = rules.book.procedures[case.procedure]
    rule = procedure.actions[action]
    if not rule.notice:
        return ()
    filled, documents = entries_of(past), codec.loads(case.state).papers
    found = []
    for kind in rule.notice:
        notice = procedure.notices[kind]
        if not meets(notice.when, case.facts) or (kind in documents and documents[kind].status == "approved"):
            continue
        known = said_so_far(past, entries_for(past, procedure, kind, filled))
        body = tuple(
            Shown(name, name_of(rules.book.fields.get(name), name), value)
            for name in notice.body
            if (value := _typed(rules.book.fields.get(name), typed.get(name)) or known.get(name, ""))
        )
        words = name_of(notice.says), body, name_of(notice.remedy)
        found.append(Draft(name_of(notice, kind), notice.to, *words, cites(rules, notice.clause)))
    return tuple(found)


def _typed(rule: FieldRule | None, value: object) -> str:
    """What was typed into a field, in words."""
    if value is None or rule is None:
        return ""
    parts = [str(part) for part in value] if isinstance(value, list | tuple) else [str(value)]
    return _("、").join(_word(rule, part) for part in parts)


def _word(rule: FieldRule, part: str) -> str:
    if rule.of:
        return name_of(rule.of.get(part), part)
    names = type_of(rule).names
    if names == "unit":
        return (
            str(next(iter(Unit.objects.filter(id=part).values_list("name", flat=True)), "")) if _is_id(part) else part
        )
    if names == "person":
        return str(Account.objects.filter(id=part).first() or "") if _is_id(part) else part
    return part


def _is_id(text: str) -> bool:
    return len(text) in (32, 36) and all(char in "0123456789abcdef-" for char in text.lower())
