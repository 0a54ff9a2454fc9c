"""What the prover may find when a local book lets something happen that its law does not, as codes like those of ``findings``."""

from __future__ import annotations

from huiyin.language import gettext_noop
from huiyin.rules.book.texts import TextCode

_NOTHING = gettext_noop("没有写")
_NONE_IN = gettext_noop("在“$stage”没有，经过：$way")


class RefinementCode(TextCode):
    """(k) Whatever a local book lets happen, the law that it extends lets happen too."""

    BEYOND_THE_LAW = (
        "beyond-the-law",
        gettext_noop("“$action”超出了所依据的法规：$why"),
        gettext_noop("按法规在“$at”可以办理的：$allowed"),
        gettext_noop("可以这样办理，经过：$way"),
    )
    LESS_THAN_LAWFUL = (
        "less-than-lawful",
        gettext_noop("“$action”不合所依据的法规：$why"),
        gettext_noop("与法规所定的一致"),
        gettext_noop("在“$stage”可以这样办理"),
    )
    RIGHT_LOST = (
        "right-lost",
        gettext_noop("在“$stage”信访人不能“$action”，按法规这时可以"),
        gettext_noop("信访人在“$stage”可以“$action”"),
        gettext_noop("不能，经过：$way"),
    )
    UNTIMED = (
        "untimed",
        gettext_noop("在“$stage”没有人在法定期限内负有职责"),
        gettext_noop("一项职责，期限自“$moments”起算"),
        _NONE_IN,
    )
    OWES_LESS = (
        "owes-less",
        gettext_noop("终结“$stage”之后不再产生“$duty”"),
        gettext_noop("`owes` 中有“$duty”"),
        _NOTHING,
    )
    FIELD_WEAKER = (
        "field-weaker",
        gettext_noop("“$field”可以填写的比法规少，或者不再照法规限定"),
        gettext_noop("照法规写明 $part"),
        "$found",
    )
    ELEMENT_WEAKER = (
        "element-weaker",
        gettext_noop("“$element”比所依据的规定写得弱：$part"),
        gettext_noop("$part 不少于所依据的规定"),
        "$part: $found",
    )
    PROCEDURE_GONE = (
        "procedure-gone",
        gettext_noop("没有程序“$procedure”，而所依据的法规有"),
        gettext_noop("程序“$procedure”"),
        _NOTHING,
    )
    KIND_CHANGED = (
        "kind-changed",
        gettext_noop("“$stage”的终结种类与法规不同"),
        "ending: $kind",
        "ending: $found",
    )


class BeyondCode(TextCode):
    """In what a step goes beyond the law."""

    NOT_YET = "beyond-not-yet", gettext_noop("按法规事项在“$at”，这时不能这样办理")
    SHORTCUT = "beyond-shortcut", gettext_noop("从“$at”直接到了“$stage”，越过了法定的步骤")
    ANOTHER_END = "beyond-another-end", gettext_noop("从“$at”到了终结“$stage”，法规没有这条途径")
    NO_SUCH_END = "beyond-no-such-end", gettext_noop("到了法规没有的终结“$stage”，而按法规事项还在“$at”")
    NO_CONTEST = (
        "beyond-no-contest",
        gettext_noop("到了法规没有的终结“$stage”，而信访人不能对此提出、使事项重新受到审查"),
    )
    FACT = "beyond-fact", gettext_noop("“$fact”变成了“$value”，按法规这时不能改变")
    CLOCK = "beyond-clock", gettext_noop("重新记录了“$moment”，按法规这时不能")
    LIMIT = "beyond-limit", gettext_noop("延长、停止或者恢复了“$limit”")
    BY = "beyond-by", gettext_noop("可以由$by办理，而按法规应由$lawful办理")
    UNTOLD = "beyond-untold", gettext_noop("没有照法规发出“$notice”，也没有发出内容不少于它的文书")
    UNASKED = "beyond-unasked", gettext_noop("不要求填写“$field”，而按法规必须填写")
    NOT_APART = "beyond-not-apart", gettext_noop("作出“$earlier”的人也可以办理")
    TOO_EARLY = "beyond-too-early", gettext_noop("不等“$limit”届满")
    TOO_LATE = "beyond-too-late", gettext_noop("在“$limit”届满之后也可以办理")
    DROPS = "beyond-drops", gettext_noop("取消了“$duty”，而没有照法规完成它")
    OPENED = "beyond-opened", gettext_noop("打开签收是否即为送达，与法规不同")
    UNSAID = "beyond-unsaid", gettext_noop("不以“$field”的记录为前提，而按法规必须先有此项记录")
    BACKDATED = "beyond-backdated", gettext_noop("“$field”可以早于法规所限定的日期")
    NOT_BARRED = "beyond-not-barred", gettext_noop("应当回避的人仍可办理")
    HANDED_ON = "beyond-handed-on", gettext_noop("把事项交给了别的单位")
    ASKED_MORE = "beyond-asked-more", gettext_noop("要求信访人另行填写“$field”，而法规不要求")
    TOLD_OTHERS = "beyond-told-others", gettext_noop("把信访人所写的内容用“$notice”发给了别的单位")
    NO_REMEDY = "beyond-no-remedy", gettext_noop("不再是信访人的救济")
