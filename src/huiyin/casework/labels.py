"""The engine's answers in the reader's language: what is wrong, under which clause, and what would help."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, lru_cache, reduce
from typing import Final

import opencc
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from huiyin.people import checks
from huiyin.procedure.refusal import Code, FieldProblem, ProblemCode, Refusal
from huiyin.procedure.state import State
from huiyin.procedure.way import ways
from huiyin.rules.book.elements import Language, Named
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Procedure
from huiyin.rules.book.steps import end_of
from huiyin.rules.deadlines.derivation import Derivation
from huiyin.rules.deadlines.derivation import explain as explain_date
from huiyin.rules.deadlines.duration import Limit


@dataclass(frozen=True, slots=True)
class FormError:
    """What is wrong with one field of a form or of a request, in the reader's language; ``code`` is for programs."""

    field: str
    code: str
    message: str


MAX_ERRORS: Final = 20
"""Nobody corrects more in one go, and a page of them all might be as long as somebody likes."""
_MORE: Final = "more"


def first_errors(errors: Iterable[FormError]) -> tuple[FormError, ...]:
    """``errors`` as far as they are told at once, and behind them how many more there are."""
    found = tuple(errors)
    more = found[MAX_ERRORS:]
    if not more or (len(more) == 1 and more[0].code == _MORE):
        return found
    message = _("另有 %(count)d 处需要修改，请先改好上面这些") % {"count": len(more)}
    return (*found[:MAX_ERRORS], FormError("", _MORE, message))


class Cites(str):
    """Clauses as people quote them, joined: those of laws and rules, and behind them the conventions of the book, which pages set apart from
    what something is done under.
    """

    law: str = ""
    conventions: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """A refusal in words: ``why`` it was refused, what would make it possible, and the clauses as people quote them."""

    code: str
    why: str
    remedy: str
    clause: tuple[str, ...]
    cites: Cites
    errors: tuple[FormError, ...] = ()


def language() -> Language:
    """The rulebook language nearest to the reader's."""
    return _nearest(get_language())


def _nearest(spoken: str | None) -> Language:
    return "en" if (spoken or "").startswith("en") else "zh"


def in_script(text: str) -> str:
    """Words of a rulebook, whose Chinese is in simplified characters, in the characters of the reader."""
    return _traditional(text) if get_language() == "zh-hant" else text


@cache
def _characters() -> opencc.OpenCC:
    """Made when the first reader of traditional characters comes: reading its tables is a tenth of the start of any command."""
    return opencc.OpenCC("s2tw")


_MISTAKEN: Final = (
    (re.compile("(?<!恢)[覆復](?=[雜議審印製])"), "複"),
    (re.compile("(?<![恢答])[覆復]核(?!實)"), "複核"),
    (re.compile("(?<![恢答])[覆復]查(?![詢看閱明處收])"), "複查"),
    (re.compile("(?<=[答回])[復複](?![核查雜議審印製])"), "覆"),
    (re.compile("(?<![標抽牙竹])(?<!(?<![文證])書)籤"), "簽"),
)
"""Where the tables of OpenCC mistake 复 and 签, since two words touch (审批复杂 holds no 批复, 文书签章 no 书签), and what stands there."""


@lru_cache(maxsize=8_192)
def _traditional(text: str) -> str:
    # The name of the system is no sound that comes round (迴); quotation marks as the catalogue has them.
    drafted = _characters().convert(text).translate(str.maketrans("“”", "「」")).replace("迴音", "回音")
    return reduce(lambda text, one: one[0].sub(one[1], text), _MISTAKEN, drafted)


def length_of(limit: Limit) -> str:
    """How long a limit is, in the reader's language."""
    return in_script(limit.text(language()))


def derived(derivation: Derivation) -> str:
    """How a date came about, in the reader's language."""
    return in_script(explain_date(derivation, language()))


def name_of(element: Named | None, fallback: str = "") -> str:
    """An element's name in the reader's language."""
    if element is None:
        return fallback
    spoken = get_language()  # asked once: a page names some four hundred elements
    name = element.name(_nearest(spoken))
    return _traditional(name) if spoken == "zh-hant" else name


def names_of(elements: Mapping[str, Named], ids: Iterable[str]) -> str:
    """Several elements' names, joined; an id that is not among ``elements`` stands for itself."""
    return _("、").join(name_of(elements.get(id), id) for id in ids)


def cites(rules: Rules, clauses: Iterable[str]) -> Cites:
    """Clauses as people quote them."""
    return _quoted(rules, tuple(clauses), get_language())


@lru_cache(maxsize=4_096)
def _quoted(rules: Rules, clauses: tuple[str, ...], spoken: str | None) -> Cites:
    known, language = rules.book.clauses, _nearest(spoken)
    apart: dict[bool, dict[str, None]] = {False: {}, True: {}}
    for clause in clauses:
        convention = clause in known and known[clause].is_convention
        # Several clauses of a book may be parts of one provision, which people quote once.
        apart[convention][known[clause].cite.name(language) if clause in known else clause] = None
    joint = ", " if language == "en" else "、"
    law, conventions = (in_script(joint.join(quoted)) for quoted in apart.values())
    made = Cites(joint.join(filter(None, (law, conventions))))
    made.law, made.conventions = law, conventions
    return made


def when(moment: datetime) -> str:
    """A moment as pages show it, in the installation's zone: 2026-03-02 17:30."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def explain(rules: Rules, procedure: str, refusal: Refusal, state: State | None = None) -> Explained:
    """``refusal`` in words. ``procedure`` is the case's."""
    if refusal.code is Code.WRONG_STAGE and (stages := refusal.needs.get("stages", ())):
        leading = ways(rules, state).to(stages) if state is not None else ()
        stage = refusal.needs.get("stage", ())
        return _at_another_stage(rules, procedure, refusal.clause, stage, stages, leading, get_language())
    facts = None if state is None else tuple((name, state.facts[name]) for name in refusal.needs.get("facts", ()))
    needs = tuple(refusal.needs.items())
    explained = _worded(rules, procedure, refusal.code, refusal.action, refusal.clause, needs, facts, get_language())
    if not refusal.problems:
        return explained
    return replace(explained, errors=tuple(field_error(rules, problem) for problem in refusal.problems))


@lru_cache(maxsize=8_192)
def _worded(
    rules: Rules,
    procedure: str,
    code: Code,
    action: str,
    clause: tuple[str, ...],
    needs: tuple[tuple[str, tuple[str, ...]], ...],
    facts: tuple[tuple[str, str], ...] | None,
    spoken: str | None,
) -> Explained:
    """A refusal in words: the same of every case with the same of the ``facts`` that it is about; ``spoken``: the reader's language."""
    refusal = Refusal(code, action, clause, dict(needs))
    known = None if facts is None else dict(facts)
    why, remedy = _REASONS[code](rules, rules.book.procedures[procedure], refusal, known)
    return Explained(str(code), why, remedy, clause, cites(rules, clause))


SAID_OPENLY = frozenset(
    {Code.UNKNOWN_ACTION, Code.STALE, Code.CODE_SEEN, Code.WINDOW_CLOSED, Code.TOO_EARLY, Code.FIELDS}
)
"""The reasons that name nothing but what the petitioner knows: their own form, and days of which they were told."""


def explain_publicly(rules: Rules, procedure: str, refusal: Refusal, state: State) -> Explained:
    """``refusal`` as a petitioner reads it: from the public stage alone, never from what the office is busy with inside.

    Nor does it say which of the inner reasons it was: whether a unit is missing, or accused, is nobody's business here.
    """
    if refusal.code in SAID_OPENLY:
        return explain(rules, procedure, refusal, state)
    rule = rules.book.procedures[procedure]
    action = rule.actions[refusal.action]
    why = _("事项现在的进展是“%(stage)s”，此时不能“%(action)s”") % {
        "stage": public_stage(rule, state.stage),
        "action": name_of(action),
    }
    return Explained(
        code=str(Code.WRONG_STAGE),
        why=why,
        remedy=_("请留意查询页上的进展和给您的文书；有新的事实或者请求的，可以另行提出"),
        clause=action.clause,
        cites=cites(rules, action.clause),
    )


def public_stage(procedure: Procedure, stage: str) -> str:
    """What a petitioner reads of ``stage``: its public name; where there is none, only whether the matter has ended."""
    rule = procedure.stages.get(stage)
    if rule is not None and rule.public is not None:
        return name_of(rule.public)
    return _("已办结") if rule is not None and rule.end else _("正在办理")


def field_error(rules: Rules, problem: FieldProblem) -> FormError:
    """A problem with one field in words."""
    params: dict[str, str | int] = dict(problem.params)
    if problem.problem is ProblemCode.DIFFERS:
        params["field"] = name_of(rules.book.fields.get(str(params["field"])))
    if problem.problem is ProblemCode.NOT_ASKED and params:
        return FormError(problem.field, str(problem.problem), _only_asked_if(rules, params))
    if problem.problem is ProblemCode.MISSING and (rule := rules.book.fields.get(problem.field)) and rule.of:
        return FormError(problem.field, str(problem.problem), _("请选择"))
    if problem.problem is ProblemCode.NOBODY_HOLDS:
        params["roles"] = _names(rules.book.roles, str(params["roles"]).split())
    return FormError(problem.field, str(problem.problem), _FIELD_PROBLEMS[problem.problem]() % params)


def _only_asked_if(rules: Rules, params: Mapping[str, str | int]) -> str:
    rule = rules.book.fields[str(params["field"])]
    simply = {"yes": _("是"), "no": _("否")}
    labels = [name_of(rule.of.get(value), simply.get(value, value)) for value in str(params["values"]).split()]
    words = {"field": name_of(rule), "values": _("”或“").join(labels)}
    return _("只有“%(field)s”为“%(values)s”时才填，请清空，或者改选“%(field)s”") % words


def input_error(problem: checks.InputProblem) -> FormError:
    """A problem that the checks of names, numbers and texts found, in words."""
    params = {key: _(value) if isinstance(value, str) and value else value for key, value in problem.params.items()}
    return FormError(problem.field, problem.code, _(problem.template) % params)


_FIELD_PROBLEMS = {
    ProblemCode.MISSING: lambda: _("请填写此项"),
    ProblemCode.UNKNOWN: lambda: _("此处没有这一项，请删除"),
    ProblemCode.NOT_ASKED: lambda: _("本事项不需要填写这一项，请清空"),
    ProblemCode.WRONG_TYPE: lambda: _("格式不对，请按提示重新填写"),
    ProblemCode.TOO_LONG: lambda: _("最多 %(max)d 字，请精简"),
    ProblemCode.TOO_SMALL: lambda: _("不能小于 %(min)d"),
    ProblemCode.TOO_LARGE: lambda: _("不能大于 %(max)d"),
    ProblemCode.NOT_OFFERED: lambda: _("请从所列选项中选择"),
    ProblemCode.IN_FUTURE: lambda: _("不能晚于今天（%(today)s）"),
    ProblemCode.IN_PAST: lambda: _("不能早于今天（%(today)s）"),
    ProblemCode.LONG_PAST: lambda: _("不能早于 %(earliest)s，请核对年份"),
    ProblemCode.FAR_OFF: lambda: _("不能晚于 %(latest)s，请核对年份"),
    ProblemCode.TOO_LATE: lambda: _("最迟为 %(latest)s，不得超过规定时限"),
    ProblemCode.BEFORE_EVENT: lambda: _("不能早于 %(earliest)s，须在该步办理之后"),
    ProblemCode.NOT_RECENT: lambda: _("早于 %(earliest)s 的，信访人的期限所剩无几，须由另一人核对凭证后办理"),
    ProblemCode.DIFFERS: lambda: _("必须与已审签的“%(field)s”一致"),
    ProblemCode.NOT_IN_DIRECTORY: lambda: _("通讯录里没有此单位或人员，请重新选择"),
    ProblemCode.ACCUSED: lambda: _("此单位或人员被本事项反映，不得参与办理，请另选"),
    ProblemCode.RECUSED: lambda: _("此人已回避，请另选"),
    ProblemCode.UNAVAILABLE: lambda: _(
        "此单位或人员现在不能办理本事项（无人任职、已回避或者有其他不宜办理的情形），请另选；无人任职的，请管理员先任命人员"
    ),
    ProblemCode.NOT_IN_UNIT: lambda: _("此人不在承办单位，请选择承办单位的人员"),
    ProblemCode.NOT_ONESELF: lambda: _("只能提出自己回避；要求他人回避的，请报确定接办人员的负责人决定"),
    ProblemCode.ALONE: lambda: _(
        "不认定任何人，或者原话查无此人的，一人不能决定：请先办理“提出不认定，请另一人确认”，由另一人确认；已经提出的，由现在负有这项职责、自己没有提出过的人确认"
    ),
    ProblemCode.OWN_UNIT: lambda: _("不能选您自己所在的单位或者它的上级单位，请由其他单位的人员办理"),
    ProblemCode.NOBODY_HOLDS: lambda: _("此单位现在无人担任%(roles)s，将无人负责；请另选单位，或请管理员先任命人员"),
}

WhyAndRemedy = tuple[str, str]
KnownFacts = Mapping[str, str] | None
"""The facts of the case that a reason is about; None of a case that is only to begin."""
Explanation = Callable[[Rules, Procedure, Refusal, KnownFacts], WhyAndRemedy]


def _names(elements: Mapping[str, Named], ids: Iterable[str]) -> str:
    return _("、").join(_("“%(name)s”") % {"name": name_of(elements.get(id), id)} for id in ids)


# Of most actions of a procedure this is the reason: a page of a case says it some sixty times, of every case at a stage alike.
@lru_cache(maxsize=8_192)
def _at_another_stage(
    rules: Rules,
    name: str,
    clause: tuple[str, ...],
    stage: tuple[str, ...],
    stages: tuple[str, ...],
    leading: tuple[str, ...],
    spoken: str | None,
) -> Explained:
    """That the case stands at ``stage`` and the step belongs to ``stages``, to which ``leading`` goes; ``spoken``: the reader's language."""
    why, remedy = _stage_words(rules.book.procedures[name], stage, stages, leading)
    return Explained(str(Code.WRONG_STAGE), why, remedy, clause, cites(rules, clause))


def _stage_words(
    procedure: Procedure, stage: tuple[str, ...], stages: tuple[str, ...], leading: tuple[str, ...]
) -> WhyAndRemedy:
    now = _names(procedure.stages, stage)
    why = _("事项现在处于%(now)s，此步只能在%(stages)s进行") % {"now": now, "stages": _names(procedure.stages, stages)}
    # Whoever ends a matter, or opens one that has ended, does so for reasons of its own, and never to be able to do something else.
    if not leading or any(_ends_or_reopens(procedure, action) for action in leading):
        return why, _("从现在的阶段已不能办到，有新的事实或者请求的，可作为新事项提出")
    steps = " → ".join(name_of(procedure.actions[action]) for action in leading)
    remedy = _("请先办理：%(steps)s") % {"steps": steps}
    return why, remedy


def _ends_or_reopens(procedure: Procedure, name: str) -> bool:
    action = procedure.actions[name]
    return action.reopens is not None or end_of(procedure, action) is not None


def _wrong_role(rules: Rules, procedure: Procedure, refusal: Refusal, known: KnownFacts) -> WhyAndRemedy:
    roles = _names(rules.book.roles, refusal.needs.get("roles", ()))
    return _("此步由%(roles)s办理，您的岗位不在其列") % {"roles": roles}, _("请交%(roles)s办理") % {"roles": roles}


def _wrong_unit(rules: Rules, procedure: Procedure, refusal: Refusal, known: KnownFacts) -> WhyAndRemedy:
    return _("您的单位不是本事项的办理单位"), _("请由承办本事项的单位办理，或先将事项交办给您的单位")


def _condition(rules: Rules, procedure: Procedure, refusal: Refusal, known: KnownFacts) -> WhyAndRemedy:
    names = refusal.needs.get("facts", ())
    current = []
    required = []
    action = procedure.actions[refusal.action]
    for name in names:
        fact, comparison = rules.book.facts[name], action.when[name]
        if known is not None:
            current.append(f"{name_of(fact)}：{name_of(fact.values.get(known[name]), known[name])}")
        required.append(
            f"{name_of(fact)}：" + "/".join(name_of(v) for k, v in fact.values.items() if comparison.holds(k))
        )
    why = _("条件不符（现为 %(current)s）") % {"current": "；".join(current)} if current else _("条件不符")
    return why, _("须为 %(required)s") % {"required": "；".join(required)}


def _not_said(rules: Rules, procedure: Procedure, refusal: Refusal, known: KnownFacts) -> WhyAndRemedy:
    action = procedure.actions[refusal.action]
    names, required = [], []
    for name in refusal.needs.get("fields", ()):
        field = rules.book.fields[name]
        names.append(name_of(field))
        required += [name_of(word, key) for key, word in field.of.items() if action.said[name].holds(key)]
    why = _("还没有这样的记录：%(fields)s") % {"fields": _("、").join(names)}
    return why, _("须先记录为：%(values)s") % {"values": "/".join(required)}


def _window_closed(rules: Rules, procedure: Procedure, refusal: Refusal, known: KnownFacts) -> WhyAndRemedy:
    until = next(iter(refusal.needs.get("until", ())), "")
    if not until:
        return _("期限尚未开始计算"), _("待相应文书送达后再提出")
    return _("期限已于 %(until)s 届满") % {"until": when(datetime.fromisoformat(until))}, _(
        "如有新的事实和理由，可作为新事项提出"
    )


def _too_early(rules: Rules, procedure: Procedure, refusal: Refusal, known: KnownFacts) -> WhyAndRemedy:
    after = next(iter(refusal.needs.get("after", ())), "")
    if not after:
        return _("期限尚未开始计算"), _("待相应文书送达后再办理")
    return _("期限尚未届满"), _("请在 %(after)s 之后办理") % {"after": when(datetime.fromisoformat(after))}


def _duty_not_open(rules: Rules, procedure: Procedure, refusal: Refusal, known: KnownFacts) -> WhyAndRemedy:
    duties = _names(procedure.duties, refusal.needs.get("duties", ()))
    return _("现在没有待办的%(duties)s") % {"duties": duties}, _("待%(duties)s产生后再办理") % {"duties": duties}


def _duty_first(rules: Rules, procedure: Procedure, refusal: Refusal, known: KnownFacts) -> WhyAndRemedy:
    duties = _names(procedure.duties, refusal.needs.get("duties", ()))
    return _("还有待办的%(duties)s") % {"duties": duties}, _("请先完成%(duties)s") % {"duties": duties}


def _same_person(rules: Rules, procedure: Procedure, refusal: Refusal, known: KnownFacts) -> WhyAndRemedy:
    actions = _names(procedure.actions, refusal.needs.get("actions", ()))
    return _("您办理过%(actions)s，此步须由他人办理") % {"actions": actions}, _("请交另一位有权人员办理")


def _code_seen(rules: Rules, procedure: Procedure, refusal: Refusal, known: KnownFacts) -> WhyAndRemedy:
    action, actions = procedure.actions[refusal.action], _names(procedure.actions, refusal.needs.get("actions", ()))
    if actions:
        return (
            _("您的查询码是工作人员打印或者重新发放的，此步须先向您本人核实"),
            _("请改用%(actions)s，工作人员回访您以后生效") % {"actions": actions},
        )
    why = _("您的查询码经过工作人员的手，不能凭它“%(action)s”") % {"action": name_of(action)}
    if action.receives:
        return why, _("文书由工作人员另以纸质方式送达您本人；您也可以带身份证件到接待的地方领取")
    if action.entered is not None:
        return why, _("请来电、来信，或者带身份证件到接待的地方，由工作人员登记并注明是代您登记")
    return why, _("请带身份证件到接待的地方当面说明，或者向上一级机关反映")


def _document_not_approved(rules: Rules, procedure: Procedure, refusal: Refusal, known: KnownFacts) -> WhyAndRemedy:
    documents = _names(procedure.notices, refusal.needs.get("notices", ()))
    return _("%(papers)s还没有审签") % {"papers": documents}, _("请先送审签，批准后再发出")


def _document_voided(rules: Rules, procedure: Procedure, refusal: Refusal, known: KnownFacts) -> WhyAndRemedy:
    documents = _names(procedure.notices, refusal.needs.get("notices", ()))
    return _("%(papers)s已经作废") % {"papers": documents}, _("请退回重新拟稿，审签后再发出")


def _correction_first(rules: Rules, procedure: Procedure, refusal: Refusal, known: KnownFacts) -> WhyAndRemedy:
    documents = _names(procedure.notices, refusal.needs.get("notices", ()))
    return _("%(papers)s正在更正，送达后期限重新计算") % {"papers": documents}, _("请先送达更正后的文书")


def _no_seat(rules: Rules, procedure: Procedure, refusal: Refusal, known: KnownFacts) -> WhyAndRemedy:
    if known is None:
        return _("这里没有未被反映的单位可以受理此事"), _("请向其上一级机关提出，或者由管理员设置另一个受理单位")
    roles = _names(rules.book.roles, refusal.needs.get("roles", ()))
    if not roles:
        return _("办理后将没有单位可以负责"), _("请向上一级机关报告，由其指定")
    why = _("没有单位担任%(roles)s，办理后将无人负责") % {"roles": roles}
    return why, _("请管理员先为%(roles)s设置岗位") % {"roles": roles}


def _plain(why: str, remedy: str) -> Explanation:
    """Words that depend on nothing; translated when asked for, not when loaded."""
    return lambda rules, procedure, refusal, known: (_(why), _(remedy) if remedy else "")


_REASONS: Final[Mapping[Code, Explanation]] = {
    Code.UNKNOWN_ACTION: _plain(gettext_noop("规程中没有这一步"), gettext_noop("请刷新页面，从列出的办理动作中选择")),
    Code.STALE: _plain(
        gettext_noop("事项在您打开之后已有新的进展"), gettext_noop("请核对最新情况后再提交，您填写的内容已保留")
    ),
    Code.WRONG_STAGE: _plain(gettext_noop("此步只用于登记新事项"), gettext_noop("请作为新事项登记")),
    Code.WRONG_ROLE: _wrong_role,
    Code.WRONG_UNIT: _wrong_unit,
    Code.ACCUSED: _plain(
        gettext_noop("本事项反映了您或您的单位，您不得参与"), gettext_noop("请由未被反映的单位或上级机关办理")
    ),
    Code.UNIDENTIFIED: _plain(
        gettext_noop("尚未确定本事项反映的是谁，暂时只有保管人能看到和办理"), gettext_noop("请先确定被反映的人员和单位")
    ),
    Code.RECUSED: _plain(gettext_noop("您已对本事项回避"), gettext_noop("请由其他人员办理")),
    Code.SAME_PERSON: _same_person,
    Code.OWN_UNIT: _plain(
        gettext_noop("此步要对您任职的单位作出决定，须由不在该单位任职的人办理"),
        gettext_noop("请交不在该单位任职的有权人员办理；没有这样的人的，报上一级机关或者移送有权机关"),
    ),
    Code.CODE_SEEN: _code_seen,
    Code.CONDITION: _condition,
    Code.NOT_SAID: _not_said,
    Code.WINDOW_CLOSED: _window_closed,
    Code.TOO_EARLY: _too_early,
    Code.DUTY_NOT_OPEN: _duty_not_open,
    Code.DUTY_FIRST: _duty_first,
    Code.FIELDS: _plain(gettext_noop("有的内容需要修改"), gettext_noop("请按各项提示修改后重新提交，已填内容已保留")),
    Code.NO_SEAT: _no_seat,
    Code.NOBODY_WOULD_OWE: _plain(gettext_noop("办理后将无人对本事项负责"), gettext_noop("请联系管理员检查规程")),
    Code.DOCUMENT_NOT_APPROVED: _document_not_approved,
    Code.DOCUMENT_VOIDED: _document_voided,
    Code.CORRECTION_FIRST: _correction_first,
}
