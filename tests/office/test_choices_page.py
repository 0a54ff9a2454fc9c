"""An office adds to the choices of its forms: what comes of it is a rulebook that is proved, and counts for what is begun then."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.people.models import Organisation
from huiyin.rule_store.choices import with_choices
from huiyin.rule_store.models import Activation
from huiyin.rule_store.store import keep, load
from huiyin.worker import do_jobs
from tests.cast import NOW, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PATH = "/office/organisations/lj/choices/"


def names(field: str) -> dict[str, str]:
    book = load(Organisation.objects.get(code="lj").rulebook).book
    return {key: choice.zh for key, choice in book.fields[field].of.items()}


@pytest.mark.exhaustive
def test_choices_are_added_by_a_rulebook_that_is_proved_and_counts_from_then_on(
    administrator: Client, cast: Cast
) -> None:
    """To prove a whole book takes seconds; what else there is to it is seen below."""
    before = names("means")
    page = administrator.post(f"{PATH}means/", {"added": "入户走访\n", "basis": "内规〔2026〕1号"})["Location"]
    while do_jobs(timezone.now()):
        pass
    shown = administrator.get(page).content.decode()
    assert "新增：入户走访" in shown
    assert "own-lj@1 已证明严密" in shown
    administrator.post(page, {"confirm": "1"})
    while do_jobs(timezone.now()):
        pass
    activation = Activation.objects.latest("decided_at")
    assert (str(activation.edition), activation.basis) == ("own-lj@1", "内规〔2026〕1号")
    assert activation.decided_by == cast.accounts["registrar"]
    assert names("means") == before | {"own_1_1": "入户走访"}


def test_other_choices_are_proved_by_a_worker_and_wait_to_be_confirmed(administrator: Client, cast: Cast) -> None:
    form = {"added": "入户走访\n", "basis": "内规〔2026〕1号"}
    answer = administrator.post(f"{PATH}means/", form)
    assert answer.status_code == 302
    assert "正在证明规程" in administrator.get(answer["Location"]).content.decode()
    assert not Activation.objects.filter(edition__name="own-lj").exists()
    again = administrator.post(f"{PATH}means/", form)
    assert again.status_code == 422
    assert "已有一次正在进行" in again.content.decode()


def test_the_next_book_of_choices_stands_on_the_same_one_and_not_on_the_last(cast: Cast) -> None:
    before = names("means")
    first = keep(*with_choices(cast.lj, "means", before, ["入户走访"], NOW.date()), NOW)
    cast.lj.rulebook = str(first)
    means = before | {"own_1_1": "上门走访"}
    rules, sources = with_choices(cast.lj, "means", means, ["视频核实"], NOW.date())
    assert {key: one.zh for key, one in rules.book.fields["means"].of.items()} == means | {"own_2_1": "视频核实"}
    assert (rules.book.key, rules.book.extends) == ("own-lj@2", "national-2022")
    assert "入户走访" not in sources.texts["own-lj"]


def test_what_the_law_words_and_what_the_rules_decide_by_stays(administrator: Client, cast: Cast) -> None:
    assert "调查方式" in administrator.get(PATH).content.decode()
    form = administrator.get(f"{PATH}means/").content.decode()
    assert "法规写明的选项不能改" in form and "choice_" not in form
    kind = administrator.post(f"{PATH}kind/", {"added": "别的种类", "basis": "x"})
    assert kind.status_code == 422
    assert "不能这样改" in kind.content.decode()
    assert not Activation.objects.filter(edition__name="own-lj").exists()


def test_another_field_and_nothing_changed_are_refused(administrator: Client, cast: Cast) -> None:
    assert administrator.get(f"{PATH}nothing/").status_code == 404
    assert administrator.get("/office/organisations/none/choices/").status_code == 404
    same = administrator.post(f"{PATH}means/", {"basis": "x"})
    assert "没有改动任何选项" in same.content.decode()
