"""The picture of a procedure."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from huiyin.rules.book.elements import Language
from huiyin.rules.book.load import load, shipped
from huiyin.rules.diagram.flow import flow
from huiyin.rules.diagram.svg import SHEET, sheets, svg

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = [(name, procedure) for name in shipped() for procedure in load(name).book.procedures]


def drawn(name: str, procedure: str, language: Language = "zh", anchors: str = "") -> ElementTree.Element:
    return ElementTree.fromstring(svg(load(name).book, procedure, language=language, anchors=anchors))


def words(root: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


@pytest.mark.parametrize(("name", "procedure"), DRAWN)
def test_a_picture_shows_every_stage_and_every_action(name: str, procedure: str) -> None:
    rule = load(name).book.procedures[procedure]
    shown = " ".join(words(drawn(name, procedure)))
    assert [stage.zh for stage in rule.stages.values() if stage.zh not in shown] == []
    assert [action.zh for action in rule.actions.values() if action.zh not in shown] == []


@pytest.mark.parametrize(("name", "procedure"), DRAWN)
def test_every_stage_and_action_is_a_link_with_a_title_to_what_is_said_about_it(name: str, procedure: str) -> None:
    rule = load(name).book.procedures[procedure]
    links = list(drawn(name, procedure, anchors="p").iter(f"{SVG}a"))
    wanted = {f"#p-stage-{stage}" for stage in rule.stages} | {f"#p-action-{action}" for action in rule.actions}
    assert {link.attrib["href"] for link in links} == wanted
    assert all(link.findtext(f"{SVG}title") for link in links)


def test_a_picture_that_stands_alone_has_no_links() -> None:
    assert list(drawn("national-2022", "matter").iter(f"{SVG}a")) == []


def test_the_same_book_gives_the_same_picture() -> None:
    book = load("xx-bureau").book
    assert svg(book, "matter") == svg(book, "matter")


@pytest.mark.parametrize(("name", "procedure"), DRAWN)
def test_boxes_do_not_cover_each_other_and_no_words_stand_in_a_box_that_is_not_theirs(
    name: str, procedure: str
) -> None:
    root = drawn(name, procedure)
    boxes = [
        tuple(float(rect.attrib[side]) for side in ("x", "y", "width", "height"))
        for rect in root.iter(f"{SVG}rect")
        if rect.attrib.get("class") == "stage"
    ]
    for n, (x, y, width, height) in enumerate(boxes):
        for other_x, other_y, other_width, other_height in boxes[n + 1 :]:
            beside = x + width <= other_x or other_x + other_width <= x
            assert beside or y + height <= other_y or other_y + other_height <= y
    for text in root.iter(f"{SVG}text"):
        at_x, at_y = float(text.attrib["x"]), float(text.attrib["y"])
        inside = [box for box in boxes if box[0] <= at_x <= box[0] + box[2] and box[1] <= at_y <= box[1] + box[3]]
        assert len(inside) <= 1


def test_a_picture_may_be_in_english() -> None:
    shown = " ".join(words(drawn("national-2022", "matter", "en")))
    assert "Possible in many stages" in shown
    assert load("national-2022").book.procedures["matter"].stages["registered"].en in shown


@pytest.mark.parametrize("name", shipped())
def test_the_ordinary_way_of_a_matter_leads_over_its_reply_to_an_end(name: str) -> None:
    rule = load(name).book.procedures["matter"]
    way = flow(load(name).book, "matter").main
    assert {"registered", "accepted", "assigned", "replied"} <= set(way)
    assert rule.stages[way[-1]].end


@pytest.mark.parametrize(("name", "procedure"), DRAWN)
def test_without_what_leads_back_no_case_goes_in_circles(name: str, procedure: str) -> None:
    onward = [(step.source, step.target) for step in flow(load(name).book, procedure).steps if not step.back]
    while onward:
        targets = {target for _, target in onward}
        left = [(source, target) for source, target in onward if source in targets]
        assert len(left) < len(onward)
        onward = left


@pytest.mark.parametrize(("name", "procedure"), DRAWN)
def test_for_paper_a_picture_is_cut_where_no_box_is(name: str, procedure: str) -> None:
    pieces = [ElementTree.fromstring(piece) for piece in sheets(load(name).book, procedure)]
    views = [[float(side) for side in piece.attrib["viewBox"].split()] for piece in pieces]
    edges = [top for _, top, _, _ in views[1:]]
    shift = re.search(r"translate\(\S+ (\S+)\)", sheets(load(name).book, procedure)[0])
    assert shift
    boxes = [
        (float(rect.attrib["y"]) + float(shift[1]), float(rect.attrib["height"]))
        for rect in pieces[0].iter(f"{SVG}rect")
        if rect.attrib.get("class") == "stage"
    ]
    assert [edge for edge in edges for top, height in boxes if top < edge < top + height] == []
    assert all(height <= SHEET[1] * max(1, width / SHEET[0]) + 1 for _, _, width, height in views)
    assert sum(height for *_, height in views) == pytest.approx(float(drawn(name, procedure).attrib["height"]), abs=2)
