"""Searches: what is looked for is sent by POST, and repeated by a token."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import BaseModel, ConfigDict

from huiyin.api import problems
from huiyin.api.access import Caller, StaffAuth, caller_of
from huiyin.api.queries import SearchToken, ShortText, check_page
from huiyin.api.schemas_out import CaseItemOut, CasesOut
from huiyin.api.schemas_search import FoundCasesOut, FoundTextOut, SearchOut
from huiyin.casework.labels import FormError
from huiyin.casework.lists import search_tokens
from huiyin.casework.lists.cases import BY_REGISTRATION, CaseFilter, cases
from huiyin.casework.receipts import is_number
from huiyin.casework.sealed.cleared import accusing_still
from huiyin.people.signing_in.tokens import READ
from huiyin.search.find import FoundTexts, find_texts

router = Router(tags=["staff"], auth=StaffAuth())


class SearchIn(BaseModel):
    """What is looked for: a number, a receipt, a name, a phone, words of a text."""

    model_config = ConfigDict(extra="forbid", strict=True)

    q: ShortText


class CaseSearchIn(SearchIn):
    """The same among cases that a list is narrowed to."""

    stage: ShortText = ""
    unit: ShortText = ""
    klass: ShortText = ""
    overdue: bool = False
    open: bool = False


@router.post("/cases/search", response=FoundCasesOut, auth=StaffAuth(READ))
def search_cases(request: HttpRequest, body: CaseSearchIn) -> FoundCasesOut:
    """Cases by number, receipt, or the exact phone, identity number, address of mail or name of a petitioner. A POST, since these stand in no
    address; ``search`` repeats it for an hour."""
    caller = caller_of(request)
    filters = CaseFilter(
        stage=body.stage, unit=body.unit, severity=body.klass, overdue=body.overdue, open=body.open, q=body.q.strip()
    )
    found = listed(caller, filters, "")
    return FoundCasesOut(items=found.items, next=found.next, search=_token(filters.q, caller))


@router.get("/search", response=SearchOut)
def repeat_search(
    request: HttpRequest,
    q: ShortText = "",
    search: SearchToken = "",
    page: ShortText = "",
    texts_page: ShortText = "",
) -> SearchOut:
    """What a search found, from ``page`` and ``texts_page`` on; or the cases with a number or receipt ``q``."""
    caller = caller_of(request)
    return _found(caller, looked_for(q, search, caller), page, texts_page)


@router.post("/search", response=SearchOut, auth=StaffAuth(READ))
def search(request: HttpRequest, body: SearchIn) -> SearchOut:
    """Cases by what they are called or who brought them, and texts of cases in which all that is looked for stands. A POST, since names
    and phones stand in no address; ``search`` repeats it for an hour."""
    return _found(caller_of(request), body.q.strip(), "", "")


def listed(caller: Caller, filters: CaseFilter, page: str) -> CasesOut:
    """The cases that the caller may see, newest first, from ``page`` on."""
    check_page(page, BY_REGISTRATION)
    found = cases(caller.actor, filters, caller.at, page)
    accusing = accusing_still([view.case for view in found.items])
    return CasesOut(items=[CaseItemOut.in_list(view, accusing) for view in found.items], next=found.next)


def _found(caller: Caller, q: str, page: str, texts_page: str) -> SearchOut:
    named = listed(caller, CaseFilter(q=q), page) if q else CasesOut(items=[], next="")
    texts = find_texts(caller.actor, q, texts_page) if q else FoundTexts(())
    return SearchOut(
        items=named.items,
        next=named.next,
        texts=[*map(FoundTextOut.of, texts.items)],
        next_texts=texts.next,
        search=_token(q, caller),
    )


def looked_for(q: str, search: str, caller: Caller) -> str:
    """What a list is asked for. Raises a problem where names would stand in an address, or the token is not the caller's or too old."""
    if search:
        found = search_tokens.looked_for(search, _account(caller), caller.at)
        if found is None:
            raise problems.invalid([FormError("search", "expired", _("这次查找已经过期，请重新查找"))])
        return found
    if q.strip() and not is_number(q):
        message = _("网址中只能写编号和回执；姓名、电话和正文请用 POST 查找")
        raise problems.invalid([FormError("q", "not-a-number", message)])
    return q.strip()


def _token(q: str, caller: Caller) -> str:
    return search_tokens.token(q, _account(caller), caller.at) if q else ""


def _account(caller: Caller) -> UUID:
    assert caller.actor.person is not None  # whoever was let in as staff is somebody
    return caller.actor.person
