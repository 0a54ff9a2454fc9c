"""One broken rulebook per error: each names file, line and place, what is allowed there, and what stands there instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiyin.rules.book.flaw_codes import FlawCode
from huiyin.rules.book.load import RulebookFlawed, load, load_file, shipped
from huiyin.rules.prover.prove import check

SOUND = """\
rulebook: small
version: "1"
title: {zh: 小规程}
effective: 2026-01-01
clauses:
  c-1: {cite: {zh: 第一条}, zh: 收到即答}
roles:
  petitioner: {zh: 信访人, of: petitioner, clause: c-1}
  clerk: {zh: 经办人, of: organisation, clause: c-1}
facts:
  heavy: {zh: 轻重, values: {no: {zh: 轻}, yes: {zh: 重}}, initial: no, clause: c-1}
moments:
  received: {zh: 收到}
fields:
  weight: {type: choice, zh: 轻重, of: {no: {zh: 轻}, yes: {zh: 重}}}
  served_on: {type: date, past: true, zh: 送达日期}
  answer: {type: text, zh: 答复}
  days: {type: int, min: 1, max: 5, zh: 天数}
procedures:
  matter:
    zh: 办理
    clause: c-1
    stages:
      open: {zh: 办理中, clause: c-1}
      done: {zh: 办结, end: true, clause: c-1}
    limits:
      soon: {zh: 期限, within: 5 working days, from: received, extendable: 5 days, clause: c-1}
    duties:
      reply: {zh: 答复, of: clerk, limit: soon, clause: c-1}
    notices:
      reply: {zh: 答复书, body: [answer], clause: c-1}
    actions:
      submit: {zh: 提交, by: petitioner, from: start, to: open, opens: reply, clause: c-1}
      weigh: {zh: 定轻重, by: clerk, from: open, fields: weight, sets: {heavy: $weight}, clause: c-1}
      extend: {zh: 延期, by: clerk, from: open, when: {heavy: yes}, until: soon, fields: days, not_by: weigh, extends: {soon: $days}, clause: c-1}
      reply: {zh: 答复, by: clerk, from: open, to: done, fields: [answer, served_on], not_before: {served_on: received}, discharges: reply, notice: reply, clause: c-1}
"""


def errors(tmp_path: Path, old: str, new: str) -> list[str]:
    """What is reported when ``old`` stands as ``new`` in the sound book."""
    assert old in SOUND, old
    return reported(tmp_path, SOUND.replace(old, new, 1))


def reported(tmp_path: Path, text: str) -> list[str]:
    """What is reported of ``text`` as the book small.yaml, by loading it or by checking it."""
    path = tmp_path / "small.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        return [str(flaw) for flaw in check(load_file(path))]
    except RulebookFlawed as error:
        return [str(flaw) for flaw in error.flaws]


def test_the_sound_book_is_sound(tmp_path: Path) -> None:
    assert reported(tmp_path, SOUND) == []


SCHEMA = [
    ("a key that nobody knows", "    zh: 办理\n", "    zh: 办理\n    colour: red\n", 'small.yaml:22: procedures.matter.colour: one of the keys known here (zh, en, clause, stages, limits, duties, notices, actions, catalogue, indicators, subjects); found: colour'),
    ("a key that is missing", 'version: "1"\n', "", "small.yaml:1: version: this key must be given; found: nothing"),
    ("a version that is no version", 'version: "1"', 'version: "1 final"', "small.yaml:2: version: letters, figures, dots and -, at most 20; found: '1 final'"),
    ("a limit in another unit", "within: 5 working days", "within: 5 weeks", "small.yaml:27: procedures.matter.limits.soon.within: write \"15 days\", \"5 working days\", \"2 hours\" or \"at once\", not '5 weeks'; found: '5 weeks'"),
    ("a relation that no role can have", "of: organisation", "of: neighbour", "small.yaml:9: roles.clerk.of: one of 'organisation', 'handling', 'co_handling', 'superior', 'superior_of_superior', 'petitioner' or 'system'; found: 'neighbour'"),
    ("a type that no field can have", "{type: text, zh: 答复}", "{type: essay, zh: 答复}", "small.yaml:17: fields.answer.type: one of 'case', 'cases', 'choice', 'choices', 'confirm', 'date', 'files', 'int', 'line', 'people', 'person', 'text', 'time', 'tracking_number', 'unit' or 'units'; found: 'essay'"),
    ("an element that cites nothing", "      reply: {zh: 答复, of: clerk, limit: soon, clause: c-1}", "      reply: {zh: 答复, of: clerk, limit: soon}", "small.yaml:29: procedures.matter.duties.reply.clause: this key must be given; found: nothing"),
    ("a fact with one value", "values: {no: {zh: 轻}, yes: {zh: 重}}, initial", "values: {no: {zh: 轻}}, initial", "small.yaml:11: facts.heavy.values: at least 2 entries; found: 1"),
    ("a field asked for twice", "fields: [answer, served_on]", "fields: [answer, answer]", "small.yaml:36: procedures.matter.actions.reply.fields: each entry may stand once; found: ['answer', 'answer']"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), [case[1:] for case in SCHEMA], ids=[case[0] for case in SCHEMA])
def test_a_book_outside_the_vocabulary_is_refused(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert errors(tmp_path, old, new) == [expected]


ENTERED = "      complain: {zh: 申诉, by: petitioner, from: open, fields: answer, clause: c-1, entered: {zh: 代录, by: clerk, fields: served_on, day: served_on}}\n      extend: "
RELEASED = "by: clerk, from: open, fields: weight, releases: $answer"

REFERENCES = [
    ("offered_if", "yes: {zh: 重}}}\n  served_on", "yes: {zh: 重, offered_if: {urgent: yes}}}}\n  served_on", "small.yaml:15: fields.weight.of.yes.offered_if.urgent: a fact of this book (heavy); found: urgent"),
    ("or_marked", "yes: {zh: 重}}}\n  served_on", "yes: {zh: 重, offered_if: {heavy: yes}, or_marked: filed}}}\n  served_on", "small.yaml:15: fields.weight.of.yes.or_marked: a moment of this book (received); found: filed"),
    ("procedure of a field", "{type: text, zh: 答复}", "{type: case, zh: 事项, procedure: incident}", "small.yaml:17: fields.answer.procedure: a procedure of this book (matter); found: incident"),
    ("what a field goes with", "{type: text, zh: 答复}", "{type: text, zh: 答复, goes_with: organ}", "small.yaml:17: fields.answer.goes_with: a field of this book (weight, served_on, answer, days); found: organ"),
    ("entered by the petitioner", "      extend: ", ENTERED.replace("代录, by: clerk", "代录, by: petitioner"), "small.yaml:35: procedures.matter.actions.complain.entered.by: a role `of: organisation`; found: petitioner"),
    ("entered for staff", "      extend: ", ENTERED.replace("申诉, by: petitioner", "申诉, by: clerk"), "small.yaml:35: procedures.matter.actions.complain.by: an action of the petitioner alone (who enters it is said in entered); found: clerk"),
    ("entered with a field that is none", "      extend: ", ENTERED.replace("fields: served_on", "fields: [served_on, scan]"), "small.yaml:35: procedures.matter.actions.complain.entered.fields: a field of this book (weight, served_on, answer, days); found: scan"),
    ("entered without its day", "      extend: ", ENTERED.replace("day: served_on", "day: answer"), "small.yaml:35: procedures.matter.actions.complain.entered.day: a field of type date; found: answer, of type text"),
    ("releases", "by: clerk, from: open, fields: weight", RELEASED, "small.yaml:34: procedures.matter.actions.weigh.releases: one of the fields that the action asks for (weight); found: $answer"),
    ("by", "by: clerk, from: open, fields: weight", "by: boss, from: open, fields: weight", "small.yaml:34: procedures.matter.actions.weigh.by: a role of this book (petitioner, clerk); found: boss"),
    ("from", "by: clerk, from: open, fields: weight", "by: clerk, from: opened, fields: weight", "small.yaml:34: procedures.matter.actions.weigh.from: a stage of this procedure (open, done, any, start; the nearest is open); found: opened"),
    ("to", "to: done", "to: closed", "small.yaml:36: procedures.matter.actions.reply.to: a stage of this procedure (open, done); found: closed"),
    ("fields", "fields: [answer, served_on]", "fields: [answer, served_on, note]", "small.yaml:36: procedures.matter.actions.reply.fields: a field of this book (weight, served_on, answer, days); found: note"),
    ("when", "when: {heavy: yes}", "when: {urgent: yes}", "small.yaml:35: procedures.matter.actions.extend.when.urgent: a fact of this book (heavy); found: urgent"),
    ("a value", "when: {heavy: yes}", "when: {heavy: very}", "small.yaml:35: procedures.matter.actions.extend.when.heavy: a value of the fact heavy (no, yes); found: very"),
    ("sets", "sets: {heavy: $weight}", "sets: {heavy: $days}", "small.yaml:34: procedures.matter.actions.weigh.sets.heavy: one of the fields that the action asks for (weight); found: $days"),
    ("extends", "extends: {soon: $days}", "extends: {late: $days}", "small.yaml:35: procedures.matter.actions.extend.extends.late: a limit of this procedure (soon); found: late"),
    ("what one person alone would destroy", "discharges: reply, notice: reply,", "discharges: reply, notice: reply, erases: true,", "small.yaml:36: procedures.matter.actions.reply.erases: taken from ends alone, while a duty is open that another's approval opened (while_open, not_by); found: nothing"),
    ("extendable", ", extendable: 5 days", "", "small.yaml:35: procedures.matter.actions.extend.extends.soon: a limit that is `extendable`; found: soon"),
    ("not_before", "not_before: {served_on: received}", "not_before: {served_on: heard}", "small.yaml:36: procedures.matter.actions.reply.not_before.served_on: a moment of this book (received); found: heard"),
    ("begins_with", "not_before: {served_on: received}", "begins_with: {answer: scan}", "small.yaml:36: procedures.matter.actions.reply.begins_with: a field of this book (weight, served_on, answer, days, superior, superior_of_superior); found: scan"),
    ("days counted from no field", "not_before: {served_on: received}", "not_before: {served_on: [received, $served_on + 5 working days]}", "small.yaml:36: procedures.matter.actions.reply.not_before.served_on: $ and the name of a field; found: $served_on + 5 working days"),
    ("recent of a text", "not_before: {served_on: received}", "recent: {answer: 5 days}", "small.yaml:36: procedures.matter.actions.reply.recent.answer: a field of type date; found: answer, of type text"),
    ("said in no field", "not_before: {served_on: received}", "said: {agreed: yes}", "small.yaml:36: procedures.matter.actions.reply.said.agreed: a field of this book (weight, served_on, answer, days); found: agreed"),
    ("not_before of a text", "not_before: {served_on: received}", "not_before: {answer: received}", "small.yaml:36: procedures.matter.actions.reply.not_before.answer: a field of type date; found: answer, of type text"),
    ("opens", "opens: reply", "opens: answer", "small.yaml:33: procedures.matter.actions.submit.opens: a duty of this procedure (reply); found: answer"),
    ("discharges", "discharges: reply", "discharges: all", "small.yaml:36: procedures.matter.actions.reply.discharges: a duty of this procedure (reply); found: all"),
    ("notice", "notice: reply", "notice: letter", "small.yaml:36: procedures.matter.actions.reply.notice: a notice of this procedure (reply); found: letter"),
    ("of", "of: clerk", "of: boss", "small.yaml:29: procedures.matter.duties.reply.of: a role of this book (petitioner, clerk); found: boss"),
    ("limit", "limit: soon", "limit: later", "small.yaml:29: procedures.matter.duties.reply.limit: a limit of this procedure (soon); found: later"),
    ("body", "body: [answer]", "body: [reason]", "small.yaml:31: procedures.matter.notices.reply.body: a field of this book (weight, served_on, answer, days); found: reason"),
    ("moment", "from: received", "from: heard", "small.yaml:27: procedures.matter.limits.soon.from: a moment of this book (received); found: heard"),
    ("clause", "initial: no, clause: c-1", "initial: no, clause: c-2", "small.yaml:11: facts.heavy.clause: a clause of this book (c-1; the nearest is c-1); found: c-2"),
    ("initial", "initial: no", "initial: perhaps", "small.yaml:11: facts.heavy.initial: one of the fact's values (no, yes); found: perhaps"),
    ("limit of nothing", "within: 5 working days, from: received, ", "", "small.yaml:27: procedures.matter.limits.soon: `within` with `from`, or `by_field`; found: neither"),
    ("on_due", "limit: soon, clause", "limit: soon, on_due: reply, clause", "small.yaml:29: procedures.matter.duties.reply.on_due: an action that a role `of: system` may take; found: reply"),
    ("start without a stage", "from: start, to: open", "from: start", "small.yaml:33: procedures.matter.actions.submit: `to`: the stage in which a registered case begins; found: nothing"),
    ("asked_if", "discharges: reply, notice", "asked_if: {answer: {heavy: yes}}, discharges: reply, notice", "small.yaml:36: procedures.matter.actions.reply.asked_if.answer: an optional field (write answer? among the fields); found: answer"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("recent: {served_on: 5 working days}", "recent.served_on"),
        ("said: {weight: maybe}", "said.weight"),
        ("receives: true", "receives"),
    ],
)
def test_what_a_service_may_not_say_is_found_where_it_stands(tmp_path: Path, written: str, place: str) -> None:
    found = errors(tmp_path, "not_before: {served_on: received}", written)
    assert [line for line in found if line.startswith(f"small.yaml:36: procedures.matter.actions.reply.{place}: ")]


@pytest.mark.parametrize(
    ("old", "new", "expected"), [case[1:] for case in REFERENCES], ids=[case[0] for case in REFERENCES]
)
def test_a_name_that_leads_nowhere_is_found(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert expected in errors(tmp_path, old, new)


SOUNDNESS = [
    ("a clause nobody cites", "  c-1: {cite", "  c-2: {cite: {zh: 第二条}, zh: 闲文}\n  c-1: {cite", "small.yaml:6: clauses.c-2: an element that cites this clause, or an entry under `elsewhere`; found: c-2"),
    ("a field nobody asks for", "fields:\n", "fields:\n  idle: {type: text, zh: 闲}\n", "small.yaml:15: fields.idle: something that uses it; found: idle is never used"),
    ("a role nobody plays", "roles:\n", "roles:\n  idle: {zh: 闲, of: organisation, clause: c-1}\n", "small.yaml:8: roles.idle: something that uses it; found: idle is never used"),
    ("a stage nobody reaches", "      done: ", "      limbo: {zh: 无, clause: c-1}\n      done: ", "small.yaml:25: procedures.matter.stages.limbo: a way that leads here; found: none"),
    ("a stage without a way out", "      reply: {zh: 答复, by: clerk, from: open, to: done", "      lose: {zh: 搁置, by: clerk, from: open, to: lost, clause: c-1}\n      reply: {zh: 答复, by: clerk, from: open, to: done", "small.yaml:25: procedures.matter.stages.lost: a way from here to an end; found: none after submit → lose"),
    ("an action after which nobody owes", "      extend: ", "      drop: {zh: 放下, by: clerk, from: open, discharges: reply, clause: c-1}\n      extend: ", "small.yaml:35: procedures.matter.actions.drop: somebody who owes something after it; found: nobody, when taken from open: submit → drop"),
    ("an end without a notice", "      extend: ", "      bury: {zh: 不了了之, by: clerk, from: open, to: done, clause: c-1}\n      extend: ", "small.yaml:25: procedures.matter.stages.done: a notice to the petitioner on every way here; found: none on submit → bury"),
    ("an action that can never be taken", "when: {heavy: yes}", "while_open: never", "small.yaml:36: procedures.matter.actions.extend: a situation in which it may be taken; found: none"),
    ("a duty that nobody can do", ", discharges: reply", "", "small.yaml:29: procedures.matter.duties.reply: an action that discharges it, wherever it may be open; found: none from open, reached by submit"),
    ("a limit that has not begun", "from: received, extendable", "from: heard, extendable", "small.yaml:34: procedures.matter.actions.submit.opens: the moment heard marked before, since the duty reply is due from it; found: from start it may not be"),
]  # fmt: skip

ALSO = {
    "a stage without a way out": ("      done: ", "      lost: {zh: 搁置, clause: c-1}\n      done: "),
    "an action that can never be taken": ("    notices:\n", "      never: {zh: 无, of: clerk, limit: soon, clause: c-1}\n    notices:\n"),
    "a limit that has not begun": ("moments:\n", "moments:\n  heard: {zh: 听取}\n"),
}  # fmt: skip


@pytest.mark.parametrize("case", SOUNDNESS, ids=[case[0] for case in SOUNDNESS])
def test_a_book_that_cannot_be_worked_under_is_found(tmp_path: Path, case: tuple[str, str, str, str]) -> None:
    name, old, new, expected = case
    text = SOUND.replace(old, new, 1)
    assert text != SOUND
    text = text.replace(*ALSO[name], 1) if name in ALSO else text
    assert expected in reported(tmp_path, text)


def test_a_book_that_never_tells_those_who_have_a_part_in_it_is_found(tmp_path: Path) -> None:
    text = SOUND.replace("    notices:\n      reply: {zh: 答复书, body: [answer], clause: c-1}\n", "")
    found = reported(tmp_path, text.replace(", notice: reply", ""))
    assert "small.yaml:25: procedures.matter.stages.done: a notice to the petitioner on every way here; found: none on submit → reply" in found  # fmt: skip


def test_a_unit_that_is_not_yet_there_cannot_owe(tmp_path: Path) -> None:
    found = errors(tmp_path, "of: organisation", "of: handling")
    assert (
        "small.yaml:33: procedures.matter.actions.submit.opens: a unit that owes the duty; "
        "found: none yet, when taken from start: submit"
    ) in found


def test_all_errors_of_a_file_are_reported_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = SOUND.replace("of: organisation", "of: neighbour").replace("type: text", "type: essay").replace('"1"', '"?"')
    assert [line.split(": ")[0] for line in reported(tmp_path, text)] == [
        "small.yaml:2",
        "small.yaml:9",
        "small.yaml:17",
    ]


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    (found,) = errors(tmp_path, "effective: 2026-01-01", "effective: 2026-01-01\neffective: 2026-01-02")
    assert found == "small.yaml:5: effective: each key once; found: effective again"


def test_an_alias_is_refused(tmp_path: Path) -> None:
    (found,) = errors(tmp_path, "title: {zh: 小规程}", "title: &t {zh: 小规程}\nbasis: *t")
    assert found == "small.yaml:4: rulebook: a value written out (no aliases); found: *t"


def test_what_is_no_mapping_is_refused(tmp_path: Path) -> None:
    (found,) = reported(tmp_path, "- small\n")
    assert found == "small.yaml:1: rulebook: a mapping that begins with `rulebook:`; found: a list"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_bytes(SOUND.encode("gbk"))
    with pytest.raises(
        RulebookFlawed, match=r"small\.yaml:3: rulebook: text in UTF-8 .*; found: another encoding, perhaps GBK"
    ):
        load_file(path)


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text("#" * 1_000_001)
    with pytest.raises(RulebookFlawed, match="a file of at most 500,000 bytes; found: 1,000,001 bytes"):
        load_file(path)


def test_an_unknown_book_is_answered_with_the_known_ones() -> None:
    known = ", ".join(shipped())
    with pytest.raises(RulebookFlawed, match=rf"one of the known rulebooks \({known}\); found: nowhere"):
        load("nowhere")


def test_another_version_than_the_shipped_one_is_refused() -> None:
    with pytest.raises(RulebookFlawed, match="version: version 7; found: 2"):
        load("national-2022@7")


def test_books_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("rulebook: a\nextends: b\n")
    (tmp_path / "b.yaml").write_text("rulebook: b\nextends: a\n")
    with pytest.raises(
        RulebookFlawed, match=r"b\.yaml:2: extends: a book that does not extend this one; found: a → b → a"
    ):
        load_file(tmp_path / "a.yaml")


def test_a_book_that_extends_another_changes_only_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SOUND, encoding="utf-8")
    (tmp_path / "own.yaml").write_text(
        "rulebook: own\nextends: small\nprocedures: {matter: {limits: {soon: {within: 3 days}}, actions: {extend: null}}}\n",
        encoding="utf-8",
    )
    own, small = load_file(tmp_path / "own.yaml").book, load_file(tmp_path / "small.yaml").book
    assert str(own.procedures["matter"].limits["soon"].within) == "3 days"
    assert own.procedures["matter"].limits["soon"].clause == small.procedures["matter"].limits["soon"].clause
    assert set(small.procedures["matter"].actions) - set(own.procedures["matter"].actions) == {"extend"}


def test_a_flaw_in_an_inherited_element_names_the_file_that_wrote_it(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SOUND.replace("by: clerk, from: open, fields: weight", "by: boss, from: open, fields: weight"), encoding="utf-8")  # fmt: skip
    (tmp_path / "own.yaml").write_text("rulebook: own\nextends: small\n", encoding="utf-8")
    assert [flaw.file for flaw in check(load_file(tmp_path / "own.yaml"))] == ["small.yaml"]


def test_a_field_has_a_choice_that_is_open_on_every_case(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    none_open = "of: {no: {zh: 轻, offered_if: {heavy: no}}, yes: {zh: 重, offered_if: {heavy: yes}}}}"
    path.write_text(SOUND.replace("of: {no: {zh: 轻}, yes: {zh: 重}}}", none_open, 1), encoding="utf-8")
    with pytest.raises(RulebookFlawed) as caught:
        load_file(path)
    (flaw,) = caught.value.flaws
    assert (flaw.line, flaw.why.code) == (15, FlawCode.NO_CHOICE_FOR_ALL)
