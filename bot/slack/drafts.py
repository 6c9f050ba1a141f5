"""What somebody typed in a new form and never saved: kept as they go, offered when they open the form again."""

from __future__ import annotations

import logging
from typing import Any

from bot.office import Caller
from bot.slack.blocks import Json, button, plain, section
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.texts import _
from store.base import BookBusy, NotAllowed
from store.submissions import draft_kept_at, draft_of, is_saved, keep_draft

log = logging.getLogger(__name__)

RESUME = "resume"
MADE_FOR = ("relation", "contact", "action", "dossier", "message")
"""Where `about` names the record that a new one is made for."""


def keep_typed(interaction: Interaction, form: Form) -> None:
    """In the background: nobody waits for it, and a busy book loses only the draft."""

    office, content, view_id = interaction.office, form.dump(), interaction.body["view"]["id"]

    def keep() -> None:
        try:
            collaborator_id = interaction.caller.collaborator.id
            with office.book.writing(actor_id=collaborator_id, door="slack") as session:
                if not is_saved(session, submission_key(view_id)):
                    keep_draft(session, collaborator_id, draft_key(form), content, now=office.now())
        except (BookBusy, NotAllowed) as error:
            log.info("a draft was not kept: %s", type(error).__name__)

    if is_new(form):
        office.background.submit(keep)


def draft_key(form: Form) -> str:
    """A contact typed for one relation is not offered at another."""
    made_for = (f"{what}={form.about[what]}" for what in MADE_FOR if what in form.about)
    return "/".join([form.id, *made_for])


def submission_key(view_id: str) -> str:
    """One press of Save, however often Slack or the person repeats it."""
    return f"slack/{view_id}"


def keep_closed(interaction: Interaction, kind: type[Form]) -> None:
    """What reacted was kept when it was typed; a form that was only looked at leaves nothing behind."""
    interaction.ack()
    view = interaction.body["view"]
    if was_filled_in(view):
        keep_typed(interaction, kind.read(view))


def was_filled_in(view: Json) -> bool:
    """Whether a field holds something else than what Rapport put there."""
    entered = view.get("state", {}).get("values", {})
    inputs = (block for block in view["blocks"] if block["type"] == "input")
    return any(
        _entered(entered.get(block["block_id"], {}).get(block["element"]["action_id"], {})) != _put(block["element"])
        for block in inputs
    )


def _entered(state: Json) -> Any:
    return _bare(next((value for key, value in state.items() if key != "type"), None))


def _put(element: Json) -> Any:
    return _bare(next((value for key, value in element.items() if key.startswith("initial_")), None))


def _bare(value: Any) -> Any:
    """Options by their values, for Slack gives their texts back in its own way."""
    if isinstance(value, dict):
        return value.get("value")
    return [_bare(one) for one in value] if isinstance(value, list) and value else value or None


def offer_resume(view: Json, form: Form, caller: Caller) -> Json:
    """The view, with an offer above the fields when there is something to resume."""
    if not is_new(form):
        return view
    with caller.reading() as session:
        kept_at = draft_kept_at(session, caller.collaborator.id, draft_key(form), now=caller.office.now())
    if kept_at is None:
        return view
    when = caller.t.moment(kept_at, zone=caller.collaborator.zone, today=caller.today)
    text = plain(caller.t(_("You were filling in this form ({when}) and did not save it."), when=when))
    offer = section(text, accessory=button(caller.t(_("Resume")), f"{RESUME}/{form.id}"), block_id=RESUME)
    return {**view, "blocks": [offer, *view["blocks"]]}


def resume(interaction: Interaction, kind: type[Form]) -> None:
    """Fills the open form with what was kept."""
    interaction.ack()
    caller = interaction.caller
    form = kind.read(interaction.body["view"])
    with caller.reading() as session:
        draft = draft_of(session, caller.collaborator.id, draft_key(form), now=caller.office.now())
    if draft is not None:
        form.load(draft.content)
        form.redraw_all()
    interaction.update_view(form.view(caller))


def is_new(form: Form) -> bool:
    """Whether it makes something: what changes a record is not kept, for the record may change meanwhile."""
    return "record" not in form.about
