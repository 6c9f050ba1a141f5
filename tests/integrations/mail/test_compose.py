"""Writing mails: what the standard library reads back from them is what was asked for."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.mail.compose import CalendarPart, compose, prepare
from integrations.mail.errors import MailMalformed
from integrations.mail.message import Address, Attachment, OutgoingMail
from integrations.mail.mime import read_mime

SENT_AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ANNA = Address("anna@office.example", "Anna Peeters")
ELS = Address("els@dupont.example", "Els")
INVITE = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
OFFER = Attachment("Offre à Dupont.pdf", "application/pdf", b"%PDF-1.7", 8)


def written(**changes: Any) -> OutgoingMail:
    asked: dict[str, Any] = {
        "marker": "mailing-1-els",
        "message_id": "<1@office.example>",
        "sender": ANNA,
        "to": [ELS],
        "subject": "Offer",
        "text": "Good day",
        "sent_at": SENT_AT,
    }
    return compose(**(asked | changes))


def parsed(mail: OutgoingMail) -> EmailMessage:
    message = message_from_bytes(mail.mime, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not [defect for part in message.walk() for defect in part.defects]
    return message


def structure(message: EmailMessage) -> Any:
    if not message.is_multipart():
        return message.get_content_type()
    return [message.get_content_subtype(), *(structure(part) for part in message.iter_parts())]  # type: ignore[arg-type]


def test_a_plain_mail_is_one_part() -> None:
    message = parsed(written())
    assert structure(message) == "text/plain"
    assert message["From"] == "Anna Peeters <anna@office.example>"
    assert message["Date"] == "Sat, 21 Nov 2026 09:30:00 +0000"
    assert message.get_content() == "Good day\r\n"


def test_an_invitation_carries_its_calendar_as_alternative_and_as_file() -> None:
    message = parsed(written(html="<p>x</p>", calendar=CalendarPart("REQUEST", INVITE), attachments=[OFFER]))

    assert structure(message) == [
        "mixed",
        ["alternative", "text/plain", "text/html", "text/calendar"],
        "application/ics",
        "application/pdf",
    ]
    parts = {part.get_content_type(): part for part in message.walk()}
    assert parts["text/calendar"]["Content-Type"].params == {"method": "REQUEST", "charset": "UTF-8"}
    assert parts["text/calendar"].get_payload(decode=True) == INVITE
    assert parts["application/ics"].get_filename() == "invite.ics"
    assert parts["application/ics"].get_payload(decode=True) == INVITE
    assert parts["application/pdf"].get_filename() == OFFER.name


def test_unsubscribing_stands_on_one_line_with_one_click() -> None:
    uri = f"https://crm.office.example/u/{'t' * 120}"
    raw = written(unsubscribe=[uri, "mailto:stop@office.example?subject=stop"]).mime
    assert f"\r\nList-Unsubscribe: <{uri}>, <mailto:stop@office.example?subject=stop>\r\n".encode() in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_unsubscribing_by_mail_alone_promises_no_click() -> None:
    assert b"One-Click" not in written(unsubscribe=["mailto:stop@office.example"]).mime


def test_an_automatic_mail_asks_machines_to_stay_silent_but_lets_bounces_through() -> None:
    message = parsed(written(is_automatic=True, language="nl", in_reply_to="<0@dupont.example>"))
    assert (message["Auto-Submitted"], message["X-Auto-Response-Suppress"]) == ("auto-generated", "OOF, AutoReply")
    assert (message["Content-Language"], message["In-Reply-To"]) == ("nl", "<0@dupont.example>")
    assert parsed(written())["Auto-Submitted"] is None


def test_a_domain_beyond_ascii_is_written_by_idna() -> None:
    assert parsed(written(to=[Address("info@münchen.example")]))["To"] == "info@xn--mnchen-3ya.example"


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Offer\r\nBcc: all@office.example"},
        {"subject": "Offer\nX"},
        {"subject": "nul\x00"},
        {"subject": "line\u2028"},
        {"subject": "half \ud83d"},
        {"subject": "x" * 501},
        {"to": []},
        {"to": [Address("els@dupont.example", "Els\r\nBcc: all@office.example")]},
        {"to": [Address("els@dupont.example>\r\nBcc: <all@office.example")]},
        {"to": [Address("els@dupont.example, all@office.example")]},
        {"to": [Address("no-address")]},
        {"to": [Address("élodie@dupont.example")]},
        {"to": [Address(f"{'x' * 65}@dupont.example")]},
        {"to": [Address("els@dupont..example")]},
        {"sender": Address("anna@office.example", "A\x85B")},
        {"message_id": "1@office.example"},
        {"message_id": "<1@office.example>\r\nX: y"},
        {"in_reply_to": "<1@office.example> <2@office.example>"},
        {"unsubscribe": ["https://x.example/ u"]},
        {"unsubscribe": ["https://x.example/>\r\nX: y"]},
        {"unsubscribe": ["ftp://x.example/"]},
        {"unsubscribe": ["https://x.example/" + "u" * 990]},
        {"language": "fr\r\nX: y"},
        {"attachments": [replace(OFFER, content=None)]},
        {"attachments": [replace(OFFER, name="a\r\nb.pdf")]},
        {"attachments": [replace(OFFER, name="")]},
        {"attachments": [replace(OFFER, media_type="pdf")]},
        {"attachments": [replace(OFFER, media_type="application/pdf\r\nX: y")]},
        {"calendar": CalendarPart("REQUEST; x=y", INVITE)},
        {"text": "half \ud83d"},
    ],
)
def test_what_would_break_out_of_its_place_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(MailMalformed) as refused:
        written(**changes)
    assert refused.value.is_permanent


def test_a_prepared_mail_needs_html_as_often_as_it_was_prepared_with_it() -> None:
    prepared = prepare(sender=ANNA, has_html=True)
    with pytest.raises(MailMalformed):
        prepared.mail(marker="m", message_id="<1@a.b>", to=[ELS], subject="s", text="t", html=None, sent_at=SENT_AT)


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
_LINE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=120)
_NAME = st.one_of(_LINE, st.sampled_from(['"', "\\", "a, b", "a@b.c", "=?utf-8?q?x?=", "(c)", "<x>", "'"]))
_MAIL = st.from_regex(r"[a-z0-9!#$'*+/=?^_`{|}~-]{1,20}(\.[a-z]{1,5})?@[a-z0-9]{1,20}\.example", fullmatch=True)
_ADDRESSES = st.lists(st.builds(Address, mail=_MAIL, name=_NAME), min_size=1, max_size=5)


def oracle(to: list[Address], text: str, html: str | None, files: list[bytes]) -> EmailMessage:
    """The same mail as the standard library builds it."""
    message = EmailMessage(policy=policy.SMTP)
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    for content in files:
        message.add_attachment(content, maintype="application", subtype="pdf", filename=OFFER.name)
    again = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert isinstance(again, EmailMessage)
    return again


def decoded(message: EmailMessage) -> list[tuple[str, str | None, bytes]]:
    parts = [part for part in message.walk() if not part.is_multipart()]
    return [(part.get_content_type(), part.get_filename(), _content(part)) for part in parts]


def _content(part: Any) -> bytes:
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    # The standard library keeps one line end at the end of a text however many were there or not.
    return data.replace(b"\r\n", b"\n").rstrip(b"\n") if part.get_content_maintype() == "text" else data


@settings(max_examples=60, deadline=None)
@given(_ADDRESSES, _LINE, _TEXT, st.none() | _TEXT, st.lists(st.binary(max_size=200), max_size=2))
def test_the_body_is_what_the_standard_library_builds(
    to: list[Address], subject: str, text: str, html: str | None, files: list[bytes]
) -> None:
    prepared = prepare(
        sender=ANNA, has_html=html is not None, attachments=[replace(OFFER, content=content) for content in files]
    )
    mail = prepared.mail(
        marker="m", message_id="<1@a.b>", to=to, subject=subject, text=text, html=html, sent_at=SENT_AT
    )
    expected = oracle(to, text, html, files)
    assert structure(parsed(mail)) == structure(expected)
    assert decoded(parsed(mail)) == decoded(expected)


@settings(max_examples=100, deadline=None)
@given(_ADDRESSES, _LINE, _TEXT)
def test_every_recipient_and_subject_reads_back_and_no_line_is_too_long(
    to: list[Address], subject: str, text: str
) -> None:
    mail = written(to=to, subject=subject, text=text)
    read = read_mime(mail.mime, item_id="", received_at=SENT_AT, attachments_up_to=0)
    assert [address.mail for address in read.to] == [address.mail for address in to]
    assert [address.name for address in read.to] == [" ".join(address.name.split()) for address in to]
    assert read.subject == " ".join(subject.split())
    assert (read.sender, read.sent_at, read.message_id) == (ANNA, SENT_AT, "<1@office.example>")
    lines = mail.mime.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert mail.mime.isascii()


@settings(max_examples=60, deadline=None)
@given(_ADDRESSES, _LINE)
def test_the_standard_library_reads_the_same_headers(to: list[Address], subject: str) -> None:
    message = parsed(written(to=to, subject=subject))
    assert [address.addr_spec for address in message["To"].addresses] == [address.mail for address in to]
    assert message["Subject"].strip() == subject.strip()


def test_only_a_private_mail_says_that_it_is() -> None:
    assert parsed(written(is_private=True))["Sensitivity"] == "Private"
    assert "Sensitivity" not in parsed(written())
