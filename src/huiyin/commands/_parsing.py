"""The parser of a command line, and argparse's own words in the language of whoever types."""

from __future__ import annotations

import argparse
from typing import Any, Final, NoReturn

from huiyin.commands import MISUSED
from huiyin.commands._columns import columns, folded
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

WORDS: Final = {
    "usage: ": gettext_noop("用法："),
    "positional arguments": gettext_noop("参数"),
    "options": gettext_noop("选项"),
    "show this help message and exit": gettext_noop("显示这份说明后退出"),
    "argument %(argument_name)s: %(message)s": gettext_noop("参数 %(argument_name)s：%(message)s"),
    "can't open '%(filename)s': %(error)s": gettext_noop("打不开“%(filename)s”：%(error)s"),
    "unrecognized arguments: %s": gettext_noop("不认识的参数：%s"),
    "not allowed with argument %s": gettext_noop("不能与参数 %s 一起用"),
    "ignored explicit argument %r": gettext_noop("不应带有值 %r"),
    "the following arguments are required: %s": gettext_noop("缺少参数：%s"),
    "one of the arguments %s is required": gettext_noop("下列参数须写一个：%s"),
    "expected one argument": gettext_noop("后面应有一个值"),
    "expected at most one argument": gettext_noop("后面至多一个值"),
    "expected at least one argument": gettext_noop("后面至少一个值"),
    "expected %s argument": gettext_noop("后面应有 %s 个值"),
    "expected %s arguments": gettext_noop("后面应有 %s 个值"),
    "ambiguous option: %(option)s could match %(matches)s": gettext_noop("选项 %(option)s 不明确，可能是 %(matches)s"),
    "invalid %(type)s value: %(value)r": gettext_noop("%(value)r 的写法不对，应为 %(type)s"),
    "invalid choice: %(value)r (choose from %(choices)s)": gettext_noop(
        "没有 %(value)r 这一项，可以写的是：%(choices)s"
    ),
    "unknown parser %(parser_name)r (choices: %(choices)s)": gettext_noop(
        "没有 %(parser_name)r，可以写的是：%(choices)s"
    ),
}
"""What argparse says to whoever types, by its own words."""


def _worded(text: str) -> str:
    return _(WORDS[text]) if text in WORDS else text


def _counted(one: str, several: str, count: int) -> str:
    return _worded(one if count == 1 else several)


# argparse looks its words up under these two names, in catalogues that no language has.
argparse._ = _worded  # type: ignore[attr-defined]
argparse.ngettext = _counted  # type: ignore[attr-defined]


class OneLineParser(argparse.ArgumentParser):
    """A parser whose complaint is one line, and whose help is folded by how wide its signs are."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"formatter_class": _Folding} | options)

    def error(self, message: str) -> NoReturn:
        complaint = _("%(prog)s：%(message)s；见 %(prog)s --help") % {"prog": self.prog, "message": message}
        self.exit(MISUSED, f"{complaint}\n")


class _Folding(argparse.HelpFormatter):
    """Chinese has no blanks at which argparse could fold it, and its signs are twice as wide."""

    def _format_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None) -> str:
        prefix = _(WORDS["usage: "]) if prefix is None else prefix
        wider = columns(prefix) - len(prefix)
        self._width -= wider
        text = super()._format_usage(usage, actions, groups, prefix)
        self._width += wider
        return text

    def _split_lines(self, text: str, width: int) -> list[str]:
        return list(folded(text, width))

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in folded(text, width - len(indent)))
