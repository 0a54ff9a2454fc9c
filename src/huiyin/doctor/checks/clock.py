"""Whether the time is right: every due date and every signature of the log rests on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.doctor.finding import Finding, failure, ok, warning
from huiyin.doctor.surroundings import Surroundings

TOLERATED: Final = timedelta(seconds=30)
TOO_MUCH: Final = timedelta(minutes=5)
BEIJING: Final = timedelta(hours=8)


def zone(surroundings: Surroundings) -> Iterator[Finding]:
    """Whether the zone of the installation is known and counts as it should: days begin eight hours before UTC's."""
    offset = surroundings.at.astimezone(ZoneInfo(settings.TIME_ZONE)).utcoffset()
    reading = _("时区 %(zone)s，现在是 %(time)s") % {
        "zone": settings.TIME_ZONE,
        "time": timezone.localtime(surroundings.at).strftime("%Y-%m-%d %H:%M"),
    }
    if settings.TIME_ZONE == "Asia/Shanghai" and offset != BEIJING:
        yield failure("zone", reading, _("时区资料有误：更新操作系统的 tzdata"))
    else:
        yield ok("zone", reading)


def against_database(surroundings: Surroundings) -> Iterator[Finding]:
    """This machine's clock against the database server's; SQLite has none of its own."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there: datetime = cursor.fetchone()[0]
    yield compared("clock-of-database", timezone.now(), there, _("数据库服务器"))


def compared(code: str, here: datetime, there: datetime, whose: str) -> Finding:
    """What is to be said of two clocks (aware) that were read at the same moment."""
    apart = abs(here - there)
    reading = _("本机与%(whose)s的时钟相差 %(seconds)d 秒") % {"whose": whose, "seconds": apart.total_seconds()}
    to_do = _("两边都用 NTP 校时（timedatectl set-ntp true）")
    if apart > TOO_MUCH:
        return failure(code, reading, to_do)
    return warning(code, reading, to_do) if apart > TOLERATED else ok(code, reading)
