"""Answers requests in the installation of HUIYIN_HOME, without a server: a process of its own, as after an upgrade.

Standard input is a JSON list of {"token", "method", "path", "body"} for the REST interface and {"account", "path"} for a page
of the desk; standard output the list of {"status", "text"}.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.site.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first
from django.contrib.auth import get_user_model  # noqa: E402
from django.test import Client  # noqa: E402


def answered(wanted: dict[str, Any]) -> dict[str, Any]:
    """The answer to one request."""
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    if "account" in wanted:
        client.force_login(
            get_user_model().objects.get(username=wanted["account"]), settings.AUTHENTICATION_BACKENDS[0]
        )
        response = client.get(wanted["path"])
    else:
        response = client.generic(
            wanted["method"],
            "/api/v1" + wanted["path"],
            json.dumps(wanted.get("body")) if wanted.get("body") is not None else "",
            "application/json",
            headers={"Authorization": f"Bearer {wanted['token']}", "Idempotency-Key": wanted["path"]},
        )
    return {"status": response.status_code, "text": response.content.decode()}


if __name__ == "__main__":
    print(json.dumps([answered(wanted) for wanted in json.load(sys.stdin)]))
