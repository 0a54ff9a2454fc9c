"""`huiyin documents`: the documents of a case, and each of them as a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from huiyin.commands import DONE, FAILED, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import case_called
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

if TYPE_CHECKING:
    from huiyin.casework.history import Document
    from huiyin.documents.drafting.drafts import DraftedDocument
    from huiyin.rules.book.load import Rules

FORMS = ("pdf", "docx", "html")
RENDER = gettext_noop(
    "写出事项的一份文书：写种类，是最近发出的那份；写编号，也可以是还没有发出的，上面会注明是草稿。"
    "种类和编号见 `huiyin documents list`。加 --names 才写信访人的姓名，查阅会留下记录。"
    "PDF 格式的，已发出而且完整（加了 --names，或者不是写给信访人的），带有发出时的印章：即盖章的扫描件，"
    "或者用机关证书重新签章；遮盖姓名的没有印章。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("documents", help=_("事项的文书，PDF、DOCX 或 HTML 格式"))
    parts = parser.add_subparsers(metavar="PART", required=True)
    listing = parts.add_parser("list", help=_("一件事项拟过、发过哪些文书，各到了哪一步"))
    listing.add_argument("case", metavar="CASE", help=_("事项的编号"))
    add_json(listing)
    listing.set_defaults(run=list_documents)
    rendering = parts.add_parser("render", help=_("把一份文书写入文件"), description=_(RENDER))
    rendering.add_argument("case", metavar="CASE", help=_("哪件事项（编号）"))
    rendering.add_argument("paper", metavar="KIND|ID", help=_("哪份文书"))
    rendering.add_argument("--format", choices=FORMS, default="pdf", help=_("默认：%(default)s"))
    rendering.add_argument("--output", metavar="FILE", help=_("默认：标准输出"))
    rendering.add_argument("--names", action="store_true", help=_("写出收件的信访人姓名；留下记录"))
    rendering.add_argument("--service", action="store_true", help=_("改为写它的送达回证"))
    rendering.set_defaults(run=render)
    checking = parts.add_parser("check", help=_("各规程的文书是否写有法律要求的内容，用什么字体排版"))
    checking.add_argument("book", metavar="BOOK", nargs="?", help=_("某部规程的名称或文件；不写则为全部自带的"))
    add_json(checking)
    checking.set_defaults(run=check)


def list_documents(arguments: argparse.Namespace) -> int:
    """Shows the documents of a case."""
    from huiyin.casework.history import documents, read_history
    from huiyin.casework.loaded_case import load_case
    from huiyin.documents.drafting.drafts import drafted_documents
    from huiyin.documents.numbers import document_number

    case = case_called(arguments.case)
    drafted = drafted_documents(load_case(case))
    rows = [
        {
            "id": str(document.id),
            "kind": document.kind,
            "title": document.label,
            "number": document_number(document, case),
            "organ": document.organ,
            "addressee": document.addressee,
            "issued_at": document.issued_at.isoformat(),
        }
        for document in documents(read_history(case, None))
    ]
    lines = [f"{row['id']}  {row['issued_at'][:10]}  {row['kind']}  {row['title']}  {row['number']}" for row in rows]
    waiting = [_as_row(content) for content in drafted]
    lines += [
        (
            _("%(id)s  %(status)s  第 %(version)s 版  %(kind)s  %(title)s  %(number)s")
            % {
                "id": row["id"],
                "status": row["status"],
                "version": row["version"],
                "kind": row["kind"],
                "title": row["title"],
                "number": row["number"],
            }
        ).rstrip()
        for row in waiting
        if row["status"] != "issued"
    ]
    report(arguments, {"documents": rows, "papers": waiting}, lines or [_("没有拟过或发过文书")])
    return DONE


def _as_row(document: DraftedDocument) -> dict[str, object]:
    """A document that was drafted, with where it stands."""
    return {
        "id": str(document.id),
        "kind": document.kind,
        "title": document.label,
        "status": document.status,
        "version": document.version,
        "approved_version": document.approved_version,
        "number": document.number,
    }


def render(arguments: argparse.Namespace) -> int:
    """Writes a document."""
    from django.utils import timezone

    from huiyin.casework.history import documents, read_history
    from huiyin.casework.loaded_case import load_case
    from huiyin.documents import addressee
    from huiyin.documents.compose import content_of
    from huiyin.documents.drafting.drafts import drafted_documents
    from huiyin.documents.forms import handed_out, rendered
    from huiyin.documents.service import service_record
    from huiyin.people.acting import system_actor

    case, at = case_called(arguments.case), timezone.now()
    past = read_history(case, None)
    named = addressee.in_full if arguments.names else addressee.covered
    actor = system_actor(case.organisation_id)
    draft = _on_its_way(drafted_documents(load_case(case), with_texts=True), arguments.paper)
    leaves: Document | None = None
    if draft is not None and not arguments.service:
        paper = draft.content(named(draft, case, actor, at))
    else:
        document = _named(documents(past), arguments.paper)
        compose = service_record if arguments.service else content_of
        paper = compose(document, past, named(document, case, actor, at))
        if not arguments.service and (arguments.names or document.addressee != "petitioner"):
            leaves = document
    if paper is None:
        raise Failure(_("这份文书的内容已随信访人的信息一并删除"))
    form: str = arguments.format
    content = (handed_out(paper, form, leaves.issuer, at) if leaves else rendered(paper, form)).content
    if arguments.output is None:
        sys.stdout.buffer.write(content)
        return DONE
    try:
        Path(arguments.output).write_bytes(content)
    except OSError as error:
        raise Failure(f"{arguments.output}: {error.strerror}", _("请写一个可以写入的文件")) from None
    print(f"{paper.title} {paper.number}: {arguments.output}")
    return DONE


def _on_its_way(drafted: tuple[DraftedDocument, ...], asked: str) -> DraftedDocument | None:
    """The document with this id, where it was drafted and has not been issued."""
    return next((one for one in drafted if one.status != "issued" and asked in (str(one.id), one.id.hex)), None)


def _named(issued: tuple[Document, ...], asked: str) -> Document:
    """The document with this id, or the newest of this kind."""
    found = [document for document in issued if asked in (document.kind, str(document.id), document.id.hex)]
    if not found:
        raise Failure(_("这件事项没有发过这样的文书"), _("可以用 huiyin documents list CASE 列出"), status=MISUSED)
    return found[-1]


def check(arguments: argparse.Namespace) -> int:
    """Says what documents lack."""
    from huiyin.documents.document_template import misfits, wordings
    from huiyin.documents.fonts import typefaces
    from huiyin.documents.required import lacking

    books = list(_books(arguments.book))
    wrong = [line for rules in books for line in lacking(rules)]
    if arguments.book is None:
        wrong += [str(line) for wording in wordings().values() for line in misfits(wording, books)]
    faces = dict(typefaces().chosen)
    documents = sum(len(procedure.notices) for rules in books for procedure in rules.book.procedures.values())
    lines = [
        *wrong,
        _("看了 %(books)s 部规程的 %(documents)s 份文书，%(wrong)s 处不对")
        % {"documents": documents, "books": len(books), "wrong": len(wrong)},
        _("用 %(typefaces)s 排版") % {"typefaces": typefaces().in_words},
    ]
    report(arguments, {"papers": documents, "faults": wrong, "typefaces": faces}, lines)
    return FAILED if wrong else DONE


def _books(named: str | None) -> list[Rules]:
    from huiyin.commands._shared import gathered
    from huiyin.rules.book.load import load, shipped

    return [gathered(named)[0]] if named else [load(name) for name in shipped()]
