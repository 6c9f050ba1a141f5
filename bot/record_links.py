"""Addresses of records: in a browser they lead to Slack and tell nothing, in a message they show the record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.office import Office

KINDS = ("relation", "contact", "action", "dossier", "opportunity")
PATH = "/record"
_RECORD = re.compile(rf"{PATH}/({'|'.join(KINDS)})/([1-9][0-9]{{0,17}})/?")


@dataclass(frozen=True, slots=True)
class Record:
    """`kind` is one of KINDS; an opportunity has the id of its dossier."""

    kind: str
    id: int


def record_url(office: Office, record: Record) -> str:
    """Stays the same for good; who knows it may see no more by that. "" without a public address."""
    base = office.settings.web.public_url.rstrip("/")
    return f"{base}{PATH}/{record.kind}/{record.id}" if base else ""


def read_record_url(office: Office, url: str) -> Record | None:
    """None for an address that is not of a record here. It may stand in Slack's angle brackets."""
    public = urlsplit(office.settings.web.public_url.rstrip("/"))
    try:
        asked = urlsplit(url.strip().removeprefix("<").removesuffix(">").partition("|")[0])
        is_here = bool(public.netloc) and asked.netloc.casefold() == public.netloc.casefold()
    except ValueError:  # "http://[": typed by anybody
        return None
    if not is_here or not asked.path.startswith(public.path):
        return None
    found = _RECORD.fullmatch(asked.path.removeprefix(public.path))
    return Record(found[1], int(found[2])) if found else None
