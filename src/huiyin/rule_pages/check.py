"""Trying out a rulebook: sent as files or as text, read and proved in a process of its own, shown with what is wrong at its lines.

Nothing of it is stored.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.rule_pages.files_sent import PASTED, SentFiles, arranged
from huiyin.rule_pages.verdicts import FaultLine, VerdictView, in_words
from huiyin.rules.prover.sandbox import ProofUnfinished, try_out
from huiyin.web.page_access import Acting, staff_page

MAX_BYTES: Final = 1_000_000
"""Beyond this nothing is read. The loader itself takes half of it, and says so at the file."""
MAX_SECONDS: Final = 15
WAIT_SECONDS: Final = 3
AROUND: Final = 3
"""So many lines are shown before and after a wrong one."""

_one_at_a_time = threading.BoundedSemaphore(1)
"""However many files are sent, a web process tries one: the others answer pages meanwhile."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of the file as it is shown, with the faults that are found in it; None: lines are left out here."""

    number: int
    text: str
    faults: tuple[FaultLine, ...]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was sent, with its wrong lines and those around them."""

    name: str
    lines: tuple[SourceLine | None, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of the files. ``refused`` says why they were not tried at all."""

    refused: str = ""
    judged: VerdictView | None = None
    files: tuple[SourceFile, ...] = ()
    elsewhere: tuple[FaultLine, ...] = ()


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def check(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The form; sent, with what was found of the file."""
    text = request.POST.get("text", "")
    tried = _tried(request.FILES.getlist("file"), text) if request.method == "POST" else None
    wrong = tried is not None and (tried.refused or tried.judged is None or not tried.judged.verdict.sound)
    context = {"tried": tried, "text": text}
    return render(request, "rule_pages/check.html", context, status=422 if wrong else 200)


def _tried(files: list[UploadedFile], text: str) -> Tried:
    try:
        sent = arranged(files, MAX_BYTES) if files else _pasted(text)
    except ValidationError as error:
        return Tried(" ".join(error.messages))
    if not any(content.strip() for content in sent.contents.values()):
        return Tried(_("请选择一个文件，或者粘贴规程的内容"))
    if not _one_at_a_time.acquire(timeout=WAIT_SECONDS):
        return Tried(_("正在核对另一份规程，请稍候再试；您的内容没有保存"))
    try:
        verdict = try_out(sent.contents, sent.main, MAX_SECONDS)
    except ProofUnfinished:
        return Tried(_("在规定的时间和内存之内没有核对完。请先核对较小的部分，或者检查阶段、职责是否过多"))
    finally:
        _one_at_a_time.release()
    judged = in_words(verdict)
    by_file: dict[str, list[FaultLine]] = {f"{name}.yaml": [] for name in sent.contents}
    for fault in judged.faults:
        by_file.get(fault.file, []).append(fault)
    shown = ((name, _lines(content, by_file[f"{name}.yaml"])) for name, content in sent.contents.items())
    return Tried(
        judged=judged,
        files=tuple(SourceFile(f"{name}.yaml", lines) for name, lines in shown if lines),
        elsewhere=tuple(fault for fault in judged.faults if fault.file not in by_file),
    )


def _pasted(text: str) -> SentFiles:
    content = text.replace("\r\n", "\n").encode()
    if len(content) > MAX_BYTES:
        raise ValidationError(_("内容超过 1 MB，没有读取"))
    return SentFiles(PASTED, {PASTED: content})


def _lines(content: bytes, faults: list[FaultLine]) -> tuple[SourceLine | None, ...]:
    """The wrong lines with those around them; everything between is left out."""
    if not faults:
        return ()
    # A file in another encoding is shown as far as it can be read, so that its owner recognises it.
    texts = content.decode("utf-8-sig", errors="replace").split("\n")
    by_line: dict[int, list[FaultLine]] = {}
    for fault in faults:
        by_line.setdefault(min(max(fault.line, 1), len(texts)), []).append(fault)
    shown = sorted(
        {near for line in by_line for near in range(line - AROUND, line + AROUND + 1) if 1 <= near <= len(texts)}
    )
    found: list[SourceLine | None] = []
    for number in shown:
        if number > 1 and (not found or (found[-1] is not None and found[-1].number != number - 1)):
            found.append(None)
        text = texts[number - 1].rstrip("\r")[:500]
        found.append(SourceLine(number, text, tuple(by_line.get(number, ()))))
    if shown[-1] < len(texts):
        found.append(None)
    return tuple(found)
