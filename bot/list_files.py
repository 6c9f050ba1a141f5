"""Lists as files, for the command line and for Slack: what an import reads and tells, what an export writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy.orm import Session

from bot.texts import Texts, _
from integrations.tables.errors import Fault, UnreadableTable
from integrations.tables.table import Table
from integrations.tables.vcard_writing import VCard, write_vcards
from integrations.tables.writing import Cell, write_csv, write_xlsx
from store.actions import Action
from store.billing import billing_of
from store.collaborators import Collaborator
from store.contacts import BirthdayShown
from store.countries import country_name
from store.exporting import Exported, Record, exported_records
from store.importing import FIELDS, Done, ImportLine, NumberedCells, Outcome, What

FORMATS = ("csv", "xlsx", "vcard3", "vcard4")

_FAULTS = {
    Fault.EMPTY: _("The file is empty."),
    Fault.UNKNOWN_KIND: _("This is no list: Rapport reads CSV, Excel (.xlsx) and vCard files."),
    Fault.BROKEN: _("The file cannot be read: it is damaged, or not what its name says. Save it anew, then send it."),
    Fault.TOO_WIDE: _("Line {line} has more than {limit} columns: leave out those that are not needed."),
    Fault.LINE_TOO_LONG: _("Line {line} has more than {limit} characters: this is no list of relations or contacts."),
    Fault.CELL_TOO_LONG: _("A cell of line {line} has more than {limit} characters: shorten it."),
    Fault.NUL: _("Line {line} holds signs that no text has: save the file as CSV or Excel, then send it again."),
    Fault.UNPACKS_TOO_LARGE: _("Unpacked, this Excel file is far too large. It was not opened."),
}
_COLUMNS = {
    Exported.ACTIONS: {
        "type": _("Type"),
        "status": _("Status"),
        "subject": _("Subject"),
        "relation": _("Relation"),
        "contact": _("Contact"),
        "starts": _("From"),
        "ends": _("To"),
        "representative": _("Representative"),
        "place": _("Place"),
        "points": _("To discuss"),
        "headline": _("What came out of it"),
        "discussed": _("Points discussed"),
        "report": _("Report"),
    },
    Exported.SUPPRESSIONS: {"mail": _("E-mail"), "reason": _("Reason"), "since": _("Since")},
    Exported.COMMISSIONS: {
        "collaborator": _("Collaborator"),
        "relation": _("Relation"),
        "dossier": _("Dossier"),
        "category": _("Category"),
        "commission": _("Commission (%)"),
        "since": _("Since"),
        "until": _("Last day"),
    },
}
_OUTCOMES = {
    Outcome.REFUSED: _("refused"),
    Outcome.SKIPPED: _("left out"),
    Outcome.ADDED: _("added"),
    Outcome.FILLED: _("filled"),
}


def said_of_fault(error: UnreadableTable, t: Texts) -> str:
    """One sentence with a way out."""
    limit = t.number(error.limit) if error.limit else ""
    return t(_FAULTS[error.fault], line=error.line or "", limit=limit)


def lines_in(table: Table) -> Iterator[NumberedCells]:
    return ((line.number, line.cells) for line in table.lines)


def columns_of(what: Exported, t: Texts) -> dict[str, str]:
    """The names of an export's columns, by field."""
    if what in _COLUMNS:
        return {key: t(label) for key, label in _COLUMNS[what].items()}
    left_out = {"first_name", "last_name", "representative"}
    return {key: label for key, label in field_labels(What(what.value), t).items() if key not in left_out}


def field_labels(what: What, t: Texts) -> dict[str, str]:
    """What each field that a column can fill is called, by its key."""
    return {one.key: t(one.label) for one in FIELDS[what]}


def write_report(
    path: Path, lines: Iterable[Done | ImportLine], t: Texts, *, what: What, columns: Sequence[str]
) -> int:
    """Why each line was refused, left out, kept or not taken over whole, with its cells as they were.

    Returns how many stand there.
    """
    labels = field_labels(what, t)
    head = [t(_("Line")), t(_("What became of it")), t(_("Column")), t(_("Why")), *columns]

    def told(one: Done | ImportLine) -> list[str]:
        about = one.about if isinstance(one, Done) else one.field
        reason = one.kept if isinstance(one, ImportLine) and one.kept else one.reason
        cells = [*one.cells, *[""] * (len(columns) - len(one.cells))]
        why = t(reason, **one.told) if reason else ""
        return [str(one.number), t(_OUTCOMES[one.outcome]), labels.get(about, ""), why, *cells]

    return write_csv(path, head, map(told, lines), delimiter=_delimiter(t))


def write_export(
    session: Session,
    path: Path,
    t: Texts,
    *,
    what: Exported,
    file_format: str,
    asked_by: Collaborator,
    is_own_only: bool,
    on: date,
    birthdays: BirthdayShown,
) -> int:
    """Writes what the collaborator may see. Returns how many records. vCards are for relations and contacts alone."""
    records = exported_records(session, what, asked_by=asked_by, is_own_only=is_own_only, on=on, birthdays=birthdays)
    if file_format.startswith("vcard"):
        cards = (_card(record, t.language) for record in records)
        return write_vcards(path, cards, version=f"{file_format[-1]}.0")
    columns = columns_of(what, t)
    if "country" in columns:
        records = ({**record, "country": country_name(record.get("country", ""), t.language)} for record in records)
    rows = ([_cell(key, record.get(key, "")) for key in columns] for record in records)
    return write_rows(path, t, list(columns.values()), rows, file_format=file_format)


def _cell(key: str, said: str) -> Cell:
    return Decimal(said) if key == "commission" and said else said


def suffix_of(file_format: str) -> str:
    return "vcf" if file_format.startswith("vcard") else file_format


def _delimiter(t: Texts) -> str:
    """What a spreadsheet expects: where decimals have a comma, cells are separated by semicolons."""
    return "," if t.language == "en" else ";"


def _card(record: Record, language: str) -> VCard:
    """The country as the record's own language calls it, else `language`."""
    given, _space, family = record["name"].partition(" ")
    is_company = record.get("kind") == "company"
    phones = [(record.get("phone", ""), False), (record.get("mobile", ""), True)]
    phones += [(number, False) for number in record.get("other_phones", "").split("; ")]
    mails = (record.get("mail", ""), *record.get("other_mails", "").split("; "))
    country = country_name(record.get("country", ""), record.get("language") or language)
    address = (*(record.get(name, "") for name in ("street", "town", "postal_code")), country)
    birthday = record.get("birthday", "")
    return VCard(
        name=record["name"],
        given="" if is_company else given,
        family="" if is_company else family,
        is_company=is_company,
        organisation=record.get("relation", ""),
        title=record.get("function", ""),
        mails=tuple(mail for mail in mails if mail),
        phones=tuple(one for one in phones if one[0]),
        address=(address[0], address[1], address[2], address[3]) if any(address) else None,
        website=record.get("website", ""),
        language=record.get("language", ""),
        birthday=birthday if birthday.startswith("--") or not birthday else date.fromisoformat(birthday),
        note=record.get("notes", ""),
    )


def write_rows(
    path: Path, t: Texts, columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, file_format: str
) -> int:
    """A table as "xlsx" or "csv", as the reader's spreadsheet takes it. Returns how many rows."""
    if file_format == "xlsx":
        return write_xlsx(path, columns, rows)
    texts = ([_text(cell, t) for cell in row] for row in rows)
    return write_csv(path, columns, texts, delimiter=_delimiter(t))


def _text(cell: Cell, t: Texts) -> str:
    """Of a number as the reader's language writes it, or their spreadsheet takes it for a word."""
    if isinstance(cell, date):
        return cell.isoformat()
    return t.ungrouped(cell) if isinstance(cell, Decimal) else str(cell)


def write_billing(path: Path, t: Texts, found: Sequence[Action]) -> int:
    """One line for each billable action, numbers as the reader's spreadsheet takes them. Returns how many."""
    heads = (
        _("Date"), _("Relation"), _("Type"), _("Subject"), _("Representative"), _("Hours to bill"), _("Rate an hour"),
        _("Amount"), _("Currency"), _("Billed in"),
    )  # fmt: skip
    return write_csv(path, list(map(t, heads)), (_billed(t, one) for one in found), delimiter=_delimiter(t))


def _billed(t: Texts, action: Action) -> list[str]:
    billing = billing_of(action)
    assert billing is not None, "only what is billable is listed"
    numbers = [t.ungrouped(value) for value in (billing.hours, billing.rate, billing.amount)]
    kind, owner = action.type.label(t.language), action.owner.name
    what = [action.starts_on.isoformat(), action.relation.name, kind, action.headline or action.subject, owner]
    return [*what, *numbers, billing.currency, billing.billed_in]
