"""Keys for programs that act for somebody: shown once, kept as a digest, ended one by one or with the appointment."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from huiyin.people import administration
from huiyin.people.appointments import day_of
from huiyin.people.models import Holding, Token

TOKEN_PREFIX = "hy_"  # noqa: S105 - no secret: it lets scanners recognise a leaked one


def new_token() -> str:
    """A secret for a program, to be shown once."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def issue_token(holding: Holding, raw: str, at: datetime) -> Token:
    """Let whoever presents ``raw`` act for a holder; only its digest is kept."""
    with transaction.atomic():
        token = Token.objects.create(account_id=holding.account_id, holding=holding, digest=digest(raw), created_at=at)
        administration.record("issue_token", [token], at)
    return token


def revoke_token(token: Token, at: datetime) -> bool:
    """End a token; the row stays, so that what it did can still be explained. False if it was revoked before."""
    with transaction.atomic():
        ended = bool(Token.objects.filter(id=token.id, revoked_at__isnull=True).update(revoked_at=at))
        if ended:
            administration.record("revoke_token", [Token.objects.get(id=token.id)], at)
    return ended


def tokens() -> QuerySet[Token]:
    """Every token with whose it is and for which post, the newest last."""
    return Token.objects.select_related("account", "holding__organisation", "holding__post__unit").order_by("id")


def acts_at(token: Token, at: datetime) -> bool:
    """Whether a program may act with the token at a moment: neither revoked, nor its post given up, nor its account closed."""
    return token.revoked_at is None and token.account.is_active and token.holding.current_on(day_of(at))


def digest(raw: str) -> bytes:
    """What is kept of a token. A plain hash suffices: the token itself is 256 random bits."""
    return hashlib.sha256(raw.encode()).digest()
