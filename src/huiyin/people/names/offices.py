"""What is said of a unit of the office, or of people in it whom no name tells but what they do there: 登记窗口那个女同志, 接待我的人. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from huiyin.people.names.calls import Calls, is_elsewhere
from huiyin.people.names.disguised import Disguised
from huiyin.people.names.hints import accusing_words, pattern
from huiyin.people.names.neutral import CLAUSE_END
from huiyin.people.names.spelling import MIN_PART

MAX_CANDIDATES: Final = 3
"""More people with one function say nothing of whom is meant."""
_NO_END: Final = "[^，,；;。！？!?：:\n]"
_ASKED_OF: Final = re.compile("(?:请|望|盼|求|希望|建议|向|到|找|对|给|让|由|去|要求)(?:贵|你)?$")
_COMES: Final = re.compile(
    "(?:里?的?(?:人|同志|领导|干部|工作人员))?(?:有人|多次|一直|还|又|也)*(?:打电话|来电|来人|来找|找|让我|叫我|要我|逼|威胁|派人|不许|不让|劝)"
)
_ITS_PEOPLE: Final = re.compile(
    f"{_NO_END}{{0,6}}?(?:人|人员|同志|来人)(?:都|就|也|全|还|又|每次|天天|经常)*(?:把[我信]|打我|骂|每人|天天来|轮流|砸|是[^，,]{{1,6}}的眼线)|(?:的人)?(?:跟|和|与)[^，,；;。！？!?]{{1,10}}(?:一起去|一起吃|一起玩|合伙|联手)"
)
_LEAKED: Final = re.compile(
    "(?:举报|信访|投诉|控告|检举|我写|我)(?:人|件)?的?(?:信|材料|内容|信息|电话|名字|姓名|情况|话|事)[^，,；;。！？!?]{0,8}?"
    "(?:给了?|转|到了?|落|传|告诉|说给|透露|泄)[^，,；;。！？!?]{0,8}?(?:物业|老板|被[举投检控反告]|被告|对方|公司|开发商|村|店|酒楼|他们|手[里上])|谁[^，,；;。！？!?]{0,4}(?:泄|透露|传)"
)
_UNDER_NAME: Final = re.compile("[以借趁]|利用|打着")
"""What an office says that it does, beside what it did: 以检查为名."""
_FUNCTION: Final = re.compile(
    r"(?:(?P<what>登记|接待|受理|审查|承办|经办|办理|办案|检查|验收|督察|纪检|信访|收件|窗口)(?:窗口|大厅|室|处|台|科)?(?:收材料|收件|办事|登记|接电话|值班)?"
    r"|(?P<leader>(?:分管|主管|管)[^，,；;。！？!?的]{1,6}的?[局处]领导))"
    r"(?P<which>(?:我们?|我家)?(?:的|这(?:个|件)?(?:事|案子?|信访件?)?的?)?(?:那|这)?(?:个|位|名)?(?:女的?|男的?|年轻的?|胖|瘦|高个子?的?|戴眼镜的?|短发的?|长发的?){0,3}(?:同志|人(?!大)|工作人员|人员|干部|女的|男的|大姐|小姐|小伙子?|那位))?"
)
_CAME: Final = re.compile("[来到进]我们?[^，,]{0,4}$")
_DOES: Final = re.compile("登记|接待|受理|审查|承办|经办|督察|纪检")
_SPECIFIC: Final = re.compile("我|那|这|女|男|年轻|胖|瘦|眼镜|姐|伙")
_AT_COUNTER: Final = re.compile("(?:登记|接待|受理)(?:窗口|大厅|室|处|台)的?(?:工作)?人员$")
_LEADS: Final = re.compile("(?:分管|主管|主抓)[^，,；;。！？!?的]{1,8}的?(?:副?局|处)?(?:领导|副职|负责同志)")
_BY_DEED: Final = re.compile("[那这][个位名](?:搞|负责|管)?([\u4e00-\u9fff]{2})的")
"""那个发言的, 那位接待的: by the words of their post."""
_BEFORE_NOW: Final = re.compile(
    r"我们?(?:上回|上次|之前|以前|原来|曾经)?(?:告|举报|投诉|反映|检举|控告|说)过?的?(?:那个?人|那位|人|那个(?:同志|干部|领导))"
)

_WHICH_ONE: Final = (
    "(?:几?个|位|名)?(?:年轻|胖|瘦|高个子?|矮个子?|戴眼镜|短发|长发){0,2}的?"
    "(?:领导|干部|同志|工作人员|办事员|科员|人员|人(?![大民])|女的|男的|女人|男人|大姐|大哥|小伙子?|小姑娘|位)"
)
_ROOM: Final = "(?:的|那|这|间|个|一|办公室|科室|屋子?里?|房间?|办公桌|桌子?|工位|座位|门里?|坐着?)*"
_BESIDE: Final = re.compile(
    f"的?(?:(?:隔壁|隔间|斜?对面|斜?对门|对过|旁边|边上|楼[上下]|里间|外间|里屋|外屋|同(?:一个?)?(?=办公室|科室|屋)){_ROOM}{_WHICH_ONE}"
    f"|(?:手下|手底下|下面|底下|身边|跟前|左右){_ROOM}{_WHICH_ONE}|(?:秘书|司机|跟班|亲信|心腹)(?![室处长科]))"
)
"""After a name or a post: somebody else, whom it tells by whoever bears that. 局长隔壁的领导, 赵局长的秘书."""
_AT_A_DOOR: Final = re.compile(
    "[^，,；;。！？!?：:\n的]{0,4}?(?:[0-9一二三四五六七八九十]{1,4}(?:楼|层|室|号(?:窗|房|桌|办公室))|进门|最里[面边头]|靠窗|靠门|[左右]手边?|走廊|门口)"
    f"[^，,；;。！？!?：:\n]{{0,10}}?(?:的|那|这){_WHICH_ONE}"
)
"""After the office: somebody there by where they sit. 你们二楼最里面办公室的人."""


def beside(line: str, start: int, end: int) -> Iterator[Disguised]:
    """Whoever is told by being beside the one who is called from ``start`` to ``end``: nobody known."""
    found = _BESIDE.match(line, end)
    if found is not None:
        yield Disguised(start, found.end(), frozenset(), told_by=True)


def accuses_office(
    lines: Sequence[str], number: int, calls: Calls, called: Sequence[Disguised], *, in_doubt: bool
) -> bool:
    """Whether a line says of the office, of a unit or of somebody there who has no name, what is corrupt, or that what was complained of went
    to whoever it was about: 督察处集体收受贿赂, 纪委把我的举报信给了物业; not where somebody is ``called`` after it. Where the matter accuses already: that they come to whoever said so.
    """
    line = lines[number]
    leaked = _LEAKED.search(line) or (number and _LEAKED.search(lines[number - 1]))
    theirs = {call.start - gap for call in called if call.people for gap in range(MIN_PART + 1)}
    for found in calls.office.finditer(line):
        at = found.end()
        if at in theirs or _ASKED_OF.search(line[: found.start()]):
            continue
        if leaked or (in_doubt and _COMES.match(line, at)) or _ITS_PEOPLE.match(line, at) or _does(line, at):
            return True
    return _who_does().search(line) is not None


def _does(line: str, at: int) -> bool:
    """Whether what follows an office in its clause, or in the next one that has no other subject, is what it did."""
    clauses = CLAUSE_END.split(line[at:])[:MIN_PART]
    for clause in clauses:
        found = _office_does().search(clause)
        if found is not None:
            before = clause[: found.start()]
            return pattern("deals").search(before) is None and not (
                ("被" not in before and before.endswith(accusing_words()["elsewhere"])) or _ASKED_OF.search(before)
            )
        if pattern("deals", "asks").search(clause) and not _UNDER_NAME.match(clause):
            return False
    return False


def by_function(line: str, calls: Calls) -> Iterator[Disguised]:
    """Whoever is called by what they do here; nobody known, where too many do it or no post tells."""
    for found in _FUNCTION.finditer(line):
        which, leader = found["which"] or "", found["leader"]
        if not leader and not _SPECIFIC.search(which) and not _AT_COUNTER.search(found[0]):
            continue
        before = CLAUSE_END.split(line[: found.start()])[-1]
        if is_elsewhere(before, calls) and not _CAME.search(before):
            continue
        does = _DOES.findall(found[0])
        people = frozenset(
            id
            for title, ids in calls.posts.items()
            if (title.endswith("局长") if leader else title.endswith("员") and any(what in title for what in does))
            for id in ids
        )
        yield Disguised(found.start(), found.end(), people if len(people) <= MAX_CANDIDATES else frozenset())
    for found in _LEADS.finditer(line) if _office_does().search(line) or pattern("spoils").search(line) else ():
        leading = frozenset(id for title, ids in calls.posts.items() if title.endswith("局长") for id in ids)
        if not is_elsewhere(CLAUSE_END.split(line[: found.start()])[-1], calls):
            yield Disguised(found.start(), found.end(), leading)
    for found in _BY_DEED.finditer(line):
        before = line[: found.start()].removesuffix("的")
        if before.endswith((*calls.places, *accusing_words()["here"])):
            people = frozenset(id for title, ids in calls.posts.items() if found[1] in title for id in ids)
            if 0 < len(people) <= MAX_CANDIDATES:
                yield Disguised(found.start(), found.end(), people)
    for found in _here().finditer(line):
        seated = _AT_A_DOOR.match(line, found.end())
        if seated is not None:
            yield Disguised(found.start(), seated.end(), frozenset(), told_by=True)
    for found in _BEFORE_NOW.finditer(line) if calls.office.search(line) or pattern("here").search(line) else ():
        yield Disguised(found.start(), found.end(), frozenset())


@cache
def _office_does() -> re.Pattern[str]:
    return pattern("corruption", "taken", "private", "unit_does")


@cache
def _here() -> re.Pattern[str]:
    return re.compile(f"{pattern('office_here').pattern}|你们(?:那|单位)?|[局处科队所]里")


@cache
def _who_does() -> re.Pattern[str]:
    """Who is called by what they do here: 负责审查我信访的人."""
    return re.compile(
        rf"(?:负责|分管|主管|管|办){_NO_END}{{0,6}}(?:信访|举报|登记|接待|受理|我的?案子?|我的?事){_NO_END}{{0,2}}的{_NO_END}{{0,3}}?(?:人|人员|同志|领导|干部)(?:也|都)?(?:{pattern('corruption', 'taken').pattern})"
    )
