"""Who must use a second factor, and whether they did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from huiyin.people import administration, administrators
from huiyin.people.appointments import current, day_of
from huiyin.people.models import Account, Administrator, Holding, Organisation, SecondFactorRule

EVERYBODY = ""
"""The role of a rule that holds for all who work in an organisation."""


@dataclass(frozen=True, slots=True)
class RuleDecision:
    """Who decides (None: the command line) and why; ``whom`` is of whom it is required, in words."""

    by: Account | None = None
    whom: str = ""
    reason: str = ""


UNGIVEN: Final = RuleDecision()
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as one: an authenticator app, or a passkey or security key. Recovery codes come with these."""


def require(organisation: Organisation | None, role: str = EVERYBODY, *, decision: RuleDecision = UNGIVEN) -> bool:
    """From now on who holds the role must use a second factor; without an organisation: administrators. False if it was so."""
    with transaction.atomic():
        rule, is_new = SecondFactorRule.objects.get_or_create(organisation=organisation, role=role)
        if is_new:
            _record("require_second_factor", rule, [rule], decision)
    return is_new


def relax(organisation: Organisation | None, role: str = EVERYBODY, *, decision: RuleDecision = UNGIVEN) -> bool:
    """Require it of them no longer. False if it was not required."""
    with transaction.atomic():
        rules = list(SecondFactorRule.objects.select_for_update().filter(organisation=organisation, role=role))
        SecondFactorRule.objects.filter(id__in=[rule.id for rule in rules]).delete()
        for rule in rules:
            _record("relax_second_factor", rule, [], decision, [rule])
    return bool(rules)


def _record(
    change: str,
    rule: SecondFactorRule,
    rows: Sequence[SecondFactorRule],
    decision: RuleDecision,
    gone: Sequence[SecondFactorRule] = (),
) -> None:
    administration.record_act(
        change,
        rows,
        timezone.now(),
        None,
        by=decision.by,
        organisation=rule.organisation_id,
        subject=decision.whom or rule.role,
        reason=decision.reason,
        gone=gone,
    )


def is_required(account_is_administrator: bool, posts: Iterable[tuple[UUID, Iterable[str]]]) -> bool:
    """Whether a rule asks for it; ``posts`` are the organisation and the roles of each post that somebody holds now."""
    return _applies(_all_rules(), account_is_administrator, posts)


def _all_rules() -> Sequence[tuple[UUID | None, str]]:
    return list(SecondFactorRule.objects.values_list("organisation_id", "role"))


def _applies(
    rules: Sequence[tuple[UUID | None, str]],
    account_is_administrator: bool,
    posts: Iterable[tuple[UUID, Iterable[str]]],
) -> bool:
    held: dict[UUID | None, set[str]] = {None: {EVERYBODY}} if account_is_administrator else {}
    for organisation, roles in posts:
        held.setdefault(organisation, {EVERYBODY}).update(roles)
    return any(role in held.get(organisation, ()) for organisation, role in rules)


def rules() -> QuerySet[SecondFactorRule]:
    """The rules, those for administrators first."""
    return SecondFactorRule.objects.select_related("organisation").order_by(
        F("organisation__code").asc(nulls_first=True), "role"
    )


def without_one(at: datetime) -> list[str]:
    """User names of those who must use a second factor and have set none up."""
    administering = administrators.on_day(Administrator.objects.all(), day_of(at)).values("account")
    held: dict[Account, list[tuple[UUID, Iterable[str]]]] = {
        account: []
        for account in Account.objects.filter(Q(is_superuser=True) | Q(id__in=administering), is_active=True)
    }
    administer = set(held)
    working = Holding.objects.filter(account__is_active=True).select_related("account", "post")
    for holding in current(working, day_of(at)):
        held.setdefault(holding.account, []).append((holding.organisation_id, holding.post.roles))
    asked = _all_rules()
    enrolled = set(Authenticator.objects.filter(type__in=FACTORS).values_list("user_id", flat=True))
    return sorted(
        account.username
        for account, posts in held.items()
        if account.pk not in enrolled and _applies(asked, account in administer, posts)
    )


def has_one(account: Account) -> bool:
    """Whether an account has set a second factor up."""
    return Authenticator.objects.filter(user=account, type__in=FACTORS).exists()


def was_shown(request: HttpRequest) -> bool:
    """Whether who is signed in showed a second factor in this session."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def note_shown(request: HttpRequest, factor: Authenticator) -> None:
    """Whoever sets a second factor up has shown it: they need not show it once more in this session."""
    record_authentication(request, request.user, method="mfa", id=factor.pk, type=factor.type)
