"""No page keeps out who reads it by ear, by keys or with weak eyes: axe finds nothing serious or critical on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from huiyin.casework.models import Notice
from huiyin.people import administrators
from huiyin.people.models import Account
from tests.budgets.lines import LINES
from tests.cast import DAY, Cast, make_cast
from tests.desk.conftest import form_of, page_of
from tests.e2e.conftest import sign_in
from tests.e2e.test_papers_in_a_browser import as_somebody
from tests.matters import Matter, begin, walk

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.any_database, pytest.mark.django_db(transaction=True)]

AXE: Final = Axe()
GRAVE: Final = frozenset({"serious", "critical"})
SIZES: Final = ((1366, 768), (390, 844))
PUBLIC: Final = (
    "/",
    "/rights/",
    "/submit/",
    "/submit/lj/",
    "/track/",
    "/verify/",
    "/receptions/lj/",
    "/rights/lj/",
    "/accounts/login/",
)
STAFF: Final = tuple(name for name, line in LINES.items() if line.of is dict and not name.startswith("portal:"))
"""Pages of staff and administrators that are about no one thing, by their names: each page that has a budget."""
OF_INCIDENTS: Final = ("incidents:report", "incidents:drills")
"""Those of STAFF that are there under a rulebook which knows incidents."""
PARTS: Final = ("desk:pulse", "desk:news-count", "desk:other-posts")
"""Those of STAFF that are no pages but parts of other pages."""
READERS: Final = {"accountability:traces": "archivist"}
"""Who of the cast reads what the registrar may not."""
OF_SOMETHING: Final = ("/desk/?whose=all", "/desk/rules/xx-bureau/", "/desk/rules/xx-bureau/procedures/supervision/")


def grave_findings(page: Any) -> list[str]:
    """What axe calls serious or critical on the page: the rule and where. Closed parts are opened first, since people open them."""
    page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")
    found = AXE.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]}" for one in found if one["impact"] in GRAVE for node in one["nodes"][:3]
    ]


def look_through(page: Any, address: Callable[[str], str], paths: tuple[str, ...], sizes: Any = SIZES) -> None:
    """Each of ``paths`` at each size: nothing grave, and nothing to be moved sideways for."""
    found = []
    for path in paths:
        assert page.goto(address(path)).ok, path
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            found += [f"{path} at {width}: {one}" for one in grave_findings(page)]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{path} at {width}: wider than the screen")
    assert not found, "\n".join(found)


def in_the_dark(page: Any, cast: Cast, who: str) -> None:
    """On a device that prefers it, and for somebody of the cast who chose it."""
    page.emulate_media(color_scheme="dark")
    Account.objects.filter(pk=cast.accounts[who].pk).update(theme=Account.Theme.DARK)


@pytest.fixture
def matter() -> Matter:
    """In the hands of the unit that deals with it, with a document."""
    return walk(begin(make_cast(), timezone.now() - 2 * DAY), "assign")


def test_everyday_pages_keep_nobody_out(page: Any, live_server: Any, matter: Matter) -> None:
    as_somebody(page, live_server, matter, "handler")
    wide, narrow = SIZES
    look_through(page, lambda path: f"{live_server.url}{path}", ("/desk/", form_of(matter, "investigate")), (narrow,))
    look_through(page, lambda path: f"{live_server.url}{path}", (page_of(matter),), (wide,))
    as_somebody(page, live_server, matter, "registrar")
    look_through(page, lambda path: f"{live_server.url}{path}", ("/desk/register/",), (wide,))
    in_the_dark(page, matter.cast, "registrar")
    look_through(page, lambda path: f"{live_server.url}{path}", ("/desk/", "/"), (narrow,))


def test_what_keeps_people_out_is_found(page: Any) -> None:
    page.set_content(
        "<html lang=zh><title>x</title><main><p>看<a href=/ style='color:#333;text-decoration:none'>这里</a>吧<img src=/x>"
    )
    assert {line.partition(":")[0] for line in grave_findings(page)} >= {"image-alt"}


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "path", [*PUBLIC, *OF_SOMETHING, *(one for one in STAFF if one not in {*PARTS, *OF_INCIDENTS})]
)
def test_no_page_keeps_anybody_out(page: Any, live_server: Any, matter: Matter, path: str) -> None:
    who = READERS.get(path, "registrar")
    if path not in PUBLIC:
        administrators.add(matter.cast.accounts[who], None, timezone.now())
        as_somebody(page, live_server, matter, who)
    there = path if path.startswith("/") else reverse(path)
    look_through(page, lambda one: f"{live_server.url}{one}", (there,))
    in_the_dark(page, matter.cast, who)
    look_through(page, lambda one: f"{live_server.url}{one}", (there,))


@pytest.mark.exhaustive
def test_no_page_of_incidents_keeps_anybody_out(page: Any, live_server: Any) -> None:
    cast = make_cast("company")
    sign_in(page, live_server, cast, "leading_group")
    pages = tuple(reverse(name) for name in OF_INCIDENTS)
    look_through(page, lambda one: f"{live_server.url}{one}", pages)
    in_the_dark(page, cast, "leading_group")
    look_through(page, lambda one: f"{live_server.url}{one}", pages)


@pytest.mark.exhaustive
def test_no_page_of_a_case_keeps_anybody_out(page: Any, live_server: Any, matter: Matter) -> None:
    as_somebody(page, live_server, matter, "registrar")
    notice = Notice.objects.filter(case=matter.id).first()
    assert notice is not None
    pages = (page_of(matter), f"{page_of(matter)}correct/", f"/desk/notices/{notice.id}/")
    look_through(page, lambda one: f"{live_server.url}{one}", pages)
    in_the_dark(page, matter.cast, "registrar")
    look_through(page, lambda one: f"{live_server.url}{one}", pages)
