"""`huiyin rules activate | versions | move` as an administrator uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.utils import timezone

from huiyin import cli
from huiyin.casework.models import Case
from huiyin.ledger.models import Row
from huiyin.rule_store.models import Activation, Edition
from tests.cast import BUREAU, DAY, Cast, join, make_cast
from tests.matters import begin
from tests.rule_store.own import SILENT, write

pytestmark = [pytest.mark.django_db, pytest.mark.rarely_on_postgresql]


@pytest.fixture
def cast() -> Cast:
    return make_cast("national-2022")


def run(capsys: pytest.CaptureFixture[str], *line: str) -> tuple[int, str, str]:
    status = cli.main(["rules", *line])
    told = capsys.readouterr()
    return status, told.out, told.err


DECIDED = ("--organisation", "lj", "--by", "head")


def test_a_book_comes_into_force_and_open_cases_follow(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    matter = begin(cast)
    book = write(tmp_path)
    book.write_text(f"# TODO: 领导签字\n{book.read_text(encoding='utf-8')}", encoding="utf-8")
    status, out, _ = run(capsys, "activate", str(book), *DECIDED, "--basis", "局办〔2026〕3 号")
    assert out.endswith("to do: lj-own.yaml:1: TODO: 领导签字\n")
    assert (status, "lj: lj-own@1 from " in out, "局办〔2026〕3 号" in out) == (0, True, True)
    assert Case.objects.get(id=matter.id).rulebook == "national-2022@2"
    status, out, _ = run(capsys, "move", *DECIDED, "--json")
    assert (status, json.loads(out)) == (0, {"rulebook": "lj-own@1", "moved": 1, "stay": []})
    assert Case.objects.get(id=matter.id).rulebook == "lj-own@1"
    status, out, _ = run(capsys, "versions", "--organisation", "lj", "--json")
    told = json.loads(out)
    assert told["organisations"][0]["rulebook"] == "lj-own@1"
    assert [kept["rulebook"] for kept in told["kept"]] == ["lj-own@1"]


def test_a_book_may_begin_today(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    today = timezone.localdate().isoformat()
    status, out, _ = run(capsys, "activate", str(write(tmp_path)), *DECIDED, "--from", today)
    assert (status, f"lj: lj-own@1 from {today} " in out, "to do" in out) == (0, True, False)
    yesterday = (timezone.localdate() - DAY).isoformat()
    assert run(capsys, "activate", str(write(tmp_path, "2")), *DECIDED, "--from", yesterday)[0] == 1


def test_a_role_that_nobody_holds_is_named_with_what_to_appoint(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["appointments", "end", "intake", "--organisation", "lj", "--yes"])
    told = capsys.readouterr()
    assert "nobody in lj holds intake (受理审查人): appoint somebody to 临江信访办 intake" in told.out, told
    status, out, _ = run(capsys, "activate", str(write(tmp_path)), *DECIDED)
    assert (status, "nobody in lj holds intake" in out, "does not come into force" in out) == (1, True, True)
    assert run(capsys, "dry-run", str(write(tmp_path)), "--organisation", "lj")[0] == 1


def test_what_is_refused_is_not_kept_and_says_where(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = run(capsys, "activate", str(write(tmp_path, more=SILENT)), *DECIDED)
    assert status == 1
    assert "lj-own.yaml:" in out
    assert "cannot come into force" in out
    assert not Edition.objects.exists()
    assert not Row.objects.filter(type="RulebookActivated").exists()
    status, _, _ = run(capsys, "activate", str(write(tmp_path)), *DECIDED)
    assert status == 0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("activate", "nowhere.yaml", *DECIDED), "nowhere.yaml"),
        (("activate", "national-2022", "--organisation", "xx", "--by", "head"), "there is no organisation xx"),
        (("activate", "national-2022", "--organisation", "lj", "--by", "nobody"), "nobody signs in as nobody"),
        (("activate", "national-2022", *DECIDED, "--from", "soon"), "give a day as in"),
        (("activate", "national-2022", *DECIDED, "--from", "2020-01-01"), "choose today or a later day"),
        (("move", *DECIDED), "has not decided on a version yet"),
        (("versions", "--organisation", "xx"), "there is no organisation xx"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(
    cast: Cast, capsys: pytest.CaptureFixture[str], line: tuple[str, ...], told: str
) -> None:
    status, out, err = run(capsys, *line)
    assert status in (1, 2)
    assert out == ""
    assert told in err
    assert err.count("\n") == 1
    assert not Activation.objects.exists()


def test_a_case_without_a_place_is_named_and_stays(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    matter = begin(cast)
    simple = {"kind": "claim", "simple_ground": "clear", "not_excluded": True, "route": "直接办理。", "unit": "lj-fire"}
    matter.does("intake", "accept_simple", **simple)
    join(cast, BUREAU)
    assert run(capsys, "activate", "xx-bureau", *DECIDED)[0] == 0
    status, out, _ = run(capsys, "move", *DECIDED)
    assert status == 1
    assert f"{matter.case.number} stays under national-2022@2: no place for stage simple" in out


def test_a_dry_run_lists_what_would_be_otherwise_and_changes_nothing(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    matter = begin(cast)
    events = Row.objects.count()
    status, out, _ = run(capsys, "dry-run", str(write(tmp_path)), "--organisation", "lj", "--json")
    told = json.loads(out)
    assert (status, told["sound"], told["less_than_the_law"], told["open_cases"]) == (0, True, [], 1)
    (case,) = told["touched"]
    assert (case["no"], case["stage"], case["misfits"]) == (matter.case.number, "registered", [])
    (due,) = (item for item in case["differences"] if item["kind"] == "due")
    assert (due["name"], due["was"], due["would"]) == ("decide_acceptance", "2026-03-17", "2026-03-12")
    assert (Row.objects.count(), Edition.objects.count()) == (events, 0)
    assert Case.objects.get(id=matter.id).rulebook == "national-2022@2"


def test_a_dry_run_of_the_rules_in_force_finds_nothing_to_change(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    begin(cast)
    status, out, _ = run(capsys, "dry-run", "national-2022", "--organisation", "lj")
    assert status == 0
    assert out.splitlines()[-1] == "0 of 1 open cases would be otherwise under national-2022@2"


def test_a_dry_run_names_what_stands_in_the_way(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    simple = {"kind": "claim", "simple_ground": "clear", "not_excluded": True, "route": "直接办理。", "unit": "lj-fire"}
    begin(cast).does("intake", "accept_simple", **simple)
    status, out, _ = run(capsys, "dry-run", "xx-bureau", "--organisation", "lj")
    assert status == 1
    assert "nobody in lj holds inspection (" in out
    assert "has no place there: stage simple, duty handle_simple" in out
    status, out, _ = run(capsys, "dry-run", str(write(tmp_path, days=20)), "--organisation", "lj")
    assert status == 1
    assert "longer than the law's 15 days" in out
