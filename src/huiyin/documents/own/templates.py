"""Templates that an organisation words itself (``OrganisationTemplate``): checked before they are kept, each in force until the next one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from huiyin.documents.document_template import (
    FOLDER,
    DocumentTemplate,
    WordingFault,
    WordingFlaw,
    WordingFlawed,
    misfits,
    read_wording,
    wording_for,
)
from huiyin.documents.required import left_to_chance
from huiyin.people import administration
from huiyin.people.models import Account, Organisation, OrganisationTemplate
from huiyin.rows import Prepared
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Procedure

MAX_CHARS: Final = 20_000
_OURS: Final = ("kinds:", "books:", "#")
"""Lines of our own files that say to what a template belongs; the page says that of an organisation's."""


def template_for(issuer: Organisation, rules: Rules, procedure: Procedure, kind: str, at: datetime) -> DocumentTemplate:
    """The template by which ``issuer`` words a notice of this ``kind`` at ``at``: its own that was in force then, or the shipped one."""
    text = own_text(issuer, kind, at) if is_its_kind(rules, procedure, kind) else ""
    return _read_template(text, kind) if text else wording_for(rules, procedure, kind)


def is_its_kind(rules: Rules, procedure: Procedure, kind: str) -> bool:
    """Whether what an organisation words as ``kind`` is the notice of this ``procedure``: that of the first which has such a kind, and of
    others that are worded alike. Two that only bear one name (the order to put right, and the notice of what was) are two.
    """
    first = next(one for one in rules.book.procedures.values() if kind in one.notices)
    return wording_for(rules, first, kind) is wording_for(rules, procedure, kind)


def own_text(issuer: Organisation, kind: str, at: datetime) -> str:
    """The last text that was kept by ``at``; empty where there is none, or the shipped template was given back its place."""
    kept = _last_kept.first(issuer.id, kind, at)
    return kept[0] if kept else ""


_last_kept: Final = Prepared(
    lambda issuer, kind, at: (
        OrganisationTemplate.objects.filter(organisation_id=issuer, kind=kind, added_at__lte=at)
        .order_by("-added_at", "-id")
        .values_list("text")[:1]
    )
)


def kinds_of_own(issuer: Organisation, at: datetime) -> frozenset[str]:
    """The kinds of document that ``issuer`` words itself at ``at``, in one query."""
    last = dict(_kept_by(issuer, at).order_by("added_at", "id").values_list("kind", "text"))
    return frozenset(kind for kind, text in last.items() if text)


def _kept_by(issuer: Organisation, at: datetime) -> QuerySet[OrganisationTemplate]:
    return OrganisationTemplate.objects.filter(organisation=issuer, added_at__lte=at)


@lru_cache(maxsize=256)
def _read_template(text: str, kind: str) -> DocumentTemplate:
    return replace(read_wording(text, kind), kinds=(kind,), books=())


def shipped_text(rules: Rules, procedure: Procedure, kind: str) -> str:
    """The shipped template of a kind as its organisation begins to change it."""
    name = wording_for(rules, procedure, kind).name
    lines = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith(_OURS)) + "\n"


def checked(rules: Rules, procedure: Procedure, kind: str, text: str) -> DocumentTemplate:
    """The template that ``text`` holds, if documents of this ``kind`` can be worded by it.

    Raises WordingFlawed with every flaw and its line: what cannot be read, names that no such document has a value for, and what the law
    asks documents of the kind to hold and the template leaves out, or to chance (line 1).
    """
    if len(text) > MAX_CHARS:
        raise WordingFlawed([WordingFlaw(f"{kind}.yaml", 1, WordingFault.TOO_LONG, str(MAX_CHARS))])
    wording = _read_template(text.replace("\r\n", "\n"), kind)
    # What the shipped template says for kinds that are worded alike may stay: it is left out where a document has no value for it.
    shipped = wording_for(rules, procedure, kind)
    undetermined = left_to_chance(wording, rules, procedure, kind)
    flaws = [*misfits(replace(wording, kinds=(kind, *shipped.kinds)), [rules], shipped)]
    flaws += [
        WordingFlaw(f"{kind}.yaml", 1, WordingFault.LEFT_OUT, law, tuple(sorted(names))) for law, names in undetermined
    ]
    if flaws:
        raise WordingFlawed(flaws)
    return wording


def is_worded_here(kinds: Iterable[str]) -> bool:
    """Whether any organisation words documents of one of these ``kinds`` itself, or has done so."""
    return _worded.first(tuple(sorted(set(kinds)))) is not None


_worded: Final = Prepared(lambda kinds: OrganisationTemplate.objects.filter(kind__in=kinds).values_list("kind")[:1])


def keep(issuer: Organisation, kind: str, text: str, by: Account, at: datetime) -> OrganisationTemplate:
    """Word documents of a kind by ``text``, which was ``checked``, from now on; by the shipped template again where it is empty."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(id=issuer.id)
        row = OrganisationTemplate.objects.create(
            organisation=issuer, kind=kind, text=text.replace("\r\n", "\n"), added_by=by, added_at=at
        )
        administration.record_act(
            "word_papers", [row], at, None, by=by, organisation=issuer.id, subject=kind, reason=""
        )
    return row
