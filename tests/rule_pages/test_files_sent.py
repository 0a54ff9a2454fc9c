"""Files of a rulebook of one's own, as a browser sends them: without folders."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from huiyin.rule_pages.files_sent import MAX_FILES, arranged

TOP = "rulebook: own-top\nextends: own-base\nincludes:\n  - own-more\nprocedures: {matter: own-top/matter.yaml}\n"
BASE = "# stands below own-top\nrulebook: own-base\nextends: national-2022  # and not own-top\n"
MORE = "rulebook: own-more\nextends: national-2022\n"
PART = "limits: {}\n"


def sent(**texts: str) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"{name.replace('_', '-')}.yaml", text.encode()) for name, text in texts.items()]


def test_the_book_is_the_one_that_stands_below_no_other_and_parts_lie_where_it_says() -> None:
    found = arranged(sent(matter=PART, own_base=BASE, own_more=MORE, own_top=TOP), 1000)
    assert found.main == "own-top"
    assert set(found.contents) == {"own-top", "own-base", "own-more", "own-top/matter"}


def test_files_that_cannot_be_a_book_are_told_apart() -> None:
    few = sent(own_top=TOP, own_base=BASE)
    for files, said in (
        (sent(own_base=BASE, own_more=MORE), "看不出要用哪一部：own-base.yaml、own-more.yaml"),
        (sent(own_top=TOP, incident=PART), "incident.yaml 里没有 rulebook"),
        ([*few, *sent(own_top=TOP)], "有两个文件都叫 own-top.yaml"),
        ([*few, *sent(national_2022=MORE)], "national-2022.yaml 与系统自带的规程同名"),
        ([*few, SimpleUploadedFile("规程.yaml", b"a: 1")], "文件名请用小写字母开头"),
        (sent(own_top=TOP + "#" * 1000), "own-top.yaml 超过 1 KB"),
        (few * MAX_FILES, "最多选 12 个文件"),
    ):
        with pytest.raises(ValidationError, match=said):
            arranged(files, 1000)
