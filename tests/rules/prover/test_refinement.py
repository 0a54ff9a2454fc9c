"""A local book against the law that it extends: what the law does not let happen is found, what adds to the law is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiyin.rules.book.load import BOOKS, load, load_file, shipped
from huiyin.rules.prover.compare import compare_with_law
from huiyin.rules.prover.finding import Finding
from huiyin.rules.prover.prove import prove_rules
from huiyin.rules.prover.refinement.law import law_above, law_side
from huiyin.rules.prover.refinement.refine import refined
from huiyin.rules.prover.walks import walk_all
from tests.rules.own_book import OWN, found_in
from tests.rules.prover.acting import acted
from tests.rules.untranslated import untranslated
from tests.samples import one_of

BEYOND = Path(__file__).parents[1] / "beyond"
WITHIN = Path(__file__).parents[1] / "within"
HEAD = OWN + "  matter:\n"

STORIES = {
    "anybody-approves": ("actions.approve_opinion", "可以由承办人办理"),
    "approval-skipped": ("actions.send_directly", "越过了法定的步骤"),
    "claim-as-suggestion": ("actions.retype", "“信访事项种类”变成了“建议意见”"),
    "clock-anew": ("actions.begin_again", "重新记录了“受理”"),
    "closed-early": ("actions.conclude_early", "法规没有这条途径"),
    "empty-notice": ("actions.close_quickly", "法规没有这条途径"),
    "filed-for-good": ("actions.file_letter", "信访人不能对此提出"),
    "parked": ("stages.parked", "没有人在法定期限内负有职责"),
    "recusal-dropped": ("actions.drop_request", "取消了“决定是否回避并书面告知”"),
    "refused-late": ("actions.decline_late", "法规没有这条途径"),
    "reopened-to-served": ("actions.reply_after_all", "越过了法定的步骤"),
    "right-interrupted": ("actions.withdraw", "在“待核对”信访人不能“撤回”"),
    "robot-approves": ("actions.approve_by_time", "越过了法定的步骤"),
    "shelved": ("actions.shelve", "法规没有的终结“已搁置”"),
    "timer-closes": ("actions.close_untouched", "法规没有这条途径"),
    "unit-answers-itself": ("actions.answer_accusation", "可以由承办人办理"),
    "without-remedy": ("actions.settle", "法规没有的终结“已了结”"),
}


def test_every_book_in_the_folder_is_tried() -> None:
    assert {path.stem for path in BEYOND.glob("*.yaml")} == set(STORIES)


@pytest.mark.parametrize("name", one_of(3, [(name,) for name in STORIES], STORIES))
def test_a_book_that_goes_beyond_the_law_is_told_as_a_story(name: str) -> None:
    file = BEYOND / f"{name}.yaml"
    everything = prove_rules(load_file(file)).findings
    path, words = STORIES[name]
    found = [one for one in everything if one.of == "k" and one.flaw.path.endswith(path)]
    assert any(words in one.zh and one.story for one in found), [one.lines() for one in everything]
    said = [text for one in found for text in (one.flaw.why, *one.story)]
    assert [text for text in said if untranslated(text, "zh-hant", file.read_text(encoding="utf-8"))] == []


STOPPED = ("parked", "reopened-to-served")
"""Found in a stage and not in a step; and what the engine itself stops, since there is no unit that would owe it."""


@pytest.mark.parametrize("name", [name for name in STORIES if name not in STOPPED])
def test_the_engine_would_have_let_it_happen(name: str) -> None:
    rules = load_file(BEYOND / f"{name}.yaml")
    walks, step = walk_all(rules, "matter"), STORIES[name][0].removeprefix("actions.")
    found, node = walks.first(step)
    path = [*found.path(node), (step, None)]
    story = acted(rules, "matter", path, walks.transitions.live)
    assert story is not None, [action for action, _ in path]


@pytest.mark.parametrize("path", sorted(WITHIN.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_book_that_adds_to_the_law_is_sound(path: Path) -> None:
    rules = load_file(path)
    proof = prove_rules(rules)
    assert [str(one.flaw) for one in proof.findings] == []
    assert compare_with_law(rules, proof)[1] == ()
    assert "k" in proof.proved


@pytest.mark.slow
@pytest.mark.exhaustive  # each time it is one of the properties that test_prove.py has proved of every book
@pytest.mark.parametrize("name", [name for name in shipped() if law_above(load(name)) is not None])
def test_no_shipped_book_lets_happen_what_its_law_does_not(name: str) -> None:
    rules = load(name)
    found = [one for procedure in rules.book.procedures for one in refined(walk_all(rules, procedure))]
    assert [one.lines() for one in found] == []


LESS = [
    ("another kind of a lawful end", "    stages: {declined: {ending: transferred}}\n", "stages.declined", "种类与法规不同"),
    ("an end that is not archived", "    stages: {closed: {owes: []}}\n", "stages.closed.owes", "不再产生“归档”"),
    ("an approval by the system", "    actions: {approve_opinion: {by: [unit_head, system]}}\n", "actions.approve_opinion", "可以由系统办理"),
    ("a paper recorded by the handler", "    actions: {record_review: {by: [reviewer, handler]}}\n", "actions.record_review", "可以由承办人办理"),
    ("a review asked for by the office", "    actions: {apply_review: {by: [petitioner, registrar], entered: null}}\n", "actions.apply_review", "可以由登记人办理"),
    ("a clock that an approval sets anew", "    actions: {return_opinion: {marks: accepted}}\n", "actions.return_opinion", "重新记录了“受理”"),
    ("a day of service that may lie before the decision", "    actions: {serve_reply: {not_before: null}}\n", "actions.serve_reply", "可以早于"),
    ("an opinion without facts", "    actions: {propose_opinion: {fields: [request, result, facts_found?, basis, opinion, review_organ?, carry_out_by?]}}\n", "actions.propose_opinion", "不要求填写“认定的事实和理由”"),
    ("an opinion without an inquiry", "    actions: {propose_opinion: {when: null}}\n", "actions.propose_opinion", "这时不能这样办理"),
    ("a suggestion's answer to a claim", "    actions: {answer_suggestion: {when: null}}\n", "actions.answer_suggestion", "这时不能这样办理"),
    ("an officer who stays though barred", "    actions: {decide_recusal: {recuses: null}}\n", "actions.decide_recusal", "应当回避的人仍可办理"),
    ("a closing that leaves what was supported undone", "    actions: {conclude: {unless_open: report_to_source}}\n", "actions.conclude", "这时不能这样办理"),
    ("an organ asked without proof", "    actions: {ask_who_is_accused: {fields: [asked_organ, handed_on, handing_proof?]}}\n", "actions.ask_who_is_accused", "不要求填写“转交凭证"),
    ("a right behind another form", "    actions: {withdraw_review: {fields: [note?, earlier_no]}}\n", "actions.withdraw_review", "要求信访人另行填写"),
    ("what a petitioner wrote sent to others", "    notices: {more: {zh: 通报, to: organ, body: [challenge], clause: art-35}}\n    actions: {serve_review: {notice: [review_opinion, more]}}\n", "actions.serve_review", "发给了别的单位"),
    ("a case that begins as accepted", "    actions: {take: {zh: 登记并受理, by: intake, from: start, to: accepted, opens: assign, clause: art-34}}\n", "actions.take", "越过了法定的步骤"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "path", "zh"), one_of(3, [case[1:] for case in LESS], [case[0] for case in LESS]))
def test_what_the_law_does_not_let_happen_is_found(tmp_path: Path, text: str, path: str, zh: str) -> None:
    assert_found(found_in(tmp_path, HEAD + text), path, zh)


def test_what_a_form_of_the_law_asks_for_is_not_done_by_a_word(tmp_path: Path) -> None:
    word = "{zh: 口头了结, by: handler, from: any, while_open: answer_supervision, discharges: answer_supervision, clause: art-40}"
    assert_found(found_in(tmp_path, f"{HEAD}    actions: {{word: {word}}}\n"), "actions.word", "书面反馈督办采纳情况")


OF_THE_BOOK = [
    ("a procedure that is gone", "  retaliation-report: null\n", "procedures", "没有程序"),
    ("a choice that is gone", "  matter: {}\nfields: {result: {of: {support: null}}}\n", "fields.result", "填写的比法规少"),
    ("an accused who is not kept out", "  matter: {}\nfields: {also_accused: {accuses: false}}\n", "fields.also_accused", "填写的比法规少"),
    ("room for one word", "  matter: {}\nfields: {challenge: {max: 10}}\n", "fields.challenge", "填写的比法规少"),
    ("a longer extension by the form", "  matter: {}\nfields: {days: {max: 300}}\n", "fields.days", "不再照法规限定"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "path", "zh"), one_of(4, [case[1:] for case in OF_THE_BOOK], [case[0] for case in OF_THE_BOOK])
)
def test_what_of_the_law_itself_is_weakened_is_found(tmp_path: Path, text: str, path: str, zh: str) -> None:
    assert_found(found_in(tmp_path, OWN + text), path, zh)


def assert_found(everything: list[Finding], path: str, zh: str) -> None:
    """That (k) is found to fail at ``path``, in these words."""
    found = [one for one in everything if one.of == "k" and one.flaw.path.endswith(path)]
    assert any(zh in one.zh for one in found), [one.lines() for one in everything]


def test_a_law_is_within_itself() -> None:
    side = law_side(load("national-2022"), "matter")
    walks = walk_all(load("national-2022"), "matter")
    assert side.found.trail.keys() == walks.main.trail.keys()
    assert list(refined(walks)) == []


def test_a_book_that_stands_on_no_law_is_not_said_to_be_within_one() -> None:
    assert law_above(load("national-2005")) is None
    assert "k" not in prove_rules(load("national-2005")).proved


def test_a_law_that_somebody_copied_and_changed_is_held_to_the_law(tmp_path: Path) -> None:
    text = (
        (BOOKS / "national-2022.yaml").read_text(encoding="utf-8").replace("rulebook: national-2022", "rulebook: own")
    )
    (tmp_path / "own").mkdir()
    for part in (BOOKS / "national-2022").glob("*.yaml"):
        changed = part.read_text(encoding="utf-8").replace(
            "    when: {inquired: yes}\n    unless_open: co_report\n", ""
        )
        (tmp_path / "own" / part.name).write_text(changed, encoding="utf-8")
    own = text.replace("national-2022/", "own/")
    found = found_in(tmp_path, own)
    assert [one.flaw.path for one in found if one.of == "k"] == ["procedures.matter.actions.propose_opinion"]


def test_a_step_that_the_law_cannot_follow_is_told_with_what_the_law_would_let_happen() -> None:
    (found,) = [one for one in prove_rules(load_file(BEYOND / "refused-late.yaml")).findings if one.of == "k"]
    assert found.flaw.why.expected("zh-hans") == "按法规在“办理中”可以办理的：提出异议、撤回"
    assert [step.zh[:8] for step in found.story][:2] == ["信访人：提交信访", "受理审查人：受理"]


def test_the_walk_of_both_is_no_longer_than_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huiyin.rules.prover.refinement.product.MAX_PAIRS", 10)
    found = list(refined(walk_all(load("street-office"), "matter")))
    assert [one.flaw.why.code for one in found] == ["too-many"]
