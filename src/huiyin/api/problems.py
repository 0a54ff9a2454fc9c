"""What goes wrong, as RFC 9457 problem documents: plain words that name the field and the remedy, and nothing personal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from math import ceil
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from huiyin.casework import code_guesses
from huiyin.casework.labels import MAX_ERRORS, Explained, FormError, explain, explain_publicly
from huiyin.door import KeyReused, NoSuchCase, Refused, Rejected
from huiyin.errors import HuiyinError
from huiyin.ledger.chain import Conflict
from huiyin.procedure.refusal import Code

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:problem-type:huiyin:"
BUSY_SECONDS = 2
MAX_FIELD_CHARS = 200
"""Of the name of a field in an error, which may be the sender's own."""

log = structlog.get_logger("huiyin.api")


@dataclass(eq=False)
class ProblemDocument(HuiyinError):
    """Raised, or returned, when the answer is not the one hoped for. ``code`` is for programs, ``title`` and ``detail`` for people.

    ``errors`` name the fields of the request that must be corrected; ``more`` are members beyond RFC 9457.
    """

    status: int
    code: str
    title: str
    detail: str = ""
    errors: tuple[FormError, ...] = ()
    more: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.title, self.detail)

    def response(self) -> HttpResponse:
        """The problem document."""
        body: dict[str, object] = {"type": TYPE + self.code, "title": self.title, "status": self.status}
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = [{"field": item.field, "code": item.code, "message": item.message} for item in self.errors]
        content = json.dumps(body | dict(self.more), ensure_ascii=False)
        return HttpResponse(content, status=self.status, content_type=MEDIA_TYPE, headers=dict(self.headers))


def invalid(errors: Iterable[FormError]) -> ProblemDocument:
    """The request can be read, but some of its content is wrong: every error at once, as far as anybody reads them."""
    found = tuple(replace(item, field=item.field[:MAX_FIELD_CHARS]) for item in islice(errors, MAX_ERRORS))
    named = ";".join(f"{item.field}:{item.message}" if item.field else item.message for item in found[:3])
    return ProblemDocument(422, "invalid", _("有的内容需要修改"), named, found)


def refused(outcome: Rejected | Refused, *, publicly: bool = False) -> ProblemDocument:
    """The door said no: because of what was filled in, or because the rules do not allow it.

    ``publicly``: as the petitioner of the case reads it, by its public stage alone.
    """
    if isinstance(outcome, Rejected):
        return invalid(outcome.errors)
    asked = (outcome.rules, outcome.procedure, outcome.refusal)
    if publicly and outcome.state is not None:
        because = explain_publicly(*asked, outcome.state)
    else:
        because = explain(*asked, outcome.state)
    match outcome.refusal.code:
        case Code.STALE:
            return ProblemDocument(409, "stale", _("事项已有新的进展"), _sentence(because), more=_reasons(because))
        case Code.UNKNOWN_ACTION:
            return ProblemDocument(404, "unknown-action", _("没有这一步"), _sentence(because), more=_reasons(because))
        case _:
            return ProblemDocument(
                422, "refused", _("按规定不能这样办理"), _sentence(because), because.errors, _reasons(because)
            )


def no_such_action() -> ProblemDocument:
    """A step that petitioners do not take does not exist for them, whatever the stage."""
    return ProblemDocument(404, str(Code.UNKNOWN_ACTION), _("没有这一步"), _("请从这份事项列出的办理动作中选择"))


def _sentence(because: Explained) -> str:
    law = _("依据：%(cites)s") % {"cites": because.cites.law} if because.cites.law else ""
    parts = [because.why, because.remedy, law, because.cites.conventions]
    return "。".join(part for part in parts if part)


def _reasons(because: Explained) -> dict[str, object]:
    return {
        "code": because.code,
        "why": because.why,
        "remedy": because.remedy,
        "clause": list(because.clause),
        "cites": because.cites,
    }


def not_found(detail: str = "") -> ProblemDocument:
    """There is no such thing, or none that the caller may see: the two look the same."""
    return ProblemDocument(
        404, "not-found", _("没有找到"), detail or _("没有这个地址或编号，或者您无权查看；请核对后再试")
    )


def unauthenticated() -> ProblemDocument:
    """Nobody is signed in, or the token is not (or no longer) good, or its holder has no post."""
    detail = _("请登录，或在 Authorization 头中给出有效的令牌；令牌所属人员须现任一个岗位")
    return ProblemDocument(401, "unauthenticated", _("需要登录"), detail, headers={"WWW-Authenticate": "Bearer"})


def forged() -> ProblemDocument:
    """A request by session that does not prove to come from our own pages."""
    return ProblemDocument(403, "csrf", _("请求来源未经确认"), _("用会话提交时请带上 X-CSRFToken 头，或改用令牌"))


def second_factor_required() -> ProblemDocument:
    """The post asks for a second factor that was not shown."""
    detail = _("此岗位须使用两步验证：请在网页上设置并验证；令牌须由通过两步验证的人重新生成")
    return ProblemDocument(403, "second-factor", _("须使用两步验证"), detail)


def out_of_scope(scope: str) -> ProblemDocument:
    """The token is good, but not for this (RFC 6750 section 3.1)."""
    detail = _("此令牌不能用于这种请求；请换用权限包含 %(scope)s 的令牌") % {"scope": scope}
    challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
    return ProblemDocument(403, "scope", _("令牌权限不足"), detail, headers={"WWW-Authenticate": challenge})


def malformed(detail: str = "") -> ProblemDocument:
    """The body is not JSON."""
    return ProblemDocument(400, "malformed", _("请求内容不是正确的 JSON"), detail or _("请按 RFC 8259 的格式重新提交"))


def too_large(most_bytes: int) -> ProblemDocument:
    """The body is larger than what is read at once."""
    detail = _("请求最多 %(most)d MB；请减少附件，或改在网页上提交") % {"most": most_bytes // (1024 * 1024)}
    return ProblemDocument(413, "too-large", _("请求太大"), detail)


def too_slow() -> ProblemDocument:
    """The body did not come fast enough."""
    detail = _("请求内容传得太慢，没有收完；请用同一个 Idempotency-Key 重发")
    return ProblemDocument(408, "too-slow", _("没有收完"), detail)


def too_many_bodies(seconds: int) -> ProblemDocument:
    """Too much is being sent at a time."""
    detail = _("同时提交的请求太多，请稍后用同一个 Idempotency-Key 重发")
    return ProblemDocument(429, "too-many", _("请稍后再试"), detail, headers={"Retry-After": str(seconds)})


def wrong_media_type() -> ProblemDocument:
    """The body is something else than JSON."""
    detail = _("请以 Content-Type: application/json 提交")
    return ProblemDocument(415, "media-type", _("不接受这种格式"), detail, headers={"Accept": "application/json"})


def wrong_charset() -> ProblemDocument:
    """The body says that it is in other signs than UTF-8."""
    return ProblemDocument(415, "charset", _("不接受这种文字编码"), _("请以 UTF-8 编码提交"))


def wrong_method(allowed: str) -> ProblemDocument:
    """The address knows no such method."""
    detail = _("此地址只接受：%(allowed)s") % {"allowed": allowed}
    return ProblemDocument(405, "method", _("不支持这种方法"), detail, headers={"Allow": allowed})


def key_reused() -> ProblemDocument:
    """The idempotency key stands for another request."""
    detail = _("此 Idempotency-Key 已用于另一份内容；新的请求请换一个新的键，重发请保持内容不变")
    return ProblemDocument(409, "key-reused", _("重复的请求标识"), detail)


def already(detail: str) -> ProblemDocument:
    """What is asked for was asked for or decided before."""
    return ProblemDocument(409, "already", _("已经提出或者已经决定"), detail)


def conflict() -> ProblemDocument:
    """Somebody else wrote to the same case at the same moment."""
    detail = _("他人刚刚办理了同一事项，您的提交没有写入；请取得最新情况后再试")
    return ProblemDocument(409, "conflict", _("事项已有新的进展"), detail)


def too_many_attempts(seconds: int) -> ProblemDocument:
    """The query code was guessed too often."""
    detail = _("查询码错误次数过多；请照回执核对后慢慢再试，输对了随时可以打开")
    headers = {"Retry-After": str(seconds), code_guesses.HELD_BACK: str(seconds)}
    return ProblemDocument(429, "too-many-attempts", _("请稍后再试"), detail, headers=headers)


def too_many_lookups(seconds: int) -> ProblemDocument:
    """Somebody looked up more than what is needed for one matter after the other."""
    detail = _("查询过于频繁；请在需要时逐件查询，每次查询都记录在案")
    return ProblemDocument(429, "too-many-lookups", _("请稍后再试"), detail, headers={"Retry-After": str(seconds)})


def too_many_petitions(later: datetime, at: datetime) -> ProblemDocument:
    """More petitions came than are taken within an hour; ``later`` is when the next one may be handed in."""
    detail = _("近一小时提交的太多，没有登记；请在 %(time)s 以后用同一个 Idempotency-Key 重发") % {
        "time": timezone.localtime(later).strftime("%H:%M")
    }
    seconds = max(1, ceil((later - at).total_seconds()))
    return ProblemDocument(429, "too-many-petitions", _("请稍后再试"), detail, headers={"Retry-After": str(seconds)})


def busy() -> ProblemDocument:
    """The database could not be written to in time."""
    detail = _("系统繁忙，请求没有写入；请稍后用同一个 Idempotency-Key 重发")
    return ProblemDocument(503, "busy", _("请稍后再试"), detail, headers={"Retry-After": str(BUSY_SECONDS)})


def failure() -> ProblemDocument:
    """Our own defect."""
    return ProblemDocument(
        500, "failure", _("系统出错"), _("请求没有完成，错误已记录；请稍后用同一个 Idempotency-Key 重发")
    )


def install(api: NinjaAPI, most_bytes: int) -> None:
    """From now on every exception of a view is answered by a problem document."""
    known: dict[type[Exception], Any] = {
        ProblemDocument: lambda request, error: error.response(),
        ValidationError: lambda request, error: _not_as_described(error).response(),
        HttpError: lambda request, error: _http(error).response(),
        AuthenticationError: lambda request, error: unauthenticated().response(),
        NoSuchCase: lambda request, error: not_found().response(),
        Http404: lambda request, error: not_found().response(),
        KeyReused: lambda request, error: key_reused().response(),
        Conflict: lambda request, error: conflict().response(),
        RequestDataTooBig: lambda request, error: too_large(most_bytes).response(),
        UnreadablePostError: lambda request, error: malformed(_("请求没有传完，请重发")).response(),
        OperationalError: _unwritten,
        Exception: _defect,
    }
    for kind, answer in known.items():
        api.add_exception_handler(kind, answer)


def _not_as_described(error: ValidationError) -> ProblemDocument:
    """The request is not in the shape of the schema; one without any body is told so, since no field can be named."""
    without_body = any(
        len(item["loc"]) == 2 and item["loc"][0] == "body" and item["type"] == "missing" for item in error.errors
    )
    return malformed(_("请求没有内容，请提交 JSON")) if without_body else invalid(map(_form_error, error.errors))


def _http(error: HttpError) -> ProblemDocument:
    cause = error.__cause__  # ninja wraps whatever the parser of bodies raises
    if isinstance(cause, ProblemDocument):
        return cause
    return malformed() if error.status_code == 400 else ProblemDocument(error.status_code, "http", _("请求不能处理"))


def _unwritten(request: HttpRequest, error: Exception) -> HttpResponse:
    log.warning("busy", exc_info=error)
    return busy().response()


def _defect(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("failure", exc_info=error)
    return failure().response()


def _form_error(error: Mapping[str, Any]) -> FormError:
    """A complaint of pydantic's in plain words; never its input."""
    place = [str(part) for part in error["loc"][1:]]
    if place[:1] == ["body"]:
        place = place[1:]
    kind, context = str(error["type"]), error.get("ctx", {})
    words = next((words for known, words in _WORDS.items() if kind.startswith(known)), None)
    message = words(context) if words else _("格式不对，请按接口说明重新填写")
    return FormError(".".join(place), kind.replace("_", "-"), message)


_WORDS = {
    "missing": lambda _context: _("请填写此项"),
    "extra_forbidden": lambda _context: _("此处没有这一项，请删除"),
    "string_too_long": lambda context: _("最多 %(max)d 字，请缩短") % {"max": context["max_length"]},
    "string_pattern": lambda _context: _("含有不允许的字符，请核对后重新填写"),
    "string": lambda _context: _("请填写文字"),
    "int": lambda _context: _("请填写整数"),
    "bool": lambda _context: _("请填 true 或 false"),
    "list": lambda _context: _("请填写列表"),
    "dict": lambda _context: _("请填写对象"),
    "model": lambda _context: _("请填写对象"),
    "too_long": lambda context: _("最多 %(max)d 项") % {"max": context["max_length"]},
    "literal_error": lambda _context: _("请从所列选项中选择"),
    "datetime": lambda _context: _("请填写带时区的时间，如 2026-03-02T09:30:00+08:00"),
    "timezone": lambda _context: _("请填写带时区的时间，如 2026-03-02T09:30:00+08:00"),
    "less_than": lambda _context: _("数字太大"),
    "greater_than": lambda _context: _("数字太小"),
}
