"""A document bears the head and the signature of the organ that acts: tried for every document of every book and every organ that may issue it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.models import Case, Notice
from huiyin.ledger import chain
from huiyin.people.ids import new_id
from huiyin.people.models import Reception
from huiyin.procedure.command import Actor, OrganisationId
from huiyin.procedure.event import ActionTaken, NoticeIssued
from huiyin.procedure.storage import codec
from huiyin.rules.book.load import load
from huiyin.rules.book.schema import Rulebook
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


def contents_of(book: Rulebook) -> Iterator[tuple[str, str, str, str]]:
    """Every document of every procedure of a book, with each action and role of an office by which it is issued."""
    for procedure, rules in book.procedures.items():
        for name, action in rules.actions.items():
            for kind in action.notice:
                for role in action.by:
                    of_an_office = book.roles[role].of not in ("petitioner", "system")
                    if of_an_office and rules.notices[kind].issued_by in (None, role):
                        yield procedure, name, kind, role


def as_of(matter: Matter, procedure: str) -> Matter:
    """The matter as if it ran under another procedure of its book: of the case the documents take its number and its people alone."""
    case = Case.objects.get(id=matter.id)
    state = codec.dumps(replace(codec.loads(case.state), procedure=procedure))
    Case.objects.filter(id=matter.id).update(procedure=procedure, state=state)
    return matter


def signed_in(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.accounts["registrar"], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.slow
@pytest.mark.any_database
@pytest.mark.parametrize("book", BOOKS)
def test_every_paper_bears_the_head_and_signature_of_the_organ_that_acts(db: None, book: str) -> None:
    rules, cast = load(book), make_cast(book)
    for code, organisation in cast.organisations.items():
        Reception.objects.create(organisation=organisation, address=f"{code} 示范路 1 号", phone="000-1")
    client, tried = signed_in(cast), set()
    matters: dict[str, Matter] = {}
    for procedure, name, kind, role in contents_of(rules.book):
        organ = ORGANS.get(rules.book.roles[role].of, "lj")
        if (procedure, kind, organ) in tried:
            continue  # whoever of the organ issues it
        if procedure not in matters:
            matters[procedure] = as_of(begin(cast, timezone.now() - DAY), procedure)
        matter = matters[procedure]
        notice = issued(matter, name, kind, role, organ, rules.book.procedures[procedure].notices[kind].to)
        page = html(client.get(f"/desk/notices/{notice.id}/"))
        document = page.partition('<article class="paper">')[2].partition("</article>")[0]
        head = f"{organ} 机构"
        assert f'<div class="paper-organ">{head}</div>' in document, (procedure, name, kind, role)
        assert f'<p class="paper-sign">{head}<br>' in document, (procedure, name, kind, role)
        assert f"{organ} 示范路 1 号" in document, (procedure, name, kind, role)
        tried.add((procedure, kind, organ))
    assert len(tried) > 15


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
