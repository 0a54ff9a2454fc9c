"""Uses the installation of HUIYIN_HOME as people would, without a server: a process of its own, as after a restore.

using.py hand-in N        hands N petitions in through the public interface, each with a file; prints what they were told
using.py work             enters events in the log and signs its head, as a worker does
using.py look             signs in with the password of the demonstration and opens the file of each petition that has one
"""

from __future__ import annotations

import base64
import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.site.settings")
django.setup()

from django.test import Client  # noqa: E402 - Django must be set up first
from django.utils import timezone  # noqa: E402

from huiyin import worker  # noqa: E402
from huiyin.casework.models import Attachment  # noqa: E402
from huiyin.people.demonstration import PASSWORD  # noqa: E402

INTAKE = "lj-intake"


def content(number: int) -> bytes:
    """What stands in the file of a petition."""
    return f"第 {number} 号材料\n".encode()


def hand_in(number: int) -> Any:
    """One petition."""
    file = {"name": f"{number}.txt", "content": base64.b64encode(content(number)).decode()}
    body = {
        "organisation": "lj",
        "text": f"第 {number} 件：消防通道被占用，请派人清理。",
        "petitioners": [{"name": "王某某", "phone": "13800003333"}],
        "attachments": [file],
    }
    client = Client(SERVER_NAME="localhost")
    answer = client.post("/api/v1/submissions", json.dumps(body), "application/json")
    assert answer.status_code == 201, answer.content
    return answer.json()


def work() -> int:
    """As a worker would: the log, and its head."""
    at = timezone.now()
    entered = 0
    while some := worker.enter_events(at):
        entered += some
    worker.publish_head(at)
    return entered


def look() -> list[str]:
    """The content of every file, as the intake officer downloads it after signing in."""
    client = Client(SERVER_NAME="localhost")
    signed_in = client.post("/accounts/login/", {"login": INTAKE, "password": PASSWORD})
    assert signed_in.status_code == 302, signed_in.content
    assert client.get("/desk/").status_code == 200
    found = []
    for file in Attachment.objects.select_related("case").order_by("id"):
        answer = client.get(f"/desk/cases/{file.case.number}/attachments/{file.id}/")
        assert answer.status_code == 200, answer.status_code
        found.append((b"".join(answer) if answer.streaming else answer.content).decode())
    return found


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["hand-in", many]:
            print(json.dumps([hand_in(number) for number in range(int(many))]))
        case ["work"]:
            print(json.dumps(work()))
        case ["look"]:
            print(json.dumps(look()))
