"""What all exceptions of ours share: they say what is wrong and what to do about it.

An exception is a defect or the world failing; what the rules do not allow is a refusal, which is a value. Exceptions are named for what
happened (`SealBroken`). Whoever can do something about one catches its class; the command line catches the base.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from huiyin.language import gettext as _
from huiyin.language import gettext_noop


class HuiyinError(Exception):
    """Something failed; raised as one of its subclasses, never itself.

    ``wrong`` says what is wrong and ``to_do`` what to do about it, both without personal data: they end in logs and on screens. A class
    for which the remedy is always the same gives it once, as its attribute ``to_do``.
    """

    to_do: str = gettext_noop("请报告，并附上 HUIYIN_DEBUG=1 显示的内容")

    def __init__(self, wrong: str, to_do: str = "") -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.to_do = to_do or _(self.to_do)

    def __str__(self) -> str:
        return _("%(wrong)s；%(to_do)s") % {"wrong": self.wrong, "to_do": self.to_do}

    @property
    def in_one_line(self) -> str:
        """What is wrong and what to do, for a screen or a log."""
        return " ".join(str(self).split())

    @property
    def in_lines(self) -> list[str]:
        """The same for a screen: a line for each thing that is wrong, where there are several, then what to do."""
        return [self.in_one_line]


@contextmanager
def reading_what_came(refusal: HuiyinError) -> Iterator[None]:
    """Raise ``refusal`` for whatever reading a file of somebody else throws inside, so that no reader has to foresee it all.

    Libraries that read files promise few errors and throw many more of what is damaged, locked or made up: StopIteration, zlib.error,
    OverflowError, panics of native code. Our own errors go through as they are, and so does a disk that fails. Inside stands only what
    takes the file apart: what is wrong with the database or our own code would be taken for the file's fault.
    """
    try:
        yield
    except (HuiyinError, FileNotFoundError, PermissionError, IsADirectoryError):
        raise
    except Exception:
        raise refusal from None
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        raise refusal from None


_PANIC = "PanicException"
"""What a failure within a library written in Rust becomes (pyo3): no Exception, and of no module that could be imported."""
