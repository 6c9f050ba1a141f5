"""From a typed name to what was meant: one relation's card, or a short list to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.actions import open_new_action
from bot.slack.blocks import Json, actions, button, context, plain, section
from bot.slack.channel_subject import relation_here
from bot.slack.contact_card import contact_card
from bot.slack.contacts import blank_form as blank_contact
from bot.slack.dossier_card import dossier_card
from bot.slack.forms import Form
from bot.slack.found_behind import blocks_behind
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.one_line import plan_line
from bot.slack.relation_card import relation_card, show_relation
from bot.slack.relations import open_new_relation
from bot.slack.seen import seen_contact, seen_relation
from bot.slack.serving import open_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.collaborators import Role
from store.dossiers import dossier_with_reference
from store.search import Found, search_options

SHOWN = 8
LOOKED_AT = 50


NEW = {"new", "nouveau", "nouvelle", "nieuw", "nieuwe"}


def find_or_add(interaction: Interaction, text: str) -> None:
    """ "new Dupont" adds Dupont, unless something in the book is called so."""
    name = _behind_new(text)
    if text and (name is None or _is_known(interaction.caller, text)):
        show_found(interaction, text)
    else:
        open_new_relation(interaction, name=name or "")


def _behind_new(text: str) -> str | None:
    word, _space, rest = text.partition(" ")
    return rest if word.casefold() in NEW else None


def _is_known(caller: Caller, text: str) -> bool:
    found = _search(caller, text)
    return bool(found.options) and not found.is_near


def act_or_ask(interaction: Interaction, text: str, type_key: str = "") -> None:
    """`type_key` names a type of the starting list, for as long as the office uses it."""
    if text:
        plan_line(interaction, text, type_key)
    else:
        open_new_action(interaction, type_key=type_key)


def show_found(interaction: Interaction, text: str) -> None:
    """The card of the one relation or contact that fits, or of the dossier with this reference, else a list to choose
    from; behind it the dossiers, documents and notes found.
    """
    interaction.ack()
    caller = interaction.caller
    if _show_dossier(interaction, text):
        return
    found = _search(caller, text)
    with caller.reading() as session:
        title, behind = blocks_behind(session, caller, text)
        said, blocks = _one_card(session, caller, found)
    if not said and found.options:
        said, blocks = _list(caller, text, found, _shown(found))
    if said or behind:
        interaction.say(said or title, [*blocks, *behind])
    else:
        _offer(interaction, text, found, "relation/show")


def _one_card(session: Session, caller: Caller, found: Found) -> tuple[str, list[Json]]:
    """Its title and blocks; nothing unless only one thing is meant."""
    if len(found.options) == 1 and not found.is_near and (contact_id := found.options[0].contact_id):
        contact = seen_contact(session, caller, contact_id)
        return contact.label, contact_card(session, caller, contact)
    relation_id = _only_one(found)
    if relation_id is None or all(option.contact_id for option in found.options):
        return "", []
    relation = seen_relation(session, caller, relation_id)
    return relation.name, relation_card(session, caller, relation)


def show_contact(interaction: Interaction, contact_id: int) -> None:
    caller = interaction.caller
    with caller.reading() as session:
        contact = seen_contact(session, caller, contact_id)
        card = contact_card(session, caller, contact)
    interaction.say(contact.label, card)


def _show_dossier(interaction: Interaction, reference: str) -> bool:
    caller = interaction.caller
    with caller.reading() as session:
        dossier = dossier_with_reference(session, reference, asked_by=caller.collaborator)
        if dossier is None:
            return False
        said, card = dossier.label, dossier_card(session, caller, dossier)
    interaction.say(said, card)
    return True


def for_relation(blank: Callable[[Caller, int], Form], otherwise: str) -> Callable[[Interaction, str], None]:
    """As `for_relation_or_contact`, for what is made for a relation alone: `/crm contact Dupont`."""
    return for_relation_or_contact(lambda caller, relation_id, _contact_id: blank(caller, relation_id), otherwise)


def for_relation_or_contact(
    blank: Callable[[Caller, int, int | None], Form], otherwise: str
) -> Callable[[Interaction, str], None]:
    """Runs a subcommand that makes something for a relation, or for a contact there: `/crm note Els`.

    Opens the form that `blank` makes for the one that fits, else asks which relation: the button `otherwise` gets its
    id. Nothing typed means the relation that the channel is about, where it is about one.
    """

    def run(interaction: Interaction, text: str) -> None:
        def build(caller: Caller) -> Form | None:
            if not text and (here := relation_here(caller, interaction)) is not None:
                return blank(caller, here, None)
            behind = _behind_new(text)
            name = text if behind is None or _is_known(caller, text) else behind
            found = _search(caller, name)
            relation_id = _only_one(found)
            if relation_id is None:
                _offer(interaction, name, found, otherwise)
                return None
            contacts = [option.contact_id for option in found.options if option.contact_id]
            return blank(caller, relation_id, contacts[0] if len(contacts) == len(found.options) == 1 else None)

        open_form(interaction, build)

    return run


def with_relation(
    interaction: Interaction,
    text: str,
    run: Callable[[Interaction, str], None],
    action_id: str,
    value: Callable[[int], str] = str,
) -> None:
    """Answers with a message about the one relation that fits, else asks which: the button `action_id` runs the same.

    Both get what `value` makes of the relation's id.
    """
    interaction.ack()
    found = _search(interaction.caller, text)
    relation_id = _only_one(found)
    if relation_id is not None:
        run(interaction, value(relation_id))
    else:
        _offer(interaction, text, found, action_id, value)


def _only_one(found: Found) -> int | None:
    """The relation that is meant; None when there are several, or what was typed only comes near."""
    if found.is_near:
        return None
    relations = {option.relation_id for option in found.options}
    return relations.pop() if len(relations) == 1 else None


def _search(caller: Caller, text: str) -> Found:
    with caller.reading() as session:
        return search_options(session, text, asked_by=caller.collaborator, on=caller.today, limit=LOOKED_AT)


def _offer(
    interaction: Interaction, text: str, found: Found, action_id: str, value: Callable[[int], str] = str
) -> None:
    """`action_id` gets what `value` makes of the id of the relation that is chosen."""
    caller = interaction.caller
    if found.options:
        lines = [(label, action_id, value(relation_id)) for relation_id, label in _by_relation(found)]
        said, blocks = _list(caller, text, found, lines)
        interaction.say(said, blocks)
        return
    said = caller.t(_("Nothing in the book is called “{name}”."), name=text)
    interaction.say(said, [section(plain(said)), _add(caller, text)])


def _add(caller: Caller, text: str) -> Json:
    return actions(button(caller.t(_("+ Add it as a relation")), "relation/add", text[:150], style="primary"))


_Lines = Sequence[tuple[str, str, str]]
"""Label, action and value of each line to choose."""


def _list(caller: Caller, text: str, found: Found, lines: _Lines) -> tuple[str, list[Json]]:
    t = caller.t
    said = t(_("Which one do you mean?"))
    if found.is_near:
        said = t(_("Nothing in the book is called “{name}”. Did you mean one of these?"), name=text)
    blocks = [
        section(plain(said)),
        *(_row(label, action, value, t(_("Choose"))) for label, action, value in lines[:SHOWN]),
    ]
    if found.has_more or len(lines) > SHOWN:
        blocks.append(context(plain(t(_("There are more: type more of the name.")))))
    return said, [*blocks, *([_add(caller, text)] if found.is_near else [])]


def _by_relation(found: Found) -> list[tuple[int, str]]:
    """Each relation once, best first: under its own name, or under that of the contact who was found there."""
    labels: dict[int, str] = {}
    for option in found.options:
        if option.contact_id is None or option.relation_id not in labels:
            labels[option.relation_id] = option.label
    return list(labels.items())


def _shown(found: Found) -> _Lines:
    """Each relation once; contacts under their own name unless their relation is among them."""
    relations = {option.relation_id for option in found.options if option.contact_id is None}
    return [
        (one.label, "contact/show", str(one.contact_id))
        if one.contact_id
        else (one.label, "relation/show", str(one.relation_id))
        for one in found.options
        if not (one.contact_id and one.relation_id in relations)
    ]


def _row(label: str, action_id: str, value: str, text: str) -> Json:
    return section(plain(label), accessory=button(text, action_id, value))


def _pressed(run: Callable[[Interaction, int], None]) -> Callable[[Interaction], None]:
    def press(interaction: Interaction) -> None:
        interaction.ack()
        run(interaction, int(interaction.value))

    return press


SUBCOMMANDS = (
    Subcommand(
        {"en": ("relation",), "fr": ("relation", "client"), "nl": ("relatie", "klant")},
        "Dupont",
        _("Find a relation, or add one when nothing is typed behind it"),
        find_or_add,
    ),
    Subcommand(
        {"en": ("contact",), "fr": ("contact",), "nl": ("contact", "contactpersoon")},
        "Dupont",
        _("Add a contact at a relation"),
        for_relation(blank_contact, "contact/new"),
        least=Role.REP,
    ),
    Subcommand(
        {"en": ("action",), "fr": ("action",), "nl": ("actie",)},
        _("visit Dupont tomorrow 2pm with Els: prices 2027"),
        _("Plan a visit, a call or a meeting"),
        act_or_ask,
        least=Role.REP,
    ),
    Subcommand(
        {"en": ("visit",), "fr": ("visite",), "nl": ("bezoek",)},
        _("Dupont Friday 10am"),
        _("Plan a visit"),
        partial(act_or_ask, type_key="visit"),
        least=Role.REP,
    ),
    Subcommand(
        {"en": ("call",), "fr": ("appel",), "nl": ("telefoon",)},
        "Dupont",
        _("Plan a call"),
        partial(act_or_ask, type_key="call"),
        least=Role.REP,
    ),
    Subcommand(
        {"en": ("meeting",), "fr": ("réunion",), "nl": ("vergadering",)},
        "Dupont",
        _("Plan a meeting"),
        partial(act_or_ask, type_key="meeting"),
        least=Role.REP,
    ),
)


def register(slack: Listening) -> None:
    for subcommand in SUBCOMMANDS:
        slack.subcommand(subcommand)
    slack.action("relation/show", _pressed(show_relation))
    slack.action("contact/show", _pressed(show_contact))
    slack.action("relation/add", lambda interaction: open_new_relation(interaction, name=interaction.value))
