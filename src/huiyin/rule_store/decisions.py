"""Whether what is stored about rulebooks is what the ledger says that organisations decided."""

from __future__ import annotations

from collections.abc import Iterator

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
            yield str(edition), "its text was changed after it was kept"
    for organisation in Organisation.objects.order_by("code"):
        rows = list(Row.objects.filter(case_id=organisation.id).order_by("seq"))
        yield from ((organisation.code, f"rulebook decisions: {flaw}") for flaw in chain.flaws(organisation.id, rows))
        yield from ((organisation.code, flaw) for flaw in _of(organisation, rows))


def _of(organisation: Organisation, rows: list[Row]) -> Iterator[str]:
    stored = {row.seq: row for row in Activation.objects.filter(organisation=organisation).select_related("edition")}
    decided: list[RulebookActivated] = []
    for row in rows:
        yield from (f"rulebook decisions: {flaw}" for flaw in chain.envelope_flaws(row, organisation.id))
        try:
            recorded = chain.recorded(row)
            event = recorded.event
        except chain.ROW_ERRORS:
            yield f"rulebook decision {row.seq} cannot be read"
            continue
        if isinstance(event, RulebookActivated):
            decided.append(event)
            if row.seq not in stored or not _same(stored.pop(row.seq), event, recorded):
                yield f"rulebook decision {row.seq} is not stored as it was decided"
    yield from (f"rulebook decision {seq} is stored, but nobody decided it" for seq in stored)
    in_force = {organisation.rulebook, organisation.next_rulebook} - {""}
    if decided and decided[-1].rulebook not in in_force:
        yield f"{' and '.join(sorted(in_force))} in force, where {decided[-1].rulebook} was decided on last"
    for name in in_force - {event.rulebook for event in decided}:
        if "@" in name:
            yield f"{name} in force, which nobody decided"


def _same(stored: Activation, event: RulebookActivated, recorded: chain.Recorded) -> bool:
    by = stored.decided_by_id.hex if stored.decided_by_id else None
    person = recorded.actor.get("person")
    return (
        str(stored.edition) == event.rulebook
        and stored.edition.digest == event.digest
        and (stored.effective_from, stored.basis) == (event.effective_from, event.basis)
        and (stored.decided_at, by) == (recorded.at, getattr(person, "hex", person))
    )
