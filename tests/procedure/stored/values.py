"""One value of each kind that is stored, with every field filled in by something else, and the values that are nearly empty.

What stands for them on disk is in ``form-N.txt``, a name and a text a line. No line there is ever changed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final
from uuid import UUID

from huiyin.procedure.command import (
    Actor,
    CaseId,
    DutyId,
    OrganisationId,
    PersonId,
    PostId,
    Seat,
    TextRef,
    UnitId,
    Value,
)
from huiyin.procedure.documents.document_event import (
    DocumentApprovalLapsed,
    DocumentApproved,
    DocumentCorrected,
    DocumentDrafted,
    DocumentEdited,
    DocumentIssued,
    DocumentNumbered,
    DocumentReturned,
    DocumentSealed,
    DocumentVoided,
)
from huiyin.procedure.event import (
    AccusedFollowed,
    AccusedIdentified,
    AccusedWritten,
    ActionTaken,
    CaseEnded,
    CaseImported,
    CaseMoved,
    CaseOpened,
    CaseReopened,
    ConfidentialityFollowed,
    ConfidentialitySet,
    Corrected,
    DutyDischarged,
    DutyOpened,
    DutyReassigned,
    DutyRescheduled,
    DutyWithdrawn,
    FileLookedThrough,
    FilesHeldBack,
    LimitExtended,
    LimitPaused,
    LimitResumed,
    NoteWritten,
    NoticeIssued,
    Numbered,
    PackageStored,
    PersonRecused,
    Recordable,
    RegistrationCorrected,
    RowsRecorded,
    RulebookActivated,
    SubmissionAttached,
    UnitJoined,
    UnitLeft,
)
from huiyin.procedure.state import Confidentiality, DocumentState, OpenDuty, State
from huiyin.rules.deadlines.calendar import Label
from huiyin.rules.deadlines.derivation import Derivation, Span
from huiyin.rules.deadlines.duration import Limit
from huiyin.rules.deadlines.limits import Pause


def _id(number: int) -> UUID:
    return UUID(int=0x0192_0000_0000_7000_8000_0000_0000_0000 + number)


def _at(minute: int) -> datetime:
    return datetime(2026, 3, 2, 1, 0, tzinfo=UTC) + timedelta(minutes=minute)


CASE: Final = CaseId(_id(1))
OFFICE: Final = OrganisationId(_id(2))
HIGHER: Final = OrganisationId(_id(3))
SEAT: Final = Seat(UnitId(_id(4)), OFFICE)
ABOVE: Final = Seat(UnitId(_id(5)), HIGHER)
TEXT: Final = TextRef(_id(6), "a1" * 32, 120)
TITLE: Final = TextRef(_id(7), "b2" * 32, 16)
PHOTO: Final = TextRef(_id(8), "c3" * 32, 204_800)
SCAN: Final = TextRef(_id(9), "d4" * 32, 1_048_576)
PETITIONER: Final = PersonId(_id(10))
CLERK: Final = PersonId(_id(11))
HEAD: Final = PersonId(_id(12))
POST: Final = PostId(_id(13))

BRIEF: Final = Derivation(date(2026, 3, 2), Limit(0), date(2026, 3, 2), date(2026, 3, 2))
LONG: Final = Derivation(
    start=date(2026, 3, 3),
    limit=Limit(15, "working_days"),
    unrolled=date(2026, 4, 4),
    due_on=date(2026, 4, 7),
    moment=Label("收到", "received"),
    clause=Label("第三十四条", "Art. 34"),
    extension=Limit(30, "days"),
    skipped=(
        Span(date(2026, 3, 7), date(2026, 3, 8), Label("周末", "weekend")),
        Span(date(2026, 3, 14), date(2026, 3, 15), Label("周末", "weekend")),
    ),
    paused=(Span(date(2026, 3, 10), date(2026, 3, 12), Label("中止计算", "suspension")),),
    rolled_over=(Span(date(2026, 4, 4), date(2026, 4, 6), Label("清明节", "Qingming")),),
    suspended=True,
    warnings=(Label("2027 年放假安排尚无数据", "no holiday arrangement for 2027 yet"),),
)
BY_THE_CLOCK: Final = Derivation(
    date(2026, 3, 7),
    Limit(2, "hours"),
    date(2026, 3, 7),
    date(2026, 3, 7),
    start_time="21:30:00",
    due_time="23:30:00",
)
HANDLE: Final = OpenDuty(
    id=DutyId(_id(20)),
    kind="handle",
    role="handler",
    seat=SEAT,
    assignee=CLERK,
    limit="handling",
    opened_at=_at(1),
    due_at=_at(2),
    derivation=LONG,
    clause=("34", "35-1"),
)
SUPPLEMENT: Final = OpenDuty(
    DutyId(_id(21)), "supplement", "petitioner", None, None, "supplementing", _at(3), _at(4), BRIEF, ()
)
VALUES: Final[dict[str, Value]] = {
    "answer": "explain",
    "confirmed": True,
    "empty": "",
    "files": (PHOTO, SCAN),
    "grounds": ("evidence", "law"),
    "happened_on": date(2025, 12, 31),
    "heard_at": _at(5),
    "none_of_them": (),
    "note": TEXT,
    "people": 23,
    "quoted": 'a "b"\\c\n\td\u0007 é 回音 𠮷 \u2028 \u007f </script>',
    "refused": False,
    "unit": _id(14),
    "units": (_id(15), _id(16)),
    "zero": 0,
}

EVENTS: Final[dict[str, Recordable]] = {
    "opened": CaseOpened(
        case=CASE,
        organisation=OFFICE,
        procedure="petition",
        rulebook="national-2022@1",
        stage="received",
        facts={"sealed": "yes", "klass": "appeal"},
        received_at=_at(6),
        accused_units=(UnitId(_id(17)), UnitId(_id(18))),
        accused_people=(PersonId(_id(19)),),
    ),
    "opened, nobody accused": CaseOpened(CASE, OFFICE, "petition", "national-2022@1", "received", {}, _at(6)),
    "attached": SubmissionAttached(
        submission=_id(22),
        channel="web",
        received_at=_at(7),
        headcount=3,
        text=TEXT,
        petitioner=PETITIONER,
        title=TITLE,
        files=(PHOTO, SCAN),
    ),
    "attached, no title": SubmissionAttached(_id(22), "letter", _at(7), 1, TEXT, PETITIONER),
    "taken": ActionTaken(
        action="assign",
        from_stage="accepted",
        to_stage="assigned",
        actor="staff",
        role="dispatcher",
        person=CLERK,
        post=POST,
        unit=UnitId(_id(4)),
        fields=VALUES,
        sets={"klass": "appeal", "opinion": "none"},
        marks={"assigned": _at(8), "accepted": _at(9)},
        clause=("21-2", "22"),
        cleared=("note", "deadline"),
    ),
    "taken by a timer": ActionTaken("lapse", "a", "b", "system", "", None, None, None, {}, {}, {}, ()),
    "taken by a petitioner": ActionTaken(
        "supplement", "a", "a", "petitioner", "petitioner", PETITIONER, None, None, {}, {}, {}, ()
    ),
    "joined": UnitJoined("handling", SEAT),
    "left": UnitLeft("co_handling", ABOVE),
    "duty opened": DutyOpened(HANDLE),
    "duty opened, of the petitioner": DutyOpened(SUPPLEMENT),
    "duty discharged": DutyDischarged(DutyId(_id(20)), "serve_reply"),
    "duty withdrawn": DutyWithdrawn(DutyId(_id(21)), "withdraw"),
    "duty rescheduled": DutyRescheduled(DutyId(_id(20)), _at(10), LONG),
    "duty reassigned": DutyReassigned(DutyId(_id(20)), ABOVE, HEAD),
    "duty handed over": DutyReassigned(DutyId(_id(20)), SEAT, None, CLERK),
    "duty of a stand-in": DutyReassigned(DutyId(_id(20)), SEAT, None, None, "discipline"),
    "duty counted in hours": DutyRescheduled(DutyId(_id(20)), _at(23), BY_THE_CLOCK),
    "duty counted in minutes": DutyRescheduled(
        DutyId(_id(20)), _at(23), replace(BY_THE_CLOCK, limit=Limit(30, "minutes"))
    ),
    "duty reassigned to nobody": DutyReassigned(DutyId(_id(20)), None, None),
    "extended": LimitExtended("handling", 30),
    "extension lapsed": LimitExtended("handling", -30),
    "paused": LimitPaused("handling", _at(11)),
    "resumed": LimitResumed("handling", _at(12)),
    "recused": PersonRecused(HEAD),
    "accused in words": AccusedWritten(TEXT, (UnitId(_id(17)), UnitId(_id(18))), (HEAD,), False, _at(21)),
    "accused alone": AccusedWritten(TEXT, (), (HEAD,), False, _at(21), alone=True),
    "accused by a choice": AccusedWritten(None, (UnitId(_id(17)),), (), True, _at(22)),
    "identified": AccusedIdentified((), (CLERK, HEAD)),
    "followed": AccusedFollowed(CASE, (UnitId(_id(15)),), (PersonId(_id(26)),), False, _at(24)),
    "notice": NoticeIssued(_id(23), "acceptance", "petitioner", ("23-1", "s0-3")),
    "notice to a unit": NoticeIssued(_id(23), "urging", "unit", ()),
    "notice to an organ": NoticeIssued(_id(23), "report", "organ", ()),
    "drafted": DocumentDrafted(_id(27), "reply", 1, TEXT, "propose_opinion", OFFICE),
    "drafted anew": DocumentDrafted(_id(27), "reply", 3, TEXT, "propose_opinion", HIGHER, _id(23)),
    "paper corrected": DocumentCorrected(_id(28), "reply", TEXT, "correct_slip", OFFICE, _id(23), TITLE, CLERK),
    "sealed by certificate": DocumentSealed(_id(27), 2, "b2" * 32, "seal", CLERK),
    "sealed by hand": DocumentSealed(_id(27), 2, "b2" * 32, "hand", CLERK, TextRef(_id(29), "c9" * 32, 61)),
    "picture of what was signed": DocumentSealed(
        _id(27), 2, "b2" * 32, "picture", CLERK, TextRef(_id(29), "c9" * 32, 61)
    ),
    "picture compared": DocumentSealed(_id(27), 2, "b2" * 32, "compared", CLERK),
    "edited": DocumentEdited(_id(27), 2, TITLE, CLERK),
    "sent back": DocumentReturned(_id(27), 2, TEXT),
    "sent back without a word": DocumentReturned(_id(27), 2, None),
    "approved": DocumentApproved(_id(27), 2, "b2" * 32, "approve_opinion", "proposed"),
    "number of a paper": DocumentNumbered(_id(27), OFFICE, "papers", "2026", 4),
    "approval lapsed": DocumentApprovalLapsed(_id(27), "proposed"),
    "voided": DocumentVoided(_id(27), "void_paper", TEXT),
    "void with its matter": DocumentVoided(_id(27), "withdraw", None),
    "paper issued": DocumentIssued(_id(27), 2, "b2" * 32),
    "corrected": RegistrationCorrected(
        _id(9),
        (
            Corrected("title", None, TEXT),
            Corrected("channel", "letter", "visit"),
            Corrected("headcount", 1, 6),
            Corrected("phone", TEXT, None, CLERK),
        ),
        TEXT,
        {"channel": "visit"},
    ),
    "note": NoteWritten(TEXT, CLERK),
    "as limited": ConfidentialityFollowed(CASE, "internal", (UnitId(_id(4)),), (POST,), (CLERK,)),
    "as ordinary": ConfidentialityFollowed(CASE, "ordinary", (), (), ()),
    "as secret": ConfidentialityFollowed(CASE, "work_secret", (UnitId(_id(4)),), (), ()),
    "ordinary again": ConfidentialitySet("ordinary", (), (), (), TEXT),
    "kept inside": ConfidentialitySet("internal", (UnitId(_id(4)),), (), (), TEXT),
    "limited": ConfidentialitySet("work_secret", (UnitId(_id(4)),), (POST,), (CLERK, HEAD), TEXT),
    "imported": CaseImported(
        "旧〔2021〕37号",
        TextRef(_id(24), "c9" * 32, 61),
        "replied",
        {"kind": "claim", "outcome": "explain"},
        {"accepted": _at(3), "served": _at(5)},
        {"handler": _id(25), "due_date": date(2021, 6, 30)},
        date(2021, 6, 30),
    ),
    "imported as far as it is known": CaseImported("37", TextRef(_id(24), "c9" * 32, 61), "registered", {}, {}, {}),
    "moved": CaseMoved("national-2022@2", {"urgent": "no"}),
    "ended": CaseEnded("closed"),
    "reopened": CaseReopened("reviewing"),
    "package stored": PackageStored(_id(27), "d4" * 32, 48_213, 9, 31, "y30"),
    "files held back": FilesHeldBack((_id(30), _id(31))),
    "file looked through": FileLookedThrough(_id(30), False),
    "file withheld": FileLookedThrough(_id(31), True),
    "activated": RulebookActivated(OFFICE, "xx-bureau@3", "e5" * 32, _at(13), "厅发〔2026〕5号"),
    "case numbered": Numbered("cases", "2026", 12, CASE, None, "a7" * 32),
    "paper numbered": Numbered("papers", "2026", 3, CASE, _id(23), "b8" * 32),
    "rows recorded": RowsRecorded(
        "appoint", "people_holding", ("account", "until"), {"00" * 16: "c9" * 32, "01" * 16: ""}
    ),
}

STATES: Final[dict[str, State]] = {
    "state": State(
        case=CASE,
        organisation=OFFICE,
        procedure="petition",
        rulebook="national-2022@1",
        stage="assigned",
        seq=17,
        ended=True,
        facts={"sealed": "no", "klass": "appeal"},
        moments={"received": _at(14), "accepted": _at(15)},
        units={"handling": (SEAT,), "co_handling": (ABOVE, SEAT)},
        duties=(HANDLE, SUPPLEMENT),
        values=VALUES,
        takers={"assign": (HEAD, CLERK), "accept": (HEAD,)},
        extensions={"handling": 30},
        pauses={"handling": (Pause(_at(16), _at(17)), Pause(_at(18)))},
        recused=frozenset({HEAD, CLERK, PersonId(_id(24))}),
        named_units=frozenset({UnitId(_id(17)), UnitId(_id(18))}),
        named_people=frozenset({PersonId(_id(19))}),
        followed_units={CASE.hex: frozenset({UnitId(_id(15))})},
        followed_people={CASE.hex: frozenset({PersonId(_id(26))})},
        unresolved=frozenset({_id(25)}),
        papers={
            "reply": DocumentState(
                _id(27), 2, TITLE, "approved", "propose_opinion", "approve_opinion", "proposed", True
            ),
            "extension": DocumentState(_id(28), 1, TEXT, "drafted", "request_extension"),
        },
        confidentiality=Confidentiality(
            "internal", frozenset({UnitId(_id(4))}), frozenset({POST}), frozenset({CLERK}), frozenset({PostId(_id(6))})
        ),
        followed_levels={CASE.hex: Confidentiality("work_secret", frozenset({UnitId(_id(4))}))},
    ),
    "state, its papers done with": State(
        CASE,
        OFFICE,
        "petition",
        "national-2022@1",
        "decided",
        papers={
            "extension": DocumentState(_id(28), 2, TEXT, "returned", "request_extension"),
            "refusal": DocumentState(_id(29), 1, TEXT, "voided", "propose_refusal"),
            "reply": DocumentState(_id(27), 2, TITLE, "issued", "propose_opinion", "approve_opinion", "proposed", True),
        },
        confidentiality=Confidentiality("ordinary"),
    ),
    "state, as it begins": State(CASE, OFFICE, "petition", "national-2022@1", "received"),
}

STAFF: Final = Actor(
    "staff", OFFICE, frozenset({"dispatcher"}), CLERK, POST, UnitId(_id(4)), frozenset({UnitId(_id(5))})
)
TIMER: Final = Actor("system", OFFICE, frozenset())
# A moment is an instant: where it is written down does not depend on the zone in which it was given.
IN_BEIJING: Final = _at(19).astimezone(timezone(timedelta(hours=8)))

ENTRIES: Final[dict[str, tuple[Actor, datetime, Recordable]]] = {
    "entry of a clerk": (STAFF, IN_BEIJING, EVENTS["joined"]),
    "entry of a timer": (TIMER, _at(20).replace(microsecond=250), EVENTS["ended"]),
}

_ALONE: Final = replace(STATES["state"], followed_levels={})
_UNLIMITED: Final = replace(_ALONE, confidentiality=None)
_PAPERLESS: Final = replace(_UNLIMITED, papers={})
_LAST: Final = replace(
    _PAPERLESS, takers={"assign": (CLERK,), "accept": (HEAD,)}, followed_units={}, followed_people={}
)
OLDER: Final[dict[tuple[int, str], Recordable | State]] = {
    **{(form, "state"): replace(_LAST, unresolved=frozenset()) for form in (1, 2)},
    **{(form, "state"): _LAST for form in (3, 4)},
    **{(form, "state"): _PAPERLESS for form in (5, 6)},
    (7, "state"): _UNLIMITED,
    (8, "state"): _ALONE,
}
"""By file and name: what an older line means where the value of today says more than could be written then."""
