"""What a relation is to others: the list of its links, a form that adds one, a form that ends one."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, Words, actions, button, plain, rich, section, words
from bot.slack.choices import Choice, Search
from bot.slack.fields import Day, Option
from bot.slack.finding import find_relations, referred
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import RELATION_MENU
from bot.slack.relations import open_new_relation
from bot.slack.seen import seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.domain import listed
from store.links import LinkEnd, LinkGroup, LinkType, add_link, end_link, links_of
from store.relations import Relation

FORM_FIELDS = {"target_id": "other", "type_id": "type", "since_on": "since", "until_on": "until"}
SHOWN = 20


def ways(caller: Caller, _form: Any) -> list[Option]:
    """Each type of link read from either end; "-3" is type 3 read backwards."""
    language = caller.t.language
    with caller.reading() as session:
        kinds = listed(session, LinkType)
    there = [Option(str(kind.id), kind.label(language)) for kind in kinds]
    back = [Option(f"-{kind.id}", kind.back_label(language)) for kind in kinds if not kind.is_symmetric]
    return [*there, *back][:100]


class LinkForm(Form, id="link", title=_("Link"), submit=_("Save")):
    type = Choice(_("What it is to the other"), among=ways)
    other = Search(_("The other relation"), find=find_relations, hint=_("Name, town, e-mail or phone")).reacting()
    since = Day(_("Since")).optional()


class EndLinkForm(Form, id="end_link", title=_("End this link"), submit=_("Save")):
    until = Day(_("Last day"))


def show_links(interaction: Interaction, relation_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        relation = seen_relation(session, caller, relation_id)
        blocks = link_blocks(session, caller, relation)
    interaction.say(relation.name, blocks)


def link_blocks(session: Session, caller: Caller, relation: Relation) -> list[Json]:
    """What the relation is to whom today, each with the way to end it."""
    t = caller.t
    groups = links_of(session, relation.id, asked_by=caller.collaborator, on=caller.today)
    rows = [
        section(plain(_said(caller, group, end)), accessory=button(t(_("End")), "link/end", str(end.link.id)))
        for group in groups
        for end in group.ends
    ]
    none: Words = words(t(_("No relation to anybody else is known.")))
    head = rich(words(relation.name, bold=True), [] if rows else none)
    return [head, *rows[:SHOWN], actions(button(t(_("+ New link")), "link/new", str(relation.id)))]


def _said(caller: Caller, group: LinkGroup, end: LinkEnd) -> str:
    return f"{group.label(caller.t.language)} {end.other.name}"


def open_new_link(interaction: Interaction) -> None:
    def build(caller: Caller) -> LinkForm:
        with caller.reading() as session:
            relation = seen_relation(session, caller, int(interaction.value))
        return LinkForm(relation=relation.id)

    open_form(interaction, build)


def save_link(session: Session, caller: Caller, form: LinkForm) -> Saved:
    here, there = form.about["relation"], referred(form.other)[0]
    is_back = form.type.id < 0
    source, target = (there, here) if is_back else (here, there)
    link = add_link(
        session,
        by=caller.collaborator,
        source_id=source,
        target_id=target,
        type_id=abs(form.type.id),
        since_on=form.since,
    )
    relation = seen_relation(session, caller, here)
    text = caller.t(_("{one} and {other} are linked."), one=link.source.name, other=link.target.name)
    return Saved(text, [section(plain(text)), *link_blocks(session, caller, relation)])


def open_end(interaction: Interaction) -> None:
    def build(caller: Caller) -> EndLinkForm:
        form = EndLinkForm(record=int(interaction.value))
        form.until = caller.today
        return form

    open_form(interaction, build)


def save_end(session: Session, caller: Caller, form: EndLinkForm) -> Saved:
    link = end_link(session, form.about["record"], by=caller.collaborator, on=form.until)
    until = caller.t.day(form.until, today=caller.today)
    return Saved(
        caller.t(_("{one} and {other}: until {day}."), one=link.source.name, other=link.target.name, day=until)
    )


def register(slack: Listening) -> None:
    create = {LinkForm.other: lambda interaction, _form, name, waiting: open_new_relation(
        interaction, name=name, waiting=waiting
    )}  # fmt: skip
    serve_form(slack, Serving(LinkForm, save=save_link, create=create, named=FORM_FIELDS))
    serve_form(slack, Serving(EndLinkForm, save=save_end, named=FORM_FIELDS))
    slack.action("link/new", open_new_link)
    slack.action("link/end", open_end)
    slack.menu(RELATION_MENU, "links", _("Relations"), show_links, at=20)
