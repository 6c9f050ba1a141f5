"""Where a relation is reached: all its addresses and numbers, and from when and until when each is right."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, plain, rich, section, words
from bot.slack.fields import Day
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import RELATION_MENU
from bot.slack.relations import KIND_NAMES
from bot.slack.seen import seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.validity import validity
from bot.texts import _
from store.addresses import MailAddress, Phone
from store.base import NotFound
from store.reach import Reach, ReachKind, date_reach, reached_by
from store.relations import Relation
from store.vat import shown_qst, shown_vat

SHOWN = 30


class DatesForm(Form, id="reach", title=_("Valid on these days"), submit=_("Save")):
    since = Day(_("Since")).optional()
    until = Day(_("Last day"), hint=_("After it, nothing is sent or offered here; it stays in the history")).optional()


def _show(interaction: Interaction, relation_id: int, *, shows_past: bool = False, replacing: bool = False) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        relation = seen_relation(session, caller, relation_id)
        blocks = reach_blocks(caller, relation, shows_past=shows_past)
    interaction.say(relation.name, blocks, replace=replacing)


def reach_blocks(caller: Caller, relation: Relation, *, shows_past: bool = False) -> list[Json]:
    """What is right today or later, each with the way to date it; what is over stands behind a button."""
    t, today, found = caller.t, caller.today, reached_by(relation)
    past = [(kind, row) for kind, row in found if row.is_over(today)]
    current = [(kind, row) for kind, row in found if not row.is_over(today)]
    vat = t(_("VAT number {vat}"), vat=shown_vat(relation.vat)) if relation.vat else ""
    none = "" if current else t(_("No address or number is known. “Edit” on the card adds them."))
    qst = t(_("QST number {qst}"), qst=shown_qst(relation.qst)) if relation.qst else ""
    legal = " · ".join(part for part in (relation.legal_form, vat, qst) if part)
    head = rich(words(relation.name, bold=True), words(legal), words(none))
    rows = [_row(caller, relation, kind, row) for kind, row in [*current, *(past if shows_past else ())][:SHOWN]]
    if not past or shows_past:
        return [head, *rows]
    folded = t.n("{number} no longer valid: show", "{number} no longer valid: show", len(past))
    return [head, *rows, actions(button(folded, "reach/past", str(relation.id)))]


def _row(caller: Caller, relation: Relation, kind: ReachKind, row: Reach) -> Json:
    t = caller.t
    days = validity(caller, row.since_on, row.until_on)
    text = f"{t(KIND_NAMES[row.kind])} · {_said(caller, row)}" + (f" ({days})" if days else "")
    value = f"{relation.id}:{kind.value}:{row.id}"
    return section(plain(text), accessory=button(t(_("Dates")), "reach/date", value))


def _said(caller: Caller, row: Reach) -> str:
    if isinstance(row, MailAddress):
        return row.mail
    if isinstance(row, Phone):
        return row.shown(caller.office.settings.office.country)
    return row.one_line(caller.t.language)


def _open_dates(interaction: Interaction) -> None:
    relation_id, kind, row_id = interaction.value.split(":")

    def build(caller: Caller) -> DatesForm:
        with caller.reading() as session:
            relation = seen_relation(session, caller, int(relation_id))
            row = _row_of(relation, ReachKind(kind), int(row_id))
        form = DatesForm(record=relation.id, version=relation.version, kind=kind, row=row.id)
        form.since, form.until = row.since_on, row.until_on
        return form

    open_form(interaction, build)


def _row_of(relation: Relation, kind: ReachKind, row_id: int) -> Reach:
    """Raises NotFound."""
    found = (row for its_kind, row in reached_by(relation) if (its_kind, row.id) == (kind, row_id))
    if (row := next(found, None)) is None:
        raise NotFound
    return row


def _save(session: Session, caller: Caller, form: DatesForm) -> Saved:
    date_reach(
        session,
        form.about["record"],
        ReachKind(form.about["kind"]),
        form.about["row"],
        by=caller.collaborator,
        now=caller.office.now(),
        since_on=form.since,
        until_on=form.until,
        version=form.about.get("version"),
    )
    relation = seen_relation(session, caller, form.about["record"])
    text = caller.t(_("{name} is changed."), name=relation.name)
    return Saved(text, [section(plain(text)), *reach_blocks(caller, relation)])


def _show_all(interaction: Interaction, relation_id: int) -> None:
    interaction.ack()
    _show(interaction, relation_id)


def _show_past(interaction: Interaction) -> None:
    interaction.ack()
    _show(interaction, int(interaction.value), shows_past=True, replacing=True)


def register(slack: Listening) -> None:
    serve_form(slack, Serving(DatesForm, save=_save, named={"since_on": "since", "until_on": "until"}))
    slack.action("reach/date", _open_dates)
    slack.action("reach/past", _show_past)
    slack.menu(RELATION_MENU, "reach", _("Addresses and numbers"), _show_all, at=45)
