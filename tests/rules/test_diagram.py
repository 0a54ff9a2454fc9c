"""The picture of a procedure."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from huiyin.rules.diagram import svg
from huiyin.rules.load import load, shipped

DRAWN = [(name, procedure) for name in shipped() for procedure in load(name).book.procedures]


@pytest.mark.parametrize(("name", "procedure"), DRAWN)
def test_a_picture_shows_every_stage_and_every_action_that_leads_on(name: str, procedure: str) -> None:
    book = load(name).book
    root = ElementTree.fromstring(svg(book, procedure))
    shown = " ".join("".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text"))
    assert all(stage.zh in shown for stage in book.procedures[procedure].stages.values())
    assert all(action.zh in shown for action in book.procedures[procedure].actions.values() if action.to)


def test_the_same_book_gives_the_same_picture() -> None:
    book = load("xx-bureau").book
    assert svg(book, "matter") == svg(book, "matter")


def test_boxes_do_not_cover_each_other() -> None:
    root = ElementTree.fromstring(svg(load("national-2022").book, "matter"))
    boxes = [
        tuple(float(rect.attrib[side]) for side in ("x", "y", "width", "height"))
        for rect in root.iter("{http://www.w3.org/2000/svg}rect")
        if rect.attrib.get("class", "").startswith("box")
    ]
    for n, (x, y, width, height) in enumerate(boxes):
        for other_x, other_y, other_width, other_height in boxes[n + 1 :]:
            beside = x + width <= other_x or other_x + other_width <= x
            assert beside or y + height <= other_y or other_y + other_height <= y
