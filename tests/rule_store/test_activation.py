"""Rulebooks come into force by a decision that is proved first and recorded; what was begun under one version stays readable."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import indent

import pytest

from huiyin import door
from huiyin.audit.verify import verify
from huiyin.casework.history import documents, read_history, steps
from huiyin.casework.models import Case
from huiyin.ledger import log
from huiyin.ledger.models import Row
from huiyin.people.appointments import end_holding
from huiyin.people.models import Account, Holding, Organisation
from huiyin.procedure.move import Misfit
from huiyin.procedure.storage import codec
from huiyin.rule_store import store
from huiyin.rule_store.activation import NotUsable, TooLate, Unheld, activate, adopt, settle
from huiyin.rule_store.models import Activation, Edition
from huiyin.rule_store.vacancies import vacancies
from huiyin.rules.book.load import BOOKS, Rules
from huiyin.rules.book.sources import Sources, gather, gather_shipped
from huiyin.rules.prover.compare import law_of
from tests.cast import DAY, NOW, Cast, make_cast
from tests.matters import begin, petition, register, replay_equals_projection
from tests.rule_store.own import SILENT, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast("national-2022")


def own(folder: Path, version: str = "1", days: int = 10, more: str = "") -> tuple[Rules, Sources]:
    return gather(write(folder, version, days, more))


def kept(folder: Path, version: str = "1", days: int = 10, more: str = "") -> Edition:
    return store.keep(*own(folder, version, days, more), NOW)


def wrong() -> list[str]:
    return [str(finding) for finding in verify() if finding.kind == "wrong"]


def notice_due(case: Case) -> int:
    """In how many days the petitioner must have been told."""
    duty = case.duties.get(kind="decide_acceptance")
    return (duty.due_at - case.received_at).days


def begun(cast: Cast, at: datetime = NOW) -> Case:
    outcome = register(petition(cast), cast.newcomer(), at)
    assert isinstance(outcome, door.Registered), outcome
    return outcome.case


def test_cases_begin_under_what_was_decided_and_those_before_stay_under_theirs(cast: Cast, tmp_path: Path) -> None:
    before = begun(cast)
    activate(cast.lj, own(tmp_path), NOW)
    after = begun(cast)
    assert (before.rulebook, after.rulebook) == ("national-2022@2", "lj-own@1")
    assert notice_due(before) - notice_due(after) == 5
    assert Case.objects.get(id=before.id).rulebook == "national-2022@2"


def test_a_decision_waits_for_its_day(cast: Cast, tmp_path: Path) -> None:
    activate(cast.lj, own(tmp_path), NOW, effective_from=NOW + 7 * DAY)
    assert begun(cast, NOW + 6 * DAY).rulebook == "national-2022@2"
    assert begun(cast, NOW + 7 * DAY).rulebook == "lj-own@1"
    assert settle(NOW + 6 * DAY) == 0
    assert settle(NOW + 8 * DAY) == 1
    lj = Organisation.objects.get(id=cast.lj.id)
    assert (lj.rulebook, lj.next_rulebook, lj.next_rulebook_from) == ("lj-own@1", "", None)


def test_a_later_decision_replaces_one_that_waits(cast: Cast, tmp_path: Path) -> None:
    activate(cast.lj, own(tmp_path), NOW, effective_from=NOW + 7 * DAY)
    activate(cast.lj, own(tmp_path, "2", 9), NOW + DAY, effective_from=NOW + 9 * DAY)
    assert begun(cast, NOW + 8 * DAY).rulebook == "national-2022@2"
    assert begun(cast, NOW + 9 * DAY).rulebook == "lj-own@2"
    assert wrong() == []


def test_a_decision_is_an_event_that_nobody_can_take_back_unseen(cast: Cast, tmp_path: Path) -> None:
    activation = activate(cast.lj, own(tmp_path), NOW, basis="局办〔2026〕3 号")
    row = Row.objects.get(case_id=cast.lj.id)
    assert row.type == "RulebookActivated"
    assert activation.edition.digest in row.body
    assert log.enter() >= 1
    assert wrong() == []
    Activation.objects.filter(id=activation.id).update(basis="")
    assert wrong() == ["lj: rulebook decision 1 is not stored as it was decided"]
    Activation.objects.filter(id=activation.id).delete()
    assert wrong() == ["lj: rulebook decision 1 is not stored as it was decided"]


def test_what_is_in_force_without_a_decision_is_found(cast: Cast, tmp_path: Path) -> None:
    kept(tmp_path)
    Organisation.objects.filter(id=cast.lj.id).update(rulebook="lj-own@1")
    assert wrong() == ["lj: lj-own@1 in force, which nobody decided"]


def test_a_kept_text_that_was_changed_is_found(cast: Cast, tmp_path: Path) -> None:
    edition = kept(tmp_path)
    edition.texts["lj-own"] = edition.texts["lj-own"].replace("10 days", "14 days")
    edition.save()
    assert wrong() == ["lj-own@1: its text was changed after it was kept"]


def test_rules_that_are_not_sound_never_come_into_force(cast: Cast, tmp_path: Path) -> None:
    silent = own(tmp_path, more=SILENT)
    with pytest.raises(NotUsable) as refused:
        activate(cast.lj, silent, NOW)
    assert refused.value.judged.findings
    assert not Activation.objects.exists()
    assert not Edition.objects.exists()
    assert begun(cast).rulebook == "national-2022@2"


def test_rules_that_give_less_than_the_law_never_come_into_force(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(NotUsable) as refused:
        activate(cast.lj, own(tmp_path, days=20), NOW)
    assert refused.value.judged.less
    assert not Row.objects.filter(case_id=cast.lj.id).exists()


def test_rules_by_which_no_petition_could_come_in_never_come_into_force(cast: Cast, tmp_path: Path) -> None:
    closed = own(tmp_path, more="    actions:\n      submit: null\n")
    with pytest.raises(NotUsable) as refused:
        activate(cast.lj, closed, NOW)
    assert refused.value.judged.lacking == ("matter.submit",)


def test_rules_that_stand_on_no_law_are_held_to_the_one_in_force(tmp_path: Path) -> None:
    path = tmp_path / "alone.yaml"
    shutil.copytree(BOOKS / "national-2005", tmp_path / "alone")
    text = (
        (BOOKS / "national-2005.yaml").read_text(encoding="utf-8").replace("rulebook: national-2005", "rulebook: alone")
    )
    path.write_text(text.replace("national-2005/", "alone/"), encoding="utf-8")
    law = law_of(gather(path)[0])
    assert law is not None
    assert law.book.rulebook == "national-2022"
    assert law_of(store.load("national-2022")) is None
    assert law_of(store.load("xx-bureau")) is store.load("national-2022")


def test_nothing_comes_into_force_in_the_past(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(TooLate):
        activate(cast.lj, own(tmp_path), NOW, effective_from=NOW - DAY)
    today = activate(cast.lj, own(tmp_path), NOW, effective_from=NOW - timedelta(hours=9))
    assert today.effective_from == NOW  # from this very moment: nothing has begun under it before


def test_a_book_with_a_role_that_nobody_holds_does_not_come_into_force(cast: Cast, tmp_path: Path) -> None:
    end_holding(Holding.objects.get(account=cast.accounts["intake"]), (NOW + 3 * DAY).date())
    activate(cast.lj, own(tmp_path), NOW)
    for start in (NOW + 3 * DAY, NOW + 9 * DAY):
        with pytest.raises(Unheld) as refused:
            activate(cast.lj, own(tmp_path, "2"), NOW, effective_from=start)
        assert [(item.role, item.posts) for item in refused.value.vacancies] == [("intake", ("临江信访办 intake",))]
    Account.objects.filter(username="archivist").update(is_active=False)
    with pytest.raises(Unheld) as refused:
        activate(cast.lj, own(tmp_path, "2"), NOW)
    assert [item.role for item in refused.value.vacancies] == ["archivist", "supervisor"]
    assert Activation.objects.count() == 1


@pytest.mark.exhaustive
@pytest.mark.rarely_on_postgresql
@pytest.mark.parametrize("book", ["science-bureau", "company"])
def test_no_shipped_book_starts_where_it_would_stop(cast: Cast, book: str) -> None:
    with pytest.raises(Unheld) as refused:
        activate(cast.lj, gather_shipped(book), NOW)
    assert len(refused.value.vacancies) > 1


def test_a_version_is_kept_word_for_word_and_never_twice_with_other_words(cast: Cast, tmp_path: Path) -> None:
    edition = kept(tmp_path)
    assert kept(tmp_path) == edition
    with pytest.raises(store.OtherText):
        kept(tmp_path, days=8)
    assert store.load("lj-own@1").book.procedures["matter"].limits["notice"].within.amount == 10  # type: ignore[union-attr]
    assert {name.partition("/")[0] for name in edition.texts} == {"lj-own", "national-2022"}


def test_a_version_that_is_laid_out_otherwise_now_stays_as_it_was_kept(cast: Cast, tmp_path: Path) -> None:
    rules, sources = store.gather("national-2022")
    whole = sources.texts["national-2022"]
    for part in sources.texts.keys() - {"national-2022"}:
        name = part.partition("/")[2]
        whole = whole.replace(f"  {name}: {part}.yaml\n", f"  {name}:\n{indent(sources.texts[part], '    ')}")
    before = store.keep(rules, Sources("national-2022", {"national-2022": whole}), NOW)
    assert before.digest != sources.digest
    assert store.keep_shipped("national-2022", NOW) == before
    assert before.texts == {"national-2022": whole}
    assert store.load("national-2022@2").book == rules.book


def test_the_name_and_version_of_a_shipped_book_belong_to_it(tmp_path: Path) -> None:
    path = write(tmp_path, "2")
    path.write_text(path.read_text().replace("rulebook: lj-own", "rulebook: national-2022"), encoding="utf-8")
    with pytest.raises(store.OtherText):
        store.keep(*gather(path), NOW)


def test_a_shipped_book_is_the_same_whether_its_version_is_named_or_not() -> None:
    named, bare = store.gather("national-2022@2"), store.gather("national-2022")
    assert named[1] == bare[1]
    assert store.keep(*named, NOW) == store.keep_shipped("national-2022", NOW)


def test_an_organisation_that_never_decided_works_under_the_shipped_version_of_the_first_day(cast: Cast) -> None:
    assert adopt(NOW) == ["hx", "jn", "lj", "nh"]
    assert adopt(NOW) == []
    assert begun(cast).rulebook == "national-2022@2"
    assert wrong() == []


def test_roles_that_nobody_holds_are_named(cast: Cast) -> None:
    missing = {vacancy.role for vacancy in vacancies(store.load("xx-bureau"), cast.lj, NOW.date())}
    assert "registrar" not in missing
    assert "secretary" in missing
    assert "custodian" not in missing  # no post has the role: whoever stands in for it acts


def test_a_case_moves_by_an_event_and_keeps_what_was_promised(cast: Cast, tmp_path: Path) -> None:
    matter = begin(cast)
    due = {duty.id: duty.due_at for duty in matter.case.duties.all()}
    activate(cast.lj, own(tmp_path), NOW)
    outcome = door.move_case(matter.id, "lj-own@1", cast.actor("head"), matter.at)
    assert isinstance(outcome, door.Accepted), outcome
    replay_equals_projection(matter.id)
    assert matter.case.rulebook == "lj-own@1"
    assert {duty.id: duty.due_at for duty in matter.case.duties.all()} == due
    matter.at += DAY
    matter.does("intake", "accept")
    told = steps(read_history(matter.case, None))
    assert [step.label for step in told] == ["提交信访事项", "此后按另一版规程办理", "受理"]
    assert told[1].who == str(Account.objects.get(id=cast.actor("head").person))
    assert [document.kind for document in documents(read_history(matter.case, None))] == ["acceptance"]
    assert door.move_case(matter.id, "lj-own@1", cast.actor("head"), matter.at) == door.Accepted(
        matter.case, codec.loads(matter.case.state)
    )
    assert Row.objects.filter(type="CaseMoved").count() == 1


def test_what_was_done_before_a_move_is_told_in_the_words_of_then(cast: Cast, tmp_path: Path) -> None:
    matter = begin(cast)
    matter.does("intake", "accept")
    renamed = "    actions:\n      accept: {zh: 依规受理, en: accept by rule}\n    notices:\n      acceptance: {zh: 依规受理告知书, en: told}\n"
    edition = kept(tmp_path, more=renamed)
    assert isinstance(door.move_case(matter.id, str(edition), cast.actor("head"), matter.at), door.Accepted)
    assert "受理" in [step.label for step in steps(read_history(matter.case, None))]
    assert [document.label for document in documents(read_history(matter.case, None))] == ["受理告知书"]


def test_a_case_for_which_the_other_rules_have_no_place_stays_where_it_is(cast: Cast, tmp_path: Path) -> None:
    matter = begin(cast)
    matter.does(
        "intake",
        "accept_simple",
        kind="claim",
        simple_ground="clear",
        not_excluded=True,
        route="直接办理。",
        unit="lj-fire",
    )
    events = Row.objects.filter(case_id=matter.id).count()
    outcome = door.move_case(matter.id, "xx-bureau@2", cast.actor("head"), matter.at)
    assert isinstance(outcome, door.NoPlace), outcome
    assert Misfit("stage", "simple") in outcome.misfits
    assert Misfit("duty", "handle_simple") in outcome.misfits
    assert Row.objects.filter(case_id=matter.id).count() == events
    assert matter.case.rulebook == "national-2022@2"
