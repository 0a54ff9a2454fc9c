"""What is wrong with a rulebook, in the reader's language.

The loader and the prover say it in English; here each of their phrases has its Chinese. What is not known is shown as it is.
"""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from huiyin.casework.wording import language
from huiyin.rules.prover.sandbox import Fault

Words = tuple[re.Pattern[str], str]


def _phrases(*pairs: tuple[str, str]) -> tuple[Words, ...]:
    return tuple((re.compile(pattern, re.DOTALL), words) for pattern, words in pairs)


EXPECTED: Final = _phrases(
    # --- the file ---
    (r"a file of at most (?P<n>[\d,]+) bytes", gettext_noop("文件不超过 %(n)s 字节")),
    (r"a file that can be read|a file", gettext_noop("一个可以读取的文件")),
    (r"text in UTF-8.*", gettext_noop("UTF-8 编码的文本（请用 UTF-8 编码另存）")),
    (r"text without control characters", gettext_noop("不含控制字符的文本")),
    (r"a rulebook of at most (?P<n>[\d,]+) parts", gettext_noop("规程不超过 %(n)s 个部分")),
    (r"elements at most (?P<n>\d+) deep", gettext_noop("层级不超过 %(n)s 层")),
    (r"at most (?P<n>\d+) entries", gettext_noop("不超过 %(n)s 项")),
    (r"one rulebook a file", gettext_noop("一个文件只写一部规程")),
    (r"a value written out \(no aliases\)", gettext_noop("直接写出内容（不用 * 引用）")),
    (r"a value written out \(no merging\)", gettext_noop("直接写出内容（不用 << 合并）")),
    (r"a value without a tag.*", gettext_noop("不带标签（!…）的内容；文本可以加引号")),
    (r"a key of one word", gettext_noop("一个词作键")),
    (r"each key once", gettext_noop("每个键只写一次，请合并或者删去重复的")),
    (r"a mapping that begins with `rulebook:`", gettext_noop("以 rulebook: 开头的“键: 值”内容")),
    (r"spaces, not tabs, before a key", gettext_noop("键前用空格缩进，不用制表符")),
    (r"`key: value`, with a colon after the key", gettext_noop("写成“键: 值”，键后加冒号和空格")),
    (r"the quotation mark that closes this text", gettext_noop("这段文本的后引号")),
    (r"`key: value` once a line.*", gettext_noop("一行只写一个“键: 值”；文本中有冒号的，加引号")),
    (r"a comma between entries.*", gettext_noop("各项之间加逗号，括号成对")),
    (r"an entry indented as those around it", gettext_noop("与上下各项同样的缩进")),
    (r"a text with a special sign at its beginning in quotes", gettext_noop("以特殊符号开头的文本加引号")),
    (r"valid YAML", gettext_noop("有效的 YAML")),
    (r"the errors above mended first", gettext_noop("请先改正以上各处")),
    # --- what it is made of ---
    (r"one of the known rulebooks \((?P<list>.*)\)", gettext_noop("已有的规程之一（%(list)s）")),
    (r"version (?P<n>\S+)", gettext_noop("版本 %(n)s")),
    (r"a book that does not extend this one", gettext_noop("不以本规程为上位规程的规程（继承不能成环）")),
    (r"a book that does not include this one", gettext_noop("不包含本规程的模块（包含不能成环）")),
    (r"a book that extends (?P<a>\S+), as (?P<b>\S+) needs", gettext_noop("继承 %(a)s 的规程：模块 %(b)s 要求如此")),
    (r"at most (?P<n>\d+) books over each other", gettext_noop("规程逐级继承不超过 %(n)s 级")),
    (r"a time zone such as (?P<list>\S+)", gettext_noop("时区名称，例如 %(list)s")),
    (r"a calendar such as (?P<list>\S+)", gettext_noop("放假安排的名称，例如 %(list)s")),
    # --- single values ---
    (r"one of the keys known here \((?P<list>.*)\)", gettext_noop("此处可用的键之一（%(list)s）")),
    (r"this key must be given", gettext_noop("必须写明这一项")),
    (r"a text that is not empty", gettext_noop("不为空的文本")),
    (r"a text \(in quotes.*", gettext_noop("文本（像数字、日期、true、false 的，加引号）")),
    (r"keys with values.*", gettext_noop("“键: 值”的内容")),
    (r"a name, or a list of names", gettext_noop("一个名称，或者名称的列表")),
    (r"a whole number", gettext_noop("整数")),
    (r"true or false", gettext_noop("true 或者 false")),
    (r"a date, written as .*", gettext_noop("日期，写作 2026-01-31")),
    (r"at most (?P<n>\d+) characters", gettext_noop("不超过 %(n)s 个字")),
    (r"at least (?P<n>one entry|\d+ entries)", gettext_noop("至少 %(n)s 项")),
    (r"(?P<n>\d+) or more", gettext_noop("不小于 %(n)s")),
    (r"each entry may stand once", gettext_noop("每项只写一次")),
    (r"small letters, figures, - and _.*", gettext_noop("小写字母、数字、- 和 _，以字母开头")),
    (r"the name of a field.*", gettext_noop("填写项的名称（小写字母、数字和 _），可不填的在后面加 ?")),
    (r"letters, figures, dots and -, at most (?P<n>\d+)", gettext_noop("字母、数字、点和 -，不超过 %(n)s 个")),
    (r"write \"15 days\".*", gettext_noop("写作 15 days（自然日）、5 working days（工作日）或者 at once（当日）")),
    (r"a time limit has 0 to (?P<n>\d+) days.*", gettext_noop("期限为 0 至 %(n)s 日")),
    # --- names that lead somewhere ---
    (r"a clause of this book( \((?P<list>.*)\))?", gettext_noop("本规程 clauses 中的条款：%(list)s")),
    (r"a role of this book( \((?P<list>.*)\))?", gettext_noop("本规程 roles 中的角色：%(list)s")),
    (r"a fact of this book( \((?P<list>.*)\))?", gettext_noop("本规程 facts 中的事实：%(list)s")),
    (r"a field of this book( \((?P<list>.*)\))?", gettext_noop("本规程 fields 中的填写项：%(list)s")),
    (r"a moment of this book( \((?P<list>.*)\))?", gettext_noop("本规程 moments 中的时点：%(list)s")),
    (r"a stage of this procedure( \((?P<list>.*)\))?", gettext_noop("本程序 stages 中的阶段：%(list)s")),
    (r"a limit of this procedure( \((?P<list>.*)\))?", gettext_noop("本程序 limits 中的期限：%(list)s")),
    (r"a duty of this procedure( \((?P<list>.*)\))?", gettext_noop("本程序 duties 中的职责：%(list)s")),
    (r"a notice of this procedure( \((?P<list>.*)\))?", gettext_noop("本程序 notices 中的文书：%(list)s")),
    (r"an action of this procedure( \((?P<list>.*)\))?", gettext_noop("本程序 actions 中的办理动作：%(list)s")),
    (r"one of the fact's values( \((?P<list>.*)\))?", gettext_noop("这项事实的取值之一：%(list)s")),
    (
        r"a value of the fact (?P<a>\S+), or \$field( \((?P<list>.*)\))?",
        gettext_noop("事实 %(a)s 的取值，或者 $填写项：%(list)s"),
    ),
    (r"a value of the fact (?P<a>\S+)( \((?P<list>.*)\))?", gettext_noop("事实 %(a)s 的取值：%(list)s")),
    (r"a value of (?P<a>\S+)( \((?P<list>.*)\))?", gettext_noop("%(a)s 的取值：%(list)s")),
    (
        r"a field whose choices are values of the fact (?P<a>\S+) \((?P<list>.*)\)",
        gettext_noop("各选项都是事实 %(a)s 的取值的填写项：%(list)s"),
    ),
    (r"a field of type (?P<list>.*)", gettext_noop("类型为 %(list)s 的填写项")),
    (r"a field of the action or a fact( \((?P<list>.*)\))?", gettext_noop("本动作的填写项或者事实：%(list)s")),
    (r"one of the fields that the action asks for( \((?P<list>.*)\))?", gettext_noop("本动作填写项之一：%(list)s")),
    (r"an optional field.*", gettext_noop("可以不填的填写项（名称后加 ?）")),
    (
        r"a required field (?P<a>\S+), since the duty (?P<b>\S+) is due on that date",
        gettext_noop("必填的填写项 %(a)s：职责 %(b)s 的期限由它确定"),
    ),
    (r"\$ and the name of a field", gettext_noop("$ 加填写项的名称")),
    (r"`within` with `from`, or `by_field`", gettext_noop("写明 within 和 from，或者写明 by_field")),
    (r"`from`: the moment from which the limit runs", gettext_noop("写明 from：期限自何时起算")),
    (r"`to`: the stage in which a registered case begins", gettext_noop("写明 to：登记之后处于哪个阶段")),
    (r"an action that a role `of: system` may take", gettext_noop("系统角色（of: system）可以办理的动作")),
    (r"an action that asks for no fields", gettext_noop("不要求填写的动作")),
    (r"a limit that is `(?P<a>\w+)`", gettext_noop("写明 %(a)s 的期限")),
    (
        r"a stand-in only for a role of the organisation or above",
        gettext_noop("只有本机关或者上级机关的角色可以有代行人"),
    ),
    (r"a role `of: organisation`", gettext_noop("本机关的角色（of: organisation）")),
    (r"one of (?P<list>'.*)", gettext_noop("以下之一：%(list)s")),
)
"""What should stand there; the first that fits wins."""

GOT: Final = _phrases(
    (r"nothing|none|neither", gettext_noop("没有写")),
    (r"(?P<n>[\d,]+) bytes", gettext_noop("%(n)s 字节")),
    (r"another encoding, perhaps GBK", gettext_noop("别的编码，可能是 GBK")),
    (r"bytes that are no text", gettext_noop("不是文本的内容")),
    (r"(?P<a>.+) again", gettext_noop("又写了一次 %(a)s")),
    (r"(?P<n>\d+) more", gettext_noop("还有 %(n)s 处")),
    (r"more", gettext_noop("超出了")),
    (r"a second document after ---", gettext_noop("--- 之后又有一份")),
    (r"a list or mapping", gettext_noop("列表或者“键: 值”内容")),
    (r"a list", gettext_noop("列表")),
    (r"a single text", gettext_noop("单个文本")),
    (r"deeper", gettext_noop("更深")),
    (r"a folder", gettext_noop("文件夹")),
    (r"(?P<a>\S+), of type (?P<b>\S+)", gettext_noop("%(a)s，类型为 %(b)s")),
    (r"found duplicate key .*", gettext_noop("键重复")),
)


def expected(fault: Fault) -> str:
    """What is wrong, or what should stand there instead."""
    if language() == "en":
        return fault.expected
    # The prover's sentence says more than what it would have wanted there; the loader's own says only the latter.
    return fault.zh if fault.of and not _names_nothing(fault) else _said(EXPECTED, fault.expected)


def got(fault: Fault) -> str:
    """What stands there now; nothing where the sentence says it already."""
    if language() == "en":
        return fault.got
    return "" if fault.of and not _names_nothing(fault) else _said(GOT, fault.got)


def known(text: str) -> bool:
    """Whether ``text``, an expectation of the loader, has its Chinese."""
    return any(pattern.fullmatch(text) for pattern, _words in EXPECTED)


def _names_nothing(fault: Fault) -> bool:
    """Whether a name leads nowhere: the prover's sentence is then the same for all, and the expectation says what would fit."""
    return known(fault.expected)


def _said(phrases: tuple[Words, ...], text: str) -> str:
    for pattern, words in phrases:
        found = pattern.fullmatch(text)
        if found:
            return _filled(words, found)
    return text


def _filled(words: str, found: re.Match[str]) -> str:
    def numbers(given: str) -> str:
        return re.sub(r" entries$", "", given.replace("one entry", "1"))

    values = {name: numbers(value or "—") for name, value in found.groupdict().items()}
    return _(words) % values if values else _(words)
