"""The mail page's own requests: what a person reads, writes, answers and leaves, through the Exchange server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from typing import Any

import httpx
import pytest
from invitations import invitation
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from integrations.playground.exchange import Address, Attachment, ExchangeServer, Mail
from integrations.playground.exchange.item_rows import insert_extended
from integrations.playground.exchange.page_routes import page_routes
from integrations.playground.people import Person
from integrations.playground.running import RunningApp

ANNA, BRAM, ELS = "anna@office.example", "bram@office.example", "els@dupont.example"
PDF = ("Offre.pdf", b"%PDF-1.4 offer", "application/pdf")
Send = Callable[..., None]


class OneClick:
    """The sender's unsubscribe address: remembers each POST and answers with `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.posts: list[tuple[bytes, dict[str, str]]] = []

    async def take(self, request: Request) -> Response:
        self.posts.append((await request.body(), dict(request.headers)))
        return PlainTextResponse("ok", self.status, headers={"Location": "/elsewhere"})


@pytest.fixture
def one_click() -> OneClick:
    return OneClick()


@pytest.fixture
def site(people: tuple[Person, ...], exchange: ExchangeServer, one_click: OneClick) -> Iterator[str]:
    with httpx.Client(trust_env=False) as client:
        routes = [*page_routes(people, exchange, client), Route("/leave", one_click.take, methods=["POST"])]
        with RunningApp(Starlette(routes=routes)) as running:
            yield running.url


class Visitor:
    """One person at the mail page."""

    def __init__(self, http: httpx.Client, person: str) -> None:
        self.http = http
        self.person = person

    def get(self, path: str, **params: str) -> Any:
        return self.http.get(f"/mail/page-api/{path}", params={"person": self.person, **params})

    def post(self, path: str, **asked: str) -> httpx.Response:
        return self.http.post(f"/mail/page-api/{path}", params={"person": self.person}, json=asked)

    def form(self, path: str, files: tuple[tuple[str, bytes, str], ...] = (), **fields: Any) -> httpx.Response:
        filled = {"to": "", "cc": "", "subject": "", "body": "", "sensitivity": "Normal", **fields}
        parts = [("files", file) for file in files] or [("files", ("", b"", "application/octet-stream"))]
        return self.http.post(f"/mail/page-api/{path}", params={"person": self.person}, data=filled, files=parts)

    def items(self, folder: str = "inbox") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("items", folder=folder).json()
        return found

    def first(self, folder: str = "inbox") -> dict[str, Any]:
        found: dict[str, Any] = self.get("item", id=self.items(folder)[0]["id"]).json()
        return found


@pytest.fixture
def at(site: str) -> Iterator[Callable[[str], Visitor]]:
    with httpx.Client(base_url=site, trust_env=False) as http:
        yield lambda person: Visitor(http, person)


def test_a_sent_mail_arrives_with_its_file(at: Callable[[str], Visitor]) -> None:
    sent = at(ANNA).form("send", (PDF,), to=f"Els Peeters <{ELS}>; {BRAM}", subject="Offre", body="Bonjour Els")
    assert sent.status_code == 200
    mail = at(ELS).first()
    assert (mail["from"]["mail"], mail["subject"], mail["text"].strip()) == (ANNA, "Offre", "Bonjour Els")
    [file] = mail["files"]
    downloaded = at(ELS).get("attachment", id=mail["id"], attachment=file["id"])
    assert downloaded.content == PDF[1]
    assert downloaded.headers["content-disposition"] == "attachment; filename*=UTF-8''Offre.pdf"
    assert [item["subject"] for item in at(BRAM).items()] == ["Offre"]
    assert [item["subject"] for item in at(ANNA).items("sentitems")] == ["Offre"]


def test_reading_marks_a_mail_read_and_the_folder_counts(at: Callable[[str], Visitor]) -> None:
    at(ANNA).form("send", to=ELS, subject="Un", body="…")
    els = at(ELS)
    assert els.get("folders").json()[0] == {"id": "inbox", "name": "Inbox", "total": 1, "unread": 1}
    els.post("read", id=els.items()[0]["id"])
    assert els.get("folders").json()[0]["unread"] == 0


def test_a_draft_is_saved_opened_changed_and_sent_once(at: Callable[[str], Visitor]) -> None:
    anna = at(ANNA)
    saved = anna.form("save", (PDF,), to=ELS, subject="Brouillon", body="Premier jet").json()
    form = anna.get("form", draft=anna.items("drafts")[0]["id"]).json()
    assert form == saved
    kept = [file["id"] for file in form["files"]]
    more = ("Plan.txt", b"plan", "text/plain")
    anna.form("send", (more,), draft=form["id"], kept=kept, to=form["to"], subject="Offre", body="Texte final")
    mail = at(ELS).first()
    assert (mail["subject"], mail["text"].strip()) == ("Offre", "Texte final")
    assert [file["name"] for file in mail["files"]] == ["Offre.pdf", "Plan.txt"]
    assert anna.items("drafts") == []
    assert len(anna.items("sentitems")) == len(at(ELS).items()) == 1


def test_a_draft_of_another_program_keeps_its_html_while_its_words_stay(
    at: Callable[[str], Visitor], exchange: ExchangeServer
) -> None:
    mail = Mail(to=(Address(ELS),), subject="Prix", text="Nos prix", html="<p>Nos <b>prix</b></p>")
    id_ = exchange.save_draft(ANNA, mail)
    at(ANNA).form("send", draft=id_, to=ELS, subject="Prix 2027", body="Nos prix")
    assert "<b>prix</b>" in exchange.item(ELS, at(ELS).items()[0]["id"]).mail.html
    id_ = exchange.save_draft(ANNA, mail)
    at(ANNA).form("send", draft=id_, to=ELS, subject="Prix", body="Autre chose")
    assert exchange.item(ELS, at(ELS).items()[0]["id"]).mail.html == ""


def test_an_untouched_draft_goes_out_as_it_was_stored(
    at: Callable[[str], Visitor], exchange: ExchangeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = exchange.save_draft(ANNA, Mail(to=(Address(ELS),), subject="Prix", text="Nos prix"))
    form = at(ANNA).get("form", draft=id_).json()
    monkeypatch.delattr(ExchangeServer, "save_draft")
    fields = {name: form[name] for name in ("to", "cc", "subject", "body", "sensitivity")}
    assert at(ANNA).form("send", draft=id_, **fields).status_code == 200
    assert at(ELS).first()["subject"] == "Prix"


def test_a_changed_draft_keeps_what_another_program_noted_on_it(
    at: Callable[[str], Visitor], exchange: ExchangeServer
) -> None:
    id_ = exchange.save_draft(ANNA, Mail(to=(Address(ELS),), subject="Prix", text="Nos prix"))
    with exchange.database.writing() as connection:
        row = exchange.item_rows.row(ANNA, id_)
        insert_extended(connection, row["id"], "marker", ("ours",))
    at(ANNA).form("send", draft=id_, to=ELS, subject="Prix 2027", body="Autre chose")
    [sent] = exchange.items(ANNA, "sentitems")
    assert exchange.item(ANNA, sent.id).extended == {"marker": ("ours",)}


@pytest.mark.parametrize("to", ["", "nobody", "anna@", "@office.example", f"{ELS}, and others"])
def test_a_mail_without_a_good_address_is_refused_at_the_field(at: Callable[[str], Visitor], to: str) -> None:
    answer = at(ANNA).form("send", to=to, subject="Offre")
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {"to"}
    assert at(ANNA).items("sentitems") == at(ANNA).items("drafts") == []


def test_a_reply_goes_back_quoted_and_in_the_same_conversation(
    at: Callable[[str], Visitor], exchange: ExchangeServer
) -> None:
    at(ANNA).form("send", to=ELS, subject="Offre", body="Ligne 1\nLigne 2")
    els = at(ELS)
    form = els.get("form", answers=els.items()[0]["id"]).json()
    assert (form["to"], form["subject"]) == (f"Anna Lambert <{ANNA}>", "Re: Offre")
    assert "> Ligne 1\n> Ligne 2" in form["body"]
    fields = {name: form[name] for name in ("to", "subject")}
    els.form("send", answers=form["answers"], body="D’accord" + form["body"], **fields)
    reply = exchange.item(ANNA, at(ANNA).items()[0]["id"]).mail
    assert reply.in_reply_to == exchange.item(ELS, els.items()[0]["id"]).mail.message_id != ""


def test_sensitivity_is_shown_to_the_reader(at: Callable[[str], Visitor]) -> None:
    at(ANNA).form("send", to=ELS, subject="Entre nous", sensitivity="Private")
    assert at(ELS).items()[0]["sensitivity"] == "Private"


def test_html_is_handed_to_the_frame_with_a_policy_first_and_its_own_pictures_inside(
    at: Callable[[str], Visitor], exchange: ExchangeServer
) -> None:
    picture = Attachment("logo.png", "image/png", b"\x89PNG", content_id="logo", is_inline=True)
    html = '<p><img src="cid:logo"><img src="cid:other"><a href="https://office.example">x</a></p>'
    exchange.send(ANNA, Mail(to=(Address(ELS),), subject="Logo", html=html, attachments=(picture,)))
    mail = at(ELS).first()
    policy_at, body_at = mail["html"].index("default-src 'none'"), mail["html"].index("<p>")
    assert policy_at < body_at
    assert 'src="data:image/png;base64,iVBORw=="' in mail["html"]
    assert 'src="cid:other"' in mail["html"]
    assert mail["files"] == []


def test_the_source_is_what_the_server_gives(at: Callable[[str], Visitor]) -> None:
    at(ANNA).form("send", to=ELS, subject="Été", body="Bonjour")
    source = at(ELS).get("source", id=at(ELS).items()[0]["id"])
    assert source.headers["content-type"] == "text/plain; charset=utf-8"
    assert message_from_bytes(source.content, policy=policy.default)["Subject"] == "Été"


def test_an_invitation_is_a_card_in_the_readers_zone(at: Callable[[str], Visitor], exchange: ExchangeServer) -> None:
    exchange.send(ANNA, invitation(ELS))
    meeting = at(ELS).first()["meeting"]
    assert (meeting["starts"], meeting["ends"]) == ("2026-11-26T13:00", "2026-11-26T14:00")
    assert (meeting["zone"], meeting["title"]) == ("Europe/London", "Visite · Brasserie Dupont")
    assert meeting["organizer"]["mail"] == ANNA
    assert meeting["can_answer"] is True
    assert meeting["response"] != "Accept"


@pytest.mark.parametrize(
    ("answer", "partstat", "response"),
    [("accept", "ACCEPTED", "Accept"), ("tentative", "TENTATIVE", "Tentative"), ("decline", "DECLINED", "Decline")],
)
def test_an_answer_goes_back_as_an_itip_reply(
    at: Callable[[str], Visitor], exchange: ExchangeServer, answer: str, partstat: str, response: str
) -> None:
    exchange.send(ANNA, invitation(ELS))
    els = at(ELS)
    assert els.post("answer", id=els.items()[0]["id"], answer=answer).status_code == 200
    assert els.first()["meeting"]["response"] == response
    reply = at(ANNA).first()["meeting"]
    assert (reply["method"], reply["can_answer"]) == ("REPLY", False)
    assert [(one["mail"], one["answer"]) for one in reply["attendees"]] == [(ELS, partstat)]


def test_a_replaced_invitation_can_no_longer_be_answered(
    at: Callable[[str], Visitor], exchange: ExchangeServer
) -> None:
    exchange.send(ANNA, invitation(ELS))
    exchange.send(ANNA, invitation(ELS, sequence=1, stamp="20261121T100000Z"))
    els = at(ELS)
    newer, older = (els.get("item", id=item["id"]).json()["meeting"] for item in els.items())
    assert newer["can_answer"] is True
    assert older["can_answer"] is False
    assert "newer version" in older["outdated"]


def test_unsubscribing_posts_once_without_cookies(
    at: Callable[[str], Visitor], exchange: ExchangeServer, one_click: OneClick, site: str
) -> None:
    send_list_mail(exchange, site)
    els = at(ELS)
    assert els.first()["unsubscribe"] == {"kind": "one-click", "target": f"{site}/leave"}
    assert els.post("unsubscribe", id=els.items()[0]["id"]).status_code == 200
    [(body, headers)] = one_click.posts
    assert body == b"List-Unsubscribe=One-Click"
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert "cookie" not in headers


@pytest.mark.parametrize(("status", "words"), [(302, "sent us elsewhere"), (500, "refused (500)")])
def test_a_list_that_does_not_let_go_is_named(
    at: Callable[[str], Visitor], exchange: ExchangeServer, one_click: OneClick, site: str, status: int, words: str
) -> None:
    send_list_mail(exchange, site)
    one_click.status = status
    answer = at(ELS).post("unsubscribe", id=at(ELS).items()[0]["id"])
    assert words in answer.json()["error"]
    assert len(one_click.posts) == 1


def send_list_mail(exchange: ExchangeServer, site: str) -> None:
    headers = (
        ("List-Unsubscribe", f"<{site}/leave>, <mailto:leave@office.example>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    )
    exchange.send(ANNA, Mail(to=(Address(ELS),), subject="Prix 2027", text="Bonjour", headers=headers))


def test_what_is_gone_is_said_to_be_gone(at: Callable[[str], Visitor]) -> None:
    at(ANNA).form("send", to=ELS, subject="Offre")
    els = at(ELS)
    id_ = els.items()[0]["id"]
    assert els.post("delete", id=id_).status_code == 200
    assert els.items() == []
    answer = els.get("item", id=id_)
    assert answer.status_code == 404
    assert "no longer here" in answer.json()["error"]
    assert els.get("item", id="rubbish").status_code == 422


def test_a_change_in_the_mailbox_is_told_at_once(at: Callable[[str], Visitor], site: str) -> None:
    address = f"{site}/mail/page-api/events?person={ELS}"
    with httpx.Client(trust_env=False, timeout=5) as http, http.stream("GET", address) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "data: {}"
        next(lines)
        began = time.monotonic()
        at(ANNA).form("send", to=ELS, subject="Offre")
        assert next(lines) == "data: {}"
        assert time.monotonic() - began < 2
