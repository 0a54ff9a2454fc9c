"""管理日志: what administrators changed about people, in words: when, who, about whom, why; and where it can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from huiyin.casework.labels import name_of
from huiyin.paging import Order
from huiyin.people.appointments import day_of
from huiyin.people.models import LIAISON, Account, AdministrativeAct, Holding
from huiyin.people.staff.governing import seen_by
from huiyin.rule_store.roles import roles_of_posts
from huiyin.rules.book.schema import Role
from huiyin.web.page_access import Administering, administrator_page

LABELS: Final = {
    "make_account": gettext_lazy("建立账户"),
    "invite": gettext_lazy("邀请"),
    "take_link": gettext_lazy("取得链接"),
    "give_new_link": gettext_lazy("重置密码"),
    "accept_invitation": gettext_lazy("接受邀请，设置密码"),
    "appoint": gettext_lazy("任命"),
    "end_holding": gettext_lazy("结束任职"),
    "note_absence": gettext_lazy("登记离岗"),
    "end_absence": gettext_lazy("登记返岗"),
    "close_account": gettext_lazy("停用账户"),
    "reopen_account": gettext_lazy("恢复账户"),
    "rename_account": gettext_lazy("修改姓名"),
    "end_sessions": gettext_lazy("退出所有登录"),
    "end_tokens": gettext_lazy("作废全部令牌"),
    "require_second_factor": gettext_lazy("要求两步验证"),
    "relax_second_factor": gettext_lazy("不再要求两步验证"),
    "place_leader": gettext_lazy("调整领导小组"),
    "add_administrator": gettext_lazy("设为管理员"),
    "remove_administrator": gettext_lazy("不再担任管理员"),
    "add_organisation": gettext_lazy("新增机构"),
    "change_organisation": gettext_lazy("修改机构"),
    "change_reception": gettext_lazy("修改接待信息"),
    "add_reception_time": gettext_lazy("公布接待时间"),
    "remove_reception_time": gettext_lazy("取消接待时间"),
    "add_phrase": gettext_lazy("新增常用语"),
    "add_webhook": gettext_lazy("新增群提醒"),
    "retire_webhook": gettext_lazy("停用群提醒"),
    "retire_phrase": gettext_lazy("停用常用语"),
    "add_unit": gettext_lazy("新增部门"),
    "word_papers": gettext_lazy("修改文书模板"),
    "add_seal": gettext_lazy("启用电子印章"),
    "retire_seal": gettext_lazy("停用电子印章"),
    "change_unit": gettext_lazy("修改部门"),
    "abolish_unit": gettext_lazy("撤销部门"),
    "add_post": gettext_lazy("新增岗位"),
    "change_post": gettext_lazy("修改岗位的角色"),
    "enter_holidays": gettext_lazy("录入放假安排"),
    "lend": gettext_lazy("出借案卷"),
    "take-back": gettext_lazy("收回案卷"),
    "hand-over-files": gettext_lazy("移交案卷"),
    "propose-disposal": gettext_lazy("提出案卷鉴定意见"),
    "decide-disposal": gettext_lazy("审批案卷鉴定意见"),
    "hold": gettext_lazy("停止销毁"),
    "lift-hold": gettext_lazy("解除停止销毁"),
    "propose": gettext_lazy("提出，待他人确认"),
    "confirm": gettext_lazy("确认"),
    "decline": gettext_lazy("退回"),
    "lapse": gettext_lazy("逾期无人确认，失效"),
    "add_policy": gettext_lazy("收入政策法规"),
    "change_policy": gettext_lazy("修改政策法规的名称、文号"),
    "add_policy_version": gettext_lazy("修订政策法规"),
    "repeal_policy": gettext_lazy("登记政策法规废止"),
    "place_group_member": gettext_lazy("调整工作小组"),
    "remove_group_member": gettext_lazy("移出工作小组"),
    "keep_meeting": gettext_lazy("登记会议"),
    "assign_task": gettext_lazy("布置任务"),
    "change_task": gettext_lazy("修改任务"),
    "report_task": gettext_lazy("报告任务进展"),
    "keep_qualification": gettext_lazy("登记人员资格"),
    "keep_training": gettext_lazy("登记培训"),
    "note_attendance": gettext_lazy("登记培训参加情况"),
    "keep_supply": gettext_lazy("登记场所、物资"),
    "note_supply": gettext_lazy("登记检查、出入库"),
    "want_mail": gettext_lazy("照样登记邮件"),
    "leave_mail": gettext_lazy("邮件不作来件"),
    "keep_fund_line": gettext_lazy("登记经费预算"),
    "spend": gettext_lazy("登记经费支出"),
    "keep_assessment_scheme": gettext_lazy("登记考核方案"),
    "begin_assessment": gettext_lazy("开始考核"),
    "report_for_assessment": gettext_lazy("填报考核自评"),
    "propose_scores": gettext_lazy("提出考核评分"),
    "sign_scores": gettext_lazy("审定考核评分"),
    "appeal_score": gettext_lazy("对考核评分申诉"),
    "decide_score_appeal": gettext_lazy("答复考核申诉"),
    "commend_unit": gettext_lazy("考核表扬"),
    "publish_assessment": gettext_lazy("公布考核结果"),
    "put_up_report": gettext_lazy("情况报告送审"),
    "sign_report": gettext_lazy("签发情况报告"),
    "seal_report": gettext_lazy("情况报告盖章"),
    "return_report": gettext_lazy("退回情况报告"),
    "hand_in_report_scan": gettext_lazy("上传情况报告签章件"),
    "compare_report_scan": gettext_lazy("核对情况报告签章件"),
    "note_report": gettext_lazy("收阅下级情况报告"),
    "settle_period_dates": gettext_lazy("确定节前包案领导和期限"),
    "trace_leak": gettext_lazy("追溯查阅记录"),
    "declare_gift": gettext_lazy("申报礼品礼金"),
    "confirm_gift": gettext_lazy("确认礼品礼金的处理"),
    "reverse_spending": gettext_lazy("冲销经费支出"),
    "plan_rota": gettext_lazy("排值班表"),
    "publish_rota": gettext_lazy("发布值班表"),
    "discard_rota": gettext_lazy("删除值班表草稿"),
    "ask_swap": gettext_lazy("申请换班"),
    "agree_swap": gettext_lazy("同意换班"),
    "refuse_swap": gettext_lazy("不同意换班"),
    "withdraw_swap": gettext_lazy("撤回换班"),
    "approve_swap": gettext_lazy("批准换班"),
    "decline_swap": gettext_lazy("不批准换班"),
    "call_to_reception": gettext_lazy("呼叫到接待现场"),
    "call_again": gettext_lazy("再次催请到场"),
    "note_arrival": gettext_lazy("登记到场"),
    "ask_outside": gettext_lazy("函请有关机关派员"),
    "ask_for_people": gettext_lazy("函请有权机关派人办理"),
}
OF_POSTS: Final = ("add_post", "change_post")
BY_DESCENDING: Final = Order(AdministrativeAct, ("id",), descending=True)
SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class ActLine:
    """An act in words; ``undo`` is the page that takes it back, empty where there is none."""

    act: AdministrativeAct
    label: str
    subject: str
    by: str
    undo: str


@require_safe
@administrator_page
def log(request: HttpRequest, administering: Administering) -> HttpResponse:
    """What was changed, the newest first; narrowed to one person or one kind of change."""
    person, change = _person(request, administering), request.GET.get("change", "")
    acts = acts_seen(administering).select_related("by", "about", "holding", "organisation")
    if person is not None:
        acts = acts.filter(about=person)
    if change in LABELS:
        acts = acts.filter(change=change)
    page = BY_DESCENDING.page(acts, request.GET.get("after", ""), SIZE)
    context = {
        "lines": lines_of(page.items, administering),
        "next": page.next,
        "person": person,
        "change": change,
        "labels": LABELS,
        "at": administering.at,
    }
    return render(request, "office/log.html", context)


def acts_seen(administering: Administering) -> QuerySet[AdministrativeAct]:
    """What concerns the administrator's organisations; of acts that concern none, those about people whom they see."""
    if administering.is_whole:
        return AdministrativeAct.objects.all()
    people = seen_by(False, administering.organisations).filter(id=OuterRef("about"))
    own = Q(organisation__in=administering.organisations)
    return AdministrativeAct.objects.filter(own | (Q(organisation=None) & Exists(people)))


def lines_of(acts: Iterable[AdministrativeAct], administering: Administering) -> list[ActLine]:
    """The acts in words; fetched with ``by``, ``about`` and ``holding``."""
    roles = cache(roles_of_posts)  # asked once a rulebook: a page has many posts of one organisation
    return [
        ActLine(
            act,
            str(LABELS.get(act.change, act.change)),
            _subject(act, administering.at, roles),
            str(act.by or _("命令行或设立页面")),
            _undo(act, administering),
        )
        for act in acts
    ]


def _subject(act: AdministrativeAct, at: datetime, roles_under: Callable[[str], Mapping[str, Role]]) -> str:
    """What it is about; the roles of a post, which stand there as rulebooks call them, by their names."""
    post, colon, roles = act.subject.rpartition(": ")
    if act.change not in OF_POSTS or act.organisation is None or not colon:
        return act.subject
    known = roles_under(act.organisation.rulebook_at(at))
    named = (_("联系人") if role == LIAISON else name_of(known.get(role), role) for role in roles.split(", "))
    return f"{post}{_('：')}{_('、').join(named)}"


def _undo(act: AdministrativeAct, administering: Administering) -> str:
    match act.change:
        case "appoint" if act.holding and _is_open(act.holding, administering):
            return reverse("office:end", args=[act.about_id, act.holding_id])
        case "close_account" if act.about and not act.about.is_active:
            return reverse("office:reopen", args=[act.about_id])
        case "reopen_account" if act.about and act.about.is_active:
            return reverse("office:close", args=[act.about_id])
        case _:
            return ""


def _is_open(holding: Holding, administering: Administering) -> bool:
    return holding.until is None or holding.until > day_of(administering.at)


def _person(request: HttpRequest, administering: Administering) -> Account | None:
    try:
        id = UUID(request.GET.get("person", ""))
    except ValueError:
        return None
    return seen_by(administering.is_whole, administering.organisations).filter(id=id).first()
