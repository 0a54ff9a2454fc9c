"""What the prover may find about how a case ends, as codes like those of ``findings``."""

from __future__ import annotations

from huiyin.language import gettext_noop
from huiyin.rules.book.texts import TextCode

_WAY = gettext_noop("不是这样，经过：$way")


class EndCode(TextCode):
    """(j) Every end is of its kind, and what the system does when a limit has run out decides nothing; (b) no clock is set anew."""

    KIND_OF_NO_END = (
        "kind-of-no-end",
        gettext_noop("“$stage”不是终结，却写了终结种类"),
        gettext_noop("`ending` 只写在 end: true 的阶段"),
        "ending: $kind",
    )
    ENDS_UNANSWERED = (
        "ends-unanswered",
        gettext_noop("“$action”到“$stage”按实体办结，却没有人答复过信访人"),
        gettext_noop("此前由办理人员送达、或者终结时发出一份印有其所写内容的文书"),
        _WAY,
    )
    ENDS_WITHOUT_REASONS = (
        "ends-without-reasons",
        gettext_noop("“$action”到“$stage”，却没有把理由告知信访人"),
        gettext_noop("此前由办理人员发给信访人一份印有其所写理由的文书"),
        _WAY,
    )
    ENDED_BY_OTHERS = (
        "ended-by-others",
        gettext_noop("“$action”到“$stage”，不是由应当作出这一决定的人办理"),
        gettext_noop("$role"),
        "$by",
    )
    MERGED_NOWHERE = (
        "merged-nowhere",
        gettext_noop("“$action”到“$stage”，却没有填并入哪一件"),
        gettext_noop("一栏必填的 case，写明在哪一件里继续办理"),
        gettext_noop("没有这一栏"),
    )
    ENTERED_ALONE = (
        "entered-alone",
        gettext_noop("“$action”由一人代信访人登记，即告撤回"),
        gettext_noop("entered 写明 while_open、after、not_by：登记之后，信访人有时间提出异议，另一人核实后才生效"),
        gettext_noop("一人登记即生效"),
    )
    TERMINATED_UNDECIDED = (
        "terminated-undecided",
        gettext_noop("事项没有办结就到了“$stage”"),
        gettext_noop("到这里的每条途径上都已先办结一次"),
        _WAY,
    )
    CLOCK_ANEW = (
        "clock-anew",
        gettext_noop("“$action”使正在进行的期限重新起算：“$moment”重新记录，“$duty”完成后又产生“$other”"),
        gettext_noop("不重新记录“$moment”"),
        _WAY,
    )
    TIMER_DECIDES = (
        "timer-decides",
        gettext_noop("“$action”由系统到期办理，却等于作出决定"),
        gettext_noop("系统只提醒、转交上级、重新产生职责，或者在答复之后记录期限届满"),
        "$what",
    )
    SAID_TO_BE_OVER = (
        "said-to-be-over",
        gettext_noop("还没有终结，却写作“$text”"),
        gettext_noop("终结之前不说已经办结"),
        "$text",
    )
    UNLIKE_ELSEWHERE = (
        "unlike-elsewhere",
        gettext_noop("“$element”与其他各个程序中同名的写法不同"),
        "$usual",
        "$found",
    )
    DUE_ELSEWHERE = (
        "due-elsewhere",
        gettext_noop("“$duty”逾期应当自动“$action”，在“$stage”却不能"),
        gettext_noop("凡负有“$duty”之处都能“$action”"),
        gettext_noop("在“$stage”不能"),
    )


class TimerCode(TextCode):
    """What a timer does that only a person may do."""

    MOVES = "timer-moves", gettext_noop("把事项转到“$stage”")
    ENDS = "timer-ends", gettext_noop("在没有人答复时到“$stage”")
    SETS = "timer-sets", gettext_noop("认定“$fact”")
    DROPS = "timer-drops", gettext_noop("“$duty”不再有人负责")
    RESETS = "timer-resets", gettext_noop("使“$duty”的期限重新起算")
    STOPS = "timer-stops", gettext_noop("停止或者延长“$limit”")


class WhoCode(TextCode):
    """Who may bring a case to an end of a kind."""

    OFFICE = "ended-by-office", gettext_noop("办理人员")
    PETITIONER = "ended-by-petitioner", gettext_noop("信访人本人")
