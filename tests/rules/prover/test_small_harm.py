"""A book that stands on no law is held to the properties alone: each harm done to a short one is found by its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

from huiyin.rules.book.load import load_file
from huiyin.rules.book.texts import TextCode
from huiyin.rules.prover.codes.clocks import ClockCode
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


def test_a_way_round_in_which_one_clock_runs_on_is_none(tmp_path: Path) -> None:
    harm = CLOCKS[ClockCode.ENDLESS][0]
    assert ClockCode.ENDLESS not in codes(tmp_path, harm.replace("opens: redo", "opens: answer"))
