"""Whether the mail server can be reached and lets us in; nothing is sent unless an address is given for a test."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from huiyin.doctor.finding import Finding, failure, notice, ok, warning
from huiyin.doctor.surroundings import Surroundings

SECONDS: Final = 10
SMTP: Final = "django.core.mail.backends.smtp.EmailBackend"


def look(surroundings: Surroundings) -> Iterator[Finding]:
    """Connects, greets, switches to TLS and signs in, as a mail of the system would."""
    if any(fault.variable == "EMAIL_URL" for fault in surroundings.faults):
        return
    if not settings.HUIYIN_SENDS_MAIL:
        yield notice(
            "mail.none",
            _("没有设置发信服务器：信访人收不到邮件提醒，只能在查询页面看到文书"),
            _("需要邮件提醒的，设置 EMAIL_URL"),
        )
        return
    if settings.EMAIL_BACKEND != SMTP:
        yield notice("mail.files", _("邮件写成文件，不会发出去"), _("正式使用时，把 EMAIL_URL 设为 smtp://…"))
        return
    try:
        _greet()
    except ssl.SSLError:
        yield failure("mail.tls", _("发信服务器的证书有问题"), _("EMAIL_URL 中写证书上的主机名，或者更换证书"))
    except smtplib.SMTPAuthenticationError:
        yield failure("mail.login", _("发信服务器不接受用户名或密码"), _("改正 EMAIL_URL 中的用户名和密码"))
    except smtplib.SMTPNotSupportedError:
        yield failure("mail.tls", _("发信服务器不支持加密"), _("换支持 STARTTLS 的服务器；只在内网可加 ?tls=no"))
    except (smtplib.SMTPException, OSError) as error:
        yield failure(
            "mail.unreachable",
            _("连不上发信服务器（%s）") % type(error).__name__,
            _("检查 EMAIL_URL 的主机和端口，以及防火墙"),
        )
    else:
        yield ok("mail", _("发信服务器可以使用"))
        if not settings.EMAIL_USE_TLS and not settings.EMAIL_USE_SSL:
            yield warning("mail.plain", _("到发信服务器的连接没有加密"), _("去掉 EMAIL_URL 中的 ?tls=no"))
        yield from _test(surroundings.send_test)


def _greet() -> None:
    with signed_in():
        pass


@contextmanager
def signed_in(
    plain: type[smtplib.SMTP] = smtplib.SMTP, encrypted: type[smtplib.SMTP_SSL] = smtplib.SMTP_SSL
) -> Iterator[smtplib.SMTP]:
    """The mail server of the settings, greeted and signed in to. Raises SMTPException and OSError (SSLError among them)."""
    context = ssl.create_default_context()
    where = (settings.EMAIL_HOST, settings.EMAIL_PORT)
    connected = (
        encrypted(*where, timeout=SECONDS, context=context)
        if settings.EMAIL_USE_SSL
        else plain(*where, timeout=SECONDS)
    )
    with connected as server:
        server.ehlo()
        if settings.EMAIL_USE_TLS:
            server.starttls(context=context)
            server.ehlo()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        yield server


def _test(address: str) -> Iterator[Finding]:
    if not address:
        return
    try:
        trial_message(address).send()
    except (smtplib.SMTPException, OSError) as error:
        yield failure(
            "mail.test", _("测试邮件没有发出去（%s）") % type(error).__name__, _("检查发信人 HUIYIN_MAIL_FROM 是否获准")
        )
    else:
        yield ok("mail.test", _("测试邮件已交给发信服务器，请到收件箱查看"))


def trial_message(address: str) -> EmailMessage:
    """What is sent to see whether mail goes out."""
    return EmailMessage(_("回音系统的测试邮件"), _("收到这封邮件，说明本系统可以发信。不必回复。"), to=[address])
