"""Kinds of ends: each asks for something on every way there, and what the system does by itself decides nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiyin.rules.book.load import load, shipped
from huiyin.rules.prover.proofs.ends import is_passed_on, kind_of
from huiyin.rules.prover.walks import walk_all
from tests.rules.own_book import OWN, found_in
from tests.samples import one_of

HEAD = OWN + "  matter:\n"
QUICK = "zh: 当即办结, by: intake, from: registered, to: answered, unless_open: report_to_source, discharges: decide_acceptance"
TIMED = "zh: 到期办理, by: system, clause: art-34"

FAILS = [
    ("a kind of no end", "    stages: {accepted: {ending: declined}}\n", "stages.accepted.ending", "不是终结"),
    ("a closing that answers nothing", f"    actions: {{quick: {{{QUICK}, notice: withdrawal, clause: art-29}}}}\n", "actions.quick.to", "没有人答复过"),
    ("an acceptance in place of an answer", "    actions: {shut: {zh: 受理后办结, by: intake, from: accepted, to: closed, unless_open: report_to_source, discharges: assign, clause: art-34}}\n", "actions.shut.to", "没有人答复过"),
    ("a refusal without reasons", "    notices: {declined: {body: null, says: {zh: 已收到}}}\n", "actions.decline.to", "没有把理由告知"),
    ("reasons that nobody has to write", "    actions: {decline: {fields: [note?]}}\n    notices: {declined: {body: note}}\n", "actions.decline.to", "没有把理由告知"),
    ("a withdrawal by the office", "    actions: {withdraw: {by: [petitioner, intake], entered: null}}\n", "actions.withdraw.by", "不是由应当"),
    ("a withdrawal that one person enters alone", "    actions: {withdraw: {entered: {after: null}}}\n", "actions.withdraw.entered", "一人代信访人登记"),
    ("an application that one person takes back", "    actions: {withdraw_review: {entered: {by: registrar, not_by: null}}}\n", "actions.withdraw_review.entered", "一人代信访人登记"),
    ("a refusal by the petitioner", "    actions: {not_again: {by: [intake, petitioner]}}\n", "actions.not_again.by", "不是由应当"),
    ("a termination of what was never decided", "    stages: {declined: {ending: terminated}}\n", "stages.declined.ending", "没有办结"),
    ("a timer that closes", f"    notices: {{late: {{zh: 逾期告知, clause: art-34}}}}\n    actions: {{late: {{{TIMED}, from: registered, to: closed, after: notice, discharges: decide_acceptance, notice: late}}}}\n    duties: {{decide_acceptance: {{on_due: late}}}}\n", "actions.late.to", "等于作出决定"),
    ("a timer that approves", f"    actions: {{late: {{{TIMED}, from: proposed, to: approved, after: handling, marks: approved, discharges: approve_opinion, opens: serve_reply}}}}\n    duties: {{approve_opinion: {{on_due: late}}}}\n", "actions.late.to", "等于作出决定"),
    ("a timer that finds something", f"    actions: {{late: {{{TIMED}, from: assigned, sets: {{kind: suggestion}}}}}}\n", "actions.late.sets", "等于作出决定"),
    ("a timer that drops a duty", f"    actions: {{late: {{{TIMED}, from: any, while_open: decide_recusal, withdraws: decide_recusal}}}}\n", "actions.late.discharges", "等于作出决定"),
    ("a timer that does what is owed by waiting", f"    actions: {{late: {{{TIMED}, from: any, while_open: carry_out, discharges: carry_out}}}}\n    duties: {{carry_out: {{on_due: late}}}}\n", "actions.late.discharges", "等于作出决定"),
    ("a timer that gives more time", f"    actions: {{late: {{{TIMED}, from: simple, marks: accepted}}}}\n", "actions.late.marks", "等于作出决定"),
    ("a timer that stops a clock", f"    actions: {{late: {{{TIMED}, from: rereview, pauses: rereview}}}}\n", "actions.late.extends", "等于作出决定"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "path", "zh"), one_of(4, [case[1:] for case in FAILS], [case[0] for case in FAILS]))
def test_an_end_of_another_kind_and_a_timer_that_decides_are_found(
    tmp_path: Path, text: str, path: str, zh: str
) -> None:
    everything = found_in(tmp_path, HEAD + text)
    found = [one for one in everything if one.of == "j" and one.flaw.path.endswith(path)]
    assert any(zh in one.zh for one in found), [one.lines() for one in everything]


def test_a_clock_that_is_set_anew_by_doing_and_owing_the_same_is_found(tmp_path: Path) -> None:
    step = "zh: 重新起算, by: handler, from: approved, marks: accepted, discharges: serve_reply, opens: serve_reply, clause: art-34"
    found = found_in(tmp_path, f"{HEAD}    actions: {{again: {{{step}}}}}\n")
    assert any(one.of == "b" and one.flaw.path.endswith("actions.again.marks") for one in found)


def test_a_timer_may_pass_what_is_late_to_somebody_else(tmp_path: Path) -> None:
    late = (
        f"{TIMED}, from: any, while_open: answer_supervision, withdraws: answer_supervision, opens: answer_supervision"
    )
    found = found_in(tmp_path, f"{HEAD}    actions: {{late: {{{late}}}}}\n")
    assert [one.lines() for one in found if one.of == "j"] == []


def test_a_timer_that_passes_a_duty_on_leaves_nothing_out_that_doing_it_would_have_opened() -> None:
    incident = load("company").book.procedures["incident"]
    name = "escalate_to_group"
    late = incident.actions[name]
    assert is_passed_on(incident, name, late, "pass_on")
    assert not is_passed_on(incident, name, late.model_copy(update={"opens": late.opens[:1]}), "pass_on")
    assert not is_passed_on(incident, "escalate_to_leader", late, "pass_on")  # it is not that duty's own timer
    assert not is_passed_on(
        incident, name, late.model_copy(update={"withdraws": (), "discharges": ("pass_on",)}), "pass_on"
    )


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_book_says_of_each_end_which_kind_it_is(name: str) -> None:
    book = load(name).book
    stages = [stage for procedure in book.procedures.values() for stage in procedure.stages.values()]
    assert [stage.zh for stage in stages if stage.end is (stage.ending is None)] == []


def test_an_end_that_does_not_say_is_decided(tmp_path: Path) -> None:
    found = found_in(tmp_path, HEAD + "    stages: {withdrawn: {ending: null}}\n")
    assert [one.flaw.path for one in found if one.of == "j"] == ["procedures.matter.actions.withdraw.to"]
    assert kind_of(walk_all(load("national-2022"), "matter"), "withdrawn") == "withdrawn"
