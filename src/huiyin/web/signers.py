"""Who signed a petition besides its representatives, as people write such lists: what a line says, or what is to be written instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError, input_error
from huiyin.door.intake import MAX_SIGNERS, too_many_signers
from huiyin.people.checks import MAX_NAME_CHARS, PetitionerFields, clean_petitioner, clean_phone, name_form, phones
from huiyin.people.names.titles import COMPOUND

_NUMBERING = re.compile(
    r"^(?:[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）.．、:：]|[一二三四五六七八九十]{1,3}、|\d{1,3}(?=\D)|[①-⑳㉑-㉟㊱-㊿⑴-⒇⒈-⒛❶-❿])[\s.．、,，:：]*"
)
"""Before a name: 1. 1、(1) 一、 ① and the number alone."""
_BEFORE_PHONE = re.compile(r"(?=[+＋(（] ?\d)|(?=\d)")
"""In a line in which one space stands for several."""
_LABEL = re.compile(r"(?:(?:联系)?(?:电话|手机)(?:号码?)?|联系方式|tel|phone|mobile)$", re.IGNORECASE)
_AROUND_NAME = " \t\u3000,，、;；:：-—–()（）."
_SEVERAL = re.compile(r"[,，、;；/|&]|\s(?:和|与|及)\s|^[\u3400-\u9fff]{2,3}[和与及][\u3400-\u9fff]{2,3}$")
_NO_NAME = re.compile(r"[\d()（）\[\]【】<>《》:：。！？!?]")
_HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_HEADING: Final = "姓名"
"""Over a list that is copied from elsewhere."""
MAX_LINE_CHARS: Final = 400
"""Of a line for one person: a name and several phone numbers, with what people put around them."""
MAX_LIST_CHARS: Final = MAX_SIGNERS * MAX_LINE_CHARS
"""Of the whole list: what is longer is not even parted into lines."""
MAX_PARTED_CHARS: Final = 4
"""Of a Chinese name whose characters stand apart, to make the names of a list equally long: 张 三."""


@dataclass(frozen=True, slots=True)
class SignerLines:
    """Those whom the lines name, and what is wrong with the others; a message names its line, as the writer counts them, and nobody."""

    people: tuple[PetitionerFields, ...]
    errors: tuple[FormError, ...]


def read_signer_lines(written: str) -> SignerLines:
    """What was written, one person a line: a number of the line where there is one, the name, then a phone number where it is known.

    A line that may mean several people, or says something else besides, is an error and never a guess. Lines are counted before any is read;
    of more than may sign nobody is read.
    """
    lines = written.splitlines() if len(written) <= MAX_LIST_CHARS else []
    filled = [(number, line) for number, line in enumerate(lines, 1) if line and not line.isspace()]
    if len(written) > MAX_LIST_CHARS or len(filled) > MAX_SIGNERS:
        return SignerLines((), (too_many_signers(),))
    people, errors = [], []
    for number, line in filled:
        person, wrong = _person(line)
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
    everybody = list(representatives)
    by_name: dict[str, _Namesakes] = {}
    for at, one in enumerate(everybody):
        by_name.setdefault(name_form(one.name), _Namesakes()).add(at, _numbers(one))
    for signer in signers:
        namesakes = by_name.setdefault(name_form(signer.name), _Namesakes())
        numbers = _numbers(signer)
        known = namesakes.same(numbers) if signer.name else None
        if known is None:
            namesakes.add(len(everybody), numbers)
            everybody.append(signer)
        elif not everybody[known].phone:
            everybody[known] = replace(everybody[known], phone=signer.phone)
            namesakes.called(known, numbers)
    count = len(representatives)
    return tuple(everybody[:count]), tuple(everybody[count:])


class _Namesakes:
    """Those who have one name, by their places in a list, and by their numbers: each is found without being compared with all others."""

    def __init__(self) -> None:
        self._first: int | None = None
        self._without_number: list[int] = []
        self._by_number: dict[str, int] = {}

    def add(self, at: int, numbers: Sequence[str]) -> None:
        """One more, who stands behind those before."""
        self._first = at if self._first is None else self._first
        for number in numbers:
            self._by_number.setdefault(number, at)
        if not numbers:
            self._without_number.append(at)

    def called(self, at: int, numbers: Sequence[str]) -> None:
        """Somebody of whom no number was known has these."""
        if numbers:
            self._without_number.remove(at)
        for number in numbers:
            self._by_number[number] = min(at, self._by_number.get(number, at))

    def same(self, numbers: Sequence[str]) -> int | None:
        """The first of whom no phone number says that they are another than who has these."""
        if not numbers:
            return self._first
        found = [self._by_number[number] for number in numbers if number in self._by_number]
        return min((*found, *self._without_number[:1]), default=None)


def _numbers(fields: PetitionerFields) -> list[str]:
    return phones(clean_phone(fields.phone)[0])


def _person(written: str) -> tuple[PetitionerFields, list[FormError]]:
    if len(written) > MAX_LINE_CHARS:
        message = _("一行最多 %(most)d 字，请每行只写一人：姓名、电话") % {"most": MAX_LINE_CHARS}
        return PetitionerFields(kind="signer"), [FormError("signers", "too-long", message)]
    line = " ".join(written.split())
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
