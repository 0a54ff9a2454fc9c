"""`huiyin archive`: the file of an archived case as one package, and whether a package is as it was made."""

from __future__ import annotations

import argparse
from pathlib import Path

from huiyin.commands import DONE, FAILED, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import case_called
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

MAKE = gettext_noop(
    "把一件已归档事项的案卷写成一个 BagIt 格式（RFC 8493）的 ZIP：文书、文字、附件、事项的记录，"
    "以及按照档案元数据标准编制的目录。案卷中有信访人的姓名，查阅会留下记录。同一案卷做两次，得到的是同一个文件。"
    "加 --store 时，对归档时还没有案卷包、或者案卷包没有做成的事项，交给后台进程去做。"
)
VERIFY = gettext_noop(
    "不用数据库和密钥核对案卷包：清单、记录的链条、文字和附件是否与记录相符、件数。退出码 0：与做成时一样；1：有改动，"
    "逐个列出文件；2：不是案卷包。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("archive", help=_("已归档事项的案卷包"))
    parts = parser.add_subparsers(metavar="PART", required=True)
    making = parts.add_parser("make", help=_("写出一件已归档事项的案卷包"), description=_(MAKE))
    making.add_argument("case", metavar="CASE", help=_("事项的编号"))
    making.add_argument("--output", metavar="FILE.zip", help=_("默认：当前目录中以事项编号命名的文件"))
    making.add_argument("--store", action="store_true", help=_("改为交给后台进程去做并保存"))
    add_json(making)
    making.set_defaults(run=make)
    verifying = parts.add_parser("verify", help=_("离线核对案卷包"), description=_(VERIFY))
    verifying.add_argument("file", metavar="FILE.zip", help=_("案卷包"))
    add_json(verifying)
    verifying.set_defaults(run=verify, django=False)


def make(arguments: argparse.Namespace) -> int:
    """Writes a package, or has it made."""
    from shutil import copyfile

    from django.utils import timezone

    from huiyin.archive.package.packaging import made_package
    from huiyin.archive.shelf import ask_for

    case, at = case_called(arguments.case), timezone.now()
    if arguments.store:
        ask_for(case, at)
        report(
            arguments,
            {"case": case.number, "queued": True},
            [_("%(number)s：已排队，由后台进程去做") % {"number": case.number}],
        )
        return DONE
    target = Path(arguments.output or f"{case.number}.zip")
    with made_package(case, at) as made:
        try:
            copyfile(made.path, target)
        except OSError as error:
            raise Failure(f"{target}: {error.strerror}", _("请写一个可以写入的文件")) from None
        data = {"case": case.number, "file": str(target), "sha256": made.digest, "bytes": made.size}
        data |= {"items": len(made.items), "events": made.through}
        lines = [
            _("%(number)s：%(items)s 件，%(through)s 条记录，%(size)s 字节：%(target)s")
            % {
                "number": case.number,
                "items": len(made.items),
                "through": made.through,
                "size": made.size,
                "target": target,
            }
        ]
        report(arguments, data, [*lines, f"sha256 {made.digest}"])
    return DONE


def verify(arguments: argparse.Namespace) -> int:
    """Checks a package."""
    from huiyin.archive.checking import check
    from huiyin.archive.saying import in_words
    from huiyin.archive.verify import digest_of

    try:
        checked = check(Path(arguments.file))
    except OSError as error:
        raise Failure(f"{arguments.file}: {error.strerror}", _("请给出案卷包"), status=MISUSED) from None
    except ValueError as error:
        raise Failure(
            f"{arguments.file}: {in_words(str(error))}", _("请给出 huiyin archive make 写成的案卷包"), status=MISUSED
        ) from None
    well = _("一切相符：%(items)s 件，%(events)s 条记录，%(proved)s") % {
        "items": checked.items,
        "events": checked.events,
        "proved": checked.proved,
    }
    compare = _("文书、目录和题名只由整个包的摘要约束，重做案卷包的人会改变它：请把 sha256 %s 与本机关存证账所记的核对")
    lines = [*map(in_words, checked.problems)] or [well, compare % digest_of(arguments.file)]
    report(arguments, checked.as_data(), lines)
    return FAILED if checked.problems else DONE
