"""文书模板: how an organisation words its documents, changed by its administrators, checked before it is kept, with a preview of what it gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.casework.file_checks.state_secrets import refused_texts
from huiyin.casework.labels import name_of
from huiyin.documents.content import DocumentContent
from huiyin.documents.document_template import WordingFault, WordingFlaw, WordingFlawed
from huiyin.documents.own.templates import checked, keep, kinds_of_own, own_text, shipped_text
from huiyin.documents.vocabulary import declared
from huiyin.office.sample import sample_document
from huiyin.office.structure.pages import own
from huiyin.people.models import Organisation
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import NoticeRule, Procedure
from huiyin.web.page_access import Administering, administrator_page

WORDS: Final = {
    WordingFault.NO_PLACEHOLDER: gettext_noop("{%s}：没有这个占位符"),
    WordingFault.NOT_PRINTED: gettext_noop("{%s}：这种文书没有这一项内容可填"),
    WordingFault.NOBODY_ENTERS: gettext_noop("条件里的“%s”不会出现"),
    WordingFault.BRACKETS: gettext_noop("括号没有配对，或者套在一起"),
    WordingFault.ONE_REST: gettext_noop("须有且只有一行 %s，放没有写到的各项内容"),
    WordingFault.NO_ENTRY: gettext_noop("%s：没有这一项设置"),
    WordingFault.LEFT_OUT: gettext_noop("%s要求写明的内容没有写到"),
    WordingFault.NAMES_EXPECTED: gettext_noop("%s：这里应当是若干个名称"),
    WordingFault.LINES_EXPECTED: gettext_noop("这里应当是若干行文字，或者标题和它下面的文字"),
    WordingFault.PASSAGE_EXPECTED: gettext_noop("这里应当是若干行文字，或者标题和它下面的文字"),
    WordingFault.CONDITION_EXPECTED: gettext_noop("条件应当写明哪一项内容是什么"),
    WordingFault.TEXT_EXPECTED: gettext_noop("标题下面没有文字"),
    WordingFault.TOO_LONG: gettext_noop("模板最长 %s 字"),
}
"""What is wrong with a template, in the words of the page; what is not listed is a mistake in how it is written down."""


@dataclass(frozen=True, slots=True)
class WordedKind:
    """A kind of document of the organisation's rulebook; ``is_own``: the organisation words it itself."""

    kind: str
    label: str
    procedure: str
    is_own: bool


@require_safe
@administrator_page
def templates(request: HttpRequest, administering: Administering, code: str) -> HttpResponse:
    """The kinds of document that the organisation issues, and which of them it words itself."""
    organisation = own(administering, code)
    lines = tuple(_lines(organisation, administering))
    return render(request, "office/wordings.html", {"organisation": organisation, "lines": lines})


def _lines(organisation: Organisation, administering: Administering) -> Iterator[WordedKind]:
    seen, worded = set[str](), kinds_of_own(organisation, administering.at)
    for procedure in load(organisation.rulebook_at(administering.at)).book.procedures.values():
        for kind, notice in procedure.notices.items():
            if kind not in seen:
                yield WordedKind(kind, name_of(notice, kind), name_of(procedure), kind in worded)
            seen.add(kind)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def template(request: HttpRequest, administering: Administering, code: str, kind: str) -> HttpResponse:
    """The template of one kind: changed, looked at, kept, or given up for the shipped one."""
    organisation = own(administering, code)
    rules, procedure, notice = _of_kind(organisation, kind, administering)
    changed = own_text(organisation, kind, administering.at)
    valid_text = changed or shipped_text(rules, procedure, kind)
    if request.method == "POST" and "shipped" in request.POST:
        keep(organisation, kind, "", administering.account, administering.at)
        messages.success(request, _("已恢复系统的模板；以前发出的文书不变"))
        return HttpResponseRedirect(reverse("office:wordings", args=[code]))
    text = request.POST.get("text", valid_text) if request.method == "POST" else valid_text
    flaws, document = _looked_at(rules, procedure, kind, text, organisation)
    if request.method == "POST" and "keep" in request.POST and not flaws:
        keep(organisation, kind, text, administering.account, administering.at)
        messages.success(request, _("模板已保存，以后拟的文书照此行文；以前发出的不变"))
        return HttpResponseRedirect(reverse("office:wordings", args=[code]))
    context = {
        "organisation": organisation,
        "kind": kind,
        "label": name_of(notice, kind),
        "text": text,
        "flaws": flaws,
        "content": document,
        "is_own": bool(changed),
        "names": sorted(declared(procedure, notice)),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if flaws and "keep" in request.POST else HTTPStatus.OK
    return render(request, "office/wording.html", context, status=status)


@require_POST
@administrator_page
def preview(request: HttpRequest, administering: Administering, code: str, kind: str) -> HttpResponse:
    """What the text gives as it is typed, or what is wrong with it."""
    organisation = own(administering, code)
    rules, procedure, _notice = _of_kind(organisation, kind, administering)
    flaws, document = _looked_at(rules, procedure, kind, request.POST.get("text", ""), organisation)
    return render(request, "office/parts/wording_preview.html", {"flaws": flaws, "content": document})


def _of_kind(
    organisation: Organisation, kind: str, administering: Administering
) -> tuple[Rules, Procedure, NoticeRule]:
    rules = load(organisation.rulebook_at(administering.at))
    for procedure in rules.book.procedures.values():
        if kind in procedure.notices:
            return rules, procedure, procedure.notices[kind]
    raise Http404


def _looked_at(
    rules: Rules, procedure: Procedure, kind: str, text: str, organisation: Organisation
) -> tuple[list[str], DocumentContent | None]:
    try:
        wording = checked(rules, procedure, kind, text)
    except WordingFlawed as flawed:
        return list(_in_words(flawed.flaws)), None
    if marked := [error.message for error in refused_texts([("text", text)])]:
        return marked, None
    return [], sample_document(wording, rules, procedure, kind, organisation.name, timezone.localdate())


def _in_words(flaws: Iterable[WordingFlaw]) -> Iterator[str]:
    """Each flaw with its line; what a template quotes is shown as it was typed."""
    for flaw in flaws:
        words = WORDS.get(flaw.fault)
        if words is None:
            what = _("写法不对，请对照下面的说明检查缩进、冒号和引号")
        else:
            what = _(words) % flaw.about if "%s" in words else _(words)
        if flaw.needs:
            what = _("%(what)s，请写上%(names)s") % {
                "what": what,
                "names": _("或者").join(f"{{{name}}}" for name in flaw.needs),
            }
        yield _("第 %(line)s 行：%(what)s") % {"line": flaw.line, "what": what}
