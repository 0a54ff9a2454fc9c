"""What a form offers to choose from is what can be chosen."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huiyin.casework.models import Duty
from huiyin.door.outcome import Rejected
from huiyin.people.absences import note_absence
from huiyin.people.ids import new_id
from huiyin.people.models import AccessRecord, Account, Holding, Unit
from huiyin.people.signing_in.tokens import issue_token
from huiyin.rules.book.schema import CUSTODIAN
from tests.cast import DAY, Cast, join, make_cast
from tests.desk.conftest import Desk, form_of, hidden, html
from tests.matters import BUREAU_ROAD, Matter, begin, walk

pytestmark = pytest.mark.django_db


def signed_in(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.accounts[name], backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_whoever_names_a_handler_together_with_the_unit_sees_where_each_works(
    cast: Cast, desk: Desk, matter: Matter
) -> None:
    walk(matter, "accept")
    page = html(desk("intake").get(form_of(matter, "assign")))
    (select,) = re.findall(r'<select[^>]*id="f-handler"[^>]*data-within="unit"[^>]*>(.*?)</select>', page)
    options = re.findall(r'<option value="([^"]+)" data-units="([^"]+)">([^<]+)<', select)
    where = {label.strip(): unit for _person, unit, label in options}
    assert where["同事 handler（临江防火处）"] == str(cast.units["lj-fire"].id)
    assert where["同事 stranger（临江训练处）"] == str(cast.units["lj-training"].id)


def test_who_is_away_stands_last_with_the_day_of_return_and_is_not_taken_while_somebody_is_there(
    cast: Cast, desk: Desk, matter: Matter
) -> None:
    walk(matter, "accept")
    now, today = timezone.now(), timezone.localdate()
    back = today + timedelta(days=5)
    note_absence(cast.accounts["handler"], today - 3 * DAY, back, now, purpose="ill")
    page = html(desk("intake").get(form_of(matter, "assign")))
    (select,) = re.findall(r'<select[^>]*id="f-handler".*?</select>', page)
    assert select.rindex("<option") < select.index(f"同事 handler（临江防火处）（不在岗，{back} 返岗）")
    assert "病" not in select
    refused = matter.tries("intake", "assign", handler="handler")
    assert isinstance(refused, Rejected)
    assert [(one.field, one.code) for one in refused.errors] == [("handler", "absent")]
    note_absence(cast.accounts["colleague"], today - 3 * DAY, None, now)
    matter.does("intake", "assign", handler="handler")  # nobody else is there


def chosen(page: str, name: str, value: str) -> bool:
    """Whether a choice, or an entry, stands in the form already."""
    tags = re.findall(rf'<(?:option|input)[^>]*value="{value}"[^>]*>', page)
    return any(
        "selected" in tag or "checked" in tag or (f'name="{name}"' in tag and "radio" not in tag) for tag in tags
    )


def test_whoever_signs_finds_the_unit_that_was_proposed() -> None:
    cast = make_cast("xx-bureau")
    made = walk(begin(cast, timezone.now() - DAY), "fill_form", BUREAU_ROAD)
    page = html(signed_in(cast, "secretary").get(form_of(made, "sign_ordinary")))
    assert chosen(page, "signed_unit", str(cast.units["lj-fire"].id))
    assert not chosen(page, "signed_unit", str(cast.units["lj-training"].id))


def test_whoever_grants_an_extension_finds_the_days_that_were_asked_for(cast: Cast, desk: Desk, matter: Matter) -> None:
    walk(matter, "investigate")
    matter.does("handler", "request_extension", days=17)
    assert chosen(html(desk("head").get(form_of(matter, "grant_extension"))), "days", "17")


def test_who_decides_on_a_review_stands_in_the_opinion(cast: Cast, desk: Desk, matter: Matter) -> None:
    walk(matter, "investigate")
    above = cast.organisations["jn"].name
    assert chosen(html(desk("handler").get(form_of(matter, "propose_opinion"))), "review_organ", above)


@pytest.mark.parametrize("day", ["", "2026-02-31"])
def test_everything_that_is_missing_or_cannot_be_read_is_named_at_its_field_at_once(
    day: str, desk: Desk, matter: Matter
) -> None:
    walk(matter, "investigate")
    client = desk("handler")
    form = client.get(form_of(matter, "propose_opinion"))
    sent = {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq"), "carry_out_by": day}
    page = html(client.post(form_of(matter, "propose_opinion"), sent))
    for name in ("request", "result", "facts_found", "basis", "opinion", *(["carry_out_by"] if day else [])):
        assert f'id="f-{name}-error"' in page, name


@dataclass(frozen=True)
class Sealed:
    """Matters as far as ``until`` that accuse the training section, the logistics section, somebody there, and nobody."""

    cast: Cast
    until: str

    def of(self, *accused: str) -> Matter:
        named = {"accused_units": frozenset(self.cast.units[name].id for name in accused)} if accused else {}
        return walk(begin(self.cast, timezone.now() - DAY, **named), self.until)


def listed(page: str) -> list[str]:
    """The ids among what the page lists to be chosen."""
    return re.findall(r'<(?:option|input)[^>]*value="([0-9a-f-]{36})"', page)


def in_the_directory(cast: Cast) -> set[str]:
    return {str(one.id) for one in (*cast.units.values(), *cast.accounts.values())}


def offers(cast: Cast, who: str, matter: Matter) -> dict[str, Any]:
    """The schema of each action that somebody may take now, over REST."""
    token = f"hy_{who}_{matter.case.number}"
    issue_token(Holding.objects.get(account=cast.accounts[who]), token, timezone.now())
    answer = Client().get(f"/api/v1/cases/{matter.case.number}/actions", headers={"Authorization": f"Bearer {token}"})
    return {one["action"]: one["schema"] for one in answer.json()["allowed"]}


@pytest.mark.parametrize(
    ("until", "readers"), [("accept", ("intake", "head")), ("investigate", ("handler", "head", "intake"))]
)
def test_no_form_of_a_sealed_matter_lists_anybody_to_whom_may_not_know_and_none_has_a_gap(
    until: str, readers: tuple[str, ...], cast: Cast, desk: Desk
) -> None:
    sealed = Sealed(cast, until)
    training, logistics, nobody = sealed.of("lj-training"), sealed.of("lj-logistics"), sealed.of()
    directory, written = in_the_directory(cast), set()
    for who in readers:
        one, other, open_to_all = (offers(cast, who, matter) for matter in (training, logistics, nobody))
        assert one == other and one.keys() == open_to_all.keys(), who
        for action, schema in one.items():
            words = json.dumps(schema)
            own = str(cast.accounts[who].id)
            assert not [id for id in directory - {own} if id in words], (who, action)
            page = html(desk(who).get(form_of(training, action)))
            assert set(listed(page)) & directory <= {own}, (who, action)
            if "本事项限定知悉范围" in page:
                assert "x-names" in words, "a program knows what it is to write"
                written.add(action)
    assert written, "some of them name a unit or a person"


@pytest.mark.parametrize("by", ["临江防火处", "LJ-FIRE", " 临江　防火处 ", "临江局临江防火处"])
def test_where_nobody_is_listed_a_unit_and_a_handler_are_written_down(by: str, cast: Cast, desk: Desk) -> None:
    cast.lj.name = "临江局"
    cast.lj.save()
    matter, client = Sealed(cast, "accept").of("lj-training"), desk("intake")
    form = client.get(form_of(matter, "assign"))
    assert '<input type="text" value="" autocomplete="off" maxlength="200" data-names="unit"' in html(form)
    sent = {"requirements": "请办理。", "unit": by, "handler": "同事 handler（临江防火处）"}
    answer = client.post(form_of(matter, "assign"), {**sent, "_at_seq": hidden(form, "_at_seq")})
    assert answer.status_code == 302, html(answer)
    assert matter.case.unit == cast.units["lj-fire"]
    assert Duty.objects.get(case=matter.id, kind="handle", discharged_at=None).assignee == cast.accounts["handler"]


def test_whoever_is_accused_and_where_nobody_works_is_refused_in_one_answer_and_what_was_written_stays(
    cast: Cast, desk: Desk
) -> None:
    matter, client = Sealed(cast, "accept").of("lj-training"), desk("intake")
    seq = hidden(client.get(form_of(matter, "assign")), "_at_seq")
    typed = {"requirements": "请办理。", "handler": "", "_at_seq": seq}
    barred, nobody, unknown = (
        html(client.post(form_of(matter, "assign"), {**typed, "unit": name}))
        for name in ("临江训练处", str(cast.units["lj-office"].id), "临江防伙处")
    )
    assert 'value="临江训练处"' in barred and "请办理。" in barred and 'value="临江防伙处"' in unknown
    assert 'value="临江信访办"' in nobody, "what a draft knows by its id comes back by name"
    for page in (barred, nobody):
        assert "现在不能办理本事项（无人任职、已回避或者有其他不宜办理的情形）" in page
        assert "被本事项反映" not in page and "无人担任" not in page
    assert "请写明单位的全称或者代码" in unknown and "现在不能办理本事项" not in unknown
    assert matter.case.stage == "accepted"


def test_of_two_who_bear_a_name_neither_is_meant_until_it_is_said_where_they_work(cast: Cast, desk: Desk) -> None:
    Account.objects.filter(username__in=["handler", "co_handler"]).update(display_name="张三")
    matter, client = Sealed(cast, "accept").of("lj-training"), desk("intake")
    seq = hidden(client.get(form_of(matter, "assign")), "_at_seq")
    typed = {"requirements": "请办理。", "unit": "临江防火处", "_at_seq": seq}
    refused = client.post(form_of(matter, "assign"), {**typed, "handler": "张三"})
    assert refused.status_code == 422 and "请写明姓名和所在单位" in html(refused)
    assert client.post(form_of(matter, "assign"), {**typed, "handler": "临江防火处张三"}).status_code == 302


def test_who_has_accusations_in_custody_chooses_from_a_list_without_the_accused(cast: Cast) -> None:
    join(cast, {"keeper": ("lj-office", ("intake", CUSTODIAN))})
    matter = Sealed(cast, "accept").of("lj-training")
    words = json.dumps(offers(cast, "keeper", matter)["assign"])
    assert str(cast.units["lj-fire"].id) in words and str(cast.units["lj-training"].id) not in words


def test_a_form_that_begins_with_a_unit_that_was_named_before_has_it_in_writing() -> None:
    cast = make_cast("xx-bureau")
    training = frozenset({cast.units["lj-training"].id})
    matter = walk(begin(cast, timezone.now() - DAY, accused_units=training), "fill_form", BUREAU_ROAD)
    client = signed_in(cast, "secretary")
    form = client.get(form_of(matter, "sign_ordinary"))
    assert 'value="临江防火处"' in html(form) and str(cast.units["lj-fire"].id) not in html(form)
    sent = {"signed_unit": "临江防火处", "_at_seq": hidden(form, "_at_seq")}
    assert client.post(form_of(matter, "sign_ordinary"), sent).status_code == 302
    assert 'value="临江防火处"' in html(signed_in(cast, "intake").get(form_of(matter, "assign")))


@pytest.mark.parametrize(
    ("who", "action", "field", "names"),
    [
        ("inspection", "fill_form", "proposed_unit", ("临江训练处", "华临审计处")),
        ("head", "name_sponsor", "leader", ("同事 stranger", "同事 registrar")),
    ],
)
def test_the_accused_and_who_cannot_are_refused_alike_on_the_page_and_by_rest(
    who: str, action: str, field: str, names: tuple[str, str]
) -> None:
    cast = make_cast("xx-bureau")
    Unit.objects.create(id=new_id(timezone.now()), organisation=cast.lj, code="LJ-AUDIT", name=names[1])
    accused = frozenset({cast.units["lj-training"].id})
    matter = walk(begin(cast, timezone.now() - DAY, accused_units=accused), "classify", BUREAU_ROAD)
    token, client = "hy_proposing", signed_in(cast, who)
    issue_token(Holding.objects.get(account=cast.accounts[who]), token, timezone.now())
    place, seq = form_of(matter, action), hidden(client.get(form_of(matter, action)), "_at_seq")
    rest = f"/api/v1/cases/{matter.case.number}/actions/{action}"
    told, costs = [], []
    client.post(place, {"_at_seq": seq})
    for name in names:
        fields = {"proposal": "请办理。", "competence": "level"} if who == "inspection" else {"resolve_by": on(30)}
        fields[field] = name
        with CaptureQueriesContext(connection) as by_page:
            page = client.post(place, {**fields, "_at_seq": seq})
        with CaptureQueriesContext(connection) as by_rest:
            answer = Client().post(
                rest, {"fields": fields}, "application/json", headers={"Authorization": f"Bearer {token}"}
            )
        words = re.sub(r'"[A-Za-z0-9_-]{22,}"', "", html(page)).replace(name, "N")
        told.append((page.status_code, words, answer.status_code, answer.content.decode().replace(name, "N")))
        costs.append((len(by_page), len(by_rest)))
        AccessRecord.objects.all().delete()  # as on another day: three wrong names are looked at a day
    assert told[0] == told[1] and told[0][0] == told[0][2] == 422 and "unavailable" in told[0][3]
    assert abs(costs[0][0] - costs[1][0]) <= 1 >= abs(costs[0][1] - costs[1][1])


def on(days: int) -> str:
    return (timezone.localdate() + days * DAY).isoformat()
