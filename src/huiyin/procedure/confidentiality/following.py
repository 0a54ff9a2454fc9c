"""A case that is about another is at least as confidential, and known to whoever may know of that. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from huiyin.procedure.command import CaseId, FollowedLevel
from huiyin.procedure.event import ConfidentialityFollowed
from huiyin.procedure.state import LEVEL_ORDER, ORDINARY, Confidentiality, State


def level_of(state: State, for_case: CaseId | None, *, same_organisation: bool) -> FollowedLevel:
    """How confidential a case is, for ``for_case``, which is about it (None: one that only begins); a list is known in its own organisation alone.

    What it follows from ``for_case`` itself is left out: two cases about each other would never be ordinary again.
    """
    followed = [one for id, one in state.followed_levels.items() if for_case is None or id != for_case.hex]
    limits = [*followed, *([state.confidentiality] if state.confidentiality else [])]
    if not limits:
        return FollowedLevel(state.case, ORDINARY)
    level = max((one.level for one in limits), key=LEVEL_ORDER.index)
    if not same_organisation:
        return FollowedLevel(state.case, level)
    return FollowedLevel(
        state.case,
        level,
        frozenset(unit for one in limits for unit in one.units),
        frozenset(post for one in limits for post in one.posts),
        frozenset(person for one in limits for person in one.people),
    )


def newly_followed(state: State, levels: Iterable[FollowedLevel]) -> Iterator[ConfidentialityFollowed]:
    """What is new to a case about how confidential the cases are that it is about."""
    for one in levels:
        if not _is_known(state.followed_levels.get(one.case.hex), one):
            units, posts, people = tuple(sorted(one.units)), tuple(sorted(one.posts)), tuple(sorted(one.people))
            yield ConfidentialityFollowed(one.case, one.level, units, posts, people)


def _is_known(known: Confidentiality | None, one: FollowedLevel) -> bool:
    if known is None:
        return one.level == ORDINARY
    return (known.level, known.units, known.posts, known.people) == (one.level, one.units, one.posts, one.people)
