"""Papers that several people ask for at once are each their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from huiyin.documents.pdf import pdf
from tests.documents.making import paper, text_of_pdf


def test_papers_made_at_once_are_each_their_own() -> None:
    names = [f"第{number}位信访人" for number in range(24)]
    with ThreadPoolExecutor(8) as people:
        made = list(people.map(lambda name: pdf(paper(addressee=name)), names))
    assert [name for name, content in zip(names, made, strict=True) if f"{name}：" not in text_of_pdf(content)] == []
