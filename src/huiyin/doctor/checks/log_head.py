"""Whether the head of the log was signed lately: until then nobody outside can hold us to what we took in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

from huiyin.doctor.finding import Finding, ok, warning
from huiyin.doctor.surroundings import Surroundings
from huiyin.ledger import log
from huiyin.ledger.models import LogLeaf, LogPending

EVERY: Final = timedelta(hours=26)
"""A head is signed once a day; two hours for a worker that was stopped around midnight."""
LATE: Final = timedelta(minutes=10)


def look(surroundings: Surroundings) -> Iterator[Finding]:
    """The last head, and events that wait for being entered."""
    at = surroundings.at
    to_do = _("后台进程负责签署；检查它是否在运行，再看服务日志")
    if LogPending.objects.filter(at__lt=at - LATE).exists():
        yield warning("log-head.pending", _("有事件十分钟以上没有记入日志"), to_do)
    head = log.head()
    after = LogLeaf.objects.filter(index__gte=head.size if head else 0).order_by("index").first()
    if after is not None and at - after.at > EVERY and (head is None or at - head.at > EVERY):
        yield warning("log-head.old", _("日志的头一天多没有签署，而其间有新的事件"), to_do)
    elif head is None:
        yield ok("log-head", _("日志还没有事件要签署"))
    else:
        hours = max(at - head.at, timedelta(0)) // timedelta(hours=1)
        yield ok("log-head", _("日志的头在 %(hours)d 小时前签署") % {"hours": hours})
