"""What a page offers, read from its HTML: the links that lead to forms, in the order in which they stand there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml import html


@dataclass(frozen=True)
class Step:
    """What a page offers to somebody: ``address`` leads to a form, and ``page`` is where the link stands."""

    who: str
    page: str
    address: str

    @property
    def action(self) -> str:
        """The action it leads to."""
        return action_at(self.address)


def action_at(address: str) -> str:
    """The last part of an address: of the page of a form that is the name of its action."""
    return urlsplit(address).path.rstrip("/").rpartition("/")[2]


def of_class(name: str) -> str:
    """The condition of XPath that an element is of a class."""
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


def named_in_list(page: bytes, no: str) -> tuple[bool, list[str]]:
    """Whether a list of duties names the case ``no``, and what it offers about it directly."""
    case = f"/desk/cases/{no}/"
    duties = html.fromstring(page).xpath(f"//article[{of_class('duty')}][.//a[@href='{case}']]")
    links = [link for duty in duties for link in duty.xpath(f".//*[{of_class('duty-do')}]//a/@href")]
    return bool(duties), [str(link) for link in links if str(link).startswith(f"{case}actions/")]


def offered_on(page: bytes, style: str) -> list[str]:
    """Where the links of a class lead."""
    return [str(link) for link in html.fromstring(page).xpath(f"//a[{of_class(style)}]/@href")]


def receipt_on(page: bytes) -> tuple[str, str]:
    """Receipt and query code on the page that shows them once something was handed in."""
    boxes = f"//*[{of_class('code-box')} or {of_class('ticket-row')}]/b"
    receipt, code = html.fromstring(page).xpath(boxes)[:2]
    return str(receipt.text), str(code.text)


def errors_on(page: bytes) -> Sequence[str]:
    """What a page says is wrong, in its words."""
    return tuple(_errors(html.fromstring(page)))


def _errors(page: Any) -> Iterator[str]:
    for one in page.xpath(f"//*[{of_class('error-summary')} or ({of_class('meanwhile')} and @role='alert')]"):
        yield " ".join(one.text_content().split())
