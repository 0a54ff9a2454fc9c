"""Why something of an assessment is not done: an error for programs, words for the page."""

from __future__ import annotations

from huiyin.readiness.refusals import DoesNotFit


class SchemeFlawed(DoesNotFit):
    """Raised when a scheme cannot be one: weights that do not add up, an indicator that nobody may be judged by, or none at all."""

    to_do = "change the indicators as the message says"


class OwnUnit(DoesNotFit):
    """Raised when somebody would assess a unit that they belong to."""

    to_do = "have somebody of another unit do it"


class SamePerson(DoesNotFit):
    """Raised when one person would take two steps that two have to take."""

    to_do = "have another person do it"


class OutOfTurn(DoesNotFit):
    """Raised when a step does not follow from where an assessment stands."""

    to_do = "see on the page of the unit what comes next"
