"""Every Web API request: token, arguments, scope, rate limit, method, answer."""

from __future__ import annotations

import secrets

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from integrations.playground.slack.errors import CallFailed, RateLimited
from integrations.playground.slack.people import Json
from integrations.playground.slack.web_api.calls import METHODS, Call, Method
from integrations.playground.slack.workspace import Workspace

MOST_BODY = 4_000_000


async def answer_call(workspace: Workspace, request: Request) -> Response:
    name = request.path_params["method"]
    workspace.delivery.runs_here()
    if planned := workspace.faults.take_answer(name):
        if planned.status == 429:
            return _limited(planned.retry_after_s)
        return Response("upstream failure", status_code=planned.status)
    method = METHODS.get(name)
    try:
        if method is None:
            raise CallFailed("unknown_method", req_method=name)
        args = await _arguments(request, method)
        _check_token(workspace, method, _token(request, args))
        _check_scope(workspace, method)
        if workspace.limits:
            workspace.limits.count_call(name, method.per_minute)
        answer = {"ok": True, **method.handler(Call(workspace, args))}
    except RateLimited as error:
        return _limited(error.retry_after_s)
    except CallFailed as error:
        answer = error.answer()
    return JSONResponse(answer, headers=_headers(workspace, method))


async def _arguments(request: Request, method: Method) -> Json:
    """From the query, a form or a JSON body; what a method does not take is ignored, as Slack does."""
    args: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind == "application/json":
        body = await request.body()
        if method.takes_json and body:
            try:
                sent = await request.json()
            except ValueError as error:
                raise CallFailed("invalid_json") from error
            if not isinstance(sent, dict):
                raise CallFailed("json_not_object")
            args |= {key: value for key, value in sent.items() if key != "token"}
    elif kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        async with request.form(max_part_size=MOST_BODY) as form:
            args |= {key: value for key, value in form.items() if not isinstance(value, UploadFile)}
    elif kind:
        raise CallFailed("invalid_form_data")
    return args


def _token(request: Request, args: Json) -> str:
    scheme, _space, token = request.headers.get("authorization", "").partition(" ")
    held = args.pop("token", "")
    return token if scheme.lower() == "bearer" else str(held)


def _check_token(workspace: Workspace, method: Method, token: str) -> None:
    if not method.caller:
        return
    if not token:
        raise CallFailed("not_authed")
    tokens = {workspace.bot_token: "bot"} | ({workspace.app_token: "app"} if workspace.app_token else {})
    held = tokens.get(token)
    if held is None:
        raise CallFailed("invalid_auth")
    if held != method.caller:
        raise CallFailed("not_allowed_token_type")


def _check_scope(workspace: Workspace, method: Method) -> None:
    held = workspace.manifest.scopes
    if method.scopes and not held & set(method.scopes):
        raise CallFailed("missing_scope", needed=method.scopes[0], provided=",".join(sorted(held)))


def _headers(workspace: Workspace, method: Method | None) -> dict[str, str]:
    return {
        "x-oauth-scopes": ",".join(sorted(workspace.manifest.scopes)),
        "x-accepted-oauth-scopes": ",".join(method.scopes) if method else "",
        "x-slack-req-id": secrets.token_hex(16),
    }


def _limited(retry_after_s: int) -> Response:
    answer = {"ok": False, "error": "ratelimited"}
    return JSONResponse(answer, status_code=429, headers={"retry-after": str(retry_after_s)})
