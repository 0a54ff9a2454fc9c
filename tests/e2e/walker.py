"""A clerk of many posts: takes matters to their answer through REST alone, filling in forms from their JSON Schema."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

ANSWERED: Final = {"replied", "answered"}
MAX_STEPS: Final = 20
# Where several actions are open, the one that leads towards an answer.
ONWARD: Final = (
    "accept classify fill_form fill_form_complex propose_complex sign_ordinary sign_complex assign propose_opinion "
    "investigate summarise approve_opinion approve_complex serve_reply answer_suggestion"
).split()
HANDLING_UNITS: Final = ("防火监督处", "作战训练处")
"""Who handles such matters, and who does where somebody there is accused."""
HANDLERS: Final = ("冯火生", "陈练")
WORDS: Final = {"kind": "claim", "klass": "ordinary", "result": "explain", "mode": "in_person"}
BY_HAND: Final = {
    "service_place": "接待室",
    "signed_by": "本人",
    "service_proof": [{"name": "送达回证.txt", "content": "5bey562+5pS2"}],
}
"""What a service by hand asks for beside its day."""


@dataclass(frozen=True)
class Answered:
    """What the server answered: the status and the JSON."""

    status: int
    body: Any


@dataclass
class Walker:
    """Acts for the demonstration's accounts of one organisation on the installation at ``url``."""

    url: str
    accounts: list[dict[str, Any]]
    today: date
    taken: list[str] = field(default_factory=list)
    _usual: dict[str, dict[str, Any]] = field(default_factory=dict)  # who took a matter on from a stage before

    def call(self, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answered:
        """Send one request: GET without a body, POST with one."""
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + "/api/v1" + path, content, dict(headers or {}))
        if content is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answered(answer.status, json.load(answer))
        except urllib.error.HTTPError as error:
            return Answered(error.code, json.load(error))

    def as_staff(self, account: Mapping[str, Any], path: str, body: Any = None) -> Answered:
        """Send one request on behalf of an account."""
        return self.call(path, body, {"Authorization": f"Bearer {account['token']}"})

    def walk(self, no: str) -> str:
        """Take a matter on until it is answered; the stage in which it stands then."""
        stage = ""
        for _step in range(MAX_STEPS):
            stage = self._step(no, stage)
            if stage in ANSWERED:
                return stage
        raise AssertionError(f"not answered after {MAX_STEPS} steps, but {stage}: {self.taken[-MAX_STEPS:]}")

    def _step(self, no: str, stage: str) -> str:
        tried = []
        for account, offer in self._offers(no, stage):
            for unit, handler in zip(HANDLING_UNITS, HANDLERS, strict=True):
                filled = self._filled(offer["schema"], {"unit": unit, "person": handler})
                answer = self.as_staff(account, f"/cases/{no}/actions/{offer['action']}", {"fields": filled})
                if answer.status == 200:
                    self.taken.append(offer["action"])
                    self._usual[stage] = account
                    return str(answer.body["stage"])
                tried.append((offer["action"], answer.body.get("code"), answer.body.get("errors")))
                if "unavailable" not in str(answer.body):
                    break
        raise AssertionError(f"nobody could take the matter on: {tried}")

    def _offers(self, no: str, stage: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Who may take which step that leads on, now; first whoever did so with other matters."""
        usual = [self._usual[stage]] if stage in self._usual else []
        for account in usual + self.accounts:
            answer = self.as_staff(account, f"/cases/{no}/actions")
            if answer.status == 404:
                continue
            offers = [offer for offer in answer.body["allowed"] if offer["action"] in ONWARD]
            for offer in sorted(offers, key=lambda offer: ONWARD.index(offer["action"])):
                yield account, offer

    def _filled(self, schema: Mapping[str, Any], named: Mapping[str, str]) -> dict[str, Any]:
        filled = {name: self._value(name, schema["properties"][name], named) for name in schema["required"]}
        return filled | BY_HAND if "mode" in filled else filled

    def _value(self, name: str, rule: Mapping[str, Any], named: Mapping[str, str]) -> Any:
        if "default" in rule:
            return rule["default"]
        match rule:
            case {"type": "array", "items": items}:
                return [self._value(name, items, named)]
            case {"oneOf": [*options]}:
                return self._choice(name, {option["const"]: option["title"] for option in options}, named["unit"])
            case {
                "x-names": ("unit" | "person") as kind
            }:  # nobody is listed where a list would tell whom the matter accuses
                return named[kind]
            case {"type": "boolean"}:
                return True
            case {"type": "integer"}:
                return max(1, rule.get("minimum", 1))
            case {"format": "date"}:
                return self.today.isoformat()
            case _:
                return "已查明情况,依规办理并当面说明。"

    @staticmethod
    def _choice(name: str, options: Mapping[str, str], unit: str) -> str:
        """What leads to an answer: the usual word, the unit that handles such matters, or whatever comes first."""
        if WORDS.get(name) in options:
            return WORDS[name]
        return next((value for value, title in options.items() if title == unit), next(iter(options)))
