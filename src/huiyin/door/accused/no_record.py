"""Of people whom no record names, 你们派来的两个人, 办我这件事的人, 他们: what is said so lightly that a matter need not leave its unit for it. Pure.

Whoever of the unit is meant by these is not known, so that everybody who works there is kept from what is said of them. Where a
sentence is no more than unclear, whoever is on record is kept from it, and the others go on. What is light is told by its form: few forms are.
"""

from __future__ import annotations

import re
from typing import Final

from huiyin.people.names.neutral import CLAUSE_END

_THEY: Final = re.compile(
    "(?:临?走|来|离开|后来|然后|完了|检查完|查完)?(?:的时候|时|之后|以后|之前|后)?[他她]们(?!家)|这些人|那些人|两个人"
)
_CAME: Final = re.compile(
    "[你贵](?:们|局|处|科|单位|所|队)|来?检查|核查|核实|调查|执法|办案|上门|穿制服|[他她]们(?:来|走)(?:了|的时候|时|之前|以后)"
)
_OUTSIDE: Final = "物业|开发商|饭店|餐馆|烧烤|老板|店家?|邻居|对方|摊主|业主|居民|学校|公司|工地|楼[上下]|小区|城管|街道|社区|保安|租户|住户"
_OF_OUTSIDE: Final = re.compile(
    rf"(?:但是?|可是?|不过|然而|而|结果|现在|目前|至今|今天|昨天|第二天|又|要求|让|叫|通知|听说?|等|楼下|对面|对门|隔壁|旁边|那家|这家|我们)*(?:{_OUTSIDE})"
)
_SAID_OF_OUTSIDE: Final = re.compile(_OUTSIDE)
_ON_PURPOSE: Final = re.compile("让|叫|逼|要|收|拿|给|还|就是|是|一起")
"""With these a clause goes on with whoever came."""
_FRAME: Final = re.compile(
    "(?:来|去|到)?(?:[查看量测问找走讲谈](?:看|过|了|访|完)?|检查|核查|核实|调查|现场|我家|这里|过|了)*+(?:之前|以前|之后|以后|后|前|的时候|时|(?:来)?的?那天)(?:我们?|家里)?(?:人|都)?(?:不在(?:家|场)?|上班|外出|没在(?:家)?|在(?:家|场))?$"
)
_WISHED_BEFORE: Final = re.compile(
    "(?:请(?!客|吃)|希望|恳请|要求|盼|能不能|能否|可否|什么时候|何时|尽快|赶紧|最好|麻烦|想|愿意|不用|不必)[^，,；;。！？!?]{0,8}$|(?:听说|邻居说|得知|知道)(?:今天|昨天|前天|上周|前几天)?$"
)
_WISHED: Final = re.compile(
    "(?:(?:来|到|下次来|上门|再来)(?:的时候|时|之前|以前)?|下次)?(?:可以|能不能|能否|可否|请(?!客|吃|他|她)|要是|如果|换了|休假|出差|调走|退休|还在|现在|何时|什么时候|哪天)[^他她]*$"
)
_ARRANGED: Final = re.compile(
    "(?:说|讲|解释|告诉我们?|通知我们?|提醒我们?)(?:过|了)?(?!我|你|他|她|再|不|给|别|要|让|交|只要|想)[^，,；;。！？!?我你他她]{2,}$|约(?:了|好|我|我们|在)[^他她家晚宾酒茶]{0,24}(?:见|谈|看|来|碰头|办公室|现场)[^他她]{0,4}$|"
    "给(?:我们?|了)*留(?:了|下)[^他她]{0,6}(?:单|书|表|电话|联系方式|名片|号码|条)$|打(?:过|了|来)[^他她]{0,6}电话$|声音太?小$|"
    "(?:已经?|都)*(?:修|装|换|弄|处理|解决)好?了$|(?:跟|和|与)(?:物业|社区|街道|居委会|业委会)(?:开过?会|开了会|谈过|沟通过?)$|"
    "(?:问|了解|询问)(?:了|过|我们?)*[^，,；;。！？!?我你他她]{1,12}的(?:事|情况|问题)$|来(?:过)?(?:我们|我们?[^，,；;。！？!?]{1,4})?(?:讲|上|宣传|培训|演练|教)[^他她]*$"
)
_MISSED: Final = re.compile(
    "(?:我们?|来了?|上次|昨天|今天|一直|都|也|到了)*+没(?:有)?(?:找到|看到|看见|见到|敲开|进来|赶上|碰到|遇到)[^他她]*$"
)
_PRAISED: Final = re.compile(
    "(?:都|很|非常|十分|特别|真|挺|也|是|来得|办事|工作|态度|服务|说话)*+(?:快|好|热情|耐心|认真|负责|和气|客气|辛苦|周到|细心|专业|及时|仔细|细|快)(?:了|的)?$"
)
_LIGHT: Final = re.compile(
    "(?:请(?!客|吃|他|她)|希望|望|不用|不必|对不起|抱歉|(?:结果|但)?(?:还|一直|至今)*没(?:有)?(?:告诉|通知|答复|回复)|麻烦|谢谢|感谢|特此|现|附|孩子|老人|大家|当面把|一层|一户|一间|一个一个|爬到|从|最好|有空|早上|晚上|上午|下午)"
)
_OWN: Final = re.compile("(?:现在|目前|今天|昨天|后来|刚才|情况|这些|该说的|当时)*(?:我们?|本人|我家|家里)")
_OF_OTHERS: Final = re.compile(
    "[他她](?:的)?(?:心脏|身体|年纪|耳朵|腿|眼睛|听力|行动)|情况[他她]?都?(?:说|讲|知道)|[他她]们[^，,；;。！？!?我你]{0,8}(?:营业|开门|开工|施工|上班)"
)
_GRAVE: Final = re.compile(
    "[他她](?!都?说(?:了|过|清|明))|此人|该人|这人|那人|但|却|竟|其实|顺手|顺走|车里|车上|钱|酒|烟|饭|红包|空白|收走|拿走|知道我|怕|吓|哭|病|不敢|被|醉|摸|翻|抓|嫌"
)
"""With these no clause is light."""


def speaks_of_those_who_came(line: str, *, known: bool) -> bool:
    """Whether a line begins with 他们 and means those who came: the one before spoke of them (``known``), or this one says so."""
    they = _THEY.match(line)
    if they is None or _SAID_OF_OUTSIDE.match(line, they.end()):
        return False
    return known or _CAME.search(line) is not None


def is_light(line: str, start: int, end: int) -> bool:
    """Whether nothing but what is light is said in the sentence, beside what others did."""
    before, (after, *others) = CLAUSE_END.split(line[:start])[-1], CLAUSE_END.split(without_others(line[end:]))
    if _GRAVE.search(before) or _GRAVE.search(after):
        return False
    goes_on = _FRAME.match(after) or _ARRANGED.match(after) or _MISSED.match(after) or _PRAISED.match(after)
    wished = _WISHED_BEFORE.search(before) or _WISHED.match(after)
    return (goes_on or wished) is not None and all(_is_light_clause(clause) for clause in others)


def _is_light_clause(clause: str) -> bool:
    if not clause or _OF_OTHERS.match(clause):
        return True
    return (_LIGHT.match(clause) or _OWN.match(clause)) is not None and _GRAVE.search(clause) is None


def without_others(rest: str) -> str:
    """The ``rest`` of a sentence without what others did, whom a clause begins with and those after it go on with: 物业没动，说没收到通知."""
    first, *others = CLAUSE_END.split(rest)
    kept, theirs = [first], False
    for clause in others:
        theirs = _OF_OUTSIDE.match(clause) is not None or (
            theirs
            and not (_ON_PURPOSE.match(clause) or _OWN.match(clause) or _LIGHT.match(clause) or _THEY.match(clause))
        )
        if not theirs:
            kept.append(clause)
    return "，".join(kept)
