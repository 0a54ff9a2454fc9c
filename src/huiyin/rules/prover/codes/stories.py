"""What the prover tells beside its findings, as codes: the steps of a story, the longest lawful times, and where a book gives less than the law."""

from __future__ import annotations

from huiyin.language import gettext_noop
from huiyin.rules.book.texts import TextCode


class StoryCode(TextCode):
    """The sentences of which stories and longest times consist."""

    STEP = "story-step", gettext_noop("$role：$action")
    STEP_TO = "story-step-to", gettext_noop("$role：$action。阶段：$stage。待办：$owed")
    STEP_TO_NOTHING = "story-step-to-nothing", gettext_noop("$role：$action。阶段：$stage。待办：无")
    OWED = "story-owed", gettext_noop("$duty（$role）")
    NAME_NOWHERE = "story-name-nowhere", gettext_noop("所写的名称不存在，或者不合用")
    LONGEST = "story-longest", gettext_noop("自登记至$goal：最长$days日$pause：$steps")
    UNBOUNDED = "story-unbounded", gettext_noop("自登记至$goal：没有上限$pause：$steps")
    HEARINGS = "story-hearings", gettext_noop("；另加听证时间")
    SET_DATE = "story-set-date", gettext_noop("所设日期")
    ON_DAY = "story-on-day", gettext_noop("$action（第$day日）")
    ON_ANY_DAY = "story-on-any-day", gettext_noop("$action（不限）")


class GoalCode(TextCode):
    """What a petitioner waits for."""

    NOTICE = "goal-notice", gettext_noop("首次书面告知")
    ANSWER = "goal-answer", gettext_noop("首次送达书面答复，或者告知后终结")
    END = "goal-end", gettext_noop("终结")


class LessCode(TextCode):
    """In what a book gives the petitioner less than the law."""

    SHORTER = "less-shorter", gettext_noop("“$limit”短于法定$length")
    LONGER = "less-longer", gettext_noop("“$limit”长于法定$length")
    OTHER_START = "less-other-start", gettext_noop("“$limit”的起算点与法不同")
    MORE_EXTENSION = "less-more-extension", gettext_noop("“$limit”可延长的天数超过法定")
    PAUSED = "less-paused", gettext_noop("“$limit”依法不能中止")
    ANY_DATE = "less-any-date", gettext_noop("“$limit”的日期可由表单任意设定")
    NO_SUCH_DUTY = "less-no-such-duty", gettext_noop("没有“$duty”这一职责")
    DUE_LATER = "less-due-later", gettext_noop("“$duty”的期限长于法定")
    NOT_SERVED = "less-not-served", gettext_noop("“$notice”不再送达")
    NOT_TO_PETITIONER = "less-not-to-petitioner", gettext_noop("“$notice”不再发给信访人")
    WITHHELD_MORE = "less-withheld-more", gettext_noop("“$notice”在更多情形下不发")
    REMEDY_UNNAMED = "less-remedy-unnamed", gettext_noop("“$notice”没有写明救济途径")
    SAYS_LESS = "less-says-less", gettext_noop("“$notice”内容少于法定")
    RIGHT_NOT_OFFERED = "less-right-not-offered", gettext_noop("信访人不能“$action”")
    NOT_OFFERED = "less-not-offered", gettext_noop("没有“$action”")
    WAY_NOT_OPEN = "less-way-not-open", gettext_noop("没有“$action”这条途径")
    FEWER_STAGES = "less-fewer-stages", gettext_noop("可以“$action”的阶段少于法定")
    RIGHT_IN_FEWER_STAGES = "less-right-in-fewer-stages", gettext_noop("信访人可以“$action”的阶段少于法定")
    NOT_BY_PETITIONER = "less-not-by-petitioner", gettext_noop("信访人自己不能“$action”")
    NO_REMEDY = "less-no-remedy", gettext_noop("“$action”没有作为救济提供")
    NOT_ENTERED = "less-not-entered", gettext_noop("信访人以书信、电话或者当面提出的“$action”没有人能登记")
    LIMITED = "less-limited", gettext_noop("“$action”另设了期限")
    CONDITION = "less-condition", gettext_noop("“$action”附加了条件")
    NOTICE_MISSING = "less-notice-missing", gettext_noop("“$action”时不发“$notice”")
    DUTY_NOT_OPENED = "less-duty-not-opened", gettext_noop("“$action”之后没有“$duty”这一职责")
    DUTY_IN_FEWER_CASES = "less-duty-in-fewer-cases", gettext_noop("“$action”之后只在更窄的条件下才有“$duty”这一职责")
    DUTY_WITHDRAWN = "less-duty-withdrawn", gettext_noop("“$action”取消了“$duty”这一职责")
    NO_WAIT_FOR_DUTY = "less-no-wait-for-duty", gettext_noop("“$action”不等“$duty”完成")
    NO_WAIT_FOR_LIMIT = "less-no-wait-for-limit", gettext_noop("“$action”不等“$limit”届满")
    MOMENT_NOT_MARKED = "less-moment-not-marked", gettext_noop("“$action”没有照法记录起算日")
    NOT_RECORDED = "less-not-recorded", gettext_noop("“$action”没有记载“$fact”")
    RESERVED = "less-reserved", gettext_noop("“$action”应由$by批准")
    AFTER_THE_LIMIT = "less-after-the-limit", gettext_noop("期限届满后仍可“$action”")
    EXTENDS_OTHERS = "less-extends-others", gettext_noop("“$action”延长了法定不可延长的期限")
    BY_SAME_PERSON = "less-by-same-person", gettext_noop("作出“$earlier”的人也可以“$action”")
    PAUSES_OTHERS = "less-pauses-others", gettext_noop("“$action”中止的期限与法不同")
    DECIDED_BELOW = "less-decided-below", gettext_noop("对“$remedy”由$by自己决定，低于法定的层级")
    APPROVED_BY_PROPOSER = (
        "less-approved-by-proposer",
        gettext_noop("“$action”与“$other”作用相同，却可由作出“$earlier”的人办理"),
    )
    TAKES_LONGER = "less-takes-longer", gettext_noop("$longest；法定$days日")


class PropertyCode(TextCode):
    """What is proved, letter by letter."""

    A = "property-a", gettext_noop("从任何情形都能走到终结")
    B = "property-b", gettext_noop("未终结时总有人在期限内负有职责")
    C = "property-c", gettext_noop("每项职责，负责的人自己就能完成")
    D = "property-d", gettext_noop("每个终结之前都已告知信访人，或者记有不告知的理由")
    E = "property-e", gettext_noop("每项救济在其期限内始终可用，且仅在期限内可用")
    F = "property-f", gettext_noop("自己不审批自己提出的，不复查自己作出的")
    G = "property-g", gettext_noop("没有用不到、也没有中断的阶段、办理动作、职责、文书")
    H = "property-h", gettext_noop("每个环节都有条款依据，每条条款都有环节落实")
    J = "property-j", gettext_noop("每个终结都合于它的种类，系统到期自动办理的从不作出决定")
    K = "property-k", gettext_noop("凡所依据的法规不允许发生的，在本规程下也不会发生")
