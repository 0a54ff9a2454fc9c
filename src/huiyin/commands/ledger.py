"""`huiyin ledger`: whether what is stored still says what the ledger says, and where the ledger stands."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, FAILED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import case_called, organisation_of

if TYPE_CHECKING:
    from uuid import UUID

    from huiyin.audit.finding import Discrepancy
    from huiyin.casework.lists.register import CountedEntry
    from huiyin.ledger.models import LogHead


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("ledger", help="verify the ledger, or show its head")
    parts = parser.add_subparsers(metavar="PART", required=True)
    check = parts.add_parser(
        "verify",
        help="recompute every hash and compare everything stored with a replay",
        description="Counts the events of all chains: of cases, decisions, registers, administration and access. Status 1 when anything is wrong. A "
        "text that was erased with its petitioner is told, and is not wrong.",
    )
    which = check.add_mutually_exclusive_group()
    which.add_argument("--case", metavar="NO", help="only the case with this number")
    which.add_argument(
        "--record",
        metavar="FILE",
        type=Path,
        help="keep in FILE how far it has come; with one that is there, leave out cases that were in order and have no event since",
    )
    add_json(check)
    check.set_defaults(run=verify)
    stand = parts.add_parser(
        "head", help="how many events the cases have, and the hash of the latest of each organisation"
    )
    add_json(stand)
    stand.set_defaults(run=head)
    entries = parts.add_parser("register", help="the register of an organisation and year, every case, sealed ones too")
    entries.add_argument("--organisation", metavar="CODE", required=True)
    entries.add_argument("--year", type=int, required=True)
    entries.add_argument(
        "--papers", action="store_true", help="the papers instead, those of sealed cases in their own series"
    )
    add_json(entries)
    entries.set_defaults(run=show_register)
    proof = parts.add_parser("prove", help="prove that a submission stands in the log under the last signed head")
    proof.add_argument("receipt", metavar="RECEIPT", help="as the petitioner has it, e.g. HY-7K3M-9QRT-2WXY")
    add_json(proof)
    proof.set_defaults(run=prove_receipt)


def verify(arguments: argparse.Namespace) -> int:
    """Checks one case or all of them, with a bar on a terminal."""
    from django.utils import timezone
    from tqdm import tqdm

    from huiyin.audit.record import VerificationRecord
    from huiyin.audit.verify import row_flaws, shape_flaws
    from huiyin.ledger.models import Row

    now, cases = timezone.now(), 0
    only = [case_called(arguments.case).id] if arguments.case else None
    record = VerificationRecord.open(arguments.record, now) if arguments.record else None
    with tqdm(unit=" cases", disable=not sys.stderr.isatty()) as bar:

        def to_check(ids: Sequence[UUID]) -> Sequence[UUID]:
            chosen = record.to_check(ids) if record else ids
            bar.reset(len(chosen))
            return chosen

        def checked(ids: Sequence[UUID], found: Sequence[Discrepancy]) -> None:
            nonlocal cases
            cases += len(ids)
            bar.update(len(ids))
            if record:
                record.add(ids, found)

        found = [] if only else list(shape_flaws())
        found += row_flaws(now, only, checked, to_check)
    events = (Row.objects.filter(case_id__in=only) if only else Row.objects).count()
    counted = "events" if only else "events of all chains"
    left_out = record.left_out if record else 0
    wrong = sum(finding.kind == "wrong" for finding in found)
    data = {"cases": cases, "left_out": left_out, "events": events, "wrong": wrong, "findings": [*map(_plain, found)]}
    summary = f"{cases} cases, {events} {counted}: " + (
        f"{wrong} things are wrong" if wrong else "everything is as it should be"
    )
    if left_out:
        summary += f"; {left_out} cases were in order before, have no event since, and were left out"
    report(arguments, data, [*map(str, found), summary])
    return FAILED if wrong else DONE


def _plain(finding: Discrepancy | CountedEntry) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(finding)


def head(arguments: argparse.Namespace) -> int:
    """Shows where the ledger stands."""
    from huiyin.people.models import Organisation

    organisations = [_head_of(organisation) for organisation in Organisation.objects.order_by("code")]
    data = {
        "events": sum(entry["events"] for entry in organisations),
        "cases": sum(entry["cases"] for entry in organisations),
        "organisations": organisations,
        "log": _signed_head(),
    }
    lines = [f"{data['cases']} cases, {data['events']} events of cases"]
    lines += [
        f"{entry['code']}: {entry['case']} event {entry['seq']} of {entry['at']}: {entry['hash']}"
        for entry in organisations
        if entry["hash"]
    ]
    if data["log"]:
        lines.append(
            f"log: {data['log']['size']} events of all chains signed at {data['log']['at']}: {data['log']['root']}"
        )
    report(arguments, data, lines)
    return DONE


def _signed_head() -> dict[str, Any] | None:
    """The last published head of the log, with the key by which anyone checks its signature."""
    from huiyin.ledger import log

    published = log.head()
    return _plain_head(published) if published else None


def _plain_head(published: LogHead) -> dict[str, Any]:
    from django.utils import timezone

    from huiyin.ledger import log

    return {
        "size": published.size,
        "root": published.root,
        "at": timezone.localtime(published.at).isoformat(),
        "signature": published.signature,
        "key": log.public_key(),
    }


def prove_receipt(arguments: argparse.Namespace) -> int:
    """Shows where a submission stands in the log, and the path from there to the signed head."""
    from huiyin.casework import receipts
    from huiyin.casework.models import Submission
    from huiyin.ledger import log, merkle
    from huiyin.ledger.models import Row

    submission = Submission.objects.filter(receipt=receipts.normal(arguments.receipt)).first()
    if submission is None:
        raise Failure("there is no such receipt", "give it as it was printed, e.g. HY-7K3M-9QRT-2WXY")
    proof = log.prove_inclusion(Row.objects.get(case_id=submission.case_id, seq=submission.seq))
    if proof is None:
        raise Failure("no signed head covers this submission yet", "the worker signs one every few minutes")
    leaf, path, root = bytes.fromhex(proof.leaf), map(bytes.fromhex, proof.path), bytes.fromhex(proof.head.root)
    if not merkle.is_included(leaf, proof.index, proof.head.size, [*path], root):
        raise Failure("the submission does not stand where the signed head says", "run huiyin ledger verify")
    head = _plain_head(proof.head)
    data = {
        "receipt": submission.receipt,
        "leaf_hash": proof.leaf,
        "index": proof.index,
        "path": proof.path,
        "head": head,
    }
    lines = [f"{submission.receipt}: leaf {proof.index} of {head['size']}: {proof.leaf}", *proof.path]
    lines.append(f"root signed at {head['at']}: {head['root']}")
    report(arguments, data, lines)
    return DONE


def show_register(arguments: argparse.Namespace) -> int:
    """Prints a register in the order of its entries: for whoever may know of every case."""
    from huiyin.casework.lists.register import document_entries, entries

    organisation = organisation_of(arguments.organisation)
    listed: Iterator[CountedEntry] = (document_entries if arguments.papers else entries)(organisation, arguments.year)
    rows = [_plain(entry) for entry in listed]
    lines = [" ".join(str(value) for value in row.values()) for row in rows]
    report(arguments, {"entries": rows}, lines or ["no entries"])
    return DONE


def _head_of(organisation: Any) -> dict[str, Any]:
    from django.db.models import Count, Sum
    from django.utils import timezone

    from huiyin.casework.models import Case
    from huiyin.ledger.models import CountedSeries, Row

    # What the organisation itself decided stands in a chain of its own, and so does what its registers keep.
    rows = Row.objects.filter(organisation_id=organisation.id).exclude(case_id=organisation.id)
    rows = rows.exclude(case_id__in=CountedSeries.objects.values("id"))
    last = rows.order_by("-at", "-case_id", "-seq").first()
    case = Case.objects.filter(id=last.case_id).first() if last else None
    return {
        "code": organisation.code,
        **Case.objects.filter(organisation=organisation).aggregate(events=Sum("seq", default=0), cases=Count("id")),
        "case": case.number if case else (last.case_id.hex if last else None),
        "seq": last.seq if last else None,
        "at": timezone.localtime(last.at).isoformat() if last else None,
        "hash": last.hash if last else None,
    }
