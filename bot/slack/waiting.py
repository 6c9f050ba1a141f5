"""The way to "create it first": the form that waits is kept as JSON while another one stands over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bot.slack.blocks import Json
from bot.slack.fields import Field, Option
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from store.submissions import draft_of, drop_draft, keep_draft

F = TypeVar("F", bound=Form)
Create = Callable[[Interaction, F, str, Json], None]
"""Gets the waiting form, the name that was typed, and what the new form must carry in `about["waiting"]`."""


def wait_for(interaction: Interaction, create: Create[F], form: F, wanted: Field[Any], typed: Option) -> None:
    """Opens the form that makes what was typed, over this one."""
    office, view_id = interaction.office, interaction.body["view"]["id"]
    content = {"form": form.dump(), "about": dict(form.about), "revisions": dict(form.revisions)}

    def keep() -> None:
        by = interaction.caller.collaborator.id
        with office.book.writing(actor_id=by, door="slack") as session:
            keep_draft(session, by, _waiting_key(view_id), content, now=office.now())

    kept = office.background.submit(keep)
    waiting = {"view_id": view_id, "form": form.id, "field": wanted.name}
    create(interaction, form, typed.value.removeprefix("new:"), waiting)
    kept.result()


def _waiting_key(view_id: str) -> str:
    return f"waiting/{view_id}"


def choose_in_waiting_form(
    interaction: Interaction, slack: Listening, waiting: Mapping[str, str], choice: Option
) -> bool:
    """False when the form that waited was closed, or forgotten."""
    serving, caller, office = slack.servings[waiting["form"]], interaction.caller, interaction.office
    view_id = waiting["view_id"]
    with office.book.writing(actor_id=caller.collaborator.id, door="slack") as session:
        kept = draft_of(session, caller.collaborator.id, _waiting_key(view_id), now=office.now())
        drop_draft(session, caller.collaborator.id, _waiting_key(view_id))
    if kept is None:
        return False
    form = serving.kind(**kept.content["about"])
    form.revisions = kept.content["revisions"]
    form.load(kept.content["form"])
    filled = next(one for one in form.fields if one.name == waiting["field"])
    form.fill(filled, choice)
    with slack.open_forms.turn(view_id) as turn:
        if serving.chosen is not None:
            serving.chosen(caller, form, filled)
        redrawn = interaction.update_view(form.view(caller), view_id=view_id)
        turn.keep(form, redrawn)
    return bool(redrawn)
