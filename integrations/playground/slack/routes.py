"""Everything the workspace serves: Web API, response URLs, files, the socket, and the page's own API."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from integrations.playground.slack.answers import respond
from integrations.playground.slack.errors import CallFailed
from integrations.playground.slack.page_api import page_api_routes
from integrations.playground.slack.page_files import file_response
from integrations.playground.slack.web_api import answer_call
from integrations.playground.slack.workspace import Workspace


def slack_routes(workspace: Workspace) -> list[BaseRoute]:
    """Mount them at the root of the server that `workspace.url` names."""

    async def api(request: Request) -> Response:
        return await answer_call(workspace, request)

    async def response_url(request: Request) -> Response:
        return await _respond(workspace, request)

    async def upload(request: Request) -> Response:
        return await _upload(workspace, request)

    async def download(request: Request) -> Response:
        return _download(workspace, request, is_attachment=True)

    async def look(request: Request) -> Response:
        return _download(workspace, request, is_attachment=False)

    async def permalink(request: Request) -> Response:
        return _permalink(workspace, request)

    async def link(socket: WebSocket) -> None:
        workspace.delivery.runs_here()
        await workspace.sockets.serve(socket)

    return [
        Route("/slack/api/{method}", api, methods=["GET", "POST"]),
        Route("/slack/respond/{key}", response_url, methods=["POST"]),
        Route("/slack/upload/{file_id}", upload, methods=["POST"]),
        Route("/slack/files/{file_id}/download/{name}", download),
        Route("/slack/files/{file_id}/{name}", look),
        Route("/archives/{channel}/{message}", permalink),
        WebSocketRoute("/slack/link/", link),
        *page_api_routes(workspace),
    ]


async def _respond(workspace: Workspace, request: Request) -> Response:
    try:
        body = await request.json()
    except ValueError:
        return JSONResponse({"ok": False, "error": "invalid_payload"}, status_code=400)
    try:
        made = workspace.response_urls.use(request.path_params["key"])
    except CallFailed as error:
        return JSONResponse(error.answer(), status_code=404)
    try:
        respond(workspace, made, body)
    except CallFailed as error:
        return JSONResponse(error.answer(), status_code=400)
    return PlainTextResponse("ok")


async def _upload(workspace: Workspace, request: Request) -> Response:
    """The bytes of a file whose upload was announced, raw or as a form's part."""
    if request.headers.get("content-type", "").startswith("multipart/"):
        async with request.form() as form:
            part = next((value for value in form.values() if not isinstance(value, str)), None)
            content = await part.read() if part else b""
    else:
        content = await request.body()
    try:
        workspace.files.receive(request.path_params["file_id"], content)
    except CallFailed as error:
        return PlainTextResponse(error.code, status_code=404 if error.code == "file_not_found" else 400)
    return PlainTextResponse(f"OK - {len(content)}")


def _download(workspace: Workspace, request: Request, *, is_attachment: bool) -> Response:
    """Without the app's token Slack answers with its sign-in page, and 200."""
    is_app = request.headers.get("authorization") == f"Bearer {workspace.bot_token}"
    if not is_app or "files:read" not in workspace.manifest.scopes:
        return Response("<!DOCTYPE html><title>Sign in</title>", media_type="text/html")
    try:
        about = workspace.files.for_app(request.path_params["file_id"])
    except CallFailed:
        return PlainTextResponse("not found", status_code=404)
    return file_response(about, workspace.files.content(about["id"]), is_attachment=is_attachment)


def _permalink(workspace: Workspace, request: Request) -> Response:
    """Opens the page at this message."""
    channel, message = request.path_params["channel"], request.path_params["message"]
    return RedirectResponse(f"{workspace.url}/slack?{urlencode({'channel': channel, 'message': message})}")
