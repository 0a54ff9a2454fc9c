"""From what a form or a request holds to a command: types, references to units, people and cases, texts set apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from huiyin.casework.file_checks.state_secrets import refused_texts
from huiyin.casework.imported.numbers import old_number
from huiyin.casework.labels import FormError, field_error, input_error, name_of
from huiyin.casework.models import Case
from huiyin.casework.receipts import case_number
from huiyin.casework.sealed import attachments
from huiyin.casework.sealed.texts import UnsealedText, unsealed
from huiyin.casework.visible import visible_to
from huiyin.casework.vocabulary import File
from huiyin.door.accused import by_staff, in_hand
from huiyin.door.accused.by_staff import said_under
from huiyin.door.accused.earlier import asks_for_recusal, context_of, decides_who_is_accused, speaks_for_petitioner
from huiyin.door.accusing import (
    FoundAccusations,
    accused_by,
    accuses,
    chosen,
    followed,
    in_words,
    names_of,
    of_own,
    read_and_kept,
    read_from,
    state_of,
    unnamed,
    words_of,
)
from huiyin.people.accusable import Accusable, custody_of
from huiyin.people.acting import former_units, posts_of_people, roles_held, units_seats
from huiyin.people.checks import (
    MAX_TEXT_CHARS,
    RAW_TIMES,
    clean_text,
    forbidden_characters,
    without_direction_marks,
)
from huiyin.people.ids import new_id
from huiyin.people.models import Account, Unit
from huiyin.people.names.directory import normal
from huiyin.people.written_names import people_written, units_written
from huiyin.procedure.command import (
    Accusation,
    Actor,
    CaseId,
    Command,
    Followed,
    FollowedLevel,
    PersonId,
    Seat,
    TextRef,
    UnitId,
    Value,
    files_in,
    ids_in,
)
from huiyin.procedure.confidentiality.following import level_of
from huiyin.procedure.due import local_date
from huiyin.procedure.fields import problems
from huiyin.procedure.refusal import ProblemCode
from huiyin.procedure.state import State
from huiyin.rows import Prepared
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.fields.base import UNREADABLE, UnreadableEntry, Upload
from huiyin.rules.book.fields.types.time_of_day import ends_next_day
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, FieldRule, Rulebook
from huiyin.rules.book.steps import complains, procedures_with

Named = TypeVar("Named", bound=Model)
MAX_NAMED_CHARS = 200
MAX_ITEMS = 200
"""Of one field: each unit and person is looked up by itself."""
MAX_RAW_CHARS = RAW_TIMES * MAX_TEXT_CHARS
"""Of what is longer nothing but its length is read: no field takes half of it."""


@dataclass
class ParsedFields:
    """The fields of one action, read: values for the command, texts to seal, and what could not be read."""

    values: dict[str, Value] = field(default_factory=dict)
    texts: list[UnsealedText] = field(default_factory=list)
    files: list[attachments.UnsealedFile] = field(default_factory=list)
    units: dict[UnitId, Seat] = field(default_factory=dict)
    held: dict[UnitId, frozenset[str]] = field(default_factory=dict)
    people: dict[PersonId, frozenset[UnitId]] = field(default_factory=dict)
    posts: dict[PersonId, dict[UnitId, frozenset[str]]] = field(default_factory=dict)
    former: dict[PersonId, frozenset[UnitId]] = field(default_factory=dict)
    accusations: tuple[Accusation, ...] = ()
    followed: tuple[Followed, ...] = ()
    levels: tuple[FollowedLevel, ...] = ()
    errors: list[FormError] = field(default_factory=list)
    directory: Accusable | None = None
    """In which it was looked for whom the form accuses."""

    def add(self, found: FoundAccusations) -> None:
        """Sentences that speak of somebody, with whom they accuse."""
        lines, accusations = found
        self.texts, self.accusations = [*self.texts, *lines], (*self.accusations, *accusations)

    def command(self, id: UUID, case: CaseId, action: str, actor: Actor, at: datetime) -> Command:
        """What these fields ask for; whoever gives them adds what else is known (``dataclasses.replace``)."""
        return Command(
            id=id,
            case=case,
            action=action,
            actor=actor,
            at=at,
            fields=self.values,
            units=self.units,
            held=self.held,
            people=self.people,
            former=self.former,
            posts=self.posts,
            accusations=self.accusations,
            followed=self.followed,
            levels=self.levels,
            unread=attachments.unread(self.files),
        )


def read_fields(
    book: Rulebook,
    action: Action,
    raw: Mapping[str, object],
    actor: Actor,
    at: datetime,
    organisation: UUID,
    case: CaseId | None = None,
    directory: Accusable | None = None,
) -> ParsedFields:
    """Read ``raw`` (strings from a form, or JSON values) as the fields of ``action`` on a case of ``organisation``: whoever reads or
    writes there whom it accuses, the words mean the same as in the petition.

    What is missing, too long or not offered is left to the engine; here only what cannot be read at all is an error. Units are
    named by id, code or name, people by id, user name or name (with their unit where several bear it), cases by number, dates as 2026-03-02. ``case`` is the case itself, once it is there; ``directory`` that of
    the organisation, where it was read already.
    """
    directory = directory or Accusable(organisation, at, custody_of(book))
    entry = ParsedFields(directory=directory)
    asked = action.required
    for name in asked:
        given = raw.get(name)
        if given is None or given == "" or given == []:
            continue
        kind = type_of(book.fields[name])
        reader = FieldReader(entry, name, actor, at, organisation, directory if book.fields[name].accuses else None)
        is_readable = not isinstance(given, list | tuple) or len(given) <= MAX_ITEMS
        value = kind.read_value(given, reader) if is_readable else UNREADABLE
        if isinstance(value, UnreadableEntry):
            entry.errors.append(FormError(name, "unreadable", _(kind.unreadable)))
        elif value is not None and value == case:
            entry.errors.append(FormError(name, "itself", _("这是本事项自己的编号，请填写另一件的编号")))
        elif value is not None and not _is_of(book.fields[name], value):
            entry.errors.append(FormError(name, "unreadable", _("此编号不是信访事项，请核对；还没有登记的，请先登记")))
        elif value is not None:
            entry.values[name] = value
    for name in raw:
        if name not in asked:
            entry.errors.append(FormError(name, "unknown", _("此处没有这一项，请删除")))
    entry.errors += [*_named_twice(entry, book), *_ended_first(entry, book)]
    if units := _named(entry, book, "unit"):
        entry.units = units_seats(units)
        if any(book.fields[name].holds for name in entry.values):
            entry.held = roles_held(units, at)
    if people := _named(entry, book, "person"):
        entry.posts = posts_of_people(people, at)
        entry.former = former_units(people, at)
        entry.people = {person: frozenset(held) for person, held in entry.posts.items()}
    about = _about(entry, book)
    entry.followed = tuple(followed(state) for state in about if accuses(state))
    entry.levels = tuple(level_of(state, case, same_organisation=state.organisation == organisation) for state in about)
    _accuse(entry, book, action, actor, about, case, directory)
    return entry


def _accuse(
    entry: ParsedFields,
    book: Rulebook,
    action: Action,
    actor: Actor,
    about: Sequence[State],
    case: CaseId | None,
    directory: Accusable,
) -> None:
    """Whom the form accuses: in the fields for it, and between the lines."""
    entry.accusations = _accusations(entry, book, action.required, directory)
    if complains(action) and entry.texts:
        entry.accusations += _between_the_lines(entry, book, about, directory)
    if speaks_for_petitioner(book, action, actor.kind):
        entry.accusations += _in_other_words(entry, book, action, case, directory)
    elif not decides_who_is_accused(action):
        _in_words_of_staff(entry, book, action, actor, case, directory)
        words = "\n".join(text.text for text in entry.texts) if about else ""
        found = by_staff.in_words_about(words, about, actor, directory)
        entry.add(found)
        if found[1] and not _is_asked_about(book, action, state_of(case) if case is not None else None):
            entry.add(by_staff.left_without_handlers(found[1], book, action, entry.units, directory.at))


def _named_twice(entry: ParsedFields, book: Rulebook) -> Iterator[FormError]:
    """Lines that must name two people and name one: however it is written, a name is no second person."""
    typed = {text.ref.id: normal(text.text) for text in entry.texts}
    for name, value in entry.values.items():
        other = entry.values.get(book.fields[name].other_than or "")
        if not isinstance(value, TextRef) or not isinstance(other, TextRef):
            continue
        if typed.get(value.id) == typed.get(other.id):
            first = name_of(book.fields[book.fields[name].other_than or ""])
            yield FormError(name, "same", _("须是“%(first)s”以外的另一个人") % {"first": first})


def _ended_first(entry: ParsedFields, book: Rulebook) -> Iterator[FormError]:
    """Times of a day at which something ended that had not yet begun, unless it went over midnight: 09:30 is earlier than 10:00 as a word, too."""
    typed = {text.ref.id: text.text for text in entry.texts}
    for name, value in entry.values.items():
        other = entry.values.get(book.fields[name].later_than or "")
        if not isinstance(value, TextRef) or not isinstance(other, TextRef):
            continue
        began, ended = typed[other.id], typed[value.id]
        if ended <= began and not ends_next_day(began, ended):
            first = name_of(book.fields[book.fields[name].later_than or ""])
            yield FormError(name, "not-later", _("须晚于“%(first)s”，请核对") % {"first": first})


def also_wrong(
    rules: Rules,
    action: Action,
    state: State | None,
    actor: Actor,
    at: datetime,
    entry: ParsedFields,
    facts: Mapping[str, str],
) -> list[FormError]:
    """What else is wrong with a form that comes back already: all of it is told at once, what is missing too.

    ``facts`` are those of a petition that is only coming in.
    """
    case = state.case if state else CaseId(new_id(at))
    command = replace(entry.command(new_id(at), case, "", actor, at), facts=facts)
    faulty = {error.field for error in entry.errors}
    found = problems(rules.book, action, state, command, local_date(rules, at))
    also = (problem for problem in found if problem.field not in faulty)
    return [field_error(rules, problem) for problem in also if problem.problem is not ProblemCode.UNAVAILABLE]


def _is_of(rule: FieldRule, value: Value) -> bool:
    """Whether the case that a field names runs under the procedure that the field asks for."""
    if rule.procedure is None or not isinstance(value, UUID):
        return True
    return Case.objects.filter(id=value, procedure=rule.procedure).exists()


def unsealable(entry: ParsedFields) -> list[FormError]:
    """What to say of texts and files when the petitioner, under whose key they would lie, was erased when retention ended."""
    apart = [name for name, value in entry.values.items() if isinstance(value, TextRef) or files_in(value)]
    return [FormError(name, "erased", _("信访人资料已到期销毁，不能再填写文字或附文件，请留空")) for name in apart]


def _named(entry: ParsedFields, book: Rulebook, what: str) -> list[UUID]:
    """The units, people or cases that the fields name."""
    found = (ids_in(value) for name, value in entry.values.items() if type_of(book.fields[name]).names == what)
    return [id for ids in found for id in ids]


def _accusations(
    entry: ParsedFields, book: Rulebook, asked: Iterable[str], directory: Accusable
) -> tuple[Accusation, ...]:
    """Whom the fields that accuse name, by a choice or in words."""
    found: list[Accusation] = []
    words, at = {text.ref.id: text for text in entry.texts}, directory.at
    for name in asked:
        value, rule = entry.values.get(name), book.fields[name]
        if isinstance(value, TextRef) and rule.accuses:
            found.append(in_words([words[value.id].text], [value], directory)[0])
        elif value is not None and rule.accuses:
            ids = frozenset(ids_in(value))
            found.append(
                chosen(ids, frozenset(), at) if type_of(rule).names == "unit" else chosen(frozenset(), ids, at)
            )
    return tuple(found)


def _in_other_words(
    entry: ParsedFields, book: Rulebook, action: Action, case: CaseId | None, directory: Accusable
) -> tuple[Accusation, ...]:
    """Whom a petitioner accuses in what they say beside the lines for it, and in the words of files: its sentences are kept as such lines.

    Nobody again whom the form or the case keeps out for certain.
    """
    of_lines = {value for name, value in entry.values.items() if book.fields[name].accuses}
    words = "\n".join(text.text for text in entry.texts if text.ref not in of_lines)
    in_names, in_files = _files_that_came(entry)
    if not (words + in_names + in_files).strip():
        return ()
    state = state_of(case) if case is not None else None
    context = "of_accused" if entry.accusations else context_of(state)
    known = accused_by(state) if state is not None and not state.unresolved else None
    sure = (*entry.accusations, *([known] if known else ()))
    typed = read_from(f"{words}\n{in_names}", directory, sure, context, in_files)
    if state is not None:
        hear = in_hand.bad_said_in if asks_for_recusal(book, state, action) else in_hand.said_in
        typed = in_hand.with_heard(typed, hear(f"{words}\n{in_names}\n{of_own(in_files)}", state, directory), directory)
    lines, accusations = read_and_kept(typed, directory, context)
    entry.texts += lines
    return accusations


def _in_words_of_staff(
    entry: ParsedFields, book: Rulebook, action: Action, actor: Actor, case: CaseId | None, directory: Accusable
) -> None:
    """Whom staff accuse, or others whose words they write down: in the fields for these, in all other texts, and in files that come with them."""
    rules = {value: book.fields[name] for name, value in entry.values.items() if isinstance(value, TextRef)}
    in_names, in_files = _files_that_came(entry)
    ruled = [(rules[text.ref], text.text) for text in entry.texts if text.ref in rules]
    quoted = "\n".join(said_under(rule, text) for rule, text in ruled if rule.quotes)
    own = "\n".join(text for rule, text in ruled if not (rule.quotes or rule.accuses))
    state = state_of(case) if case is not None and (quoted or own or in_names) else None
    found: list[UnsealedText] = []
    is_asked = _is_asked_about(book, action, state)
    if quoted:
        found, accusations = by_staff.in_quoted(
            f"{quoted}\n{in_names}", state, actor, directory, entry.accusations, in_files
        )
        entry.accusations += accusations if is_asked else by_staff.but_for_unit(accusations, actor)
    if is_asked:
        beside = "" if quoted else f"{in_names}\n{in_files}"
        lines, accusations = by_staff.in_own_words(f"{own}\n{beside}", state, actor, directory, entry.accusations)
        found, entry.accusations = [*found, *lines], (*entry.accusations, *accusations)
    entry.texts += found


def _files_that_came(entry: ParsedFields) -> tuple[str, str]:
    """What the files of a form are called, and the words in them."""
    files = [one.file for one in entry.files]
    return names_of(files), words_of(files)


def _is_asked_about(book: Rulebook, action: Action, state: State | None) -> bool:
    """Whether somebody finds out whom a case accuses in which ``action`` is taken."""
    if state is not None:
        return book.procedures[state.procedure].identifying is not None
    return any(one.identifying for one in procedures_with(book, action))


def _between_the_lines(
    entry: ParsedFields, book: Rulebook, about: Sequence[State], directory: Accusable
) -> tuple[Accusation, ...]:
    """Who else a complaint may be about than those whom its form names: a question, unless they are all shut out already.

    Whoever handled the case that it is about may be meant only while it is not clear who is.
    """
    is_clear = bool(entry.accusations) and all(one.certain for one in entry.accusations)
    more = unnamed(entry.texts[0], () if is_clear else about, directory)
    units = frozenset[UnitId]().union(*(one.units for one in entry.accusations))
    people = frozenset[PersonId]().union(*(one.people for one in entry.accusations))
    return () if entry.accusations and more.units <= units and more.people <= people else (more,)


def _about(entry: ParsedFields, book: Rulebook) -> list[State]:
    """Where the cases stand that the fields name."""
    return [state for id in dict.fromkeys(_named(entry, book, "case")) if (state := state_of(id))]


@dataclass(frozen=True, slots=True)
class FieldReader:
    """Reads one field of an entry for ``actor`` on a case of ``organisation``: see ``fields.base.Reader``. ``accusing``: among whom it may
    name somebody whom it accuses, where it does.
    """

    entry: ParsedFields
    name: str
    actor: Actor
    at: datetime
    organisation: UUID
    accusing: Accusable | None = None

    def text(self, text: str) -> TextRef | None:
        if len(text) > MAX_RAW_CHARS:
            _text, problems = clean_text(self.name, text)
            self.entry.errors += map(input_error, problems)
            return None
        text = without_direction_marks(text)
        problems = forbidden_characters(self.name, text)
        secret = list(refused_texts([(self.name, text)]))
        self.entry.errors += [*map(input_error, problems), *secret]
        if not text or problems or secret:
            return None
        apart = unsealed(text, self.at)
        self.entry.texts.append(apart)
        return apart.ref

    def files(self, files: Sequence[Upload]) -> tuple[TextRef, ...] | None:
        given = [file if isinstance(file, File) else File(file.name, file.content) for file in files]
        read = attachments.files_looked_through(given)
        problems = attachments.problems(read)
        secret = list(refused_texts((self.name, file.name) for file in read))
        self.entry.errors += [*(FormError(self.name, problem.code, problem.message) for problem in problems), *secret]
        if problems or secret:
            return None
        apart = [attachments.unsealed(file, self.at) for file in read]
        self.entry.files += apart
        return tuple(item.ref for item in apart)

    def unit(self, given: object) -> UnitId | None:
        named, word = _uuid(given), str(given).strip()
        if named is None and not _may_be_named(word, "code"):
            return None
        for organisation in self._scope():
            for id, code in _units_of.all(organisation):
                if id == named if named else code == word:
                    return UnitId(id)
        written = () if named else (units_written(organisation, word) for organisation in self._scope())
        return next((UnitId(id) for id in _nearest(written)), None)

    def person(self, given: object) -> PersonId | None:
        people = Account.objects.filter(holdings__organisation__in=self._scope(), is_active=True)
        if (found := _among(people, given, "username")) or _uuid(given):
            return PersonId(found) if found else None
        word = str(given).strip()
        if not _may_be_named(word, "name"):
            return None
        written = (people_written(organisation, word, self.at) for organisation in self._scope())
        return next((PersonId(id) for id in _nearest(written)), None)

    def _scope(self) -> tuple[UUID, ...]:
        """Whose units and people may be named: those of the case's organisation and of the actor's, and when they are accused all around it."""
        return (
            self.accusing.scope if self.accusing else tuple(dict.fromkeys((self.organisation, self.actor.organisation)))
        )

    def case(self, given: object) -> CaseId | None:
        named = given if _uuid(given) else case_number(str(given)[:MAX_NAMED_CHARS])
        found = _among(visible_to(self.actor), named, "number")
        if found is None and (old := old_number(str(given)[:MAX_NAMED_CHARS])):
            # By its number in the register that it was brought in from, where one case alone had it.
            had_it = visible_to(self.actor).filter(old_number=old).values_list("id", flat=True)[:2]
            found = had_it[0] if len(had_it) == 1 else None
        return CaseId(found) if found else None


def _nearest(found: Iterable[frozenset[UUID]]) -> frozenset[UUID]:
    """Whom a name means, from the nearest organisation outward: the only one who bears it in the first where anybody does, else nobody."""
    bearers = next(filter(None, found), frozenset[UUID]())
    return bearers if len(bearers) == 1 else frozenset()


def cases_named(book: Rulebook, read: ParsedFields) -> set[UUID]:
    """The other cases that a form names."""
    return set(_named(read, book, "case"))


_units_of: Final = Prepared(
    lambda organisation: Unit.objects.filter(organisation_id=organisation, abolished_on=None).values_list("id", "code")
)
"""Codes of units are those of one organisation: what is meant is found in the nearest."""


def _uuid(given: object) -> UUID | None:
    try:
        return UUID(str(given))
    except ValueError:
        return None


def _may_be_named(word: str, column: str) -> bool:
    """Whether anything has such a name: what is too long, or has what databases refuse to look for, has not."""
    return len(word) <= MAX_NAMED_CHARS and not forbidden_characters(column, word)


def _among(rows: QuerySet[Named], given: object, column: str) -> UUID | None:
    """The one of ``rows`` that is named by its id, or by what stands in ``column``."""
    word = str(given).strip()
    named = _uuid(given)
    if named is None and not _may_be_named(word, column):
        return None
    found = rows.filter(pk=named) if named else rows.filter(**{column: word})
    return found.values_list("pk", flat=True).first()
