"""A report of retaliation handed in by the petitioner: a case of the procedure that the rules have for it, with a receipt and an answer."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.audit.verify import verify
from huiyin.casework.models import Case, Duty
from huiyin.casework.visible import visible_to
from huiyin.door import Accepted, ActionRequest, execute
from huiyin.people.appointments import appoint
from huiyin.people.models import Account, Organisation, Post
from huiyin.procedure.storage import codec
from tests.cast import DAY, FIRST_DAY, Cast, make_cast
from tests.matters import Matter, begin, replay_equals_projection, walk
from tests.portal.conftest import PETITION, hidden, html, open_matter

pytestmark = [pytest.mark.django_db, pytest.mark.clause("art-18.4")]

REPORT = "/submit/jn/?about=retaliation"
WORDS = "承办单位的人上门威胁我，不许再写信。"


def office(cast: Cast, name: str, *roles: str) -> None:
    """Somebody of the next higher organisation with ``roles``, in a unit of their own."""
    organisation = cast.organisations["jn"]
    unit = organisation.units.create(code=f"jn-{name}", name=f"室 {name}")
    post = Post.objects.create(organisation=organisation, unit=unit, title=name, roles=list(roles))
    cast.accounts[name] = Account.objects.create_user(name, display_name=name)  # type: ignore[index]
    appoint(cast.accounts[name], post, FIRST_DAY)


def hand_in(client: Client) -> Case:
    """The form of a report, filled in and sent."""
    answer = client.post(REPORT, {**PETITION, "text": WORDS, "title": ""})
    assert answer.status_code == 302, html(answer)
    found = Case.objects.order_by("registered_at").last()
    assert found is not None
    return found


@pytest.fixture
def handled() -> Matter:
    return walk(begin(make_cast(), timezone.now() - DAY), "assign")


def test_a_report_runs_under_its_own_procedure_and_is_answered_on_its_own_page(anyone: Client, handled: Matter) -> None:
    cast = handled.cast
    office(cast, "higher", "custodian")
    open_matter(anyone, handled)
    case = hand_in(anyone)
    assert (case.procedure, case.organisation.code) == ("retaliation-report", "jn")
    assert {duty.kind for duty in Duty.objects.filter(case=case)} == {"identify_accused", "take_up"}
    assert not [who for who in cast.accounts if may_read(cast, who, case) and who != "higher"]
    for who, action, fields in (
        (
            "higher",
            "identify_accused",
            {"accused_units": [str(cast.units["lj-fire"].id)], "identified_why": "信中所指。"},
        ),
        ("superior_registrar", "take_up", {"route": "当面", "protection": "已责令停止。"}),
    ):
        at = timezone.now()
        assert isinstance(execute(ActionRequest(case.id, action, cast.actor(who, at), at, fields)), Accepted)
    page = html(anyone.get("/track/matter/"))
    assert "由未被反映的人员核查" in page and "打击报复报告接收告知书" in page
    assert WORDS in page
    assert not any(may_read(cast, who, case) for who in ("handler", "colleague", "below"))
    assert list(verify([case.id])) == []


def test_whoever_reported_adds_to_it_and_puts_their_contact_right(anyone: Client, handled: Matter) -> None:
    open_matter(anyone, handled)
    case = hand_in(anyone)
    receipt = html(anyone.get("/submitted/"))
    assert "凭它们查询、补充材料" in receipt and "评价" not in receipt
    path = "/track/matter/supplement/"
    assert path in html(anyone.get("/track/matter/"))
    answer = anyone.post(path, {"more": "他昨天又来了。", "_at_seq": hidden(anyone.get(path), "_at_seq")}, follow=True)
    assert "他昨天又来了。" in html(answer)
    page = html(anyone.post("/track/matter/contact/", {"phone": "13700009999"}, follow=True))
    assert "137****9999" in page
    replay_equals_projection(case.id)
    assert list(verify([case.id])) == []


def test_the_blank_form_of_a_report_is_no_report(anyone: Client, handled: Matter) -> None:
    open_matter(anyone, handled)
    blank = re.search(r"<textarea[^>]*name=\"text\"[^>]*>\s*([^<]+)<", html(anyone.get(REPORT)))
    assert blank is not None and "我的请求：" in blank[1]
    before = Case.objects.count()
    answer = anyone.post(REPORT, {**PETITION, "text": blank[1], "title": ""})
    assert answer.status_code == 422 and "请在各行后面写上发生了什么" in html(answer)
    assert Case.objects.count() == before


def may_read(cast: Cast, who: str, case: Case) -> bool:
    return visible_to(cast.actor(who, timezone.now())).filter(id=case.id).exists()


def test_whoever_handled_the_matter_does_not_take_its_report_up(anyone: Client, handled: Matter) -> None:
    office(handled.cast, "higher", "custodian")
    open_matter(anyone, handled)
    state = codec.loads(hand_in(anyone).state)
    assert handled.cast.accounts["intake"].id in state.accused_people
    assert handled.cast.units["lj-fire"].id in state.accused_units


def test_a_report_is_taken_in_where_nobody_holds_a_post_for_it_yet(anyone: Client, handled: Matter) -> None:
    for post in Post.objects.all():
        kept = [role for role in post.roles if role not in {"discipline", "unit_head", "custodian"}]
        Post.objects.filter(id=post.id).update(roles=kept)
    open_matter(anyone, handled)
    assert hand_in(anyone).procedure == "retaliation-report"


def test_under_rules_that_have_no_procedure_for_it_a_report_is_a_petition_like_others(anyone: Client) -> None:
    cast = make_cast("national-2005")
    Organisation.objects.update(rulebook=cast.lj.rulebook)
    open_matter(anyone, begin(cast, timezone.now() - DAY))
    assert hand_in(anyone).procedure == "matter"
