"""What the stand-alone script says of a package, in the language of whoever reads it here: the script by itself knows English alone."""

from __future__ import annotations

import re
from typing import Final

from huiyin.language import gettext as _
from huiyin.language import gettext_noop

MAX_LINE_CHARS: Final = 1_000
"""A longer line names a file as no package of ours has it, and stays as it is."""
SAYINGS: Final = tuple(
    (re.compile(english, re.DOTALL), words)
    for english, words in (
        (r"(.+): is not as (.+) has it", gettext_noop("%s：与 %s 所记的不同")),
        (r"(.+): (.+) does not name it", gettext_noop("%s：%s 中没有这个文件")),
        (r"(.+): is missing", gettext_noop("%s：缺少这个文件")),
        (r"(.+): was changed", gettext_noop("%s：被改动过")),
        (r"(.+): its content was changed", gettext_noop("%s：内容被改动过")),
        (r"(.+): does not belong to the bag", gettext_noop("%s：不属于这个案卷包")),
        (r"(.+): is larger than any that is read whole", gettext_noop("%s：太大，无法读取")),
        (
            r"(.+): is not packed as it was \(moved, or its entry was changed\)",
            gettext_noop("%s：在包中的位置或者目录项被改动过"),
        ),
        (
            r"the files do not stand in the order of their names, each once",
            gettext_noop("文件的顺序被改动过，或者有重复的文件"),
        ),
        (
            r"the directory at the end of the file is not that of its files .+",
            gettext_noop("包末尾的目录与文件不符（增加、删去过文件，或者改动过目录项）"),
        ),
        (
            r"(.+): event (\d+) is not the one whose hash follows in the chain",
            gettext_noop("%s：第 %s 条记录与哈希链不符"),
        ),
        (r"(.+): has more events than there are", gettext_noop("%s：所列的记录比实有的多")),
        (r"(.+): does not prove that the event stands in the log", gettext_noop("%s：不能证明记录在存证账中")),
        (r"(.+): the head is not signed by the key beside it", gettext_noop("%s：账头不是用旁边的密钥签名的")),
        (r"(.+): lacks what event (\d+) commits to", gettext_noop("%s：缺少第 %s 条记录所存证的内容")),
        (r"(.+): is not what event (\d+) commits to", gettext_noop("%s：与第 %s 条记录所存证的内容不符")),
        (r"(.+): the catalogue lists (\d+) files, there are (\d+)", gettext_noop("%s：目录列有 %s 个文件，实有 %s 个")),
        (r"(.+): does not list the (\d+) items of the catalogue", gettext_noop("%s：与目录的 %s 件不符")),
        (r"what the package says of itself cannot be read \((.+)\)", gettext_noop("案卷包的说明无法读取（%s）")),
        (r"(.+): no package holds such a file", gettext_noop("%s：案卷包中不会有这样的文件")),
        (r"a package is one folder", gettext_noop("案卷包应当只有一个文件夹")),
        (r"the directory at the end of the file cannot be read", gettext_noop("文件末尾的目录无法读取")),
        (
            r"the file does not end as an archive package does, or holds too many files",
            gettext_noop("文件的末尾不是案卷包的样子，或者所含文件过多"),
        ),
    )
)


def in_words(line: str) -> str:
    """A line of the script as people read it; as it stands where nothing is known of it."""
    for english, words in SAYINGS if len(line) <= MAX_LINE_CHARS else ():
        found = english.fullmatch(line)
        if found is not None:
            return _(words) % found.groups() if found.groups() else _(words)
    return line
