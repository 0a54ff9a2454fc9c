"""What the prover may find about documents that are drafted, as codes like those of ``findings``."""

from __future__ import annotations

from huiyin.language import gettext_noop
from huiyin.rules.book.texts import TextCode


class DocumentCode(TextCode):
    """(d) A document is approved only once it was drafted, and what was drafted is issued only once it was approved."""

    APPROVED_UNDRAFTED = (
        "approved-undrafted",
        gettext_noop("“$action”审签“$notice”时可能还没有拟稿"),
        gettext_noop("办理这一步之前的每条途径上都有拟“$notice”的动作"),
        gettext_noop("可以不经拟稿到“$stage”"),
    )
    DRAFTED_UNAPPROVED = (
        "drafted-unapproved",
        gettext_noop("“$action”拟的“$notice”没有人审签"),
        gettext_noop("有审签“$notice”的动作"),
        gettext_noop("没有"),
    )
    APPROVAL_PASSED_BY = (
        "approval-passed-by",
        gettext_noop("“$action”可以不经审签发出“$notice”"),
        gettext_noop("拟稿以后到这一步的每条途径上都有审签“$notice”的动作"),
        gettext_noop("可以不经审签到“$stage”"),
    )
    DRAFTED_UNISSUED = (
        "drafted-unissued",
        gettext_noop("“$action”拟的“$notice”没有动作发出"),
        gettext_noop("有发出“$notice”的动作，不是拟稿的这一步"),
        gettext_noop("没有"),
    )
    PRINTED_UNWRITTEN = (
        "printed-unwritten",
        gettext_noop("“$action”发出“$notice”时，要印的“$field”可能没有人写过"),
        gettext_noop("这一步要求填写“$field”，或者这一步之前的每条途径上都有要求填写它的动作"),
        gettext_noop("可以不经填写到“$stage”"),
    )
