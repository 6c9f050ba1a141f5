"""What a document says of itself: its kind by its bytes, a safe name, its hash, whether it is dangerous."""

from __future__ import annotations

import hashlib
import mimetypes
import re
import unicodedata
from dataclasses import dataclass

import puremagic

MAX_NAME_BYTES = 200
UNKNOWN_TYPE = "application/octet-stream"

# Control and format characters; among the latter those that turn text around, so that `exe.fdp` shows as `pdf.exe`.
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Not allowed in names on Windows; / and \ separate folders.
_FORBIDDEN = re.compile(r'[<>:"|?*]')
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_DEVICE_NAMES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
# What runs when it is opened: the heart of Outlook's list of blocked files, and office files with macros.
_DANGEROUS_SUFFIXES = """
    ade adp app appref-ms bas bat chm cmd com cpl crt diagcab dll docm dotm exe gadget hlp hta htm html inf ins iso isp
    jar jnlp js jse lnk mde msc msi msp mst one pif potm ppam pptm ps1 psm1 py pyw reg rgs scr sct settingcontent-ms sh
    shb svg sys url vb vbe vbs vhd vhdx wsc wsf wsh xbap xlam xll xlsm xltm
"""
_PROGRAM_STARTS = (
    b"MZ",  # Windows
    b"\x7fELF",  # Linux
    b"\xca\xfe\xba\xbe",  # macOS, Java
    b"\xcf\xfa\xed\xfe",  # macOS
    b"\xce\xfa\xed\xfe",  # macOS
    b"#!",  # scripts
    b"L\x00\x00\x00\x01\x14\x02\x00",  # Windows shortcuts
)
_ZIP_START = b"PK\x03\x04"
_MACROS_IN_ZIP = b"vbaProject.bin"


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """`safe_name` can be shown and saved; `media_type` is by content, else by name; `sha256` is in hexadecimal.

    `is_dangerous`: opening it may run something (a program, a script, macros), by its content or by its name.
    """

    safe_name: str
    media_type: str
    sha256: str
    is_dangerous: bool


def describe(name: str, content: bytes) -> DocumentFacts:
    """What can be said of a document called `name` by its sender. Never raises: every name and content is possible."""
    shown = safe_name(name)
    return DocumentFacts(
        safe_name=shown,
        media_type=_media_type(shown, content),
        sha256=hashlib.sha256(content).hexdigest(),
        is_dangerous=_is_dangerous(name, shown, content),
    )


def safe_name(name: str) -> str:
    """The name without path, invisible and forbidden characters, at most 200 bytes; its last suffix is kept."""
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(char for char in last if unicodedata.category(char) not in _INVISIBLE_CATEGORIES)
    cleaned = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", visible))
    cleaned = " ".join(cleaned.split()).strip(". ")
    if not cleaned or _DEVICE_NAMES.fullmatch(cleaned):
        cleaned = f"document_{cleaned}" if cleaned else "document"
    return _shortened(cleaned)


def _shortened(name: str) -> str:
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix.encode()) > 20:
        stem, dot, suffix = name, "", ""
    room = MAX_NAME_BYTES - len(f"{dot}{suffix}".encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + dot + suffix


def _media_type(name: str, content: bytes) -> str:
    by_name = mimetypes.guess_type(name, strict=False)[0] or UNKNOWN_TYPE
    try:
        matches = puremagic.magic_string(content, filename=name)
    except (puremagic.PureError, ValueError):
        return by_name
    kinds = [match.mime_type for match in matches if match.mime_type]
    # Office files are zip archives to their first bytes: among what the content allows, the name decides.
    if by_name in kinds or not kinds:
        return by_name
    return str(kinds[0])


def _is_dangerous(name: str, shown: str, content: bytes) -> bool:
    suffixes = {candidate.rpartition(".")[2].strip().casefold() for candidate in (name, shown)}
    return (
        not suffixes.isdisjoint(_DANGEROUS_SUFFIXES.split())
        or content.startswith(_PROGRAM_STARTS)
        or (content.startswith(_ZIP_START) and _MACROS_IN_ZIP in content)
    )
