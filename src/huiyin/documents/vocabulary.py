"""The closed vocabulary of the templates: what a placeholder may name beside the fields that a notice prints."""

from __future__ import annotations

from typing import Final

from huiyin.rules.book.schema import NoticeRule, Procedure

CASE: Final = {
    "case.number": "the number of the matter",
    "case.matter": "what the matter is about: its title, or how the petition begins; empty where that was erased",
    "case.received": "the day on which it was received",
    "case.channel": "by which channel it came in; empty where the organisation began it itself",
    "case.organ": "the organisation whose matter it is",
}
PAPER: Final = {
    "paper.organ": "the organ whose paper it is",
    "paper.title": "what the paper is called",
    "paper.law": "the clauses on which it rests, by the full names of the laws",
    "paper.says": "the fixed sentence that the rulebook gives the notice",
    "paper.remedy": "the remedy in the words of the rulebook",
    "paper.unit": "the unit whose act it is",
    "paper.until": "the last day of the time that the step extends; empty of any other step",
}
REMEDY: Final = {
    "remedy.organ": "the organ above that decides on the remedy, by name",
    "remedy.address": "where that organ is, as far as it was entered",
    "remedy.length": "within how long of service the remedy is open",
    "remedy.until": "the last day of that",
    "remedy.law": "the clauses that open it, by the full names of the laws",
}
ALWAYS: Final = {**CASE, **PAPER, **REMEDY}
MOMENT: Final = "moment."
LIMIT: Final = "limit."
REST: Final = "rest"
"""A line that stands for every field that the notice prints and no other line has taken up."""


def declared(procedure: Procedure, notice: NoticeRule) -> frozenset[str]:
    """Every placeholder that a notice of a rulebook has a value for: the vocabulary, its fields, its limits and their moments."""
    moments = (procedure.limits[name].start for name in notice.limits if name in procedure.limits)
    return frozenset(
        (
            *ALWAYS,
            *notice.body,
            *(f"{LIMIT}{name}" for name in notice.limits),
            *(f"{MOMENT}{name}" for name in ("received", *moments) if name),
        )
    )
