"""Why something of the readiness of an organisation is not taken in: an error for programs, words for the form."""

from __future__ import annotations

from huiyin.errors import HuiyinError
from huiyin.language import gettext_noop


class DoesNotFit(HuiyinError):
    """Raised when what was entered does not fit what is there.

    ``words`` say so, and what to do, to whoever filled in the form; ``field`` is the field that they belong to, empty: none.
    """

    to_do = gettext_noop("请按提示修改所填内容")

    def __init__(self, message: str, words: str, field: str = "") -> None:
        super().__init__(message)
        self.words, self.field = words, field


class TooFew(DoesNotFit):
    """Raised when more is taken out of a store than there is."""

    to_do = gettext_noop("领用数量不能超过库存；有新入库的请先登记")


class FundsShort(DoesNotFit):
    """Raised when a line of the budget would be overspent."""

    to_do = gettext_noop("支出不能超过余额；请改列其他科目，或先调增预算")


class UseNotAllowed(DoesNotFit):
    """Raised when something is booked on a line for what the line is not for (clause s3-5.3.2)."""

    to_do = gettext_noop("请列入允许这一用途的科目")


class Closed(DoesNotFit):
    """Raised when something is over: a task carried out, a policy out of force."""

    to_do = gettext_noop("需要继续的，请另立一项")


class NotLater(DoesNotFit):
    """Raised when a version would not be later than the one before it."""

    to_do = gettext_noop("请填写新文本的施行日期")


class NoTextFound(DoesNotFit):
    """Raised when a file holds no text that can be taken in."""

    to_do = gettext_noop("请提供 DOCX、含文字的 PDF 或者纯文本文件")


class TextTooLong(DoesNotFit):
    """Raised when a text is longer than a page could show."""

    to_do = gettext_noop("请分成几份")
