"""Whether database, files and keys are kept in a second place, and whether anybody ever tried to restore them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from huiyin.doctor.finding import Finding, ok, warning
from huiyin.doctor.surroundings import Surroundings


def look(surroundings: Surroundings) -> Iterator[Finding]:
    """What the backup command wrote down about itself."""
    record = surroundings.backups
    if record is None or record.made_at is None:
        yield warning(
            "backups.none",
            _("没有备份的记录：数据库、文件和密钥丢了就找不回来"),
            _("安排定期备份；密钥另外单独保存一份。见《上线说明》"),
        )
        return
    age = _("最近一次成功的备份在 %(days)d 天前") % {"days": (surroundings.at - record.made_at).days}
    if record.is_too_old:
        yield warning("backups.old", age, _("检查定期备份是否还在运行"))
    else:
        yield ok("backups", age)
    if record.file is not None and not record.file.exists():
        yield warning(
            "backups.gone",
            _("最近一次的备份文件不在原处了"),
            _("查看放备份的磁盘是否还在；移走了的，确认另一处打得开"),
        )
    if record.rehearsed_at is None or record.is_rehearsal_too_old:
        found = _("从来没有演练过恢复")
        if record.rehearsed_at is not None:
            found = _("最近一次恢复演练在 %(days)d 天前") % {"days": (surroundings.at - record.rehearsed_at).days}
        yield warning("backups.rehearsal", found, _("运行 huiyin restore 备份目录 --check，确认备份真的能恢复"))
