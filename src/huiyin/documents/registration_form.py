"""The registration form (登记表) of a case, as a document: what came in, when, how, from whom, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils import timezone, translation

from huiyin.casework.case_view import channel_name
from huiyin.casework.history import History, HistoryStep, contacts, read_history, steps
from huiyin.casework.labels import name_of
from huiyin.casework.models import Case
from huiyin.casework.received.parties import parties
from huiyin.casework.sealed.confidential import is_hidden
from huiyin.casework.vocabulary import INSIDE
from huiyin.documents.addressee import PURPOSE
from huiyin.documents.compose import LANGUAGE
from huiyin.documents.content import SIGN_HERE, DocumentContent, FormRow
from huiyin.documents.facts import cleaned, local_day
from huiyin.people import petitioners
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Petitioner
from huiyin.procedure.command import Actor

TITLE = "信访事项登记表"
INSIDE_TITLE = "事项登记表"
UNNAMED = "（要求保密，或者资料已销毁）"
ERASED = "（保管期限已满，资料已销毁）"
IDENTITY = (("phone", "电话"), ("id_number", "证件号码"), ("address", "住址"), ("email", "邮箱"))


def registration_form(past: History, people: Sequence[PetitionerFields], through: int) -> DocumentContent:
    """The form. ``people`` are the petitioners, read already, in the order in which they were named; ``through`` as in ``filed_documents``."""
    with translation.override(LANGUAGE):
        case, taken = past.case, [step for step in steps(past) if step.seq <= through]
        brought = case.channel not in ("", INSIDE)
        rules = past.events[0][1]
        rows = [
            FormRow("事项编号", case.number),
            FormRow("事项类别", name_of(rules.book.procedures[case.procedure])),
            FormRow("办理依据", f"《{name_of(rules.book.title)}》"),
            FormRow("收到日期", local_day(case.received_at)),
            FormRow("登记日期", local_day(case.registered_at)),
        ]
        rows += (
            [FormRow("来件方式", channel_name(case.channel)), FormRow("人数", f"{case.headcount}人")] if brought else []
        )
        named = list(map(_person, people)) or ([UNNAMED] if brought else [])
        rows += [FormRow("信访人", who) for who in named]
        rows += [FormRow("题名", cleaned(past.title) or ERASED)] if brought or past.title else []
        rows += [FormRow("主要内容", cleaned(one.text) or ERASED) for one in contacts(past)[:1]]
        rows += [FormRow("承办单位", case.unit.name)] if case.unit else []
        rows += [FormRow("办理经过", "\n".join(map(_step, taken)))]
        rows += [FormRow("办理结果", taken[-1].to_stage)] if taken else []
        return DocumentContent(
            id=case.id,
            kind="registration",
            organ=case.organisation.name,
            title=TITLE if brought else INSIDE_TITLE,
            number="",
            about=f"信访事项 {case.number}" if brought else f"事项 {case.number}",
            upward=False,
            signer="",
            addressee="",
            body=(),
            rows=tuple(rows),
            attachments=(),
            day=timezone.localtime(case.registered_at).date(),
            contact="",
            copies=(),
            wording="registration-form",
        )


def covered_form(case: Case, actor: Actor, at: datetime) -> DocumentContent:
    """The form as far as the case has come, for ``actor``, who may see it: the petitioners covered, with places to sign."""
    known = list(petitioners.recognisable(_people(case, actor, at)).values())
    return _office_form(read_history(case, actor), known)


def form_in_full(case: Case, actor: Actor, at: datetime) -> DocumentContent:
    """The same with the petitioners in full, but for those who were erased, which is put on record."""
    people = [party for party in _people(case, actor, at) if party.key.destroyed_at is None]
    found = petitioners.read_many(people, actor, PURPOSE, at, case.id)
    return _office_form(read_history(case, actor), [found[party.id] for party in people])


def _people(case: Case, actor: Actor, at: datetime) -> list[Petitioner]:
    """The petitioners; none for whoever may not know who they are."""
    people = [row.petitioner for row in parties(case.id)]
    return [] if is_hidden(case, people, actor, at) else people


def _office_form(past: History, people: Sequence[PetitionerFields]) -> DocumentContent:
    form, with_petition = registration_form(past, people, past.events[-1][0].seq), came_along(past)
    files = [cleaned(file.name) for file in past.files if file.id in with_petition]
    came = [FormRow("随附材料", "\n".join(files))] if files else []
    return replace(form, rows=(*form.rows, *came, *(FormRow(who, SIGN_HERE) for who in ("登记人", "审核人"))))


def came_along(past: History) -> frozenset[UUID]:
    """The files that came with the petition itself."""
    return frozenset(ref.id for contact in contacts(past)[:1] for ref in contact.event.files)


def _person(fields: PetitionerFields) -> str:
    known = [f"{label} {value}" for name, label in IDENTITY if (value := cleaned(str(getattr(fields, name) or "")))]
    return "，".join([cleaned(fields.name) or "信访人", *known])


def _step(step: HistoryStep) -> str:
    return f"{local_day(step.at)} {step.label}"
