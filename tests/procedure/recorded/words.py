"""What people read where a clause is carried out: what a petitioner is told of a stage, and what a document prints."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils.translation import override

from huiyin.casework.labels import public_stage
from huiyin.documents.document_template import wording_for
from huiyin.office.sample import sample_document
from huiyin.rules.book.load import Rules

DAY: Final = date(2026, 3, 2)


def words_of(rules: Rules, path: str) -> tuple[str, ...]:
    """What is read of the element at ``path``, ``matter.stages.registered``, under ``rules``: a line a passage, none for other elements."""
    procedure, kind, name = path.split(".")
    rule = rules.book.procedures[procedure]
    with override("zh-hans"):
        if kind == "stages":
            return (public_stage(rule, name),)
        if kind == "notices":
            document = sample_document(wording_for(rules, rule, name), rules, rule, name, "临江机关", DAY)
            return (
                document.title,
                f"{document.addressee}：",
                *(f"{block.heading}：{block.text}" if block.heading else block.text for block in document.body),
            )
    return ()
