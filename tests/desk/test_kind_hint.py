"""What the words of a petition say about its kind."""

from __future__ import annotations

import pytest

from huiyin.casework.models import Case
from tests.desk.conftest import Desk, html
from tests.desk.test_registration_page import typed

pytestmark = pytest.mark.any_database


@pytest.mark.django_db
def test_what_words_say_about_the_kind_of_a_petition_is_a_hint_and_no_choice(desk: Desk) -> None:
    client = desk("registrar")
    said = html(client.post("/desk/register/repeats/", typed(text="我建议在路口增设路灯。")))
    assert "看来是" in said and "建议意见" in said and "增设" in said
    client.post("/desk/register/", typed(text="我建议在路口增设路灯。"))
    number = Case.objects.get().number
    answer = desk("intake").get(f"/desk/cases/{number}/actions/accept/")
    (kind,) = (bound for bound in answer.context["filled"].fields if bound.name == "kind")
    assert "像是“建议意见”" in kind.view.hint and kind.given == ()
