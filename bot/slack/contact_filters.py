"""Groups of contacts by a saved filter, in Slack: the list of them, the form that saves one, and who is in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.at_once import change_at_once
from bot.slack.blocks import Json, actions, button, context, plain, rich, section, words
from bot.slack.choices import Choice, Search
from bot.slack.contact_words import LANGUAGE_NAMES, languages
from bot.slack.fields import Option, Text
from bot.slack.finding import colleague, find_colleagues, line_option, lines_of
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.seen import seen_contact
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.collaborators import Role, language_of
from store.contact_filters import (
    NAME_LIMIT,
    ContactFilter,
    FilterFacts,
    contacts_in_filter,
    delete_filter,
    edit_filter,
    filter_seen_by,
    filters_saved,
    restore_filter,
    save_filter,
)
from store.contacts import ContactKind, Grouping
from store.relations import RelationCategory
from store.statuses import RelationPriority, RelationStatus

SHOWN = 20
LISTED = 20
_CHOSEN = ("kind", "grouping", "category", "status", "priority", "representative")


def _among(kind: type[Any]) -> Any:
    return lambda caller, _form: lines_of(caller, kind)


class ContactFilterForm(Form, id="contact_filter", title=_("Group by filter"), submit=_("Save")):
    name = Text(_("Name"), max_length=NAME_LIMIT, hint=_("Everybody of the office sees it"))
    kind = Choice(_("Contact type"), among=_among(ContactKind)).optional()
    grouping = Choice(_("Grouping"), among=_among(Grouping)).optional()
    towns = Text(_("Town"), max_length=300, hint=_("Several: with commas between them")).optional()
    language = Choice(_("Language"), among=languages).optional()
    category = Choice(_("Category of the relation"), among=_among(RelationCategory)).optional()
    status = Choice(_("Status of the relation"), among=_among(RelationStatus)).optional()
    priority = Choice(_("Priority of the relation"), among=_among(RelationPriority)).optional()
    representative = Search(_("Representative"), find=find_colleagues).optional()


def form_of(caller: Caller, filter_id: int) -> ContactFilterForm:
    """Raises NotFound."""
    with caller.reading() as session:
        row = filter_seen_by(session, filter_id, asked_by=caller.collaborator)
        form = ContactFilterForm(record=row.id, version=row.version)
        form.name, form.towns = row.name, row.towns
        form.language = Option(row.language, LANGUAGE_NAMES[row.language]) if row.language else None
        for name in ("kind", "grouping", "category", "status", "priority"):
            chosen = getattr(row, name)
            form.values[name] = line_option(chosen, caller) if chosen else None
        form.representative = colleague(row.representative) if row.representative else None
        return form


def save(session: Session, caller: Caller, form: ContactFilterForm) -> Saved:
    by, now = caller.collaborator, caller.office.now()
    chosen = {f"{name}_id": form.values[name].id if form.values[name] else None for name in _CHOSEN}
    language = form.language.value if form.language else ""
    facts = FilterFacts(form.name, towns=form.towns or "", language=language, **chosen)
    if "record" in form.about:
        row = edit_filter(session, form.about["record"], by=by, version=form.about.get("version"), facts=facts, now=now)
    else:
        row = save_filter(session, by=by, facts=facts, now=now)
    text = caller.t(_("The group {name} is saved."), name=row.name)
    return Saved(text, [section(plain(text)), *group_blocks(session, caller, row)])


# Showing


def contacts_found(session: Session, caller: Caller, filter_id: int, relation_id: int | None = None) -> Sequence[int]:
    """Ids of the contacts in the group today whom the caller may see. Raises NotFound."""
    return contacts_in_filter(
        session,
        filter_id,
        asked_by=caller.collaborator,
        on=caller.today,
        office_language=language_of(caller.office.settings.office.locale),
        relation_id=relation_id,
    )


def group_options(caller: Caller) -> list[Option]:
    """The saved groups, by name; their ids are the values."""
    with caller.reading() as session:
        return [Option(str(one.id), one.name) for one in filters_saved(session, asked_by=caller.collaborator)]


def group_blocks(session: Session, caller: Caller, row: ContactFilter) -> list[Json]:
    """What it filters by, how many it finds for the caller, and the first of them."""
    t, found = caller.t, contacts_found(session, caller, row.id)
    number = t.n("{number} contact", "{number} contacts", len(found))
    names = [seen_contact(session, caller, one).label for one in found[:SHOWN]]
    blocks = [rich(words(f"{row.name} · {number}", bold=True), words(_said(caller, row)))]
    if names:
        blocks.append(rich(*(words(name) for name in names)))
    if len(found) > SHOWN:
        blocks.append(context(plain(t(_("And {number} more."), number=len(found) - SHOWN))))
    return [*blocks, *_buttons(caller, row)]


def _said(caller: Caller, row: ContactFilter) -> str:
    t = caller.t
    lines = (row.kind, row.grouping, row.category, row.status, row.priority)
    said = [one.label(t.language) for one in lines if one is not None]
    said += [row.towns, LANGUAGE_NAMES.get(row.language, ""), row.representative.name if row.representative else ""]
    return " · ".join(part for part in said if part)


def _buttons(caller: Caller, row: ContactFilter) -> list[Json]:
    by, value = caller.collaborator, str(row.id)
    if by.role is Role.READER or not (by.is_admin or by.id == row.created_by_id):
        return []
    edit = button(caller.t(_("Edit")), "contact_filter/edit", value)
    return [actions(edit, button(caller.t(_("Delete")), "contact_filter/delete", value))]


def list_blocks(session: Session, caller: Caller) -> list[Json]:
    t, rows = caller.t, filters_saved(session, asked_by=caller.collaborator)
    blocks = [rich(words(t(_("Groups by filter")), bold=True))]
    for row in rows[:LISTED]:
        text = plain(f"{row.name} — {_said(caller, row)}")
        blocks.append(section(text, accessory=button(t(_("Show")), "contact_filter/show", str(row.id))))
    if len(rows) > LISTED:
        blocks.append(context(plain(t(_("And {number} more."), number=len(rows) - LISTED))))
    if not rows:
        blocks.append(section(plain(t(_("No group yet. A group finds its contacts anew each time that it is used.")))))
    if caller.collaborator.role is Role.READER:
        return blocks
    return [*blocks, actions(button(t(_("+ New group")), "contact_filter/new", style="primary"))]


def _show_typed(interaction: Interaction, text: str) -> None:
    """All of them, or those whose name begins with what was typed when there is but one."""
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        typed = text.casefold()
        rows = filters_saved(session, asked_by=caller.collaborator)
        named = [one for one in rows if one.name.casefold() == typed]
        named = named or [one for one in rows if typed and one.name.casefold().startswith(typed)]
        blocks = group_blocks(session, caller, named[0]) if len(named) == 1 else list_blocks(session, caller)
    interaction.say(caller.t(_("Groups by filter")), blocks)


def _show(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        row = filter_seen_by(session, int(interaction.value), asked_by=caller.collaborator)
        said, blocks = row.name, group_blocks(session, caller, row)
    interaction.say(said, blocks)


def _delete(session: Session, caller: Caller, filter_id: int) -> Saved:
    row = delete_filter(session, filter_id, by=caller.collaborator, now=caller.office.now())
    return Saved(caller.t(_("The group {name} is deleted. Its contacts stay."), name=row.name))


def _restore(session: Session, caller: Caller, filter_id: int) -> Saved:
    row = restore_filter(session, filter_id, by=caller.collaborator, now=caller.office.now())
    return Saved(row.name, group_blocks(session, caller, row))


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("groups",), "fr": ("regroupements", "groupes"), "nl": ("groeperingen", "groepen")},
            "",
            _("Groups of contacts by a saved filter, for mailings and lists"),
            _show_typed,
            reads=True,
        )
    )
    named = {f"{name}_id": name for name in _CHOSEN}
    serve_form(slack, Serving(ContactFilterForm, save=save, fresh=form_of, named=named))
    slack.action("contact_filter/new", lambda i: open_form(i, lambda _caller: ContactFilterForm()))
    slack.action("contact_filter/show", _show)
    slack.action("contact_filter/edit", lambda i: open_form(i, lambda caller: form_of(caller, int(i.value))))
    change_at_once(slack, "contact_filter/delete", _delete, undo=_restore)
