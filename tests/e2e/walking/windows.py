"""What somebody sits before when they fill in a form: a browser, or nothing but requests (a browser without scripts, as cheap as can be)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from tests.e2e.walking.controls import WORDS, Control, Writer
from tests.e2e.walking.offers import Step, action_at, errors_on, of_class

MAX_TRIES: Final = 4
HOW_TO_LOOK: Final = (Path(__file__).parent / "next_control.js").read_text(encoding="utf-8")


class Window(Protocol):
    """Where forms are filled in and sent, in somebody's session."""

    def take(self, session: Client, step: Step, writer: Writer) -> Sequence[str]:
        """Follow a link from the page where it stands, fill in the form and send it; again with other choices where the page says what is
        wrong. What it says in the end: nothing where it was done.
        """

    def hand_in(self, session: Client, address: str, channel: str, writer: Writer) -> bytes:
        """Fill in the form of a petition and send it: the page with its receipt."""


class Browser:
    """A real one, with the site at ``url``."""

    def __init__(self, screen: Any, url: str) -> None:
        self._screen, self._url = screen, url

    def _sit_down(self, session: Client) -> None:
        self._screen.context.clear_cookies()
        found = session.cookies.get(settings.SESSION_COOKIE_NAME)
        if found is not None:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": found.value, "url": self._url}
            self._screen.context.add_cookies([cookie])

    def take(self, session: Client, step: Step, writer: Writer) -> Sequence[str]:
        self._sit_down(session)
        self._screen.goto(self._url + step.page)
        self._follow(step.address)
        for _try in range(MAX_TRIES):
            form = self._screen.locator("main form[data-once]").first
            self._fill_in(form, writer)
            bar = self._screen.locator(".decision-bar button.btn-primary")
            with self._screen.expect_navigation():
                (bar if bar.count() else form.locator("button[type=submit]:visible").last).click()
            errors = errors_on(self._screen.content().encode())
            if action_at(self._screen.url) != step.action and not errors:
                return ()
        return errors or ("the page of the form came back and says nothing",)

    def _follow(self, address: str) -> None:
        """Click a link as it is seen; one in a menu once that was opened."""
        link = self._screen.locator(f"main a[href='{address}']").first
        for menu in link.locator("xpath=ancestor::details[not(@open)]").all():
            menu.locator("summary").first.click()
        with self._screen.expect_navigation():
            link.click()

    def hand_in(self, session: Client, address: str, channel: str, writer: Writer) -> bytes:
        self._sit_down(session)
        self._screen.goto(self._url + address)
        if channel:
            self._screen.check(f"input[name=channel][value={channel}]")
        form = self._screen.locator("main form[data-once]").first
        self._fill_in(form, writer)
        with self._screen.expect_navigation():
            form.locator("button.btn-primary[type=submit]:visible").last.click()
        page: bytes = self._screen.content().encode()
        assert not errors_on(page), errors_on(page)
        return page

    def _fill_in(self, form: Any, writer: Writer) -> None:
        """Whatever is asked for and seen, in the order of the page: choices may make more appear."""
        while found := form.evaluate(HOW_TO_LOOK):
            control = Control(**{**found, "options": tuple(found["options"])})
            entry = writer.entry(control)
            if entry is not None:
                self._enter(form, control, entry)

    def _enter(self, form: Any, control: Control, entry: str) -> None:
        named = form.locator(f"[name='{control.name}']")
        match control.kind:
            case "radio" | "checkbox":
                form.locator(f"[name='{control.name}'][value={json.dumps(entry)}]").check()
            case "select":
                named.select_option(entry)
            case "file":
                named.set_input_files({"name": entry, "mimeType": "text/plain", "buffer": WORDS.encode()})
            case _:
                named.first.fill(entry)


class Requests:
    """Requests alone: the pages and forms that a browser without scripts would show and send."""

    def take(self, session: Client, step: Step, writer: Writer) -> Sequence[str]:
        assert step.address in _links(session.get(step.page).content)
        page = session.get(step.address).content
        for _try in range(MAX_TRIES):
            answer = self._send(session, step.address, page, writer)
            if answer.status_code == 302:
                return ()
            page = answer.content
        return errors_on(page) or (f"the page of the form came back with {answer.status_code}",)

    def hand_in(self, session: Client, address: str, channel: str, writer: Writer) -> bytes:
        answer = self._send(session, address, session.get(address).content, writer, {"channel": channel})
        assert answer.status_code == 302, errors_on(answer.content)
        return session.get(answer["Location"]).content

    def _send(
        self, session: Client, address: str, page: bytes, writer: Writer, chosen: dict[str, str] | None = None
    ) -> Any:
        form = html.fromstring(page).xpath("//main//form[@data-once]")[0]
        values = {name: given for name, given in _held(form).items() if name}
        values |= {name: [value] for name, value in (chosen or {}).items() if value}
        for field in form.xpath(f".//*[{of_class('field')}]"):
            if not _is_asked(field, values):  # what was written into it before another choice is cleared
                for name in field.xpath(".//@name"):
                    values.pop(name, None)
                continue
            control = _seen(field, values)
            entry = writer.entry(control) if control is not None else None
            if control is None or entry is None:
                continue
            words = SimpleUploadedFile(entry, WORDS.encode(), "text/plain") if control.kind == "file" else entry
            values[control.name] = [words]
        return session.post(form.get("action") or address, values)


def _links(page: bytes) -> Sequence[str]:
    return [str(link) for link in html.fromstring(page).xpath("//main//a/@href")]


def _held(form: Any) -> dict[str, list[Any]]:
    """What a form holds before anybody writes into it, by the names of its controls."""
    found: dict[str, list[Any]] = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return found


def _seen(field: Any, values: dict[str, list[Any]]) -> Control | None:
    """The control of a field that somebody would fill in; None where it is hidden, or optional and nothing is said to be wrong with it."""
    optional = field.xpath(f".//*[{of_class('optional')}]") and not field.xpath(f".//*[{of_class('field-error')}]")
    if optional or field.xpath("ancestor-or-self::*[@hidden] | ancestor::details[not(@open)]"):
        return None
    return next(_controls(field, values), None)


def _is_asked(field: Any, values: dict[str, list[Any]]) -> bool:
    """Whether a field is asked for with what was chosen in others."""
    return all(_is_met(one, values) for one in field.xpath("ancestor-or-self::*[@data-asked-if]"))


def _is_met(one: Any, values: dict[str, list[Any]]) -> bool:
    condition = one.getroottree().xpath("//script[@id=$id]", id=one.get("data-asked-if"))[0].text
    wanted = json.loads(condition)
    return all(any(given in values.get(name, ()) for given in allowed) for name, allowed in wanted.items())


def _controls(field: Any, values: dict[str, list[Any]]) -> Iterator[Control]:
    for one in field.xpath(".//input[not(@type='hidden')] | .//select | .//textarea"):
        name, kind = one.get("name") or "", one.get("type") or one.tag
        if one.get("disabled") is not None or not name or name.startswith("_find"):
            continue
        kind = {"input": "text"}.get(kind, kind)
        value = (one.text or "").removeprefix("\n") if kind == "textarea" else one.get("value", "")
        yield Control(
            kind,
            name,
            value,
            tuple(_options(field, one, kind, values)),
            one.get("min", ""),
            one.get("max", ""),
            one.get("placeholder", ""),
            one.get("data-names", ""),
            bool(field.xpath(f".//*[{of_class('field-error')}]")),
        )


def _options(field: Any, one: Any, kind: str, values: dict[str, list[Any]]) -> Iterator[str]:
    if kind in ("radio", "checkbox"):
        yield from (str(value) for value in field.xpath(".//input[@name=$name]/@value", name=one.get("name")))
    unit = values.get(one.get("data-within") or "", [""])[0]
    for option in one.xpath(".//option[@value!='']") if kind == "select" else ():
        units = (option.get("data-units") or "").split()
        if not unit or not units or unit in units:
            yield str(option.get("value"))
