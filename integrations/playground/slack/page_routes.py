"""The workspace's web page and its static files."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PAGE = Path(__file__).parent / "page"
# Nothing from elsewhere, no inline script: what an app sends is shown, never run. Only pictures may come from the web.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data: https: http:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class _Files(StaticFiles):
    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Kept by the browser, but asked for again with its ETag: a new version shows at the next visit."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["cache-control"] = "no-cache"
        return response


def page_routes(*, front: str | None = None) -> list[BaseRoute]:
    """The page at /slack, its files under /slack/static/. `front` is where its link to the other pages leads."""
    html = (PAGE / "index.html").read_text()
    if front is not None:
        html = html.replace("<body>", f'<body data-front="{escape(front)}">')
    headers = {"cache-control": "no-cache", "content-security-policy": POLICY, "referrer-policy": "no-referrer"}

    async def page(_request: Request) -> Response:
        return HTMLResponse(html, headers=headers)

    return [Route("/slack", page), Mount("/slack/static", _Files(directory=PAGE))]
