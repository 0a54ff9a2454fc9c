"""The record of a service (送达回证) of a paper: what the step that served it entered, and places for who signs."""

from __future__ import annotations

from dataclasses import replace

from django.utils import translation

from huiyin.casework.history import Document, History, HistoryStep, steps
from huiyin.documents.compose import LANGUAGE, paper_of
from huiyin.documents.content import Block, FormRow, Paper
from huiyin.documents.facts import days_in_words
from huiyin.errors import HuiyinError

TITLE = "送达回证"
MODE, DAY = "mode", "served_on"
"""The fields of forms that say how and when a paper was served."""
BY_HAND = (
    "受送达人签名或者盖章",
    "代收人签名及与受送达人的关系",
    "拒收事由、见证人签名（或者影像记录）",
    "送达人签名",
    "备注",
)
"""What is written when the paper is handed over (by analogy, Civil Procedure Law Art. 87-95)."""


class NotServed(HuiyinError):
    """Raised when no step has served the paper."""

    to_do = "choose a paper that a step serves, such as reply, review_opinion or rereview_opinion"


def is_served(document: Document, past: History) -> bool:
    """Whether a step has served the paper, so that there is a record of that."""
    return any(DAY in _entered(step) for step in steps(past) if step.seq == document.seq)


def service_record(document: Document, past: History, addressee: str) -> Paper:
    """The record of the service of a paper; arguments as ``paper_of``. Raises NotServed."""
    if not is_served(document, past):
        raise NotServed("no step has served this paper")
    with translation.override(LANGUAGE):
        step = next((step for step in steps(past) if step.seq == document.seq), None)
        said = _entered(step)
        served = paper_of(document, past, addressee)
        filled = (
            FormRow("送达文书名称", served.title),
            FormRow("文号", served.number),
            FormRow("受送达人", addressee),
            FormRow("送达方式", said.get(MODE, "")),
            FormRow("送达日期", days_in_words(said[DAY])),
            FormRow("送达地点", ""),
        )
    return replace(
        served,
        kind=f"{served.kind}-service",
        title=TITLE,
        number="",
        upward=False,
        addressee="",
        body=(Block("本回证由送达人填写，随卷归档。"),),
        rows=(*filled, *(FormRow(label, "") for label in BY_HAND)),
        attachments=(),
        copies=(),
    )


def _entered(step: HistoryStep | None) -> dict[str, str]:
    return {shown.name: shown.value for shown in step.fields} if step else {}
