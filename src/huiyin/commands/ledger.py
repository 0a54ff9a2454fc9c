"""`huiyin ledger`: whether what is stored still says what the ledger says, and where the ledger stands."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, FAILED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import case_called, organisation_of
from huiyin.language import gettext as _

if TYPE_CHECKING:
    from uuid import UUID

    from huiyin.audit.finding import Discrepancy
    from huiyin.casework.lists.register import CountedEntry
    from huiyin.ledger.models import LogHead


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("ledger", help=_("核对存证账，或者显示它的头"))
    parts = parser.add_subparsers(metavar="PART", required=True)
    check = parts.add_parser(
        "verify",
        help=_("重算每个哈希，并把存储的内容与重放的结果比较"),
        description=_(
            "计入所有链条的记录：事项、决定、登记簿、管理和查阅。有任何不符，退出码为 1。随信访人信息一并删除的文字会说明，"
            "不算不符。"
        ),
    )
    which = check.add_mutually_exclusive_group()
    which.add_argument("--case", metavar="NO", help=_("只看这一件"))
    which.add_argument(
        "--record",
        metavar="FILE",
        type=Path,
        help=_("把进度记在 FILE 中；FILE 已有时，上次相符、此后没有新记录的事项不再核对"),
    )
    add_json(check)
    check.set_defaults(run=verify)
    stand = parts.add_parser("head", help=_("各机构的事项有多少条记录，以及最后一条的哈希"))
    add_json(stand)
    stand.set_defaults(run=head)
    entries = parts.add_parser("register", help=_("一个机构一年的登记簿，每件事项都列，密封的也列"))
    entries.add_argument("--organisation", metavar="CODE", required=True)
    entries.add_argument("--year", type=int, required=True)
    entries.add_argument("--papers", action="store_true", help=_("改为列文书，密封事项的文书单独编号"))
    add_json(entries)
    entries.set_defaults(run=show_register)
    proof = parts.add_parser("prove", help=_("证明一件来件在最近签名的日志头之下"))
    proof.add_argument("receipt", metavar="RECEIPT", help=_("信访人手中的回执号，例如 HY-7K3M-9QRT-2WXY"))
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
    counted = _("条记录") if only else _("条记录（含所有链条）")
    left_out = record.left_out if record else 0
    wrong = sum(finding.kind == "wrong" for finding in found)
    data = {"cases": cases, "left_out": left_out, "events": events, "wrong": wrong, "findings": [*map(_plain, found)]}
    summary = (
        _("%(cases)s 件事项，%(events)s %(counted)s：") % {"cases": cases, "events": events, "counted": counted}
    ) + (_("%(wrong)s 处不符") % {"wrong": wrong} if wrong else _("全部相符"))
    if left_out:
        summary += _("；另有 %(left_out)s 件上次相符、此后没有新记录，没有再核对") % {"left_out": left_out}
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
    lines = [_("%(cases)s 件事项，%(events)s 条事项的记录") % {"cases": data["cases"], "events": data["events"]}]
    lines += [
        _("%(code)s：%(case)s 第 %(seq)s 条记录，%(at)s：%(hash)s")
        % {"code": entry["code"], "case": entry["case"], "seq": entry["seq"], "at": entry["at"], "hash": entry["hash"]}
        for entry in organisations
        if entry["hash"]
    ]
    if data["log"]:
        lines.append(
            _("日志：所有链条共 %(size)s 条，%(at)s 签名：%(root)s")
            % {"size": data["log"]["size"], "at": data["log"]["at"], "root": data["log"]["root"]}
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
        raise Failure(_("没有这个回执"), _("请照回执上印的写，例如 HY-7K3M-9QRT-2WXY"))
    proof = log.prove_inclusion(Row.objects.get(case_id=submission.case_id, seq=submission.seq))
    if proof is None:
        raise Failure(_("还没有签名的日志头包含这件来件"), _("后台进程每几分钟签名一次"))
    leaf, path, root = bytes.fromhex(proof.leaf), map(bytes.fromhex, proof.path), bytes.fromhex(proof.head.root)
    if not merkle.is_included(leaf, proof.index, proof.head.size, [*path], root):
        raise Failure(_("这件来件不在签名的日志头所说的位置"), _("请运行 huiyin ledger verify"))
    head = _plain_head(proof.head)
    data = {
        "receipt": submission.receipt,
        "leaf_hash": proof.leaf,
        "index": proof.index,
        "path": proof.path,
        "head": head,
    }
    lines = [
        _("%(receipt)s：%(size)s 条中的第 %(index)s 条：%(leaf)s")
        % {"receipt": submission.receipt, "index": proof.index, "size": head["size"], "leaf": proof.leaf},
        *proof.path,
    ]
    lines.append(_("%(at)s 签名的根：%(root)s") % {"at": head["at"], "root": head["root"]})
    report(arguments, data, lines)
    return DONE


def show_register(arguments: argparse.Namespace) -> int:
    """Prints a register in the order of its entries: for whoever may know of every case."""
    from huiyin.casework.lists.register import document_entries, entries

    organisation = organisation_of(arguments.organisation)
    listed: Iterator[CountedEntry] = (document_entries if arguments.papers else entries)(organisation, arguments.year)
    rows = [_plain(entry) for entry in listed]
    lines = [" ".join(str(value) for value in row.values()) for row in rows]
    report(arguments, {"entries": rows}, lines or [_("没有登记")])
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
