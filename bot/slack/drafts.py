"""What somebody typed in a new form and never saved: kept as they go, offered when they open the form again."""

from __future__ import annotations

import logging

from bot.office import Caller
from bot.slack.blocks import Json, button, plain, section
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.texts import _
from store.base import BookBusy, NotAllowed
from store.submissions import draft_of, is_saved, keep_draft

log = logging.getLogger(__name__)

RESUME = "resume"
MADE_FOR = ("relation", "contact", "action", "message")
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
    interaction.ack()
    view = interaction.body["view"]
    if view.get("state", {}).get("values"):
        keep_typed(interaction, kind.read(view))


def offer_resume(view: Json, form: Form, caller: Caller) -> Json:
    """The view, with an offer above the fields when there is something to resume."""
    if not is_new(form):
        return view
    with caller.reading() as session:
        draft = draft_of(session, caller.collaborator.id, draft_key(form), now=caller.office.now())
    if draft is None:
        return view
    kept_at = caller.t.moment(draft.kept_at, zone=caller.collaborator.zone, today=caller.today)
    text = plain(caller.t(_("You were filling in this form ({when}) and did not save it."), when=kept_at))
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
