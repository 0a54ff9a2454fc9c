"""The record of a service (送达回证) of a document: what the step that served it entered, and places for who signs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from django.utils import timezone, translation

from huiyin.casework.history import Document, History, HistoryStep, steps
from huiyin.casework.lists.service import MODES
from huiyin.documents.compose import LANGUAGE, content_of
from huiyin.documents.content import Block, DocumentContent, FormRow
from huiyin.documents.facts import days_in_words
from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

TITLE = "送达回证"
DAY = "served_on"
ON_THE_PAGE = "电子送达（信访人凭查询码打开签收）"
BY_HAND: Mapping[str, tuple[str, ...]] = {
    "受送达人签名或者盖章": ("signed_by",),
    "代收人签名及与受送达人的关系": ("received_by", "relation"),
    "拒收事由、见证人签名（或者影像记录）": ("refusal", "witness_one", "witness_two"),
    "邮寄单位、邮件号码、交寄日期": ("carrier", "tracking_no", "posted_on"),
    "公告发布日期、发布处": ("announced_on", "announced_where"),
    "送达人签名": (),
    "备注": ("confirm_why", "unreachable_why"),
}
"""What is written when the document is handed over (by analogy, Civil Procedure Law Art. 87-95), and the fields that say it already."""


class NotServed(HuiyinError):
    """Raised when no step has served the document."""

    to_do = gettext_noop("请选由某个步骤送达的文书，例如 reply、review_opinion 或 rereview_opinion")


def is_served(document: Document, past: History) -> bool:
    """Whether a step has served the document, so that there is a record of that."""
    step = _step(document, past)
    return step is not None and bool(_entered(step, past).get(DAY))


def how_served(past: History, documents: Iterable[Document]) -> Mapping[UUID, str]:
    """How and when each of the ``documents`` of a case was served, and its proof, in a line of the reader's language; those that no step
    served are not there.
    """
    found, story = {}, {step.seq: step for step in steps(past)}
    for document in documents:
        step = story.get(document.seq)
        entries = _entered(step, past) if step is not None else {}
        if entries.get(DAY):
            mode = next((entries[name] for name in MODES if entries.get(name)), "")
            found[document.id] = " · ".join(filter(None, (mode, entries[DAY], entries.get("service_proof", ""))))
    return found


def service_record(document: Document, past: History, addressee: str) -> DocumentContent:
    """The record of the service of a document; arguments as ``content_of``. Raises NotServed."""
    step = _step(document, past)
    if step is None or not is_served(document, past):
        raise NotServed(_("没有步骤送达过这份文书"))
    with translation.override(LANGUAGE):
        served = next(one for one in steps(past) if one.seq == document.seq)
        return _record(document, past, addressee, _entered(served, past))


def blank_record(document: Document, past: History, addressee: str) -> DocumentContent:
    """The record to take along when the document is served: how, when and by whom it is received is written by hand."""
    with translation.override(LANGUAGE):
        return _record(document, past, addressee, {})


def _record(document: Document, past: History, addressee: str, entries: Mapping[str, str]) -> DocumentContent:
    served = content_of(document, past, addressee)
    mode = next((entries[name] for name in MODES if entries.get(name)), "")
    filled = (
        FormRow("送达文书名称", served.title),
        FormRow("文号", served.number),
        FormRow("受送达人", addressee),
        FormRow("送达方式", mode),
        FormRow("送达日期", days_in_words(entries.get(DAY, ""))),
        FormRow("送达地点", entries.get("service_place", "")),
    )
    written = (
        FormRow(label, "，".join(days_in_words(entries[name]) for name in names if entries.get(name)))
        for label, names in BY_HAND.items()
    )
    return replace(
        served,
        kind=f"{served.kind}-service",
        title=TITLE,
        number="",
        upward=False,
        addressee="",
        body=(Block("本回证由送达人填写，随卷归档。"),),
        rows=(*filled, *written),
        attachments=(),
        contact="",
        copies=(),
        mark="",
        verify="",
    )


def _step(document: Document, past: History) -> HistoryStep | None:
    return next((step for step in steps(past) if step.seq == document.seq), None)


def _entered(step: HistoryStep, past: History) -> dict[str, str]:
    """What the step that served a document entered; of one that the petitioner opened, the day on which they did."""
    rules = next(under for item, under in past.events if item.seq == step.seq)
    action = rules.book.procedures[past.case.procedure].actions.get(step.action)
    if action is not None and action.receives:
        return {MODES[0]: ON_THE_PAGE, DAY: timezone.localdate(step.at).isoformat()}
    return {shown.name: shown.value for shown in step.fields}
