"""What all exceptions of ours share: they say what is wrong and what to do about it.

An exception is a defect or the world failing; what the rules do not allow is a refusal, which is a value. Exceptions are named for what
happened (`SealBroken`). Whoever can do something about one catches its class; the command line catches the base.
"""

from __future__ import annotations


class HuiyinError(Exception):
    """Something failed; raised as one of its subclasses, never itself.

    ``wrong`` says what is wrong and ``to_do`` what to do about it, both without personal data: they end in logs and on screens. A class
    for which the remedy is always the same gives it once, as its attribute ``to_do``.
    """

    to_do: str = "report it, with what HUIYIN_DEBUG=1 shows"

    def __init__(self, wrong: str, to_do: str = "") -> None:
        super().__init__(wrong)
        self.wrong = wrong
        if to_do:
            self.to_do = to_do

    def __str__(self) -> str:
        return f"{self.wrong}; {self.to_do}"

    @property
    def in_one_line(self) -> str:
        """What is wrong and what to do, for a screen or a log."""
        return " ".join(str(self).split())
