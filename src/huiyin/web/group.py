"""A petition that many bring together: at most five represent them (Regulation Art. 20(3)), the others stand on a list that is kept with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError
from huiyin.casework.vocabulary import File

MAX_OTHERS: Final = 1_000
MAX_LINE: Final = 100
LIST_NAME: Final = "其他信访人名单.txt"
"""The list is one of the case's files, sealed and shown like all others: whoever may see the case opens it, and that is on record."""


def problems(names: Sequence[str], representatives: int, headcount: int, confidential: bool) -> list[FormError]:
    """What is wrong with the list of those who are represented; nothing where it is empty."""
    if not names:
        return []
    if confidential:
        message = _("信访人要求保密的，名单不能作附件，请交身份保管人密封保存")
        return [FormError("others", "confidential", message)]
    if len(names) > MAX_OTHERS or any(len(name) > MAX_LINE for name in names):
        message = _("名单每行一人，最多 %(most)d 行，每行最多 %(signs)d 字；更长的请作附件上传")
        return [FormError("others", "too-long", message % {"most": MAX_OTHERS, "signs": MAX_LINE})]
    if len(names) + representatives > headcount:
        message = _("代表 %(representatives)d 名、名单 %(others)d 人，合计多于人数 %(headcount)d，请核对")
        found = {"representatives": representatives, "others": len(names), "headcount": headcount}
        return [FormError("others", "too-many", message % found)]
    return []


def list_of(names: Sequence[str]) -> tuple[File, ...]:
    """The list as a file; none where nobody stands on it. The mark at its beginning has every editor read it as UTF-8."""
    lines = [f"{number}\t{name}" for number, name in enumerate(names, start=1)]
    return (File(LIST_NAME, "\r\n".join(lines).encode("utf-8-sig")),) if lines else ()
