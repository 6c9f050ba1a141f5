"""The card of an import: what was understood of the list, how far it is, what it did, and what can be done next."""

from __future__ import annotations

from collections.abc import Sequence

from bot.list_files import field_labels
from bot.office import Caller
from bot.slack.blocks import Json, Words, actions, button, context, filled, plain, rich, words
from bot.texts import Texts, _
from store.importing import Duplicates, Import, ImportState, Tally, What

Sample = Sequence[Sequence[str]]
"""The cells of a list's first lines."""

SHOWN_COLUMNS = 12

WHATS = {What.RELATIONS: _("Relations"), What.CONTACTS: _("Contacts")}
DUPLICATES = {
    Duplicates.SKIP: _("What the book has already is left out"),
    Duplicates.FILL: _("What the book has already is completed where it is empty"),
    Duplicates.ADD: _("Every line is added, even when the book has it already"),
}


def import_card(caller: Caller, run: Import, sample: Sample = (), *, handled: int | None = None) -> list[Json]:
    """`sample` are the first lines' cells; `handled` is how many lines were handled, when that is newer than `run`."""
    t = caller.t
    head = filled(t(_("*{file}* — {what}")), file=run.file_name, what=t(WHATS[run.what]))
    if run.state is ImportState.PREPARED:
        return [rich(head, *_mapping(t, run, sample)), context(plain(t(DUPLICATES[run.duplicates]))), _buttons(t, run)]
    return [rich(head, words(_said(t, run, handled))), *([_buttons(t, run)] if _ways(t, run) else [])]


def _mapping(t: Texts, run: Import, sample: Sample) -> list[Words]:
    labels = field_labels(run.what, t)
    lines = []
    for at, (column, key) in enumerate(zip(run.columns, run.fields, strict=True)):
        if key:
            seen = next((row[at] for row in sample if at < len(row) and row[at].strip()), "")
            lines.append([*words(f"{column[:60] or '–'} → "), *words(labels[key], bold=True), *_example(seen)])
    left_out = [column or "–" for column, key in zip(run.columns, run.fields, strict=True) if not key]
    shown = lines[:SHOWN_COLUMNS]
    if more := len(lines) - len(shown):
        shown.append(words(t.n("and {number} more column", "and {number} more columns", more)))
    if left_out:
        names = ", ".join([*(name[:40] for name in left_out[:8]), *(["…"] if len(left_out) > 8 else [])])
        shown.append(words(t(_("Left out: {columns}"), columns=names)))
    return shown


def _example(seen: str) -> Words:
    return words(f"  ({' '.join(seen.split())[:40]})") if seen else []


def _said(t: Texts, run: Import, handled: int | None) -> str:
    counts = counted(t, run)
    if run.state is ImportState.RUNNING:
        number = handled if handled is not None else run.position
        return t.n("Importing: {number} line so far", "Importing: {number} lines so far", number)
    if run.state is ImportState.STOPPED:
        return t(_("Stopped: {counts}."), counts=counts)
    if run.state is ImportState.UNDONE:
        return t(_("Taken back."))
    if run.state is ImportState.UNDOING:
        return t(_("Being taken back."))
    return t(_("Imported: {counts}."), counts=counts)


def counted(t: Texts, of: Import | Tally) -> str:
    """ "12 lines added, 1 refused": what there was none of is not said."""
    parts = [
        (of.added, t.n("{number} line added", "{number} lines added", of.added)),
        (of.filled, t.n("{number} line completed", "{number} lines completed", of.filled)),
        (of.skipped, t.n("{number} line left out", "{number} lines left out", of.skipped)),
        (of.refused, t.n("{number} line refused", "{number} lines refused", of.refused)),
    ]
    return ", ".join(said for number, said in parts if number) or t(_("nothing"))


def _buttons(t: Texts, run: Import) -> Json:
    return actions(*_ways(t, run))


def _ways(t: Texts, run: Import) -> list[Json]:
    value = str(run.id)
    undo = button(t(_("Undo this import")), "import/undo", value)
    return {
        ImportState.PREPARED: [
            button(t(_("Import")), "import/run", value, style="primary"),
            button(t(_("Dry run")), "import/dry", value),
            button(t(_("Change columns")), "import/map", value),
        ],
        ImportState.RUNNING: [button(t(_("Stop")), "import/stop", value)],
        ImportState.STOPPED: [button(t(_("Continue")), "import/run", value, style="primary"), undo],
        ImportState.DONE: [undo],
        # A process that was killed leaves it so, and undoing goes on where it was.
        ImportState.UNDOING: [undo],
        ImportState.UNDONE: [],
    }[run.state]
