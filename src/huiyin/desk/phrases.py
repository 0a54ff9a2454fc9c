"""The phrases that the form of an action offers: filled in for the case and its reader, and remembered where they were used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format

from huiyin.casework.models import Case
from huiyin.people.staff.own_phrases import Phrase, note_use, offered_to
from huiyin.web.bound_fields import Filled, with_phrases
from huiyin.web.page_access import Acting

PAPER: Final = ""
"""The text of a document is no field of a rulebook: phrases for all texts are offered there."""


def phrased(filled: Filled, case: Case, acting: Acting) -> Filled:
    """The same form, with phrases at its texts, those used last first."""
    return with_phrases(filled, acting.account.id, acting.actor.organisation, _words(case, acting))


def note_phrases(sent: Filled, case: Case, acting: Acting) -> None:
    """Remember which phrases stand in the texts of a form that was carried out."""
    offered = phrased(sent, case, acting).fields
    note_use(acting.account, [(bound.value, bound.phrases) for bound in offered], acting.at)


def phrases_for(case: Case, acting: Acting) -> Sequence[Phrase]:
    """The phrases for the text of a document."""
    return offered_to(acting.account.id, acting.actor.organisation, [PAPER], _words(case, acting))[PAPER]


def note_phrases_in(texts: Iterable[str], case: Case, acting: Acting) -> None:
    """Remember which phrases stand in the text of a document that was saved."""
    offered = phrases_for(case, acting)
    note_use(acting.account, [(text, offered) for text in texts], acting.at)


def _words(case: Case, acting: Acting) -> Mapping[str, str]:
    """What the placeholders of phrases stand for here; nothing of it names a petitioner."""
    return {
        "编号": case.number,
        "今天": date_format(timezone.localdate(acting.at), "Y年n月j日"),
        "承办单位": case.unit.name if case.unit else "",
        "我的姓名": str(acting.account),
        "我的单位": acting.post.unit,
        "我的岗位": acting.post.title,
    }
