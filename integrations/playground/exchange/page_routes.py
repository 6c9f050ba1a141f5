"""The mail page and what it asks of the server: folders, mails, drafts, answers to invitations, leaving lists."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from integrations.playground.exchange.composing import FieldProblems
from integrations.playground.exchange.errors import EwsError, ItemNotFound
from integrations.playground.exchange.mail_form import read_form, save, send
from integrations.playground.exchange.server import ExchangeServer
from integrations.playground.exchange.shown import form_of_draft, form_of_reply, line, whole
from integrations.playground.exchange.unsubscribing import NotUnsubscribed, unsubscribe, way_out
from integrations.playground.pages import HERE, PageFiles, doors_of, page
from integrations.playground.people import Person, person_of
from integrations.playground.streams import event_stream

FOLDERS = {"inbox": "Inbox", "sentitems": "Sent", "drafts": "Drafts"}
ANSWERS = ("accept", "tentative", "decline")

Json = dict[str, object]


def page_routes(people: tuple[Person, ...], server: ExchangeServer, client: httpx.Client) -> list[BaseRoute]:
    """Everything under `/mail`. `client` makes the one-click POST, as a mail provider would for its user."""
    mail = _MailPage(people, server, client)
    api = {
        "folders": mail.folders, "items": mail.items, "item": mail.item, "form": mail.form, "events": mail.events,
        "attachment": mail.attachment, "source": mail.source,
    }  # fmt: skip
    acts = {
        "read": mail.read, "save": mail.save, "send": mail.send, "delete": mail.delete, "answer": mail.answer,
        "unsubscribe": mail.unsubscribe,
    }  # fmt: skip
    return [
        Route("/mail", mail.show),
        *(Route(f"/mail/page-api/{name}", _told(act)) for name, act in api.items()),
        *(Route(f"/mail/page-api/{name}", _told(act), methods=["POST"]) for name, act in acts.items()),
        Mount("/mail/static", PageFiles(directory=HERE / "exchange/page")),
    ]


def _told(act: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Turns what the server refuses into a sentence for the page."""

    async def answered(request: Request) -> Response:
        try:
            return await act(request)
        except FieldProblems as problems:
            return JSONResponse({"fields": problems.fields}, 422)
        except ItemNotFound:
            return JSONResponse({"error": "This mail is no longer here: it was sent, moved or deleted."}, 404)
        except (EwsError, NotUnsubscribed) as problem:
            return JSONResponse({"error": str(problem)}, 422)

    return answered


class _MailPage:
    def __init__(self, people: tuple[Person, ...], server: ExchangeServer, client: httpx.Client) -> None:
        self._people = people
        self._server = server
        self._client = client

    def _person(self, request: Request) -> Person:
        return person_of(self._people, request.query_params.get("person"))

    async def show(self, request: Request) -> Response:
        person = self._person(request)
        return page("mail.html.j2", page="mail", people=self._people, person=person, as_person=doors_of(person))

    async def folders(self, request: Request) -> Response:
        views = {view.distinguished: view for view in self._server.folders(self._person(request).mail)}
        found = [(folder, name, views[folder]) for folder, name in FOLDERS.items()]
        return JSONResponse([{"id": id_, "name": name, "total": v.total, "unread": v.unread} for id_, name, v in found])

    async def items(self, request: Request) -> Response:
        person = self._person(request)
        folder = request.query_params.get("folder", "inbox")
        if folder not in FOLDERS:
            return JSONResponse({"error": "There is no such folder."}, 404)
        zone = ZoneInfo(person.timezone)
        return JSONResponse([line(item, zone) for item in self._server.items(person.mail, folder)])

    async def item(self, request: Request) -> Response:
        person, id_ = self._person(request), request.query_params.get("id", "")
        return JSONResponse(await run_in_threadpool(self._whole, person, id_))

    def _whole(self, person: Person, id_: str) -> Json:
        item = self._server.item(person.mail, id_)
        inline = [attachment for attachment in item.mail.attachments if attachment.is_inline]
        pictures = [self._server.attachment(person.mail, id_, attachment.id) for attachment in inline]
        entries = self._server.calendar(person.mail) if item.mail.calendar else []
        return whole(item, pictures, entries, ZoneInfo(person.timezone))

    async def form(self, request: Request) -> Response:
        """The mail form for a draft (`draft`) or for an answer (`answers`)."""
        person = self._person(request)
        if draft := request.query_params.get("draft"):
            return JSONResponse(form_of_draft(self._server.item(person.mail, draft)))
        item = self._server.item(person.mail, request.query_params.get("answers", ""))
        return JSONResponse(form_of_reply(item, ZoneInfo(person.timezone)))

    async def attachment(self, request: Request) -> Response:
        """A file to keep. Never shown in the page: whatever it is, it is downloaded."""
        asked = request.query_params
        found = self._server.attachment(self._person(request).mail, asked.get("id", ""), asked.get("attachment", ""))
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(found.content, headers=headers, media_type=found.media_type)

    async def source(self, request: Request) -> Response:
        mime = self._server.mime(self._person(request).mail, request.query_params.get("id", ""))
        return Response(mime, headers={"X-Content-Type-Options": "nosniff"}, media_type="text/plain; charset=utf-8")

    async def events(self, request: Request) -> Response:
        """An event whenever something in the mailbox changes."""
        mail = self._person(request).mail
        return event_stream(lambda ring: self._server.subscribe(mail, lambda _folder: ring()))

    async def read(self, request: Request) -> Response:
        self._server.mark_read(self._person(request).mail, await _id(request))
        return JSONResponse({})

    async def delete(self, request: Request) -> Response:
        self._server.delete(self._person(request).mail, await _id(request))
        return JSONResponse({})

    async def save(self, request: Request) -> Response:
        mail = self._person(request).mail
        form = await read_form(request)
        id_ = await run_in_threadpool(save, self._server, mail, form)
        return JSONResponse(form_of_draft(self._server.item(mail, id_)))

    async def send(self, request: Request) -> Response:
        mail = self._person(request).mail
        form = await read_form(request)
        await run_in_threadpool(send, self._server, mail, form)
        return JSONResponse({})

    async def answer(self, request: Request) -> Response:
        asked = await request.json()
        if asked.get("answer") not in ANSWERS:
            return JSONResponse({"error": "Accept, maybe or decline."}, 422)
        person = self._person(request)
        await run_in_threadpool(self._server.answer_invitation, person.mail, str(asked.get("id")), asked["answer"])
        return JSONResponse({})

    async def unsubscribe(self, request: Request) -> Response:
        item = self._server.item(self._person(request).mail, await _id(request))
        way = way_out(item.mail)
        if way is None or way.kind != "one-click":
            return JSONResponse({"error": "This mail offers no one-click way to unsubscribe."}, 422)
        await run_in_threadpool(unsubscribe, self._client, way.target)
        return JSONResponse({})


async def _id(request: Request) -> str:
    return str((await request.json()).get("id", ""))
