"""Posts to addresses of others: by https to hosts that are allowed, at public addresses, without following anything that is answered."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from huiyin.errors import HuiyinError
from huiyin.jobs.queue import PermanentFailure
from huiyin.language import gettext_noop

TIMEOUT: Final = 10.0
"""Seconds that the other side has for each step."""
MAX_ANSWER: Final = 64 * 1024
"""Bytes that are read of an answer."""
HTTPS_PORT: Final = 443
MAX_URL: Final = 500


class AddressRefused(PermanentFailure):
    """Raised for an address that nothing is sent to: not https, a host that is not allowed, or one that leads into a private network."""

    to_do = gettext_noop("请照群机器人所示填写地址，或者请管理员放行该主机（HUIYIN_WEBHOOK_HOSTS）")


class NotTaken(HuiyinError):
    """Raised where the other side answers that it did not take the message; trying again later may help."""

    to_do = gettext_noop("请稍候，系统会再试")


def is_public(address: str) -> bool:
    """Whether an address of the network is one that everybody can reach: neither private nor local, link-local, reserved or multicast."""
    found = ip_address(address)
    mapped = getattr(found, "ipv4_mapped", None) or found
    return bool(mapped.is_global) and not mapped.is_multicast


@dataclass(frozen=True)
class Outgoing:
    """How messages leave: to which hosts, which network addresses of theirs are allowed, and which certificates are believed."""

    hosts: Collection[str]
    allows: Callable[[str], bool] = is_public
    port: int = HTTPS_PORT
    context: ssl.SSLContext | None = None

    def refuse(self, url: str) -> str:
        """The host of an address that may be sent to. Raises AddressRefused."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise AddressRefused("the address cannot be read") from None
        if parts.scheme != "https" or parts.username is not None or port not in (None, self.port) or len(url) > MAX_URL:
            raise AddressRefused("only plain https addresses are sent to")
        if host not in self.hosts:
            raise AddressRefused("the host of the address is not allowed")
        return host

    def post(self, url: str, message: Mapping[str, Any]) -> dict[str, Any]:
        """Send ``message`` as JSON; the object that is answered.

        Raises:
            AddressRefused: nothing may be sent there.
            NotTaken: the answer is no JSON object, or says that something went wrong.
            OSError: the host cannot be reached, or does not show who it is.
        """
        host, parts = self.refuse(url), urlsplit(url)
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        body = json.dumps(message, ensure_ascii=False).encode()
        connection = HTTPConnection(host, self.port, timeout=TIMEOUT)
        # The name is looked up once, here: looked up again it could lead elsewhere than what was allowed.
        connection.sock = self._connected(host)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json; charset=utf-8", "Host": host})
            answer = connection.getresponse()
            content = answer.read(MAX_ANSWER)
        except HTTPException:
            raise NotTaken("the answer cannot be read") from None
        finally:
            connection.close()
        return _object(answer.status, content)

    def _connected(self, host: str) -> socket.socket:
        found = socket.getaddrinfo(host, self.port, type=socket.SOCK_STREAM)
        addresses = [str(one[4][0]) for one in found]
        if not addresses or not all(map(self.allows, addresses)):
            raise AddressRefused("the host leads into a private network")
        plain = socket.create_connection((addresses[0], self.port), timeout=TIMEOUT)
        try:
            return (self.context or ssl.create_default_context()).wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise


def _object(status: int, content: bytes) -> dict[str, Any]:
    try:
        answered = json.loads(content)
    except ValueError:
        answered = None
    if not 200 <= status < 300 or not isinstance(answered, dict):
        raise NotTaken(f"answered with status {status}")
    return answered
