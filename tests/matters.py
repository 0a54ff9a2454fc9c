"""Taking matters through the door in tests: the replay of the ledger must equal what is stored, after every command or at the end of a road."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from huiyin import door
from huiyin.audit.verify import verify
from huiyin.casework.models import Case
from huiyin.door.intake import Intake
from huiyin.people.checks import PetitionerFields
from huiyin.procedure.command import Actor
from huiyin.procedure.state import State
from tests.cast import NOW, Cast

SHORTLY: Final = timedelta(minutes=5)

DAWN: Final = PetitionerFields(name="陈晓光", phone="13800001111", address="临江市滨江路 8 号")


def replay_equals_projection(case: UUID) -> None:
    """Nothing stored about the case says anything else than its events; erased texts are no contradiction."""
    wrong = [str(finding) for finding in verify([case]) if finding.kind == "wrong"]
    assert wrong == [], wrong


def register(
    petition: Intake, actor: Actor, at: datetime, action: str = "submit", key: str = ""
) -> door.Registered | door.Rejected | door.Refused:
    """``door.registration.register_petition``, checked."""
    outcome = door.register_petition(petition, actor, at, action, key)
    if isinstance(outcome, door.Registered):
        replay_equals_projection(outcome.case.id)
    return outcome


def execute(wish: door.ActionRequest) -> door.Accepted | door.Rejected | door.Refused:
    """``door.execute``, checked whatever comes of it."""
    outcome = door.execute(wish)
    replay_equals_projection(wish.case)
    return outcome


_compared: Final[set[Hashable]] = set()


def compare_once(kind: Hashable, case: UUID) -> None:
    """Replay equals projection, looked at for the first case of a ``kind`` in this process: hundreds of tests begin with the same steps, which
    are not what they are about.
    """
    if kind not in _compared:
        replay_equals_projection(case)
        _compared.add(kind)


def petition(cast: Cast, **changes: Any) -> Intake:
    """A petition about a broken street lamp, in the organisation where matters are handled."""
    usual: dict[str, Any] = {
        "organisation": cast.lj,
        "channel": "web",
        "title": "滨江路路灯不亮",
        "text": "滨江路 8 号门前的路灯已经坏了两个星期,晚上出行很不安全,请派人修理。",
        "petitioners": (DAWN,),
    }
    return Intake(**{**usual, **changes})


SCAN: Final = ({"name": "送达回证.txt", "content": "5bey562+5pS2"},)
BY_HAND: Final[Mapping[str, object]] = {
    "mode": "in_person",
    "served_on": "$today",
    "service_place": "接待室",
    "signed_by": "陈晓光",
    "service_proof": SCAN,
}
BY_POST: Final[Mapping[str, object]] = {
    "mode": "post",
    "served_on": "$today",
    "carrier": "ems",
    "tracking_no": "1234567890123",
    "posted_on": "$today",
    "service_proof": SCAN,
}

# What each action of the national rulebook is given in the tests, in the simplest form that passes.
ENTRIES: Final[Mapping[str, Mapping[str, object]]] = {
    "accept": {"kind": "claim", "route": "由承办单位核实后书面答复。"},
    "accept_accusation": {},
    "answer_accusation": {"answer": "已经核实并处理。"},
    "decline": {"competent_organ": "市城管局", "reason": "路灯由城管部门管理。"},
    "refer": {"competent_organ": "市城管局", "reason": "路灯由城管部门管理。"},
    "assign": {"unit": "lj-fire", "requirements": "现场查看后提出意见。"},
    "investigate": {
        "means": "site",
        "investigated_on": "$today",
        "finding": "灯杆线路老化。",
        "evidence": "现场照片。",
    },
    "request_extension": {"days": 30, "reason": "需要等待配件。"},
    "grant_extension": {"days": 20, "reason": "同意适当延长。"},
    "refuse_extension": {"reason": "按期可以完成。"},
    "join_unit": {"units": ["lj-logistics"], "task": "准备配件。"},
    "report_to_lead": {"co_result": "配件已到。"},
    "propose_opinion": {
        "request": "修好路灯。",
        "review_organ": "江南 机构",
        "result": "explain",
        "facts_found": "线路老化。",
        "basis": "有关规定。",
        "opinion": "列入本月检修。",
    },
    "approve_opinion": {"approval": "同意。"},
    "return_opinion": {"reason": "请补充依据。"},
    "serve_reply": BY_HAND,
    "apply_review": {"challenge": "至今没有修好。"},
    "decide_review": {
        "review_result": "uphold",
        "rereview_organ": "华夏 机构",
        "facts_found": "同前。",
        "basis": "有关规定。",
        "opinion": "维持。",
    },
    "serve_review": BY_POST,
    "apply_rereview": {"challenge": "仍然没有修好。"},
    "open_hearing": {"hearing_on": "$today", "hearing_at": "14:30", "place": "二楼会议室"},
    "close_hearing": {
        "hearing_began": "14:30",
        "hearing_ended": "16:00",
        "presider": "周明",
        "recorder": "吴敏",
        "attendees": "信访人\n承办单位工作人员",
        "hearing_record": "主持人：现在开始听证。\n信访人：请求照原意见办理。\n承办单位：已按规定办理。",
    },
    "decide_rereview": {
        "review_result": "change",
        "new_result": "support",
        "facts_found": "同前。",
        "basis": "有关规定。",
        "opinion": "一个月内修好。",
    },
    "serve_rereview": BY_HAND,
    "record_execution": {"done": "已经修好。", "done_on": "$today"},
    "rate": {"office_score": "satisfied", "unit_score": "fair", "remark": "希望更快一些。"},
    "supplement": {"more": "昨晚又有人摔倒。"},
    "recuse": {"reason": "与信访人是亲属。"},
    "object": {"reason": "该路段不归我处。"},
    "archive": {"term": "y10"},
    "identify_accused": {"identified_why": "经核对通讯录。"},
    "propose_clearing": {"identified_why": "经核对通讯录，查无此人。"},
    "classify": {"klass": "ordinary", "reason": "事实清楚。"},
    "fill_form": {"proposal": "交防火处办理。", "proposed_unit": "lj-fire", "competence": "level"},
    "sign_ordinary": {"signed_unit": "lj-fire"},
    "link_repeat": {"reason": "与首次事项相同。"},
}


@dataclass
class Matter:
    """A matter on its way; ``at`` is the story's clock, five minutes further after each step."""

    cast: Cast
    registered: door.Registered | door.Accepted
    at: datetime = NOW
    steps: list[str] = field(default_factory=list)

    @property
    def id(self) -> UUID:
        """The case's id."""
        return self.registered.case.id

    @property
    def case(self) -> Case:
        """The case as it is stored now."""
        return Case.objects.get(id=self.id)

    @property
    def petitioner(self) -> Actor:
        """Whose matter it is."""
        return self.cast.petitioner(self.registered.case.petitioner_id)

    def actor(self, who: str) -> Actor:
        """A member of the cast, ``petitioner`` or ``system``."""
        if who == "petitioner":
            return self.petitioner
        return self.cast.system() if who == "system" else self.cast.actor(who, self.at)

    def wish(
        self, who: str, action: str, key: str = "", at_seq: int | None = None, **fields: object
    ) -> door.ActionRequest:
        """What somebody wants, with the usual entries unless told otherwise (None leaves one out)."""
        given = {**ENTRIES.get(action, {}), **fields}
        today = (self.at + timedelta(hours=8)).date().isoformat()
        raw = {name: today if value == "$today" else value for name, value in given.items() if value is not None}
        return door.ActionRequest(self.id, action, self.actor(who), self.at, raw, key, at_seq)

    def tries(self, who: str, action: str, **fields: object) -> door.Accepted | door.Rejected | door.Refused:
        """What comes of it."""
        outcome = execute(self.wish(who, action, **fields))
        self.at += SHORTLY
        return outcome

    def does(self, who: str, action: str, **fields: object) -> State:
        """It must succeed."""
        state = self.goes_on(who, action, **fields)
        replay_equals_projection(self.id)
        return state

    def goes_on(self, who: str, action: str, **fields: object) -> State:
        """It must succeed; whoever calls checks the ledger once all is done."""
        outcome = door.execute(self.wish(who, action, **fields))
        assert isinstance(outcome, door.Accepted), (action, outcome)
        self.at += SHORTLY
        self.steps.append(action)
        return outcome.state


def begin(cast: Cast, at: datetime = NOW, who: str = "petitioner", **changes: Any) -> Matter:
    """A matter just registered, by the petitioner or by a member of the cast."""
    if who == "petitioner":
        outcome = door.register_petition(petition(cast, **changes), cast.newcomer(), at, "submit", "")
    else:
        outcome = door.register_petition(petition(cast, **changes), cast.actor(who, at), at, "register", "")
    assert isinstance(outcome, door.Registered), outcome
    compare_once(("begin", outcome.case.rulebook, who, *sorted(changes)), outcome.case.id)
    return Matter(cast, outcome, at + SHORTLY)


def report(cast: Cast, at: datetime = NOW, who: str = "registrar", **fields: object) -> Matter:
    """A report of retaliation that a member of the cast takes down."""
    said = {"retaliation": "因为信访被调离原岗位。", **fields}
    outcome = door.open_case(cast.lj, "retaliation-report", "report_retaliation", cast.actor(who, at), at, said)
    assert isinstance(outcome, door.Accepted), outcome
    replay_equals_projection(outcome.case.id)
    return Matter(cast, outcome, at + SHORTLY)


# The main road, step by step: who does what.
ROAD: Final = (
    ("intake", "accept"),
    ("intake", "assign"),
    ("handler", "investigate"),
    ("handler", "propose_opinion"),
    ("head", "approve_opinion"),
    ("handler", "serve_reply"),
    ("petitioner", "apply_review"),
    ("reviewer", "decide_review"),
    ("reviewer", "serve_review"),
    ("petitioner", "apply_rereview"),
    ("rereviewer", "open_hearing"),
    ("rereviewer", "close_hearing"),
    ("rereviewer", "decide_rereview"),
    ("rereviewer", "serve_rereview"),
    ("handler", "record_execution"),
    ("registrar", "conclude_final"),
)

# The same as far as the end without a remedy, under the bureau's rulebook.
BUREAU_ROAD: Final = (
    ("intake", "accept"),
    ("intake", "classify"),
    ("inspection", "fill_form"),
    ("secretary", "sign_ordinary"),
    ("intake", "assign"),
    ("handler", "investigate"),
    ("handler", "propose_opinion"),
    ("secretary", "approve_opinion"),
    ("handler", "serve_reply"),
)


def walk(matter: Matter, until: str = "", road: Sequence[tuple[str, str]] = ROAD) -> Matter:
    """Take a fresh matter along the ``road``, up to and including the action ``until`` (all of it by default).

    Replay is compared where it ends, the first time: hundreds of tests take the same steps, and ``tests/door/test_roads.py`` compares after each.
    """
    taken = []
    for who, action in road:
        matter.goes_on(who, action)
        taken.append(action)
        if action == until:
            break
    compare_once(("walk", matter.registered.case.rulebook, *taken), matter.id)
    return matter
