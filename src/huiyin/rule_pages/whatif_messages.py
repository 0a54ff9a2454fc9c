"""Differences between what was and what would have been, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.casework.labels import cites, name_of
from huiyin.people.models import Unit
from huiyin.procedure.replaying.course import Difference, DifferenceKind
from huiyin.rules.book.elements import Named
from huiyin.rules.book.load import Rules

KINDS: Mapping[str, object] = {
    "due": gettext_lazy("期限不同"),
    "owner": gettext_lazy("责任单位不同"),
    "duty_only_before": gettext_lazy("不再产生的职责"),
    "duty_only_after": gettext_lazy("新增的职责"),
    "notice_missing": gettext_lazy("不再发出的文书"),
    "notice_extra": gettext_lazy("新增的文书"),
    "outcome": gettext_lazy("结果不同"),
    "refused": gettext_lazy("不被允许的步骤"),
    "asked": gettext_lazy("还须填写的内容"),
    "actor": gettext_lazy("改由他人办理的步骤"),
}
"""The kinds of difference, in the order in which they are shown."""
FATES: Mapping[str, object] = {
    "unknown_procedure": gettext_lazy("所选规程没有这一程序，未推演"),
    "imported": gettext_lazy("由原登记簿导入，此前的步骤不在本系统，未推演"),
    "unreadable": gettext_lazy("记录无法读取，未推演"),
}
REASONS: Mapping[str, object] = {
    "stopped": gettext_lazy("推演已中止，以下只是中止之前的部分"),
    "failed": gettext_lazy("推演多次失败，已放弃；以下只是此前的部分"),
    "no_post": gettext_lazy("您不再担任提出推演时的岗位，推演已停止"),
    "no_rulebook": gettext_lazy("所选规程已不在本系统，推演已停止"),
}
REFUSALS: Mapping[str, object] = {
    "unknown-action": gettext_lazy("没有这一步"),
    "wrong-stage": gettext_lazy("阶段不符"),
    "wrong-role": gettext_lazy("不属其职责"),
    "wrong-unit": gettext_lazy("不是办理单位"),
    "accused": gettext_lazy("被反映的单位或人员不得办理"),
    "unidentified": gettext_lazy("尚未确定反映的是谁"),
    "recused": gettext_lazy("已经回避"),
    "same-person": gettext_lazy("须由他人办理"),
    "own-unit": gettext_lazy("须由其他单位的人办理"),
    "condition": gettext_lazy("条件不符"),
    "window-closed": gettext_lazy("期限已过"),
    "too-early": gettext_lazy("期限未到"),
    "duty-not-open": gettext_lazy("没有相应的待办"),
    "duty-first": gettext_lazy("须先完成其他职责"),
    "fields": gettext_lazy("填写的内容不符"),
    "no-seat": gettext_lazy("没有单位承担"),
    "nobody-would-owe": gettext_lazy("办理后将无人负责"),
    "not-said": gettext_lazy("没有须先有的记录"),
    "paper-not-approved": gettext_lazy("文书还没有审签"),
    "paper-voided": gettext_lazy("文书已经作废"),
    "correction-first": gettext_lazy("须先送达更正的文书"),
    "code-seen": gettext_lazy("查询码经工作人员之手"),
}


PARTS: Mapping[str, object] = {
    "procedure": gettext_lazy("程序"),
    "stage": gettext_lazy("阶段"),
    "end": gettext_lazy("终结阶段"),
    "fact": gettext_lazy("事实"),
    "duty": gettext_lazy("未完成的职责"),
    "role": gettext_lazy("岗位"),
    "limit": gettext_lazy("期限"),
    "situation": gettext_lazy("阶段、事实与未完成职责的组合"),
}
"""What a rulebook may have no place for; see ``huiyin.procedure.move``."""


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """One difference: what it is about, how it was and would be, how many days later (None: no matter of days), the clauses."""

    name: str
    was: str
    would: str
    days: int | None
    cites_was: str
    cites_would: str

    @property
    def earlier(self) -> int:
        """How many days earlier it would be."""
        return -(self.days or 0)


@dataclass(frozen=True, slots=True)
class DifferenceGroup:
    """The differences of one kind."""

    kind: str
    label: str
    lines: tuple[DifferenceLine, ...]


def kind(name: str) -> str:
    """A kind of difference in the reader's language."""
    return str(KINDS[name])


def grouped(differences: Sequence[Difference], was: Rules, would: Rules, procedure: str) -> tuple[DifferenceGroup, ...]:
    """The differences of a case of ``procedure`` in words, by kind; ``was`` and ``would`` are its rulebook and the other one."""
    words = _Words(was, would, procedure, _units(differences))
    groups = []
    for name in KINDS:
        lines = tuple(words.line(item) for item in differences if item.kind == name)
        if lines:
            groups.append(DifferenceGroup(name, kind(name), lines))
    return tuple(groups)


def duty_name(rules: Rules, procedure: str, duty: str) -> str:
    """A kind of duty in the reader's language."""
    known = rules.book.procedures.get(procedure)
    return name_of(known.duties.get(duty), duty) if known else duty


def _units(differences: Iterable[Difference]) -> dict[str, str]:
    """The names of the units that owners of duties are."""
    named = {value for item in differences if item.kind == "owner" for value in (item.was, item.would)}
    ids = [UUID(hex=value) for value in named if len(value) == 32]
    return {unit.hex: name for unit, name in Unit.objects.filter(id__in=ids).values_list("id", "name")}


@dataclass(frozen=True, slots=True)
class _Words:
    was: Rules
    would: Rules
    procedure: str
    units: Mapping[str, str]

    def line(self, item: Difference) -> DifferenceLine:
        return DifferenceLine(
            self._name(item.kind, item.name),
            self._value(self.was, item, item.was),
            self._value(self.would, item, item.would),
            item.days,
            cites(self.was, item.clause_was),
            cites(self.would, item.clause_would),
        )

    def _name(self, kind: DifferenceKind, name: str) -> str:
        if name == "stage":
            return _("阶段")
        if name == "ended_on":
            return _("结束日期")
        for rules in (self.would, self.was):
            if (element := _element(rules, self.procedure, kind, name)) is not None:
                return name_of(element)
        return name

    def _value(self, rules: Rules, item: Difference, value: str) -> str:
        """``value`` of a difference under one of the two rulebooks."""
        whole = rules.book.procedures.get(self.procedure)
        match item.kind:
            case "owner":
                return self.units.get(value) or name_of(rules.book.roles.get(value), value)
            case "actor":
                return name_of(rules.book.roles.get(value), value)
            case "asked":
                return (
                    _("办理“%(step)s”时") % {"step": name_of(whole.actions.get(value), value)}
                    if value and whole
                    else ""
                )
            case "refused" if value == item.would:
                return str(REFUSALS.get(value, value))
            case "outcome" if item.name == "stage":
                return name_of(whole.stages.get(value), value) if whole else value
            case "outcome" if item.name in rules.book.facts:
                return name_of(rules.book.facts[item.name].values.get(value), value)
            case "outcome" if item.name == "ended_on":
                return value or _("尚未结束")
        return value


def _element(rules: Rules, procedure: str, kind: DifferenceKind, name: str) -> Named | None:
    whole = rules.book.procedures.get(procedure)
    if kind == "asked":
        return rules.book.fields.get(name)
    if kind == "outcome":
        return rules.book.facts.get(name)
    if whole is None:
        return None
    if kind in ("refused", "actor"):
        return whole.actions.get(name)
    return whole.notices.get(name) if kind in ("notice_missing", "notice_extra") else whole.duties.get(name)


def misfits(found: object, rules: Rules, procedure: str) -> tuple[str, ...]:
    """What a case has that the other rulebook has no place for, named as ``rules``, its own, name it; ``found`` are pairs of part and name."""
    if not isinstance(found, list):
        return ()
    book, own = rules.book, rules.book.procedures.get(procedure)
    elements: dict[str, Mapping[str, Named]] = {"procedure": book.procedures, "fact": book.facts, "role": book.roles}
    if own is not None:
        elements |= {
            "stage": own.stages,
            "end": own.stages,
            "duty": own.duties,
            "limit": own.limits,
            "situation": own.stages,
        }
    return tuple(
        _("%(part)s“%(name)s”")
        % {"part": PARTS.get(part, part), "name": name_of(elements.get(part, {}).get(name), name)}
        for part, name in found
    )
