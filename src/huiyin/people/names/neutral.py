"""Sentences that say nothing of whom they call: who is greeted, asked for help with the matter, told something, thanked, or named as who dealt with it. Pure.

These are few, and told apart by their whole form: no list holds every word by which something bad is said. A form is harmless only with all that
goes on from it, in its sentence and in the next one, as far as that speaks of the same person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from huiyin.people.names.hints import pattern
from huiyin.people.names.plain import is_plain
from huiyin.people.names.titles import TITLES

CLAUSE_END: Final = re.compile(r"[，,；;。！？!?：:\n]")
_TITLE: Final = f"(?:{'|'.join(sorted(TITLES, key=len, reverse=True))}|副[局处科]长|副书记|副主任|教官|教练|分队长|支队|处|局|科|队)"
_NO_END: Final = "[^，,；;。！？!?：:\n]"
_WHEN: Final = "(?:已经?|曾经?|当时|上次|今天|昨天|前天|今年|去年|春节|[0-9]{2,4}年|[0-9]+月|[0-9]+日|后来|随后|又|就|也|都|再次|现在|正在|一直|当面|口头|书面|同志|先生|女士|来|去|电话|短信|微信|亲自|专门|又|还|耐心地?|一起)*"
_DEED: Final = (
    "接待|受理|登记|经办|承办|办理|答复|回复|告知|告诉|通知|说明|解释|联系|帮我|教会?我们?|带人|带着|演练|讲话(?:精神)?|宣传|看过|看了|到现场|到场|勘查|勘察|查看|回访|(?=的(?:[\u4e00-\u9fff]{0,4}课|讲座|指导|指引|回复|答复|来信|回执|通知|短信|电话))|答应|承诺|来电|回电|打(?:来|了|过)?电话|核实|核查|上门|调解|提到|提出|约|审查|审核|检查|验收|复检|复查|调研|主持|带队|带领|"
    "组织|指导|辅导|讲解|讲课|讲|培训|寄来|寄给|发来|送来|出具|发布(?!会)|签收|转交|转达|走访|看望|慰问|陪同|参加|出席|出警|请|做|说|让|叫|建议|要求|收到?"
)
_PLACE: Final = f"(?:(?:在|来|到|去|给|为|对|向|和|跟|与)(?:过)?{_NO_END}{{1,10}}?)?"
_OBJECT: Final = "(?:我们?|本人|他们|大家|给我们?)?(?:的?(?:来信|信访件|信|材料|来访|情况|事项|来电|申请|登记|检查记录|记录|回执|通告|通报|座谈会上?|会上?|消防课|安全课|课|意见|答复意见|处理意见|事|问题|手续))?"
_RECEIVED: Final = re.compile(
    rf"{_TITLE}{{0,2}}{_WHEN}{_PLACE}{_WHEN}(?:{_DEED}){{1,2}}(?:了|过|下|来)*{_OBJECT}(?:的时候|时|后|期间)?"
    rf"(?:(?:口头|当面|书面)?(?:说|称|是|告诉|告知|让|叫|建议|要求|通知|答应)(?:了|过)?(?:我们?|本人)?)?(?P<said>{_NO_END}*)"
)
_MATTER: Final = re.compile(
    r"(?:周|填|帮我|月|年|要|需|应|可以|请|让|再|先|补|少|缺|等|找|去|本周|下周|这周|本月|下月|月底|年底|近期|尽快|明天|后天|[0-9一二三四五六七八九十]|会(?!上)|已|正在|回去|材料|属于|归|不属于|我反映|我的|档案|更换|那批|的|得|查询码|怎么[用填办查写走]|如何(?:填写|办理|查询)|我找|到我校|到我们|来我们|来我校|受理|登记|里|中|上|$)"
)
_BY: Final = re.compile(
    rf"^(?:[已经曾当时上次今昨前天后来随又就也都再现在正一直面口头书由请我们本人你局贵处窗口的是给向致0-9年月日号周一二三四五六天和跟与同]|去年|附件|详见|收到|按照|根据|把|感谢|参加|听了?|对|不同意|同意|建议|满意)*(?:[\u4e00-\u9fff]{{2,6}}[处科室队局])?(?:找过?|见过?|问过?|联系过?)?(?:{_TITLE})?$"
)
_ADDRESSING: Final = re.compile(
    rf"(?:尊敬的|敬爱的|亲爱的|致|呈)(?:各位|你们的?|你局|贵局|和|、|党委|政府)*(?:{_TITLE})?$|(?:尊敬的|敬爱的|亲爱的)[\u4e00-\u9fff]{{0,6}}$"
)
_ASKING: Final = re.compile(
    r"(?:请问|问|跪求|请|恳请|敬请|请求|麻烦|劳烦|希望|望|盼|期待|求|呼吁|建议|要求|拜托|想请|转告|转达)(?:青天|各位|我们的?|你们的?|你局|贵局|我局|本局|市局|上级|有关|相关|主管|分管|市|区|县|省|和|、|党委|政府)*"
    rf"(?:{_TITLE})?$"
)
_TOLD: Final = re.compile(
    r"(?:向|(?<!举)(?<!汇)报|转|呈|递|交给|告诉|告知|约见|面见|反映给|转交|转给|报告)(?:你局|贵局|我们的?|你们的?|市局|上级|有关|相关|分管)*$"
)
_WROTE: Final = re.compile(rf"(?:{_TITLE})?(?:写过?信|写了|去过?信|寄过?|打过?电话|发过?(?:邮件|短信)|留过?言)")
_MET: Final = re.compile(rf"^(?:我们?|本人)?{_WHEN}(?:去|到)?(?:找|见|问|联系|咨询|不?认识)(?:过|了|到)?(?:{_TITLE})?$")
_ABOUT: Final = re.compile(rf"(?:{_TITLE})?(?:反映|询问|咨询|了解|办理|登记|提交|递交|请教|$)")
_GREETED: Final = re.compile(
    rf"(?:{_TITLE})?(?:你好|您好|好|信箱|热线|留言|直通车|公开电话|接待日|办公会|值班|[：:]|亲启|钧鉴|收$|同志[：:])"
)
_THANKED: Final = re.compile(
    r"(?:感谢|谢谢|多谢|表扬|表彰|点赞|致谢|感激|嘉奖|锦旗给?|按照|根据|感谢信给?)(?:你局|贵局|你们|窗口|的)*$"
)
_PRAISED: Final = re.compile(rf"(?:{_TITLE})*(?:$|的?(?:指引|提醒|指点|建议|要求))")
_CONTACT: Final = re.compile(
    r"(?:联系的人?|联系人|联系电话|联系方式|收件人|收信人|经办人?|承办人|主办人|打给|转接|抄送|抄报|报送|主送|抄呈|存档|电话|检查人|验收人|签字人|签发人)(?:是|为)?[^，,；;。！？!?\n]{0,10}$"
)
_COPIED: Final = re.compile("抄送|抄报|报送|主送|抄呈|存档")
_AFTER_CONTACT: Final = re.compile(rf"(?:{_TITLE})?(?:电话|手机|[0-9]|[)）]|已|收|转|我收到|$)")
_BY_TITLE: Final = re.compile(f"{_TITLE}$")
_LISTED: Final = re.compile(
    rf"(?:抄送|抄报|报送|主送|抄呈|本信|同时|寄给|寄送|发给|市长|省长|区长|县长|信访局|致|呈|送|尊敬的|各位|及|和|与|并|同时|[{'、，,：:；;/'}\s]|{_TITLE}|书记|副|您好|你好|好|诸位|你局|贵局|[市区县省]局|纪委|党委|班子|成员|同志们|领导们)*"
)
_PRONOUN: Final = re.compile(r"他(?!们家人)|她|此人|该人|这个?人|那个?人|其人|本人就|(?<!各位)(?<!女)(?<!男)同志(?!们)")
_ADDRESSED: Final = re.compile(r"[您你](?![们局处科队单厅院所站])")
_YOURS: Final = re.compile(
    r"[您你](?:本人|自己)?的?(?:家|爱人|夫人|儿|女婿|外甥|侄|弟|哥|姐|妹|老婆|老公|亲|司机|房子|别墅|车|上任|任上|手里|自己|凭|敢|好意思|配|为什么|怎么(?!看|办)|究竟|到底|就不|难道|心|晚上|收(?![到悉阅信])|拿|吃|扣|压着|骂|把|给了)"
)
"""What is said to somebody that is about them."""
_OF_MATTER: Final = re.compile(
    r"(?:我|本人|现|请|望|希望|盼|谢|感谢|事|问题|但|不过|至今|目前|还|已|一直|材料|手续|楼|路|小区|您好|你好|敬礼|此致|尽快|落实|特此|为此|因此|所以|因|非常|很|办|服务|情况|今|上次|想|现补|供参考|电话|物业|要求|水压|只是|基本|孩子|一切|全部|应为|补|[0-9]|$)"
)
_THREAT: Final = re.compile("天在看|举头三尺|良心|报应|走着瞧|心里(?:有数|清楚)|要点?脸|好自为之")
_IRONY: Final = re.compile("(?:热情|关心|认真|负责|耐心|重视|支持|照顾|帮助|热心|细心|周到|高效|辛苦)(?:到|地|的是)")
"""Praise that goes on with what was done: 认真到每顿饭都不落下."""
_TURN: Final = re.compile(
    "[讲说看吃喝问谈查]完|走[时了后]|临走|末了|转[头身眼]|然后|接着|完了|出门|回头|没几天|没过|第二天|[当那]天晚上|谁知|哪知|不料|却|竟"
)
"""With these somebody goes on to tell what the same person did."""
_BARGAIN: Final = re.compile("只要|只有|除非|要么|好商量|想[办过快]")
"""With these somebody says what is to be done for what."""
_TURNED: Final = re.compile("但(?!是?(?:请|至今|目前|现在|问题))|其实|却|就是|全是|都是|一边|顺手|眼睛")
"""With these a clause goes on with something else."""
_SUM: Final = re.compile("[给交要送退][了上过]?[一二三四五六七八九十百两0-9]+(?:就|才|再)?$")
"""Something is to be paid, without a word for money: 先交五百."""
_COMPARED: Final = re.compile("每次都|次次|总[是说]|老[是说]|隔壁|别[人家]|人家")
"""Who was served otherwise, or how often: it is no report of the matter."""
_HONOURED: Final = re.compile("记功|立功|表彰|嘉奖|通报表扬|好干部|好同志|好人好事|值得表扬|值得学习")
"""What is asked for somebody, or said of them, that nobody says in jest."""
_QUESTION: Final = re.compile("请问|什么时候|何时|能否|能不能|可否|是否|吗$|怎么办|如何")
_CALLED: Final = 3
_TO: Final = 10
_HELLO: Final = re.compile(rf"(?:{_TITLE})?(?:大人)?[：:，,]?(?:[您你]好|好(?=[，,。：:！!]|$))")
_SPOKEN_TO: Final = re.compile("[：:]|[，,]?(?:我|[您你]|请|现|本人|关于|作为|有件|您好|$)")
_DID: Final = re.compile(r"(?:同志)?(?:把|的|收|拿|骂|打我|下台|辞职|滚|被|这个?人)")
_REFUSED: Final = re.compile(r"下台|辞职|不要|别再|不得|停止|要不是|多亏|拜.{0,6}所赐|怪不得|竟|居然")
_OF_THEM: Final = re.compile(
    "自己|自家|外甥|侄|舅子|亲戚|老婆|道歉|赔礼|赔偿|检讨|退还|退给|退出|退钱|还给|还我(?!们?一?个?(?:公道|清白|公正))|归还|交还|还回|放过|放我|高抬|饶|回避|退避|不要|别|以后|付账|付钱|结账|停止|住手|收手|良心|抽屉|睡|解释清楚|说清楚|交代|交出|认错|滚|下台|辞职"
)
"""What is asked of somebody is not about the matter, but of what they did."""
_ASKED_FOR: Final = re.compile(
    "帮|查|办|解决|处理|处置|答复|回复|批示|关注|重视|过问|协调|做主|作主|主持|公道|核实|核查|组织|安排|督促|督办|调查|继续|出面|明察|落实|支持|体恤|考虑|尽快|给予|为我|为民|给我们?(?!钱)|能|看|来|管|救|派|告知|告诉|指示|转|听|接|见|予以|问|伸|关心|指导|约|讲|演练|[:：]|$|何时|什么时候|怎么|是否|他要"
)
_SELF: Final = re.compile(
    r"(?:我叫|本人叫?|我是|我的名字[是叫]|(?:反映|信访|来信|来访|投诉|举报|申请|留言)人[是为：:]?|姓名[：:]?|署名[：:]?)$"
)
MAX_EMPTY: Final = 6
"""So many lines are looked through for them."""
MAX_GOING_ON: Final = 2
"""So many sentences after one go on from it, where they speak of the same person."""


def is_neutral(
    lines: Sequence[str],
    number: int,
    start: int,
    end: int,
    *,
    in_doubt: bool,
    calls: Sequence[tuple[int, int]] = (),
) -> bool:
    """Whether a sentence, the one of that ``number``, says nothing of whoever it calls from ``start`` to ``end``; ``in_doubt``: in a matter that
    accuses already. Then only who is asked or greeted is nobody of whom it tells.
    """
    line = lines[number]
    before, after = _clause_around(line, start, end)
    if _SELF.search(line[:start]) and not after.startswith("的"):
        return True
    if _REFUSED.search(after):
        return False
    rest = _others(line, start)
    if _is_family(before, after):
        return not any(map(_spoils, (after, *rest)))
    if _greets(before, after, line[end + len(after) :] or _next(lines, number)):
        return not (any(map(_speaks_to_them, _clauses(line[end:]))) or _goes_on(lines, number, _speaks_to_them))
    if in_doubt or _spoils(before + after):
        return False
    if says_plainly(lines, number, calls or [(start, end)]):
        return True
    if _is_contact(line[:start], after):
        return not any(map(_is_more, rest)) and not _goes_on(lines, number, _is_more)
    if _is_received(before, after) or _is_met(before, after):
        return not any(map(_is_more, rest)) and not _goes_on(lines, number, _is_more)
    if _HONOURED.search(line):
        return not any(map(_is_mocking, (after, *rest, *_clauses(_next(lines, number)))))
    if _is_thanked(before, after) or pattern("refused").search(line):
        return all(map(_is_good, rest)) and all(map(_is_good, _clauses(_next(lines, number))))
    return False


def says_plainly(lines: Sequence[str], number: int, calls: Sequence[tuple[int, int]]) -> bool:
    """Whether a sentence that calls people, from where to where each, tells in plain words alone how the matter is dealt with, and the next ones
    say no more of them.
    """
    line = lines[number]
    is_more = _spoils(line) or _OF_THEM.search(line.replace("以后", "")) or _goes_on(lines, number, _is_more)
    return is_plain(line, calls) and not is_more


def is_list(line: str, calls: Sequence[tuple[int, int]], lines: Sequence[str], number: int) -> bool:
    """Whether a sentence does no more than call people, from where to where each (抄送：赵江局长, 各位领导), and nothing is said to them after it."""
    taken = {at for start, end in calls for at in range(start, end)}
    bare = "".join(sign for at, sign in enumerate(line) if at not in taken)
    if _LISTED.fullmatch(bare) is None:
        return False
    if not bare and len(line) <= _CALLED and _SPOKEN_TO.match(_next(lines, number)) is None:
        return False
    goes_on = _is_more if _CONTACT.search(line[: calls[0][0]]) and not _COPIED.search(line) else _speaks_to_them
    return not _goes_on(lines, number, goes_on)


def says_what_was_done(line: str) -> bool:
    """Whether a line says what is not of a matter alone."""
    return _spoils(line) or _did().search(line) is not None


def _clause_around(line: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after in the same clause; a sign right behind belongs to it."""
    after = CLAUSE_END.split(line[end:], maxsplit=1)[0]
    sign = line[end + len(after) : end + len(after) + 1]
    return CLAUSE_END.split(line[:start])[-1], after + sign if sign in tuple("：:") else after


def _clauses(text: str) -> list[str]:
    return [clause for clause in CLAUSE_END.split(text) if clause]


def _next(lines: Sequence[str], number: int) -> str:
    """The next sentence that says anything."""
    return next((line for line in lines[number + 1 : number + 1 + MAX_EMPTY] if line), "")


# --- what it is ------------------------------------------------------------------------------------------------------


def _greets(before: str, after: str, rest: str) -> bool:
    """Whether somebody is asked, told something or greeted: 请局长做主, 向局长反映, 局长您好."""
    if _ADDRESSING.search(before):
        return _DID.match(after) is None
    if _ASKING.search(before):
        return (
            _DID.match(after) is None
            and not says_what_was_done(pattern("deals").split(after)[0])
            and _OF_THEM.search(after) is None
            and not any(map(_OF_THEM.match, _clauses(rest)))
            and _ASKED_FOR.search(after or rest) is not None
        )
    if before.endswith("给") and _WROTE.match(after):
        return True
    if _TOLD.search(before):
        return (
            pattern("given").search(after) is None
            and not _spoils(after)
            and not after.startswith(("要", "送", "的", "交", "借", "买"))
        )
    if not before and after and _BY_TITLE.sub("", after) == "" and _QUESTION.search(rest):
        return not _spoils(rest)
    if not (before or after):
        return _SPOKEN_TO.match(rest) is not None
    return _HELLO.match(after + rest) is not None or (
        len(before) <= (_TO if after.startswith((":", "：")) else _CALLED) and _GREETED.match(after) is not None
    )


def _is_family(before: str, after: str) -> bool:
    return _of_family().search(before) is not None and not after.startswith("的")


def _is_contact(before: str, after: str) -> bool:
    return _CONTACT.search(before) is not None and _AFTER_CONTACT.match(after) is not None


def _is_received(before: str, after: str) -> bool:
    found = _RECEIVED.match(after)
    return (
        found is not None
        and _BY.match(before) is not None
        and _MATTER.match(found["said"]) is not None
        and _TURNED.search(after) is None
        and _SUM.search(after) is None
        and not _is_more(found["said"])
    )


def _is_met(before: str, after: str) -> bool:
    return _MET.search(before) is not None and _ABOUT.match(after) is not None


def _is_thanked(before: str, after: str) -> bool:
    before = _BY_TITLE.sub("", before)
    thanked = _THANKED.search(before) is not None and _PRAISED.match(after) is not None
    return thanked or pattern("good").search(after) is not None


# --- what goes on from it --------------------------------------------------------------------------------------------


def _others(line: str, start: int) -> list[str]:
    """The other clauses of the sentence."""
    at = 0
    found = []
    for clause in CLAUSE_END.split(line):
        if clause and not at <= start <= at + len(clause):
            found.append(clause)
        at += len(clause) + 1
    return found


def _goes_on(lines: Sequence[str], number: int, is_bad: Callable[[str], bool]) -> bool:
    """Whether one of the next sentences says more of the same person."""
    following = [line for line in lines[number + 1 : number + 1 + MAX_EMPTY] if line][:MAX_GOING_ON]
    return any(is_bad(clause) for line in following for clause in _clauses(line))


def _is_of_matter(clause: str) -> bool:
    """Whether another clause goes on with the matter, or with how they were received: of whom it says nothing."""
    if _spoils(clause):
        return False
    pronoun = _PRONOUN.search(clause)
    if pronoun:
        before, after = clause[: pronoun.start()], clause[pronoun.end() :]
        return (
            _is_received(before, after)
            or _is_good(clause)
            or _ASKING.search(before) is not None
            or (before.endswith(("找", "问", "联系")) and _ABOUT.match(after) is not None)
        )
    return _OF_MATTER.match(clause) is not None or _ASKING.match(clause) is not None or _is_good(clause)


def _is_good(clause: str) -> bool:
    """Whether a clause praises, or goes on with the matter."""
    if _spoils(clause) or _IRONY.search(clause):
        return False
    return pattern("good").search(clause) is not None or (
        _PRONOUN.search(clause) is None
        and ((_OF_MATTER.match(clause) or _ASKING.match(clause)) is not None or _is_received("", clause))
    )


def _is_mocking(clause: str) -> bool:
    return _spoils(clause) or _IRONY.search(clause) is not None


def _is_more(clause: str) -> bool:
    """Whether a clause that may speak of somebody who was named before says anything of them."""
    if _PRONOUN.search(clause):
        return not _is_of_matter(clause)
    if _BARGAIN.match(clause) or (_COMPARED.search(clause) and not _is_good(clause)):
        return True
    turn = _TURN.match(clause)
    if turn and not (_of_others().match(clause[turn.end() :]) or _is_good(clause[turn.end() :])):
        return True
    return _spoils(clause) and not _of_others().match(clause)


def _speaks_to_them(clause: str) -> bool:
    """Whether something is said to, or of, whoever was greeted or asked: 您上任以来工程都给了自己人."""
    if _ADDRESSED.search(clause) and (_YOURS.search(clause) or _spoils(clause)):
        return True
    return (_PRONOUN.search(clause) is not None and _spoils(clause)) or _THREAT.search(clause) is not None


def _spoils(clause: str) -> bool:
    """Whether a clause says what is not of the matter alone."""
    plain = pattern("refused", "not_spoils").sub("，", clause)
    return pattern("spoils", "unit_does", "corruption", "conduct", "private").search(plain) is not None


@cache
def _did() -> re.Pattern[str]:
    return pattern("taken", "private")


@cache
def _of_others() -> re.Pattern[str]:
    """At the beginning of a clause that speaks of people outside."""
    return re.compile(rf"(?:举报|投诉|反映|但是?|可是?)?(?:{pattern('elsewhere').pattern})")


@cache
def _of_family() -> re.Pattern[str]:
    """Right before a name: those of whoever writes, and people outside who are introduced."""
    return re.compile(
        rf"(?:我们?|本人)的?(?:(?:{pattern('family').pattern})(?:名?叫|是|姓)?|[\u4e00-\u9fff]{{1,4}}名?叫)$"
    )
