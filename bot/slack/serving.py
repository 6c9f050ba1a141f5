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
from bot.slack.drafts import RESUME, draft_key, is_new, keep_closed, keep_typed, offer_resume, resume, submission_key
from bot.slack.fields import Field, Option
from bot.slack.forms import SEEN, Form, all_fields
from bot.slack.interaction import Interaction, sentence_of
from bot.slack.listening import Listening
from bot.slack.merging import merge, remember_shown
from bot.slack.resending import above, with_alert
from bot.slack.waiting import Create, choose_in_waiting_form, wait_for
from bot.slack.whom import say_whom
from bot.texts import _
from store.audit import last_actor_of
from store.base import BookBusy, BookError, ChangedMeanwhile, NotAllowed
from store.collaborators import Collaborator
from store.submissions import drop_draft, is_first

ANSWER_WITHIN_S = 1.9
"""A submission is answered within this; Slack gives up after 3 s."""

F = TypeVar("F", bound=Form)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save tells the person: a sentence, a card with what to do next, and what a waiting form may choose."""

    text: str
    blocks: list[Json] = field(default_factory=list)
    choice: Option | None = None


class ReadFirst(BookError):
    """Nothing was saved: the form has something new to say, and is drawn anew with this sentence above it."""


@dataclass(frozen=True, slots=True)
class _BroughtBack:
    """Not saved: the form again, to be checked."""

    view: Json


Save = Callable[[Session, Caller, F], Saved]
Chosen = Callable[[Caller, F, Field[Any]], None]
Pressed = Callable[[Interaction, F], None]


@dataclass(frozen=True)
class Serving(Generic[F]):
    """How one kind of form is served.

    `save` runs in one transaction of the book; `check` runs before it, for questions to the outside. `chosen` fills
    other fields when a reacting one changed. `pressed` are the form's own buttons, `create` says by searching field
    which form makes what was not found. `named` are fields of this form by the book's name for them. `fresh` builds the
    form of the record with this id as it stands now, to merge what somebody else saved meanwhile.
    """

    kind: type[F]
    save: Save[F]
    chosen: Chosen[F] | None = None
    check: Callable[[Caller, F], None] | None = None
    pressed: Mapping[Button, Pressed[F]] = field(default_factory=dict)
    create: Mapping[Any, Create[F]] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    fresh: Callable[[Caller, Any], F] | None = None


def serve_form(slack: Listening, serving: Serving[F]) -> None:
    kind = serving.kind
    slack.servings[kind.id] = serving
    slack.submission(kind.id, lambda i: _submit(i, slack, serving))
    slack.closed(kind.id, lambda i: keep_closed(i, kind))
    slack.action(f"{RESUME}/{kind.id}", lambda i: resume(i, kind))
    for one in all_fields(kind):
        if isinstance(one, Button):
            slack.action(one.action_id, _pressing(serving, one))
        elif one.reacts:
            slack.action(one.action_id, lambda i: _change(i, slack, serving))
        if isinstance(one, Search | MultiSearch):
            slack.options(one.action_id, _options(kind, one))


def open_form(interaction: Interaction, build: Callable[[Caller], Form | None]) -> None:
    """Opens the form that `build` makes; a blank one offers what was typed and never saved."""

    def view(caller: Caller) -> Json | None:
        form = build(caller)
        if form is None:
            return None
        form.about.setdefault("reply_to", interaction.reply_to)
        say_whom(form, caller)
        if not is_new(form):
            remember_shown(form)
        return offer_resume(form.view(caller), form, caller)

    interaction.open_view(view)


# Submission


def _submit(interaction: Interaction, slack: Listening, serving: Serving[F]) -> None:
    view = interaction.body["view"]
    form = serving.kind.read(view)
    if problems := form.problems():
        interaction.ack(response_action="errors", errors=form.errors(problems, interaction.t))
        return
    work = interaction.office.background.submit(lambda: _save_or_merge(interaction, serving, form))
    try:
        saved = work.result(timeout=max(0.1, ANSWER_WITHIN_S - (time.monotonic() - interaction.began)))
    except NotYet:
        saving = sentence_view(interaction.t(form.title), interaction.t(_("Saving…")), interaction.t(_("Close")))
        interaction.ack(response_action="update", view=saving)
        interaction.waiting_view = view["id"]
        _finish_slowly(interaction, slack, form, work.result)
        return
    except NotAllowed:
        raise
    except (BookError, BookBusy) as error:
        _show_problem(interaction, serving, form, error)
        return
    if isinstance(saved, _BroughtBack):
        interaction.ack(response_action="update", view=saved.view)
        return
    interaction.ack()
    _tell(interaction, slack, form, saved)


def _save_once(interaction: Interaction, serving: Serving[F], form: F) -> Saved | None:
    """None when this very form was saved before: a double click, or Slack asking again."""
    caller = interaction.caller
    office, collaborator_id = interaction.office, caller.collaborator.id
    if serving.check is not None:
        serving.check(caller, form)
    with office.book.writing(actor_id=collaborator_id, door="slack") as session:
        if not is_first(session, submission_key(interaction.body["view"]["id"]), now=office.now()):
            return None
        saved = serving.save(session, caller, form)
        if is_new(form):
            drop_draft(session, collaborator_id, draft_key(form))
    return saved


def _save_or_merge(interaction: Interaction, serving: Serving[F], form: F) -> Saved | _BroughtBack | None:
    try:
        return _save_once(interaction, serving, form)
    except ChangedMeanwhile as error:
        if serving.fresh is not None and SEEN in form.about:
            again = serving.kind.read(interaction.body["view"])  # `form` stays as typed, should the book fail below
            return _merged(interaction.caller, serving.fresh, again, error)
        if error.version is not None:
            form.about[error.kept_as] = error.version  # saving again is then a decision, not an accident
        raise


def _merged(caller: Caller, fresh: Callable[[Caller, Any], F], form: F, error: ChangedMeanwhile) -> _BroughtBack:
    with caller.reading() as session:
        merged = merge(form, fresh(caller, form.about["record"]))
        by = session.get(Collaborator, last_actor_of(session, *error.row) or 0) if error.row else None
        sentence = merged.sentence(by.name if by else "", caller.t)
        return _BroughtBack(above(form.view(caller), sentence))


def _show_problem(interaction: Interaction, serving: Serving[F], form: F, error: BookError | BookBusy) -> None:
    """At its field when it has one; else above the form, with everything that was typed."""
    if isinstance(error, BookError) and error.field:
        field_name, sentence = serving.named.get(error.field, error.field), sentence_of(error, interaction.t)
        interaction.ack(response_action="errors", errors=form.errors({field_name: sentence}, interaction.t))
        return
    interaction.ack(response_action="update", view=_alerted(interaction, form, error))


def _alerted(interaction: Interaction, form: Form, error: BookError | BookBusy) -> Json:
    view = interaction.body["view"]
    if isinstance(error, ReadFirst):
        view = {**form.view(interaction.caller), "state": view["state"]}
    return with_alert(view, sentence_of(error, interaction.t), metadata=form.metadata())


def _finish_slowly(
    interaction: Interaction, slack: Listening, form: Form, result: Callable[[], Saved | _BroughtBack | None]
) -> None:
    try:
        saved = result()
    except NotAllowed:
        raise
    except (BookError, BookBusy) as error:
        interaction.update_view(_alerted(interaction, form, error), view_id=interaction.waiting_view)
        return
    if isinstance(saved, _BroughtBack):
        interaction.update_view(saved.view, view_id=interaction.waiting_view)
        return
    text = saved.text if saved else interaction.t(_("Saved."))
    done = sentence_view(interaction.t(form.title), text, interaction.t(_("Close")))
    interaction.update_view(done, view_id=interaction.waiting_view)
    interaction.waiting_view = ""
    _tell(interaction, slack, form, saved)


def _tell(interaction: Interaction, slack: Listening, form: Form, saved: Saved | None) -> None:
    if saved is None:
        return
    waiting = form.about.get("waiting")
    is_chosen = saved.choice and waiting and choose_in_waiting_form(interaction, slack, waiting, saved.choice)
    if saved.text and not is_chosen:
        interaction.say(saved.text, saved.blocks or None)


# Redraws


def _change(interaction: Interaction, slack: Listening, serving: Serving[F]) -> None:
    interaction.ack()
    view, changed = interaction.body["view"], _field_of(serving.kind, interaction.payload["action_id"])
    with slack.open_forms.turn(view["id"]) as turn:
        form = turn.read(serving.kind, view, changed, acted_at=interaction.payload["action_ts"])
        form.changed(interaction.payload["action_id"])
        try:
            redrawn = _after_change(interaction, serving, form, changed)
        except (BookError, BookBusy) as error:
            form = serving.kind.read(view)
            redrawn = with_alert(view, sentence_of(error, interaction.t))
        turn.keep(form, interaction.update_view(redrawn, seen_hash=turn.hash))
    keep_typed(interaction, form)


def _after_change(interaction: Interaction, serving: Serving[F], form: F, changed: Field[Any]) -> Json:
    """The form redrawn; what was not found and shall be made is empty until it is made."""
    value = form.values.get(changed.name)
    if isinstance(value, Option) and value.is_new and changed in serving.create:
        form.fill(changed, None)
        wait_for(interaction, serving.create[changed], form, changed, value)
    elif serving.chosen is not None:
        serving.chosen(interaction.caller, form, changed)
    return form.view(interaction.caller)


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
