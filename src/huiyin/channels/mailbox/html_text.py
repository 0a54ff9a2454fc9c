"""The text of a message in HTML: what is shown, in lines; nothing is fetched, and nothing in it is run.

``html.parser`` takes time that grows with the square of what a stranger sends. This goes over each sign a fixed number of times, and where it is
in doubt it shows too much rather than too little: no element or tag that was never closed hides what stands behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

MAX_TAGS: Final = 100_000
"""More tags are no letter; each costs time."""
_UNSEEN: Final = {
    name: re.compile(f"</{name}(?![a-z0-9])", re.IGNORECASE | re.ASCII) for name in ("script", "style", "title")
}
_BREAKS: Final = frozenset(
    {"p", "div", "br", "tr", "li", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre"}
)
_CELLS: Final = frozenset({"td", "th"})
_BLANKS: Final = re.compile(r"[ \t\r\f\v\xa0]+")
_TAG: Final = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]*)|[!?]")
_IN_TAG: Final = re.compile(r"""[<>]|=\s*["']""")


class TooTangled(HuiyinError):
    """Raised when HTML consists of more tags than anybody writes."""

    to_do = gettext_noop("请用邮件程序打开")


def visible_text(html: str) -> str:
    """What a reader of ``html`` would see, paragraph by paragraph; of damaged HTML what can be told. Raises TooTangled."""
    lines = (_BLANKS.sub(" ", line).strip() for line in "".join(_pieces(html)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _pieces(html: str) -> Iterator[str]:
    """Texts and breaks in their order."""
    position, tags = 0, 0
    last_comment_end = html.rfind("-->")
    never_closed: set[str] = set()
    while position < len(html):
        start = html.find("<", position)
        if start < 0:
            start = len(html)
        yield _plain(html[position:start])
        tags += 1
        if tags > MAX_TAGS:
            raise TooTangled(_("HTML 的标签太多"))
        if html.startswith("<!--", start) and last_comment_end >= start + 2:
            position = html.index("-->", start + 2) + 3
            continue
        opened = _TAG.match(html, start + 1)
        end, closed = _end_of_tag(html, opened.end()) if opened else (start + 1, False)
        if opened is None or not closed:
            yield _plain(html[start:end])
            position = end
            continue
        position, name = end, (opened[1] or "").lower()
        if name in _BREAKS:
            yield "\n"
        elif name in _CELLS:
            yield " "
        elif name in _UNSEEN and html[start + 1] != "/" and name not in never_closed:
            found = _UNSEEN[name].search(html, position)
            if found is None:
                never_closed.add(name)  # not looked for again, and what follows is shown
            else:
                position = found.start()


def _end_of_tag(html: str, position: int) -> tuple[int, bool]:
    """Where a tag ends, and whether it is one: where another begins before it ends it is text up to there."""
    while (found := _IN_TAG.search(html, position)) is not None:
        if found[0] == ">":
            return found.end(), True
        if found[0] == "<":
            return found.start(), False
        close = html.find(found[0][-1], found.end())
        value = html[found.end() : close] if close >= 0 else "<>"
        # A value with whole tags in it is one whose end was forgotten.
        position = found.end() if "<" in value and ">" in value else close + 1
    return len(html), False


def _plain(text: str) -> str:
    return unescape(text).replace("\n", " ")
