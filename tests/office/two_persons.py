"""Administrators who try to open matters to themselves, and the one beside them."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from huiyin.casework.visible import visible_to
from huiyin.people import administrators
from huiyin.people.acting import actor_for
from huiyin.people.administration import record
from huiyin.people.appointments import appoint, day_of
from huiyin.people.models import Account, Organisation, Post, Proposal, Unit
from huiyin.people.staff.hands import powers_of
from huiyin.people.staff.proposals import seen_of
from tests.cast import NOW, Cast
from tests.desk.conftest import hidden, html
from tests.office.test_people_pages import PEOPLE, path
from tests.people.test_inviting import PASSWORD

WAITING = "/office/proposals/"


def clerk(name: str, organisation: Organisation | None) -> Account:
    """An administrator without a post; of the whole installation for None."""
    made = Account.objects.create_user(name, display_name=name)
    record("make_account", [made], timezone.now())
    administrators.add(made, organisation, timezone.now())
    return made


def client_of(account: Account) -> Client:
    """A browser in which they are signed in."""
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def driver(cast: Cast, account: Account, unit: str, roles: tuple[str, ...] = ()) -> Unit:
    """Give somebody a post in a unit that opens nothing; the unit."""
    post = Post.objects.create(organisation=cast.lj, unit=cast.units[unit], title="司机", roles=[*roles])
    record("add_post", [post], timezone.now())
    appoint(account, post, day_of(NOW))
    return cast.units[unit]


def sees(account: Account) -> int:
    """How many matters they see, in whatever post."""
    account = Account.objects.get(id=account.id)
    posts = account.holdings.filter(until=None).values_list("post_id", flat=True)
    actors = [actor_for(account, at=timezone.now(), post_id=post) for post in posts]
    return sum(visible_to(actor).count() for actor in actors if actor is not None)


def open_link(page: HttpResponse) -> Client:
    """Follow a printed link and set a password; the browser of whoever did."""
    link = re.search(r"/account/invitation/([A-Za-z0-9_-]{20,})/", html(page))
    assert link, html(page)
    client = Client()
    assert client.get(link[0]).status_code == 302
    assert client.post("/account/invitation/", {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    return client


def puppet_of(client: Client, cast: Cast) -> tuple[Account, Client]:
    """Somebody who does not exist: invited by ``client``, who opens the account."""
    client.post(f"{PEOPLE}new/", {"username": "sun", "display_name": "孙某", "organisation": str(cast.lj.id)})
    account = Account.objects.get(username="sun")
    return account, open_link(client.post(path(account, "link/printed/")))


def confirm(client: Client, proposal: Proposal, shown: HttpResponse | None = None) -> int:
    """Confirm a proposal as it is, or as an earlier page showed it; the status."""
    seen = hidden(shown, "seen") if shown else seen_of(proposal, powers_of(proposal.account, day_of(timezone.now())))
    return client.post(f"{WAITING}{proposal.id}/", {"decision": "confirm", "seen": seen}).status_code
