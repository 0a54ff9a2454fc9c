"""The figures by which the work of an office is judged, as a rulebook writes them: shares of matters, never of people."""

from __future__ import annotations

from huiyin.rules.book.elements import Cited, Id, Ids


class Indicator(Cited):
    """The share of some matters in which something went well.

    ``duties``: of the matters in which the last of these fell due, those in which all were fulfilled in time. Otherwise of the matters
    that have ended: with ``field``, those in which it was answered with one of ``good`` (with none, that it was answered at all);
    without it, those in which the moment ``without`` was never recorded. ``among`` counts only matters in which this moment was,
    ``ends`` only those that ended in one of these stages.
    """

    duties: Ids = ()
    field: Id | None = None
    good: Ids = ()
    among: Id | None = None
    ends: Ids = ()
    without: Id | None = None
