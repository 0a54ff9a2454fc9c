"""A real IMAP server for tests: Dovecot with one user, over TLS with a certificate of its own, in a folder that goes afterwards."""

from __future__ import annotations

import imaplib
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "xinfang", "p@ss/wort"
ARRIVED = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
ssl = required
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service stats {{
  client_limit = 100
}}
"""


def why_not() -> str:
    """Why there is no such server here; empty: there is."""
    if shutil.which("dovecot") is None:
        return "no IMAP server here: apt-get install dovecot-imapd"
    return "" if os.geteuid() == 0 else "Dovecot lets nobody but root start it with users of its own"


@dataclass(frozen=True)
class ImapServer:
    """A server that runs: its port, and the certificate that clients have to trust."""

    port: int
    certificate: Path

    def url(self, more: str = "", password: str = "p%40ss%2Fwort") -> str:
        """The mailbox as HUIYIN_MAILBOX_URLS names it."""
        return f"imaps://{USER}:{password}@localhost:{self.port}/INBOX{more}"

    @contextmanager
    def opened(self) -> Iterator[imaplib.IMAP4]:
        """The inbox, as another mail program sees it."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        with imaplib.IMAP4_SSL("localhost", self.port, ssl_context=context) as client:
            client.login(USER, PASSWORD)
            client.select("INBOX")
            yield client

    def deliver(self, *messages: bytes) -> None:
        """Lay messages into the inbox."""
        with self.opened() as client:
            for message in messages:
                said, _data = client.append("INBOX", "", f'"{ARRIVED:%d-%b-%Y %H:%M:%S +0000}"', message)
                assert said == "OK"

    def empty(self) -> None:
        """Take all messages away."""
        with self.opened() as client:
            _said, data = client.search(None, "ALL")
            if data[0]:  # a range of an empty folder is an error
                client.store("1:*", "+FLAGS", r"(\Deleted)")
                client.expunge()

    def seen(self) -> list[bool]:
        """Of each message, the oldest first, whether it is marked as read."""
        with self.opened() as client:
            _said, data = client.fetch("1:*", "(FLAGS)")
            return [rb"\Seen" in line for line in data if line]


@contextmanager
def running(folder: Path) -> Iterator[ImapServer]:
    """The server, while it runs; its files lie in ``folder``, which others must be allowed to enter."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "mail").mkdir()
    shutil.chown(folder / "mail", "nobody", "nogroup")
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
    (folder / "users").chmod(0o644)  # whatever the umask: the server reads it as somebody else
    _certify(folder)
    (folder / "dovecot.conf").write_text(CONFIGURATION.format(folder=folder, port=port))
    started = subprocess.Popen(["dovecot", "-F", "-c", str(folder / "dovecot.conf")], stderr=subprocess.PIPE, text=True)
    assert started.stderr is not None
    said = ""
    while "starting up" not in said:
        line = started.stderr.readline()
        assert line, f"dovecot did not start: {said}"
        said += line
    try:
        yield ImapServer(port, folder / "certificate.pem")
    finally:
        started.terminate()
        started.wait(120)
        started.stderr.close()


def _certify(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(names, False).add_extension(x509.BasicConstraints(True, None), True)
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))
    raw = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(raw)
