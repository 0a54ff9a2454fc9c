"""Clauses that say nothing of whom they name: they were met, asked, greeted, thanked, or told something. Pure.

These are few, and told apart by their whole form: no list holds every word by which something bad is said. Anything else that a clause says of
somebody is for somebody else to read.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from huiyin.people.names.hints import pattern
from huiyin.people.names.titles import TITLES

CLAUSE_END: Final = re.compile(r"[，,；;。！？!?：:\n]")
_TITLE: Final = f"(?:{'|'.join(sorted(TITLES, key=len, reverse=True))})"
_WHEN: Final = "(?:已经?|曾经?|当时|上次|今天|昨天|前天|后来|随后|又|就|也|都|再次|现在|正在|一直|当面|口头|书面|来)*"
_RECEIVED: Final = re.compile(
    rf"(?:{_TITLE}){{0,2}}{_WHEN}(?:接待|受理|登记|经办|承办|办理|答复|回复|告知|告诉|通知|说明|解释|联系|说|答应|承诺|来电|回电|打(?:来|了|过)?电话|让|叫|请|收)(?:了|过|的|下|到)*"
    r"(?:我们?|本人|他们)?(?:的?(?:来信|信|材料|来访|情况|事项|来电|申请|登记))?(?:说|称|是)?(?P<said>[^，,；;。！？!?：:\n]*)"
)
_MATTER: Final = re.compile(
    r"(?:帮我|月|年|要|需|应|可以|请|让|再|先|补|等|本周|下周|这周|本月|下月|月底|年底|近期|尽快|明天|后天|[0-9一二三四五六七八九十]|会|已|正在|回去|材料|属于|归|不属于|的$|$)"
)
_BY: Final = re.compile(
    rf"^[已经曾当时上次今昨前天后来随又就也都再现在正一直面口头书由请我们本人你局贵处窗口的是给向致0-9年月日号]*(?:找过?|见过?|问过?|联系过?)?(?:{_TITLE})?$"
)
_ASKING: Final = re.compile(
    r"(?:尊敬的|敬爱的|亲爱的|请问|问|跪求|请|恳请|敬请|请求|麻烦|劳烦|希望|望|盼|期待|求|呼吁|建议|要求|致|呈|拜托)(?:各位|我们的?|你们的?|你局|贵局|我局|本局|市局|上级|有关|相关|主管|分管|市|区|县|省|和|、|党委|政府)*"
    rf"(?:{_TITLE})?$|(?:尊敬的|敬爱的|亲爱的)[\u4e00-\u9fff]{{0,6}}$"
)
_TOLD: Final = re.compile(
    r"(?:向|(?<!举)(?<!汇)报|转|呈|递|交给|告诉|告知|约见|面见|反映给|转交|转给|报告)(?:你局|贵局|我们的?|你们的?|市局|上级|有关|相关|分管)*$"
)
_MET: Final = re.compile(rf"^(?:我们?|本人)?{_WHEN}(?:去|到)?(?:找|见|问|联系|咨询)(?:过|了|到)?(?:{_TITLE})?$")
_ABOUT: Final = re.compile("(?:反映|询问|咨询|了解|办理|登记|提交|递交|请教|$)")
_GREETED: Final = re.compile(
    rf"(?:{_TITLE})?(?:你好|您好|好|信箱|热线|留言|直通车|公开电话|接待日|办公会|值班|[：:]|亲启|钧鉴|收$|同志[：:])"
)
_THANKED: Final = re.compile(r"(?:感谢|谢谢|多谢|表扬|点赞|致谢|感激|给|向|为)(?:你局|贵局|你们|窗口|的)*$")
_PRAISED: Final = re.compile(
    rf"(?:{_TITLE})?(?:(?:很|非常|十分|特别|真|很快|已经?|及时|态度|办事|工作|服务|百忙之中)*(?:接待|重视|关心|支持|热情|耐心|认真|负责|和气|客气|辛苦|周到|细心|点赞|致谢|帮了|帮我|帮助|高效)|$)"
)
_BY_TITLE: Final = re.compile(f"{_TITLE}$")
_PRONOUN: Final = re.compile(r"他(?!们家|人)|她|此人|该人|这个?人|那个?人|其人|本人就")
_OF_MATTER: Final = re.compile(
    r"(?:我|本人|现|请|望|希望|盼|谢|感谢|事|问题|但|不过|至今|目前|还|已|一直|材料|手续|楼|路|小区|您好|你好|敬礼|此致|尽快|落实|特此|为此|因此|所以|因|非常|很|办|服务|情况|今|上次|[0-9]|$)"
)
_CALLED: Final = 3
_HELLO: Final = re.compile(rf"(?:{_TITLE})?(?:大人)?[：:，,]?(?:[您你]好|好(?=[，,。：:！!]|$))")
_SPOKEN_TO: Final = re.compile("[：:]|[，,]?(?:我|[您你]|请|现|本人|关于|作为|有件|您好|$)")
_DID: Final = re.compile(r"(?:同志)?(?:把|的|收|拿|骂|打我|下台|辞职|滚|被|这个?人)")
_REFUSED: Final = re.compile(r"下台|辞职|不要|别再|不得|停止|要不是|多亏|拜.{0,6}所赐|怪不得|竟|居然")
_SELF: Final = re.compile(
    r"(?:我叫|本人叫?|我是|我的名字[是叫]|(?:反映|信访|来信|来访|投诉|举报|申请|留言)人[是为：:]?|姓名[：:]?|署名[：:]?)$"
)


def is_neutral(line: str, start: int, end: int, *, is_bad: bool) -> bool:
    """Whether a sentence says nothing of whoever it calls from ``start`` to ``end``, in a text that says something bad of anybody
    (``is_bad``) or does not: then only who is asked or greeted is nobody of whom it tells.
    """
    before, after = _clause_around(line, start, end)
    if _SELF.search(line[:start]) and not after.startswith("的"):
        return True
    if _REFUSED.search(after):
        return False
    if _greets(before, after, line[end + len(after) :]):
        return not (_you_did().search(line[end:]) or (not before and _PRONOUN.search(line[end:])))
    if is_bad:
        return False
    spoken = _is_received(before, after) or _is_thanked(before, after) or _is_met(before, after)
    return spoken and all(_is_of_matter(clause) for clause in _others(line, start))


def _clause_around(line: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after in the same clause; a sign right behind belongs to it."""
    after = CLAUSE_END.split(line[end:], maxsplit=1)[0]
    sign = line[end + len(after) : end + len(after) + 1]
    return CLAUSE_END.split(line[:start])[-1], after + sign if sign in tuple("：:") else after


def _greets(before: str, after: str, rest: str) -> bool:
    """Whether somebody is asked, told something or greeted: 请局长做主, 向局长反映, 局长您好."""
    if _ASKING.search(before):
        return _DID.match(after) is None and _did().search(after) is None
    if _TOLD.search(before):
        return pattern("given").search(after) is None and not after.startswith(("要", "送", "的"))
    if not (before or after):
        return _SPOKEN_TO.match(rest) is not None
    return _HELLO.match(after + rest) is not None or (len(before) <= _CALLED and _GREETED.match(after) is not None)


def _is_received(before: str, after: str) -> bool:
    found = _RECEIVED.match(after)
    return found is not None and _BY.match(before) is not None and _MATTER.match(found["said"]) is not None


def _is_met(before: str, after: str) -> bool:
    return _MET.search(before) is not None and _ABOUT.match(after) is not None


def _is_thanked(before: str, after: str) -> bool:
    before = _BY_TITLE.sub("", before)
    return (
        (_THANKED.search(before) is not None or not before)
        and _PRAISED.match(after) is not None
        and bool(before or after)
    )


def _others(line: str, start: int) -> list[str]:
    """The other clauses of the sentence."""
    at = 0
    found = []
    for clause in CLAUSE_END.split(line):
        if not at <= start <= at + len(clause):
            found.append(clause)
        at += len(clause) + 1
    return found


def _is_of_matter(clause: str) -> bool:
    """Whether another clause goes on with the matter, or with how they were received: of whom it says nothing."""
    pronoun = _PRONOUN.search(clause)
    if pronoun:
        return _is_received(clause[: pronoun.start()], clause[pronoun.end() :])
    return _OF_MATTER.match(clause) is not None or _ASKING.match(clause) is not None


@cache
def _did() -> re.Pattern[str]:
    return pattern("taken", "private")


@cache
def _you_did() -> re.Pattern[str]:
    """Something bad that is said to whoever is greeted: 王局长你好，你收了我两万元."""
    return re.compile(
        rf"[你您](?:本人|自己)?(?:[^，,；;。！？!?们局处单]{{0,6}})(?:{pattern('corruption', 'conduct', 'taken').pattern})"
    )
