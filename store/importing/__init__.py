"""Imports: lists of relations and contacts brought into the book, by the rules of the forms, and taken back."""

from store.importing.facts import Problem
from store.importing.fields import FIELDS, Duplicates, ImportField, What, guessed_fields, guessed_what
from store.importing.mappings import choose_mapping, import_to_run, prepare_import, require_complete
from store.importing.model import Import, ImportLine, ImportMapping, ImportState, Outcome
from store.importing.planning import Done, NumberedCells
from store.importing.queries import file_of_import, import_of_file, latest_imports, told_lines
from store.importing.running import Tally, dry_run, run_import, stop_import
from store.importing.undoing import Undone, undo_import

__all__ = [
    "FIELDS",
    "Done",
    "Duplicates",
    "Import",
    "ImportField",
    "ImportLine",
    "ImportMapping",
    "ImportState",
    "NumberedCells",
    "Outcome",
    "Problem",
    "Tally",
    "Undone",
    "What",
    "choose_mapping",
    "dry_run",
    "file_of_import",
    "guessed_fields",
    "guessed_what",
    "import_of_file",
    "import_to_run",
    "latest_imports",
    "prepare_import",
    "require_complete",
    "run_import",
    "stop_import",
    "told_lines",
    "undo_import",
]
