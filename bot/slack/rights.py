"""What a collaborator may do, whose files they see, and who they are in Slack: an administrator's to say."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.choices import Choice, Person, Search
from bot.slack.fields import Option, Options
from bot.slack.finding import in_use, line_option
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.access import require_admin
from store.administration import set_rights, set_slack_user
from store.collaborators import Collaborator, Role, Scope, Team
from store.words import fold

ROLES = {
    Role.READER: _("Reader: sees, changes nothing"),
    Role.REP: _("Representative: works in the book"),
    Role.ADMIN: _("Administrator: adds people and mailboxes"),
}
SHORT_ROLES = {Role.READER: _("reader"), Role.ADMIN: _("administrator")}
SCOPES = {Scope.OWN: _("Their own files"), Scope.TEAM: _("Their team’s files"), Scope.ALL: _("All files")}


def role_option(caller: Caller, role: Role) -> Option:
    return Option(role.value, caller.t(ROLES[role]))


def scope_option(caller: Caller, scope: Scope) -> Option:
    return Option(scope.value, caller.t(SCOPES[scope]))


def roles(caller: Caller, _form: Any = None) -> list[Option]:
    return [role_option(caller, role) for role in ROLES]


def scopes(caller: Caller, _form: Any = None) -> list[Option]:
    return [scope_option(caller, scope) for scope in SCOPES]


def find_teams(caller: Caller, typed: str, _form: Any = None) -> Options:
    options = [line_option(team, caller) for team in in_use(caller, Team)]
    return Options([one for one in options if fold(typed) in fold(one.label)][:100])


class RightsForm(Form, id="rights", title=_("Role and files"), submit=_("Save")):
    person = Person(_("Who, in Slack"))
    role = Choice(_("Role"), among=roles)
    scope = Choice(_("Files they see"), among=scopes)
    team = Search(_("Team"), find=find_teams).optional()


def rights_of(session: Session, caller: Caller, one: Collaborator) -> str:
    """What is unusual about them, as it stands behind a name: " · administrator · West"."""
    team = session.get(Team, one.team_id) if one.team_id else None
    told = [
        caller.t(SHORT_ROLES[one.role]) if one.role in SHORT_ROLES else "",
        caller.t(SCOPES[one.scope]) if one.scope is not Scope.ALL else "",
        team.label(caller.t.language) if team else "",
        "" if one.slack_user_id else caller.t(_("not in Slack")),
    ]
    return "".join(f" · {word}" for word in told if word)


def rights_in(form: Any) -> dict[str, Any]:
    """Role, scope and team of a form that has these fields, as `set_rights` takes them."""
    return {
        "role": Role(form.role.value),
        "scope": Scope(form.scope.value),
        "team_id": form.team.id if form.team else None,
    }


def open_rights(interaction: Interaction, collaborator_id: int) -> None:
    open_form(interaction, lambda caller: form_of(caller, collaborator_id))


def form_of(caller: Caller, collaborator_id: int) -> RightsForm:
    """The rights as they stand. Raises NotAllowed."""
    require_admin(caller.collaborator)
    with caller.reading() as session:
        one = session.get_one(Collaborator, collaborator_id)
        team = session.get(Team, one.team_id) if one.team_id else None
    form = RightsForm(record=one.id, version=one.version)
    form.role, form.scope = role_option(caller, one.role), scope_option(caller, one.scope)
    form.team = line_option(team, caller) if team else None
    if one.slack_user_id:
        form.person = one.slack_user_id
    return form


def save(session: Session, caller: Caller, form: RightsForm) -> Saved:
    by, collaborator_id = caller.collaborator, form.about["record"]
    one = set_rights(session, collaborator_id, by=by, version=form.about.get("version"), **rights_in(form))
    set_slack_user(session, collaborator_id, form.person, by=by, now=caller.office.now())
    text = _("{name} from the next click on: {role}. {scope}.")
    return Saved(caller.t(text, name=one.name, role=caller.t(ROLES[one.role]), scope=caller.t(SCOPES[one.scope])))


def register(slack: Listening) -> None:
    named = {"slack_user_id": "person", "team_id": "team"}
    serve_form(slack, Serving(RightsForm, save=save, fresh=form_of, named=named))
