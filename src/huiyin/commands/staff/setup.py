"""`huiyin setup`: a real organisation, from a file, from a staff sheet, or asked for in a terminal."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, FAILED, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands.staff.organisation import lines
from huiyin.language import gettext as _
from huiyin.language import gettext_noop, terminal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from huiyin.organisations.changes import ApplyReport
    from huiyin.organisations.description import Description
    from huiyin.organisations.staff_sheet import StaffRow

DESCRIPTION = gettext_noop(
    "设立一个可以接收来件的机构：规程之下的部门、岗位和人员，联系地址，管理员。用浏览器打开 --page 给出的链接；"
    "或者给一个文件（--file，写法见 docs/organisations.zh-CN.md）；"
    "或者给一张人员表（--staff）和机构的名称；什么都不给，就一问一答。新人员得到一个设置密码的链接："
    "设了 EMAIL_URL 的用邮件发送，否则印在这里。最后说明还缺什么，并在临时的副本中让一件假想的来件走一遍。"
    "可以再次运行：已有的保持不变，不同的列出并照做。以后都可以在页面上修改，"
    "也可以用 `huiyin organisation apply`。"
)
ASKED = (
    ("name", gettext_noop("机构的全称")),
    ("short_name", gettext_noop("简称，用在窄的地方（可以不填）")),
    ("code", gettext_noop("代码，用在网址里，例如 linjiang（字母、数字、- 和 _），以后不能改")),
    ("level", gettext_noop("层级，例如 街道、市级、企业（可以不填）")),
    ("superior_name", gettext_noop("上一级机关，负责复查（没有的不填）")),
    ("superior_address", gettext_noop("上一级机关的地址（可以不填）")),
    ("address", gettext_noop("收信用的通信地址")),
    ("postcode", gettext_noop("通信地址的邮政编码")),
    ("phone", gettext_noop("公布的咨询电话")),
    ("hours", gettext_noop("接待时间，照公布的写")),
    ("place", gettext_noop("接待来访的地点")),
    ("paper_code", gettext_noop("发文字号的代字，例如 临街信〔2026〕1号 中的 临街信（可以不填）")),
)
MAY_BE_EMPTY = frozenset({"short_name", "level", "superior_name", "superior_address", "paper_code"})
SHEET = "staff.csv"


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser("setup", help=_("设立正式的机构"), description=_(DESCRIPTION))
    parser.add_argument("--file", type=Path, metavar="FILE.yaml", help=_("写有机构的文件"))
    parser.add_argument("--staff", type=Path, metavar="SHEET", help=_("人员表，.csv 或 .xlsx 文件"))
    parser.add_argument("--suggest", metavar="BOOK", help=_("写出这个规程需要的人员表，供填写"))
    parser.add_argument("--output", type=Path, metavar="FILE", help=_("--suggest 写到哪里（默认：标准输出）"))
    parser.add_argument("--page", action="store_true", help=_("改为打印一个只能打开一次的链接，在页面上设立"))
    for name, question in ASKED:
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            metavar="TEXT",
            help=_("与 --staff 一起用：%(question)s") % {"question": _(question)},
        )
    parser.add_argument("--rulebook", metavar="BOOK", help=_("与 --staff 一起用：所用的规程"))
    parser.add_argument(
        "--administrator",
        action="append",
        default=[],
        metavar="USERNAME",
        help=_("与 --staff 一起用：谁是管理员；可以写几次"),
    )
    parser.add_argument("--dry-run", action="store_true", help=_("只说明会做什么，不做"))
    parser.add_argument("--yes", action="store_true", help=_("即使会有无人承办的也做"))
    parser.add_argument("--no-rehearsal", action="store_true", help=_("不试走假想的来件"))
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
        raise Failure(_("这是演示系统，它的密码人人知道"), _("请给您的单位另设一个 HUIYIN_HOME"))
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
    _write_sheet(rows, output)
    print(
        _("%(output)s：请填写每个岗位由谁担任，然后运行：huiyin setup --staff %(output)s --rulebook %(book)s …")
        % {"output": output, "book": book},
        file=sys.stderr,
    )
    return DONE


def _write_sheet(rows: Iterable[StaffRow], path: Path) -> None:
    from huiyin.organisations.staff_sheet import write

    with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark lets spreadsheet programs see UTF-8
        write(rows, file)


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
        _("在 `huiyin serve` 运行时，%(hours)s 小时内打开这个链接；只能打开一次，用一个浏览器：") % {"hours": hours},
        link,
        _("网页在别的地址或 --port 上的，请换掉 /office 之前的部分，或者设置 HUIYIN_PUBLIC_URL"),
    ]
    report(arguments, {"link": link, "hours": hours}, lines)
    return DONE


def _described(arguments: argparse.Namespace, home: Path) -> Description:
    from huiyin.organisations.description import read_description

    if arguments.file and arguments.staff:
        raise Failure(_("--file 和 --staff 不能一起用：文件自己写有人员"), status=MISUSED)
    if arguments.file:
        return read_description(arguments.file)
    if arguments.staff:
        return _from_sheet(arguments)
    if not sys.stdin.isatty():
        raise Failure(
            _("请写 --file FILE.yaml 或 --staff SHEET"),
            _("都不写就要一问一答，需要在终端中运行"),
            status=MISUSED,
        )
    return _asked(home)


def _from_sheet(arguments: argparse.Namespace) -> Description:
    from dataclasses import asdict

    from huiyin.organisations.draft import as_description, head_of
    from huiyin.organisations.staff_sheet import rows_of

    for option in ("code", "name", "rulebook"):
        if not getattr(arguments, option):
            raise Failure(_("--staff 还需要 --%(option)s") % {"option": option}, status=MISUSED)
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

    print(_("正在临时的副本中试走一件假想的来件 ……"), file=sys.stderr)
    try:
        return rehearsed(described(Organisation.objects.all(), day_of(timezone.now())), code)
    except NotRehearsed as error:
        print(_("没有试走成：%(reason)s") % {"reason": error.in_one_line}, file=sys.stderr)
        return None


def _rehearsal_lines(found: dict[str, Any]) -> Iterator[str]:
    yield _("试走一件假想的来件：")
    for step in found["steps"]:
        owed = _("；之后应办：%(owed)s") % {"owed": _("、").join(step["owed"])} if step["owed"] else ""
        yield f"  {step['day']} {step['by']}: {step['action']}{owed}"
    came = _("走到了办结") if found["ended"] else _("停在")
    yield f"  {came}: {found['stage']}"
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
    from huiyin.organisations.draft import as_description, drop_draft, head_of, keep_draft, read_draft

    answers = read_draft(home)
    if answers:
        print(_("接着上次中断的地方；要从头开始，请删除 %(file)s。") % {"file": home / "setup.yaml"})
    for name, question in ASKED:
        answers[name] = _ask_about(name, question, str(answers.get(name, "")))
        keep_draft(home, answers)
    answers["reception"] = _ask_reception(answers.get("reception", []))
    keep_draft(home, answers)
    answers["rulebook"] = _ask_rulebook(str(answers.get("rulebook", "")))
    keep_draft(home, answers)
    answers["staff"] = _ask_staff(home / SHEET, answers)
    keep_draft(home, answers)
    answers["administrators"] = _ask_administrators(answers)
    answers["head"] = head_of(answers)
    keep_draft(home, answers)
    _try_mail()
    described = as_description(answers)
    for line in lines(_made(described, dry_run=True, agreed=True), dry_run=True):
        print(line)
    if not _is_yes(_("就这样设立吗？")):
        raise Failure(_("什么都没有做"), _("再次运行 `huiyin setup` 可以接着做"))
    drop_draft(home)
    return described


def _try_mail() -> None:
    """Sends test mails, as often as somebody wants, and prints what the mail server says."""
    from django.conf import settings

    from huiyin.doctor.trial import try_mail

    while settings.HUIYIN_SENDS_MAIL:
        address = _ask(_("测试邮件发往（不填：继续）"), "", may_be_empty=True)
        if not address:
            return
        tried = try_mail(address)
        for reply in tried.replies:
            print(f"  {reply}")
        print(_("  服务器收下了") if tried.is_sent else _("  没有发出：%(error)s") % {"error": tried.error})


def _ask(question: str, before: str, *, may_be_empty: bool = False) -> str:
    while True:
        answer = input(f"{question}{f' [{before}]' if before else ''}: ").strip() or before
        if answer or may_be_empty:
            return "" if answer == "-" else answer
        print(_("这一项不能空着。"))


def _ask_about(name: str, question: str, before: str) -> str:
    """An entry of the organisation's own, until it is one that can be used."""
    from huiyin.organisations.draft import flaw_of

    while True:
        answer = _ask(_(question), before, may_be_empty=name in MAY_BE_EMPTY)
        flaw = flaw_of(name, answer) if answer else None
        if flaw is None:
            return answer
        reader = terminal()
        print(_("应为%(expected)s；现为：%(found)s") % {"expected": flaw.why.expected(reader), "found": answer})


def _ask_staff(sheet: Path, answers: dict[str, Any]) -> list[dict[str, str]]:
    """The rows of the sheet, once somebody has filled it in; it shows what was given before, or what the rulebook needs."""
    from dataclasses import asdict

    from huiyin.organisations.staff_sheet import StaffRow, rows_of, suggested
    from huiyin.rules.book.load import load

    if not sheet.exists():
        given = [StaffRow(**row) for row in answers.get("staff", ())]
        _write_sheet(given or suggested(load(answers["rulebook"])), sheet)
    print(_("请填写 %(sheet)s（每个岗位由谁担任），按原样或另存为 .xlsx，然后按回车键") % {"sheet": sheet}, end="")
    input("：")
    saved = [file for file in (sheet.with_suffix(".xlsx"), sheet) if file.exists()]
    return [asdict(row) for row in rows_of(max(saved, key=lambda file: file.stat().st_mtime))]


def _ask_administrators(answers: dict[str, Any]) -> list[str]:
    """User names of two people or more, each of the sheet or of the installation."""
    from huiyin.organisations.draft import described_staff
    from huiyin.people.models import Account

    known = {person["username"] for person in described_staff(answers)["people"]}
    while True:
        named = _ask(_("管理员的用户名，至少两名，用空格隔开"), " ".join(answers.get("administrators", ()))).split()
        strangers = [name for name in dict.fromkeys(named) if name not in known]
        strangers = [name for name in strangers if not Account.objects.filter(username=name).exists()]
        if strangers:
            print(_("人员表里没有这些用户名：%(names)s") % {"names": _("、").join(strangers)})
        elif len(set(named)) > 1:
            return named
        else:
            print(_("至少两名：其中一人无法登录时，由另一人重置。"))


def _ask_reception(before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Reception times, one an answer, until an empty one."""
    if before and _is_yes(_("接待时间仍用上次给的吗？"), unless_said=True):
        return before
    found: list[dict[str, Any]] = []
    while answer := _ask(_("接待时间，例如 1-5 9:00-11:30（1 是星期一；不填：没有了）"), "", may_be_empty=True):
        time = reception_time(answer)
        if time is None:
            print(_("请写星期几、一个空格、从几点到几点：1-5 9:00-11:30 或 2,4 14:00-17:00。"))
        else:
            found.append(time)
    return found


def _ask_rulebook(before: str) -> str:
    from huiyin.rules.book.load import for_institutions, load

    books = for_institutions()
    for number, book in enumerate(books, 1):
        print(f"  {number}. {book}  {load(book).book.title.zh}")
    print(_("机关用 xx-bureau，街道、乡镇用 street-office，企业用 company；"))
    print(_("都不合适的，用 national-2022，即条例本身。以后随时可以改用别的规程。"))
    while True:
        answer = _ask(_("所用的规程（序号或名称）"), before)
        chosen = books[int(answer) - 1] if answer.isdigit() and 0 < int(answer) <= len(books) else answer
        if chosen in books:
            return chosen
        print(_("没有规程 %(answer)s。") % {"answer": answer})


def _is_yes(question: str, *, unless_said: bool = False) -> bool:
    hint = _("（y 是，n 否；不填：是）") if unless_said else _("（y 是，n 否；不填：否）")
    answer = input(f"{question}{hint}: ").strip().casefold()
    return answer in ("y", "yes", "是") if answer else unless_said
