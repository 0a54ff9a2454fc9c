"""A local book from ten answers: it extends the law in force, names the institution's units, keeps or shortens the law's limits, and is
sound as it stands, so that its author begins from something that works. What their own rules say they fill in where it says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.rules.book.load import RulebookFlawed, shipped
from huiyin.rules.book.names import nearest_name
from huiyin.rules.book.yaml_reader import NAME, read_file, read_yaml

LAW: Final = "national-2022"
MAX_NOTICE_DAYS: Final = 15
"""Regulation Arts. 22 and 23: the petitioner is told within 15 days of receipt."""
MAX_HANDLING_DAYS: Final = 60
"""Regulation Art. 34: a matter is handled within 60 days of acceptance."""
MAX_LETTERS: Final = 100


class Unanswerable(HuiyinError):
    """Raised when an answer cannot be used in a book."""

    to_do = gettext_noop("请换一个答案")


@dataclass(frozen=True, slots=True)
class DraftQuestion:
    """One thing that is asked: its ``key`` in a file of answers, the question in both languages, what is assumed, what may be answered."""

    key: str
    zh: str
    en: str
    default: str
    check: Callable[[str], None]

    def checked(self, answer: str) -> str:
        """``answer``, when it can be used. Raises Unanswerable."""
        self.check(answer)
        return answer


def _name(answer: str) -> None:
    if not NAME.fullmatch(answer) or answer in shipped():
        raise Unanswerable(
            _("规程不能叫 %(answer)s") % {"answer": repr(answer[:60])}, _("请用小写字母、数字和 -，不要与自带规程同名")
        )


def _words(answer: str) -> None:
    if not answer.strip() or len(answer) > MAX_LETTERS or not answer.isprintable():
        raise Unanswerable(_("这不是名称"), _("请在一行内写 1 到 %(most)s 个字") % {"most": MAX_LETTERS})


def _day(answer: str) -> None:
    try:
        date.fromisoformat(answer)
    except ValueError:
        raise Unanswerable(
            _("%(answer)s 不是日期") % {"answer": repr(answer[:20])}, _("请写成 2026-07-01 的样子")
        ) from None


def _days(most: int) -> Callable[[str], None]:
    def check(answer: str) -> None:
        if not (answer.isascii() and answer.isdigit() and 1 <= int(answer) <= most):
            raise Unanswerable(
                _("%(answer)s 不是天数") % {"answer": repr(answer[:20])},
                _("请写 1 到 %(most)s：法规不许更多") % {"most": most},
            )

    return check


QUESTIONS: Final = (
    DraftQuestion("name", "规程的名称（小写字母、数字和 -，也是文件名）", "What is the book called (small letters, also its file)?", "my-office", _name),
    DraftQuestion("title", "规程的标题", "What is its title?", "本单位信访工作办法", _words),
    DraftQuestion("effective", "自哪天起施行", "From which day on is it in force?", "2026-07-01", _day),
    DraftQuestion("basis", "由谁制定、依据什么", "Who issued it, on which basis?", "本单位内部办法，以《信访工作条例》为上位依据", _words),
    DraftQuestion("cite", "条款怎样引用（后面加序号）", "How are its clauses quoted (a number follows)?", "本单位办法", _words),
    DraftQuestion("registrar_unit", "来信来访由哪个部门登记", "Which unit registers what comes in?", "信访办公室", _words),
    DraftQuestion("intake_unit", "由哪个部门审查、决定是否受理", "Which unit examines and decides on acceptance?", "信访办公室", _words),
    DraftQuestion("head_unit", "重要事项由谁负责", "Who is responsible at the head?", "主要负责人", _words),
    DraftQuestion("notice_days", "收到后几日内告知信访人", "Within how many days of receipt is the petitioner told?", "15", _days(MAX_NOTICE_DAYS)),
    DraftQuestion("handling_days", "受理后几日内办结", "Within how many days of acceptance is a matter handled?", "60", _days(MAX_HANDLING_DAYS)),
)  # fmt: skip
"""What is asked, in this order."""


def read_answers(path: Path) -> dict[str, str]:
    """The answers in a YAML file, by key. Raises Unanswerable when it cannot be read or has a key that nobody asked for."""
    try:
        tree = read_yaml(read_file(path), path.name)[0]
    except RulebookFlawed as error:
        raise Unanswerable(str(error.flaws[0]), _("每个答案请写一行“键: 答案”")) from None
    known = [question.key for question in QUESTIONS]
    for key, value in tree.items():
        if key not in known:
            near = nearest_name(key, known)
            raise Unanswerable(
                _("没有 %(key)s 这个问题") % {"key": key[:60]},
                _("您要写的是 %(near)s 吗？") % {"near": near}
                if near
                else _("键有：%(known)s") % {"known": ", ".join(known)},
            )
        if isinstance(value, dict | list) or value is None:
            raise Unanswerable(_("%(key)s 没有一行的答案") % {"key": key}, _("请写在冒号后面"))
    return {key: str(value) for key, value in tree.items()}


def draft_text(answers: Mapping[str, str]) -> str:
    """The text of the book for ``answers``, one for each question. Raises Unanswerable."""
    given = {one.key: one.checked(answers[one.key]) for one in QUESTIONS}
    quoted = {key: json.dumps(value, ensure_ascii=False) for key, value in given.items()}
    clauses = "\n".join(
        f"  local-{n}:\n    cite: {{zh: {json.dumps(given['cite'] + str(n), ensure_ascii=False)}, en: Local Rules {n}}}\n    zh: {zh}\n    en: {en}"
        for n, (zh, en) in enumerate(_clauses(given), 1)
    )
    return TEMPLATE.format(
        **quoted, clauses=clauses, law=LAW, notice=given["notice_days"], handling=given["handling_days"]
    )


def _clauses(given: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the institution's own rules say as far as the answers tell, quoted for YAML."""
    texts = [
        (f"来信来访由{given['registrar_unit']}登记", "The registering unit notes whatever comes in"),
        (f"{given['intake_unit']}审查，自收到之日起{given['notice_days']}日内书面告知信访人", "The examining unit tells the petitioner in writing within the days said here"),
        (f"{given['head_unit']}对信访工作负总责", "The head is responsible for petition work"),
        (f"信访事项自受理之日起{given['handling_days']}日内办结；情况复杂的，经批准可以延长，延长不超过30日", "A matter is handled within the days said here; where it is complex it may be extended by 30 days"),
    ]  # fmt: skip
    return [(json.dumps(zh, ensure_ascii=False), json.dumps(en)) for zh, en in texts]


TEMPLATE: Final = """\
# Written by `huiyin rules new`. It extends the law: what is not said here is as {law} has it (huiyin rules show {law}).
# To do, marked with TODO: put the words of your own rules into the clauses, and add what is particular to you (docs/rulebooks.md).
# After each change: huiyin rules check THIS-FILE --watch
rulebook: {name}
version: "1"
title: {{zh: {title}}}
extends: {law}
effective: {effective}
basis: {{zh: {basis}}}

# TODO: one entry for each provision of your own rules, in its words; every element below cites one.
clauses:
{clauses}

roles:
  registrar: {{seat: {{zh: {registrar_unit}}}, clause: [art-14, art-22.1, local-1]}}
  intake: {{seat: {{zh: {intake_unit}}}, clause: [art-14, art-23.1, local-2]}}
  unit_head: {{seat: {{zh: {head_unit}}}, clause: [art-34, local-3]}}

procedures:
  matter:
    limits:
      # Never longer than the law's: huiyin rules compare THIS-FILE.
      notice: {{within: {notice} days, clause: [local-2, art-22.1, art-23.2, art-23.3]}}
      handling: {{within: {handling} days, clause: [local-4, art-34, practice-1]}}
    actions:
      register: {{clause: [art-19.1, art-20.3, art-22.1, art-23.1, local-1]}}
      # TODO: steps of your own, such as a second approval: see xx-bureau and company for examples.
"""
