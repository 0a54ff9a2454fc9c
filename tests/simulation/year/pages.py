"""Every page that a post is offered, opened once by whoever holds it: from the first page of the desk along every link."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from random import Random
from typing import Final, cast
from urllib.parse import urljoin, urlsplit

from django.http.response import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve

from huiyin.people.models import Account

LINK: Final = re.compile(rb'(?:href|hx-get)="([^"#][^"]*)"')
LEFT_OUT: Final = ("/static/", "/accounts/logout/", "/i18n/")
OF_ONE_KIND: Final = 3
"""So many pages of one kind (cases, forms of a step, versions of a rota) are opened by each post; which, differs from one to the next."""
WHOLE_FILES: Final = 1


class PagesWalk:
    """Opens pages post by post; ``faults`` are those that did not open, ``opened`` how many of each kind did."""

    def __init__(self, rng: Random, of_one_kind: int = OF_ONE_KIND) -> None:
        self.rng, self.of_one_kind = rng, of_one_kind
        self.faults: list[str] = []
        self.opened: Counter[str] = Counter()

    def walk(self, account: Account, post: str) -> None:
        """Open what ``account`` is offered in the only post that they hold."""
        client = Client(raise_request_exception=False)
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        waiting, met, mine = ["/desk/"], {"/desk/"}, Counter[str]()
        while waiting:
            path = waiting.pop(0)
            kind = kind_of(path)
            if mine[kind] >= (WHOLE_FILES if "." in path.rsplit("/", 1)[-1] else self.of_one_kind):
                continue
            mine[kind] += 1
            self.opened[kind] += 1
            response = client.get(path)
            if response.status_code not in (200, 204, 301, 302):
                self.faults.append(f"{post}: {kind}: {response.status_code} {path}")
            found = [link for link in links(path, cast(HttpResponseBase, response)) if link not in met]
            met.update(found)
            self.rng.shuffle(found)
            waiting += found


def kind_of(path: str) -> str:
    """The name of the page that an address opens, without what is asked for there."""
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return path


def links(path: str, response: HttpResponseBase) -> Iterator[str]:
    """The addresses within the installation that a page offers."""
    if "Location" in response:
        found = [response["Location"].encode()]
    elif isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html"):
        found = LINK.findall(response.content)
    else:
        return
    for one in dict.fromkeys(found):
        address = urljoin(path, unescape(one.decode()).partition("#")[0])
        if address.startswith("/") and not address.startswith(LEFT_OUT):
            yield address
