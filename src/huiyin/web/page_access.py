"""Who is at the other end of a page: a signed-in account, acting in one of the posts that it holds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.people.acting import HeldPost, at_work
from huiyin.people.administrators import Scope, confirming_scope, scope_of
from huiyin.people.appointments import day_of
from huiyin.people.models import Account, Organisation
from huiyin.people.signing_in import second_factor_rules
from huiyin.people.signing_in.sessions import USED_KEY
from huiyin.procedure.command import Actor

POST_KEY = "post"
"""Under which the session keeps the chosen post."""

USED_WITHIN = timedelta(minutes=10)

Arguments = ParamSpec("Arguments")


@dataclass(frozen=True)
class Acting:
    """Who asks for a page, in which post, when; ``posts`` are all that they may switch to.

    ``lacks_second_factor``: a rule asks them for one that they have not shown in this session. ``administers``: they have pages for
    administrators as well; ``confirms``: they confirm what another administrator proposes.
    """

    actor: Actor
    account: Account
    post: HeldPost
    posts: tuple[HeldPost, ...]
    at: datetime
    lacks_second_factor: bool = False
    administers: bool = False
    confirms: bool = False


@dataclass(frozen=True)
class Administering:
    """Which administrator asks for a page, when, and what they administer: ``is_whole`` the installation, else ``organisations`` alone."""

    account: Account
    at: datetime
    is_whole: bool
    organisations: QuerySet[Organisation]


StaffView = Callable[Concatenate[HttpRequest, Acting, Arguments], HttpResponse]
AdministratorView = Callable[Concatenate[HttpRequest, Administering, Arguments], HttpResponse]
AccountView = Callable[Concatenate[HttpRequest, Account, datetime, Arguments], HttpResponse]
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]


def acting_of(request: HttpRequest, at: datetime) -> Acting | None:
    """The signed-in account acting in the post that its session chose; in the one it has held longest if it chose none.

    Returns:
        None if nobody is signed in, or the account holds no post at ``at``.
    """
    account = request.user
    if not isinstance(account, Account):
        return None
    found = at_work(account, at, _chosen(request))
    if found is None:
        return None
    post = next(held for held in found.posts if held.post == found.actor.post)
    lacks = found.needs_second_factor and _lacks_second_factor(request, account)
    return Acting(found.actor, account, post, found.posts, at, lacks, found.administers, found.confirms)


def _lacks_second_factor(request: HttpRequest, account: Account) -> bool:
    return not (second_factor_rules.was_shown(request) and second_factor_rules.has_one(account))


def slide(request: HttpRequest, account: Account, at: datetime) -> None:
    """A session ends so long after it was used, not after signing in: written down now and then, not with each page."""
    used = request.session.get(USED_KEY)
    last = datetime.fromisoformat(used) if used else account.last_login
    if last is None or not timedelta(0) <= at - last < USED_WITHIN:
        request.session[USED_KEY] = at.isoformat()


def _chosen(request: HttpRequest) -> UUID | None:
    try:
        return UUID(str(request.session.get(POST_KEY, "")))
    except ValueError:
        return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if "HX-Request" in request.headers:
        # A part of a page cannot hold the sign-in page: the whole page goes there.
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("account_login")})
    return redirect_to_login(request.get_full_path())


def _to_second_factor(request: HttpRequest, account: Account) -> HttpResponse:
    """To where one shows a second factor, or sets it up first; nothing else is open before."""
    if second_factor_rules.has_one(account):
        ways = {way["id"]: way["url"] for way in get_adapter().get_reauthentication_methods(account)}
        way = ways.get("mfa_reauthenticate") or ways["mfa_reauthenticate_webauthn"]
        back = request.get_full_path() if request.method == "GET" else reverse("desk:duties")
        there = f"{way}?{urlencode({'next': back})}"
    else:
        messages.warning(request, _("您的岗位须使用两步验证，请先在这里设置，然后才能办理其他事情"))
        there = reverse("mfa_index")
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": there})
    return HttpResponseRedirect(there)


def staff_page(view: StaffView[Arguments]) -> View[Arguments]:
    """Lets only those in who hold a post now: others sign in first, or read what to do about it (403)."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        acting = acting_of(request, timezone.now())
        if acting is None:
            return _no_post(request)
        if acting.lacks_second_factor:
            return _to_second_factor(request, acting.account)
        request.acting = acting  # type: ignore[attr-defined]  # for the head of the page
        slide(request, acting.account, acting.at)
        response = view(request, acting, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")  # a shared computer must not keep personal data
        return response

    return inner


def _no_post(request: HttpRequest) -> HttpResponse:
    account = request.user
    scope = scope_of(account, day_of(timezone.now())) if isinstance(account, Account) else None
    return render(request, "web/no_post.html", {"scope": scope}, status=403)


def administrator_page(view: AdministratorView[Arguments]) -> View[Arguments]:
    """Lets only administrators in, of the installation or of an organisation, whether or not they hold a post: others sign in
    first, or get 403. What belongs to no organisation of theirs the view refuses.
    """
    return _page_within(scope_of, view)


def confirming_page(view: AdministratorView[Arguments]) -> View[Arguments]:
    """As ``administrator_page``, for heads and deputies of leading groups as well, who confirm what an administrator proposes."""
    return _page_within(confirming_scope, view)


def _page_within(
    scope_at: Callable[[Account, date], Scope | None], view: AdministratorView[Arguments]
) -> View[Arguments]:

    @wraps(view)
    def inner(request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        at = timezone.now()
        scope = scope_at(request.user, day_of(at)) if isinstance(request.user, Account) else None
        if scope is None or not isinstance(request.user, Account):
            raise PermissionDenied
        acting = acting_of(request, at)
        required = second_factor_rules.is_required(True, ()) or (acting is not None and acting.lacks_second_factor)
        if required and _lacks_second_factor(request, request.user):
            return _to_second_factor(request, request.user)
        request.acting = acting  # type: ignore[attr-defined]  # for the head of the page
        slide(request, request.user, at)
        administering = Administering(request.user, at, scope.is_whole, scope.organisations)
        request.administering = administering  # type: ignore[attr-defined]  # for the tabs of who holds no post
        response = view(request, administering, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return inner


def installation_page(view: AdministratorView[Arguments]) -> View[Arguments]:
    """Lets only administrators of the whole installation in: those of an organisation get 403 as well."""

    @wraps(view)
    def whole(
        request: HttpRequest, administering: Administering, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponse:
        if not administering.is_whole:
            raise PermissionDenied
        return view(request, administering, *args, **kwargs)

    return administrator_page(whole)


def account_page(view: AccountView[Arguments]) -> View[Arguments]:
    """Lets anybody in who is signed in, whether or not they hold a post: others sign in first."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        account, at = request.user, timezone.now()
        if not isinstance(account, Account):
            return _to_sign_in(request)
        acting = acting_of(request, at)
        if acting is not None and acting.lacks_second_factor:
            return _to_second_factor(request, account)
        request.acting = acting  # type: ignore[attr-defined]  # for the head of the page
        slide(request, account, at)
        response = view(request, account, at, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return inner


@require_POST
@staff_page
def switch_post(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Act in another of one's posts from now on; a post that is not theirs changes nothing."""
    chosen = request.POST.get("post", "")
    if chosen in {str(held.post) for held in acting.posts}:
        request.session[POST_KEY] = chosen
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if safe else reverse("desk:duties"))
