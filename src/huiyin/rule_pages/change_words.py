"""What would follow from a change of an organisation's rulebook, what stands in its way, and what came of it, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.casework.labels import language
from huiyin.insight.models import RulebookChange
from huiyin.insight.rulebook_changes import is_sound, is_too_old
from huiyin.people.appointments import day_of
from huiyin.rule_pages.verdicts import FaultLine, LessLine, in_words
from huiyin.rule_pages.whatif_messages import misfits
from huiyin.rule_store.store import load
from huiyin.rules.prover.sandbox import Verdict

REASONS: Final[Mapping[str, Promise]] = {
    "failed": gettext_lazy("多次失败，已放弃。请运行 huiyin jobs list 查看原因，或者重新提出"),
    "no_right": gettext_lazy("提出的人已不再管理这个机构，没有做"),
    "overtaken": gettext_lazy("这期间已另有决定，没有做。请核对现行规程后重新提出"),
    "dropped": gettext_lazy("已取消"),
    "not_usable": gettext_lazy("规程没有通过检查，没有生效"),
    "unheld": gettext_lazy("有角色没有人担任，规程没有生效。请先任命人员，再重新提出"),
    "too_late": gettext_lazy("所定的日期已经过去，规程没有生效。请重新提出，选今天或者以后的日期"),
    "other_text": gettext_lazy("这个版本号已用于另一份内容，规程没有生效。请给改过的内容一个新的版本号"),
    "opens": gettext_lazy(
        "这部规程会让您自己，或者您经手过设置密码链接的人，看到更多事项。请由另一名管理员提出；没有的，请先添加一名管理员"
    ),
}
"""Why a change came to nothing."""
DONE: Final[Mapping[bool, Promise]] = {
    False: gettext_lazy("已决定，记入存证账：%(rulebook)s"),
    True: gettext_lazy("%(moved)s 件事项改按 %(rulebook)s 办理，每件各记入存证账"),
}
"""What was done: a book came into force, or open cases were moved."""


def faults_of(change: RulebookChange) -> tuple[tuple[FaultLine, ...], tuple[LessLine, ...]]:
    """The flaws of the book, and where it gives less than the law."""
    kept = change.found.get("verdict")
    if not kept:
        return (), ()
    judged = in_words(Verdict.model_validate(kept))
    return judged.faults, judged.less


def forecast(change: RulebookChange, at: datetime) -> list[str]:
    """What would follow."""
    lines = _of_move(change) if change.moves else _of_activation(change, at)
    return [*lines, *(_chosen_without_place(change) if change.cases else _without_place(change))]


def obstacles(change: RulebookChange, at: datetime) -> list[str]:
    """Why it cannot be confirmed as it was found, beside there being nothing to move."""
    found = [] if change.moves else [*_in_the_way(change)]
    if is_too_old(change, at):
        found.append(_("推算以后已经过了一天，情况可能有变，请重新提出"))
    return found


def _of_move(change: RulebookChange) -> Iterator[str]:
    found = change.found
    if not found["cases"]:
        yield _("没有按其他版本办理的未办结事项；密封的不计在内，确认后一起转")
        return
    yield _("%(fits)s 件未办结事项改按 %(rulebook)s 办理，每件各记入存证账（共看了 %(cases)s 件）") % {
        "fits": found["fits"],
        "cases": found["cases"],
        "rulebook": change.rulebook,
    }
    yield _("这些事项的 %(duties)s 项待办保留承办人和期限；此后产生的职责按新的版本") % {"duties": found["duties"]}


def _of_activation(change: RulebookChange, at: datetime) -> Iterator[str]:
    yield from change.lines
    found = change.found
    if is_sound(change):
        yield _("%(rulebook)s 已证明严密，给信访人的不少于法规") % {"rulebook": change.rulebook}
    if "cases" not in found:
        return
    waiting = change.organisation.next_rulebook
    start = change.since if change.since and change.since > day_of(at) else _("即刻")
    yield _("自%(start)s起新登记的事项按 %(rulebook)s 办理") % {"start": start, "rulebook": change.rulebook}
    if waiting and waiting != change.rulebook:
        yield _("待生效的 %(waiting)s 由此取代，不再生效") % {"waiting": waiting}
    yield _("现有 %(cases)s 件未办结事项（%(duties)s 项待办）仍按原来的版本办，直到另行转移") % {
        "cases": found["cases"],
        "duties": found["duties"],
    }
    if found["cases"]:
        yield _("假如现在转移：%(fits)s 件可以转过去。%(cases)s 件都按这部规程重新推算，%(differ)s 件会有不同") % {
            "fits": found["fits"],
            "cases": found["cases"],
            "differ": found["differ"],
        }
    side = language() == "en"
    for names in found["single"]:
        yield _("担任%(role)s的只有一人：该人回避时，这一步就要等。请再任命一人") % {"role": names[side]}


def _in_the_way(change: RulebookChange) -> Iterator[str]:
    found, side = change.found, language() == "en"
    verdict: Any = found["verdict"]
    if verdict is None:
        yield _("在规定的时间和内存之内没有证明完，不能启用。请检查阶段、职责是否过多")
        return
    if not verdict["read"] or verdict["faults"]:
        yield _("规程不严密，不能启用，见下面的缺陷")
        return
    if verdict["less"]:
        yield _("规程给信访人的少于法规，不能启用，见下面所列各处")
    for entrance in found["lacking"]:
        yield _("没有接收来件的起始动作 %(entrance)s，不能启用") % {"entrance": entrance}
    for names in found["vacant"]:
        yield _("没有人担任%(role)s，不能启用。请先任命人员") % {"role": names[side]}
    if found["opens"]:
        yield str(REASONS["opens"])


def _chosen_without_place(change: RulebookChange) -> Iterator[str]:
    """How many: where a case stands is told, beside it, to those alone who may see it."""
    if stay := change.found.get("cases", 0) - change.found.get("fits", 0):
        yield _("%(count)s 件在新版本中没有对应的位置，留在原来的版本") % {"count": stay}


def _without_place(change: RulebookChange) -> Iterator[str]:
    missing = sorted(change.found.get("misfits", {}).items())
    if len(missing) > 1:
        yield _("不能转过去的如下，一件可能列在几处")
    for key, count in missing:
        rulebook, procedure, part, name = key.split(" ", 3)
        (words,) = misfits([[part, name]], load(rulebook), procedure)
        yield _("%(count)s 件不能转过去，留在 %(old)s：新版本没有%(missing)s") % {
            "count": count,
            "old": rulebook,
            "missing": words,
        }
