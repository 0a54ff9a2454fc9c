"""Everything that the prover may find, as codes: what is wrong, what should be there instead, and what is there.

The letters are the properties of docs/proofs.md. A code is for programs and stays; its Chinese words are the key of its translations.
"""

from __future__ import annotations

from huiyin.language import gettext_noop
from huiyin.rules.book.texts import TextCode

_NONE = gettext_noop("没有")
_NOTHING = gettext_noop("没有写")
_NOT_MARKED = gettext_noop("没有记录")
_NOT_OPENED = gettext_noop("没有产生")
_NONE_IN = gettext_noop("在“$stage”没有，经过：$way")


class FindingCode(TextCode):
    """What the prover finds: a sentence that says what is wrong, what it would have expected, and what it found."""

    # --- (a), (b), (d): from walking every situation ---
    NO_END = (
        "no-end",
        gettext_noop("到“$stage”之后再也不能终结"),
        gettext_noop("从这里能走到终结"),
        gettext_noop("经过 $way 之后没有"),
    )
    TOO_MANY = (
        "too-many",
        gettext_noop("情形过多，无法逐一走完，请合并事实或者职责"),
        gettext_noop("情形不超过 $max 个的程序"),
        gettext_noop("超出了；请合并事实或者职责"),
    )
    NOBODY_OWES = (
        "nobody-owes",
        gettext_noop("“$action”之后没有人负有职责"),
        gettext_noop("办理之后有人负有职责"),
        gettext_noop("在“$stage”办理时没有人：$way"),
    )
    NO_UNIT_YET = (
        "no-unit-yet",
        gettext_noop("“$action”产生职责时还没有承办单位"),
        gettext_noop("负有这项职责的单位"),
        gettext_noop("在“$stage”办理时还没有：$way"),
    )
    END_UNTOLD = (
        "end-untold",
        gettext_noop("可以不告知信访人而到“$stage”"),
        gettext_noop("到这里的每条途径上都告知信访人"),
        gettext_noop("$way 没有告知"),
    )
    # --- (f): whom a form complains of ---
    # --- (b): held to the book's own practice ---
    DUTY_FORGOTTEN_BESIDE = (
        "duty-forgotten-beside",
        gettext_noop("“$action”产生“$duty”，却不同时产生“$other”"),
        gettext_noop("职责“$other”：其他动作都与“$duty”一并产生"),
        _NOT_OPENED,
    )
    MOMENT_FORGOTTEN_AT_DUTY = (
        "moment-forgotten-at-duty",
        gettext_noop("“$action”没有记录“$moment”的时间"),
        gettext_noop("时点“$moment”：职责“$duty”自它起算，其他动作产生这项职责时都予记录"),
        _NOT_MARKED,
    )
    MOMENT_FORGOTTEN_AT_STAGE = (
        "moment-forgotten-at-stage",
        gettext_noop("“$action”没有记录“$moment”的时间"),
        gettext_noop("时点“$moment”：其他动作到“$stage”时都予记录"),
        _NOT_MARKED,
    )
    DUTY_FORGOTTEN_AT_MOMENT = (
        "duty-forgotten-at-moment",
        gettext_noop("“$action”记录了“$moment”，却不产生“$duty”"),
        gettext_noop("职责“$duty”：其他记录时点“$moment”的动作都产生它"),
        _NOT_OPENED,
    )
    UNIT_NOT_GIVEN = (
        "unit-not-given",
        gettext_noop("“$action”填写了“$field”，却没有把事项交给它"),
        gettext_noop("`units`：$$$use，其他填写它的动作都这样写"),
        _NOTHING,
    )
    NOT_BEGUN_ANEW = (
        "not-begun-anew",
        gettext_noop("“$action”重新产生“$duty”，期限却没有重新起算"),
        gettext_noop("时点“$moment”：职责“$duty”自它起算"),
        _NOT_MARKED,
    )
    DUE_TOO_EARLY = (
        "due-too-early",
        gettext_noop("“$duty”的期限与“$limit”不一致，到期时还不能办理"),
        gettext_noop("“$limit”：“$action”要等它届满"),
        "$found",
    )
    # --- (c): whose duty it is ---
    DUTY_STUCK = (
        "duty-stuck",
        gettext_noop("职责“$duty”在“$stage”以后无从完成"),
        gettext_noop("凡它可能待办之处，都有完成它的动作"),
        gettext_noop("自“$stage”起没有，经过：$way"),
    )
    OWNER_HELPLESS = (
        "owner-helpless",
        gettext_noop("负责“$duty”的$role在“$stage”无法自己完成它"),
        gettext_noop("凡它待办之处，$role都有能完成它的步骤"),
        _NONE_IN,
    )
    NOT_OWN_DUTY = (
        "not-own-duty",
        gettext_noop("“$action”不是办理人自己的职责"),
        gettext_noop("完成的是办理人自己的职责"),
        gettext_noop("$by办理的是$owners的职责"),
    )
    OFFICE_DUTY_BY_PETITIONER = (
        "office-duty-by-petitioner",
        gettext_noop("“$action”完成的是机关的职责“$duty”"),
        gettext_noop("$role：负有职责“$duty”的人"),
        "$by",
    )
    LEFT_OPEN = (
        "left-open",
        gettext_noop("“$action”之后职责“$duty”仍未完成"),
        gettext_noop("完成“$duty”：它待办时才能办理"),
        gettext_noop("仍然待办"),
    )
    OWED_BY_NOBODY = (
        "owed-by-nobody",
        gettext_noop("“$action”在没有人负有这项职责时也能办理"),
        gettext_noop("凡可办理之处，$duties之一待办"),
        _NONE_IN,
    )
    LAPSES = (
        "lapses",
        gettext_noop("“$action”之后职责“$duty”不了了之"),
        gettext_noop("完成、取消职责“$duty”，或者等它完成"),
        gettext_noop("这项职责在终结时不了了之：$way"),
    )
    EXTENSION_BY_OTHERS = (
        "extension-by-others",
        gettext_noop("“$action”不是由受该期限约束的人提出"),
        gettext_noop("在$limits之内负有职责的人"),
        "$by",
    )
    PAUSED_BY_OTHERS = (
        "paused-by-others",
        gettext_noop("“$action”不是由受该期限约束的人办理"),
        gettext_noop("在“$limit”之内负有职责的人（$owing）"),
        "$by",
    )
    OUT_OF_PLACE = (
        "out-of-place",
        gettext_noop("“$action”由在该阶段不负任何职责的人办理"),
        gettext_noop("在那里负有职责、或者与本动作有共同条款的角色"),
        "$by",
    )
    # --- (d): notices ---
    WITHHELD_WITHOUT_GROUND = (
        "withheld-without-ground",
        gettext_noop("“$notice”不发，却不是因为登记时没有留名、联系不上"),
        gettext_noop("登记所记的 name_clear：没有留名或者联系不上，才不发"),
        "$found",
    )
    NEVER_ISSUED = (
        "never-issued",
        gettext_noop("没有任何办理动作发出“$notice”"),
        gettext_noop("发出它的办理动作"),
        gettext_noop("“$notice”从不发出"),
    )
    NOT_TOLD = (
        "not-told",
        gettext_noop("“$action”完成了“$duty”却不告知信访人"),
        gettext_noop("告知信访人：“$other”完成“$duty”时即告知"),
        _NONE,
    )
    NOT_SENT = (
        "not-sent",
        gettext_noop("“$action”没有发出“$notice”，而“$other”发出"),
        gettext_noop("文书“$notice”：“$other”完成“$duty”时即发出"),
        _NONE,
    )
    NOT_PRINTED = (
        "not-printed",
        gettext_noop("“$action”所填的“$field”没有写进任何文书"),
        gettext_noop("写有“$field”的文书：“$other”即发出"),
        _NONE,
    )
    NOT_SERVED = (
        "not-served",
        gettext_noop("“$action”送达文书却不填送达日期"),
        gettext_noop("填写项中有已过去的日期：“$notice”须送达"),
        _NONE,
    )
    SERVES_NOTHING = (
        "serves-nothing",
        gettext_noop("“$action”填写“$field”却没有送达文书"),
        gettext_noop("须送达的文书：“$other”即送达"),
        _NONE,
    )
    MISDIRECTED = (
        "misdirected",
        gettext_noop("“$action”发给单位的“$notice”没有使任何人负有职责，或者应当送达信访人"),
        gettext_noop("“$notice”发给信访人，或者有它所通知的职责"),
        "to: unit",
    )
    HANDED_OVER_UNTOLD = (
        "handed-over-untold",
        gettext_noop("“$action”把事项交给承办单位，却没有书面通知"),
        gettext_noop("发给单位的文书：“$other”产生“$duty”时即发出"),
        _NONE,
    )
    # --- (e): remedies and their windows ---
    NOT_OFFERED = (
        "not-offered",
        gettext_noop("“$notice”写明的救济没有提供"),
        gettext_noop("办理动作写明 `remedy: true` 和 `until`，其期限自“$action”所记的时点起算"),
        _NONE,
    )
    NOT_ALWAYS_SERVED = (
        "not-always-served",
        gettext_noop("“$notice”应当一律送达信访人"),
        gettext_noop("一律送达信访人的文书：救济的期限自它起算"),
        gettext_noop("不是这样"),
    )
    UNANNOUNCED = (
        "unannounced",
        gettext_noop("没有文书告知可以“$action”"),
        gettext_noop("“$limit”起算时发出、告知它的文书"),
        _NONE,
    )
    UNHERALDED = (
        "unheralded",
        gettext_noop("“$opening”开始了“$action”的期限，却没有告知可以“$action”"),
        gettext_noop("告知“$action”的文书：它的期限由此开始"),
        _NONE,
    )
    MISLED = (
        "misled",
        gettext_noop("“$action”之后的阶段不能直接完成“$duty”"),
        gettext_noop("能够完成“$duty”的阶段"),
        "$found",
    )
    NO_WAY_IN = (
        "no-way-in",
        gettext_noop("信访人自己不能提交"),
        gettext_noop("信访人可以办理的登记动作（from: start）"),
        _NONE,
    )
    UNKEPT = (
        "unkept",
        gettext_noop("信访人读到“$public”，却没有可以提出的途径"),
        gettext_noop("在“$stage”提供所说的救济"),
        _NONE,
    )
    CUT_SHORT = (
        "cut-short",
        gettext_noop("期限未满，在“$stage”却不能“$action”"),
        gettext_noop("期限“$limit”未满时，在“$stage”都能办理"),
        gettext_noop("不能，经过：$way"),
    )
    OFFERED_EARLY = (
        "offered-early",
        gettext_noop("在“$stage”就可以“$action”，早于告知"),
        gettext_noop("只在$openings之后提供"),
        gettext_noop("在“$stage”就提供"),
    )
    OTHER_PERIOD = (
        "other-period",
        gettext_noop("“$notice”写明的期限与“$limit”不一致"),
        gettext_noop("文书“$notice”写明的期限（$promised）"),
        "$within",
    )
    NOT_FROM_SERVICE = (
        "not-from-service",
        gettext_noop("“$action”的期限没有从送达之日起算"),
        gettext_noop("填写的送达日期，作为时点“$moment”"),
        "$found",
    )
    NOT_MARKED_AS_REMEDY = (
        "not-marked-as-remedy",
        gettext_noop("“$action”使机关负有职责，应当作为救济标明"),
        gettext_noop("`remedy: true`：它使机关负有职责"),
        _NONE,
    )
    REMEDY_BY_OTHERS = (
        "remedy-by-others",
        gettext_noop("“$action”应由信访人提出"),
        gettext_noop("由信访人提出"),
        gettext_noop("其他人"),
    )
    REMEDY_UNOWED = (
        "remedy-unowed",
        gettext_noop("信访人“$action”之后没有人负责处理"),
        gettext_noop("它所产生的职责"),
        _NONE,
    )
    NEVER_STARTED = (
        "never-started",
        gettext_noop("“$action”所依据的期限从不起算"),
        gettext_noop("记录时点“$moment”的动作：它依据期限“$limit”"),
        _NONE,
    )
    UNBEGUN = (
        "unbegun",
        gettext_noop("“$action”所依据的时间到“$stage”时可能没有记录"),
        gettext_noop("到“$stage”的每条途径上都记录时点“$moment”"),
        gettext_noop("有的途径上没有记录"),
    )
    EXTENDED_LATE = (
        "extended-late",
        gettext_noop("“$action”可能在期限届满之后"),
        gettext_noop("`until`：$limits，已经届满的期限不能延长"),
        "$found",
    )
    # --- (f): nobody decides on what is their own ---
    NOBODY_FOLLOWS = (
        "nobody-follows",
        gettext_noop("“$action”记录时点“$moment”，却没有人因此要办“$duty”"),
        gettext_noop("同“$other”一样产生“$duty”"),
        gettext_noop("opens 中没有"),
    )
    UNREFUSABLE = (
        "unrefusable",
        gettext_noop("“$duty”只能“$action”，别无选择"),
        gettext_noop("一个准予的动作，一个不准予或者退回的动作"),
        gettext_noop("只有“$action”"),
    )
    ONLY_SENT_BACK = (
        "only-sent-back",
        gettext_noop("“$duty”在有的情形下只能退回"),
        gettext_noop("$actions之一可以办理"),
        _NONE_IN,
    )
    NEVER_SENT_BACK = (
        "never-sent-back",
        gettext_noop("“$duty”在有的情形下不能退回"),
        gettext_noop("$actions之一可以办理"),
        _NONE_IN,
    )
    DECIDES_ON_OWN = (
        "decides-on-own",
        gettext_noop("“$action”可能由作出“$earlier”的同一人办理，等于对自己提出的作出决定"),
        gettext_noop("`not_by` 中有“$earlier”：“$other”即如此"),
        "$barred",
    )
    APPROVES_OWN = (
        "approves-own",
        gettext_noop("“$action”可能由作出“$earlier”的同一人办理，等于审批自己提出的"),
        gettext_noop("`not_by` 中有“$earlier”：它提出了“$duty”"),
        "$barred",
    )
    REVIEWS_OWN = (
        "reviews-own",
        gettext_noop("“$action”可能由作出“$earlier”的同一人办理，等于复查自己作出的"),
        gettext_noop("`not_by` 中有“$earlier”：它是“$remedy”所不服的"),
        "$barred",
    )
    CANNOT_WITHDRAW = (
        "cannot-withdraw",
        gettext_noop("$roles不能“$action”"),
        gettext_noop("凡在案件上负有职责的人，也包括$roles"),
        "$by",
    )
    NOT_ABOVE = (
        "not-above",
        gettext_noop("“$duty”由$low负责，不高于作出处理的机关"),
        gettext_noop("“$remedy”所不服的$by的上级机关"),
        "$low",
    )
    # --- (g): nothing is dead or interrupted ---
    STAGE_UNREACHED = (
        "stage-unreached",
        gettext_noop("“$stage”永远到不了"),
        gettext_noop("到这里的途径"),
        _NONE,
    )
    NO_START = (
        "no-start",
        gettext_noop("没有登记的办理动作"),
        gettext_noop("登记动作（from: start）"),
        _NONE,
    )
    ACTION_NEVER = (
        "action-never",
        gettext_noop("“$action”永远用不上"),
        gettext_noop("可以办理它的情形"),
        _NONE,
    )
    PART_NEVER = (
        "part-never",
        gettext_noop("“$action”所写的 $part: $entry 从不发生"),
        gettext_noop("只写可能发生的"),
        gettext_noop("$entry 从不发生"),
    )
    INTERRUPTED = (
        "interrupted",
        gettext_noop("“$action”在“$stage”中断"),
        gettext_noop("也在“$stage”：它的前后都可办理"),
        "$found",
    )
    NOT_AFTER_THIS_END = (
        "not-after-this-end",
        gettext_noop("“$action”在“$stage”之后不能办理"),
        gettext_noop("也在“$stage”：多数终结之后都可办理"),
        "$found",
    )
    NOT_YET_THERE = (
        "not-yet-there",
        gettext_noop("“$action”在更早的“$stage”不能办理"),
        gettext_noop("也在“$stage”：它通向的“$after”可办理"),
        "$found",
    )
    NO_LONGER_THERE = (
        "no-longer-there",
        gettext_noop("“$action”到了“$stage”不能办理"),
        gettext_noop("也在“$stage”：在它之前的“$before”可办理"),
        "$found",
    )
    OUT_OF_REACH = (
        "out-of-reach",
        gettext_noop("“$action”在“$stage”不能办理，那里有职责未完成"),
        gettext_noop("也在“$stage”：那里职责“$duty”待办"),
        "$found",
    )
    EXTENDED_IN_VAIN = (
        "extended-in-vain",
        gettext_noop("到“$stage”已经没有受该期限约束的职责，仍可以“$action”"),
        gettext_noop("凡可办理之处，在$limits之内仍有职责待办"),
        _NONE_IN,
    )
    NOTICE_NEVER_DUE = (
        "notice-never-due",
        gettext_noop("“$action”时永远不会发出“$notice”"),
        gettext_noop("“$duty”待办时可能成立的条件"),
        "$found",
    )
    VALUE_NEVER = (
        "value-never",
        gettext_noop("“$fact”永远不会是“$value”"),
        gettext_noop("设定它的动作"),
        _NOTHING,
    )
    UNUSED = (
        "unused",
        gettext_noop("“$name”从未用到"),
        gettext_noop("用到它之处"),
        gettext_noop("$name 从未用到"),
    )
    # --- (h): everything cites a clause, and says what it says ---
    UNCITED = (
        "uncited",
        gettext_noop("条款“$clause”没有任何环节落实，也未注明由何处落实"),
        gettext_noop("引用本条款的环节，或者在 `elsewhere` 中注明"),
        "$clause",
    )
    MISCOUNTED = (
        "miscounted",
        gettext_noop("“$limit”为$length，与所引的第一条写明天数的条款不符；请把规定这一期限的条款写在最前"),
        gettext_noop("$stated：所引的第一条写明天数的条款如此；请把规定它的条款写在最前"),
        "$length",
    )
    END_OF_ANOTHER_CLAUSE = (
        "end-of-another-clause",
        gettext_noop("“$action”与它所到的“$stage”没有共同的条款依据"),
        gettext_noop("它所引的条款（$clauses）规定的终结"),
        "$stage",
    )
    LIMIT_OF_ANOTHER_CLAUSE = (
        "limit-of-another-clause",
        gettext_noop("职责“$duty”与它的“$limit”没有共同的条款依据"),
        gettext_noop("它所引的条款（$clauses）规定的期限"),
        "$limit",
    )
    DATE_SET_FREELY = (
        "date-set-freely",
        gettext_noop("“$limit”可由表单任意设定日期"),
        gettext_noop("`no_later_than` 写“$action”所延长的另一期限"),
        "$found",
    )
    ANOTHER_START = (
        "another-start",
        gettext_noop("“$limit”与“$bound”的起算点不同"),
        gettext_noop("“$bound”起算的时点（$moment）"),
        "$found",
    )
    UNBOUNDED = (
        "unbounded",
        gettext_noop("“$limit”可由表单设定在“$whole”之后"),
        gettext_noop("`no_later_than: $whole`：它一样长，与它一同起算"),
        _NOTHING,
    )
