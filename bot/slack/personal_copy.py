"""The file in which a person gets what the book holds about them: a page to read, the data itself, the documents."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.office import Office
from bot.slack.audit_values import COLUMNS, value_in_words
from bot.texts import Texts, _
from store.base import NotFound
from store.privacy import PersonalData

PAGE = "personal-data.html"
TABLES = {
    "relation": _("Personal data"),
    "birthday": _("Birthday"),
    "mail_address": _("E-mails"),
    "phone": _("Phones"),
    "postal_address": _("Addresses"),
    "contact": _("Contact at"),
    "contact_role": _("Contact for"),
    "contact_in_grouping": _("Groupings"),
    "link": _("Links"),
    "involvement": _("Who looks after the file"),
    "relation_fact": _("Status and priority"),
    "consent": _("Mailings that were allowed or refused"),
    "delivery": _("Mailings that were sent"),
    "action": _("Actions"),
    "action_point": _("Points of actions"),
    "participant": _("Invited to"),
    "invitation": _("Invitations"),
    "invitation_mail": _("Mails with invitations"),
    "note": _("Notes"),
    "reminder": _("Reminders"),
    "dossier": _("Dossiers"),
    "opportunity": _("Opportunities"),
    "expense": _("Expenses"),
    "document_link": _("Documents"),
    "filing": _("Filed mails"),
    "legal_hold": _("Legal hold"),
    "import_line": _("Lines of lists"),
}
"""What the page tells of, in this order. What only machines read is in the data alone."""
_MORE_COLUMNS = {
    "relation_id": _("Relation"),
    "action_id": _("Action"),
    "note_id": _("Note"),
    "grouping_id": _("Grouping"),
    "kind_id": _("Kind"),
    "topic_id": _("Mailing"),
    "mailing_id": _("Mailing"),
    "created_by_id": _("Added by"),
    "created_at": _("Added on"),
    "sent_at": _("Sent on"),
    "answer": _("Answer"),
    "to_mail": _("E-mail"),
    "at": _("On"),
    "noted_on": _("Date"),
    "detail": _("Detail"),
    "text": _("Text"),
    "title": _("Subject"),
    "headline": _("What came out of it"),
    "day": _("Day"),
    "month": _("Month"),
    "year": _("Year"),
    "deleted_at": _("Deleted"),
}
_environment = Environment(loader=PackageLoader("templates", "web"), autoescape=True, undefined=StrictUndefined)


def pack(office: Office, data: PersonalData, path: Path) -> None:
    """A ZIP with a page in the person's language, `data.json` (rows by table) and the documents under their names."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr(PAGE, readable_page(office.texts(data.language), data, office.settings.office.name))
        archive.writestr("data.json", json.dumps(data.tables, ensure_ascii=False, indent=1))
        for link in data.documents:
            try:
                file = office.shelf.path_of(link.document)
            except NotFound:
                continue
            archive.write(file, f"documents/{link.id}-{file_name(link.name)}")


def readable_page(t: Texts, data: PersonalData, office: str) -> str:
    """HTML that needs nothing beside it: a table for each kind of thing, names instead of ids."""
    sections = [
        (t(title), *_section(t, name, data.tables[name])) for name, title in TABLES.items() if name in data.tables
    ]
    return _environment.get_template("personal_data.html.j2").render(
        language=t.language,
        title=t(_("All that {office} holds about {name}"), office=office, name=data.name),
        says=t(_("The same data for a machine, with every detail, stand beside this page in data.json.")),
        sections=[one for one in sections if one[1]],
        documents=[(f"documents/{link.id}-{file_name(link.name)}", link.name) for link in data.documents],
        documents_title=t(_("Files")),
    )


def _section(t: Texts, table: str, rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[list[str]]]:
    """The titles of the columns that somebody can read, and what stands in each row."""
    labels = {**COLUMNS, **_MORE_COLUMNS}
    told = [{column: _told(t, table, row, column) for column in labels} for row in rows]
    used = [column for column in labels if any(row[column] for row in told)]
    return [t(labels[column]) for column in used], [[row[column] for column in used] for row in told]


def _told(t: Texts, table: str, row: Mapping[str, Any], column: str) -> str:
    if column.endswith("_id"):
        return str(row.get(column.removesuffix("_id"), ""))
    value = row.get(column)
    return "" if isinstance(value, dict | list) else value_in_words(t, table, column, value)


def file_name(name: str) -> str:
    """Without signs that a folder does not take."""
    return re.sub(r"[^\w.@ -]+", "_", name).strip(" .")[:80] or "person"
