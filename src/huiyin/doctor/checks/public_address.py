"""Asks the public address itself, as a petitioner's browser would: certificate, proxies in front, and the clock there."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime
from socket import create_connection
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huiyin.doctor import probe
from huiyin.doctor.checks.clock import compared
from huiyin.doctor.finding import Finding, failure, ok, warning
from huiyin.doctor.surroundings import Surroundings

SECONDS: Final = 10
RENEW_BEFORE: Final = timedelta(days=21)
"""Let's Encrypt renews thirty days before the end: with three weeks left a renewal has failed."""
URGENT: Final = timedelta(days=5)


def look(surroundings: Surroundings) -> Iterator[Finding]:
    """Nothing is asked where the address is that of the machine itself."""
    url = settings.HUIYIN_PUBLIC_URL
    if settings.HUIYIN_LOCAL:
        return
    if url.startswith("https://"):
        certificate = list(_certificate(url, surroundings.at))
        yield from certificate
        if any(finding.code != "public-address.certificate" for finding in certificate):
            return
    yield from _answer(url)


def _certificate(url: str, at: datetime) -> Iterator[Finding]:
    parts = urlsplit(url)
    host = str(parts.hostname)
    try:
        with (
            create_connection((host, parts.port or 443), timeout=SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as wrapped,
        ):
            end = (wrapped.getpeercert() or {}).get("notAfter")
    except ssl.SSLCertVerificationError as error:
        yield failure(
            "public-address.untrusted",
            _("对外地址的证书不受信任（%s）") % error.verify_message,
            _("更换证书：主机名要相符，没有过期，中间证书要齐全"),
        )
        return
    except OSError as error:
        yield _unreachable(type(error).__name__)
        return
    left = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(end)), tz=at.tzinfo) - at
    days = max(left.days, 0)
    text = ngettext("对外地址的证书还有 %(days)d 天到期", "对外地址的证书还有 %(days)d 天到期", days) % {"days": days}
    to_do = _("更新证书，并检查自动更新为什么没有成功")
    if left < URGENT:
        yield failure("public-address.certificate", text, to_do)
    elif left < RENEW_BEFORE:
        yield warning("public-address.certificate", text, to_do)
    else:
        yield ok("public-address.certificate", text)


def _unreachable(why: str) -> Finding:
    return failure(
        "public-address.unreachable",
        _("从本机打不开对外地址（%s）") % why,
        _("检查域名解析、防火墙和反向代理；本机不能经外网访问自己的，从另一台机器核对"),
    )


def _answer(url: str) -> Iterator[Finding]:
    # Addresses of the environment, whose scheme was checked when the settings were read.
    request = urllib.request.Request(f"{url}{probe.PATH}", headers=probe.headers(timezone.now()))  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            body, headers = answer.read(10_000), answer.headers
        seen = json.loads(body)
    except urllib.error.HTTPError as error:
        yield _unreachable(f"HTTP {error.code}")
        return
    except (OSError, ValueError) as error:
        yield _unreachable(type(error).__name__)
        return
    yield from _clock(headers)
    if "forwarded" in seen:
        yield from _proxies(seen)
    else:
        yield failure(
            "public-address.other",
            _("对外地址上回答的不是本系统，或者是另一套密钥的本系统"),
            _("检查反向代理指向的地址和端口，以及 HUIYIN_PUBLIC_URL"),
        )


def _clock(headers: Message) -> Iterator[Finding]:
    date = headers.get("Date")
    if date is not None:
        yield compared("public-address.clock", timezone.now(), parsedate_to_datetime(date), _("对外地址"))


def _proxies(seen: dict[str, Any]) -> Iterator[Finding]:
    """How many there are can be told from what they added to a header that we had filled with an address of nobody's."""
    real, configured = seen["forwarded"], settings.HUIYIN_TRUSTED_PROXIES
    if real == configured:
        yield ok("public-address.proxies", _("HUIYIN_TRUSTED_PROXIES 与实际的反向代理层数相符"))
    else:
        yield failure(
            "public-address.proxies",
            _("HUIYIN_TRUSTED_PROXIES 是 %(told)d，而请求实际经过 %(real)d 层反向代理")
            % {"told": configured, "real": real},
            _("改为实际的层数：设少了人人都是代理的地址，设多了人人都能冒充别的地址"),
        )
    if seen["scheme"] != urlsplit(settings.HUIYIN_PUBLIC_URL).scheme:
        yield failure(
            "public-address.scheme",
            _("反向代理没有说明请求是 https"),
            _("让反向代理设置 X-Forwarded-Proto，不论客户端送来什么"),
        )
