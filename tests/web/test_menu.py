"""The menu is drawn once for all whom it offers the same, and never for anybody else."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection

from tests.cast import Cast
from tests.desk.conftest import Desk, cast, desk, html

__all__ = ["cast", "desk"]
OFFICE = 'href="/office/'


@pytest.mark.any_database
def test_a_menu_that_was_drawn_follows_what_another_process_wrote(desk: Desk, cast: Cast) -> None:
    handler, other = desk("handler"), desk("registrar")
    assert OFFICE not in html(handler.get("/desk/cases/"))
    with connection.cursor() as cursor:  # as it comes from elsewhere: nothing in this process is told
        cursor.execute(
            "UPDATE people_account SET is_superuser = %s WHERE username = %s", [True, cast.accounts["handler"].username]
        )
    assert OFFICE in html(handler.get("/desk/cases/"))
    assert OFFICE not in html(other.get("/desk/cases/"))


@pytest.mark.any_database
def test_a_menu_is_drawn_for_each_language_and_marks_where_one_is(desk: Desk) -> None:
    registrar = desk("registrar")
    here = html(registrar.get("/desk/cases/"))
    assert '<a class="tab" href="/desk/cases/" data-key="l" aria-current="page">' in here and "未办结" in here
    registrar.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = html(registrar.get("/desk/unfinished/"))
    assert "未办结" not in page
    entry = page[page.index('href="/desk/register/"') :].partition("</a>")[0]
    assert entry.endswith("New petition"), "what it leads to, not when something was done"
