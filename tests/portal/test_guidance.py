"""What everybody may read."""

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.people.models import Account, Holding, Organisation, Post, Reception, Unit
from huiyin.portal.guidance import addresses
from huiyin.rules.book.load import load
from tests.cast import DAY, FIRST_DAY, Cast
from tests.portal.conftest import html


def test_the_front_page_leads_to_handing_in_and_to_following(cast: Cast, anyone: Client) -> None:
    page = html(anyone.get("/"))
    assert 'href="/submit/"' in page
    assert 'href="/track/"' in page


def test_the_most_local_organisation_comes_first(cast: Cast) -> None:
    codes = [address.organisation.code for address in addresses()]
    assert codes.index("lj") < codes.index("jn") < codes.index("hx")


def test_an_office_that_is_only_being_set_up_is_offered_to_nobody_until_somebody_has_taken_up_a_post(
    cast: Cast,
) -> None:
    new = Organisation.objects.create(
        code="new", name="新办", rulebook="national-2022@2", created_at=cast.lj.created_at
    )
    unit = Unit.objects.create(organisation=new, code="1", name="信访科", kind="department")
    invited = Account.objects.create_user("invited", display_name="同事 invited", is_active=False)
    post = Post.objects.create(organisation=new, unit=unit, title="登记员", roles=["registrar"])
    Holding.objects.create(organisation=new, account=invited, post=post, since=FIRST_DAY)
    assert "new" not in [address.organisation.code for address in addresses()]
    Account.objects.filter(id=invited.id).update(is_active=True)
    assert "new" in [address.organisation.code for address in addresses()]


@pytest.mark.clause("s3-3.1.1b")
def test_where_and_when_one_is_received_is_published_as_it_is_now(cast: Cast, anyone: Client) -> None:
    Reception.objects.create(
        organisation=cast.lj, address="示范路1号", phone="000-0001", hours="工作日 9:00—17:00", place="东门"
    )
    for path in ("/", "/rights/"):
        page = html(anyone.get(path))
        assert all(part in page for part in ("示范路1号", "000-0001", "工作日 9:00—17:00", "东门"))
    Reception.objects.update(hours="工作日 8:30—16:30")
    for path in ("/", "/rights/"):
        page = html(anyone.get(path))
        assert "工作日 8:30—16:30" in page and "9:00—17:00" not in page


def test_the_guide_takes_its_periods_from_the_rulebooks(cast: Cast, anyone: Client) -> None:
    page = html(anyone.get("/rights/"))
    assert "自受理起 60 日" in page
    assert "第三十四条" in page


def test_an_empty_installation_says_what_is_missing(db: None, anyone: Client) -> None:
    assert "还没有可以受理的单位" in html(anyone.get("/submit/"))
    assert anyone.get("/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/rights/", "/submit/", "/submit/lj/", "/track/"])
@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_every_public_page_opens_in_every_language(cast: Cast, anyone: Client, path: str, language: str) -> None:
    assert anyone.get(path, headers={"Accept-Language": language}).status_code == 200


def test_from_the_day_of_a_new_rulebook_pages_speak_by_it_whether_a_worker_ran_or_not(
    cast: Cast, anyone: Client
) -> None:
    new = load("xx-bureau").book
    due = timezone.now() - DAY
    Organisation.objects.filter(id=cast.lj.id).update(next_rulebook=new.key, next_rulebook_from=due)
    assert new.title.zh in html(anyone.get("/rights/"))


def test_whatever_public_pages_cite_can_be_read_without_signing_in(cast: Cast, anyone: Client) -> None:
    assert 'href="/rights/lj/"' in html(anyone.get("/rights/"))
    page = html(anyone.get("/rights/lj/"))
    assert "第三十四条" in page and "办理约定二" in page
    assert all(clause.zh in page for clause in load("national-2022").book.clauses.values())
    assert anyone.get("/rights/nowhere/").status_code == 404
