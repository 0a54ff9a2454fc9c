"""Acting on a case: lock it, let the engine decide, write what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext as _

from huiyin.casework.file_checks.state_secrets import refused_texts
from huiyin.casework.filing.missing import unexplained
from huiyin.casework.labels import FormError
from huiyin.casework.models import Case, StoredAnswer
from huiyin.casework.samples import not_of_lot
from huiyin.casework.sealed import attachments, codes
from huiyin.door import absent, accusing, entry, erasure, lines, numbers
from huiyin.door.accused import by_staff, in_hand
from huiyin.door.accused.earlier import said_before, speaks_for_petitioner
from huiyin.door.answers import answer, answered, kept_key
from huiyin.door.beside import wrong_names
from huiyin.door.beside.attachments import store_files
from huiyin.door.beside.texts import sealed_texts
from huiyin.door.consequences import following
from huiyin.door.documents import following as documents
from huiyin.door.documents.sealing import unsealed
from huiyin.door.held import Held, hold, holding, read_held
from huiyin.door.outcome import Accepted, ActionRequest, NoSuchCase, Refused, Rejected
from huiyin.door.writing import record, write_moved
from huiyin.errors import HuiyinError
from huiyin.ledger import chain
from huiyin.people import petitioners
from huiyin.people.absences import back_on
from huiyin.people.acting import former_units, posts_of_people, units_of_people
from huiyin.people.appointments import day_of
from huiyin.people.ids import new_id
from huiyin.people.models import Account, Erasure
from huiyin.people.petitioners import PetitionerErased
from huiyin.procedure.command import Accusation, CaseId, Command, DutyId, Followed, PersonId, Seats, UnitId, Value
from huiyin.procedure.decide import decide
from huiyin.procedure.decision import Decision
from huiyin.procedure.documents.correction import as_taken_now
from huiyin.procedure.refusal import Refusal
from huiyin.procedure.seating import wants_seats, writers
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rows import Batch
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import ACTOR, IDENTIFY_LINE, PROPOSE_CLEARING, Action
from huiyin.rules.book.steps import is_confirming

ATTEMPTS = 3
"""How often a command is decided when another writer or the database got in its way."""
DEADLOCK = "40P01"  # PostgreSQL manual, appendix A


class _Undo(HuiyinError):
    """Raised to carry an outcome out of a transaction that must be rolled back; never leaves this module."""

    def __init__(self, outcome: Rejected | Refused) -> None:
        super().__init__("what was begun is taken back")
        self.outcome = outcome


def execute(request: ActionRequest) -> Accepted | Rejected | Refused:
    """Carry out ``request``, or say why not. Two writers of one case never both win: the second decides on the first's outcome.

    Raises KeyReused; NoSuchCase; Conflict when the case's row is out of step with the ledger (see ``huiyin ledger verify``).
    The caller has made sure that the actor may see the case.
    """
    asked = [request.duty] if request.duty else []
    comments = [sorted((id.hex, passage, text) for (id, passage), text in request.comments.items())]
    about = [
        request.case,
        request.action,
        request.actor,
        request.fields,
        *asked,
        *(comments if request.comments else ()),
        *(["kept_from_handlers"] if request.kept_from_handlers else ()),
    ]
    digest = numbers.digest(about) if request.key else ""
    request = replace(request, fields=attachments.looked_through(request.fields))
    for _attempt in range(ATTEMPTS - 1):
        try:
            return _execute(request, digest)
        except (chain.Conflict, IntegrityError):
            continue  # somebody else was first: what they left is decided on anew
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) != DEADLOCK:
                raise
    return _execute(request, digest)


def _execute(request: ActionRequest, digest: str) -> Accepted | Rejected | Refused:
    try:
        return holding(request.case, partial(_locked, request, digest))
    except _Undo as undo:
        return undo.outcome
    except Case.DoesNotExist:
        raise NoSuchCase("there is no case with this id") from None


def _locked(request: ActionRequest, digest: str, held: Held) -> Accepted | Rejected | Refused:
    """The outcome, with the case locked."""
    case = held[request.case]
    key = kept_key(request.key, request.actor)
    known = answered(case.organisation_id, key, digest, request.at)
    if known is not None:
        return Accepted(case, codec.loads(case.state))
    outcome = _carry_out(case, request, held)
    if isinstance(outcome, Accepted):
        StoredAnswer.objects.bulk_create(answer(case.organisation_id, key, digest, outcome.case, request.at))
    return outcome


def _carry_out(
    case: Case, request: ActionRequest, held: Held, brought: tuple[Accusation, ...] = (), joined_words: str = ""
) -> Accepted | Rejected | Refused:
    """``held`` are the cases that are locked; ``brought`` accusations that the action brings along from another case, and ``joined_words`` what the
    petitioner wrote in that one.
    """
    rules = load(case.rulebook)
    state: State = codec.loads(case.state)
    procedure = rules.book.procedures[case.procedure]
    named = procedure.actions.get(request.action)
    rule = as_taken_now(procedure, state, named, request.actor.kind) if named else None
    read = _read_form(rules, rule, state, request, held)
    read.errors += refused_texts(("", comment) for comment in request.comments.values())
    if joined_words and procedure.identifying is not None and read.directory is not None:
        read.add(in_hand.in_repeat(joined_words, state, read.directory))
    if rule and read.errors:
        return Rejected((*read.errors, *entry.also_wrong(rules, rule, state, request.actor, request.at, read, {})))
    if guessed := wrong_names.too_many(case, rules.book, read, state, request.actor, request.at):
        return Rejected(guessed)
    command = _command(case, rules, state, rule, read, (*read.accusations, *brought), request)
    outcome = decide(rules, state, command)
    if isinstance(outcome, Refusal):
        wrong_names.note(case, outcome, request.actor, request.at)
        return Refused(rules, case.procedure, outcome, state)
    if errors := _not_allowed(case, rules, rule, state, outcome, request):
        return Rejected(errors)
    return _bring_about(case, rules, outcome, rule, read, request, held)


def _command(
    case: Case,
    rules: Rules,
    state: State,
    rule: Action | None,
    read: entry.ParsedFields,
    accusations: tuple[Accusation, ...],
    request: ActionRequest,
) -> Command:
    """The action asked for, with whom it accuses, who sits where, and of what is asked line by line what is open."""
    identifies = bool(rule and rule.identifies)
    by_line = request.action == IDENTIFY_LINE or identifies
    return replace(
        read.command(new_id(request.at), CaseId(case.id), request.action, request.actor, request.at),
        key=request.key,
        at_seq=request.at_seq,
        seats=_seats(case, rules, state, rule, (*accusations, *read.followed), request),
        posts=read.posts | _posts_of_owners(rules, state, rule, request.at),
        accusations=accusations,
        unmatched=identifies and accusing.unmatched(state),
        proposers=accusing.proposers(state),
        lines=lines.open_lines(state) if by_line else (),
        decided=lines.decided(state) if by_line else (frozenset(), frozenset()),
        duty=DutyId(request.duty) if request.duty else None,
        suspected_units=_suspected_units(state, read, request.at),
    )


def _suspected_units(state: State, read: entry.ParsedFields, at: datetime) -> frozenset[UnitId]:
    """Where those work who are kept out alone, if a unit is named: nothing is handed to their unit (Regulation Art. 30(3))."""
    if not (state.suspects and read.units):
        return frozenset()
    return frozenset[UnitId]().union(*units_of_people(state.accused_people, at).values())


def _not_allowed(
    case: Case, rules: Rules, rule: Action | None, before: State, outcome: Decision, request: ActionRequest
) -> tuple[FormError, ...]:
    """Why what the engine decided is not brought about all the same: something must come first, or a document is not as it must be."""
    if rule is not None and (why := _not_yet(case, rules, rule, before, outcome.state, request)):
        return (why,)
    if rule is not None and rule.approves and (errors := documents.lacking(case, rules, before, rule)):
        return errors
    error = documents.altered(outcome) or unsealed(rules, outcome)
    return (error,) if error else ()


def _read_form(
    rules: Rules, rule: Action | None, state: State, request: ActionRequest, held: Held
) -> entry.ParsedFields:
    """The fields of the form, with the other cases locked that it names, and whom remarks on a paper accuse; none of an action that there is
    not.
    """
    if rule is None:
        return entry.ParsedFields()
    about = state.organisation, state.case
    read = read_held(held, rules.book, rule, request.fields, request.actor, request.at, *about)
    read.errors += absent.named_absent(rules, rule, state, read, request.at)
    read.errors += not_of_lot(rules, rule, state, read.values)
    if rules.book.procedures[state.procedure].identifying is None or read.directory is None:
        return read
    found = list[accusing.FoundAccusations]()
    if request.comments:
        remarks = "\n".join(request.comments.values())
        found.append(by_staff.in_own_words(remarks, state, request.actor, read.directory, read.accusations))
    if request.kept_from_handlers and speaks_for_petitioner(rules.book, rule, request.actor.kind):
        found.append(in_hand.kept_from_handlers(_said_in(read), state, read.directory))
    if not read.accusations:
        found.append(by_staff.in_taking_it_as_accusation(rule, state, read.directory))
    for one in found:
        read.add(one)
    return read


def _said_in(read: entry.ParsedFields) -> str:
    """What a form says, or, of files alone, what they are called."""
    return "\n".join(one.text for one in read.texts) or accusing.names_of(one.file for one in read.files)


def _bring_about(
    case: Case,
    rules: Rules,
    outcome: Decision,
    rule: Action | None,
    read: entry.ParsedFields,
    request: ActionRequest,
    held: Held,
) -> Accepted | Rejected:
    """Write what was decided and whatever follows from it, here and on other cases."""
    outcome = documents.with_approvals(case, rules, outcome, rule, request.actor, request.at)
    written = _written(case, rules, outcome, read, request)
    if written is None:
        raise _Undo(Rejected(tuple(entry.unsealable(read))))
    if rule is None:
        return Accepted(case, written.state)
    try:
        after = documents.follow(case, rules, written, rule, request.actor, request.at, request.comments)
    except PetitionerErased:
        raise _Undo(Rejected((FormError("", "erased", _("信访人资料已到期销毁，不能再拟文书")),))) from None
    if request.actor.kind == "staff" and (errors := documents.lacking_as_issued(case, rules, written, after, rule)):
        raise _Undo(Rejected(errors))
    following.have_followed(written, request.at, held)
    if rule.erases:
        erasure.erase(case, _erasing(rule, request), request.at)
    if rule.relay is not None:
        _relay(rule.relay.action, read.values[rule.relay.to], request, held, written.state)
    return Accepted(case, after)


def _written(
    case: Case, rules: Rules, outcome: Decision, read: entry.ParsedFields, request: ActionRequest
) -> Decision | None:
    """What was decided and is written now, with its texts and files; None when these cannot be sealed any more, and then nothing is."""
    batch = Batch()
    if read.texts or read.files:
        try:
            key = petitioners.data_key(case.petitioner)
        except PetitionerErased:
            return None
        batch.add(sealed_texts(read.texts, case.organisation_id, case.id, case.petitioner_id, key))
        store_files(read.files, case, None, case.petitioner, request.at)
    recorded = record(batch, case, rules, outcome, request.actor, request.at)
    write_moved(batch, case, request.actor, request.at)
    return recorded.decision


def _not_yet(
    case: Case, rules: Rules, rule: Action, before: State, after: State, request: ActionRequest
) -> FormError | None:
    """Why an action that the engine allows must wait: something is owed that destroying would make impossible, or a file lacks something."""
    if rule.erases and (why := _kept(case, after)):
        return why
    if is_confirming(rules.book.procedures[case.procedure], rule) and _knows_the_code(case, request):
        return FormError("", "knows-the-code", _("您经手过本事项的查询码，撤回须由另一人核实"))
    return unexplained(rules, rule, before, request.fields)


def _knows_the_code(case: Case, request: ActionRequest) -> bool:
    """Whether a member of staff could have asked for what they are to confirm: they had the petitioner's query code in their hands."""
    actor = request.actor
    return actor.kind == "staff" and actor.person is not None and codes.gave_out(case.id, actor.person)


def _kept(case: Case, after: State) -> FormError | None:
    """Why nothing may be destroyed yet: what is still owed, here or on another case of the petitioner's, could not be done without it."""
    if after.duties:
        return FormError("", "owed", _("本事项还有待办的职责，办完以后才能销毁"))
    expected = erasure.prospect(case)
    if expected.held:
        return FormError("", "held", _("本事项或者信访人的另一事项已停止销毁，解除以后才能销毁"))
    if expected.open:
        return FormError("", "open-elsewhere", _("信访人另有事项没有办结，现在不能销毁"))
    return None


def _erasing(rule: Action, request: ActionRequest) -> erasure.Erasing:
    """On record beside the events of those who appraised and approved it: whoever destroys it, and by which clause."""
    assert request.actor.person is not None  # staff alone destroy: a rulebook's petitioners and timers have no duty to
    by = Account.objects.get(id=request.actor.person)
    return erasure.Erasing(
        Erasure.Reason.RETENTION, f"{rule.zh} {'、'.join(rule.clause)}"[: erasure.MAX_BASIS_CHARS], by
    )


def _seats(
    case: Case,
    rules: Rules,
    state: State,
    rule: Action | None,
    accused: tuple[Accusation | Followed, ...],
    request: ActionRequest,
) -> Seats:
    """Who sits where, as far as deciding has to know it; nobody who will be accused."""
    if rule is None or not (accused or wants_seats(rules, state, rule)):
        return Seats()
    if rule.identifies:  # whom the case itself accuses is said anew
        state = replace(state, named_units=frozenset(), named_people=frozenset())
    leaves = rule.recuses == ACTOR or request.action == PROPOSE_CLEARING
    withdrawing = request.actor.person if leaves else None
    return accusing.seats_beside(accused, case.organisation_id, request.at, state, withdrawing)


def _posts_of_owners(
    rules: Rules, state: State, rule: Action | None, at: datetime
) -> dict[PersonId, dict[UnitId, frozenset[str]]]:
    """Where those work who may have to do what ``rule`` opens: who was named earlier to handle the case, and whose work it gives back, unless
    they are away; nowhere where they belong, or lately belonged, to a unit that the case accuses by now.
    """
    procedure, handler = rules.book.procedures[state.procedure], state.values.get("handler")
    opened = (
        [one.duty for one in rule.opens if rules.book.roles[procedure.duties[one.duty].of].of == "handling"]
        if rule
        else []
    )
    back = {one for duty in opened if rule for one in writers(procedure, state, rule, duty)}
    people = back.difference(back_on(list(back), day_of(at))) if back else set[UUID]()
    people |= {handler} if opened and isinstance(handler, UUID) else set()
    former = former_units(people, at) if people and state.accused_units else {}
    return posts_of_people(
        [one for one in people if not former.get(PersonId(one), frozenset()) & state.accused_units], at
    )


def _relay(action: str, target: Value, request: ActionRequest, held: Held, first: State) -> None:
    """Act on a second case as well, which accuses whom the ``first`` does, and of whose handlers the words of that one may speak; when that cannot
    be done, nothing happens to either.
    """
    assert isinstance(target, UUID)  # a field of type case, which the engine has checked
    other = hold(target, held)
    asked = replace(
        request, case=CaseId(other.id), action=action, fields={}, at_seq=None, key="", duty=None, comments={}
    )
    known = accusing.accused_by(first)
    outcome = _carry_out(other, asked, held, (known,) if known else (), said_before(first))
    if not isinstance(outcome, Accepted):
        raise _Undo(outcome)
