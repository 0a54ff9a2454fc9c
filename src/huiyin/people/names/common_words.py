"""Whether what looks like somebody's name is a word of the language where it stands: 老板许诺年底发工资, 考虑周全, 高峰期. Pure."""

from __future__ import annotations

import re
from typing import Final

import rjieba

from huiyin.people.names.hints import CIVIL, clause_before, pattern
from huiyin.people.names.spelling import MIN_PART
from huiyin.people.names.titles import TITLES
from huiyin.people.names.word_ends import words_around

_TITLES: Final = "|".join(sorted(TITLES - CIVIL, key=len, reverse=True))
_TITLED: Final = re.compile(rf"(?:等|[两二三几四]位)?(?:{_TITLES}|这个?人|此人|该人)")
_OF_SOMEBODY: Final = re.compile(
    rf"(?:{_TITLES}|举报|检举|控告|投诉|揭发|反映|关于|被|(?:找|给|送|交|问|见)[了过到]?|跟|和|与|向|对|把|请|叫|调查|查处|处分|[你贵]局|[你贵]单位)$"
)

_POINTERS: Final = ("那个", "这个", "窗口", "那", "听说", "可是", "但是", "结果")
_WHEN: Final = re.compile(
    r"(?:[昨今前当那]天|[上下中]午|早上|晚上|上次|上回|前几天|后来|刚才|[0-9一二三四五六七八九十]+[日号])(?:[上下中]午|早上|晚上)?$"
)
_SOMEBODY: Final = re.compile(
    r"(?:听说|据说|那个|这个|你们那个?|你们这个?|窗口的?|[处局队科室]的?|[库所站部组]的|[管办抄收查修验登接][^，,]{1,4}的|抄表的|叫|就是|说的是|要说的|背后是|其实是?|而是|找了?|是)$"
)
"""Before a word that is a name: somebody is meant, where something follows that people do."""
_ROAD: Final = re.compile(r"[东西南北中]?[路街巷村镇乡](?:与|和|口|段|交|[东西南北]|[0-9]|的|$|[，,])")
_OF_WORD: Final = re.compile(
    r"[内外之性]|应当?|不?包括|太|过[大小广]|不[大小清明]|远|的(?![人老儿女家弟哥亲车房侄外舅])"
)
"""After a word of the language at the beginning of a clause."""
CLAUSE_START: Final = re.compile(r"(?:^|[，,、。；;！!？?：:]|[处局队科室]|承办人|[员长])$")
DOES: Final = re.compile(
    r"(?:把|被|天天|老[是问说]|老不|没来|又|也?在场|也在|说(?![明法话服到起是来不得的])|让[我他她]|叫[我他她]|问[我他她]|告诉|骂|打|在外|当着|总[是说]|从来|每[次天回]|经常|才是|开的|不理|迟到|[递传泄扔退压扣]|收[了我]|拿[了我]|不[给让肯办把理收登])"
)
"""After it, likewise: what a word does not do."""
_SAID_OF_PEOPLE: Final = re.compile(
    rf"(?:{_TITLES}|举报|检举|控告|投诉|揭发|反映|(?:找|给|送|交|问|见|塞|求)[了过到]?|跟|和|与|向|对|把|被|让|叫|由|听说|据说|那个|就是|说的是|[的人][就正便]?是|^是|其实是?|而是|背后是|[你贵]局|[你贵]单位)$"
)

_ENDS: Final = ("", *"，,、。；;！!？?）) ")


def is_word(line: str, at: int, name: str, titles: tuple[str, ...] = ()) -> bool:
    """Whether ``name`` stands at this place of a line inside a word of the language, or as one; not beside a title, at the border of a
    clause or after what is said of people alone: there it is a name.
    """
    before, after = clause_before(line, at), line[at + len(name) :]
    if len(name) > MIN_PART and not is_place(line, at + len(name)):
        return False
    if is_place(line, at + len(name)):
        return True
    if (
        (not before and not (rjieba.has_word(name) and _OF_WORD.match(after)))
        or (_WHEN.sub("", before) in ("", *_POINTERS) and DOES.match(after))
        or (_SOMEBODY.search(before) and (DOES.match(after) or after[:1] in _ENDS))
        or _OF_SOMEBODY.search(before)
        or (before.endswith(titles) and not before.endswith(tuple(CIVIL)))
        or _TITLED.match(after)
        or (before.endswith("员") and after[:1] in _ENDS)  # a post of which there is no list, and nothing that they do
    ):
        return False
    words, place = words_around(line, at, at + len(name))
    for word, start, end in words:
        if start < place < end or start < place + len(name) < end:
            return True
        if (start, end) == (place, place + len(name)):
            return len(name) == MIN_PART and rjieba.has_word(word)
    return False


def may_begin_here(line: str, at: int) -> bool:
    """Whether somebody may be named from that place on: a clause begins there, or what stands before is said of people alone."""
    before = clause_before(line, at)
    return bool(
        CLAUSE_START.search(line[max(0, at - 3) : at]) or _SAID_OF_PEOPLE.search(before) or _WHEN.fullmatch(before)
    )


def is_place(line: str, at: int) -> bool:
    """Whether what ends ``at`` this place of a line is part of the name of a place, a shop or a school: 石平小区."""
    return pattern("places_named").match(line, at) is not None or _ROAD.match(line, at) is not None
