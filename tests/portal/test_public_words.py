"""A petitioner's pages speak from public stages alone: no inner stage, step or duty is named, whatever is asked and refused.

Under every book, a matter is set down in every stage of its procedure, looked at, and acted upon in every way that petitioners have.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.models import Case, Duty
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rules.book.elements import Named
from huiyin.rules.book.load import Rules, load, shipped
from huiyin.rules.book.schema import Procedure
from huiyin.rules.book.steps import begins_case
from tests.cast import DAY, Cast, make_cast
from tests.matters import Matter, begin
from tests.portal.conftest import html, open_matter

SHORT = 4
"""Shorter names are words that stand in many a sentence."""


def of_petitioners(rules: Rules, procedure: Procedure) -> dict[str, Named]:
    roles = rules.book.roles
    return {
        name: action
        for name, action in procedure.actions.items()
        if any(roles[role].of == "petitioner" for role in action.by)
    }


def inner_words(rules: Rules, procedure: Procedure) -> list[str]:
    """The names of stages, steps and duties that are the office's own, unless a public text says the same."""
    theirs = of_petitioners(rules, procedure)
    roles = rules.book.roles
    duties = procedure.duties.values()
    inner = [
        *procedure.stages.values(),
        *(action for name, action in procedure.actions.items() if name not in theirs),
        *(duty for duty in duties if roles[duty.of].of != "petitioner"),
    ]
    documents = [notice for notice in procedure.notices.values() if notice.to == "petitioner"]
    public = [
        *(stage.public for stage in procedure.stages.values() if stage.public is not None),
        *theirs.values(),
        *documents,
        *(document.remedy for document in documents if document.remedy is not None),
        *(duty.public for duty in duties if duty.public is not None),
        *rules.book.fields.values(),
    ]
    said = "\n".join(f"{one.zh}\n{one.name('en')}" for one in public)
    return [word for one in inner for word in {one.zh} if len(word) >= SHORT and word not in said]


def set_down(matter: Matter, rules: Rules, stage: str) -> None:
    """The matter as if it stood in ``stage``, with every duty that may be open somewhere in that procedure."""
    ends = rules.book.procedures["matter"].stages[stage].end
    state: State = replace(codec.loads(matter.case.state), stage=stage, ended=ends)
    if ends:
        state = replace(state, duties=())
    Case.objects.filter(id=matter.id).update(
        stage=stage, state=codec.dumps(state), ended_at=timezone.now() if ends else None
    )


def answers(anyone: Client, matter: Matter, actions: list[str]) -> Iterator[str]:
    """Everything that pages and REST say to the petitioner, as a page or as a refusal."""
    receipt = matter.registered.receipt  # type: ignore[union-attr]
    code = {"HTTP_X_QUERY_CODE": matter.registered.code}  # type: ignore[union-attr]
    yield html(anyone.get("/track/matter/"))
    told = anyone.get(f"/api/v1/receipts/{receipt}", **code)
    yield json.dumps(json.loads(told.content), ensure_ascii=False)
    for action in actions:
        yield html(anyone.get(f"/track/matter/{action}/"))
        path = f"/api/v1/receipts/{receipt}/actions/{action}"
        refused = anyone.post(path, {"fields": {"no_such_field": "x"}}, content_type="application/json", **code)
        assert refused.status_code >= 400
        yield json.dumps(json.loads(refused.content), ensure_ascii=False)


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("book", "every"),
    [("national-2022", 9), *(pytest.param(name, 1, marks=pytest.mark.exhaustive) for name in shipped())],
)
def test_no_page_and_no_answer_to_a_petitioner_names_an_inner_stage_step_or_duty(
    db: None, anyone: Client, book: str, every: int
) -> None:
    rules = load(book)
    procedure = rules.book.procedures["matter"]
    words = inner_words(rules, procedure)
    assert len(words) > 20
    matter = begin(make_cast(book), timezone.now() - DAY)
    open_matter(anyone, matter)
    for kind in procedure.duties:
        Duty.objects.filter(case=matter.id).update(kind=kind)
        page = html(anyone.get("/track/matter/"))
        assert [word for word in words if word in page] == [], kind
    actions = [name for name, action in of_petitioners(rules, procedure).items() if not begins_case(action)]
    # Each action in every ninth stage, and each stage with every ninth action; or all with all.
    for number, stage in enumerate(procedure.stages):
        set_down(matter, rules, stage)
        for said in answers(anyone, matter, actions[number % every :: every]):
            assert [word for word in words if word in said] == [], (stage, said)


def test_a_step_that_is_the_offices_does_not_exist_for_the_petitioner_in_the_interface_either(
    anyone: Client, matter: Matter
) -> None:
    receipt = matter.registered.receipt  # type: ignore[union-attr]
    code = {"HTTP_X_QUERY_CODE": matter.registered.code}  # type: ignore[union-attr]
    for action in ("accept", "no_such_step"):
        path = f"/api/v1/receipts/{receipt}/actions/{action}"
        answer = anyone.post(path, {"fields": {}}, content_type="application/json", **code)
        assert answer.status_code == 404
        assert "受理审查人" not in answer.content.decode()


def test_the_way_of_a_matter_is_told_by_papers_and_public_stages(anyone: Client, cast: Cast, matter: Matter) -> None:
    for who, action in (
        ("intake", "accept"),
        ("intake", "assign"),
        ("handler", "request_extension"),
        ("head", "grant_extension"),
        ("handler", "investigate"),
        ("handler", "propose_opinion"),
    ):
        matter.does(who, action)
    page = html(open_matter(anyone, matter))
    assert "延期告知书" in page
    for inner in ("申请延期", "准予延期", "提出处理意见", "意见待审批", "审批处理意见"):
        assert inner not in page
