"""Addresses that get no mailings: looked up, added and let back in by an administrator, also those in no file."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, context, filled, plain, rich, section
from bot.slack.choices import Says
from bot.slack.contact_words import day_of
from bot.slack.fields import Text, Toggle
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.access import require_admin
from store.audit import last_actor_of
from store.collaborators import Collaborator, Role
from store.consent import Suppression, SuppressionReason, suppression_of
from store.suppressions import (
    HASHED,
    checked_address,
    latest_suppressions,
    lift_suppression,
    put_back,
    suppress_for_office,
)

SHOWN = 15
NAMES = {
    "en": ("excluded", "exclude", "suppressions"),
    "fr": ("exclusions", "exclure"),
    "nl": ("uitgesloten", "uitsluiten"),
}
TITLE = _("Addresses that get no mailings")
REASONS = {
    SuppressionReason.UNSUBSCRIBED: _("{mail} left all mailings, {day}."),
    SuppressionReason.BOUNCED: _("Mails to {mail} come back, {day}."),
    SuppressionReason.COMPLAINED: _("{mail} complained of a mailing, {day}."),
    SuppressionReason.OFFICE: _("{who} excluded {mail}, {day}."),
    SuppressionReason.ERASED: _("Somebody who had {mail} asked to be forgotten, {day}."),
}
OWN_WISH = (SuppressionReason.UNSUBSCRIBED, SuppressionReason.COMPLAINED, SuppressionReason.ERASED)


_HELP = _(
    "No mailing goes there any more, whoever has this address, and no list that is imported changes that. What "
    "colleagues write themselves still goes, and so do invitations."
)


class SuppressionForm(Form, id="suppression", title=_("Exclude an address"), submit=_("Exclude")):
    mail = Text(_("E-mail"), max_length=254, hint=_("It need not stand in the book"))
    is_hashed = Toggle(_("Asked to be forgotten"), _("Yes: keep a code of the address, which nobody can read"))
    help = Says(lambda caller, _form: caller.t(_HELP))


def show_suppressions(interaction: Interaction, typed: str = "") -> None:
    """The newest of them; with an address behind the command what stands about it, or the form that adds it."""
    caller = interaction.caller
    require_admin(caller.collaborator)
    if not typed:
        interaction.ack()
        with caller.reading() as session:
            blocks = suppression_blocks(session, caller)
        return interaction.say(caller.t(TITLE), blocks)
    mail = checked_address(typed)
    with caller.reading() as session:
        row = suppression_of(session, mail)
        known = _line(session, caller, row, mail) if row else []
    if row is None:
        return open_form(interaction, lambda _caller: _form_for(mail))
    interaction.ack()
    return interaction.say(caller.t(TITLE), known)


def suppression_blocks(session: Session, caller: Caller) -> list[Json]:
    """The newest ones, each with its way back, and the ways to add one and to have them all."""
    t = caller.t
    found, number, hashed = latest_suppressions(session, asked_by=caller.collaborator, limit=SHOWN)
    blocks = [block for row in found for block in _line(session, caller, row, row.mail)]
    said = [] if found else [t(_("Every address may get mailings, as far as its people want them."))]
    if number > len(found):
        said.append(t(_("These are the latest of {number}; an export has them all."), number=t.number(number)))
    if hashed:
        said.append(
            t.n(
                "{number} address of somebody who asked to be forgotten is kept as a code.",
                "{number} addresses of people who asked to be forgotten are kept as codes.",
                hashed,
            )
        )
    told = [context(*(plain(one) for one in said))] if said else []
    example = f"/crm {NAMES[t.language][0]} els@dupont.example"
    one = rich(filled(t(_("What holds for one address: `{example}`")), example=example))
    new = button(t(_("+ Exclude an address")), "suppression/new", style="primary")
    return [*blocks, *told, one, actions(new)]


def _line(session: Session, caller: Caller, row: Suppression, mail: str) -> list[Json]:
    t, said = caller.t, said_of(session, caller, row, mail)
    let_in = button(t(_("Let back in")), "suppression/lift", str(row.id))
    only = [context(plain(t(_("Let it back in only when they ask for it."))))] if row.reason in OWN_WISH else []
    return [section(plain(said), accessory=let_in), *only]


def said_of(session: Session, caller: Caller, row: Suppression, mail: str) -> str:
    """Why nothing goes to the address, since when, and by whom where a colleague did it."""
    by_id = last_actor_of(session, Suppression.__tablename__, row.id)
    by = session.get(Collaborator, by_id) if by_id else None
    who = by.name if by else caller.t(_("A colleague"))
    return caller.t(REASONS[row.reason], mail=mail, who=who, day=day_of(caller, row.at))


# Adding one


def _form_for(mail: str) -> SuppressionForm:
    form = SuppressionForm()
    form.mail = mail
    return form


def _open_new(interaction: Interaction) -> None:
    def build(caller: Caller) -> SuppressionForm:
        require_admin(caller.collaborator)
        return SuppressionForm()

    open_form(interaction, build)


def save(session: Session, caller: Caller, form: SuppressionForm) -> Saved:
    t = caller.t
    row, is_new = suppress_for_office(
        session, form.mail, is_hashed=form.is_hashed, by=caller.collaborator, now=caller.office.now()
    )
    if not is_new and not form.is_hashed:
        text = said_of(session, caller, row, form.mail)
        return Saved(text, _line(session, caller, row, form.mail))
    text = t(_("No mailing goes to {mail} any more."), mail=row.mail)
    if form.is_hashed:
        text = t(_("No mailing goes to this address any more. Only a code of it is kept."))
    undo = [actions(button(t(_("Undo")), "suppression/undo", str(row.id)))] if is_new else []
    return Saved(text, [section(plain(text)), *undo])


# Letting one back in


def _lift(session: Session, caller: Caller, suppression_id: int) -> tuple[str, int]:
    """The sentence, and the entry with which it is taken back."""
    row = session.get(Suppression, suppression_id)
    mail = caller.t(_("This address")) if row is None or row.mail.startswith(HASHED) else row.mail
    entry = lift_suppression(session, suppression_id, by=caller.collaborator)
    return caller.t(_("{mail} may get mailings again, as far as its people want them."), mail=mail), entry.id


def _let_in(interaction: Interaction) -> None:
    interaction.ack()
    with interaction.writing() as session:
        text, entry_id = _lift(session, interaction.caller, int(interaction.value))
    undo = button(interaction.t(_("Undo")), "suppression/put_back", str(entry_id))
    interaction.say(text, [section(plain(text)), actions(undo)])


def _undo(interaction: Interaction) -> None:
    interaction.ack()
    with interaction.writing() as session:
        text, _entry_id = _lift(session, interaction.caller, int(interaction.value))
    interaction.say(text, [section(plain(text))], replace=True)


def _put_back(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with interaction.writing() as session:
        row = put_back(session, int(interaction.value), by=caller.collaborator)
        text = caller.t(_("No mailing goes to {mail} any more."), mail=row.mail)
        if row.mail.startswith(HASHED):
            text = caller.t(_("No mailing goes to this address any more. Only a code of it is kept."))
    interaction.say(text, [section(plain(text))], replace=True)


def register(slack: Listening) -> None:
    slack.subcommand(Subcommand(NAMES, "", TITLE, show_suppressions, least=Role.ADMIN))
    serve_form(slack, Serving(SuppressionForm, save=save))
    slack.action("suppression/list", show_suppressions)
    slack.action("suppression/new", _open_new)
    slack.action("suppression/lift", _let_in)
    slack.action("suppression/undo", _undo)
    slack.action("suppression/put_back", _put_back)
