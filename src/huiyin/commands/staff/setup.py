"""`huiyin setup`: a real organisation, from a file, from a staff sheet, or asked for in a terminal."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, FAILED, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands.staff.organisation import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from huiyin.organisations.changes import ApplyReport
    from huiyin.organisations.description import Description

DESCRIPTION = """
Makes an organisation ready to receive petitions: its units, posts and people under a rulebook, where it can be reached, who administers. Open
the link of --page in a browser, or give it a file (--file; docs/organisations.md says what may stand there), or a spreadsheet of who works where (--staff) with the name of the
organisation, or nothing, and it asks. New people get a link that sets their password, by mail where EMAIL_URL is set, otherwise printed here. It ends
with what is still missing, and walks one made-up matter through the rulebook in a throwaway copy. It can be run again: what is there already
stays, what differs is shown and done. Everything can be changed later on the pages, and by `huiyin organisation apply`.
"""
ASKED = (
    ("name", "Name of the organisation (单位全称)"),
    ("short_name", "Short name, for narrow places (简称; may be empty)"),
    ("code", "Code in addresses of pages, such as linjiang (letters and digits)"),
    ("level", "Level in words, such as 街道, 市级, 企业 (may be empty)"),
    ("superior_name", "Next higher organ, which reviews its answers (上一级机关; empty if there is none)"),
    ("superior_address", "Address of the next higher organ (may be empty)"),
    ("address", "Address for letters (通信地址)"),
    ("postcode", "Postcode (邮政编码)"),
    ("phone", "Telephone (咨询电话)"),
    ("hours", "When people are received, in words as they are published (接待时间)"),
    ("place", "Where people are received (接待地点)"),
    ("paper_code", "Letters in the numbers of its papers, such as 临街信 in 临街信〔2026〕1号 (may be empty)"),
)
MAY_BE_EMPTY = frozenset({"short_name", "level", "superior_name", "superior_address", "paper_code"})
SHEET = "staff.csv"


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser("setup", help="make a real organisation", description=DESCRIPTION)
    parser.add_argument("--file", type=Path, metavar="FILE.yaml", help="organisations as a file")
    parser.add_argument("--staff", type=Path, metavar="SHEET", help="a .csv or .xlsx file of who works where")
    parser.add_argument("--suggest", metavar="BOOK", help="write the sheet that this rulebook needs, to be filled in")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where --suggest writes (default: standard output)")
    parser.add_argument(
        "--page", action="store_true", help="print a link, good once, by which it is done on pages instead"
    )
    for name, question in ASKED:
        parser.add_argument(f"--{name.replace('_', '-')}", metavar="TEXT", help=f"with --staff: {question}")
    parser.add_argument("--rulebook", metavar="BOOK", help="with --staff: the rulebook that it works under")
    parser.add_argument(
        "--administrator",
        action="append",
        default=[],
        metavar="USERNAME",
        help="with --staff: who administers; may be repeated",
    )
    parser.add_argument("--dry-run", action="store_true", help="show what would be done, and do nothing")
    parser.add_argument("--yes", action="store_true", help="do it although something would be left that nobody does")
    parser.add_argument("--no-rehearsal", action="store_true", help="do not walk a made-up matter through")
    add_json(parser)
    parser.set_defaults(run=run, makes=True)


def run(arguments: argparse.Namespace) -> int:
    """Makes the organisation and says what is still missing."""
    from django.conf import settings

    from huiyin.people import demonstration
    from huiyin.site.preparation import prepare

    if arguments.suggest:
        return _suggest(arguments.suggest, arguments.output)
    if demonstration.is_here():
        raise Failure(
            "this is a demonstration, whose passwords everybody knows", "give your office a HUIYIN_HOME of its own"
        )
    for line in prepare():
        print(line, file=sys.stderr)
    if arguments.page:
        return _page(arguments, settings.HUIYIN_HOME)
    described = _described(arguments, settings.HUIYIN_HOME)
    outcome = _made(described, dry_run=arguments.dry_run, agreed=arguments.yes)
    rehearsed = None
    if outcome.done and not arguments.no_rehearsal:
        rehearsed = _rehearse([one.code for one in described.organisations][-1])
    data = outcome.as_dict() | {"rehearsal": rehearsed}
    report(
        arguments,
        data,
        [*lines(outcome, dry_run=arguments.dry_run), *(_rehearsal_lines(rehearsed) if rehearsed else ())],
    )
    return DONE if outcome.done or arguments.dry_run else FAILED


def _suggest(book: str, output: Path | None) -> int:
    from huiyin.organisations.staff_sheet import suggested, write
    from huiyin.rules.book.load import load

    rows = suggested(load(book))
    if output is None:
        write(rows, sys.stdout)
        return DONE
    with output.open("w", encoding="utf-8-sig", newline="") as file:  # the mark lets spreadsheet programs see UTF-8
        write(rows, file)
    print(
        f"{output}: fill in who holds each post, then: huiyin setup --staff {output} --rulebook {book} …",
        file=sys.stderr,
    )
    return DONE


def _page(arguments: argparse.Namespace, home: Path) -> int:
    """Prints the link; the pages are served by `huiyin serve`, before or after."""
    from django.conf import settings
    from django.urls import reverse
    from django.utils import timezone

    from huiyin.organisations.setup_link import VALID_FOR, make_link

    key = make_link(home, timezone.now())
    link = settings.HUIYIN_PUBLIC_URL + reverse("office:setup-link", args=[key])
    hours = int(VALID_FOR.total_seconds()) // 3600
    lines = [
        f"while `huiyin serve` runs, open this link within {hours} hours; it opens once, in one browser:",
        link,
        "where it is served at another address or --port, put that in front of /office, or set HUIYIN_PUBLIC_URL",
    ]
    report(arguments, {"link": link, "hours": hours}, lines)
    return DONE


def _described(arguments: argparse.Namespace, home: Path) -> Description:
    from huiyin.organisations.description import read_description

    if arguments.file and arguments.staff:
        raise Failure("--file and --staff exclude each other: the file names people itself", status=MISUSED)
    if arguments.file:
        return read_description(arguments.file)
    if arguments.staff:
        return _from_sheet(arguments)
    if not sys.stdin.isatty():
        raise Failure(
            "give --file FILE.yaml or --staff SHEET",
            "without them it asks, and needs a terminal for that",
            status=MISUSED,
        )
    return _asked(home)


def _from_sheet(arguments: argparse.Namespace) -> Description:
    from dataclasses import asdict

    from huiyin.organisations.draft import as_description, head_of
    from huiyin.organisations.staff_sheet import rows_of

    for option in ("code", "name", "rulebook"):
        if not getattr(arguments, option):
            raise Failure(f"--staff needs --{option}", status=MISUSED)
    lines = ("rulebook", *(name for name, _question in ASKED))
    answers: dict[str, Any] = {name: given for name in lines if (given := getattr(arguments, name))}
    answers["staff"] = [asdict(row) for row in rows_of(arguments.staff)]
    answers["administrators"] = arguments.administrator
    return as_description(answers | {"head": head_of(answers)})


def _made(described: Description, *, dry_run: bool, agreed: bool) -> ApplyReport:
    from django.utils import timezone

    from huiyin.organisations.apply import apply

    return apply(described, timezone.now(), dry_run=dry_run, agreed=agreed)


def _rehearse(code: str) -> dict[str, Any] | None:
    """What comes of a made-up matter of the organisation."""
    from django.utils import timezone

    from huiyin.organisations.export import described
    from huiyin.organisations.rehearsing import NotRehearsed, rehearsed
    from huiyin.people.appointments import day_of
    from huiyin.people.models import Organisation

    print("a made-up matter is walked through in a throwaway copy …", file=sys.stderr)
    try:
        return rehearsed(described(Organisation.objects.all(), day_of(timezone.now())), code)
    except NotRehearsed as error:
        print(f"it could not be walked through: {error.in_one_line}", file=sys.stderr)
        return None


def _rehearsal_lines(found: dict[str, Any]) -> Iterator[str]:
    yield "rehearsal of a made-up matter:"
    for step in found["steps"]:
        owed = f"; then owed: {', '.join(step['owed'])}" if step["owed"] else ""
        yield f"  {step['day']} {step['by']}: {step['action']}{owed}"
    yield f"  {'it came to its end' if found['ended'] else 'it stops'}: {found['stage']}"
    yield from (f"  {line}" for line in found["stuck"])


_TIME = re.compile(r"([1-7])(?:-([1-7])|((?:,[1-7])*))\s+([0-9]{1,2}:[0-9]{2})\s*[-–—]\s*([0-9]{1,2}:[0-9]{2})")


def reception_time(text: str) -> dict[str, Any] | None:
    """A reception time as a file has it, from ``1-5 9:00-11:30`` or ``2,4 14:00-17:00``; None where it is not written so."""
    from pydantic import ValidationError

    from huiyin.organisations.description import DescribedReceptionTime

    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    first, last, others, begins, ends = found.groups()
    days = range(int(first), int(last) + 1) if last else map(int, f"{first}{others}".split(","))
    time = {"weekdays": list(days), "begins": begins, "ends": ends}
    try:
        DescribedReceptionTime.model_validate(time)
    except ValidationError:
        return None
    return time if time["weekdays"] else None


# --- in a terminal ----------------------------------------------------------------------------------------------------


def _asked(home: Path) -> Description:
    """Asks for everything, an answer at a time; what was answered is kept and offered again."""
    from dataclasses import asdict

    from huiyin.organisations.draft import as_description, drop_draft, head_of, keep_draft, read_draft
    from huiyin.organisations.staff_sheet import rows_of

    answers = read_draft(home)
    if answers:
        print(f"Going on where it was broken off; to begin anew, remove {home / 'setup.yaml'}.")
    for name, question in ASKED:
        answers[name] = _ask(question, str(answers.get(name, "")), may_be_empty=name in MAY_BE_EMPTY)
        keep_draft(home, answers)
    answers["reception"] = _ask_reception(answers.get("reception", []))
    keep_draft(home, answers)
    answers["rulebook"] = _ask_rulebook(str(answers.get("rulebook", "")))
    keep_draft(home, answers)
    sheet = home / SHEET
    if not sheet.exists():
        _suggest(answers["rulebook"], sheet)
    while not (answers.get("staff") and _is_yes("Keep who works where, as it was given?")):
        _ask(
            f"Fill in {sheet} (who holds each post), save it as it is or as .xlsx, and press Enter",
            "-",
            may_be_empty=True,
        )
        answers["staff"] = [asdict(row) for row in rows_of(sheet)]
        keep_draft(home, answers)
        break
    usernames = _ask(
        "User names of those who administer, two at least, with spaces between",
        " ".join(answers.get("administrators", ())),
    )
    answers["administrators"] = usernames.split()
    answers["head"] = head_of(answers)
    keep_draft(home, answers)
    _try_mail()
    described = as_description(answers)
    for line in lines(_made(described, dry_run=True, agreed=True), dry_run=True):
        print(line)
    if not _is_yes("Make it so?"):
        raise Failure("nothing was done", "run `huiyin setup` again to go on")
    drop_draft(home)
    return described


def _try_mail() -> None:
    """Sends test mails, as often as somebody wants, and prints what the mail server says."""
    from django.conf import settings

    from huiyin.doctor.trial import try_mail

    while settings.HUIYIN_SENDS_MAIL:
        address = _ask("Send a test mail to (empty: go on)", "", may_be_empty=True)
        if not address:
            return
        tried = try_mail(address)
        for reply in tried.replies:
            print(f"  {reply}")
        print("  the server took it" if tried.is_sent else f"  it was not sent: {tried.error}")


def _ask(question: str, before: str, *, may_be_empty: bool = False) -> str:
    while True:
        answer = input(f"{question}{f' [{before}]' if before else ''}: ").strip() or before
        if answer or may_be_empty:
            return "" if answer == "-" else answer
        print("This cannot stay empty.")


def _ask_reception(before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Reception times, one an answer, until an empty one."""
    if before and _is_yes("Keep the reception times, as they were given?"):
        return before
    found: list[dict[str, Any]] = []
    while answer := _ask(
        "A reception time, such as 1-5 9:00-11:30 (1 is Monday; empty: no more)", "", may_be_empty=True
    ):
        time = reception_time(answer)
        if time is None:
            print("Write the days, a space, and from when until when: 1-5 9:00-11:30 or 2,4 14:00-17:00.")
        else:
            found.append(time)
    return found


def _ask_rulebook(before: str) -> str:
    from huiyin.rules.book.load import for_institutions, load

    books = for_institutions()
    for number, book in enumerate(books, 1):
        print(f"  {number}. {book}  {load(book).book.title.zh}")
    print("Take xx-bureau for a bureau, street-office for a street office or township, company for a company;")
    print("national-2022, the law itself, where none of them fits. Another one may come into force at any time.")
    while True:
        answer = _ask("Rulebook that it works under (number or name)", before)
        chosen = books[int(answer) - 1] if answer.isdigit() and 0 < int(answer) <= len(books) else answer
        if chosen in books:
            return chosen
        print(f"There is no rulebook {answer}.")


def _is_yes(question: str) -> bool:
    return input(f"{question} [y/N]: ").strip().casefold() in ("y", "yes", "是")
