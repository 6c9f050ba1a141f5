"""From a typed name to what was meant: one relation's card, or a short list to choose from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.office import Caller
from bot.slack.action_form import ActionForm
from bot.slack.actions import blank_form as blank_action
from bot.slack.actions import open_new_action
from bot.slack.blocks import Json, actions, button, context, plain, section
from bot.slack.contacts import blank_form as blank_contact
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.relation_card import show_relation
from bot.slack.relations import open_new_relation
from bot.slack.serving import open_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.search import Found, search_options

SHOWN = 8
LOOKED_AT = 50


def find_or_add(interaction: Interaction, text: str) -> None:
    if text:
        show_found(interaction, text)
    else:
        open_new_relation(interaction)


def act_or_ask(interaction: Interaction, text: str, type_key: str = "") -> None:
    """`type_key` names a type of the starting list, for as long as the office uses it."""
    if text:
        start_action(interaction, text, type_key)
    else:
        open_new_action(interaction, type_key=type_key)


def show_found(interaction: Interaction, text: str) -> None:
    """The card of the one relation that fits, else a list to choose from, else the way to add it."""
    with_relation(interaction, text, lambda i, relation_id: show_relation(i, int(relation_id)), "relation/show")


def start_action(interaction: Interaction, text: str, type_key: str = "") -> None:
    """The action form, filled with the relation when the name fits only one; else the question which one."""

    def build(caller: Caller) -> ActionForm | None:
        found = _search(caller, text)
        relation_id = _only_one(found)
        if relation_id is None:
            _offer(interaction, text, found, "relation/act")
            return None
        contacts = [option.contact_id for option in found.options if option.contact_id]
        contact_id = contacts[0] if len(contacts) == len(found.options) == 1 else None
        return blank_action(caller, relation_id, contact_id, type_key=type_key)

    open_form(interaction, build)


def for_relation(blank: Callable[[Caller, int], Form], otherwise: str) -> Callable[[Interaction, str], None]:
    """Runs a subcommand that makes something for a relation: `/crm contact Dupont`.

    Opens the form that `blank` makes for the one relation that fits, else asks which: the button `otherwise` gets the
    id.
    """

    def run(interaction: Interaction, text: str) -> None:
        def build(caller: Caller) -> Form | None:
            found = _search(caller, text)
            relation_id = _only_one(found)
            if relation_id is None:
                _offer(interaction, text, found, otherwise)
                return None
            return blank(caller, relation_id)

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
    relations = {option.relation_id for option in found.options}
    return relations.pop() if len(relations) == 1 else None


def _search(caller: Caller, text: str) -> Found:
    with caller.reading() as session:
        return search_options(session, text, asked_by=caller.collaborator, on=caller.today, limit=LOOKED_AT)


def _offer(
    interaction: Interaction, text: str, found: Found, action_id: str, value: Callable[[int], str] = str
) -> None:
    t = interaction.caller.t
    if not found.options:
        said = t(_("Nothing in the book is called “{name}”."), name=text)
        add = button(t(_("+ Add it as a relation")), "relation/add", text[:150], style="primary")
        interaction.say(said, [section(plain(said)), actions(add)])
        return
    labels = _by_relation(found)
    rows = [_row(label, action_id, value(relation_id), t(_("Choose"))) for relation_id, label in labels[:SHOWN]]
    said = t(_("Which one do you mean?"))
    has_more = found.has_more or len(labels) > SHOWN
    more = [context(plain(t(_("There are more: type more of the name."))))] if has_more else []
    interaction.say(said, [section(plain(said)), *rows, *more])


def _by_relation(found: Found) -> list[tuple[int, str]]:
    """Each relation once, best first: under its own name, or under that of the contact who was found there."""
    labels: dict[int, str] = {}
    for option in found.options:
        if option.contact_id is None or option.relation_id not in labels:
            labels[option.relation_id] = option.label
    return list(labels.items())


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
    ),
    Subcommand(
        {"en": ("action",), "fr": ("action",), "nl": ("actie",)},
        "Dupont",
        _("Plan a visit, a call or a meeting"),
        act_or_ask,
    ),
    Subcommand(
        {"en": ("visit",), "fr": ("visite",), "nl": ("bezoek",)},
        "Dupont",
        _("Plan a visit"),
        partial(act_or_ask, type_key="visit"),
    ),
    Subcommand(
        {"en": ("call",), "fr": ("appel",), "nl": ("telefoon",)},
        "Dupont",
        _("Plan a call"),
        partial(act_or_ask, type_key="call"),
    ),
    Subcommand(
        {"en": ("meeting",), "fr": ("réunion",), "nl": ("vergadering",)},
        "Dupont",
        _("Plan a meeting"),
        partial(act_or_ask, type_key="meeting"),
    ),
)


def register(slack: Listening) -> None:
    for subcommand in SUBCOMMANDS:
        slack.subcommand(subcommand)
    slack.action("relation/show", _pressed(show_relation))
    slack.action("relation/add", lambda interaction: open_new_relation(interaction, name=interaction.value))
