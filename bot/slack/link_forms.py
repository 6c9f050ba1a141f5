"""The forms that add, correct and end a link, and the way to delete one that was entered by mistake."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.at_once import change_at_once
from bot.slack.blocks import actions, button, plain, section
from bot.slack.choices import Choice, Says, Search
from bot.slack.fields import Day, Option, Text, Toggle
from bot.slack.finding import find_relations, in_use
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.links import LINK_MENU, link_blocks
from bot.slack.listening import Listening
from bot.slack.relations import open_new_relation
from bot.slack.seen import relation_meant, seen_relation
from bot.slack.serving import ReadFirst, Saved, Serving, open_form, serve_form
from bot.texts import _
from store.base import NotFound
from store.links import (
    Link,
    LinkType,
    OneAtATime,
    add_link,
    edit_link,
    end_link,
    link_seen_by,
    remove_link,
    restore_link,
)
from store.relations import RelationKind

FORM_FIELDS = {"target_id": "other", "type_id": "type", "since_on": "since", "until_on": "until"}
REMOVE = "link/remove"
ALREADY_LINKED = _(
    "{name} is linked in this way to {other}, and only one at a time is possible. Tick below to end that one first."
)


def ways(caller: Caller, form: Any) -> list[Option]:
    """Each type of link that may join the two, read from either end; "-3" is type 3 read backwards."""
    language, types = caller.t.language, in_use(caller, LinkType)
    here, there = _kinds_of_ends(caller, form)
    onward = [Option(str(one.id), one.label(language)) for one in types if one.may_join(here, there)]
    back = [one for one in types if not one.is_symmetric and one.may_join(there, here)]
    return [*onward, *(Option(f"-{one.id}", one.back_label(language)) for one in back)][:100]


def _kinds_of_ends(caller: Caller, form: Any) -> tuple[RelationKind, RelationKind | None]:
    """What the one in the form is, and the other, None while nobody chose it."""
    here, there = RelationKind(form.about["kind"]), form.about.get("other_kind")
    chosen = form.draft(LinkForm.other) if isinstance(form, LinkForm) else None
    if chosen is None or chosen.is_new:
        return here, RelationKind(there) if there else None
    with caller.reading() as session:
        return here, seen_relation(session, caller, relation_meant(session, caller, chosen)).kind


def _misfit(caller: Caller, form: LinkForm) -> str:
    """What was chosen before the other was, when it is not said of such two."""
    chosen = form.draft(LinkForm.type)
    if chosen is None or any(one.value == chosen.value for one in ways(caller, form)):
        return ""
    if not any(one.id == abs(chosen.id) for one in in_use(caller, LinkType)):
        return ""  # retired since: it stays where it stands
    return caller.t(_("⚠ “{label}” is not said of these two. Choose another above."), label=chosen.label)


def _whose(caller: Caller, form: Any) -> str:
    name, other = form.about.get("name", ""), form.about.get("other", "")
    if other:
        return caller.t(_("What {name} is to {other}"), name=name, other=other)
    return caller.t(_("What {name} is to somebody else"), name=name)


class LinkForm(Form, id="link", title=_("Link"), submit=_("Save")):
    whose = Says(_whose)
    type = Choice(_("What it is to the other"), among=ways)
    misfit = Says(_misfit)
    other = Search(_("The other relation"), find=find_relations, hint=_("Name, town, e-mail or phone")).reacting()
    since = Day(_("Since")).optional()
    ends_former = Toggle(_("The former one"), _("Ends on the day before")).only_if(lambda form: "former" in form.about)
    notes = Text(_("Remarks"), max_length=2000, lines=True).optional()


class EditLinkForm(Form, id="edit_link", title=_("Link"), submit=_("Save")):
    whose = Says(_whose)
    type = Choice(_("What it is to the other"), among=ways)
    since = Day(_("Since")).optional()
    until = Day(_("Last day")).optional()
    notes = Text(_("Remarks"), max_length=2000, lines=True).optional()


class EndLinkForm(Form, id="end_link", title=_("End this link"), submit=_("Save")):
    until = Day(_("Last day"))


def _seen_link(session: Session, caller: Caller, link_id: int) -> Link:
    link = link_seen_by(session, link_id, asked_by=caller.collaborator)
    if link is None:
        raise NotFound
    return link


# Adding


def _open_new(interaction: Interaction) -> None:
    def build(caller: Caller) -> LinkForm:
        with caller.reading() as session:
            relation = seen_relation(session, caller, int(interaction.value))
        return LinkForm(relation=relation.id, name=relation.name, kind=relation.kind.value)

    open_form(interaction, build)


def _save_new(session: Session, caller: Caller, form: LinkForm) -> Saved:
    here, there = form.about["relation"], relation_meant(session, caller, form.other)
    source, target = (there, here) if form.type.id < 0 else (here, there)
    try:
        link = add_link(
            session,
            by=caller.collaborator,
            source_id=source,
            target_id=target,
            type_id=abs(form.type.id),
            since_on=form.since,
            notes=form.notes or "",
            ends_former=bool(form.ends_former),
        )
    except OneAtATime as taken:
        if "other" not in taken.values or form.about.get("former") == taken.former.id:
            raise
        form.about["former"] = taken.former.id
        raise ReadFirst(ALREADY_LINKED, name=taken.values["name"], other=taken.values["other"]) from taken
    relation = seen_relation(session, caller, here)
    text = caller.t(_("Linked: {line}."), line=_said_of(caller, link, is_back=form.type.id < 0))
    back = actions(button(caller.t(_("Undo")), REMOVE, str(link.id)))
    return Saved(text, [section(plain(text)), back, *link_blocks(session, caller, relation)])


def _said_of(caller: Caller, link: Link, *, is_back: bool) -> str:
    """ "Acme → shareholder of → Bolt", as it was read in the form."""
    language, one, other = caller.t.language, link.source.name, link.target.name
    label = link.type.back_label(language) if is_back else link.type.label(language)
    one, other = (other, one) if is_back else (one, other)
    return f"{one} → {label[:1].lower()}{label[1:]} → {other}"


# Correcting


def _open_edit(interaction: Interaction, link_id: int) -> None:
    open_form(interaction, lambda caller: _edit_form(caller, link_id))


def _edit_form(caller: Caller, link_id: int) -> EditLinkForm:
    """The link as it stands, read from its source. Raises NotFound."""
    with caller.reading() as session:
        link = _seen_link(session, caller, link_id)
        ends = {"name": link.source.name, "kind": link.source.kind.value}
        ends |= {"other": link.target.name, "other_kind": link.target.kind.value}
        form = EditLinkForm(record=link.id, version=link.version, **ends)
        form.type = Option(str(link.type_id), link.type.label(caller.t.language))
        form.since, form.until, form.notes = link.since_on, link.until_on, link.notes
    return form


def _save_edit(session: Session, caller: Caller, form: EditLinkForm) -> Saved:
    link = edit_link(
        session,
        form.about["record"],
        by=caller.collaborator,
        version=form.about.get("version"),
        type_id=abs(form.type.id),
        since_on=form.since,
        until_on=form.until,
        notes=form.notes or "",
        is_turned=form.type.id < 0,
    )
    text = caller.t(_("The link between {one} and {other} is corrected."), one=link.source.name, other=link.target.name)
    return Saved(text, [section(plain(text)), *link_blocks(session, caller, link.source)])


# Ending


def _open_end(interaction: Interaction, link_id: int) -> None:
    def build(caller: Caller) -> EndLinkForm:
        with caller.reading() as session:
            link = _seen_link(session, caller, link_id)
        form = EndLinkForm(record=link.id, version=link.version)
        form.until = caller.today
        return form

    open_form(interaction, build)


def _save_end(session: Session, caller: Caller, form: EndLinkForm) -> Saved:
    before = _seen_link(session, caller, form.about["record"]).until_on
    version = form.about.get("version")
    link = end_link(session, form.about["record"], by=caller.collaborator, on=form.until, version=version)
    until = caller.t.day(form.until, today=caller.today)
    names = {"one": link.source.name, "other": link.target.name}
    text = caller.t(_("{one} and {other}: until {day}."), day=until, **names)
    undo = button(caller.t(_("Undo")), "link/end/undo", f"{link.id}:{before.isoformat() if before else ''}")
    return Saved(text, [section(plain(text)), actions(undo)])


def _take_end_back(interaction: Interaction) -> None:
    interaction.ack()
    link_id, _colon, before = interaction.value.partition(":")
    caller, until = interaction.caller, Day("").load(before)
    with interaction.writing() as session:
        link = end_link(session, int(link_id), by=caller.collaborator, on=until)
        blocks = link_blocks(session, caller, link.source)
    interaction.say(link.source.name, blocks, replace=True)


# Entered by mistake


def _remove(session: Session, caller: Caller, link_id: int) -> Saved:
    link = remove_link(session, link_id, by=caller.collaborator, now=caller.office.now())
    names = {"one": link.source.name, "other": link.target.name}
    return Saved(caller.t(_("{one} and {other} are no longer linked, as if they never were."), **names))


def _restore(session: Session, caller: Caller, link_id: int) -> Saved:
    link = restore_link(session, link_id, by=caller.collaborator, now=caller.office.now())
    return Saved(link.source.name, link_blocks(session, caller, link.source))


def register(slack: Listening) -> None:
    create = {LinkForm.other: lambda interaction, _form, name, waiting: open_new_relation(
        interaction, name=name, waiting=waiting
    )}  # fmt: skip
    serve_form(slack, Serving(LinkForm, save=_save_new, create=create, named=FORM_FIELDS))
    serve_form(slack, Serving(EditLinkForm, save=_save_edit, named=FORM_FIELDS, fresh=_edit_form))
    serve_form(slack, Serving(EndLinkForm, save=_save_end, named=FORM_FIELDS))
    slack.action("link/new", _open_new)
    slack.action("link/end/undo", _take_end_back)
    slack.menu(LINK_MENU, "edit", _("Edit"), _open_edit, at=10)
    slack.menu(LINK_MENU, "end", _("End"), _open_end, at=20)
    remove = change_at_once(slack, REMOVE, _remove, undo=_restore)
    slack.menu(LINK_MENU, "remove", _("Entered by mistake: delete"), remove, at=30)
