"""Why something of an assessment is not done: an error for programs, words for the page."""

from __future__ import annotations

from huiyin.language import gettext_noop
from huiyin.readiness.refusals import DoesNotFit


class SchemeFlawed(DoesNotFit):
    """Raised when a scheme cannot be one: weights that do not add up, an indicator that nobody may be judged by, or none at all."""

    to_do = gettext_noop("请按提示修改指标")


class OwnUnit(DoesNotFit):
    """Raised when somebody would assess a unit that they belong to."""

    to_do = gettext_noop("请由其他单位的人办理")


class SamePerson(DoesNotFit):
    """Raised when one person would take two steps that two have to take."""

    to_do = gettext_noop("请由另一人办理")


class OutOfTurn(DoesNotFit):
    """Raised when a step does not follow from where an assessment stands."""

    to_do = gettext_noop("下一步做什么，请看该单位的页面")
