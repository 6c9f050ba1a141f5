"""What documents say of themselves, also when they lie."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.documents.facts import MAX_NAME_BYTES, describe, safe_name

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def test_a_document_is_known_by_its_content_whatever_its_name() -> None:
    facts = describe("scan.txt", PDF)
    assert (facts.media_type, facts.is_dangerous) == ("application/pdf", False)
    assert facts.sha256 == hashlib.sha256(PDF).hexdigest()


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("photo.png", PNG, "image/png"),
        ("offer.docx", b"PK\x03\x04" + b"\0" * 40,
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("notes.txt", b"just words", "text/plain"),
        ("unknown", b"just words", "application/octet-stream"),
        ("empty.pdf", b"", "application/pdf"),
    ],
)  # fmt: skip
def test_content_and_name_together_tell_the_kind(name: str, content: bytes, media_type: str) -> None:
    assert describe(name, content).media_type == media_type


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Offer 2026-118.pdf", "Offer 2026-118.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\els\\offer.pdf", "offer.pdf"),
        ("a\r\nb\x00.pdf", "ab.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("zero\u200bwidth.pdf", "zerowidth.pdf"),
        ("what?.pdf", "what_.pdf"),
        ("  . ", "document"),
        ("", "document"),
        ("CON.pdf", "document_CON.pdf"),
        (".bashrc", "bashrc"),
        ("日本 😀.pdf", "日本 😀.pdf"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_suffix() -> None:
    name = safe_name("é" * 300 + ".pdf")
    assert name.endswith("é.pdf")
    assert len(name.encode()) <= MAX_NAME_BYTES


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("offer.pdf.exe", PDF),
        ("offer.EXE", b""),
        ("offer\u202efdp.exe", b"x"),
        ("offer.exe ", b"x"),
        ("offer.pdf", b"MZ\x90\x00"),
        ("offer.pdf", b"\x7fELF"),
        ("offer.pdf", b"#!/bin/sh\n"),
        ("offer.docx", b"PK\x03\x04....word/vbaProject.bin...."),
        ("offer.docm", b"PK\x03\x04"),
        ("offer.html", b"<script>"),
    ],
)
def test_what_may_run_when_opened_is_dangerous(name: str, content: bytes) -> None:
    assert describe(name, content).is_dangerous


@given(st.text(st.characters(), max_size=400), st.binary(max_size=200))
def test_every_name_and_content_can_be_described(name: str, content: bytes) -> None:
    facts = describe(name, content)
    assert facts.safe_name
    assert len(facts.safe_name.encode()) <= MAX_NAME_BYTES
    assert not set(facts.safe_name) & set('/\\<>:"|?*\r\n\0\u202e')
    assert safe_name(facts.safe_name) == facts.safe_name
    assert "/" in facts.media_type
