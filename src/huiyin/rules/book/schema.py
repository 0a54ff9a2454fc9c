"""The vocabulary in which an institution writes down its rules: one frozen model a kind of element."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field

from huiyin.rules.book.catalogue import CatalogueItem
from huiyin.rules.book.conditions import Comparison as Comparison
from huiyin.rules.book.conditions import Condition as Condition
from huiyin.rules.book.conditions import Draftings, Openings
from huiyin.rules.book.elements import (
    VERSION,
    Cited,
    Clause,
    ClauseId,
    Element,
    Id,
    Ids,
    LimitText,
    Named,
    as_tuple,
)
from huiyin.rules.book.field_use import FieldUses
from huiyin.rules.book.fields.rule import Choice as Choice
from huiyin.rules.book.fields.rule import FieldRule as FieldRule
from huiyin.rules.book.indicators import Indicator

ANY, START = "any", "start"
"""Where an action may begin, beside stages: every stage but the ends, and before there is a case."""


CUSTODIAN = "custodian"
"""The role that alone sees a case of which it is not known yet whom it accuses, and finds that out."""
ACTOR = "actor"
"""Whoever takes the action, where it may name somebody else by a field."""
ARCHIVE, MISSING_ITEMS = "archive", "missing_items"
"""The action by which a case that has ended is put away, and its field for why something that the catalogue asks for is not there."""
FINISH_CORRECTION = "finish_correction"
"""The duty to see the correction of an issued document through: no action opens or discharges it, the document on its way does."""
PROPOSE_CLEARING = "propose_clearing"
"""The action by which a custodian proposes that nobody is accused, for somebody else to confirm."""
IDENTIFY_LINE, LINE_NO = "identify_line", "line_no"
"""The action by which a custodian says of one written line whom it means, and its field for the number of the line."""
CLEARING_PROPOSED = "clearing_proposed"
"""The moment at which they proposed it; gone once anybody is accused, or found to be."""
ACCUSED_WRITTEN = "accused_written"
"""The moment at which somebody was accused whom the directory does not name for certain; recorded by the engine."""
SUSPECTED = "suspected"
"""The moment at which people were last shut out alone; gone once somebody said whether the case accuses them."""
TERMINATED = "terminated"
"""The moment since which a matter is terminated for good (终结): the decision was served."""
ENDED = "ended"
"""The moment at which a case last came to an end; recorded by the engine, where the book names it."""


# Some times what the largest book needs; a procedure beyond them is nothing that anybody can work under.
MAX_OF_EACH = 120
MAX_ACTIONS = 300
MAX_FACTS = 40

RoleOf = Literal["organisation", "handling", "co_handling", "superior", "superior_of_superior", "petitioner", "system"]
Sight = Literal["organisation", "unit", "none"]


KeptRegister = Literal["policies", "groups", "staff", "supplies", "funds", "rota"]
"""What an organisation keeps ready beside its cases, by who keeps it: the policy library; groups, meetings and tasks; qualifications and
training; premises and stores; yearly funds; who is on duty and receives when."""
KeptRegisters = Annotated[tuple[KeptRegister, ...], BeforeValidator(as_tuple)]


class Role(Cited):
    """Who acts or owes: ``of`` says relative to the case, ``sees`` how much of the organisation's cases the role may see.

    ``organisation``: the unit of the case's organisation with a post in this role; ``handling``/``co_handling``: the units that
    deal with the case; ``superior``/``superior_of_superior``: a unit of the next higher organisation, or of the one above it.
    ``stand_in`` is the role in the case's own organisation that takes over while no unit in this role is known here, or the
    only one is accused. For a higher organ that does not work in this system it hands the documents over and records the outcome from
    that organ's document, and never decides itself; ``seat_fact`` is the fact that says where the organ works (``inside`` or
    ``outside``), which the engine sets whenever an action makes somebody in this role owe something. Neither a remedy nor an
    accusation depends on who uses this system. ``substitute`` is the role in the case's own organisation whose holders do what is owed
    on a case while everybody in this one is away or kept from it, as by a recusal (then those of their substitute, and so on); unlike a
    stand-in it fills no role that no post has. ``confirmed_by``, of the custodian: who confirms that nobody is accused where no other
    custodian and nobody who stands in for one can; ``overseen_by`` who may read, beside them, why somebody was found to be accused.
    ``keeps`` are the registers that the role keeps: one that no role of the book keeps is kept by all that see the whole organisation.
    ``keeps_seal``: seals the approved documents of its own organ, where that has a seal.
    """

    of: RoleOf
    sees: Sight = "unit"
    seat: Named | None = None
    stand_in: Id | None = None
    substitute: Id | None = None
    confirmed_by: Id | None = None
    overseen_by: Id | None = None
    seat_fact: Id | None = None
    keeps: KeptRegisters = ()
    keeps_seal: bool = False

    @property
    def is_staff(self) -> bool:
        """Whether somebody who works at an organ holds it, not a petitioner nor the system."""
        return self.of not in ("petitioner", "system")

    @property
    def deputy(self) -> str | None:
        """The role whose holders act where nobody in this one can."""
        return self.stand_in or self.substitute


class FactValue(Named):
    """One value of a fact."""


class Fact(Cited):
    """Something about the case that conditions compare: a closed set of values, one of which it starts with.

    ``from_registration``: its first value is what the registration says (channel, source, group, sealed, name_clear);
    ``at_least``: it is ``yes`` when so many people or more came with the submission.
    """

    values: dict[str, FactValue] = Field(min_length=2)
    initial: str
    from_registration: bool = False
    at_least: int | None = Field(default=None, ge=1)


class LimitRule(Cited):
    """A time limit: ``within`` so long ``from`` a recorded moment, or a date that a form sets (``by_field``).

    ``extendable`` is the most by which it may be extended, in total; ``pausable`` says whether a hearing's time is left out;
    ``no_later_than`` names the limit that a date set by a form may not exceed.
    """

    within: LimitText | None = None
    start: Id = Field(default="", alias="from")
    by_field: str = ""
    no_later_than: Id | None = None
    extendable: LimitText | None = None
    pausable: bool = False


class DutyRule(Cited):
    """What somebody owes: ``of`` a role, within a named ``limit``.

    ``on_due`` names an action that the system takes when the limit has run out; ``outlasts``: it is still owed when the case has ended.
    ``else_of`` are roles in the same unit that owe it, the first that somebody there holds, where nobody there holds ``of``.
    ``public`` is what the petitioner reads of it, else the stage. ``service``: a document is to be served (``due``), or its ``proof`` is awaited.
    """

    of: Id
    public: Named | None = None
    else_of: Annotated[tuple[Id, ...], BeforeValidator(as_tuple)] = ()
    limit: Id
    on_due: Id | None = None
    outlasts: bool = False
    service: Literal["due", "proof"] | None = None


class NoticeRule(Cited):
    """A document that must reach the petitioner, or another body; ``says`` is its fixed sentence, ``body`` names the form fields whose content it prints,
    ``limits`` those of which it says from when they run and until which day, beside the day of receipt and the unit that acts; of a
    limit by a field only the day, where the action that brings the notice opens a duty within it.

    ``served``: an action serves it and records the date; otherwise it counts as delivered when it is published to the petitioner.
    ``issued_by`` is the role whose organ's document it is, where another serves it; otherwise it is the document of the organ that acts.
    ``when`` it does not hold, the notice is not issued, and the facts that it compares are the recorded ground for that.
    """

    to: Literal["petitioner", "unit", "organ"] = "petitioner"
    says: Named | None = None
    body: Annotated[tuple[str, ...], BeforeValidator(as_tuple)] = ()
    when: Condition = Field(default_factory=dict)
    limits: Ids = ()
    remedy: Named | None = None
    served: bool = False
    issued_by: Id | None = None


Ending = Literal["decided", "declined", "transferred", "withdrawn", "merged", "terminated"]
"""How a case ends: on the merits, on a ground for not dealing with it, elsewhere, by its petitioner, in another case, or for good after that."""


class Stage(Cited):
    """Where a case stands. ``public`` is what the petitioner reads.

    At an ``end`` all duties lapse but those that outlast it, and those that it ``owes`` open: the matter is still to be archived.
    ``ending`` is the kind of end, which says what must have happened before; an end that does not say is ``decided``.
    """

    end: bool = False
    ending: Ending | None = None
    owes: Ids = ()
    public: Named | None = None


def _moments(value: object) -> object:
    """``accepted`` or ``[accepted]`` marks the moment of the action; ``{served: $served_on}`` takes a date from a field."""
    if isinstance(value, str):
        return {value: "now"}
    if isinstance(value, list):
        return dict.fromkeys(value, "now")
    return value


def _one_condition(value: object) -> object:
    return (
        {name: [item] if isinstance(item, str) else item for name, item in value.items()}
        if isinstance(value, dict)
        else value
    )


Earliest = Annotated[tuple[str, ...], BeforeValidator(as_tuple), Field(min_length=1)]


AskedIf = Annotated[dict[str, Annotated[tuple[str, ...], Field(min_length=1)]], BeforeValidator(_one_condition)]


class Relay(Element):
    """A second action that the same transaction takes on another case, named by a field: a repeat joins the first case.

    It is taken by the same actor and asks for no fields.
    """

    action: Id
    to: str


class Entering(Named):
    """How somebody here enters what a petitioner did by letter, by phone or at the counter: the same action, taken by them in their stead.

    The form then asks for these ``fields`` as well; ``day`` is the one that says when the document was posted or handed in, by which a
    window (``until``) counts. The rest adds to what the action says under the same key, or stands for it: ``is_confirmed``.
    """

    by: Ids
    day: str
    fields: FieldUses
    while_open: Id | None = None
    after: Id | None = None
    not_by: Ids = ()
    marks: Annotated[dict[Id, str], BeforeValidator(_moments)] = Field(default_factory=dict)
    not_before: dict[str, Earliest] = Field(default_factory=dict)
    asked_if: dict[str, AskedIf] = Field(default_factory=dict)

    @property
    def is_confirmed(self) -> bool:
        """Whether a second person enters it, once the petitioner had time to contest what a first one took down."""
        return self.while_open is not None and self.after is not None and bool(self.not_by)


class Action(Cited):
    """One thing that may be done to a case: who, from where, under which conditions, and what follows from it.

    ``from`` takes stages, ``any`` (every stage but the ends) or ``start`` (registration). May it happen? ``when`` compares facts;
    ``until`` and ``after`` name a limit that must be running, or have run out; ``while_open`` a duty that must be open,
    ``unless_open`` duties that must be done first; ``not_by`` earlier actions whose taker may not take this one; ``same_as`` a field that must repeat an earlier one;
    ``begins_with`` an earlier one, or an organ above by name, that stands in the form and may be changed; ``not_before`` a date
    that may not lie before a recorded moment, another date of the form (``$name``), or days after it (``$name + 30 days``); ``recent`` one
    that may not lie further back; ``said`` what an earlier form must have said. ``asked_if`` makes an optional field depend on another field of the
    same form: it must be filled in when that one holds one of the values, and left empty when it does not.
    What follows? ``to`` is the next stage and ``reopens`` the one to which it takes a case that had ended; ``sets`` facts, ``marks`` moments (from the clock or a date field), ``units`` gives the case to a unit, ``extends``
    limits by days from a field, ``pauses``/``resumes`` limits, ``relay`` acts on a second case in the same transaction;
    ``identifies``: whom its accusing fields name is accused from now on, and nobody else, and the action may be taken in every stage.
    ``on_paper`` takes a case to an organ outside, or its answer down: also whoever owes something only because nobody else may takes it, and a custodian's action they alone.
    ``receives``: the petitioner opens a document sent electronically, and is served. ``erases`` makes texts, files and names unreadable for good, once two
    others decided so. ``recuses`` bars a person from the case: a field's, or ``actor``, who takes the action.
    ``releases`` takes units out of co-handling again: of what it ``withdraws``, only what these owe.
    ``drafts`` are the documents whose text is written when it is taken, to be read and changed before they go out; ``approves`` those
    whose text it fixes; ``returns`` those that it sends back to be changed. ``notice`` then issues the very text that was approved.
    ``document`` is the document of the office's own that what it recorded is printed as: a report, minutes, a sheet with an approval.
    A value ``$name`` stands for what the form field ``name`` holds.
    """

    by: Ids
    from_stages: Ids = Field(alias="from")
    to: Id | None = None
    reopens: Id | None = None
    fields: FieldUses = ()
    when: Condition = Field(default_factory=dict)
    until: Id | None = None
    after: Id | None = None
    while_open: Id | None = None
    unless_open: Ids = ()
    not_by: Ids = ()
    sets: dict[Id, str] = Field(default_factory=dict)
    marks: Annotated[dict[Id, str], BeforeValidator(_moments)] = Field(default_factory=dict)
    units: dict[Literal["handling", "co_handling"], str] = Field(default_factory=dict)
    assignee: str = ""
    recuses: str = ""
    releases: str = ""
    discharges: Ids = ()
    withdraws: Ids = ()
    opens: Openings = ()
    extends: dict[Id, str] = Field(default_factory=dict)
    pauses: Ids = ()
    resumes: Ids = ()
    notice: Ids = ()
    drafts: Draftings = ()
    approves: Ids = ()
    returns: Ids = ()
    attaches: bool = False
    remedy: bool = False
    identifies: bool = False
    on_paper: bool = False
    erases: bool = False
    receives: bool = False
    relay: Relay | None = None
    same_as: dict[str, str] = Field(default_factory=dict)
    begins_with: dict[str, str] = Field(default_factory=dict)
    recent: dict[str, LimitText] = Field(default_factory=dict)
    said: Condition = Field(default_factory=dict)
    not_before: dict[str, Earliest] = Field(default_factory=dict)
    asked_if: dict[str, AskedIf] = Field(default_factory=dict)
    entered: Entering | None = None
    document: Named | None = None

    @property
    def takers(self) -> tuple[str, ...]:
        """The roles that may take it, those last that enter it for a petitioner."""
        return tuple(dict.fromkeys((*self.by, *(self.entered.by if self.entered else ()))))

    @property
    def as_entered(self) -> Action:
        """The action as staff take it: where they enter what a petitioner did on paper, the form has more."""
        # Itself is not kept: two actions that each hold themselves could not be compared.
        return self if self.entered is None else self.with_entering

    @cached_property
    def with_entering(self) -> Action:
        """As ``as_entered``, where something is entered. Made once, since every page asks."""
        entered = self.entered
        assert entered is not None
        more = {use.name for use in entered.fields}
        changed = {
            "zh": entered.zh,
            "en": entered.en,
            "by": entered.by,
            "fields": (*(use for use in self.fields if use.name not in more), *entered.fields),
            "while_open": entered.while_open or self.while_open,
            "after": entered.after or self.after,
            "not_by": (*self.not_by, *entered.not_by),
            "marks": {**self.marks, **entered.marks},
            "not_before": {**self.not_before, **entered.not_before},
            "asked_if": {**self.asked_if, **entered.asked_if},
        }
        return self.model_copy(update=changed)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy, without what was made from the fields that it changes."""
        copied = super().model_copy(update=update, deep=deep)
        copied.__dict__.pop("with_entering", None)
        return copied

    @property
    def required(self) -> dict[str, bool]:
        """The fields that the form asks for, by name and in its order, and whether each must be filled in."""
        return {use.name: use.required for use in self.fields}

    @property
    def touched(self) -> set[str]:
        """The duties that it discharges, opens or withdraws, or while which are open it is taken."""
        waited = {self.while_open} if self.while_open else set()
        return {*self.discharges, *self.withdraws, *waited, *(opening.duty for opening in self.opens)}


class Procedure(Cited):
    """How one kind of case runs, from its start to one of its ends."""

    stages: dict[Id, Stage] = Field(min_length=2, max_length=MAX_OF_EACH)
    limits: dict[Id, LimitRule] = Field(default_factory=dict, max_length=MAX_OF_EACH)
    duties: dict[Id, DutyRule] = Field(default_factory=dict, max_length=MAX_OF_EACH)
    notices: dict[Id, NoticeRule] = Field(default_factory=dict, max_length=MAX_OF_EACH)
    actions: dict[Id, Action] = Field(min_length=1, max_length=MAX_ACTIONS)
    catalogue: dict[Id, CatalogueItem] = Field(default_factory=dict, max_length=MAX_OF_EACH)
    indicators: dict[Id, Indicator] = Field(default_factory=dict, max_length=MAX_OF_EACH)
    subjects: Ids = ()

    @cached_property
    def discharging(self) -> dict[Id, tuple[Action, ...]]:
        """By which actions each kind of duty is discharged. Found once, since it is asked with every event."""
        kinds = dict.fromkeys(kind for action in self.actions.values() for kind in action.discharges)
        return {kind: tuple(one for one in self.actions.values() if kind in one.discharges) for kind in kinds}

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy, without what was found in the actions that it may change."""
        copied = super().model_copy(update=update, deep=deep)
        copied.__dict__.pop("discharging", None)
        return copied

    @property
    def identifying(self) -> Action | None:
        """The action that says whom a case accuses."""
        return next((action for action in self.actions.values() if action.identifies), None)

    @property
    def without_identifying(self) -> Procedure:
        """The procedure while nobody has to be identified: that neither moves a case nor keeps it from its end."""
        asked = self.identifying
        if asked is None:
            return self
        owed = asked.discharges
        actions = {name: act for name, act in self.actions.items() if not act.identifies and not act.touched & {*owed}}
        duties = {name: duty for name, duty in self.duties.items() if name not in owed}
        issued = {kind for act in actions.values() for kind in act.notice}
        theirs = {kind for name, act in self.actions.items() if name not in actions for kind in act.notice} - issued
        notices = {name: notice for name, notice in self.notices.items() if name not in theirs}
        return self.model_copy(update={"actions": actions, "duties": duties, "notices": notices})


class CalendarRule(Element):
    """Which calendar dates are counted in."""

    zone: str = "Asia/Shanghai"
    holidays: str = "CN"


class Elsewhere(Named):
    """The feature that carries out a clause instead of a procedure; ``built: false`` says honestly that it does not exist yet."""

    built: bool = True


class Rulebook(Element):
    """The rules of one institution, complete: what it inherits is already merged in.

    ``includes`` are modules that were merged after the book that it ``extends`` and before what it says itself.
    ``moments`` names the recorded times from which limits run; ``elsewhere`` the clauses that something other than a procedure
    carries out, and what.
    """

    rulebook: Id
    version: str = Field(pattern=VERSION)
    title: Named
    extends: Id | None = None
    includes: Ids = ()
    effective: date
    basis: Named | None = None
    calendar: CalendarRule = CalendarRule()
    clauses: dict[ClauseId, Clause] = Field(min_length=1)
    roles: dict[Id, Role] = Field(min_length=1, max_length=MAX_OF_EACH)
    facts: dict[Id, Fact] = Field(default_factory=dict, max_length=MAX_FACTS)
    moments: dict[Id, Named] = Field(default_factory=dict)
    fields: dict[str, FieldRule] = Field(default_factory=dict)
    procedures: dict[Id, Procedure] = Field(min_length=1, max_length=20)
    elsewhere: dict[ClauseId, Elsewhere] = Field(default_factory=dict)

    @property
    def key(self) -> str:
        """Name and version, as cases are pinned to it: ``national-2022@1``."""
        return f"{self.rulebook}@{self.version}"
