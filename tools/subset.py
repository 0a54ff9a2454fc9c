"""The part of Tabler's style sheet that our pages use, as an installation serves it.

    python -m tools.subset            write it
    python -m tools.subset --check    status 1 where it is not what our templates, scripts and modules ask for

A rule stays where each class of one of its selectors stands as a word in what we wrote; rules without a class stay. The whole sheet is kept in
tools/tabler, as it came.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
WHOLE: Final = ROOT / "tools/tabler/tabler.min.css"
SUBSET: Final = ROOT / "src/huiyin/static/vendor/tabler/tabler.min.css"
READ: Final = ("*.html", "*.js", "*.py", "*.css")
COMPOSED: Final = {"form-control", "form-select", "alert-info", "alert-success", "alert-warning", "alert-danger"}
"""Classes whose names are put together from parts, so that they stand nowhere as a word."""
_CLASS: Final = re.compile(r"\.(-?[_a-zA-Z](?:[\w-]|\\.)*)")
_WORD: Final = re.compile(r"[a-zA-Z][\w-]*")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_LICENCE: Final = re.compile(r"/\*!.*?\*/", re.DOTALL)


def words(root: Path = ROOT) -> frozenset[str]:
    """Every word in what we wrote that could be the name of a class."""
    found = set(COMPOSED)
    for pattern in READ:
        for path in root.glob(f"src/huiyin/**/{pattern}"):
            if "vendor" not in path.parts and "migrations" not in path.parts:
                found.update(_WORD.findall(path.read_text(encoding="utf-8")))
    return frozenset(found)


def subset(sheet: str, used: frozenset[str]) -> str:
    """The rules of ``sheet`` that something of ``used`` can be drawn by."""
    licence = _LICENCE.search(sheet)
    return (licence[0] if licence else "") + "".join(_kept(_COMMENT.sub("", sheet), used))


def _kept(sheet: str, used: frozenset[str]) -> Iterator[str]:
    for head, body in _rules(sheet):
        if not body:
            yield f"{head};"
        elif head.startswith(("@media", "@supports")):
            inner = "".join(_kept(body[1:-1], used))
            if inner:
                yield f"{head}{{{inner}}}"
        elif head.startswith(("@keyframes", "@-webkit-keyframes")):
            if head.split()[-1] in used:
                yield head + body
        elif head.startswith("@"):
            yield head + body
        else:
            selectors = [one for one in _selectors(head) if _is_used(one, used)]
            if selectors:
                yield ",".join(selectors) + body


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Each rule as its head and its body with the braces; a statement without a body has an empty one."""
    start = at = 0
    while at < len(sheet):
        if sheet[at] == ";":
            yield sheet[start:at].strip(), ""
            start = at + 1
        elif sheet[at] == "{":
            end = _closing(sheet, at)
            yield sheet[start:at].strip(), sheet[at : end + 1]
            start = at = end + 1
            continue
        at += 1


def _closing(sheet: str, opened: int) -> int:
    """The place of the brace that closes the one at ``opened``; braces in strings do not count."""
    depth, quote, at = 0, "", opened
    while at < len(sheet):
        sign = sheet[at]
        if quote:
            at += sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    raise ValueError("a brace is not closed")


def _selectors(head: str) -> Iterator[str]:
    """The selectors of a rule: split at commas that stand in no bracket."""
    depth, start = 0, 0
    for at, sign in enumerate(head):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            yield head[start:at].strip()
            start = at + 1
    yield head[start:].strip()


def _is_used(selector: str, used: frozenset[str]) -> bool:
    needed = re.sub(r":(?:not|is|where)\((?:[^()]|\([^()]*\))*\)", "", selector)
    return all(name.replace("\\", "") in used for name in _CLASS.findall(needed))


def main(check: bool) -> int:
    """Write the subset, or say that it is not in step; the exit status."""
    made = subset(WHOLE.read_text(encoding="utf-8"), words()) + "\n"
    if check and made != (SUBSET.read_text(encoding="utf-8") if SUBSET.exists() else ""):
        print(f"{SUBSET.relative_to(ROOT)}: not what our pages use; run `make format`", file=sys.stderr)
        return 1
    if not check:
        SUBSET.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main("--check" in sys.argv[1:]))
