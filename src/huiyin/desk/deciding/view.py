"""What the form of an action shows beside its fields: what lies before its reader, what it contests, what came back, what else they may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huiyin.casework.actions.choices import Way, ways_out
from huiyin.casework.actions.laid import given_back, laid_again, laid_by
from huiyin.casework.actions.preview import ActionPreview
from huiyin.casework.history import History, HistoryStep, documents
from huiyin.casework.loaded_case import LoadedCase
from huiyin.casework.sealed.attachments import Listed, listed
from huiyin.documents import addressee
from huiyin.documents.compose import content_of
from huiyin.documents.content import DocumentContent
from huiyin.documents.drafting.differences import ChangedPiece, text_differences
from huiyin.web.page_access import Acting


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that says something else than when it was given back, with what stands there in addition or no longer."""

    label: str
    pieces: tuple[ChangedPiece, ...]


@dataclass(frozen=True, slots=True)
class DecisionBasis:
    """What is decided on.

    ``laid`` is the step by which it lies here, ``decides`` whether the reader decides on what somebody else laid there; ``contested``: that
    step is an application against the document ``reviewed``. ``returned`` is the step that gave back what is laid here now, or what
    the reader laid before somebody at the step ``laid_before``, ``changes`` the fields that have changed since. ``others`` are the
    reader's other ways out.
    """

    laid: HistoryStep | None
    decides: bool
    contested: bool
    reviewed: DocumentContent | None
    returned: HistoryStep | None
    laid_before: int | None
    changes: tuple[FieldChange, ...]
    others: tuple[Way, ...]
    files: tuple[Listed, ...]

    @property
    def returning(self) -> tuple[str, ...]:
        """The other ways by which the reader gives back what is laid here."""
        return tuple(way.action for way in self.others if way.kind == "back")

    @property
    def returned_by(self) -> int | None:
        """The number of the step that gave it back."""
        return self.returned.seq if self.returned else None


def decision(
    loaded: LoadedCase, past: History, story: Sequence[HistoryStep], tried: ActionPreview, acting: Acting
) -> DecisionBasis:
    """What lies before the reader of the form ``tried``; ``story`` is what happened (``steps``)."""
    procedure, rule = loaded.procedure, loaded.procedure.actions[tried.action]
    found = laid_by(past, procedure, tried.action)
    by_number = {step.seq: step for step in story}
    laid = by_number.get(found[0]) if found else None
    contested = found is not None and procedure.actions[found[1]].remedy
    decides = contested or bool(rule.approves or rule.returns) or (found is not None and found[1] in rule.not_by)
    own = given_back(past, procedure, tried.action)
    again = laid_again(past, procedure, found[1]) if found and decides and not contested else None
    back = own or again
    return DecisionBasis(
        laid=laid if decides else None,
        decides=decides,
        contested=contested,
        reviewed=_reviewed(past, laid, acting) if laid is not None and contested else None,
        returned=by_number.get(back.returned) if back else None,
        laid_before=own.laid if own else None,
        changes=_changes(by_number.get(again.laid), laid) if again and laid else (),
        others=_others(loaded, tried.action, acting),
        files=listed(past.case, past.names.kept_back) if decides else (),
    )


def _reviewed(past: History, application: HistoryStep, acting: Acting) -> DocumentContent | None:
    """The document against which somebody turns: the last one before the application that tells of a remedy."""
    issued = [one for one in documents(past, ("petitioner",)) if one.seq < application.seq and one.remedy]
    if not issued:
        return None
    return content_of(issued[-1], past, addressee.covered(issued[-1], past.case, acting.actor, acting.at))


def _changes(before: HistoryStep | None, now: HistoryStep) -> tuple[FieldChange, ...]:
    old = {field.name: field.value for field in before.fields} if before else {}
    return tuple(
        FieldChange(field.label, text_differences(old.get(field.name, ""), field.value))
        for field in now.fields
        if old.get(field.name, "") != field.value
    )


def _others(loaded: LoadedCase, name: str, acting: Acting) -> tuple[Way, ...]:
    """The other actions of the reader that do one of the duties which ``name`` does, what gives back first."""
    kinds = loaded.procedure.actions[name].discharges
    found = ways_out(loaded, acting.actor, acting.at)
    ways = {way.action: way for kind in kinds for way in found.get(kind, ()) if way.action != name}
    return tuple(sorted(ways.values(), key=lambda way: ("back", "onward", "away").index(way.kind)))
