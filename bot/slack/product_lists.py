"""Products and their costs from a file of rows: CSV or Excel."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from bot.list_files import said_of_fault
from bot.office import Caller
from bot.slack.blocks import Json, context, plain, rich, section, words
from bot.slack.files import Files, fetch_file
from bot.slack.forms import Form
from bot.slack.interaction import sentence_of
from bot.slack.listening import Listening
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from integrations.tables.errors import UnreadableTable
from integrations.tables.reading import open_table
from store.access import require_admin
from store.base import BookError
from store.products import BroughtIn, Refused, bring_in_products

REFUSED_SHOWN = 20
Lines = Sequence[tuple[int, Sequence[str]]]


class ProductListForm(Form, id="product_list", title=_("Products from a list"), submit=_("Bring in")):
    files = Files(
        _("File"), most=1, hint=_("CSV or Excel with columns code, name, unit, price, currency, cost and cost from")
    )
    columns: Sequence[str] = ()
    lines: Lines = ()


def _blank_list(caller: Caller) -> ProductListForm:
    require_admin(caller.collaborator)
    return ProductListForm()


def read_list(caller: Caller, form: ProductListForm) -> None:
    """The file's columns and lines, before the book is written to."""
    content = fetch_file(caller.office, form.files[0])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "list")
        path.write_bytes(content)
        try:
            with open_table(path) as table:
                form.columns, form.lines = table.columns, [(line.number, line.cells) for line in table.lines]
        except UnreadableTable as error:
            raise BookError("{why}", field="files", why=said_of_fault(error, caller.t)) from error


def save_list(session: Session, caller: Caller, form: ProductListForm) -> Saved:
    country = caller.office.settings.office.country
    by, now = caller.collaborator, caller.office.now()
    made = bring_in_products(session, form.columns, form.lines, by=by, now=now, country=country)
    text = said_of_list(caller, made)
    return Saved(text, [section(plain(text)), *_refused(caller, made.refused)])


def said_of_list(caller: Caller, made: BroughtIn) -> str:
    t = caller.t
    numbers = {"added": made.added, "changed": made.changed, "costs": made.costs, "refused": len(made.refused)}
    said = _("Products added: {added}; changed: {changed}; costs set: {costs}; lines refused: {refused}.")
    return t(said, **{name: t.number(number) for name, number in numbers.items()})


def _refused(caller: Caller, refused: Sequence[Refused]) -> list[Json]:
    if not refused:
        return []
    t = caller.t
    lines = [
        words(t(_("Line {line}: {why}"), line=one.line, why=sentence_of(one.why, t))) for one in refused[:REFUSED_SHOWN]
    ]
    more = len(refused) - REFUSED_SHOWN
    return [rich(*lines), *([context(plain(t(_("{number} more"), number=more)))] if more > 0 else [])]


def register(slack: Listening) -> None:
    serve_form(slack, Serving(ProductListForm, save=save_list, check=read_list))
    slack.action("product/list", lambda i: open_form(i, _blank_list))
