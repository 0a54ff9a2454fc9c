"""Who signed a petition besides its representatives, as people write such lists: what a line says, or what is to be written instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError, input_error
from huiyin.people.checks import MAX_NAME_CHARS, PetitionerFields, clean_petitioner, clean_phone, name_form, phones
from huiyin.people.names.titles import COMPOUND

_NUMBERING = re.compile(
    r"^(?:[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）.．、:：]|[一二三四五六七八九十]{1,3}、|\d{1,3}(?=\D)|[①-⑳㉑-㉟㊱-㊿⑴-⒇⒈-⒛❶-❿])[\s.．、,，:：]*"
)
"""Before a name: 1. 1、(1) 一、 ① and the number alone."""
_BEFORE_PHONE = re.compile(r"(?=[+＋(（]?\s*\d)")
_LABEL = re.compile(r"(?:(?:联系)?(?:电话|手机)(?:号码?)?|联系方式|tel|phone|mobile)$", re.IGNORECASE)
_AROUND_NAME = " \t\u3000,，、;；:：-—–()（）."
_SEVERAL = re.compile(r"[,，、;；/|&]|\s(?:和|与|及)\s|^[\u3400-\u9fff]{2,3}[和与及][\u3400-\u9fff]{2,3}$")
_NO_NAME = re.compile(r"[\d()（）\[\]【】<>《》:：。！？!?]")
_HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_HEADING: Final = "姓名"
"""Over a list that is copied from elsewhere."""
MAX_PARTED_CHARS: Final = 4
"""Of a Chinese name whose characters stand apart, to make the names of a list equally long: 张 三."""


@dataclass(frozen=True, slots=True)
class SignerLines:
    """Those whom the lines name, and what is wrong with the others; a message names its line, as the writer counts them, and nobody."""

    people: tuple[PetitionerFields, ...]
    errors: tuple[FormError, ...]


def read_signer_lines(written: str) -> SignerLines:
    """What was written, one person a line: a number of the line where there is one, the name, then a phone number where it is known.

    A line that may mean several people, or says something else besides, is an error and never a guess.
    """
    people, errors = [], []
    for number, line in enumerate(written.splitlines(), 1):
        if not line.strip():
            continue
        person, wrong = _person(line.strip())
        people.append(person)
        errors += [
            FormError(
                "signers", error.code, _("第 %(number)d 行：%(message)s") % {"number": number, "message": error.message}
            )
            for error in wrong
        ]
    return SignerLines(tuple(people), tuple(errors))


def each_once(
    representatives: Sequence[PetitionerFields], signers: Sequence[PetitionerFields]
) -> tuple[tuple[PetitionerFields, ...], tuple[PetitionerFields, ...]]:
    """The same people, each of them once: somebody with the same name and no other phone number is the same person.

    A phone number that is given at either place alone is kept.
    """
    first, others = list(representatives), list[PetitionerFields]()
    by_name: dict[str, list[tuple[list[PetitionerFields], int]]] = {}
    for at, one in enumerate(first):
        by_name.setdefault(name_form(one.name), []).append((first, at))
    for signer in signers:
        namesakes = by_name.setdefault(name_form(signer.name), [])
        known = next(((rows, at) for rows, at in namesakes if signer.name and _may_be_one(rows[at], signer)), None)
        if known is None:
            namesakes.append((others, len(others)))
            others.append(signer)
        else:
            rows, at = known
            rows[at] = replace(rows[at], phone=rows[at].phone or signer.phone)
    return tuple(first), tuple(others)


def _may_be_one(one: PetitionerFields, namesake: PetitionerFields) -> bool:
    """Whether no phone number says that they are two."""
    ours, theirs = (set(phones(clean_phone(fields.phone)[0])) for fields in (one, namesake))
    return not ours or not theirs or not ours.isdisjoint(theirs)


def _person(line: str) -> tuple[PetitionerFields, list[FormError]]:
    rest = _NUMBERING.sub("", line)
    before, *found = _BEFORE_PHONE.split(rest, maxsplit=1)
    name = _LABEL.sub("", before.strip(_AROUND_NAME)).strip(_AROUND_NAME)
    phone = "".join(found).strip(" \t\u3000,，、;；")
    if before.rstrip().endswith(("(", "（")):
        phone = phone.rstrip(")） ")
    person = PetitionerFields(name=name, phone=phone, kind="signer")
    code, message = _unclear(name, phone)
    if code:
        return person, [FormError("signers", code, message)]
    kept, problems = clean_petitioner(person)
    return kept, [input_error(problem) for problem in problems]


def _unclear(name: str, phone: str) -> tuple[str, str]:
    """Why a line cannot be taken for one person, and what to write instead; empty where it can."""
    if name in ("", _HEADING):
        return "no-name", _("没有看到姓名，请写成“姓名 电话”，电话没有可不填")
    if len(name) > MAX_NAME_CHARS:
        return "", ""  # said by the check of names
    if _SEVERAL.search(name) or _is_of_several(name):
        return "several", _(
            "像是写了不止一个人，请每行只写一人：姓名、电话；是一个人的，姓名当中不要留空格，或用间隔号“·”"
        )
    if _NO_NAME.search(name) or any(problem.code == "words_beside" for problem in clean_phone(phone)[1]):
        return "unreadable", _("除了姓名和电话还有别的内容，存不下：请每行只写一人的姓名、电话")
    return "", ""


def _is_of_several(name: str) -> bool:
    """Whether Chinese words stand side by side that are hardly one name: 张三 李四, but not 欧阳 娜娜 or 张 三."""
    words = name.split()
    if len(words) < 2 or not all(map(_HAN.fullmatch, words)):
        return False
    is_parted = min(map(len, words)) == 1 and sum(map(len, words)) <= MAX_PARTED_CHARS
    return not is_parted and not (len(words) == 2 and words[0] in COMPOUND)
