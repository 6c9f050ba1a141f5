"""What the web page (and the tests' driver) asks of the workspace: JSON over the same origin."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from integrations.playground.slack.acts import Acts
from integrations.playground.slack.errors import ActRefused
from integrations.playground.slack.page_answers import bootstrap, file_for_page, home_json, messages_json, view_json
from integrations.playground.slack.page_files import file_response
from integrations.playground.slack.people import Json
from integrations.playground.slack.talking import Talking
from integrations.playground.slack.workspace import Workspace

KEEP_ALIVE_S = 15.0
Act = Callable[[Acts, Json], Json | Awaitable[Json]]
Talk = Callable[[Talking, Json], Json]
Answer = Callable[[Workspace, str, Request], Any]

TALK: dict[str, Talk] = {
    "message": lambda talking, sent: talking.say(sent["channel"], sent["text"], sent.get("thread_ts")),
    "edit": lambda talking, sent: talking.edit(sent["channel"], sent["ts"], sent["text"]),
    "reaction": lambda talking, sent: talking.react(sent["channel"], sent["ts"], sent["name"]),
    "delete-file": lambda talking, sent: talking.delete_file(sent["file"]),
    "profile": lambda talking, sent: talking.change_profile(sent["person"], sent["changes"]),
}
ACTS: dict[str, Act] = {
    "command": lambda acts, sent: acts.command(sent["channel"], sent["text"]),
    "shortcut": lambda acts, sent: acts.shortcut(sent["callback_id"], sent.get("channel"), sent.get("message_ts")),
    "home": lambda acts, _sent: acts.open_home(),
    "block-action": lambda acts, sent: acts.act_on(
        sent["container"], sent["block_id"], sent["action_id"], sent.get("action") or {}, sent.get("state")
    ),
    "options": lambda acts, sent: acts.ask_options(
        sent["container"], sent["block_id"], sent["action_id"], sent["value"]
    ),
    "state": lambda acts, sent: acts.keep(sent["container"], sent["state"]),
    "submit": lambda acts, sent: acts.submit(sent["view_id"], sent.get("state")),
    "close": lambda acts, sent: acts.close(
        sent["view_id"], is_cleared=bool(sent.get("is_cleared")), state=sent.get("state")
    ),
}
ANSWERS: dict[str, Answer] = {
    "bootstrap": lambda workspace, user, _request: bootstrap(workspace, user),
    "messages": lambda workspace, user, request: messages_json(workspace, user, request.query_params["channel"]),
    "home": lambda workspace, user, _request: home_json(workspace, user),
    "views": lambda workspace, user, _request: [view_json(workspace, v) for v in workspace.views.stack(user)],
}


def page_api_routes(workspace: Workspace) -> list[BaseRoute]:
    async def act(request: Request) -> Response:
        workspace.delivery.runs_here()
        return await _refusals(_acted(workspace, request.path_params["act"], request))

    async def read(request: Request) -> Response:
        return await _refusals(_read(workspace, request.path_params["what"], request))

    async def upload(request: Request) -> Response:
        workspace.delivery.runs_here()
        return await _refusals(_uploaded(workspace, request))

    async def events(request: Request) -> Response:
        stream = _stream(workspace, request.query_params.get("user", ""))
        return StreamingResponse(stream, media_type="text/event-stream", headers={"cache-control": "no-store"})

    async def file(request: Request) -> Response:
        user = request.query_params.get("user", "")
        about, content = file_for_page(workspace, user, request.path_params["file_id"])
        return file_response(about, content, is_attachment=False) if about else Response(status_code=404)

    return [
        Route("/slack/page-api/events", events),
        Route("/slack/page-api/upload", upload, methods=["POST"]),
        Route("/slack/page-api/file/{file_id}/{name}", file),
        Route("/slack/page-api/{what}", read, methods=["GET"]),
        Route("/slack/page-api/{act}", act, methods=["POST"]),
    ]


async def _refusals(answer: Awaitable[Any]) -> Response:
    """A refused or malformed request is a 400 with a sentence."""
    try:
        return JSONResponse(await answer)
    except ActRefused as error:
        return JSONResponse({"ok": False, "error": str(error)}, status_code=400)
    except KeyError as error:
        return JSONResponse({"ok": False, "error": f"{error.args[0]} is missing"}, status_code=400)


async def _acted(workspace: Workspace, act: str, request: Request) -> Json:
    try:
        sent = await request.json()
    except ValueError as error:
        raise ActRefused("that is no JSON") from error
    if act in TALK:
        return {"ok": True, **TALK[act](Talking(workspace, sent["user"]), sent)}
    outcome = ACTS[act](Acts(workspace, sent["user"]), sent)
    answer = outcome if isinstance(outcome, dict) else await outcome
    return {"ok": not answer.get("error") and not answer.get("errors"), **answer}


async def _read(workspace: Workspace, what: str, request: Request) -> Any:
    asked = request.query_params
    is_first_visit = what == "bootstrap" and not asked.get("user")
    user = workspace.first_person().id if is_first_visit else workspace.person(asked["user"]).id
    return ANSWERS[what](workspace, user, request)


async def _uploaded(workspace: Workspace, request: Request) -> Json:
    async with request.form() as form:
        files = [part for part in form.getlist("file") if isinstance(part, UploadFile)]
        if not files:
            raise ActRefused("there is no file")
        talking = Talking(workspace, str(form["user"]))
        text, thread = str(form.get("text", "")), str(form.get("thread_ts", "")) or None
        contents = [(file.filename or "file", await file.read()) for file in files]
        return talking.upload(str(form["channel"]), contents, text, thread)


async def _stream(workspace: Workspace, user: str) -> AsyncIterator[str]:
    async with workspace.live.listening(user) as queue:
        yield ": open\n\n"
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), KEEP_ALIVE_S)
            except TimeoutError:
                yield ": still open\n\n"
                continue
            if event["type"] == "end":
                return
            yield f"data: {json.dumps(event)}\n\n"
