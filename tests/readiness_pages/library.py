"""A policy in the library, for tests: the regulation in two wordings."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from huiyin.readiness import library
from huiyin.readiness.models import Policy, PolicyVersion
from huiyin.readiness.recording import By
from tests.cast import Cast

FIRST = """总则
第一条　为了规范信访工作，制定本办法。
第二条　接待来访应当诚恳、耐心。
第三条　答复应当有据有理，引用的条文写明版本。"""
SECOND = """第一条　为了规范信访工作，修订本办法。
第二条　接待来访应当诚恳、细心、耐心。
第三条　答复应当写明依据。"""
TITLE = "信访接待办法"


def by(cast: Cast, who: str = "intake") -> By:
    now = timezone.now()
    return By(cast.actor(who, now), cast.accounts[who], now)


def take_in(cast: Cast, who: str = "intake", title: str = TITLE, text: str = FIRST, **more: str) -> PolicyVersion:
    policy = Policy(
        organisation_id=by(cast, who).organisation,
        title=title,
        number=more.get("number", "临信〔2024〕3号"),
        issuer="临江信访办",
        kind=more.get("kind", "internal"),
    )
    return library.add_policy(policy, text, date(2024, 3, 1), by(cast, who))
