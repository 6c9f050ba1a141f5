"""From a typed name to what was meant: one relation's card, a form for it, or the question which one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.actions import open_new_action
from bot.slack.blocks import Json
from bot.slack.channel_subject import relation_here
from bot.slack.contact_card import contact_card
from bot.slack.contacts import blank_form as blank_contact
from bot.slack.dossier_card import dossier_card
from bot.slack.forms import Form
from bot.slack.found_behind import blocks_behind
from bot.slack.interaction import Interaction
from bot.slack.linked_records import show_linked
from bot.slack.listening import Listening
from bot.slack.one_line import plan_line
from bot.slack.relation_card import relation_card, show_relation
from bot.slack.relations import open_new_relation
from bot.slack.seen import seen_contact, seen_relation
from bot.slack.serving import open_form
from bot.slack.subcommands import Subcommand
from bot.slack.which_one import lines_shown, list_to_choose, offer_found
from bot.texts import _
from store.collaborators import Role
from store.dossiers import dossier_with_reference
from store.search import Found, Option, search_options
from store.words import name_key, words_in

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
    """The card of the one relation or contact that fits, of the dossier with this reference, or of the record with this
    address; else a list to choose from, and behind it the dossiers, documents and notes found.
    """
    interaction.ack()
    caller = interaction.caller
    if show_linked(interaction, text) or _show_dossier(interaction, text):
        return
    found = _search(caller, text)
    with caller.reading() as session:
        title, behind = blocks_behind(session, caller, text)
        said, blocks = _one_card(session, caller, found, text)
    if not said and found.options:
        said, blocks = list_to_choose(caller, text, found, lines_shown(found))
    if said or behind:
        interaction.say(said or title, [*blocks, *behind])
    else:
        offer_found(interaction, text, found, "relation/show")


def _one_card(session: Session, caller: Caller, found: Found, text: str) -> tuple[str, list[Json]]:
    """Its title and blocks; nothing unless only one thing is meant."""
    if len(found.options) == 1 and not found.is_near and (contact_id := found.options[0].contact_id):
        contact = seen_contact(session, caller, contact_id)
        return contact.label, contact_card(session, caller, contact)
    relation_id = _only_one(found, text)
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
            relation_id = _only_one(found, name)
            if relation_id is None:
                offer_found(interaction, name, found, otherwise)
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
    relation_id = _only_one(found, text)
    if relation_id is not None:
        run(interaction, value(relation_id))
    else:
        offer_found(interaction, text, found, action_id, value)


def _only_one(found: Found, typed: str) -> int | None:
    """The relation that is meant: the only one found, or the only one of several that is called just as was typed. None
    when there are more, or what was typed only comes near.
    """
    if found.is_near:
        return None
    for options in (found.options, [one for one in found.options if _is_called(one, typed)]):
        relations = {option.relation_id for option in options}
        if len(relations) == 1:
            return relations.pop()
    return None


def _is_called(option: Option, typed: str) -> bool:
    """Whether the relation or contact has this whole name, with or without its legal form."""
    name = option.label.partition(" · ")[0] if option.contact_id else option.label
    return words_in(typed) in (words_in(name), name_key(name).split())


def _search(caller: Caller, text: str) -> Found:
    with caller.reading() as session:
        by, today = caller.collaborator, caller.today
        return search_options(session, text, asked_by=by, on=today, limit=LOOKED_AT, towns=True)


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
