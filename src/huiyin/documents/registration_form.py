"""The registration form (登记表) of a case, as a document: what came in, when, how, from whom, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.utils import timezone, translation

from huiyin.casework.case_view import channel_name
from huiyin.casework.history import History, HistoryStep, contacts, steps
from huiyin.casework.labels import name_of
from huiyin.casework.vocabulary import INSIDE
from huiyin.documents.compose import LANGUAGE
from huiyin.documents.content import SIGN_HERE, DocumentContent, FormRow, day_in_words
from huiyin.documents.facts import cleaned
from huiyin.people.checks import PetitionerFields

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
            FormRow("收到日期", _day(case.received_at)),
            FormRow("登记日期", _day(case.registered_at)),
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


def office_form(past: History, people: Sequence[PetitionerFields], files: Sequence[str]) -> DocumentContent:
    """The form as far as the case has come, with the names of the ``files`` that came with the petition, and places to sign."""
    form = registration_form(past, people, past.events[-1][0].seq)
    came = [FormRow("随附材料", "\n".join(map(cleaned, files)))] if files else []
    return replace(form, rows=(*form.rows, *came, *(FormRow(who, SIGN_HERE) for who in ("登记人", "审核人"))))


def came_along(past: History) -> frozenset[UUID]:
    """The files that came with the petition itself."""
    return frozenset(ref.id for contact in contacts(past)[:1] for ref in contact.event.files)


def _day(at: object) -> str:
    return day_in_words(timezone.localtime(at).date())  # type: ignore[arg-type]


def _person(fields: PetitionerFields) -> str:
    known = [f"{label} {value}" for name, label in IDENTITY if (value := cleaned(str(getattr(fields, name) or "")))]
    return "，".join([cleaned(fields.name) or "信访人", *known])


def _step(step: HistoryStep) -> str:
    return f"{_day(step.at)} {step.label}"
