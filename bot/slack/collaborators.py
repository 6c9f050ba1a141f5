"""The people of the office: administrators add them by their Slack account and bind their mailboxes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, overflow, plain, section
from bot.slack.break_glass import open_break_glass
from bot.slack.choices import Choice, Person, Says, Search
from bot.slack.fields import Field
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.rights import (
    find_teams,
    open_rights,
    rights_in,
    rights_of,
    role_option,
    roles,
    scope_option,
    scopes,
)
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.access import require_admin
from store.administration import (
    deactivate_collaborator,
    reactivate_collaborator,
    set_rights,
    set_slack_user,
    unbind_mailbox,
)
from store.base import BookError
from store.collaborators import (
    Collaborator,
    Role,
    Scope,
    active_collaborators,
    add_collaborator,
    collaborator_by_mail,
    collaborators_who_left,
)
from store.mailboxes import Mailbox, mailbox_of

SHOWN = 40


class CollaboratorForm(Form, id="collaborator", title=_("Collaborator"), submit=_("Add")):
    person = Person(_("Who, in Slack")).reacting()
    found = Says(lambda _caller, form: form.about.get("said", ""))
    role = Choice(_("Role"), among=roles)
    scope = Choice(_("Files they see"), among=scopes)
    team = Search(_("Team"), find=find_teams).optional()


def open_collaborators(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    require_admin(caller.collaborator)
    with caller.reading() as session:
        blocks = collaborator_blocks(session, caller)
    interaction.say(caller.t(_("Collaborators")), blocks)


def collaborator_blocks(session: Session, caller: Caller) -> list[Json]:
    t = caller.t
    blocks = []
    for one in active_collaborators(session):
        mailbox = mailbox_of(session, one.id)
        reached = mailbox.address if mailbox else t(_("no mailbox"))
        failing = f" ⚠ {t(_('not readable at the moment'))}" if mailbox and mailbox.failing_since else ""
        said = plain(f"{one.name}{rights_of(session, caller, one)} — {reached}{failing}")
        blocks.append(section(said, accessory=_menu(caller, one, mailbox)))
    add = button(t(_("+ Add a collaborator")), "collaborator/new", style="primary")
    gone = len(collaborators_who_left(session))
    past = [button(t(_("Who has left ({number})"), number=gone), "collaborator/left")] if gone else []
    return [*blocks, actions(add, button(t(_("+ Bind a mailbox")), "mailbox/new"), *past)]


def _menu(caller: Caller, one: Collaborator, mailbox: Mailbox | None) -> Json:
    t = caller.t
    ways = [(f"rights:{one.id}", t(_("Role and files…")))]
    ways += [(f"private:{one.id}", t(_("Open a private record…")))] if one.id != caller.collaborator.id else []
    ways += [(f"unbind:{mailbox.id}", t(_("Unbind the mailbox")))] if mailbox else []
    return overflow("collaborator/more", [*ways, (f"leave:{one.id}", t(_("Has left")))])


def show_left(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    require_admin(caller.collaborator)
    with caller.reading() as session:
        blocks = [_row_of_left(caller, one) for one in collaborators_who_left(session)[:SHOWN]]
    interaction.say(caller.t(_("Who has left")), blocks)


def _row_of_left(caller: Caller, one: Collaborator) -> Json:
    t = caller.t
    ways = [(f"back:{one.id}", t(_("Is back"))), (f"private:{one.id}", t(_("Open a private record…")))]
    return section(plain(one.name), accessory=overflow("collaborator/more", ways))


# Adding somebody


def look_up(caller: Caller, form: CollaboratorForm, _changed: Field[Any]) -> None:
    """What Slack knows of the chosen person; only what Slack says is kept, so nobody claims another's address."""
    chosen = form.draft(CollaboratorForm.person)
    form.about = {key: value for key, value in form.about.items() if key == "reply_to"}
    if not chosen:
        return
    try:
        user: Json = caller.office.slack.users_info(user=chosen, include_locale=True)["user"]
    except SlackApiError as error:
        raise BookError(_("Slack does not know this person."), field="person") from error
    mail = user.get("profile", {}).get("email") or ""
    if user.get("is_bot") or not mail:
        form.about["said"] = caller.t(_("Slack gives no e-mail address for this person, so they cannot be added."))
        return
    # Whoever sets an unconfirmed address in Slack could otherwise become the colleague who has it.
    if user.get("is_email_confirmed") is False:
        form.about["said"] = caller.t(_("This person has not confirmed their e-mail address in Slack yet."))
        return
    name = user.get("real_name") or user.get("name") or mail
    form.about |= {"mail": mail, "name": name, "locale": user.get("locale") or "", "zone": user.get("tz") or ""}
    form.about["said"] = f"{name} · {mail}"


def check_collaborator(caller: Caller, form: CollaboratorForm) -> None:
    """Asks Slack about who is chosen now: the form may still show what it said of somebody chosen before."""
    require_admin(caller.collaborator)
    look_up(caller, form, CollaboratorForm.person)


def save_collaborator(session: Session, caller: Caller, form: CollaboratorForm) -> Saved:
    require_admin(caller.collaborator)
    about, office = form.about, caller.office.settings.office
    if not about.get("mail"):
        raise BookError(_("Slack gives no e-mail address for this person, so they cannot be added."), field="person")
    known = collaborator_by_mail(session, about["mail"])
    if known is not None and not known.is_active:
        return _taken_back(session, caller, known, form)
    added = add_collaborator(
        session,
        name=about["name"],
        mail=about["mail"],
        now=caller.office.now(),
        locale=about.get("locale") or office.locale,
        zone=about.get("zone") or office.zone,
        slack_user_id=form.person,
        **rights_in(form),
    )
    return Saved(*_may_come_in(caller, added))


def _may_come_in(caller: Caller, added: Collaborator) -> tuple[str, list[Json]]:
    text = caller.t(_("{name} can use Rapport now. Bind a mailbox, so that mails file themselves."), name=added.name)
    bind = button(caller.t(_("+ Bind a mailbox")), "mailbox/new", str(added.id), style="primary")
    return text, [section(plain(text)), actions(bind)]


def _taken_back(session: Session, caller: Caller, known: Collaborator, form: CollaboratorForm) -> Saved:
    """Somebody who left and is added again is who they were, perhaps with another Slack account."""
    set_slack_user(session, known.id, form.person, by=caller.collaborator, now=caller.office.now())
    reactivate_collaborator(session, known.id, by=caller.collaborator)
    set_rights(session, known.id, by=caller.collaborator, **rights_in(form))
    return Saved(*_may_come_in(caller, known))


# What happens to those who are there


def choose_more(interaction: Interaction) -> None:
    what, _colon, row_id = interaction.value.partition(":")
    if what in ANSWERS:
        ANSWERS[what](interaction, int(row_id))
        return
    interaction.ack()
    caller = interaction.caller
    with interaction.writing() as session:
        text, ways = CHANGES[what](session, caller, int(row_id))
        blocks = collaborator_blocks(session, caller)
    interaction.say(text, [section(plain(text)), *([actions(*ways)] if ways else []), *blocks], replace=True)


def _leaves(session: Session, caller: Caller, collaborator_id: int) -> tuple[str, list[Json]]:
    gone = deactivate_collaborator(session, collaborator_id, by=caller.collaborator)
    undo = button(caller.t(_("Undo")), "collaborator/back", str(gone.id))
    return caller.t(_("{name} no longer has access. What they did stays."), name=gone.name), [undo]


def _is_unbound(session: Session, caller: Caller, mailbox_id: int) -> tuple[str, list[Json]]:
    closed = unbind_mailbox(session, by=caller.collaborator, mailbox_id=mailbox_id)
    again = button(caller.t(_("+ Bind a mailbox")), "mailbox/new", str(closed.collaborator_id))
    text = _("Rapport no longer reads or sends through {address}; mailings from there are paused.")
    return caller.t(text, address=closed.address), [again]


CHANGES: dict[str, Callable[[Session, Caller, int], tuple[str, list[Json]]]] = {
    "leave": _leaves,
    "unbind": _is_unbound,
}
"""What to say, and the buttons that go with it."""


def bring_back(interaction: Interaction, collaborator_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with interaction.writing() as session:
        back = reactivate_collaborator(session, collaborator_id, by=caller.collaborator)
        text, blocks = _may_come_in(caller, back)
    interaction.say(text, blocks, replace=True)


ANSWERS: dict[str, Callable[[Interaction, int], None]] = {
    "rights": open_rights,
    "private": open_break_glass,
    "back": bring_back,
}
"""What answers by itself."""


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {
                "en": ("collaborators", "collaborator"),
                "fr": ("collaborateurs", "collaborateur"),
                "nl": ("medewerkers", "medewerker"),
            },
            "",
            _("The people of the office and their mailboxes"),
            lambda interaction, _rest: open_collaborators(interaction),
            least=Role.ADMIN,
        )
    )
    named = {"mail": "person", "slack_user_id": "person", "team_id": "team"}
    serve_form(
        slack,
        Serving(CollaboratorForm, save=save_collaborator, chosen=look_up, check=check_collaborator, named=named),
    )
    slack.action("collaborator/new", lambda interaction: open_form(interaction, _new_collaborator))
    slack.action("collaborator/more", choose_more)
    slack.action("collaborator/left", show_left)
    slack.action("collaborator/back", lambda interaction: bring_back(interaction, int(interaction.value)))


def _new_collaborator(caller: Caller) -> CollaboratorForm:
    require_admin(caller.collaborator)
    form = CollaboratorForm()
    form.role, form.scope = role_option(caller, Role.REP), scope_option(caller, Scope.ALL)
    return form
