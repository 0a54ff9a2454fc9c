"""Sending a link to set a new password, by a worker and to confirmed addresses alone."""

from __future__ import annotations

from typing import Final

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

TEMPLATES: Final = "account/email/password_reset_key"


def send_link(address: int, language: str) -> None:
    """Send a link to the confirmed address with this id; nothing where it is confirmed no longer, or its account was closed.

    Raises:
        OSError, SMTPException: the mail server cannot be reached, or refuses.
    """
    found = EmailAddress.objects.filter(id=address, verified=True, user__is_active=True).select_related("user").first()
    if found is None:
        return
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    key = f"{user_pk_to_url_str(found.user)}-{default_token_generator.make_token(found.user)}"
    link = settings.HUIYIN_PUBLIC_URL + path.replace("UID-KEY", key)
    known = dict(settings.LANGUAGES)
    with translation.override(language if language in known else settings.LANGUAGE_CODE):
        words = {"username": found.user.get_username(), "password_reset_url": link}
        subject = render_to_string(f"{TEMPLATES}_subject.txt", words).strip()
        body = render_to_string(f"{TEMPLATES}_message.txt", words)
    EmailMessage(subject, body, to=[found.email], headers={"Auto-Submitted": "auto-generated"}).send()  # RFC 3834
