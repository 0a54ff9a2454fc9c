"""Putting a registration right: what was entered wrongly is entered anew; what stood there before stays in the ledger, and so does why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError
from huiyin.casework.models import Case
from huiyin.casework.received.entered import entered
from huiyin.casework.received.registered import Registration, entered_one_by_one, read_registration
from huiyin.casework.sealed import texts
from huiyin.casework.sealed.texts import UnsealedText
from huiyin.door import accusing, entry, intake
from huiyin.door.accused import by_staff, in_hand
from huiyin.door.accused.earlier import context_of
from huiyin.door.accusing import Context
from huiyin.door.beside.texts import sealed_texts
from huiyin.door.consequences import following
from huiyin.door.held import Held, holding
from huiyin.door.intake import Intake
from huiyin.door.outcome import Accepted, NoSuchCase, Refused, Rejected
from huiyin.door.writing import record, write_moved
from huiyin.people import petitioners
from huiyin.people.accusable import Accusable, custody_of
from huiyin.people.checks import PetitionerFields
from huiyin.people.ids import new_id
from huiyin.people.petitioners import PetitionerErased
from huiyin.procedure.amending.correcting import correct, correction_obstacle, fits
from huiyin.procedure.command import Accusation, Actor, CaseId, Command, PersonId, TextRef
from huiyin.procedure.decision import Decision
from huiyin.procedure.event import Corrected, RegistrationCorrected
from huiyin.procedure.refusal import Code, Refusal
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rows import Batch
from huiyin.rule_store.store import load
from huiyin.rules import REGISTER
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, FieldRule
from huiyin.rules.book.steps import is_asked

ACTION = "correct_registration"
"""What the ledger's commands and the page call it; no action of a rulebook."""
MAX_REASON_CHARS = 500
IDENTITY = ("name", "phone", "id_number", "address", "email")
CONTACT = ("phone", "address", "email")
"""What petitioners put right themselves; who they are is for those who registered it."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to stand there from now on; None (and petitioners left out) stays as it is. ``accused`` are lines that are added, ``contact``
    is what petitioners correct themselves, by the names in CONTACT, and then the only thing that is corrected: of whoever does it, or of
    the representative ``contact_of``, who signed with them and gets nothing by themselves. ``fields`` are those of the form of
    registration, raw; what is left out stays, what is empty was wrong."""

    reason: str = field(repr=False)
    title: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
    channel: str | None = None
    headcount: int | None = None
    petitioners: Mapping[UUID, PetitionerFields] = field(default_factory=dict, repr=False)
    accused: tuple[str, ...] = field(default=(), repr=False)
    contact: Mapping[str, str] = field(default_factory=dict, repr=False)
    contact_of: UUID | None = None
    fields: Mapping[str, object] = field(default_factory=dict, repr=False)

    def is_for(self, actor: Actor) -> bool:
        """Whether it asks for nothing but what ``actor`` may correct at all: a petitioner their own contact, staff all else."""
        if actor.kind == "petitioner":
            only = Correction(self.reason, contact=self.contact, contact_of=self.contact_of)
            return self == only and set(self.contact) <= set(CONTACT)
        return not self.contact


def correct_registration(
    case_id: UUID, correction: Correction, actor: Actor, at: datetime, at_seq: int | None = None
) -> Accepted | Rejected | Refused:
    """Carry out a correction, or say why not. The caller has made sure that ``actor`` may see the case, and who its petitioners are
    where it names some. Raises NoSuchCase; Conflict as ``execute`` does."""
    try:
        return holding(case_id, lambda held: _locked(held, case_id, correction, actor, at, at_seq))
    except Case.DoesNotExist:
        raise NoSuchCase("there is no case with this id") from None
    except PetitionerErased:
        return Rejected((FormError("", "erased", _("保管期限已满，信访人资料已销毁")),))


def _locked(
    held: Held, case_id: UUID, correction: Correction, actor: Actor, at: datetime, at_seq: int | None
) -> Accepted | Rejected | Refused:
    case = held[case_id]
    state: State = codec.loads(case.state)
    rules = load(case.rulebook)
    error = _barred(rules, state, actor, correction)
    if error is not None:
        return Rejected((error,))
    if at_seq is not None and at_seq != state.seq:
        stale = Refusal(Code.STALE, ACTION, needs={"seq": (str(state.seq),)})
        return Refused(rules, case.procedure, stale, state)
    correcting = _Correcting(case, rules, state, correction, actor, at)
    outcome = correcting.carry_out()
    if correcting.decision is not None:
        following.have_followed(correcting.decision, at, held)
    return outcome


def _barred(rules: Rules, state: State, actor: Actor, correction: Correction) -> FormError | None:
    why = correction_obstacle(rules, state, actor) or (None if correction.is_for(actor) else "not-yours")
    messages = {
        "not-a-registration": _("这不是登记的来件，没有登记内容可以更正"),
        "not-yours": _("只有本机构登记来件的岗位可以更正登记"),
        "recused": _("您已回避本事项，不能更正登记"),
        "archived": _("本事项已经归档，登记内容不再更正"),
    }
    return FormError("", why, messages[why]) if why is not None else None


class _Correcting:
    """One correction on its way into the ledger."""

    def __init__(
        self, case: Case, rules: Rules, state: State, correction: Correction, actor: Actor, at: datetime
    ) -> None:
        self.case, self.rules, self.state, self.correction, self.actor, self.at = (
            case,
            rules,
            state,
            correction,
            actor,
            at,
        )
        with_people = bool(correction.petitioners or correction.contact)
        self.whose = correction.contact_of or actor.person
        """Of whom a petitioner corrects the contact."""
        self.known: Registration = read_registration(case, actor, at, with_people=with_people, whose=self.whose)
        self.texts: list[UnsealedText] = []
        self.decision: Decision | None = None

    def carry_out(self) -> Accepted | Rejected:
        before, people = self._before(), list(self.known.people)
        # All parties stand there, those who signed beside the representatives too; a correction adds nobody.
        after, errors = intake.check(self._corrected_intake(before), self.at, len(people))
        reason, problems = entered("reason", self.correction.reason, MAX_REASON_CHARS)
        errors += problems
        corrected = self._corrected(before, after, people) if not errors else []
        if after.accused and self.state.ended:
            errors.append(FormError("accused", "ended", _("本事项已经办结，不能再补充被反映的单位或人员")))
        facts = self._facts(before, after)
        filled_in, wrong = self._form(facts)
        errors += wrong
        corrected += filled_in
        if not errors and not corrected and not after.accused:
            errors.append(FormError("", "nothing-changed", _("没有改动任何内容")))
        if not errors and not fits(self.rules, self.state, facts):
            errors.append(
                FormError(
                    "", "does-not-fit", _("按更正后的来件方式或人数，本事项不会办到现在这一步；请先退回或者另行登记")
                )
            )
        if errors:
            return Rejected(tuple(errors))
        why = texts.unsealed(reason, self.at)
        self.texts.append(why)
        event = RegistrationCorrected(self.known.submission, tuple(corrected), why.ref, facts)
        return self._write(event, after, people)

    def _before(self) -> Intake:
        known = self.known
        return Intake(
            organisation=self.case.organisation,
            channel=self.case.channel,
            text=known.text,
            title=known.title,
            petitioners=tuple(known.people.values()),
            headcount=self.case.headcount,
            received_at=self.case.received_at,
        )

    def _corrected_intake(self, before: Intake) -> Intake:
        correction = self.correction
        people = {id: correction.petitioners.get(id, fields) for id, fields in self.known.people.items()}
        own: Any = correction.contact
        people |= {id: replace(fields, **own) for id, fields in people.items() if own and id == self.whose}
        return replace(
            before,
            channel=before.channel if correction.channel is None else correction.channel,
            text=before.text if correction.text is None else correction.text,
            title=before.title if correction.title is None else correction.title,
            headcount=before.headcount if correction.headcount is None else correction.headcount,
            petitioners=tuple(replace(fields, kind=self.known.people[id].kind) for id, fields in people.items()),
            accused=correction.accused,
        )

    def _corrected(self, before: Intake, after: Intake, people: list[UUID]) -> list[Corrected]:
        found: list[Corrected] = []
        if after.title != before.title:
            found.append(Corrected("title", self.known.title_ref, self._sealed(after.title)))
        if after.text != before.text:
            found.append(Corrected("text", self.known.text_ref, self._sealed(after.text)))
        if after.channel != before.channel:
            found.append(Corrected("channel", before.channel, after.channel))
        if after.headcount != before.headcount:
            found.append(Corrected("headcount", before.headcount, after.headcount))
        for id, old, new in zip(people, before.petitioners, after.petitioners, strict=True):
            for name in IDENTITY:
                was, becomes = getattr(old, name), getattr(new, name)
                if was != becomes:
                    found.append(Corrected(name, self._sealed(was), self._sealed(becomes), PersonId(id)))
        return found

    def _sealed(self, text: str) -> TextRef | None:
        if not text:
            return None
        self.texts.append(texts.unsealed(text, self.at))
        return self.texts[-1].ref

    def _facts(self, before: Intake, after: Intake) -> dict[str, str]:
        """The facts that follow from the registration and are others now; what was found out since by an action stays."""
        book = self.rules.book
        was = intake.first_facts(book, before)
        now = intake.first_facts(book, replace(after, accused=()))
        return {name: value for name, value in now.items() if value != was.get(name)}

    def _form(self, facts: Mapping[str, str]) -> tuple[list[Corrected], list[FormError]]:
        """What stands in the fields of the form of registration from now on, where it was entered otherwise, or where it asks for
        something that it did not ask for before: who sent it, by when.
        """
        rule, known = self.rules.book.procedures[self.case.procedure].actions.get(REGISTER), self.known
        if rule is None:
            return [], []
        given = {
            name: typed
            for name, typed in self.correction.fields.items()
            if str(typed).strip() != known.typed.get(name, "")
        }
        state = replace(self.state, facts={**self.state.facts, **facts})
        asked = {name for name in rule.asked_if if is_asked(rule, name, {}, state.facts)}
        turned = {name for name in asked if not is_asked(rule, name, {}, self.state.facts)}
        read, errors = self._read_form(rule, given, state, turned)
        after = entered_one_by_one(read.values)
        found = [
            Corrected(name, known.entries.get(name), after.get(name))
            for name in given
            if name in known.entries or name in after
        ]
        new = [one.after for one in found]
        self.texts += [text for text in read.texts if text.ref in new]
        return found, errors

    def _read_form(
        self, rule: Action, given: Mapping[str, object], state: State, turned: set[str]
    ) -> tuple[entry.ParsedFields, list[FormError]]:
        """The form with what is ``given`` anew, and what is wrong with that or missing of what it asks for now."""
        fields = self.rules.book.fields
        unasked = {name for name in rule.required if is_asked(rule, asked_with(fields, name), {}, state.facts) is False}
        errors = [
            FormError(name, "not-asked", _("来件方式没有改为需要填写这些的，请留空"))
            for name, typed in given.items()
            if name in unasked and typed
        ]
        errors += [
            FormError(name, "not-asked", _("更正登记时不能填写此项"))
            for name in given
            if name in fields and not is_correctable(fields[name])
        ]
        stands = {
            name: typed for name, typed in self.known.typed.items() if name in rule.required and name not in unasked
        }
        read = entry.read_fields(
            self.rules.book, rule, {**stands, **given}, self.actor, self.at, self.case.organisation_id
        )
        more = [*read.errors, *entry.also_wrong(self.rules, rule, state, self.actor, self.at, read, {})]
        reported = {error.field for error in errors}
        errors += [
            error for error in more if (error.field in turned or error.field in given) and error.field not in reported
        ]
        return read, errors

    def _accusations(self, after: Intake) -> tuple[Accusation, ...]:
        """Whom the lines accuse that are added, and a title, a text, or what somebody says of themselves that reads otherwise now."""
        directory = Accusable(self.case.organisation_id, self.at, custody_of(self.rules.book))
        before = tuple(self.known.people.values())
        written = accusing.in_words(after.accused, self._lines(after.accused), directory)
        read_anew = accusing.said_of_themselves(one for one in after.petitioners if one not in before)
        words = "\n".join(
            new
            for new, old in ((after.title, self.known.title), (after.text, self.known.text), (read_anew, ""))
            if new != old
        )
        known = None if self.state.unresolved else accusing.accused_by(self.state)
        sure = (*written, *([known] if known else ()))
        context: Context = "of_accused" if written else context_of(self.state)
        found = accusing.read_from(words, directory, sure, context) if words else ()
        found = in_hand.with_heard(found, in_hand.said_in(words, self.state, directory), directory)
        lines = self._lines([line.text for line in found])
        accusations = (*written, *accusing.read_lines(found, lines, directory, context))
        if self.actor.kind != "staff":
            return accusations
        quoted, of_reason = by_staff.in_quoted(self.correction.reason, self.state, self.actor, directory, accusations)
        self.texts += quoted
        return (*accusations, *of_reason)

    def _lines(self, lines: Sequence[str]) -> list[TextRef]:
        return [ref for line in lines if (ref := self._sealed(line)) is not None]

    def _write(self, event: RegistrationCorrected, after: Intake, people: list[UUID]) -> Accepted:
        case, actor, at = self.case, self.actor, self.at
        accusations = self._accusations(after)
        command = Command(
            id=new_id(at),
            case=CaseId(case.id),
            action=ACTION,
            actor=actor,
            at=at,
            fields={},
            seats=accusing.seats_beside(accusations, case.organisation_id, at, self.state),
            accusations=accusations,
        )
        decision = correct(self.rules, self.state, command, event)
        batch = Batch()
        key = petitioners.data_key(case.petitioner)
        batch.add(sealed_texts(self.texts, case.organisation_id, case.id, case.petitioner_id, key))
        self.decision, _rows = record(batch, case, self.rules, decision, actor, at)
        for id, fields in zip(people, after.petitioners, strict=True):
            if fields != self.known.people[id]:
                petitioners.correct(self.known.rows[id], fields, at)
        write_moved(batch, case, actor, at, ("channel", "headcount", "title"))
        return Accepted(case, self.decision.state)


def is_correctable(rule: FieldRule) -> bool:
    """Whether what was entered in such a field can be put right: one word, number or day, and nothing that somebody stated."""
    kind = type_of(rule)
    return not (kind.many or kind.uploads or kind.names or rule.accuses or rule.type == "confirm")


def asked_with(fields: Mapping[str, FieldRule], name: str) -> str:
    """The field with which ``name`` is asked for: that beside which it stands, else itself."""
    return fields[name].goes_with or name
