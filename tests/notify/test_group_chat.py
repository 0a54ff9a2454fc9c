"""A group chat is told by reason and number, of ordinary matters alone; nothing goes to a host or an address that is not allowed."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from huiyin import worker
from huiyin.casework.models import Case
from huiyin.jobs.models import Job
from huiyin.notify import group_chat
from huiyin.notify.outgoing import AddressRefused, NotTaken, Outgoing, is_public
from huiyin.people.models import Webhook
from huiyin.people.staff import webhooks
from tests.cast import NOW, Cast, make_cast
from tests.matters import begin, walk

SINCE, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
SOON = NOW + timedelta(minutes=20)


class Robot:
    """A service on this machine, with a certificate for `localhost`: what it was sent, and what it answers."""

    def __init__(self, folder: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        made = x509.CertificateBuilder(name, name, key.public_key(), 1, SINCE, UNTIL)
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        plain = serialization.NoEncryption()
        written = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        (folder / "robot.pem").write_bytes(pem + written)
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.answer, self.status = b'{"errcode": 0}', 200
        self.server = HTTPServer(("127.0.0.1", 0), self._handler())
        served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        served.load_cert_chain(folder / "robot.pem")
        self.server.socket = served.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.believed = ssl.create_default_context(cadata=pem.decode())
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        robot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                robot.sent.append((self.path, json.loads(body)))
                self.send_response(robot.status)
                self.send_header("Location", "https://elsewhere.example/")
                self.end_headers()
                self.wfile.write(robot.answer)

            def log_message(self, *_args: Any) -> None:
                pass

        return Handler

    def way(self, **changes: Any) -> Outgoing:
        given = {"hosts": ("localhost",), "allows": lambda _address: True, "port": self.port, "context": self.believed}
        return Outgoing(**(given | changes))


@pytest.fixture
def robot(tmp_path: Path) -> Iterator[Robot]:
    made = Robot(tmp_path)
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.mark.parametrize(
    "url",
    [
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
        "https://qyapi.weixin.qq.com:8443/",
        "https://qyapi.weixin.qq.com@evil.example/",
        "https://user@qyapi.weixin.qq.com/",
        "https://qyapi.weixin.qq.com.evil.example/",
        "https://127.0.0.1/",
        "https://[::1",
        "https://metadata.internal/",
        "file:///etc/passwd",
        "",
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_plain_https_of_an_allowed_host(url: str) -> None:
    with pytest.raises(AddressRefused):
        Outgoing(("qyapi.weixin.qq.com",)).refuse(url)


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("8.8.8.8", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("::1", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("224.0.0.1", False),
    ],
)
def test_a_private_address_is_told_from_a_public_one(address: str, is_one: bool) -> None:
    assert is_public(address) is is_one


def test_an_allowed_host_that_leads_into_a_private_network_is_not_written_to(robot: Robot) -> None:
    with pytest.raises(AddressRefused):
        robot.way(allows=is_public).post("https://localhost/", {})
    assert robot.sent == []


def test_a_message_arrives_and_what_the_service_answers_is_believed_as_far_as_it_is_an_object(robot: Robot) -> None:
    address = f"https://localhost:{robot.port}/send?key=1"
    assert robot.way().post(address, {"text": "回音"}) == {"errcode": 0}
    assert robot.sent == [("/send?key=1", {"text": "回音"})]
    for status, answer in ((302, b"{}"), (500, b"{}"), (200, b"[]"), (200, b"<html>")):
        robot.status, robot.answer = status, answer
        with pytest.raises(NotTaken):
            robot.way().post(address, {})
    with pytest.raises(ssl.SSLError):
        robot.way(context=None).post(address, {})


@pytest.mark.django_db
@pytest.mark.any_database
class TestWhatAGroupIsTold:
    @pytest.fixture
    def cast(self) -> Cast:
        return make_cast()

    @staticmethod
    def group(cast: Cast, **values: Any) -> Webhook:
        given = {"reasons": [str(one) for one in group_chat.REASONS], "quiet_from": 0, "quiet_until": 0, **values}
        row = Webhook(organisation=cast.lj, service="dingtalk", name="办公群", added_at=NOW, **given)
        webhooks.add(row, webhooks.Target("https://oapi.dingtalk.com/robot/send?access_token=1", "SEC"), None)
        return row

    @staticmethod
    def queued(at: datetime = SOON) -> list[list[list[str]]]:
        Job.objects.all().delete()
        group_chat.look(at)
        return [job.payload["news"] for job in Job.objects.filter(what="group-chat")]

    def test_a_new_duty_is_told_once_by_number_alone_and_signed(self, cast: Cast, robot: Robot) -> None:
        row = self.group(cast)
        matter = begin(cast, NOW + timedelta(minutes=1))
        (news,) = self.queued()
        assert {reason for reason, _duty in news} == {"new"}
        numbers = {duty.id: duty.case.number for duty in group_chat._tellable(row)}
        lines = group_chat._lines([(group_chat.MailReason(why), next(iter(numbers))) for why, _ in news], numbers)
        assert lines == [f"新的待办：{matter.case.number}"]
        target = webhooks.Target(f"https://localhost:{robot.port}/robot/send?access_token=1", "SEC")
        group_chat.send(row, target, lines[0], datetime(2026, 1, 1, tzinfo=UTC), robot.way())
        ((path, message),) = robot.sent
        assert path.startswith("/robot/send?access_token=1&timestamp=1767225600000&sign=")
        assert message == {"msgtype": "text", "text": {"content": lines[0]}}
        robot.answer = b'{"errcode": 310000}'
        with pytest.raises(NotTaken):
            group_chat.send(row, target, lines[0], NOW, robot.way())
        assert self.queued(SOON + timedelta(hours=1)) == []

    def test_what_accuses_or_has_a_level_is_told_to_no_group(self, cast: Cast) -> None:
        self.group(cast)
        matter = begin(cast, NOW + timedelta(minutes=1))
        for hidden in ({"sealed": True}, {"unresolved": True}, {"level": "internal"}):
            Case.objects.filter(id=matter.case.id).update(**hidden)
            Webhook.objects.update(looked_at=NOW, next_at=NOW)
            assert self.queued() == []
            Case.objects.filter(id=matter.case.id).update(sealed=False, unresolved=False, level="ordinary")
        Webhook.objects.update(looked_at=NOW, next_at=NOW)
        assert self.queued()

    def test_a_group_of_a_unit_is_told_of_what_that_unit_owes_for_the_reasons_that_were_chosen(
        self, cast: Cast
    ) -> None:
        matter = walk(begin(cast, NOW + timedelta(minutes=1)), "assign")
        unit = matter.case.unit
        self.group(cast, unit=unit, reasons=["overdue"])
        assert self.queued() == []
        Webhook.objects.update(looked_at=NOW, next_at=NOW)
        late = NOW + timedelta(days=200)
        (news,) = self.queued(late)
        assert {reason for reason, _duty in news} == {"overdue"}

    def test_in_quiet_hours_nothing_is_looked_for_until_they_end(self, cast: Cast) -> None:
        row = self.group(cast, quiet_from=18, quiet_until=7)
        Webhook.objects.update(next_at=NOW)
        evening = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)  # 19:00 at the office
        Webhook.objects.update(next_at=evening)
        group_chat.look(evening)
        row.refresh_from_db()
        assert row.next_at == datetime(2026, 3, 2, 23, 0, tzinfo=UTC)

    def test_a_job_of_a_group_that_is_told_nothing_any_more_sends_nothing(self, cast: Cast) -> None:
        row = self.group(cast)
        begin(cast, NOW + timedelta(minutes=1))
        assert self.queued()
        webhooks.retire(row, SOON, None)
        worker.do_jobs(SOON)
        assert Job.objects.get(what="group-chat").dead_at is None
        assert self.queued(SOON + timedelta(hours=2)) == []
