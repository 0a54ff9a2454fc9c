"""The prover: each property fails with a story that anyone can follow, and holds for the shipped books within its limits of time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from huiyin.cli import main
from huiyin.rules.book.beside import aside
from huiyin.rules.book.load import load, load_file, shipped
from huiyin.rules.deadlines.limits import Limit
from huiyin.rules.prover import state_space
from huiyin.rules.prover.finding import PROPERTIES, Finding
from huiyin.rules.prover.proofs.citations import lengths
from huiyin.rules.prover.proofs.remedies import windows
from huiyin.rules.prover.prove import prove_rules
from huiyin.rules.prover.state_space import Transitions, walk
from tests.rules.own_book import OWN, found_in
from tests.rules.untranslated import untranslated
from tests.samples import one_of_each

ROOT = Path(__file__).parents[3]
FEW_TIMES = 12
"""About five times what the largest book takes: five seconds where reading one takes 0.4."""

LAWS = ("national-2022", "national-2005")
"""They stand on no other law."""
HEAD = OWN + "  matter:\n"


def findings(tmp_path: Path, text: str) -> list[Finding]:
    """What is found when ``text`` is what an institution changes in the procedure of matters."""
    return found_in(tmp_path, HEAD + text)


@pytest.mark.parametrize("name", shipped())
def test_every_property_is_proved_of_every_shipped_book(name: str) -> None:
    proof = prove_rules(load(name))
    assert [str(finding.flaw) for finding in proof.findings] == []
    assert proof.proved == tuple(letter for letter in PROPERTIES if letter != "k" or name not in LAWS)


@pytest.mark.slow
@pytest.mark.exhaustive  # a ratio of times: it means something on an idle machine alone
@pytest.mark.parametrize("name", shipped())
def test_a_book_is_proved_in_a_few_times_what_reading_it_takes_and_in_half_a_gigabyte(name: str) -> None:
    command = [sys.executable, "-m", "benchmarks.prove", "--alone", name]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout)
    assert told["ratio"] < FEW_TIMES
    assert told["peak_mib"] < 500


FAILS = [
    ("a", "a way that never ends", "    actions: {conclude: {to: replied}, apply_review: null}\n", "stages.replied", "不能终结"),
    ("b", "nobody owes", "    actions: {accept: {opens: []}}\n", "actions.accept", "没有人负有职责"),
    ("c", "a duty that its owner cannot do", "    duties: {handle: {of: archivist}}\n", "duties.handle", "无法自己完成"),
    ("c", "a duty that lapses", "    actions: {conclude: {unless_open: report_to_source}}\n", "actions.conclude", "不了了之"),
    ("c", "a step that is nobody's duty", "    actions: {assign: {by: archivist}}\n", "actions.assign", "不是办理人自己的职责"),
    ("c", "an answer to what nobody owes", "    actions: {answer_supervision: {while_open: null}}\n", "actions.answer_supervision", "没有人负有这项职责"),
    ("d", "an end without a notice", "    actions: {decline: {notice: source_report}}\n", "stages.declined", "不告知信访人"),
    ("d", "a paper that is not sent", "    actions: {decline: {notice: declined}}\n", "actions.decline", "没有发出“办结报告”"),
    ("d", "a notice to the wrong addressee", "    notices: {extension: {to: unit}}\n", "actions.grant_extension", "没有使任何人负有职责"),
    ("d", "a day of service of nothing that is served", "    notices: {rereview_opinion: {served: false}}\n", "actions.serve_rereview", "没有送达文书"),
    ("d", "a notice withheld without ground", "    notices: {reply: {when: {outcome: support}}}\n", "notices.reply.when", "不发，却不是因为登记时没有留名"),
    ("e", "a window that is not announced each time", "    notices: {simple_reply: {remedy: null}}\n", "actions.answer_simple.notice", "却没有告知可以“申请复查”"),
    ("e", "a remedy that leads astray", "    actions: {apply_rereview: {to: hearing}}\n", "actions.apply_rereview.to", "不能直接完成"),
    ("e", "a promise that is not kept", "    stages: {answered: {public: {zh: 已回复，有新的事实可以提出}}}\n", "stages.answered.public", "没有可以提出的途径"),
    ("e", "no way in for the petitioner", "    actions: {submit: null}\n", "actions", "自己不能提交"),
    ("e", "an objection within a limit that has not begun", "    actions: {assign: {marks: {}}}\n", "actions.object.until", "可能没有记录"),
    ("e", "an extension after the limit", "    actions: {grant_extension: {until: null}}\n", "actions.grant_extension.until", "期限届满之后"),
    ("e", "a window cut short", "    actions: {conclude: {after: null}}\n", "actions.apply_review", "期限未满"),
    ("e", "a remedy that is announced and not there", "    actions: {apply_rereview: {remedy: false}}\n", "notices.review_opinion.remedy", "写明的救济没有提供"),
    ("e", "another window than the notice says", "    limits: {apply_review: {within: 15 days}}\n", "limits.apply_review.within", "不一致"),
    ("e", "a window from another day than that of service", "    actions: {serve_reply: {marks: [served, answered]}}\n", "actions.serve_reply.marks", "送达之日"),
    ("e", "a remedy before its notice", "    actions: {apply_review: {from: [approved, replied]}}\n", "actions.apply_review.from", "早于告知"),
    ("f", "an approval by the proposer", "    actions: {approve_opinion: {not_by: []}}\n", "actions.approve_opinion.not_by", "审批自己提出的"),
    ("f", "a review by the decider", "    actions: {decide_review: {not_by: propose_opinion}}\n", "actions.decide_review.not_by", "复查自己作出的"),
    ("f", "a review by no higher organ", "    duties: {review: {of: unit_head}}\n", "duties.review.of", "不高于作出处理的机关"),
    ("f", "a review that the office complained of could decide", "    actions: {decide_review: {when: null}}\n", "actions.decide_review.when", "自行决定"),
    ("f", "an outcome recorded from no paper", "    actions: {record_review: {fields: [paper_no, paper_date, review_result, new_result?, facts_found, basis, opinion, organ_mode, served_on, carry_out_by?]}}\n", "actions.record_review.fields", "不要求填写其文书"),
    ("f", "an outcome recorded before anything was handed over", "    actions: {record_review: {unless_open: null}}\n", "actions.record_review.unless_open", "还没有转交"),
    ("f", "a paper in the name of another organ", "    actions: {record_review: {notice: review_opinion}}\n", "actions.record_review.notice", "上级机关"),
    ("f", "no way while the higher organ works elsewhere", "    actions: {}\nroles: {reviewer: {seat_fact: null}}\n", "roles.reviewer", "不得代为决定"),
    ("f", "a refusal by who asked", "    actions: {refuse_extension: {not_by: []}}\n", "actions.refuse_extension.not_by", "对自己提出的作出决定"),
    ("f", "an approval that cannot always be sent back", "    actions: {return_opinion: {when: {outcome: support}}}\n", "duties.approve_opinion", "不能退回"),
    ("f", "an approval that can only be sent back", "    actions: {approve_opinion: {when: {outcome: support}}}\n", "duties.approve_opinion", "只能退回"),
    ("f", "an officer who cannot withdraw", "    actions: {recuse: {by: [handler, intake]}}\n", "actions.recuse.by", "不能“回避”"),
    ("f", "an approval that cannot be refused", "    actions: {refuse_extension: null}\n", "duties.decide_extension", "别无选择"),
    ("b", "a moment that one of many forgets", "    actions: {serve_review: {marks: {answered: null}}}\n", "actions.serve_review.marks", "没有记录"),
    ("b", "a duty that one of many forgets", "    actions: {serve_reply: {opens: conclude}}\n", "actions.serve_reply.opens", "却不产生“落实支持的请求”"),
    ("b", "a case that comes back with its time run out", "    actions: {again: {zh: 再次提出, by: petitioner, from: closed, to: registered, opens: decide_acceptance, remedy: true, clause: art-35}}\n", "actions.again.marks", "没有重新起算"),
    ("b", "a closing before its time", "    duties: {conclude: {limit: apply_rereview}}\n", "duties.conclude.limit", "到期时还不能办理"),
    ("c", "an extension asked for by others", "    actions: {request_extension: {by: registrar}}\n", "actions.request_extension.by", "不是由受该期限约束的人提出"),
    ("c", "a clock stopped by others", "    actions: {open_hearing: {by: registrar}}\n", "actions.open_hearing.by", "不是由受该期限约束的人办理"),
    ("c", "an office's duty done by the petitioner", "    actions: {answer_supervision: {by: petitioner}}\n", "actions.answer_supervision", "机关的职责"),
    ("c", "a step by a stranger to the case", "    actions: {investigate: {by: archivist}}\n", "actions.investigate.by", "不负任何职责"),
    ("g", "an extension of nothing", "    actions: {serve_reply: {withdraws: []}}\n", "actions.grant_extension", "已经没有受该期限约束的职责"),
    ("g", "a stage in which a right is interrupted", "    actions: {withdraw: {from: [registered, source_objected, accepted, simple, objected, proposed, approved]}}\n", "actions.withdraw.from", "中断"),
    ("g", "what may be taken back late and not early", "    actions: {withdraw: {from: [source_objected, accepted, simple, assigned, objected, proposed, approved]}}\n", "actions.withdraw.from", "在更早的“已登记”不能办理"),
    ("g", "what may be said early and not late", "    actions: {rate: {from: [replied, review, review_decided, reviewed, rereview, hearing, rereview_decided, closed, ended, answered]}}\n", "actions.rate.from", "到了“复核意见已送达”不能办理"),
    ("g", "an end after which nothing is kept", "    actions: {archive: {from: [closed, ended, answered, declined, referred, diverted, in_hand, not_again, returned]}}\n    catalogue: {withdrawal: null}\n", "actions.archive.from", "之后不能办理"),
    ("g", "work that cannot be pressed for", "    actions: {supervise: {from: [simple, proposed, approved, replied, reviewed, final]}}\n", "actions.supervise.from", "有职责未完成"),
    ("g", "a paper that is never due", "    notices: {source_report: {when: {source: {not: referred}}}}\n", "notices.source_report.when", "永远不会发出"),
    ("g", "a discharge that never happens", "    actions: {accept: {discharges: [decide_acceptance, review]}}\n", "actions.accept.discharges", "从不发生"),
    ("g", "a value that nothing sets", "    actions: {refuse_extension: {sets: {extension: none}}}\n", "facts.extension.values.refused", "永远不会是"),
    ("h", "an end of which no clause speaks", "    actions: {conclude: {to: ended}}\n", "actions.conclude.to", "没有共同的条款依据"),
    ("h", "a duty with the limit of another clause", "    duties: {review: {limit: handling}}\n", "duties.review.limit", "没有共同的条款依据"),
    ("h", "an extension as long as the limit", "    limits: {handling: {extendable: 60 days}}\n", "limits.handling.extendable", "条款不符"),
    ("h", "a date that a form sets freely", "    limits: {result: {no_later_than: null}}\n", "limits.result.no_later_than", "可由表单"),
    ("h", "a limit that its clause does not know", "    limits: {handling: {within: 75 days}}\n", "limits.handling.within", "条款不符"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("letter", "text", "path", "zh"),
    one_of_each([c[0] for c in FAILS], [(c[0], *c[2:]) for c in FAILS], [c[1] for c in FAILS]),
)
def test_what_breaks_a_property_is_found(tmp_path: Path, letter: str, text: str, path: str, zh: str) -> None:
    everything = findings(tmp_path, text)
    found = [one for one in everything if one.flaw.path.endswith(path) and one.of == letter]
    assert any(zh in one.zh for one in found), [one.lines() for one in everything]
    said = [words for one in everything for words in (one.flaw.why, *one.story)]
    assert [words for words in said if untranslated(words, "zh-hant", HEAD + text)] == []


def test_a_counterexample_is_told_as_a_numbered_story_in_the_reader_s_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "    actions: {conclude: {after: null}}\n"
    (found,) = [one for one in findings(tmp_path, text) if one.of == "e"]
    story = [line for line in found.lines()[2:] if line]
    assert (
        story[0]
        == "    1. The petitioner: submit. Stage: registered. Owed: examine and tell in writing (intake officer)"
    )
    assert story[-1] == "    4. The registrar: close. Stage: closed. Owed: nothing"
    monkeypatch.setenv("HUIYIN_LANGUAGE", "zh-hans")
    assert found.lines()[1:3] == [
        "    期限未满，在“已办结”却不能“申请复查”",
        "    1. 信访人：提交信访事项。阶段：已登记。待办：审查并书面告知（受理审查人）",
    ]
    assert found.lines()[-1] == "    4. 登记人：办结。阶段：已办结。待办：无"


def test_the_longest_lawful_times_of_the_law_are_those_that_a_reader_adds_up() -> None:
    times = {time.goal: time for time in prove_rules(load("national-2022")).longest["matter"]}
    assert times["notice"].days == 15
    assert times["answer"].days == 15 + 60 + 30
    assert times["end"].days == 15 + (60 + 30) + (30 + 30) + (30 + 30)
    assert times["end"].paused
    steps = [action for action, _ in times["answer"].path]
    assert steps[0] == "submit"
    assert steps[-1] == "serve_reply"
    assert "grant_extension" in steps


def test_a_longer_limit_makes_the_longest_time_longer(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(HEAD + "    limits: {handling: {within: 30 days, clause: art-35}}\n")
    times = {time.goal: time.days for time in prove_rules(load_file(tmp_path / "own.yaml")).longest["matter"]}
    assert times["answer"] == 15 + 30 + 30


@pytest.mark.parametrize("name", ["national-2022", pytest.param("xx-bureau", marks=pytest.mark.exhaustive)])
def test_leaving_side_duties_out_loses_no_situation_of_the_main_line(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        state_space, "MAX_STEPS", 200_000_000
    )  # of all duties together there are too many for the prover
    book = load(name).book
    procedure = book.procedures["matter"]
    without = aside(book, procedure)
    transitions = Transitions(book, procedure)
    full, main = walk(transitions, most=1_000_000), walk(transitions, without=without)
    kept = sum(bit for duty, bit in full.bits.items() if duty not in without)
    assert without and full.complete
    assert {node._replace(duties=node.duties & kept) for node in full.trail} == set(main.trail)


def test_the_windows_of_the_law_are_review_and_re_review() -> None:
    found = windows(load("national-2022").book.procedures["matter"])
    assert {(window.opening, window.remedy) for window in found} >= {
        ("serve_reply", "apply_review"),
        ("serve_review", "apply_rereview"),
    }


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("三十日内", Limit(30)),
        ("十五日", Limit(15)),
        ("五个工作日", Limit(5, "working_days")),
        ("90 日", Limit(90)),
        ("一百二十日", Limit(120)),
        ("两天", Limit(2)),
    ],
)
def test_the_length_of_which_a_clause_speaks_is_read(text: str, length: Limit) -> None:
    assert list(lengths(text)) == [length]


def test_the_command_prints_what_is_proved(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "check", "national-2022", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["sound"]
    assert list(said["proved"]) == [letter for letter in PROPERTIES if letter != "k"]
    assert said["situations"]["matter"] > 100
    assert said["longest"]["matter"][0]["days"] == 15


def test_the_command_tells_the_story_of_a_flaw(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(HEAD + "    actions: {conclude: {after: null}}\n", encoding="utf-8")
    assert main(["rules", "check", str(path), "--json"]) == 1
    flaws = {flaw["property"]: flaw for flaw in json.loads(capsys.readouterr().out)["flaws"]}
    flaw = flaws["e"]
    assert flaws.keys() == {"e", "k"}
    assert [step["zh"][:3] for step in flaw["story"]] == ["信访人", "受理审", "承办人", "登记人"]
