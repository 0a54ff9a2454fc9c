"""Whether what is stored about rulebooks is what the ledger says that organisations decided."""

from __future__ import annotations

from collections.abc import Iterator

from huiyin.language import gettext as _
from huiyin.ledger import chain
from huiyin.ledger.models import Row
from huiyin.people.models import Organisation
from huiyin.procedure.event import RulebookActivated
from huiyin.rule_store.models import Activation, Edition
from huiyin.rule_store.store import sources_of

DecisionFlaw = tuple[str, str]
"""Where something is wrong (an organisation's code, a rulebook's version), and what."""


def flaws() -> Iterator[DecisionFlaw]:
    """Everything that is wrong; nothing when all is as it was decided."""
    for edition in Edition.objects.order_by("name", "version"):
        if sources_of(edition).digest != edition.digest:
            yield str(edition), _("内容保存以后被改过")
    for organisation in Organisation.objects.order_by("code"):
        rows = list(Row.objects.filter(case_id=organisation.id).order_by("seq"))
        yield from (
            (organisation.code, _("规程的决定：%(flaw)s") % {"flaw": flaw})
            for flaw in chain.flaws(organisation.id, rows)
        )
        yield from ((organisation.code, flaw) for flaw in _of(organisation, rows))


def _of(organisation: Organisation, rows: list[Row]) -> Iterator[str]:
    stored = {row.seq: row for row in Activation.objects.filter(organisation=organisation).select_related("edition")}
    decided: list[RulebookActivated] = []
    for row in rows:
        yield from (_("规程的决定：%(flaw)s") % {"flaw": flaw} for flaw in chain.envelope_flaws(row, organisation.id))
        try:
            recorded = chain.recorded(row)
            event = recorded.event
        except chain.ROW_ERRORS:
            yield _("规程的第 %(seq)s 个决定读不出来") % {"seq": row.seq}
            continue
        if isinstance(event, RulebookActivated):
            decided.append(event)
            if row.seq not in stored or not _same(stored.pop(row.seq), event, recorded):
                yield _("规程的第 %(seq)s 个决定，存的与所决定的不同") % {"seq": row.seq}
    yield from (_("存有规程的第 %(seq)s 个决定，却没有人作过") % {"seq": seq} for seq in stored)
    in_force = {organisation.rulebook, organisation.next_rulebook} - {""}
    if decided and decided[-1].rulebook not in in_force:
        yield _("现行的是 %(in_force)s，最后决定的却是 %(decided)s") % {
            "in_force": _("、").join(sorted(in_force)),
            "decided": decided[-1].rulebook,
        }
    for name in in_force - {event.rulebook for event in decided}:
        if "@" in name:
            yield _("现行的 %(rulebook)s 没有人决定过") % {"rulebook": name}


def _same(stored: Activation, event: RulebookActivated, recorded: chain.Recorded) -> bool:
    by = stored.decided_by_id.hex if stored.decided_by_id else None
    person = recorded.actor.get("person")
    return (
        str(stored.edition) == event.rulebook
        and stored.edition.digest == event.digest
        and (stored.effective_from, stored.basis) == (event.effective_from, event.basis)
        and (stored.decided_at, by) == (recorded.at, getattr(person, "hex", person))
    )
