"""`huiyin documents`: the documents of a case, and each of them as a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from huiyin.commands import DONE, FAILED, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import case_called

if TYPE_CHECKING:
    from huiyin.casework.history import Document
    from huiyin.documents.drafting.drafts import DraftedDocument
    from huiyin.rules.book.load import Rules

FORMS = ("pdf", "docx", "html")
RENDER = """
Writes a paper of a case: a kind names the newest that was issued, an id one on its way as well, which then says that it is a draft;
`huiyin documents list` shows kinds and ids. The petitioners are named only with --names, and that they were read is put on record. As PDF, a paper that was issued and is complete (with --names, or not to
petitioners) bears the seal that it was issued with: it is the signed scan, or signed anew with the organ's certificate; a covered copy bears none.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("documents", help="the papers of a case as PDF, DOCX or HTML")
    parts = parser.add_subparsers(metavar="PART", required=True)
    listing = parts.add_parser("list", help="which papers were drafted and issued on a case, and where they stand")
    listing.add_argument("case", metavar="CASE", help="its number")
    add_json(listing)
    listing.set_defaults(run=list_documents)
    rendering = parts.add_parser("render", help="write a paper to a file", description=RENDER)
    rendering.add_argument("case", metavar="CASE", help="the number of the case")
    rendering.add_argument("paper", metavar="KIND|ID", help="which paper")
    rendering.add_argument("--format", choices=FORMS, default="pdf", help="default: %(default)s")
    rendering.add_argument("--output", metavar="FILE", help="default: standard output")
    rendering.add_argument("--names", action="store_true", help="name the petitioners to whom it is; recorded")
    rendering.add_argument(
        "--service", action="store_true", help="the record of its service (送达回证) instead of the paper"
    )
    rendering.set_defaults(run=render)
    checking = parts.add_parser(
        "check", help="do the papers of the rulebooks hold what the law asks for, and in which typefaces are they set"
    )
    checking.add_argument("book", metavar="BOOK", nargs="?", help="name or file of one; else all that are shipped")
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
        f"{row['id']}  {row['status']}  version {row['version']}  {row['kind']}  {row['title']}  {row['number']}".rstrip()
        for row in waiting
        if row["status"] != "issued"
    ]
    report(arguments, {"documents": rows, "papers": waiting}, lines or ["no papers were drafted or issued"])
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
        raise Failure("the text of this paper was erased with its petitioner")
    form: str = arguments.format
    content = (handed_out(paper, form, leaves.issuer, at) if leaves else rendered(paper, form)).content
    if arguments.output is None:
        sys.stdout.buffer.write(content)
        return DONE
    try:
        Path(arguments.output).write_bytes(content)
    except OSError as error:
        raise Failure(f"{arguments.output}: {error.strerror}", "name a file that can be written") from None
    print(f"{paper.title} {paper.number}: {arguments.output}")
    return DONE


def _on_its_way(drafted: tuple[DraftedDocument, ...], asked: str) -> DraftedDocument | None:
    """The document with this id, where it was drafted and has not been issued."""
    return next((one for one in drafted if one.status != "issued" and asked in (str(one.id), one.id.hex)), None)


def _named(issued: tuple[Document, ...], asked: str) -> Document:
    """The document with this id, or the newest of this kind."""
    found = [document for document in issued if asked in (document.kind, str(document.id), document.id.hex)]
    if not found:
        raise Failure("no such paper was issued on this case", "huiyin documents list CASE shows them", status=MISUSED)
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
        f"{documents} papers of {len(books)} rulebooks looked at, {len(wrong)} faults",
        f"set in {typefaces().in_words}",
    ]
    report(arguments, {"papers": documents, "faults": wrong, "typefaces": faces}, lines)
    return FAILED if wrong else DONE


def _books(named: str | None) -> list[Rules]:
    from huiyin.commands._shared import gathered
    from huiyin.rules.book.load import load, shipped

    return [gathered(named)[0]] if named else [load(name) for name in shipped()]
