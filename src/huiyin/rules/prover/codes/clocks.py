"""What the prover may find about clocks that never run out, as codes like those of ``findings``."""

from __future__ import annotations

from huiyin.language import gettext_noop
from huiyin.rules.book.texts import TextCode

_NOTHING = gettext_noop("没有")


class ClockCode(TextCode):
    """(b) No way round sets every clock anew; (h) a clock is as long, and stands still, as a clause says; (f) nobody extends one alone."""

    ENDLESS = (
        "endless",
        gettext_noop("从“$stage”可以经“$actions”一再回到原处，每一圈各项期限都重新起算，永远不会逾期"),
        gettext_noop("至少一项职责的期限不在这一圈里重新起算"),
        gettext_noop("都重新起算"),
    )
    BEGINS_AHEAD = (
        "begins-ahead",
        gettext_noop("“$action”可以按“$field”把“$moment”记到以后的日子，“$limit”到那时才起算"),
        gettext_noop("past: true，或者按办理的时间记录"),
        gettext_noop("可以填以后的日期"),
    )
    OWN_DATE = (
        "own-date",
        gettext_noop("“$duty”到哪天为止，由负责它的人在“$action”时自己填，没有上限，也没有人看到"),
        gettext_noop("`no_later_than` 写一项期限，或者告知信访人的文书印有这一日期"),
        _NOTHING,
    )
    STANDS_STILL = (
        "stands-still",
        gettext_noop("“$limit”可以停止计算，所引条款却没有说哪段时间不计算在内"),
        gettext_noop("所引条款写明：……时间不计算在内"),
        _NOTHING,
    )
    EXTENDED_ALONE = (
        "extended-alone",
        gettext_noop("“$action”延长“$limits”，没有另一人申请"),
        gettext_noop("一人申请，由此产生的职责由另一人办理，`not_by` 写明申请的动作"),
        _NOTHING,
    )
    UNSTATED = (
        "unstated",
        gettext_noop("“$limit”为$length，所引条款没有一条写明多少天"),
        gettext_noop("引用写明这一期限的条款"),
        _NOTHING,
    )
