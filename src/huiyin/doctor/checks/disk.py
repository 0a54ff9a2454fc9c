"""Whether there is room for what comes in: the data folder, attachments, uploads on their way; and for how long at the pace of last month."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from huiyin.casework.models import Attachment
from huiyin.doctor.finding import Finding, failure, notice, ok, warning
from huiyin.doctor.surroundings import Surroundings

MIN_FREE: Final = 256 * 1024 * 1024
"""Bytes below which nothing is taken in any more: a few petitions with 60 MB of files each, and what the database writes beside them."""
SCARCE: Final = 2 * 1024**3
SCARCE_SHARE: Final = 0.1
MONTH: Final = timedelta(days=30)
SOON_DAYS: Final = 60
FAR_DAYS: Final = 3650


def places(surroundings: Surroundings) -> dict[str, Path]:
    """Each place that must have room, by its name in the reader's language; places on the same disk count once."""
    found = {_("数据目录"): surroundings.home}
    if surroundings.settings:
        found |= {_("附件目录"): Path(settings.MEDIA_ROOT), _("上传暂存目录"): Path(settings.HUIYIN_SPOOL)}
    disks: dict[int, str] = {}
    for name, path in found.items():
        disks.setdefault(os.stat(_there(path)).st_dev, name)
    return {name: _there(found[name]) for name in disks.values()}


def _there(path: Path) -> Path:
    """The folder, or the nearest one above it that has been made."""
    return next((place for place in (path, *path.parents) if place.exists()), Path("/"))


def free_space(surroundings: Surroundings) -> Iterator[Finding]:
    """How much is free where something is written."""
    for name, path in places(surroundings).items():
        usage = shutil.disk_usage(path)
        text = _("%(place)s所在磁盘还剩 %(free)s") % {"place": name, "free": filesizeformat(usage.free)}
        if usage.free < MIN_FREE:
            yield failure("disk.full", text, _("立即腾出空间：磁盘满了就收不下新的信访事项"))
        elif usage.free < SCARCE or usage.free < usage.total * SCARCE_SHARE:
            yield warning("disk.little", text, _("扩大磁盘，或者把备份、日志移到别处"))
        else:
            yield ok("disk", text)


def growth(surroundings: Surroundings) -> Iterator[Finding]:
    """For how many days the room lasts for attachments; told only where a month of them has come in."""
    at = surroundings.at
    if not Attachment.objects.filter(added_at__lt=at - MONTH).exists():
        return
    grown = Attachment.objects.filter(added_at__gte=at - MONTH).aggregate(all=Sum("size"))["all"] or 0
    if not grown:
        return
    days = shutil.disk_usage(_there(Path(settings.MEDIA_ROOT))).free * MONTH.days // grown
    text = _("按最近一个月的附件计算，磁盘还够 %(days)d 天") % {"days": days}
    if days > FAR_DAYS:
        yield ok("storage-growth", _("按最近一个月的附件计算，磁盘够用十年以上"))
    elif days < SOON_DAYS:
        yield warning("storage-growth", text, _("尽早扩大附件目录所在的磁盘"))
    else:
        yield notice("storage-growth", text)
