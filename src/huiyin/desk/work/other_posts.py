"""What the reader owes in other posts of theirs than the one they act in: it stands in no list of this one."""

from __future__ import annotations

from dataclasses import dataclass

from huiyin.casework.lists.work import owed_in_order
from huiyin.people.acting import HeldPost, in_each_post
from huiyin.web.page_access import Acting


@dataclass(frozen=True, slots=True)
class OtherPost:
    """A post of the reader's in which something is owed: how much that is not put aside, and how much of it is overdue."""

    post: HeldPost
    count: int
    late: int


def owed_in_other_posts(acting: Acting) -> tuple[OtherPost, ...]:
    """Each other post that owes something; a statement a post, and none for whoever holds a single one."""
    if len(acting.posts) < 2:
        return ()
    held = {one.post: one for one in acting.posts}
    found = []
    for actor in in_each_post(acting.account, acting.at):
        if actor.post is None or actor.post == acting.actor.post:
            continue
        items = [one for one in owed_in_order(actor, acting.at, mine=True) if not one.aside]
        if items:
            found.append(OtherPost(held[actor.post], len(items), sum(one.is_late(acting.at) for one in items)))
    return tuple(found)
