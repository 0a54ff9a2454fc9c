"""What a petitioner may see of their own matter: where it stands, what is owed to them, what they may do and until when.

Left out on purpose: what the office thinks before it has decided, who of its people does what, and whatever concerns others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework import receipts
from huiyin.casework.actions.choices import ActionChoices, AvailableAction, UnavailableAction, action_choices, forms_of
from huiyin.casework.case_view import case_view, channel_name
from huiyin.casework.correction_story import CORRECTED
from huiyin.casework.elsewhere import elsewhere, to_be_handed_over
from huiyin.casework.forms import FieldView
from huiyin.casework.history import Document, History, HistoryStep, Shown, contacts, documents, read_history, steps
from huiyin.casework.imported.story import IMPORTED, is_day
from huiyin.casework.labels import cites, name_of, public_stage
from huiyin.casework.lists.duties import duty_rows, open_duties_of, open_rows_of
from huiyin.casework.loaded_case import LoadedCase, load_case
from huiyin.casework.models import Case, CaseUnit, CodeIssue, Submission
from huiyin.casework.sealed import codes
from huiyin.casework.sealed.kept_from_all import is_kept_from_all
from huiyin.casework.sealed.seen_codes import is_spoilt
from huiyin.people.acting import petitioner_actor, seats
from huiyin.people.models import OrganAbove, Organisation
from huiyin.procedure.command import Actor, Command
from huiyin.procedure.refusal import Code
from huiyin.procedure.seating import LEVELS, could_be_owed
from huiyin.rows import Prepared
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, Procedure

RATE = "rate"
"""The action by which a petitioner rates the handling (Regulation Art. 21(2)); its name is part of the outer contract."""


@dataclass(frozen=True, slots=True)
class OpenedReceipt:
    """A receipt whose query code was right: the contact, its case, the petitioner who acts through it, and the codes that staff gave out since.

    Whoever printed the first code for a letter or a visit, or gave one out anew, had it in their hands.
    """

    submission: Submission
    case: Case
    actor: Actor
    given: tuple[CodeIssue, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """One step of the way, as the petitioner reads it. ``documents`` are the notices that it brought; ``own``: the petitioner took it."""

    at: datetime
    what: str
    unit: str
    cites: str
    documents: tuple[str, ...]
    own: bool
    fields: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class DutyView:
    """What somebody still owes on the matter; ``unit`` is empty when it is the petitioner's turn, and only then.

    Where a higher organ works outside this system ``unit`` is that organ, and ``since`` the day on which the documents went to it.
    """

    what: str
    unit: str
    organisation: str
    since: str
    due_at: datetime
    derivation: str
    clause: tuple[str, ...]
    cites: str
    overdue: bool
    suspended: bool
    waits_since: datetime | None


@dataclass(frozen=True, slots=True)
class Remedy:
    """What the petitioner may invoke against an outcome: until when, or why not (now). ``offer`` is None when it is not open.

    ``organ`` is who decides on it, by name, and ``address`` where that is; empty where nobody has said who stands above.
    """

    action: str
    label: str
    organ: str
    address: str
    cites: str
    offer: AvailableAction | None
    until: datetime | None
    derivation: str
    why_not: str


@dataclass(frozen=True, slots=True)
class Tracking:
    """Everything that the page of a receipt shows; ``forms`` are those of ``actions``, by action.

    ``to_contest`` is how they say that it is not so, where something was taken down in their name that another person is to confirm.
    ``code_given_at`` is when staff last gave out a query code anew; ``not_by_code`` are what the petitioner could do now, but not with a code
    that staff had in their hands.
    ``moved`` says why an organisation above examines it, where the petitioner would have expected this one.
    """

    receipt: str
    number: str
    organisation: str
    moved: str
    title: str
    stage: str
    ended: bool
    channel: str
    received_at: datetime
    registered_at: datetime
    seq: int
    steps: tuple[Passage, ...]
    owed: tuple[DutyView, ...]
    documents: tuple[Document, ...]
    remedies: tuple[Remedy, ...]
    actions: tuple[AvailableAction, ...]
    to_contest: AvailableAction | None
    code_given_at: datetime | None
    not_by_code: tuple[UnavailableAction, ...]
    forms: Mapping[str, tuple[FieldView, ...]]
    rating: tuple[Shown, ...]

    @property
    def other_actions(self) -> tuple[AvailableAction, ...]:
        """What the petitioner may do besides the remedies."""
        return tuple(
            sorted(
                (offer for offer in self.actions if not offer.remedy),
                key=lambda offer: not (offer.receives or offer == self.to_contest),
            )
        )

    @property
    def to_open(self) -> bool:
        """Whether a document was sent to the petitioner that they have not opened yet."""
        return any(offer.receives for offer in self.actions)


WITH = ("case__organisation__superior__superior", "case__unit", "petitioner__key")
"""What is read together with a contact."""
_by_receipt = Prepared(lambda receipt: Submission.objects.select_related(*WITH).filter(receipt=receipt))


def open_receipt(receipt: str, code: str) -> OpenedReceipt | None:
    """The matter behind ``receipt``; None when the code is wrong or there is no such receipt, and nobody can tell which.

    Whoever asks has made sure that guessing is stopped (``code_guesses``).
    """
    written = receipts.normal(receipt)
    submission = _by_receipt.first(written)
    given = codes.issues([submission]).get(submission.id, []) if submission is not None else []
    if not receipts.opens(written, code, len(given)) or submission is None or is_spoilt(submission):
        return None
    return _opened(submission, given)


def what_instead(receipt: str, code: str) -> str:
    """What somebody is to do whose ``code`` did not open ``receipt`` and once did, in words; empty where it never did.

    Nobody reads out of it why: the words are the same where another was given out since, and where somebody had seen it who must not.
    """
    written = receipts.normal(receipt)
    submission = _by_receipt.first(written)
    number = codes.current(submission) if submission is not None else 0
    if submission is None or not any(receipts.opens(written, code, earlier) for earlier in range(number + 1)):
        return ""
    organisation = submission.case.organisation
    words = _(
        "这个查询码已经停用。您的事项和交来的材料都还在。请信访人本人带身份证件（委托他人的，再带委托书）到%(organisation)s接待的地方，当面换一个新的查询码；回执不变。"
    ) % {"organisation": organisation.name}
    above = organisation.organs_above
    if not above:
        return words
    return words + _("那里查不到的，请到上一级的%(above)s去换。") % {"above": above[0]}


def opened(submission: Submission) -> OpenedReceipt:
    """A contact whose code was checked before; for a session that remembers the receipt."""
    return _opened(submission, codes.issues([submission]).get(submission.id, []))


def _opened(submission: Submission, given: list[CodeIssue]) -> OpenedReceipt:
    actor = petitioner_actor(submission.petitioner, bool(codes.seen_since([submission], {submission.id: given})))
    return OpenedReceipt(submission, submission.case, actor, tuple(given))


def is_theirs(loaded: LoadedCase, action: str) -> bool:
    """Whether ``action`` is one that the rulebook gives to petitioners; others do not exist for them, whatever the stage."""
    return action in _of_petitioners(loaded)


def _of_petitioners(loaded: LoadedCase) -> frozenset[str]:
    roles = loaded.rules.book.roles
    actions = loaded.procedure.actions.items()
    return frozenset(name for name, rule in actions if any(roles[role].of == "petitioner" for role in rule.by))


def view(opened: OpenedReceipt, at: datetime, past: History | None = None) -> Tracking:
    """The matter behind an opened receipt, as of ``at`` (aware), in the reader's language; ``past`` where it was read already."""
    case, submission = opened.case, opened.submission
    loaded, past = load_case(case), past or read_history(case, None)
    may = _without_detours(loaded, action_choices(loaded, opened.actor, at, among=_of_petitioners(loaded)))
    may = _that_somebody_would_owe(loaded, opened.actor, may, at)
    taken = steps(past)
    notices = documents(past, ("petitioner",))
    contact = next((known for known in contacts(past) if known.event.submission == submission.id), None)
    title = past.text(contact.event.title.id if contact and contact.event.title else None)
    return Tracking(
        receipt=submission.receipt,
        number=case.number,
        organisation=case.organisation.name,
        moved=why_above(loaded),
        title=title,
        stage=case_view(case, at, title).public_stage,
        ended=case.ended_at is not None,
        channel=contact.channel if contact else channel_name(submission.channel),
        received_at=submission.received_at,
        registered_at=submission.registered_at,
        seq=case.seq,
        steps=tuple(_passages(taken, notices)),
        owed=_owed(loaded, past, at),
        documents=notices,
        remedies=tuple(_remedies(loaded, may)),
        actions=may.allowed,
        code_given_at=opened.given[-1].issued_at if opened.given else None,
        not_by_code=tuple(unavailable for unavailable in may.refused if unavailable.because.code == Code.CODE_SEEN),
        to_contest=next((one for one in may.allowed if _contests(loaded.procedure, one.action)), None),
        forms=forms_of(loaded, may, opened.actor, at),
        rating=next((step.fields for step in reversed(taken) if step.action == RATE), ()),
    )


def chosen_before(past: History, action: str) -> tuple[Shown, ...]:
    """What the petitioner chose when they took ``action`` last, or when it was entered for them: what holds until they choose anew."""
    last = next((step for step in reversed(steps(past)) if step.action == action), None)
    if last is None:
        return ()
    fields = load_case(past.case).rules.book.fields
    choices = {name for name, rule in fields.items() if rule.type == "choice"}
    return tuple(one for one in last.fields if one.name in choices)


def _contests(procedure: Procedure, name: str) -> bool:
    """Whether by this action a petitioner has dropped what an office is to confirm in their name."""
    action = procedure.actions[name]
    confirmed = {entered.while_open for one in procedure.actions.values() if (entered := one.entered) is not None}
    return action.while_open is not None and action.while_open in confirmed.intersection(action.withdraws)


def _without_detours(loaded: LoadedCase, may: ActionChoices) -> ActionChoices:
    """``may`` without what only asks for something that the petitioner may do at once."""
    actions = loaded.procedure.actions
    at_once = {entered.while_open for offer in may.allowed if (entered := actions[offer.action].entered) is not None}
    kept = (one for one in may.allowed if at_once.isdisjoint(opening.duty for opening in actions[one.action].opens))
    return replace(may, allowed=tuple(kept))


def _that_somebody_would_owe(loaded: LoadedCase, actor: Actor, may: ActionChoices, at: datetime) -> ActionChoices:
    """``may`` without what would be refused since all who could answer it here are accused, and no organ above works here."""
    state = loaded.state
    if not state.accused_units or state.unresolved:
        return may
    places = seats(loaded.case.organisation_id, state.accused_units)
    command = Command(id=UUID(int=0), case=state.case, action="", actor=actor, at=at, seats=places)
    actions = loaded.procedure.actions
    kept = (one for one in may.allowed if could_be_owed(loaded.rules, state, actions[one.action], command))
    return replace(may, allowed=tuple(kept))


def _passages(taken: Iterable[HistoryStep], notices: Iterable[Document]) -> Iterable[Passage]:
    """The steps that the petitioner took or had entered, that brought a notice, or after which the matter stands elsewhere as they read it,
    each time that it does: the last of them says where it stands now. What goes back and forth inside one public stage is not told.
    """
    brought: dict[int, list[str]] = {}
    for document in notices:
        brought.setdefault(document.seq, []).append(document.label)
    before = ""
    for step in taken:
        if step.action == CORRECTED:
            yield _correction(step)
            continue
        after = step.public_stage or before
        own = step.actor == "petitioner"
        labels = tuple(brought.get(step.seq, ()))
        if own or step.for_petitioner or labels or after != before:
            yield Passage(
                at=step.at,
                what=step.label if own or step.for_petitioner else after if after != before else _("、").join(labels),
                unit=step.unit,
                cites=step.cites,
                documents=labels,
                own=own,
                fields=_shown_fields(step, own or step.for_petitioner),
            )
        before = after


def _shown_fields(step: HistoryStep, is_theirs: bool) -> tuple[Shown, ...]:
    """What is told of a step beside its name: what the petitioner entered, and the days that an old register names."""
    if step.action == IMPORTED:
        return tuple(shown for shown in step.fields if is_day(shown.name))
    return step.fields if is_theirs else ()


def _correction(step: HistoryStep) -> Passage:
    """That the registration was corrected, and which entries; what they say stands on the page already, or is somebody's own affair."""
    entries = dict.fromkeys(shown.label for shown in step.fields if shown.name != "reason")
    what = _("登记信息已更正：%(entries)s") % {"entries": _("、").join(entries)} if entries else _("登记信息已更正")
    own = step.actor == "petitioner"
    return Passage(at=step.at, what=what, unit=step.unit, cites="", documents=(), own=own, fields=())


def _owed(loaded: LoadedCase, past: History, at: datetime) -> tuple[DutyView, ...]:
    """Who owes something now, by when: by the name that the rulebook has for petitioners, else by the public stage, since the name of a
    duty says what the office is at inside.

    What only tells inner steps of one unit apart is one entry, with the day by which all of them are due, or the overdue one; of several duties of one kind
    each is an entry, since each has its own occasion and day.
    """
    case = loaded.case
    if case.ended_at is not None:
        return ()  # what is owed after the end, such as archiving, is the office's affair
    rows = duty_rows(open_rows_of(case), at, {case.id: ""})
    organisations = _organisations(case)
    away, soon = elsewhere(loaded, past), to_be_handed_over(loaded)
    stage = public_stage(loaded.procedure, case.stage)
    who_is_meant = {kind for rule in loaded.procedure.actions.values() if rule.identifies for kind in rule.discharges}
    kinds = Counter((row.kind, row.owner) for row in rows)
    found: dict[tuple[str, str, UUID | None], DutyView] = {}
    for row in sorted(rows, key=lambda row: row.due_at):
        with_whom = away.get(row.kind)
        own = loaded.rules.book.roles[row.role].of == "petitioner"
        nobody_yet = "" if own else _("正在确定由谁负责")
        if row.kind in soon:
            nobody_yet = _("%(organ)s（待转交）") % {"organ": soon[row.kind]}
        if case.unresolved and row.kind in who_is_meant:
            nobody_yet = _("正函请有权处理的机关派员")
        asked = _("确定您反映的人员和单位") if row.kind in who_is_meant else row.public or stage
        view = DutyView(
            what=row.label if own or row.of_files else asked,
            unit=with_whom.organ if with_whom else nobody_yet if row.kind in soon else row.unit or nobody_yet,
            organisation=organisations.get(row.role, "") if row.unit and not with_whom else "",
            since=with_whom.since if with_whom else "",
            due_at=row.due_at,
            derivation=row.derivation,
            clause=row.clause,
            cites=row.cites,
            overdue=row.overdue,
            suspended=row.suspended,
            waits_since=row.waits_since,
        )
        key = (view.what, view.unit, row.id if kinds[row.kind, row.owner] > 1 else None)
        found[key] = max(found.get(key, view), view, key=_urgency)
    return tuple(sorted(found.values(), key=lambda view: view.due_at))


def _urgency(view: DutyView) -> tuple[bool, bool, datetime]:
    """Of inner steps that are one entry: what is overdue is never hidden by what is not, nor what runs by what waits."""
    return view.overdue, view.waits_since is None, view.due_at


def _organisations(case: Case) -> dict[str, str]:
    """Which organisation, above the case's own, owes duties of a role."""
    rows = _units_of.all(case.id)
    return {relation: name for relation, owner, name in rows if owner != case.organisation_id}


_units_of = Prepared(
    lambda case: CaseUnit.objects.filter(case_id=case).values_list(
        "relation", "unit__organisation_id", "unit__organisation__name"
    )
)


def why_above(loaded: LoadedCase) -> str:
    """Why an organ above examines the matter, or one outside has to say first whom it accuses; empty where neither does.

    Whoever was to examine it is, or may be, among those accused (Regulation Art. 28(3), 30(3)). Which of them is not said.
    """
    case = loaded.case
    if case.ended_at is not None or not case.sealed:
        return ""
    if case.unresolved and is_kept_from_all(case):
        return _(
            "您反映的对象可能包括本系统里所有可以经手的人员。为防止材料到被反映的人手里，现在谁也看不到内容；管理员只知道有这样一件，正函请有权处理的机关派员来确定您说的是谁。您也可以直接向有权处理的机关（如上一级纪检监察机关）反映。"
        )
    own = {name for name, role in loaded.rules.book.roles.items() if role.of == "organisation"}
    above = open_duties_of(case).filter(role__in=own, unit__isnull=False)
    organ = above.exclude(unit__organisation=case.organisation_id).values_list("unit__organisation__name", flat=True)
    if not organ:
        return ""
    return _(
        "您反映的人员或者单位在%(own)s本来要经手这件事，或者还不能确定是谁。为防止材料到被反映的人手里，现由上一级的%(above)s审查；被反映的人员和单位看不到、查不到，也不能经手。"
    ) % {"own": case.organisation.name, "above": organ[0]}


def organ_deciding(rules: Rules, procedure: Procedure, organisation: Organisation, action: Action) -> OrganAbove:
    """The organ above ``organisation`` that decides on what the remedy ``action`` asks for; without a name where nobody has said which."""
    asked = (rules.book.roles[procedure.duties[opening.duty].of].of for opening in action.opens)
    level = next((LEVELS[of] for of in asked if LEVELS.get(of)), 0)
    return organisation.organ_above(level)


def _remedies(loaded: LoadedCase, may: ActionChoices) -> Iterable[Remedy]:
    """The remedies of the procedure in the order of the rulebook."""
    open_now = {offer.action: offer for offer in may.allowed}
    why_not = {unavailable.action: unavailable.because.why for unavailable in may.refused}
    for name, action in loaded.procedure.actions.items():
        if not action.remedy:
            continue
        offer = open_now.get(name)
        deciding = organ_deciding(loaded.rules, loaded.procedure, loaded.case.organisation, action)
        yield Remedy(
            action=name,
            label=name_of(action, name),
            organ=deciding.name,
            address=deciding.address,
            cites=cites(loaded.rules, action.clause),
            offer=offer,
            until=offer.until if offer else None,
            derivation=offer.derivation if offer else "",
            why_not="" if offer else why_not.get(name, ""),
        )
