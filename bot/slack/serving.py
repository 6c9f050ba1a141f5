"""Serves any form: opening, option loading, redraws, submission, drafts, and the way back from "create it first"."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, sentence_view
from bot.slack.choices import Button, MultiSearch, Search
from bot.slack.drafts import RESUME, keep_closed, keep_typed, offer_resume, resume
from bot.slack.fields import Field, Option
from bot.slack.forms import Form, all_fields
from bot.slack.interaction import Interaction, sentence_of
from bot.slack.listening import Listening
from bot.texts import _
from store.base import BookBusy, BookError, ChangedMeanwhile
from store.submissions import draft_of, drop_draft, is_first, keep_draft

ANSWER_WITHIN_S = 2.0
"""A submission is answered within this; Slack gives up after 3 s."""

F = TypeVar("F", bound=Form)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save tells the person: a sentence, a card with what to do next, and what a waiting form may choose."""

    text: str
    blocks: list[Json] = field(default_factory=list)
    choice: Option | None = None


Save = Callable[[Session, Caller, F], Saved]
Chosen = Callable[[Caller, F, Field[Any]], None]
Pressed = Callable[[Interaction, F], None]
Create = Callable[[Interaction, F, str, Json], None]
"""Gets the waiting form, the name that was typed, and what the new form must carry in `about["waiting"]`."""


@dataclass(frozen=True)
class Serving(Generic[F]):
    """How one kind of form is served.

    `save` runs in one transaction of the book; `check` runs before it, for questions to the outside. `chosen` fills
    other fields when a reacting one changed. `pressed` are the form's own buttons, `create` says by searching field
    which form makes what was not found.
    """

    kind: type[F]
    save: Save[F]
    chosen: Chosen[F] | None = None
    check: Callable[[Caller, F], None] | None = None
    pressed: Mapping[Button, Pressed[F]] = field(default_factory=dict)
    create: Mapping[Any, Create[F]] = field(default_factory=dict)


_served: dict[str, Serving[Any]] = {}
"""By form id: a form made for another one that waits must find how that one is served."""


def serve_form(slack: Listening, serving: Serving[F]) -> None:
    kind = serving.kind
    _served[kind.id] = serving
    slack.submission(kind.id, lambda i: _submit(i, serving))
    slack.closed(kind.id, lambda i: keep_closed(i, kind))
    slack.action(f"{RESUME}/{kind.id}", lambda i: resume(i, kind))
    for one in all_fields(kind):
        if isinstance(one, Button):
            slack.action(one.action_id, _pressing(serving, one))
        elif one.reacts:
            slack.action(one.action_id, lambda i: _change(i, serving))
        if isinstance(one, Search | MultiSearch):
            slack.options(one.action_id, _options(kind, one))


def open_form(interaction: Interaction, build: Callable[[Caller], Form]) -> None:
    """Opens the form that `build` makes; a blank one offers what was typed and never saved."""

    def view(caller: Caller) -> Json:
        form = build(caller)
        form.about.setdefault("reply_to", interaction.reply_to)
        return offer_resume(form.view(caller), form, caller)

    interaction.open_view(view)


# Submission


def _submit(interaction: Interaction, serving: Serving[F]) -> None:
    view = interaction.body["view"]
    form = serving.kind.read(view)
    if problems := form.problems():
        interaction.ack(response_action="errors", errors=form.errors(problems, interaction.t))
        return
    work = interaction.office.threads.submit(lambda: _save_once(interaction, serving, form))
    try:
        saved = work.result(timeout=max(0.1, ANSWER_WITHIN_S - (time.monotonic() - interaction.began)))
    except NotYet:
        saving = sentence_view(interaction.t(form.title), interaction.t(_("Saving…")), interaction.t(_("Close")))
        interaction.ack(response_action="update", view=saving)
        _finish_slowly(interaction, form, work.result)
        return
    except (BookError, BookBusy) as error:
        _show_problem(interaction, form, error)
        return
    interaction.ack()
    _tell(interaction, form, saved)


def _save_once(interaction: Interaction, serving: Serving[F], form: F) -> Saved | None:
    """None when this very form was saved before: a double click, or Slack asking again."""
    caller = interaction.caller
    office, collaborator_id = interaction.office, caller.collaborator.id
    if serving.check is not None:
        serving.check(caller, form)
    with office.book.writing(actor_id=collaborator_id, door="slack") as session:
        if not is_first(session, f"slack/{interaction.body['view']['id']}", now=office.now()):
            return None
        saved = serving.save(session, caller, form)
        drop_draft(session, collaborator_id, form.id)
    return saved


def _show_problem(interaction: Interaction, form: Form, error: BookError | BookBusy) -> None:
    """At its field when it has one; else above the form, with everything that was typed."""
    if isinstance(error, BookError) and error.field and not isinstance(error, ChangedMeanwhile):
        sentence = sentence_of(error, interaction.t)
        interaction.ack(response_action="errors", errors=form.errors({error.field: sentence}, interaction.t))
        return
    interaction.ack(response_action="update", view=_with_alert(interaction, form, error))


def _with_alert(interaction: Interaction, form: Form, error: BookError | BookBusy) -> Json:
    if isinstance(error, ChangedMeanwhile) and error.version is not None:
        form.about["version"] = error.version  # saving again is then a decision, not an accident
    form.alert = sentence_of(error, interaction.t)
    return form.view(interaction.caller)


def _finish_slowly(interaction: Interaction, form: Form, result: Callable[[], Saved | None]) -> None:
    view_id = interaction.body["view"]["id"]
    try:
        saved = result()
    except (BookError, BookBusy) as error:
        interaction.update_view(_with_alert(interaction, form, error), view_id=view_id)
        return
    text = saved.text if saved else interaction.t(_("Saved."))
    done = sentence_view(interaction.t(form.title), text, interaction.t(_("Close")))
    interaction.update_view(done, view_id=view_id)
    _tell(interaction, form, saved)


def _tell(interaction: Interaction, form: Form, saved: Saved | None) -> None:
    if saved is None:
        return
    if saved.choice and form.about.get("waiting"):
        _choose_in_waiting_form(interaction, form.about["waiting"], saved.choice)
    elif saved.text:
        interaction.say(saved.text, saved.blocks or None)


# Redraws


def _change(interaction: Interaction, serving: Serving[F]) -> None:
    interaction.ack()
    form = serving.kind.read(interaction.body["view"])
    form.changed(interaction.payload["action_id"])
    changed = _field_of(serving.kind, interaction.payload["action_id"])
    value = form.values.get(changed.name)
    if isinstance(value, Option) and value.is_new and changed in serving.create:
        form.values[changed.name] = None
        _wait_for(interaction, serving, form, changed, value)
        return
    if serving.chosen is not None:
        serving.chosen(interaction.caller, form, changed)
    interaction.update_view(form.view(interaction.caller))
    keep_typed(interaction, form)


def _pressing(serving: Serving[F], pressed: Button) -> Callable[[Interaction], None]:
    def press(interaction: Interaction) -> None:
        form = serving.kind.read(interaction.body["view"])
        keep_typed(interaction, form)
        serving.pressed[pressed](interaction, form)

    return press


def _field_of(kind: type[Form], action_id: str) -> Field[Any]:
    return next(one for one in all_fields(kind) if one.action_id == action_id)


def _options(kind: type[Form], searched: Search | MultiSearch) -> Callable[[Interaction], None]:
    def on_options(interaction: Interaction) -> None:
        form = kind.read(interaction.body["view"])
        found = searched.find(interaction.caller, str(interaction.payload.get("value") or ""), form)
        interaction.ack(**found.to_slack())

    return on_options


# "Create it first": the form that waits is kept as JSON while another one stands over it


def _wait_for(interaction: Interaction, serving: Serving[F], form: F, wanted: Field[Any], typed: Option) -> None:
    office, caller = interaction.office, interaction.caller
    view_id = interaction.body["view"]["id"]
    with office.book.writing(actor_id=caller.collaborator.id, door="slack") as session:
        content = {"form": form.dump(), "about": form.about, "revisions": form.revisions}
        keep_draft(session, caller.collaborator.id, _waiting_key(view_id), content, now=office.now())
    waiting = {"view_id": view_id, "form": form.id, "field": wanted.name}
    serving.create[wanted](interaction, form, typed.value.removeprefix("new:"), waiting)


def _waiting_key(view_id: str) -> str:
    return f"waiting/{view_id}"


def _choose_in_waiting_form(interaction: Interaction, waiting: Mapping[str, str], choice: Option) -> None:
    serving, caller, office = _served[waiting["form"]], interaction.caller, interaction.office
    with office.book.writing(actor_id=caller.collaborator.id, door="slack") as session:
        kept = draft_of(session, caller.collaborator.id, _waiting_key(waiting["view_id"]), now=office.now())
        drop_draft(session, caller.collaborator.id, _waiting_key(waiting["view_id"]))
    if kept is None:
        return
    form = serving.kind(**kept.content["about"])
    form.revisions = kept.content["revisions"]
    form.load(kept.content["form"])
    filled = next(one for one in form.fields if one.name == waiting["field"])
    form.fill(filled, choice)
    if serving.chosen is not None:
        serving.chosen(caller, form, filled)
    interaction.update_view(form.view(caller), view_id=waiting["view_id"])
