"""Files of a rulebook of one's own as somebody chose them: which of them is the book, and which it is made of.

A browser tells no folders, so that the file of a procedure is put where the book says that it lies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from huiyin.rules.book.load import shipped
from huiyin.rules.book.yaml_reader import NAME

MAX_FILES: Final = 12
PASTED: Final = "rulebook"
"""What a text that came without a file is called."""
_BOOK: Final = re.compile(r"^rulebook\s*:", re.MULTILINE)
_BELOW: Final = re.compile(r"^(?:extends|includes)\s*:[^\n]*(?:\n[ \t-][^\n]*)*", re.MULTILINE)
"""What a book says that it stands on: the line, and those of a list below it."""
_NAMES: Final = re.compile(NAME.pattern)


@dataclass(frozen=True, slots=True)
class SentFiles:
    """A book ``main`` among ``contents``: what each file holds, by its name without the ending, as in `own/matter`."""

    main: str
    contents: Mapping[str, bytes]


def book_named(file: str) -> str:
    """The name of the book in the file ``file``; one of the shipped books cannot be replaced by it."""
    stem = _stem(file)
    return stem if NAME.fullmatch(stem) and stem not in shipped() else PASTED


def arranged(files: Iterable[UploadedFile], max_bytes: int) -> SentFiles:
    """The book that the files make up. Raises ValidationError where they are too many or too large, or do not say which of them it is."""
    sent = list(files)
    if len(sent) > MAX_FILES:
        raise ValidationError(_("最多选 %(most)s 个文件") % {"most": MAX_FILES})
    for file in sent:
        if (file.size or 0) > max_bytes:
            raise ValidationError(
                _("%(file)s 超过 %(most)s KB，没有读取。规程通常不到 100 KB，请确认选对了文件")
                % {"file": file.name, "most": max_bytes // 1000}
            )
    if len(sent) == 1:
        name = book_named(sent[0].name or "")
        return SentFiles(name, {name: sent[0].read()})
    return _arranged({name: file.read() for name, file in _named(sent).items()})


def _named(sent: Iterable[UploadedFile]) -> dict[str, UploadedFile]:
    found: dict[str, UploadedFile] = {}
    for file in sent:
        name = _stem(file.name or "")
        if name in found:
            raise ValidationError(_("有两个文件都叫 %(file)s，请改名") % {"file": f"{name}.yaml"})
        if not NAME.fullmatch(name):
            raise ValidationError(
                _("%(file)s：文件名请用小写字母开头，只用小写字母、数字、- 和 _") % {"file": file.name}
            )
        if name in shipped():
            raise ValidationError(
                _("%(file)s 与系统自带的规程同名：自带的不用选；改过的，文件和其中的 rulebook 请另取名称")
                % {"file": file.name}
            )
        found[name] = file
    return found


def _arranged(contents: dict[str, bytes]) -> SentFiles:
    # What is not UTF-8 is told where the book is read.
    texts = {name: content.decode("utf-8-sig", errors="replace") for name, content in contents.items()}
    books = {name: text for name, text in texts.items() if _BOOK.search(text)}
    below = {name: _below(text) for name, text in books.items()}
    tops = [name for name in books if not any(name in named for other, named in below.items() if other != name)]
    if len(tops) != 1:
        raise ValidationError(
            _("看不出要用哪一部：%(books)s。请只选一部规程，以及它继承（extends）、引用（includes）的文件")
            % {"books": _("、").join(f"{name}.yaml" for name in tops or texts)}
        )
    placed = {name: name if name in books else _part(name, books) for name in contents}
    return SentFiles(tops[0], {placed[name]: content for name, content in contents.items()})


def _below(text: str) -> set[str]:
    """The words by which a book says what it stands on."""
    lines = "\n".join(_BELOW.findall(text)).split("\n")
    return {word for line in lines for word in _NAMES.findall(line.partition("#")[0])}


def _part(name: str, books: Mapping[str, str]) -> str:
    """Where the file ``name`` of a procedure lies: below the one book that speaks of it."""
    places = [f"{book}/{name}" for book, text in books.items() if f"{book}/{name}.yaml" in text]
    if len(places) == 1:
        return places[0]
    raise ValidationError(
        _("%(file)s 里没有 rulebook，也没有哪部规程写明它是自己的一个程序（procedures）") % {"file": f"{name}.yaml"}
    )


def _stem(file: str) -> str:
    return PurePath(file.replace("\\", "/")).stem.lower()
