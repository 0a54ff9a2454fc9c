"""`huiyin keys`: the keys that open everything personal: which there are, and putting a new one in front."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from huiyin.commands import DONE, FAILED, Failure, Subparsers, add_json, report
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

ROTATE = gettext_noop(
    "在密钥环最前面加一个新密钥，把每个信访人的数据密钥改用它加密，系统照常运行。可以中断：--continue 接着做，"
    "不再加新密钥。旧密钥仍留在文件中；由最后一行派生的密钥不变。几台机器各有一份密钥文件的：先停服务，在一台上更换，"
    "把文件复制到其他机器，再启动。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("keys", help=_("查看或更换打开个人信息的密钥"))
    parts = parser.add_subparsers(metavar="PART", required=True)
    listing = parts.add_parser("list", help=_("密钥环中有哪些密钥，各能打开多少信访人；不显示密钥本身"))
    add_json(listing)
    listing.set_defaults(run=list_keys, makes=True)
    rotating = parts.add_parser("rotate", help=_("在最前面加一个新密钥，所有人改用它"), description=_(ROTATE))
    rotating.add_argument("--continue", dest="unfinished", action="store_true", help=_("完成中断了的更换"))
    add_json(rotating)
    rotating.set_defaults(run=rotate, makes=True)
    identity = parts.add_parser(
        "identity",
        help=_("生成一个 age 身份，用于备份里的密钥环"),
        description=_("写入一个新文件，应存放在别的机器上；并打印 `huiyin backup --recipient` 要用的收件人。"),
    )
    identity.add_argument("file", metavar="FILE", type=Path)
    add_json(identity)
    identity.set_defaults(run=make_identity, django=False)


def list_keys(arguments: argparse.Namespace) -> int:
    """Shows the ring."""
    rows, lost = _rows()
    lines = [*map(_line, rows)]
    if lost:
        lines.append(
            _("密钥环中没有能打开 %(lost)s 名信访人的密钥：请从密钥的备份中把缺的那一行补回来") % {"lost": lost}
        )
    report(arguments, {"keys": rows, "lost": lost}, lines)
    return FAILED if lost else DONE


def rotate(arguments: argparse.Namespace) -> int:
    """Rotates, or finishes what was begun."""
    from django.utils import timezone
    from tqdm import tqdm

    from huiyin.people import petitioners
    from huiyin.sealing import keyring

    if _rows()[1]:
        raise Failure(_("密钥环缺一个密钥"), _("请先按 huiyin keys list 的提示把那一行补回来"))
    if not arguments.unfinished:
        keyring.rotate(keyring.ring_path(), timezone.now())
    total = sum(petitioners.wrapped_by().values())
    with tqdm(total=total, unit=" keys", disable=not sys.stderr.isatty()) as bar:
        for count in petitioners.rewrap():
            bar.update(count)
    rows, _lost = _rows()
    behind = sum(row["petitioners"] for row in rows[1:])
    lines = [*map(_line, rows)]
    if behind:  # added meanwhile by a process that still had the older key in its hands
        lines.append(
            _("其间又有 %(behind)s 名信访人用了旧密钥：请运行 huiyin keys rotate --continue") % {"behind": behind}
        )
    report(arguments, {"keys": rows, "behind": behind}, lines)
    return DONE


def make_identity(arguments: argparse.Namespace) -> int:
    """Makes an identity of age."""
    from huiyin.backup.key_ring import new_identity

    recipient = new_identity(arguments.file)
    lines = [recipient, _("请把 %(file)s 放到别的机器上保存：它能打开备份里的密钥环") % {"file": arguments.file}]
    report(arguments, {"recipient": recipient, "file": str(arguments.file)}, lines)
    return DONE


def _rows() -> tuple[list[dict[str, Any]], int]:
    """The keys, the current one first, with how many petitioners each opens; and how many none of them opens."""
    from huiyin.people import petitioners
    from huiyin.sealing import keyring

    ring = keyring.key_ring()
    counts: Counter[keyring.RingKey | None] = Counter()
    for head, count in petitioners.wrapped_by().items():
        counts[ring.wrapped_by(head)] += count
    rows = [
        {
            "id": key.id.hex(),
            "created": key.created.isoformat(),
            "current": key == ring.current,
            "petitioners": counts[key],
            "derives": key == ring.keys[-1],
        }
        for key in ring.keys
    ]
    return rows, counts[None]


def _line(row: dict[str, Any]) -> str:
    notes = [_("，现用的")] * row["current"] + [_("，永远不能删除：其他密钥由它派生")] * row["derives"]
    return _("%(id)s，%(created)s 生成，能打开 %(petitioners)s 名信访人%(notes)s") % {
        "id": row["id"],
        "created": row["created"],
        "petitioners": row["petitioners"],
        "notes": "".join(notes),
    }
