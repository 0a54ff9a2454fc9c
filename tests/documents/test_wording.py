"""Templates: a closed vocabulary, errors with their line, nothing lost, and what the law asks for."""

from __future__ import annotations

import pytest

from huiyin.documents.addressee import NAMED_EARLIER, WRITTEN_TO
from huiyin.documents.compose import SAME, worded_body
from huiyin.documents.document_template import WordingFlawed, misfits, read_wording, wording_for, wordings
from huiyin.documents.facts import DocumentFacts
from huiyin.documents.laws import full_names
from huiyin.documents.own.templates import checked, is_its_kind, shipped_text
from huiyin.documents.required import SURE, lacking, requirements
from huiyin.documents.steps.signing import places_to_sign, signing
from huiyin.rules.book.load import load, shipped
from tests.books import BOOKS

ADDRESSED = [name for fields in WRITTEN_TO.values() for name in fields]
"""Fields that may stand at the head of a document, as whom it is to, and nowhere else."""

GOOD = """\
kinds: [extension]
text:
  - 延长{days}日[，理由是{reason}]。
  - rest
"""


def test_the_shipped_templates_name_nothing_that_no_notice_prints() -> None:
    books = [load(name) for name in shipped()]
    assert [line for wording in wordings().values() for line in misfits(wording, books)] == []


@pytest.mark.parametrize("book", shipped())
def test_every_paper_of_every_shipped_book_holds_what_the_law_asks_for(book: str) -> None:
    assert list(lacking(load(book))) == []


def test_what_the_law_asks_for_is_missed_when_a_notice_no_longer_prints_it() -> None:
    rules = load("national-2022")
    matter = rules.book.procedures["matter"]
    reply = matter.notices["reply"].model_copy(update={"body": ("request", "result", "opinion", "review_organ")})
    notices = {**matter.notices, "reply": reply}
    procedures = {**rules.book.procedures, "matter": matter.model_copy(update={"notices": notices})}
    poorer = rules.__class__(
        rules.book.model_copy(update={"procedures": procedures}), rules.calendar, rules.places, rules.parts, rules.files
    )
    (facts, basis) = lacking(poorer)
    assert "第三十二条第一款 asks for facts_found" in facts and "asks for basis" in basis


def test_each_requirement_says_by_which_law() -> None:
    assert all(law.startswith("《") for asked in requirements() for law in asked.laws.values())
    assert all(asked.laws and asked.holds for asked in requirements())


@pytest.mark.parametrize(
    ("book", "law", "other"),
    [("xx-bureau", "《信访工作条例》", "《信访条例》"), ("national-2005", "《信访条例》", "《信访工作条例》")],
)
def test_a_requirement_cites_the_law_on_which_the_rulebook_stands_and_no_other(book: str, law: str, other: str) -> None:
    rules = load(book)
    kinds = rules.book.procedures["matter"].notices
    cited = [asked.law(rules) for asked in requirements() for kind in kinds if asked.asks(rules, kind)]
    assert cited and all(law in one and other not in one for one in cited)


@pytest.mark.parametrize(
    ("changed", "to", "told"),
    [
        ("{days}", "{case.nonsense}", "extension.yaml:3: {case.nonsense}: there is no such placeholder"),
        ("{days}", "{Days!}", "extension.yaml:3: {Days!}: there is no such placeholder"),
        ("{days}", "{days", "extension.yaml:3: a bracket that does not close"),
        ("[，", "[[，", "extension.yaml:3: a bracket that does not close"),
        ("kinds: [extension]", "kinds: extension", "extension.yaml:1: kinds: a list of names is expected"),
        ("kinds:", "kind:", "extension.yaml:1: kind: there is no such entry"),
        ("  - rest\n", "", "exactly one passage must be “rest”"),
        ("  - rest", "  - rest\n  - {heading: 理由}", "extension.yaml:5: text: what stands below the heading"),
        ("text:", "text", "extension.yaml:2"),
    ],
)
def test_a_flawed_template_is_refused_with_file_and_line(changed: str, to: str, told: str) -> None:
    read_wording(GOOD, "extension")
    with pytest.raises(WordingFlawed) as refused:
        read_wording(GOOD.replace(changed, to), "extension")
    assert told in str(refused.value)


def test_a_name_that_no_notice_of_the_kinds_prints_is_told_with_its_line() -> None:
    wording = read_wording(GOOD.replace("{days}", "{dayz}"), "extension")
    assert [str(flaw) for flaw in misfits(wording, [load("national-2022")])] == [
        "extension.yaml:3: {dayz}: no notice of these kinds prints such a thing"
    ]


def test_what_has_no_value_is_left_out_with_what_belongs_to_it() -> None:
    (line, *_rest) = read_wording(GOOD, "extension").lines
    assert line.filled({"days": "20", "reason": "等配件"}) == "延长20日，理由是等配件。"
    assert line.filled({"days": "20"}) == "延长20日。"
    assert line.filled({"reason": "等配件"}) == ""


def test_a_line_says_only_what_stands_in_it() -> None:
    (line, *_rest) = read_wording(GOOD, "extension").lines
    assert line.placeholders_in({"days": "20"}) == ("days",) and line.placeholders_in({"reason": "等"}) == ()
    assert line.placeholders_in({"days": "20", "reason": "等"}) == ("days", "reason")


def test_what_a_left_out_bracket_would_have_said_stands_with_the_rest() -> None:
    rules = load("national-2022")
    procedure = rules.book.procedures["matter"]
    text = "text:\n  - 延长{days}日[，理由是{reason}，附{case.matter}]。\n  - rest\n"
    values = {"days": "20", "reason": "等配件"}
    printed = (("days", "延长"), ("reason", "理由"))
    facts = DocumentFacts(rules, procedure, procedure.notices["extension"], values, printed)
    body = [block.text for block in worded_body(read_wording(text, "extension"), facts)]
    assert body == ["延长20日。", "理由：等配件"]


@pytest.mark.parametrize("book", shipped())
def test_every_shipped_template_may_be_kept_as_an_organisations_own(book: str) -> None:
    rules = load(book)
    for procedure in rules.book.procedures.values():
        for kind in procedure.notices:
            checked(rules, procedure, kind, shipped_text(rules, procedure, kind))


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("declined", '"{reason}"', '"见{ground}。[理由：{reason}，{note}]"'),
        ("declined", '"{reason}"', '"{reason}（{ground}）"'),
        ("declined", '    text: "{reason}"', '    text: "{reason}"\n    unless: ground'),
        ("reply", '["{opinion}"', '["[{opinion}（{case.channel}）]"'),
        ("reply", '    text: "{facts_found}"', '    text: "{facts_found}"\n    when: {result: 支持}'),
        ("reply", '    text: "{facts_found}"', '    text: "{facts_found}"\n    unless: case.number'),
        ("reply", "{remedy.length}内", "若干日内"),
        ("reply", "{remedy.length}内", "{remedy.length}内（{case.channel}）"),
    ],
)
def test_what_the_law_asks_for_is_not_left_to_chance(kind: str, old: str, new: str) -> None:
    rules = load("national-2022")
    procedure = rules.book.procedures["matter"]
    text = shipped_text(rules, procedure, kind)
    assert old in text
    with pytest.raises(WordingFlawed, match="asks for"):
        checked(rules, procedure, kind, text.replace(old, new))


def test_what_the_law_asks_for_may_be_worded_by_every_choice_of_another_thing_it_asks_for() -> None:
    rules = load("national-2022")
    procedure = rules.book.procedures["matter"]
    text = shipped_text(rules, procedure, "reply")
    passage = '  - heading: 认定的事实和理由\n    text: "{facts_found}"\n'
    assert passage in text
    words = [choice.zh for choice in rules.book.fields["result"].of.values()]
    every = "".join(f'  - when: {{result: {word}}}\n    text: "{{facts_found}}"\n' for word in words)
    checked(rules, procedure, "reply", text.replace(passage, every))
    with pytest.raises(WordingFlawed, match="facts_found"):
        checked(rules, procedure, "reply", text.replace(passage, every.replace(words[0], words[1], 1)))


def test_what_somebody_wrote_is_never_read_as_a_placeholder() -> None:
    (line, *_rest) = read_wording(GOOD, "extension").lines
    assert line.filled({"days": "{reason}[x]", "reason": "等"}) == "延长{reason}[x]日，理由是等。"


@pytest.mark.parametrize("book", BOOKS)
def test_every_notice_has_a_template_that_words_all_it_prints_and_lists_nothing_by_its_label(book: str) -> None:
    rules = load(book)
    for name, procedure in rules.book.procedures.items():
        for kind, notice in procedure.notices.items():
            wording = wording_for(rules, procedure, kind)
            assert wording.is_for(name, kind) or wording.name == ("general" if notice.to == "petitioner" else "office")
            worded = {named for line in wording.lines for named in line.names}
            sure = {name for line in wording.lines for name in line.placeholders_in(dict.fromkeys(SURE, "一"))}
            assert "paper.law" in sure, f"{name}/{kind}"
            elsewhere = {*ADDRESSED, *(field for field, same in SAME.items() if same in worded)}
            assert {*notice.body} - worded - elsewhere == set(), f"{name}/{kind}"


@pytest.mark.parametrize(
    ("book", "clauses", "words"),
    [
        ("national-2022", ("art-31.6", "art-35"), "《信访工作条例》第三十一条第六项、第三十五条"),
        ("national-2005", ("art-33",), "《信访条例》第三十三条"),
        (
            "xx-bureau",
            ("art-23.2", "s0-3.1.2"),
            "《信访工作条例》第二十三条第二款、《局机关接待办理信访事项工作实施方案》条款3.1.2",
        ),
        ("xx-bureau", ("s0-3.2.2.2c",), "《局机关接待办理信访事项工作实施方案》条款3.2.2（2）"),
        (
            "national-2022",
            ("art-23.1", "art-23.2", "art-36.1"),
            "《信访工作条例》第二十三条第一款、第二款、第三十六条第一款",
        ),
        ("national-2022", ("simple-4", "practice-2"), "《信访事项简易办理办法》第四条、本机关办理约定二"),
        ("science-bureau", ("s1-C8c", "art-34"), "《科技局机关信访工作制度》第8条、《信访工作条例》第三十四条"),
    ],
)
def test_laws_are_cited_by_full_name_and_article(book: str, clauses: tuple[str, ...], words: str) -> None:
    assert full_names(load(book), clauses) == words


def test_a_template_of_ones_own_is_for_notices_that_are_worded_alike_and_for_no_other_of_the_same_name() -> None:
    rules = load("accountability")
    alike = {
        name: is_its_kind(rules, one, "passing")
        for name, one in rules.book.procedures.items()
        if "passing" in one.notices
    }
    assert set(alike) == {"supervision", "retaliation-report", "accountability"}
    assert [name for name, is_alike in alike.items() if is_alike] == [next(iter(alike))]
    inquiring = [one for one in rules.book.procedures.values() if "accused_inquiry" in one.notices]
    assert len(inquiring) > 1 and all(is_its_kind(rules, one, "accused_inquiry") for one in inquiring)


def test_each_sheet_of_the_offices_own_says_who_signs_it_and_nobody_signs_what_no_book_prints() -> None:
    books = [load(name).book for name in shipped()]
    actions = [pair for book in books for procedure in book.procedures.values() for pair in procedure.actions.items()]
    printed = {name for name, action in actions if action.document}
    places = {name: [row.label for row in places_to_sign(name)] for name in printed}
    assert {name for name, labels in places.items() if labels == ["签名"]} == set()
    assert signing().keys() == printed


def test_every_document_to_an_organ_says_to_which() -> None:
    nameless = [
        f"{book}: {procedure}/{kind}"
        for book, rules in ((name, load(name)) for name in shipped())
        for procedure, rule in rules.book.procedures.items()
        for kind, notice in rule.notices.items()
        if notice.to == "organ"
        and kind not in NAMED_EARLIER
        and not {*notice.body} & {*WRITTEN_TO["organ"]}
        and not wording_for(rules, rule, kind).to
    ]
    assert nameless == []


def test_what_somebody_ended_with_a_full_stop_has_one_in_the_letter() -> None:
    (first, _rest) = read_wording(GOOD, "good").passages
    (line,) = first.lines
    assert line.filled({"days": "20", "reason": "材料未到。"}) == "延长20日，理由是材料未到。"


def test_a_letter_to_the_petitioner_has_no_other_addressee() -> None:
    wording = read_wording(GOOD.replace("text:", "to: 各部门\ntext:"), "good")
    (flaw, *_more) = misfits(wording, [load("national-2022")])
    assert str(flaw) == "good.yaml:2: to: there is no such entry"
