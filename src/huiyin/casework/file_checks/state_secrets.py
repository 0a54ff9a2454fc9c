"""Texts that bear the marking of a state secret: they are not entered here, and whoever types one is told where it belongs.

State secrets are kept and sent by the rules on guarding them and on systems approved for it; this is none. What is recognised is the
marking that documents bear (GB/T 9704-2012 7.2.2: 绝密、机密、秘密, with ★ before the term), not the words, which a complaint may well
contain: that somebody let out a secret may be reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from django.utils.translation import gettext as _

from huiyin.casework.file_checks.words import words_of_each
from huiyin.casework.labels import FormError

_SIGN_A_LINE: Final = re.compile(r"^(?:\S\n)+\S?$", re.MULTILINE)
"""Signs that stand alone on their lines, one after another: written from top to bottom, or placed one by one, as some OFD have them."""
_BLANKS: Final = re.compile(r"[^\S\n]+|[\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]+")
"""Taken out before anything is looked for: between them and what may stand beside them a search would not be linear."""
_LEVEL: Final = r"(?<!商业)(?<!商業)(?<!工作)(?:[绝絕]密|[机機]密|秘密)"
_SPAN: Final = r"(?:[0-9０-９]+|[一二三四五六七八九十百]+)(?:年|个月|個月|天)"
_TERM: Final = rf"(?:{_SPAN}|长期|長期|启封前|啟封前|解密前)"
_URGENT: Final = r"(?:特急|加急|平急|特提|急件|紧急|緊急)"
_NAMED: Final = r"(?:密[级級别別]|定密(?:[级級][别別]?)?|[涉保]密(?:等[级級]|[级級][别別]?|程度))(?:标[志识]|標[誌識])?"
"""What a form calls the level: 密级, 定密, 保密等级."""
_MARKED: Final = re.compile(
    rf"{_LEVEL}[级級]?(?:[★☆⭐✩✪✫✬✭✮✯✰⋆✱✳❋]|[*＊∗﹡]{_TERM})"  # 机密★20年
    # with another sign for the star, 机密·20年; what ends a clause is none, nor is a time that something lasted
    rf"|{_LEVEL}[级級]?[^\w\s，。、；：！？…—,.;:!?'\"“”‘’()（）《》<>]{_TERM}(?![前来來以里内內间間后後])"
    rf"|{_NAMED}[:：=＝(（\[【〔]{{1,2}}{_LEVEL}(?![、/／或])"  # 密级：机密, not the list of what a level may be
    rf"|^(?:{_NAMED})?[【\[（(]?{_LEVEL}[级級]?[】\]）)]?{_TERM}?{_URGENT}?$",  # a line of its own
    re.MULTILINE,
)


def is_marked(text: str) -> bool:
    """Whether ``text`` bears the marking of a state secret; in time that grows as the text does."""
    if "密" not in text:  # it stands in every marking, and in few of the long texts that somebody hands in
        return False
    as_lines = _SIGN_A_LINE.sub(lambda found: found[0].replace("\n", ""), text)
    bare = _BLANKS.sub("", as_lines)
    # Between tabs stands what could stand on a line of its own: 机密, and the urgency at the other end of the line.
    return _MARKED.search(bare) is not None or (
        "\t" in as_lines and _MARKED.search(_BLANKS.sub("", as_lines.replace("\t", "\n"))) is not None
    )


def refused_texts(texts: Iterable[tuple[str, str]]) -> Iterator[FormError]:
    """That a text may not be entered, for those of ``texts`` (field and content) that are marked. Nothing of a text is repeated."""
    for field, text in texts:
        if is_marked(text):
            yield FormError(field, "state-secret", _advice())


def are_marked(files: Iterable[tuple[str, Callable[[], bytes]]]) -> Iterator[bool | None]:
    """Whether words in each of the ``files`` of one request (name, and what reads its content) are marked; not, where they cannot be read, and
    None while it is not this request's turn to read.
    """
    return (None if found.left == "turn" else is_marked(found.text) for found in words_of_each(files))


def refused_file(field: str) -> FormError:
    """That a file may not be handed in, since words in it are marked."""
    message = _(
        "这个附件带有国家秘密的密级标志（绝密、机密、秘密），没有收下，也没有保存。请将涉密原件交本机关保密工作机构"
        "按保密规定登记办理；诉求本身可以不附这个文件提交，并注明“涉密材料另行报送”"
    )
    return FormError(field, "state-secret", message)


def _advice() -> str:
    return _(
        "内容带有国家秘密的密级标志（绝密、机密、秘密），不得在本系统填写、保存和传递。请将涉密原件交本机关保密工作机构"
        "按保密规定登记办理；诉求本身可以去掉涉密内容后在此提交，并注明“涉密材料另行报送”。已填写的其他内容仍在表中"
    )
