"""Saying whom a case accuses: of everything that was written at once, or of one written line, while the others stay open. Pure."""

from __future__ import annotations

from huiyin.procedure.command import Command
from huiyin.procedure.event import AccusedIdentified, AccusedWritten
from huiyin.rules.book.schema import IDENTIFY_LINE, LINE_NO, Action


def identified(rule: Action, command: Command) -> tuple[AccusedIdentified | AccusedWritten, ...]:
    """Whom the case itself accuses from now on, first; then the lines of which nobody has decided yet, as they were written.

    Nothing for an action that says nothing of the kind.
    """
    units, people = command.shut_out
    if command.action == IDENTIFY_LINE:
        units, people = units | command.decided[0], people | command.decided[1]
    elif not rule.identifies:
        return ()
    whole = AccusedIdentified(tuple(sorted(units)), tuple(sorted(people)))
    return (whole, *_left(command))


def _left(command: Command) -> tuple[AccusedWritten, ...]:
    """The lines that stay open beside the one that the form is about; none where it is about all of them."""
    about = command.fields.get(LINE_NO)
    if command.action != IDENTIFY_LINE:
        return ()
    return tuple(
        AccusedWritten(
            one.line, tuple(sorted(one.units)), tuple(sorted(one.people)), certain=False, at=one.at, alone=one.alone
        )
        for one in command.lines
        if one.number != about
    )
