"""`huiyin organisation`: organisations, units, posts, people and appointments as one file."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from huiyin.commands import DONE, FAILED, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import decider, organisation_of
from huiyin.language import gettext as _
from huiyin.language import gettext_noop, terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from huiyin.organisations.changes import ApplyReport, InvitationNotice

APPLY = gettext_noop(
    "使本系统与文件一致，要么全做，要么全不做：列出不同之处，然后照做。文件没有写到的保持不变：其他机构、没有任职的人。"
    "文件没有写的部门会被拒绝，除非写在 abolished 中并注明由哪个部门承接；没有写的岗位撤销，"
    "没有写的任职今天结束。未办结的事项随之转移。如果某个角色会失去最后一个人、某人会失去最后一个岗位、"
    "或者会有待办无人承办，就什么都不做，退出码为 1，除非加 --yes。"
)


REHEARSE = gettext_noop(
    "在临时的系统中设立文件里的机构，当作每个人都接受了邀请，让一件假想的来件从收到走到办结：谁会办什么、"
    "谁在何时之前应办什么。不读也不改本系统的任何东西。中途停住的，退出码为 1。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("organisation", help=_("机构、部门、岗位和人员写成一个文件"))
    parts = parser.add_subparsers(metavar="PART", required=True)
    exporting = parts.add_parser("export", help=_("把机构现在的情况写成文件"))
    exporting.add_argument("file", type=Path, nargs="?", metavar="FILE", help=_("写到哪里（默认：标准输出）"))
    exporting.add_argument(
        "--organisation", action="append", default=[], metavar="CODE", help=_("只写这个机构；可以写几次")
    )
    exporting.set_defaults(run=export)
    rehearsing = parts.add_parser("rehearse", help=_("在临时的副本中试走一件假想的来件"), description=_(REHEARSE))
    rehearsing.add_argument("file", type=Path, metavar="FILE", help=_("YAML 文件；见 docs/organisations.zh-CN.md"))
    rehearsing.add_argument("--organisation", metavar="CODE", help=_("来件属于哪个机构（默认：文件中最后一个）"))
    add_json(rehearsing)
    rehearsing.set_defaults(run=rehearse, django=False)  # the settings are read for a throwaway installation
    applying = parts.add_parser("apply", help=_("使本系统与文件一致"), description=_(APPLY))
    applying.add_argument("file", type=Path, metavar="FILE", help=_("YAML 文件；见 docs/organisations.zh-CN.md"))
    applying.add_argument("--dry-run", action="store_true", help=_("只说明会做什么，不做"))
    applying.add_argument("--yes", action="store_true", help=_("即使会有无人承办的也做"))
    applying.add_argument("--by", metavar="USERNAME", help=_("谁决定的；留下记录"))
    add_json(applying)
    applying.set_defaults(run=apply)


def export(arguments: argparse.Namespace) -> int:
    """Writes the file, which only its owner can read: it holds the addresses of colleagues."""
    from django.utils import timezone

    from huiyin.organisations.export import as_file, described
    from huiyin.people.appointments import day_of
    from huiyin.people.models import Organisation

    chosen = [organisation_of(code) for code in arguments.organisation] or list(Organisation.objects.all())
    if not chosen:
        raise Failure(_("还没有机构"), _("请用 `huiyin setup` 设立"))
    text = as_file(described(chosen, day_of(timezone.now())), terminal())
    if arguments.file is None:
        sys.stdout.write(text)
        return DONE
    with open(os.open(arguments.file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    print(_("%(file)s：%(chosen)s 个机构") % {"file": arguments.file, "chosen": len(chosen)}, file=sys.stderr)
    return DONE


def apply(arguments: argparse.Namespace) -> int:
    """Shows what differs and does it."""
    from django.utils import timezone

    from huiyin.organisations.apply import apply as make_so
    from huiyin.organisations.description import read_description

    by = decider(arguments.by) if arguments.by else None
    outcome = make_so(
        read_description(arguments.file), timezone.now(), by, dry_run=arguments.dry_run, agreed=arguments.yes
    )
    report(arguments, outcome.as_dict(), lines(outcome, dry_run=arguments.dry_run))
    return DONE if outcome.done or arguments.dry_run else FAILED


def _invitation_line(invited: InvitationNotice) -> str:
    who = f"{invited.name} ({invited.username})"
    if invited.address:
        return _("%(who)s的邀请已发往 %(address)s") % {"who": who, "address": invited.address}
    return _("请把这个链接交给%(who)s，只能用一次，用来设置密码：%(link)s") % {"who": who, "link": invited.link}


def rehearse(arguments: argparse.Namespace) -> int:
    """Walks one made-up matter through and shows who would get what."""
    from huiyin.simulation.scratch import scratch

    with scratch() as place:
        from django.utils import timezone

        from huiyin.demo.rehearsal import rehearse as walk
        from huiyin.organisations.apply import apply as make_so
        from huiyin.organisations.description import read_description
        from huiyin.people.models import Organisation

        now = timezone.now()
        described = read_description(arguments.file)
        codes = [one.code for one in described.organisations]
        code = arguments.organisation or codes[-1]
        if code not in codes:
            raise Failure(
                _("%(file)s 没有写机构 %(code)s") % {"file": arguments.file, "code": code},
                _("写的是：%(codes)s") % {"codes": _("、").join(codes)},
                status=MISUSED,
            )
        place.empty()
        make_so(described, now, agreed=True)
        found = walk(Organisation.objects.get(code=code), now)
    ended = _("走到了办结") if found.ended else _("停在：%(stage)s") % {"stage": found.stage}
    report(arguments, found.as_dict(), [*map(str, found.steps), f"{code}: {ended}", *found.stuck])
    return FAILED if found.stuck else DONE


def lines(outcome: ApplyReport, *, dry_run: bool = False) -> Iterator[str]:
    """What came of a file, for people."""
    yield from map(str, outcome.changes)
    if not outcome.changes:
        yield _("没有要做的：都与文件一致")
    if outcome.followed:
        yield _("%(followed)s 件事项随之转移") % {"followed": outcome.followed}
    for code, roles in outcome.unheld.items():
        yield _("%(code)s：再没有人担任 %(roles)s：请任命人员") % {"code": code, "roles": _("、").join(roles)}
    if outcome.waiting or outcome.waiting_sealed:
        sealed = (
            _("，另有密封事项的 %(waiting_sealed)s 件") % {"waiting_sealed": outcome.waiting_sealed}
            if outcome.waiting_sealed
            else ""
        )
        yield _("%(waiting)s 件待办会无人承办%(sealed)s") % {"waiting": outcome.waiting, "sealed": sealed}
    if outcome.without_post:
        yield _("%(without_post)s 会没有任何岗位") % {"without_post": _("、").join(outcome.without_post)}
    yield from (_("还缺：%(lack)s") % {"lack": line.text(terminal())} for line in outcome.missing)
    if outcome.done:
        yield from map(_invitation_line, outcome.invitations)
    else:
        agree = _("；要做请加 --yes") if outcome.leaves_something else ""
        yield _("以上是会发生的情况，什么都没有做%(agree)s") % {"agree": agree}
