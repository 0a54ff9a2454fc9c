"""The REST interface under /api/v1: every address, and an answer in the same manner for all that go wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from django.urls.resolvers import URLResolver
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder

from huiyin import __version__
from huiyin.api import (
    confidentiality,
    identity,
    papers,
    problems,
    public,
    reports,
    search,
    staff,
    statistics,
    terminated,
)
from huiyin.api.json_parser import FIELDS, MAX_BYTES, PART, JsonParser, read_form
from huiyin.api.schemas_out import ProblemOut
from huiyin.web.uploads import MULTIPART, takes_files, with_files

JSON = "application/json"
WITH_FILES = frozenset(
    {
        "submissions",
        "receipts/<receipt>/actions/<action>",
        "cases",
        "cases/<no>/actions/<action>",
        "procedures/<procedure>/cases",
    }
)
"""The addresses whose bodies may hold files."""
ApiView = Callable[..., HttpResponse]

_STAFF = frozenset(
    path.strip("/").replace("{", "<").replace("}", ">")
    for router in (
        search.router,
        staff.router,
        identity.router,
        confidentiality.router,
        terminated.router,
        reports.router,
    )
    for path in router.path_operations
)


class PlainJson(BaseRenderer):
    """JSON with Chinese as it is: a third of the bytes, and readable."""

    media_type = JSON

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        """The answer as text."""
        return json.dumps(data, cls=NinjaJSONEncoder, ensure_ascii=False)


class Api(NinjaAPI):
    """Ninja's API with problem documents for what ninja itself does not answer: unknown addresses, methods, media types."""

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        urls = super()._get_urls()
        for pattern in urls:
            if isinstance(pattern, URLPattern):
                view = answering(pattern.callback, signed_in=str(pattern.pattern) in _STAFF)
                pattern.callback = with_files(view) if str(pattern.pattern) in WITH_FILES else view
        urls.append(re_path("", answering(_nowhere)))  # "path" takes no line break
        return urls

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Ninja's schema, with the problem document as what every operation may answer."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        schema["components"]["schemas"]["ProblemOut"] = ProblemOut.model_json_schema(
            ref_template="#/components/schemas/{model}"
        )
        defined = schema["components"]["schemas"]["ProblemOut"].pop("$defs", {})
        schema["components"]["schemas"].update(defined)
        reference = {"$ref": "#/components/schemas/ProblemOut"}
        problem = {
            "description": "A problem document (RFC 9457)",
            "content": {problems.MEDIA_TYPE: {"schema": reference}},
        }
        for address, operations in schema["paths"].items():
            for operation in operations.values():
                operation["responses"]["default"] = problem
            if "post" in operations and _pattern(address) in WITH_FILES:
                content = operations["post"]["requestBody"]["content"]
                content[MULTIPART] = _form(content[JSON]["schema"])
        return schema


def _pattern(address: str) -> str:
    """An address of the description as Django has it."""
    return address.rpartition("/api/v1/")[2].strip("/").replace("{", "<").replace("}", ">")


def _form(body: dict[str, Any]) -> dict[str, Any]:
    """How a body is described that comes as a form, with files beside it (see ``json_parser``)."""
    files = {"type": "array", "items": {"type": "string", "contentMediaType": "application/octet-stream"}}
    form = {
        "type": "object",
        "required": [PART],
        "properties": {PART: body, "attachments": files},
        "patternProperties": {f"^{re.escape(FIELDS)}": files},
        "additionalProperties": False,
    }
    return {"schema": form, "encoding": {PART: {"contentType": JSON}}}


def answering(view: ApiView, *, signed_in: bool = False) -> ApiView:
    """``view`` with problem documents instead of pages for what goes wrong before or beside it.

    Where callers must be ``signed_in``, who they are comes first: StaffAuth tells those whom it lets in what is wrong with the body.
    """

    @csrf_exempt  # sessions are checked by StaffAuth; everything else here needs no cookie
    @wraps(view, updated=())
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            wrong = _wrong_body(request, forms=takes_files(inner))
            if wrong is not None and not signed_in:
                raise wrong
            request.wrong_body = wrong  # type: ignore[attr-defined]  # for StaffAuth
            response = view(request, *args, **kwargs)
        except problems.ProblemDocument as problem:
            return problem.response()
        except Http404:
            return problems.not_found().response()
        if response.status_code == 405:
            return problems.wrong_method(response.headers.get("Allow", "")).response()
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return inner


def _wrong_body(request: HttpRequest, *, forms: bool) -> problems.ProblemDocument | None:
    """What can be said of a body before it is read. With ``forms`` it may come as one, so that files need not be part of the JSON.

    Without a body nothing is: only the operation knows whether it needs one, and there may be none under this method.
    """
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if request.method != "POST" or length == "0":
        return None
    if forms and request.content_type == MULTIPART:
        read_form(request)
        return None
    if request.content_type != JSON:
        return problems.wrong_media_type()
    return problems.too_large(MAX_BYTES) if length.isdigit() and int(length) > MAX_BYTES else None


def _nowhere(request: HttpRequest) -> HttpResponse:
    raise problems.not_found()


api = Api(
    title="Huiyin 回音",
    version=__version__,
    description="Petitions received and handled under written rules. Errors are problem documents (RFC 9457).",
    urls_namespace="api",
    parser=JsonParser(),
    renderer=PlainJson(),
)
api.add_router("", public.router)
api.add_router("", search.router)  # before the cases, whose numbers are no word
api.add_router("", staff.router)
api.add_router("", identity.router)
api.add_router("", confidentiality.router)
api.add_router("", terminated.router)
api.add_router("", papers.router)
api.add_router("", reports.router)
api.add_router("", statistics.router)
problems.install(api, MAX_BYTES)
