"""Why a matter of an old register cannot come in, in words: what the rulebook has to know and the register does not say."""

from __future__ import annotations

from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError, name_of
from huiyin.channels.register.columns import DAYS, LABELS
from huiyin.procedure.importing import Shortfall
from huiyin.rules import MATTER
from huiyin.rules.book.load import Rules


def explained(shortfall: Shortfall, rules: Rules) -> FormError:
    """The column that it is about, and what would help."""
    stages = rules.book.procedures[MATTER].stages
    stage = name_of(stages.get(shortfall.name), shortfall.name)
    match shortfall.why:
        case "stage":
            return FormError("stage", "unknown", _("规程 %(book)s 没有这个阶段") % {"book": rules.book.key})
        case "no-way":
            message = _("按规程 %(book)s，种类、结果如所填的事项不会到“%(stage)s”；请核对阶段、种类和处理结果")
            return FormError("stage", "no-way", message % {"book": rules.book.key, "stage": stage})
        case "situation":
            message = _("规程 %(book)s 没有这样停在“%(stage)s”的事项，不能导入")
            return FormError("stage", "situation", message % {"book": rules.book.key, "stage": stage})
        case "fact":
            fact = rules.book.facts[shortfall.name]
            known = _("、").join(fact.values[value].name() for value in shortfall.values)
            column = shortfall.name if shortfall.name in LABELS else f"fact:{shortfall.name}"
            message = _("到这一阶段须知道%(what)s，请填写：%(known)s")
            return FormError(column, "required", message % {"what": fact.name(), "known": known})
        case "unit":
            return FormError("unit", "required", _("在“%(stage)s”的事项须写明承办单位") % {"stage": stage})
        case "day":
            message = _("没有%(what)s，无法计算期限或保管时间")
            return FormError(_column(shortfall.name), "required", message % {"what": _label(shortfall.name, rules)})
        case "future":
            message = _("%(what)s在今天以后")
            return FormError(_column(shortfall.name), "in-future", message % {"what": _label(shortfall.name, rules)})
        case "order":
            message = _("%(what)s早于%(other)s")
            words = {"what": _label(shortfall.name, rules), "other": _label(shortfall.other, rules)}
            return FormError(_column(shortfall.name), "order", message % words)
        case "promised":
            message = _("已告知的办结期限超过法定期限，连同可以延长的最晚为 %(day)s；请核对原件")
            return FormError("promised", "too-late", message % {"day": _day(shortfall)})
        case "running":
            message = _("%(day)s 期满以后才会办结；在此以前办结的，请按“%(stage)s”导入，期满自动办结")
            before = name_of(stages.get(shortfall.other), shortfall.other)
            return FormError("ended", "too-early", message % {"day": _day(shortfall), "stage": before})
        case "over":
            message = _("%(day)s 期满以后不能这样办结；请核对阶段和日期")
            return FormError("ended", "too-late", message % {"day": _day(shortfall)})
        case "asked":
            message = _("写有%(what)s，没有写其后的意见何时送达，不能按已办结导入")
            return FormError(_column(shortfall.name), "open", message % {"what": _label(shortfall.name, rules)})
        case "role":
            role = name_of(rules.book.roles.get(shortfall.name), shortfall.name)
            return FormError("", "no-seat", _("没有部门承担“%(role)s”，请先设岗") % {"role": role})


def _day(shortfall: Shortfall) -> str:
    return shortfall.latest.isoformat() if shortfall.latest else ""


def _column(moment: str) -> str:
    return next((column for column, moments in DAYS.items() if moment in moments), moment)


def _label(moment: str, rules: Rules) -> str:
    column = _column(moment)
    if column in LABELS:
        return _(LABELS[column])
    return _("%(what)s日期") % {"what": name_of(rules.book.moments.get(moment), moment)}
