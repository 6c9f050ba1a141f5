"""Mails in and out of properties: whatever arrives is read, and what is read means the same when it is built again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from integrations.playground.exchange import Address, Attachment, Mail, Mangling
from integrations.playground.exchange.calendar_text import rewritten, unfolded
from integrations.playground.exchange.mime_in import parse
from integrations.playground.exchange.mime_out import build, without_bcc

words = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1, max_size=30)
addresses = st.builds(
    Address, st.from_regex(r"\A[a-z]{1,9}(\.[a-z]{1,5})?@[a-z]{1,9}\.(be|example)\Z"), st.one_of(st.just(""), words)
)
people = st.lists(addresses, max_size=3, unique_by=lambda person: person.key).map(tuple)
bodies = st.text(
    st.characters(blacklist_categories=("Cs",), blacklist_characters="\r\x00\x0b\x0c\x1c\x1d\x1e\x85"), max_size=200
)
mails = st.builds(
    Mail,
    sender=addresses,
    to=people,
    cc=people,
    bcc=people,
    subject=words,
    text=bodies.map(lambda text: text + "\n"),
    html=st.one_of(st.just(""), words.map(lambda word: f"<p>{word}</p>\n")),
    attachments=st.lists(
        st.builds(Attachment, name=words, media_type=st.just("application/pdf"), content=st.binary(max_size=300)),
        max_size=2,
        unique_by=lambda file: file.name,
    ).map(lambda files: tuple(sorted(files, key=lambda file: file.name))),
    sensitivity=st.sampled_from(["Normal", "Personal", "Private", "Confidential"]),
    importance=st.sampled_from(["Low", "Normal", "High"]),
    message_id=st.just("<a.b@office.example>"),
    sent_at=st.just(datetime(2026, 11, 21, 9, tzinfo=UTC)),
)


@settings(deadline=None)
@given(mails)
def test_a_mail_means_the_same_when_it_is_built_and_read_again(mail: Mail) -> None:
    assert parse(build(mail), Mangling()) == mail


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_become_a_mail_that_can_be_built(raw: bytes) -> None:
    build(parse(raw, Mangling()))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_header_becomes_a_mail_that_can_be_built(raw: bytes) -> None:
    for name in (b"From", b"To", b"Subject", b"Content-Type", b"Date", b"Message-ID"):
        build(parse(name + b": " + raw + b"\r\n\r\nbody\r\n", Mangling()))


def test_a_header_cannot_smuggle_in_another() -> None:
    mail = Mail(
        sender=Address("anna@office.example", "Anna\r\nBcc: spy@far.example"),
        subject="Hi\r\nBcc: spy@far.example",
        message_id="<a@b>\r\nBcc: spy@far.example",
        to=(Address("els@brewery.example\r\nBcc: spy@far.example"),),
    )
    assert message_from_bytes(build(mail), policy=default)["Bcc"] is None


def test_raw_utf_8_in_headers_is_read() -> None:
    mail = parse("From: Zoë <zoe@far.example>\r\nSubject: Déjà 🍺\r\n\r\nx\r\n".encode(), Mangling())
    assert (mail.sender, mail.subject) == (Address("zoe@far.example", "Zoë"), "Déjà 🍺")


def test_an_smime_mail_keeps_its_bytes_and_has_its_class() -> None:
    encrypted = (
        b"From: anna@office.example\r\nTo: els@brewery.example\r\nSubject: secret\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\nMIIBpgYJKoZIhvc=\r\n"
    )
    mail = parse(encrypted, Mangling())
    assert (mail.item_class, mail.text, mail.attachments[0].name) == ("IPM.Note.SMIME", "", "smime.p7m")
    again = message_from_bytes(build(mail))
    assert again.get_content_type() == "application/pkcs7-mime"
    assert again.get_payload(decode=True) == mail.attachments[0].content


def test_a_signed_mail_keeps_what_was_signed() -> None:
    part = b"Content-Type: text/plain\r\n\r\nI agree.\r\n"
    signed = (
        b"From: anna@office.example\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary="s"\r\n\r\n'
        b"--s\r\n" + part + b"\r\n--s\r\nContent-Type: application/pkcs7-signature\r\n\r\nsig\r\n--s--\r\n"
    )
    mail = parse(signed, Mangling())
    assert mail.item_class == "IPM.Note.SMIME.MultipartSigned"
    assert mail.text.strip() == "I agree."
    assert part in build(mail)


def test_an_inline_image_stays_with_its_html() -> None:
    image = Attachment("logo.png", "image/png", b"\x89PNG", content_id="logo@office", is_inline=True)
    mail = Mail(sender=Address("a@b.example"), html='<img src="cid:logo@office">\n', attachments=(image,))
    again = parse(build(mail), Mangling())
    assert again.attachments == (image,)
    assert b"multipart/related" in build(mail)


def test_bcc_lines_go_and_everything_else_stays() -> None:
    raw = b"To: a@b.example\r\nBcc: c@d.example,\r\n e@f.example\r\nSubject: Bcc: no\r\n\r\nBcc: body\r\n"
    assert without_bcc(raw) == b"To: a@b.example\r\nSubject: Bcc: no\r\n\r\nBcc: body\r\n"


INVITATION = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\nX-WR-CALNAME:gone\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\n"
    "TZID:Europe/Brussels\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:u@x\r\n"
    "DTSTAMP:20261121T090000Z\r\nDTSTART;TZID=Europe/Brussels:20261126T140000\r\n"
    "DTEND;TZID=Europe/Brussels:20261126T150000\r\nSUMMARY:Visite 🍺 " + "é" * 80 + "\r\nX-FOO:gone\r\n"
    "ORGANIZER:mailto:anna@office.example\r\nATTENDEE;CN=\"Els, D\":mailto:els@brewery.example\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n"
)  # fmt: skip


def test_a_rewritten_invitation_means_the_same() -> None:
    before, after = Calendar.from_ical(INVITATION), Calendar.from_ical(rewritten(INVITATION))
    (asked,), (got,) = before.walk("VEVENT"), after.walk("VEVENT")
    for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "ORGANIZER", "ATTENDEE"):
        assert got[name].to_ical() == asked[name].to_ical()
    assert "X-" not in rewritten(INVITATION)
    assert all(len(line.encode()) <= 75 for line in rewritten(INVITATION).split("\r\n"))
    assert sorted(unfolded(rewritten(INVITATION))) != sorted(unfolded(INVITATION))


def test_an_invitation_keeps_its_method_and_class() -> None:
    mail = replace(Mail(sender=Address("anna@office.example"), text="x\n"), calendar=INVITATION)
    again = parse(build(mail), Mangling())
    assert again.item_class == "IPM.Schedule.Meeting.Request"
    assert b"text/calendar; charset=utf-8; method=REQUEST" in build(mail)
