"""A book that stands on no law is held to the properties alone: each harm done to a short one is found by its own."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

from huiyin.rules.book.load import load_file
from huiyin.rules.book.texts import TextCode
from huiyin.rules.prover.codes.clocks import ClockCode
from huiyin.rules.prover.codes.documents import DocumentCode
from huiyin.rules.prover.codes.ends import EndCode
from huiyin.rules.prover.codes.findings import FindingCode
from huiyin.rules.prover.codes.independence import IndependenceCode
from huiyin.rules.prover.prove import prove_rules

SMALL: Final = Path(__file__).parents[1] / "small.yaml"

CLOCKS: Final[dict[TextCode, tuple[str, ...]]] = {
    ClockCode.ENDLESS: (
        # The draft and its signature send each other the case, each with ten days of their own.
        """
        moments: {drafted: {zh: 拟稿}, returned: {zh: 退回}}
        procedures:
          comment:
            limits:
              sign: {zh: 审签期限, within: 10 days, from: drafted, clause: p-2}
              redo: {zh: 重拟期限, within: 10 days, from: returned, clause: p-2}
            duties: {sign: {limit: sign}, redo: {zh: 重拟, of: keeper, limit: redo, clause: p-2}}
            actions:
              draft: {marks: drafted, discharges: [answer, redo]}
              send_back: {marks: returned, opens: redo}
        """,
        # Two units refer it to each other.
        """
        roles: {gang: {zh: 养护队, of: organisation, clause: p-1}}
        moments: {passed: {zh: 转办}, back: {zh: 退回}}
        procedures:
          comment:
            stages: {passed: {zh: 养护队办理, clause: p-2}}
            limits:
              passed: {zh: 转办期限, within: 10 days, from: passed, clause: p-2}
              again: {zh: 再办期限, within: 10 days, from: back, clause: p-2}
            duties:
              passed: {zh: 处理转办, of: gang, limit: passed, clause: p-2}
              again: {zh: 再次答复, of: keeper, limit: again, clause: p-2}
            actions:
              pass: {zh: 转养护队, by: keeper, from: noted, to: passed, fields: reason, marks: passed, discharges: [answer, again], opens: passed, clause: p-2}
              back: {zh: 转回, by: gang, from: passed, to: noted, fields: reason, marks: back, discharges: passed, opens: again, clause: p-2}
              draft: {discharges: [answer, again]}
        """,
    ),
    ClockCode.BEGINS_AHEAD: (
        """
        fields: {day: {type: date, zh: 起算日}}
        moments: {begun: {zh: 起算}}
        procedures:
          comment:
            limits: {sign: {zh: 审签期限, within: 10 days, from: begun, clause: p-2}}
            duties: {sign: {limit: sign}}
            actions: {draft: {fields: [answer_text, day], marks: {begun: $day}}}
        """,
    ),
    ClockCode.OWN_DATE: (
        """
        fields: {day: {type: date, zh: 办至}}
        procedures:
          comment:
            limits: {sign: {zh: 审签期限, by_field: day, clause: p-2}}
            duties: {sign: {limit: sign}}
            actions: {draft: {fields: [answer_text, day]}}
        """,
    ),
    ClockCode.STANDS_STILL: (
        """
        procedures:
          comment:
            limits: {answer: {pausable: true}}
            actions:
              stop: {zh: 暂停计时, by: keeper, from: noted, fields: reason, pauses: answer, clause: p-2}
              go_on: {zh: 恢复计时, by: keeper, from: noted, fields: reason, resumes: answer, clause: p-2}
        """,
    ),
    ClockCode.UNSTATED: (
        """
        clauses: {p-2: {zh: 园务员及时答复}}
        procedures: {comment: {limits: {answer: {within: 3650 days}}}}
        """,
    ),
}


HARMS: Final[dict[TextCode, tuple[str, ...]]] = {
    # An answer that says the petitioner's own words, a tick, or what the receipt said.
    EndCode.ENDS_UNANSWERED: (
        "procedures: {comment: {notices: {answer: {body: what}}, actions: {draft: {fields: null}}}}",
        """
        fields: {seen: {type: confirm, zh: 已阅}}
        procedures: {comment: {notices: {answer: {body: seen}}, actions: {draft: {fields: seen}}}}
        """,
        """
        fields: {remark: {type: text, zh: 收件说明}}
        procedures:
          comment:
            stages: {taken: {zh: 办理中, clause: p-2}}
            duties: {take: {zh: 接收, of: keeper, limit: answer, clause: p-2}}
            notices: {took: {zh: 接收告知, body: remark, clause: p-2}, answer: {body: remark}}
            actions:
              note: {opens: take}
              take: {zh: 接收, by: keeper, from: noted, to: taken, fields: remark, discharges: take, opens: answer, notice: took, clause: p-2}
              draft: {from: taken, fields: null}
              send_back: {to: taken}
        """,
    ),
    EndCode.MERGED_NOWHERE: (
        """
        procedures:
          comment:
            stages: {merged: {zh: 已并案, end: true, ending: merged, clause: p-1}}
            notices: {merged: {zh: 并案告知, body: reason, clause: p-1}}
            actions:
              merge: {zh: 并案, by: keeper, from: noted, to: merged, fields: reason, discharges: answer, notice: merged, clause: p-1}
        """,
    ),
    EndCode.SAID_TO_BE_OVER: ("procedures: {comment: {stages: {drafted: {public: {zh: 已处理完毕}}}}}",),
    FindingCode.WITHHELD_WITHOUT_GROUND: (
        """
        facts: {group: {zh: 是否集体, values: {"yes": {zh: 集体}, "no": {zh: 不是}}, initial: "no", from_registration: true, at_least: 5, clause: p-1}}
        procedures: {comment: {notices: {answer: {when: {group: "no"}}}}}
        """,
    ),
    # An approval called something else, one of what the same person wrote down at the counter, and one that leaves the case where it is.
    FindingCode.APPROVES_OWN: (
        "procedures: {comment: {duties: {sign: {zh: 过目答复}}, actions: {sign: {not_by: null}, send_back: {not_by: null}}}}",
        "procedures: {comment: {actions: {desk: {zh: 当场登记并拟答, by: [head, keeper], from: start, to: drafted, fields: [what, answer_text], opens: sign, clause: p-1}}}}",
        """
        procedures:
          comment:
            duties:
              agree: {zh: 批准公告, of: head, limit: answer, clause: p-2}
              post: {zh: 张贴公告, of: keeper, limit: answer, clause: p-2}
            actions:
              word: {zh: 拟公告, by: [keeper, head], from: noted, fields: reason, opens: agree, clause: p-2}
              agree: {zh: 批准公告, by: head, from: noted, while_open: agree, discharges: agree, opens: post, clause: p-2}
              refuse: {zh: 退回公告, by: head, from: noted, while_open: agree, fields: reason, discharges: agree, clause: p-2}
              post: {zh: 张贴公告, by: keeper, from: noted, while_open: post, discharges: post, clause: p-2}
        """,
    ),
    # What is written down later is looked at by nobody, also where something else is done about it.
    FindingCode.NOBODY_FOLLOWS: (
        """
        moments: {struck: {zh: 发现险情}}
        procedures:
          comment:
            limits: {look: {zh: 查看期限, within: 10 days, from: struck, clause: p-2}}
            duties: {look: {zh: 查看险情, of: head, limit: look, clause: p-2}}
            actions:
              warn: {zh: 登记险情, by: keeper, from: noted, fields: reason, marks: struck, opens: look, clause: p-2}
              warn_late: {zh: 补登险情, by: keeper, from: noted, fields: reason, marks: struck, clause: p-2}
              look: {zh: 查看险情, by: head, from: noted, while_open: look, discharges: look, clause: p-2}
        """,
        """
        moments: {struck: {zh: 发现险情}}
        procedures:
          comment:
            limits: {look: {zh: 查看期限, within: 10 days, from: struck, clause: p-2}}
            duties: {look: {zh: 查看险情, of: head, limit: look, clause: p-2}, tidy: {zh: 整理记录, of: keeper, limit: answer, clause: p-2}}
            actions:
              warn: {zh: 登记险情, by: keeper, from: noted, fields: reason, marks: struck, opens: look, clause: p-2}
              warn_late: {zh: 补登险情, by: keeper, from: noted, fields: reason, marks: struck, opens: tidy, clause: p-2}
              tidy: {zh: 整理记录, by: keeper, from: noted, while_open: tidy, discharges: tidy, clause: p-2}
              look: {zh: 查看险情, by: head, from: noted, while_open: look, discharges: look, clause: p-2}
        """,
    ),
    ClockCode.EXTENDED_ALONE: (
        """
        clauses: {p-2: {zh: 园务员在十日内答复，可以延长三十日}}
        fields: {days: {type: int, zh: 天数, min: 1, max: 30}}
        procedures:
          comment:
            limits: {answer: {extendable: 30 days}}
            actions: {extend: {zh: 延期, by: keeper, from: noted, until: answer, fields: [days, reason], extends: {answer: $days}, clause: p-2}}
        """,
    ),
    # A step of the system that no timer takes.
    FindingCode.ACTION_NEVER: (
        """
        roles: {clock: {zh: 系统, of: system, clause: p-2}}
        procedures: {comment: {actions: {remind: {zh: 催办, by: clock, from: noted, clause: p-2}}}}
        """,
    ),
    # Another form sends the same document, and asks for nothing of what it prints.
    DocumentCode.PRINTED_UNWRITTEN: (
        "procedures: {comment: {actions: {plain: {zh: 园长答复, by: head, from: noted, to: answered, fields: reason, discharges: answer, notice: answer, clause: p-2}}}}",
    ),
    # The keeper leaves the head out.
    IndependenceCode.APPROVAL_PASSED: (
        "procedures: {comment: {actions: {quick: {zh: 直接答复, by: keeper, from: noted, to: answered, fields: answer_text, discharges: answer, notice: answer, clause: p-2}}}}",
    ),
    IndependenceCode.OWES_UNSEEN: ("roles: {head: {sees: none}}",),
    IndependenceCode.PLEDGED: (
        """
        fields: {pledge: {type: confirm, zh: 我保证不再反映}}
        procedures: {comment: {actions: {note: {fields: [what, pledge]}}}}
        """,
    ),
}


def changed(text: str) -> dict[str, Any]:
    """The small book with the changes of ``text``; null takes an element away."""
    yaml = YAML(typ="safe")
    return _merged(yaml.load(SMALL.read_text(encoding="utf-8")), yaml.load(text))


def _merged(below: Any, above: Any) -> Any:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    both = {**below, **{key: _merged(below.get(key), value) for key, value in above.items()}}
    return {key: value for key, value in both.items() if value is not None}


def codes(folder: Path, text: str) -> set[TextCode]:
    """What is found in the small book with these changes."""
    path = folder / "small.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(changed(text), file)
    return {finding.flaw.why.code for finding in prove_rules(load_file(path)).findings}


def test_the_small_book_is_sound(tmp_path: Path) -> None:
    assert codes(tmp_path, "{}") == set()


@pytest.mark.parametrize("code", CLOCKS, ids=str)
def test_a_clock_that_need_not_run_out_is_found(tmp_path: Path, code: TextCode) -> None:
    assert [found for text in CLOCKS[code] if code not in (found := codes(tmp_path, text))] == []


@pytest.mark.parametrize("code", HARMS, ids=str)
def test_a_harm_to_who_asks_is_found(tmp_path: Path, code: TextCode) -> None:
    assert [found for text in HARMS[code] if code not in (found := codes(tmp_path, text))] == []


def test_a_repeat_is_joined_to_a_case_that_is_named(tmp_path: Path) -> None:
    (joined,) = HARMS[EndCode.MERGED_NOWHERE]
    named = dedent(joined.replace("fields: reason", "fields: [first, reason]"))
    found = codes(tmp_path, "fields: {first: {type: case, zh: 首件, procedure: comment}}" + named)
    assert EndCode.MERGED_NOWHERE not in found


def test_a_way_round_in_which_one_clock_runs_on_is_none(tmp_path: Path) -> None:
    harm = CLOCKS[ClockCode.ENDLESS][0]
    assert ClockCode.ENDLESS not in codes(tmp_path, harm.replace("opens: redo", "opens: answer"))
