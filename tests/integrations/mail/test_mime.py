"""Reading mails as they come: sound, broken, hostile."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.mail.message import Address, ReadMail, Sensitivity
from integrations.mail.mime import MAX_TEXT_CHARACTERS, read_mime

RECEIVED_AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def read(raw: str | bytes, attachments_up_to: int = 1_000_000) -> ReadMail:
    data = raw.encode() if isinstance(raw, str) else raw
    return read_mime(
        data.replace(b"\n", b"\r\n"), item_id="1", received_at=RECEIVED_AT, attachments_up_to=attachments_up_to
    )


def with_body(headers: str, body: str = "Hello") -> ReadMail:
    return read(f"From: a@example.org\n{headers}\n\n{body}\n")


def test_a_plain_mail_reads_as_written() -> None:
    mail = read(
        'From: Anna Peeters <anna@office.example>\nTo: els@dupont.example, "Bram, V." <bram@office.example>\n'
        "Cc: cc@office.example\nSubject: Offer\nDate: Thu, 19 Nov 2026 14:00:00 +0100\n"
        "Message-ID: <1@office.example>\nIn-Reply-To: <0@dupont.example>\n\nGood day\n"
    )

    assert mail.sender == Address("anna@office.example", "Anna Peeters")
    assert mail.recipients == (
        Address("els@dupont.example"),
        Address("bram@office.example", "Bram, V."),
        Address("cc@office.example"),
    )
    assert (mail.subject, mail.text, mail.message_id, mail.in_reply_to) == (
        "Offer",
        "Good day",
        "<1@office.example>",
        "<0@dupont.example>",
    )
    assert mail.sent_at == datetime(2026, 11, 19, 13, 0, tzinfo=UTC)
    assert mail.defects == ()


def test_without_date_and_message_id_the_time_of_arrival_stands_in_and_the_log_can_say_so() -> None:
    mail = with_body("Date: tomorrow")
    assert (mail.sent_at, mail.message_id, mail.defects) == (RECEIVED_AT, "", ("NoDate", "NoMessageId"))


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("=?utf-8?b?w4lsw6htZW50?=", "Élèment"),
        ("=?ISO-8859-1?Q?D=E9j=E0_vu?=", "Déjà vu"),
        ("=?utf-8?q?a?= =?utf-8?q?b?= c", "ab c"),
        ("=?utf-8?b?8J+Y?= =?utf-8?b?gA==?=", "😀"),
        ("=?utf-8*fr?q?voil=C3=A0?=", "voilà"),
        ("=?no-such-charset?q?caf=C3=A9?=", "café"),
        ("=?utf-8?b?!!!?=", "!!!"),
        ("=?rot13?q?abc?=", "abc"),
        ("two\n lines", "two lines"),
        ("tab\there\x07\x00end", "tab here end"),
    ],
)
def test_subjects_are_decoded_whatever_their_makers_did(written: str, read_as: str) -> None:
    assert with_body(f"Subject: {written}").subject == read_as


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_raw_eight_bit_subjects_are_guessed(encoding: str) -> None:
    assert read(b"Subject: " + "Crème brûlée".encode(encoding) + b"\n\n.").subject == "Crème brûlée"


def test_a_wrong_charset_costs_no_text() -> None:
    mail = read(b"Content-Type: text/plain; charset=us-ascii\n\n" + "Füße 😀".encode())
    assert mail.text == "Füße 😀"


def test_an_unknown_charset_is_noted() -> None:
    mail = with_body("Content-Type: text/plain; charset=x-klingon")
    assert (mail.text, "UnknownCharset" in mail.defects) == ("Hello", True)


def test_text_comes_from_html_when_there_is_no_other() -> None:
    mail = with_body("Content-Type: text/html; charset=utf-8", "<p>One</p><p>Two &eacute;</p><style>p{}</style>")
    assert [line for line in mail.text.splitlines() if line] == ["One", "Two é"]


def test_of_alternatives_the_plain_text_is_taken() -> None:
    mail = with_body(
        "Content-Type: multipart/alternative; boundary=b",
        "--b\nContent-Type: text/plain\n\nplain\n--b\nContent-Type: text/html\n\n<b>rich</b>\n--b--",
    )
    assert (mail.text, mail.attachments) == ("plain", ())


def test_a_document_with_a_long_foreign_name_is_an_attachment_with_its_bytes() -> None:
    mail = with_body(
        "Content-Type: multipart/mixed; boundary=b",
        "--b\n\nSee attached\n--b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n"
        "Content-Disposition: attachment; filename*0*=utf-8''Offre%20%C3%A0; filename*1*=%20Dupont.pdf\n\n"
        "JVBERg==\n--b--",
    )
    (attachment,) = mail.attachments
    assert (attachment.name, attachment.media_type, attachment.content, attachment.size, attachment.is_inline) == (
        "Offre à Dupont.pdf",
        "application/pdf",
        b"%PDF",
        4,
        False,
    )
    assert mail.text == "See attached"


def test_a_large_attachment_comes_without_content_but_with_its_size() -> None:
    raw = (
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/zip; name=a.zip\n\n"
        + "x" * 50
        + "\n--b--"
    )
    (attachment,) = read(raw, attachments_up_to=49).attachments
    assert (attachment.content, attachment.size) == (None, 50)


def test_a_picture_within_the_text_is_inline() -> None:
    mail = with_body(
        "Content-Type: multipart/related; boundary=b",
        "--b\nContent-Type: text/html\n\n<img src=cid:1>\n--b\nContent-Type: image/png\nContent-ID: <1>\n\nPNG\n--b--",
    )
    assert [attachment.is_inline for attachment in mail.attachments] == [True]


def test_an_attached_mail_is_one_attachment_and_not_looked_into() -> None:
    mail = with_body(
        "Content-Type: multipart/mixed; boundary=b",
        "--b\n\nouter\n--b\nContent-Type: message/rfc822\n\nSubject: inner\nFrom: x@example.org\n\ninner text\n--b--",
    )
    assert mail.text == "outer"
    (attachment,) = mail.attachments
    assert (attachment.name, attachment.media_type) == ("mail.eml", "message/rfc822")
    assert b"inner text" in (attachment.content or b"")


def test_a_calendar_that_comes_twice_is_one_calendar() -> None:
    calendar = "BEGIN:VCALENDAR\nEND:VCALENDAR"
    mail = with_body(
        "Content-Type: multipart/mixed; boundary=b",
        f"--b\nContent-Type: text/calendar; method=REPLY\n\n{calendar}\n"
        f"--b\nContent-Type: application/ics; name=invite.ics\n\n{calendar}\n--b--",
    )
    assert [found.replace(b"\r", b"").decode() for found in mail.calendars] == [calendar]
    assert [attachment.name for attachment in mail.attachments] == ["invite.ics"]


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner=x",
        "X-Auto-Response-Suppress: All",
        "Precedence: bulk",
        "List-Id: <news.example.org>",
        "Return-Path: <>",
        "Content-Type: multipart/report; boundary=b",
    ],
)
def test_mails_of_machines_are_automatic(header: str) -> None:
    assert with_body(header).is_automatic


@pytest.mark.parametrize("header", ["Auto-Submitted: no", "Precedence: first-class", "Return-Path: <a@example.org>"])
def test_mails_of_people_are_not_automatic(header: str) -> None:
    assert not with_body(header).is_automatic


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("Content-Type: multipart/encrypted; boundary=b", "--b\nContent-Type: application/octet-stream\n\nx\n--b--"),
        ("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "x"),
        ("Content-Type: application/x-pkcs7-mime", "x"),
        ("Content-Type: text/plain", "-----BEGIN PGP MESSAGE-----\n\nx"),
        (
            "Content-Type: multipart/mixed; boundary=b",
            "--b\nContent-Type: application/x-microsoft-rpmsg-message; name=message.rpmsg\n\nx\n--b--",
        ),
    ],
)
def test_encrypted_mails_are_known_as_such(header: str, body: str) -> None:
    assert with_body(header, body).is_encrypted


def test_a_mail_that_is_only_signed_is_not_encrypted() -> None:
    assert not with_body("Content-Type: application/pkcs7-mime; smime-type=signed-data", "x").is_encrypted


@pytest.mark.parametrize(
    ("header", "sensitivity"),
    [
        ("Sensitivity: Private", Sensitivity.PRIVATE),
        ("Sensitivity: Company-Confidential", Sensitivity.CONFIDENTIAL),
        ("Sensitivity: personal", Sensitivity.PERSONAL),
        ("Sensitivity: whatever", Sensitivity.NORMAL),
        ("X-Other: 1", Sensitivity.NORMAL),
    ],
)
def test_sensitivity_is_read(header: str, sensitivity: Sensitivity) -> None:
    assert with_body(header).sensitivity is sensitivity


def test_names_carry_no_control_characters() -> None:
    mail = read("From: =?utf-8?b?QW5uYQBcDQogWA==?= <a@example.org>\nTo: undisclosed-recipients:;\n\n.")
    assert (mail.sender.name, mail.to) == ("Anna \\ X", ())


def test_text_is_bounded() -> None:
    assert len(with_body("X: 1", "a" * (MAX_TEXT_CHARACTERS + 1)).text) == MAX_TEXT_CHARACTERS


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 100,
        b"To: " + b"(" * 5_000 + b"a@example.org",
        b'Content-Type: multipart/mixed; boundary=""\n\nx',
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1100)),
        b"Content-Type: text/plain; charset*0*=\xff''%; charset*1=x\n\nx",
        b'Content-Type: text/html\n\n<table><tr><td colspan="-9999999999" style="margin:;">' + b"<div>" * 3000,
        b"Content-Type: text/html\n\n<?xml version='1.0' encoding='utf-16'?><p>x</p>",
        b"Content-Disposition: attachment; filename*=utf-8''%ff%00\n\nx",
        b"Date: Mon, 32 Foo 99999 99:99:99 +99999999\n\n",
    ],
)
def test_known_traps_raise_nothing(raw: bytes) -> None:
    assert isinstance(read(raw), ReadMail)


_HEADER_NAMES = st.sampled_from(
    ["From", "To", "Subject", "Date", "Message-ID", "Content-Type", "Content-Disposition", "Sensitivity",
     "Content-Transfer-Encoding", "Auto-Submitted", "MIME-Version"]
)  # fmt: skip
_VALUES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [b"multipart/mixed; boundary=b", b"message/rfc822", b"text/html; charset=utf-7", b"base64", b"x-uuencode",
         b"quoted-printable", b"attachment; filename*1*=a; filename=b", b"=?utf-8?b?/w==?= <a@b>", b"text/calendar",
         b"multipart/alternative; boundary*=utf-8''b", b"message/delivery-status"]
    ),
)  # fmt: skip
_LINES = st.one_of(
    st.binary(max_size=40),
    st.just(b"--b"),
    st.just(b"--b--"),
    st.just(b""),
    st.tuples(_HEADER_NAMES, _VALUES).map(lambda pair: pair[0].encode() + b": " + pair[1]),
)


def _is_clean(text: str) -> bool:
    return not any(character < " " and character not in "\n\t" for character in text) and _can_be_stored(text)


def _can_be_stored(text: str) -> bool:
    text.encode()
    return True


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=500), st.lists(_LINES, max_size=25).map(b"\n".join)))
def test_no_bytes_whatever_raise_and_every_text_can_be_stored(raw: bytes) -> None:
    mail = read(raw)
    names = [attachment.name for attachment in mail.attachments] + [address.name for address in mail.recipients]
    for text in (mail.subject, mail.text, mail.message_id, mail.sender.name, mail.sender.mail, *names):
        assert _is_clean(text)
