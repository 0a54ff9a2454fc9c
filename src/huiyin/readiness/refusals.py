"""Why something of the readiness of an organisation is not taken in: an error for programs, words for the form."""

from __future__ import annotations

from huiyin.errors import HuiyinError


class DoesNotFit(HuiyinError):
    """Raised when what was entered does not fit what is there.

    ``words`` say so, and what to do, to whoever filled in the form; ``field`` is the field that they belong to, empty: none.
    """

    to_do = "change what was entered as the message says"

    def __init__(self, message: str, words: str, field: str = "") -> None:
        super().__init__(message)
        self.words, self.field = words, field


class TooFew(DoesNotFit):
    """Raised when more is taken out of a store than there is."""

    to_do = "take no more than there is, or note first what came in"


class FundsShort(DoesNotFit):
    """Raised when a line of the budget would be overspent."""

    to_do = "book no more than remains, book on another line, or have the line raised first"


class UseNotAllowed(DoesNotFit):
    """Raised when something is booked on a line for what the line is not for (clause s3-5.3.2)."""

    to_do = "book on a line that allows this use"


class Closed(DoesNotFit):
    """Raised when something is over: a task carried out, a policy out of force."""

    to_do = "open a new one where it goes on"


class NotLater(DoesNotFit):
    """Raised when a version would not be later than the one before it."""

    to_do = "give the day from which the new wording is in force"


class NoTextFound(DoesNotFit):
    """Raised when a file holds no text that can be taken in."""

    to_do = "give a DOCX, a PDF with text in it, or a plain text file"


class TextTooLong(DoesNotFit):
    """Raised when a text is longer than a page could show."""

    to_do = "divide it into several"
