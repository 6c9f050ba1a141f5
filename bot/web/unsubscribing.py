"""Leaving a mailing: a page that asks, a POST that acts (RFC 8058). A GET changes nothing: scanners follow links."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.office import Office
from bot.request_bodies import read_body
from bot.texts import Texts, _
from bot.unsubscribe_links import delivery_of_link
from bot.web.pages import dead_link, page
from store.mailings import Delivery, unsubscribe


def ask(office: Office, request: Request) -> Response:
    """One question, one button for each answer."""
    delivery_id = _delivery_id(office, request)
    if delivery_id is None:
        return _incomplete(office)
    with office.book.reading() as session:
        delivery = session.get(Delivery, delivery_id)
        if delivery is None:
            return _invalid(office)
        t = office.texts(delivery.language)
        topic = delivery.mailing.topic.label(t.language) if delivery.mailing.topic else ""
    return HTMLResponse(_question(office, t, topic))


def unsubscribing(office: Office) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        await read_body(request)
        form = await request.form(max_files=0, max_fields=5)
        from_all = form.get("scope") == "all"
        return await run_in_threadpool(_act, office, request, from_all)

    return endpoint


def _act(office: Office, request: Request, from_all: bool) -> Response:
    delivery_id = _delivery_id(office, request)
    if delivery_id is None:
        return _incomplete(office)
    with office.book.writing(door="web") as session:
        delivery = session.get(Delivery, delivery_id)
        if delivery is None:
            return _invalid(office)
        t = office.texts(delivery.language)
        unsubscribe(session, delivery_id, from_all=from_all, now=office.now())
    done = t(_("Done. You will not receive these mails any more."))
    return HTMLResponse(page(office, t, title=t(_("Unsubscribe")), text=done))


def _question(office: Office, t: Texts, topic: str) -> str:
    if topic:
        text = t(_("Which mails from {office} do you not want any more?"), office=office.settings.office.name)
        about_it = t(_("No more mails about: {topic}"), topic=topic)
        buttons = [("topic", about_it), ("all", t(_("No more mailings at all")))]
    else:  # nothing to choose from
        text = t(_("Would you like no more mailings from {office}?"), office=office.settings.office.name)
        buttons = [("all", t(_("Unsubscribe me")))]
    return page(office, t, title=t(_("Unsubscribe")), text=text, buttons=buttons)


def _incomplete(office: Office) -> Response:
    t = office.texts("")
    return dead_link(office, t, t(_("It is not complete. Copy it whole from the mail.")))


def _invalid(office: Office) -> Response:
    t = office.texts("")
    return dead_link(office, t, t(_("It is no longer valid. Please answer the mail instead.")))


def _delivery_id(office: Office, request: Request) -> int | None:
    return delivery_of_link(office, request.path_params["token"])
