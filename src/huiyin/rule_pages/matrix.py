"""Who may do what at which stage: one table of a procedure, and the same as a list for each role."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from huiyin.rule_pages.links import InProcedure, Link
from huiyin.rules.book.steps import applies, begins_case, is_anywhere


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A stage with what each role may do there, in the order of the roles."""

    stage: Link | None
    label: str
    end: bool
    cells: tuple[tuple[Link, ...], ...]


@dataclass(frozen=True, slots=True)
class OfRole:
    """What one role may do: (stage, actions)."""

    role: Link
    rows: tuple[tuple[str, tuple[Link, ...]], ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Stages by roles. What may be done in every stage stands in one row of its own."""

    roles: tuple[Link, ...]
    rows: tuple[MatrixRow, ...]
    by_role: tuple[OfRole, ...]


def matrix(within: InProcedure) -> Matrix:
    """Who may do what at which stage of a procedure. Roles that may do nothing in it are left out."""
    procedure = within.procedure
    acting = {role for action in procedure.actions.values() for role in action.takers}
    names = [role for role in within.places.book.roles if role in acting]
    begun = [name for name, action in procedure.actions.items() if begins_case(action)]
    anywhere = [name for name, action in procedure.actions.items() if is_anywhere(action)]
    rows = [
        _row(within, names, None, _("来件时"), begun),
        _row(within, names, None, _("未终结的任何阶段"), anywhere),
    ]
    for stage in procedure.stages:
        there = [
            name
            for name, action in procedure.actions.items()
            if applies(procedure, action, stage) and not is_anywhere(action)
        ]
        rows.append(_row(within, names, stage, "", there))
    rows = [row for row in rows if any(row.cells)]
    roles = within.places.roles(names)
    by_role = tuple(
        OfRole(role, tuple((row.label, row.cells[column]) for row in rows if row.cells[column]))
        for column, role in enumerate(roles)
    )
    return Matrix(roles, tuple(rows), by_role)


def _row(within: InProcedure, roles: list[str], stage: str | None, label: str, actions: list[str]) -> MatrixRow:
    link = within.stage(stage) if stage else None
    cells = tuple(
        within.actions(name for name in actions if role in within.procedure.actions[name].takers) for role in roles
    )
    end = bool(stage and within.procedure.stages[stage].end)
    return MatrixRow(link, link.text if link else label, end, cells)
