"""A document bears the head and the signature of the organ that acts: tried for every document of every book and every organ that may issue it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.models import Case, Notice
from huiyin.ledger import chain
from huiyin.people.ids import new_id
from huiyin.people.models import Reception
from huiyin.procedure.command import Actor, OrganisationId
from huiyin.procedure.event import ActionTaken, NoticeIssued
from huiyin.rules.book.load import load
from tests.books import BOOKS
from tests.cast import DAY, Cast, make_cast
from tests.desk.conftest import html
from tests.matters import Matter, begin

ORGANS = {"superior": "jn", "superior_of_superior": "hx"}


def issued(matter: Matter, action: str, kind: str, role: str, organ: str, to: str) -> Notice:
    """A document of ``kind`` as if somebody of ``organ`` had taken ``action`` on the matter just now."""
    case, at = Case.objects.get(id=matter.id), timezone.now()
    organisation = OrganisationId(matter.cast.organisations[organ].id)
    actor = Actor("staff", organisation, frozenset({role}))
    taken = ActionTaken(action, case.stage, case.stage, "staff", role, None, None, None, {}, {}, {}, ())
    notice = NoticeIssued(new_id(at), kind, to, ("c",))  # type: ignore[arg-type]
    rows = chain.append(actor, case.id, case.organisation_id, case.seq, case.head, [taken, notice], at)
    Case.objects.filter(id=case.id).update(seq=rows[-1].seq, head=rows[-1].hash)
    return Notice.objects.create(
        id=notice.notice,
        organisation_id=case.organisation_id,
        case=case,
        kind=kind,
        addressee=to,
        action_seq=rows[0].seq,
        issued_at=at,
        clause=[],
    )


def signed_in(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.accounts["registrar"], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.any_database
@pytest.mark.parametrize("book", BOOKS)
def test_every_paper_bears_the_head_and_signature_of_the_organ_that_acts(db: None, book: str) -> None:
    rules, cast = load(book), make_cast(book)
    for code, organisation in cast.organisations.items():
        Reception.objects.create(organisation=organisation, address=f"{code} 示范路 1 号", phone="000-1")
    matter, client = begin(cast, timezone.now() - DAY), signed_in(cast)
    procedure = rules.book.procedures["matter"]
    tried = 0
    for name, action in procedure.actions.items():
        for kind in action.notice:
            for role in action.by:
                rule = procedure.notices[kind]
                organ = ORGANS.get(rules.book.roles[role].of, "lj")
                if rules.book.roles[role].of in ("petitioner", "system") or rule.issued_by not in (None, role):
                    continue
                notice = issued(matter, name, kind, role, organ, rule.to)
                page = html(client.get(f"/desk/notices/{notice.id}/"))
                document = page.partition('<article class="paper">')[2].partition("</article>")[0]
                head = f"{organ} 机构"
                assert f'<div class="paper-organ">{head}</div>' in document, (name, kind, role)
                assert f'<p class="paper-sign">{head}<br>' in document, (name, kind, role)
                assert f"{organ} 示范路 1 号" in document, (name, kind, role)
                tried += 1
    assert tried > 15


def test_the_decision_of_a_higher_office_is_its_paper_though_another_serves_it(db: None) -> None:
    cast = make_cast("science-bureau")
    matter, client = begin(cast, timezone.now() - DAY), signed_in(cast)
    issued(matter, "approve_termination", "termination_transmittal", "termination_checker", "jn", "organ")
    served = issued(matter, "serve_termination", "termination", "handler", "lj", "petitioner")
    assert '<div class="paper-organ">jn 机构</div>' in html(client.get(f"/desk/notices/{served.id}/"))


def test_a_paper_about_an_outcome_recorded_from_elsewhere_is_the_offices_own_and_says_so() -> None:
    for book in ("national-2022", "national-2005"):
        notices = load(book).book.procedures["matter"].notices
        for kind in ("review_recorded", "rereview_recorded"):
            assert "据上级机关文书登记" in notices[kind].zh
            assert {"handed_to", "paper_no", "paper_date"} <= set(notices[kind].body)
