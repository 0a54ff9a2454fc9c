"""Whether the key ring is there, is closed to others, and opens what the database holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huiyin.doctor.finding import Finding, failure, notice, ok
from huiyin.doctor.surroundings import Surroundings
from huiyin.people import petitioners
from huiyin.sealing import keyring

ROTATE_AFTER: Final = timedelta(days=2 * 365)
"""A choice of ours: a key that was copied unnoticed opens no more than what came in during two years."""
PERSONAL: Final = 0o077


def ring(surroundings: Surroundings) -> Iterator[Finding]:
    """The file of the key ring, as it stood before anything was read."""
    path = keyring.ring_path().absolute()
    (state,) = (file for file in surroundings.files if file.path == path)
    if state.mode is None:
        yield failure(
            "key-ring.missing", _("密钥文件不见了，或者看不到"), _("从密钥的备份放回原处，权限 600；不要另造一个")
        )
        return
    if state.mode & PERSONAL:
        yield failure(
            "key-ring.open",
            _("密钥文件的权限是 %(mode)o，别的用户也能读") % {"mode": state.mode & 0o777},
            _("运行 chmod 600；可能已被人读过的，再运行 huiyin keys rotate"),
        )
        return
    try:
        found = keyring.load(path)
    except keyring.KeyRingUnusable:
        yield failure("key-ring.unusable", _("密钥文件读不懂"), _("从密钥的备份放回原处，逐行与备份相同"))
        return
    yield ok(
        "key-ring",
        ngettext("密钥文件完好，有 %(count)d 把密钥", "密钥文件完好，有 %(count)d 把密钥", len(found.keys))
        % {"count": len(found.keys)},
    )
    if surroundings.at - found.current.created > ROTATE_AFTER:
        yield notice("key-ring.age", _("当前的密钥已用了两年以上"), _("运行 huiyin keys rotate，然后更新密钥的备份"))


def opens_newest(surroundings: Surroundings) -> Iterator[Finding]:
    """Whether the ring belongs to this database at all. While nobody has brought anything it says no less: whoever looks at it would learn of
    the first matter, be it that it accuses them.
    """
    if petitioners.is_ring_of_database(keyring.key_ring()) is False:
        yield failure(
            "keys-of-database.strange", _("密钥文件不是这个数据库的"), _("放回属于这个数据库的密钥文件，再启动服务")
        )
    else:
        yield ok("keys-of-database", _("密钥文件与数据库相符"))


def opens_all(surroundings: Surroundings) -> Iterator[Finding]:
    """Whether it opens everybody: a line that was removed too early shows here."""
    found = keyring.key_ring()
    lost = sum(count for head, count in petitioners.wrapped_by().items() if found.wrapped_by(head) is None)
    if lost:
        yield failure(
            "keys-of-all.lost",
            ngettext(
                "有 %(count)d 名信访人的资料没有密钥能打开",
                "有 %(count)d 名信访人的资料没有密钥能打开",
                lost,
            )
            % {"count": lost},
            _("从密钥的备份找回缺少的那一行，见 huiyin keys list"),
        )
    else:
        yield ok("keys-of-all", _("每名信访人的资料都有密钥能打开"))
