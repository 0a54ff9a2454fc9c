"""The public address is asked as a browser would: certificate, proxies, clock. A real TLS proxy in front of the real pages."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.test import Client

from huiyin.doctor.checks import public_address
from huiyin.doctor.finding import Level
from tests.doctor.looking import around, codes

pytestmark = pytest.mark.any_database
CLIENT: Final = "198.51.100.7"


def certificate(folder: Path, days: int, host: str = "localhost") -> Path:
    """A certificate for ``host`` that signs itself and ends in so many days, with its key, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{host}-{days}.pem"
    pem = serialization.Encoding.PEM
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + made.public_bytes(pem)
    )
    return file


def passing_on(hops: int, scheme: str, pages: Callable[[str, dict[str, str]], bytes]) -> type[BaseHTTPRequestHandler]:
    """A proxy of so many hops that appends whom it was called by, and says by which scheme."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            passed = [headers.get("X-Forwarded-For", ""), CLIENT, *["10.0.0.1"] * (hops - 1)][: hops + 1]
            body = pages(self.path, {**headers, "X-Forwarded-For": ", ".join(passed), "X-Forwarded-Proto": scheme})
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    return Handler


def ours(path: str, headers: dict[str, str]) -> bytes:
    return bytes(Client().get(path, headers=headers).content)


@contextmanager
def proxy(
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    pem: Path,
    hops: int = 1,
    scheme: str = "https",
    pages: Callable[[str, dict[str, str]], bytes] = ours,
) -> Iterator[None]:
    """The public address of the installation is a proxy with the certificate in ``pem``, which this machine trusts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), passing_on(hops, scheme, pages))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    settings.HUIYIN_LOCAL = False
    settings.HUIYIN_PUBLIC_URL = f"https://localhost:{server.server_port}"
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def test_one_proxy_that_is_trusted_and_a_certificate_that_lasts_are_well(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.HUIYIN_TRUSTED_PROXIES = 1
    with proxy(settings, monkeypatch, certificate(tmp_path, 60)):
        found = codes(public_address.look(around()))
    assert found == {
        "public-address.certificate": Level.OK,
        "public-address.clock": Level.OK,
        "public-address.proxies": Level.OK,
    }


@pytest.mark.parametrize(("days", "level"), [(20, Level.WARNING), (4, Level.FAILURE)])
def test_a_certificate_that_ends_soon_is_told(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, days: int, level: Level
) -> None:
    settings.HUIYIN_TRUSTED_PROXIES = 1
    with proxy(settings, monkeypatch, certificate(tmp_path, days)):
        found = {one.code: one for one in public_address.look(around(datetime.now(UTC)))}
    assert found["public-address.certificate"].level is level
    assert str(days) in found["public-address.certificate"].what


@pytest.mark.parametrize(("days", "host"), [(-1, "localhost"), (60, "elsewhere.example")], ids=["ended", "another's"])
def test_a_certificate_that_is_not_valid_is_a_failure_and_nothing_more_is_asked(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, days: int, host: str
) -> None:
    with proxy(settings, monkeypatch, certificate(tmp_path, days, host)):
        found = codes(public_address.look(around()))
    assert found == {"public-address.untrusted": Level.FAILURE}


@pytest.mark.parametrize(("hops", "told"), [(1, 0), (1, 2), (2, 1)])
def test_a_number_of_proxies_that_is_not_the_real_one_is_a_failure(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, hops: int, told: int
) -> None:
    settings.HUIYIN_TRUSTED_PROXIES = told
    with proxy(settings, monkeypatch, certificate(tmp_path, 60), hops=hops):
        found = {one.code: one for one in public_address.look(around())}
    assert found["public-address.proxies"].level is Level.FAILURE
    assert f" {told}，" in found["public-address.proxies"].what and f" {hops} " in found["public-address.proxies"].what


def test_a_proxy_that_does_not_say_https_is_a_failure(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.HUIYIN_TRUSTED_PROXIES = 1
    with proxy(settings, monkeypatch, certificate(tmp_path, 60), scheme="http"):
        assert codes(public_address.look(around()))["public-address.scheme"] is Level.FAILURE


@pytest.mark.parametrize(
    ("body", "code"), [(b'{"alive": true}', "public-address.other"), (b"<html>", "public-address.unreachable")]
)
def test_an_answer_of_somebody_else_is_a_failure(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: bytes, code: str
) -> None:
    with proxy(settings, monkeypatch, certificate(tmp_path, 60), pages=lambda _path, _headers: body):
        assert codes(public_address.look(around()))[code] is Level.FAILURE


def test_a_local_address_is_not_asked(settings: Any) -> None:
    settings.HUIYIN_LOCAL, settings.HUIYIN_PUBLIC_URL = True, "http://127.0.0.1:1"
    assert list(public_address.look(around())) == []
