"""The server as shipped, under pressure: real sockets from two addresses."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import forks
from tests.conftest import ROOT
from tests.installation import Installation, free_port
from tests.site.metrics.samples import parsed

pytestmark = [pytest.mark.e2e, pytest.mark.any_database]

ADDRESSES = ("127.0.0.1", "127.0.0.2")
PROMISED = (
    b"POST /api/v1/submissions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Content-Length: 100000\r\n\r\n{"
)
BEGUN = b"POST /api/v1/submissions HTTP/1.1\r\nHost: 127.0."
MEGABYTE = 1024 * 1024


@contextmanager
def sockets(installation: Installation, data: bytes, count: int) -> Iterator[Sequence[socket.socket]]:
    """So many connections, by turns from two addresses, each of which sends ``data`` and nothing more."""
    with ExitStack() as stack:
        opened = []
        for number in range(count):
            one = stack.enter_context(socket.socket())
            one.bind((ADDRESSES[number % len(ADDRESSES)], 0))
            one.connect(("127.0.0.1", installation.port))
            one.sendall(data)
            opened.append(one)
        yield opened


def posted(
    installation: Installation, path: str, body: bytes | Iterator[bytes], headers: dict[str, str]
) -> tuple[int, bytes]:
    """Status and body of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=60)
    with closing(connection):
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


@pytest.fixture(scope="module")
def metrics_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def serve_options(metrics_port: int) -> Sequence[str]:
    return "--metrics-port", str(metrics_port)


@pytest.fixture(scope="module", autouse=True)
def promised(served: Installation) -> Iterator[Sequence[socket.socket]]:
    """Two who promise and do not send: as long as the server is patient with them, the other tests go on."""
    with sockets(served, PROMISED, 2) as opened:
        yield opened


@pytest.mark.parametrize("data", [PROMISED, BEGUN, b""], ids=["one byte of a body", "half a header", "nothing"])
def test_two_hundred_idle_sockets_keep_nobody_from_a_page(served: Installation, data: bytes) -> None:
    with sockets(served, data, 200):
        for _ in range(5):
            assert served.get("/accounts/login/") == 200
        status, told = posted(served, "/api/v1/submissions", b'{"text": "x"}', {"Content-Type": "application/json"})
    assert status == 422, told


def test_a_body_too_large_is_answered_although_it_is_sent_to_the_end(served: Installation) -> None:
    headers = {"Content-Type": "application/json"}
    status, told = posted(served, "/api/v1/submissions", b" " * (8 * MEGABYTE), headers)
    assert (status, json.loads(told)["status"]) == (413, 413)
    status, page = posted(
        served, "/track/", b"code=" + b"x" * (12 * MEGABYTE), {"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert status == 413
    assert "内容太大" in page.decode()


def test_a_body_without_a_length_is_read(served: Installation) -> None:
    pieces = iter([b'{"text":', b' "x"}'])
    status, told = posted(served, "/api/v1/submissions", pieces, {"Content-Type": "application/json"})
    assert status == 422
    assert "organisation" in {error["field"] for error in json.loads(told)["errors"]}
    chunked = BEGUN + b"0.1\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n"
    with sockets(served, chunked, 1) as (one,):
        one.settimeout(20)
        assert one.recv(1000).startswith(b"HTTP/1.1 400")


def _part(name: str, content: bytes, file: str = "") -> bytes:
    head = f'Content-Disposition: form-data; name="{name}"' + (f'; filename="{file}"' if file else "")
    return b"--cut\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n"


def _peak(installation: Installation) -> int:
    """The most memory that any process of the server has had, in bytes."""
    most = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if installation.holds(int(folder.name)):
                found = re.search(r"VmHWM:\s+(\d+) kB", (folder / "status").read_text())
                most = max(most, int(found[1]) * 1024 if found else 0)
        except OSError:
            continue
    assert most > 0
    return most


def test_a_form_with_far_too_much_comes_back_with_what_was_typed_and_costs_no_memory(served: Installation) -> None:
    # An organisation that takes petitions.
    set_up = forks.run([str(ROOT / "benchmarks" / "scene.py")], served.environment(), 120)
    assert set_up.returncode == 0, set_up.stderr
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=120)
    with closing(connection):
        connection.request("GET", "/submit/lj/")
        answer = connection.getresponse()
        page, cookie = answer.read().decode(), answer.headers["Set-Cookie"].partition(";")[0]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        body = b"".join(
            [
                _part("csrfmiddlewaretoken", token[1].encode()),
                _part("text", "三号楼的消火栓没有水".encode()),
                _part("headcount", b"1"),
                _part("files", b"x" * (120 * MEGABYTE), "film.mp4"),
                _part("p0-kind", b"person"),
                _part("p0-name", "方小满".encode()),
                b"--cut--\r\n",
            ]
        )
        before = _peak(served)
        headers = {"Content-Type": "multipart/form-data; boundary=cut", "Cookie": cookie}
        connection.request("POST", "/submit/lj/", body, headers)
        answer = connection.getresponse()
        page = answer.read().decode()
    assert answer.status == 422
    assert "三号楼的消火栓没有水" in page
    assert "方小满" in page
    assert "单个附件最多 20 MB" in page
    assert _peak(served) - before < 40 * MEGABYTE


def test_who_sends_one_byte_of_a_promised_body_is_told_and_dropped(promised: Sequence[socket.socket]) -> None:
    for one in promised:
        one.settimeout(60)
        answer = b"".join(iter(lambda one=one: one.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 408 ")


def test_nobody_chooses_the_codec_that_reads_what_they_send(served: Installation) -> None:
    form = _part("code", b"x" * 1000 + b"-" + b"a" * 20_000) + b"--cut--\r\n"
    for charset in ("punycode", "undefined", "idna", "gbk", '"utf-7"'):
        kind = f"multipart/form-data; boundary=cut; Charset={charset}"
        status, page = posted(served, "/track/", form, {"Content-Type": kind})
        assert status == 415 and "UTF-8" in page.decode(), charset
        for path in ("/?q=a%2Db=", "/healthz?q=%FF", "/submit/?page=%2BAGE-"):
            connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
            with closing(connection):
                connection.request("GET", path, headers={"Content-Type": f"text/plain; charset={charset}"})
                assert connection.getresponse().status == 200, (charset, path)
    kind = 'multipart/form-data; charset="UTF-8"; boundary="cut"'
    assert posted(served, "/track/", form, {"Content-Type": kind})[0] == 403  # read, and without the token of a page


def test_the_sign_in_page_works_under_the_policy(served: Installation, page: Any) -> None:
    page.goto(f"{served.url}/accounts/login/")
    page.get_by_role("textbox").first.wait_for()


def test_the_description_of_the_interface_can_be_browsed_without_other_hosts(served: Installation, page: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{served.url}/api/v1/docs")
    page.get_by_text("/submissions").first.wait_for()
    assert page.locator("#swagger-ui .opblock").count() >= 15
    assert [url for url in asked if not url.startswith((served.url, "data:"))] == []


def figures(port: int) -> dict[tuple[str, ...], float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        text = answer.read().decode()
    assert "13800000000" not in text and "receipts-of-nobody" not in text
    return parsed(text)


def test_a_server_counts_over_its_processes_on_a_port_of_its_own(served: Installation, metrics_port: int) -> None:
    before = figures(metrics_port)
    for _ in range(3):
        assert served.get("/accounts/login/?next=/desk/%3Fq=13800000000") == 200
    assert served.get("/receipts-of-nobody/") == 404
    after = figures(metrics_port)
    for sample, more in {
        ("huiyin_requests_total", "accounts", "GET", "200"): 3,
        ("huiyin_requests_total", "portal", "GET", "404"): 1,
        ("huiyin_request_seconds_count", "accounts"): 3,
    }.items():
        assert after[sample] - before.get(sample, 0) == more, sample
    assert served.get("/metrics") == 404


def told(installation: Installation, path: str) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(installation.url + path, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def test_a_server_whose_keys_are_laid_open_is_alive_and_not_ready(served: Installation) -> None:
    """The last of these tests: nobody has asked it before, so that no answer from before holds."""
    (served.home / "keys").chmod(0o644)
    shutil.rmtree(served.home / "files", ignore_errors=True)
    (served.home / "files").write_text("in the way")
    status, said = told(served, "/readyz")
    assert (status, set(said["wrong"])) == (503, {"keys", "storage"})
    assert told(served, "/healthz") == (200, {"alive": True})
    assert "/healthz" not in served.journal().replace("not ready", "")
