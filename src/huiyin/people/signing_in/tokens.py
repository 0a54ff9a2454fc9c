"""Keys for programs that act for somebody: shown once, kept as a digest, ended one by one or with the appointment."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Q, QuerySet

from huiyin.people import administration
from huiyin.people.appointments import day_of
from huiyin.people.models import Account, Holding, Token

TOKEN_PREFIX = "hy_"  # noqa: S105 - no secret: it lets scanners recognise a leaked one

READ = "read"
ACT = "act"
SCOPES = (READ, ACT)
"""What a token is good for: looking, and changing something. None reaches accounts, which only pages change."""

MAX_DAYS = 366
USE_IS_NOTED_EVERY = timedelta(minutes=1)


def new_token() -> str:
    """A secret for a program, to be shown once."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def issue_token(
    holding: Holding,
    raw: str,
    at: datetime,
    *,
    scopes: Collection[str] = SCOPES,
    expires_at: datetime | None = None,
    name: str = "",
    second_factor: bool = False,
) -> Token:
    """Let whoever presents ``raw`` act for a holder; only its digest is kept.

    Args:
        second_factor: whether who makes it has shown a second factor; without, it does not act where one is required.
    """
    with transaction.atomic():
        token = Token.objects.create(
            account_id=holding.account_id,
            holding=holding,
            digest=digest(raw),
            created_at=at,
            scopes=[scope for scope in SCOPES if scope in scopes],
            expires_at=expires_at,
            name=name,
            second_factor=second_factor,
        )
        administration.record("issue_token", [token], at)
    return token


def note_use(id: UUID, used_at: datetime | None, at: datetime) -> None:
    """Keep that a token was used, to the minute: more would be a write for every read."""
    if used_at is not None and at - used_at < USE_IS_NOTED_EVERY:
        return
    unnoted = Q(used_at__isnull=True) | Q(used_at__lt=at)
    try:
        Token.objects.filter(unnoted, id=id).update(used_at=at)
    except OperationalError:
        # Somebody else writes for long. The request goes on, and the next one notes it.
        return


def revoke_token(token: Token, at: datetime, by: Account | None = None) -> bool:
    """End a token; the row stays, so that what it did can still be explained. False if it was revoked before."""
    with transaction.atomic():
        ended = bool(Token.objects.filter(id=token.id, revoked_at__isnull=True).update(revoked_at=at))
        if ended:
            administration.record("revoke_token", [Token.objects.get(id=token.id)], at, administration.acting(by))
    return ended


def revoke_all(account: Account, at: datetime) -> int:
    """End every token of an account, as when its password was changed; how many there were."""
    with transaction.atomic():
        ended = list(Token.objects.select_for_update().filter(account=account, revoked_at__isnull=True))
        Token.objects.filter(id__in=[token.id for token in ended]).update(revoked_at=at)
        administration.record("revoke_token", Token.objects.filter(id__in=[token.id for token in ended]), at)
    return len(ended)


def tokens() -> QuerySet[Token]:
    """Every token with whose it is and for which post, the newest last."""
    return Token.objects.select_related("account", "holding__organisation", "holding__post__unit").order_by("id")


def of_account(account: Account) -> QuerySet[Token]:
    """The tokens of an account that were not revoked, the newest first."""
    return tokens().filter(account=account, revoked_at__isnull=True).order_by("-id")


def acts_at(token: Token, at: datetime) -> bool:
    """Whether a program may act with the token at a moment: neither revoked, nor expired, nor its post given up, nor its
    account closed.
    """
    expired = token.expires_at is not None and token.expires_at <= at
    held = token.account.is_active and token.holding.current_on(day_of(at))
    return token.revoked_at is None and not expired and held


def digest(raw: str) -> bytes:
    """What is kept of a token. A plain hash suffices: the token itself is 256 random bits."""
    return hashlib.sha256(raw.encode()).digest()
