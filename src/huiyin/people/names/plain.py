"""Sentences of plain words alone: whoever is called in one was met, told, asked or thanked about the matter, and nothing else is said of them. Pure.

No list holds every word by which something bad is said of somebody; but what is said of an appointment, a phone call, a paper or a measure that
was taken is said in few words, again and again. A sentence that holds any other word is not plain, and errs to the side of hiding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import rjieba
from ruamel.yaml import YAML

from huiyin.people.names.titles import TITLES

WORDS: Final = Path(__file__).with_name("plain_words.yaml")
_SIGNS: Final = re.compile(r"[，,；;。！？!?：:\n、（）()“”\"《》〈〉·\s]+")
_NUMBER: Final = frozenset("0123456789.-/～~%+一二三四五六七八九十百零两第:")
_PLACES: Final = "(?:公司|单位|学校|[那这该]?家?店|厂|社区|村|居民|住户|业主|家属|大家|代表|门卫|财务|法人|领导)"
_TURNS: Final = re.compile(
    "|".join(
        (
            "要[了两几我](?!们?(?:补|提供|提交|等|填|写|签|到|去|带|找))|[问跟向找]我要|问我有|[给交要送退][了上过]?[一二三四五六七八九十百两0-9]+(?:就|才|再)?(?=[，,。；;]|$)",  # what is asked of whoever writes
            "说我(?!的|家|们|可以|能|要|需|应)|讲我|把我(?!们?的|家)|别|不要|不让|不许",  # what is said of, or done to, them
            f"(?:给|诉|知|醒)[了过]?(?!我){_PLACES}|(?:让|叫|要|建议|请)我.{{0,4}}(?:用|装|找|换|选择).{{0,6}}(?:公司|店|厂|家)",  # who is told, whom they are sent to
            "[让叫要请约]我.{0,6}(?:晚上|家里)|晚上.{0,4}(?:来|打|找|见)|上班时|值班时(?!间)",  # when and where
            "他(?!们)[^，,]{0,8}(?:没|未|(?<![看听])不(?!属于|归|同意|通|在|清楚|够|是|足|便|懂))|没(?:[来到去问](?!期)|见过)|等了|就报|又来了|[来查打]了?[三四五六七八九十]次|多次",  # what was not done, or too often
            "日期.{0,4}[去前]年|内容.{0,4}[没未不]|没给我看|没看过|按他说的",  # what is signed unseen
            "领导.{0,2}找|(?:单位|学校).{0,4}找|还给|还我",
            "他的?(?:家|店|公司|厂|车|儿子|孩子|爱人|母亲|父亲|单位)|是他|他[是开]",  # what is theirs
            "(?:反映|查|核实|了解|关于|处理|处置|解决|落实|说说|换|[对把管])(?:一下|清楚)?他(?!们|.{0,8}的(?:要求|意见|建议|答复|解释|通知|电话|短信))|他的?(?:问题|情况|事)",  # what is to be found out of them
        )
    )
)
"""Even in plain words these say something of somebody, who stands as 他 in it."""
_SOMEBODY: Final = re.compile(
    r"[老小]?[\u4e00-\u9fff](?:女士|先生|老师|师傅|大爷|阿姨|经理)|(?<=门卫|保安)[老小][\u4e00-\u9fff]|[\u4e00-\u9fff]{2,4}[路街巷里][0-9]+号"
    "|姓[\u4e00-\u9fff](?=$|[，,。])|(?<=联系人)[\u4e00-\u9fff]工|(?:问|走访)[了过]?[一二两三四五六七八九十几多]*[个户位名]?(?:邻居|居民|业主|住户|商户)"
)
"""People outside, and where something is: 王女士, 门卫老李, 示范路119号."""
_OUTSIDE: Final = re.compile(
    "(?:物业|业主|邻居|摊主|店主|对方|施工队|开发商|房东|租户|商户|居委会|社区|街道|学校|公司|工地)(?:公司|经理|的人|方面)?"
)
_OF_WRITER: Final = re.compile("我|信(?!号)|告|举报|投诉|名字|电话")
_POST: Final = re.compile(r"(?:[\u4e00-\u9fff]{2,6}[处科室队局办部所])?的?(?:[\u4e00-\u9fff]{1,3}(?:员|长|师))?$")
"""What somebody is right before their name: 防火监督处的检查员."""
_TITLE: Final = re.compile(f"^(?:{'|'.join(sorted(TITLES, key=len, reverse=True))})+")


_CALL: Final = "\0"
_ASKED: Final = re.compile(
    rf"(?:另外|现|今天|昨天|已|我们?|请|烦请|麻烦|感谢|谢谢|多谢|按照?|根据|向|与|和|跟|对|把|将|给|收到|转告|请问)+[^{_CALL}]{{0,12}}{_CALL}"
)
_KINDS: Final = frozenset(("n", "nz", "t", "m", "q", "f", "s"))
_NO_THING: Final = re.compile(
    "[人者主弟兄姐妹哥叔婶爷奶爸妈夫妻婿媳娘板友伴伙客匪帮商钱元块万千亿费酒烟茶礼卡饭餐菜瓶箱盒斤桌顿杯条包袋手脸眼嘴脚腰胸腿身心胆命病群账帐股利贿赌嫖黄黑暗假鬼狗猪骗贼匪霸官权名话段]|关系|面子|态度|口气|语气|口径|脾气|作风|行为|背景|人情|好处|意思|后门|股份|亲戚|同学|老乡|兄弟|老板|经理|手机|银行|宾馆|酒店|会所|房间|汽车|轿车|房子"
)
"""Such nouns are of people, of money, of what is given, or of how somebody is."""


@cache
def _words() -> tuple[Mapping[str, frozenset[str]], int]:
    """The plain words by what they begin with, and how long the longest is."""
    found: dict[str, set[str]] = {}
    words = [str(word) for those in YAML(typ="safe").load(WORDS).values() for word in those]
    for word in (*words, *TITLES):
        found.setdefault(word[0], set()).add(word)
    return {first: frozenset(those) for first, those in found.items()}, max(map(len, words))


def is_plain(sentence: str, calls: Sequence[tuple[int, int]]) -> bool:
    """Whether a sentence in which people are called, from where to where each, holds plain words alone beside that."""
    parts, at = list[str](), 0
    for start, end in sorted(calls):
        if start >= at:
            parts.append(_POST.sub("", sentence[at:start]))
        at = max(at, end)
    parts.append(_TITLE.sub("", sentence[at:]))
    rest = _CALL.join(parts)
    if _TURNS.search(rest.replace(_CALL, "他").replace("她", "他")):
        return False
    clauses = [clause for clause in _SIGNS.split(rest) if clause]
    says_anything = any(sign not in _NUMBER and sign != _CALL for clause in clauses for sign in clause)
    return says_anything and all(map(_is_plain, clauses))


def _is_plain(clause: str) -> bool:
    """Whether a clause is, somebody called in it or not. Who is asked or told something is not who does what stands there."""
    if _CALL not in clause:
        return tells_of_things(clause)
    return _is_covered(clause.replace(_CALL, ""), _things(clause.replace(_CALL, "")) if _ASKED.match(clause) else {})


def tells_of_things(clause: str) -> bool:
    """Whether a clause holds plain words and things alone, be it after somebody outside of whom it tells nothing that has to do with whoever writes."""
    if _TURNS.search(clause):
        return False
    outside = _OUTSIDE.match(clause)
    if outside is not None and _OF_WRITER.search(clause) is None:
        clause = clause[outside.end() :]
    return _is_covered(clause, _things(clause))


def says_nothing(clause: str) -> bool:
    """Whether a clause holds plain words alone."""
    return _TURNS.search(clause) is None and _is_covered(clause, {})


def _is_covered(clause: str, things: Mapping[int, int]) -> bool:
    """Whether plain words and numbers, and ``things`` that begin and end at these places, stand end to end in a clause: looked for from each place
    that such words reach.
    """
    words, longest = _words()
    skipped = {found.start(): found.end() for found in _SOMEBODY.finditer(clause)}
    reached = {0}
    for at, sign in enumerate(clause):
        if at not in reached:
            continue
        if sign in _NUMBER:
            reached.add(at + 1)
        those = words.get(sign, frozenset())
        reached.update(at + size for size in range(1, longest + 1) if clause[at : at + size] in those)
        reached.update(ends[at] for ends in (things, skipped) if at in ends)
    return len(clause) in reached


def _things(clause: str) -> dict[int, int]:
    """Where a thing, a time, a place or a measure is named, and where it ends."""
    found, at = dict[int, int](), 0
    for word, kind in rjieba.tag(clause):
        if kind in _KINDS and _NO_THING.search(word) is None:
            found[at] = at + len(word)
        at += len(word)
    return found
