"""`huiyin petitioner erase`: making unreadable, for good, who turned to us in a matter that is over."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from huiyin.commands import DONE, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import decider
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

if TYPE_CHECKING:
    from huiyin.casework.models import Case

REASONS = ("retention", "request", "order")  # as people.models.Erasure has them, which would load Django
ERASE = gettext_noop(
    "销毁一件事项所有信访人的密钥：姓名、号码、地址、事项的全部文字和附件，谁也不能再读到，也不能再按人查到。事项、"
    "记录和期限、文书的种类和日期、存证账都保留，存证账仍可核对。本人还有未办结事项的，不予删除。删除后不能恢复，"
    "除非用旧备份，其中的密钥要到备份销毁才没有。加 --yes 才做；不加则只说明会删除什么。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser("petitioner", help=_("删除已办结事项的信访人个人信息"))
    parts = parser.add_subparsers(metavar="PART", required=True)
    erasing = parts.add_parser("erase", help=_("销毁事项信访人的密钥，留下记录"), description=_(ERASE))
    erasing.add_argument("number", metavar="NUMBER", help=_("事项的编号，或者它的一个回执号；不要写姓名"))
    erasing.add_argument(
        "--reason",
        required=True,
        choices=REASONS,
        help=_("保存期满、本人要求，或者有权机关决定"),
    )
    erasing.add_argument("--basis", required=True, metavar="TEXT", help=_("作出决定的文件：文号"))
    erasing.add_argument("--by", required=True, metavar="USERNAME", help=_("谁决定的；会记录"))
    erasing.add_argument("--yes", action="store_true", help=_("执行"))
    add_json(erasing)
    erasing.set_defaults(run=erase)


def erase(arguments: argparse.Namespace) -> int:
    """Erases, or says why not."""
    from django.utils import timezone

    from huiyin.door import erasure
    from huiyin.people.models import Erasure

    if not 0 < len(arguments.basis.strip()) <= erasure.MAX_BASIS_CHARS:
        raise Failure(
            _("--basis 没有写文件"),
            _("请写文号，最多 %(most)s 字") % {"most": erasure.MAX_BASIS_CHARS},
            status=MISUSED,
        )
    case = _case(arguments.number)
    decision = erasure.Erasing(Erasure.Reason(arguments.reason), arguments.basis.strip(), decider(arguments.by))
    outcome = erasure.erase(case, decision, timezone.now()) if arguments.yes else erasure.prospect(case)
    if outcome.open:
        raise Failure(_("%(open)s 尚未办结") % {"open": _("、").join(outcome.open)}, _("办结之前不能删除"))
    if outcome.held:
        raise Failure(_("%(held)s 必须保存") % {"held": _("、").join(outcome.held)}, _("解除保存之前不能删除"))
    gone = _("%(number)s 的 %(petitioners)s 名信访人、%(texts)s 份文字和 %(files)s 个文件") % {
        "petitioners": outcome.petitioners,
        "texts": outcome.texts,
        "files": outcome.files,
        "number": case.number,
    }
    if not arguments.yes:
        raise Failure(_("%(gone)s会永远删除；现在什么都没有做") % {"gone": gone}, _("加 --yes 才做"))
    data = {
        "case": case.number,
        "petitioners": outcome.petitioners,
        "texts": outcome.texts,
        "files": outcome.files,
        "reason": arguments.reason,
    }
    report(
        arguments,
        data,
        [
            _("已删除%(gone)s") % {"gone": gone}
            if outcome.petitioners
            else _("%(number)s：已没有可以删除的") % {"number": case.number}
        ],
    )
    return DONE


def _case(number: str) -> Case:
    """The case with this number, or to which this receipt belongs."""
    from django.db.models import Q

    from huiyin.casework import receipts
    from huiyin.casework.models import Case

    named = Q(number__iexact=receipts.case_number(number)) | Q(submissions__receipt=receipts.normal(number))
    found = Case.objects.filter(named).distinct().first()
    if found is None:  # what was typed is not repeated: it may be a name
        raise Failure(_("没有这个事项或回执"), _("请照印的写 LJ-20260302-482193 或 HY-7K3M-9QRT-2WXY 这样的编号"))
    return found
