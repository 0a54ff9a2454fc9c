"""Which roles the posts of an organisation may hold: those of its rulebook, and those in which it is the organ above for others."""

from __future__ import annotations

from collections.abc import Mapping

from huiyin.people.models import Organisation
from huiyin.rule_store.store import load
from huiyin.rules.book.load import for_institutions
from huiyin.rules.book.schema import Role
from huiyin.rules.book.steps import ABOVE


def roles_of_posts(rulebook: str) -> Mapping[str, Role]:
    """The roles of ``rulebook``, and what other rulebooks, the shipped ones and those in force, ask of organs above: whoever is one may have
    another rulebook, or be set up before the organisations below it.
    """
    others = {*for_institutions(), *Organisation.objects.values_list("rulebook", flat=True).distinct()} - {"", rulebook}
    above = {
        name: role for other in sorted(others) for name, role in load(other).book.roles.items() if role.of in ABOVE
    }
    return {**above, **load(rulebook).book.roles}
