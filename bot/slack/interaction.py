"""One request of a person in Slack: who asks, what came with it, and the ways to answer."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from threading import Lock

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient
from sqlalchemy.orm import Session

from bot.logs import log_failure, place_of, referred
from bot.office import Caller, Office
from bot.slack.blocks import Json, escaped, plain, section, sentence_view
from bot.slack.charts import is_refused, post_pictures, without_charts
from bot.slack.doorkeeper import Doorkeeper
from bot.slack.fields import Option, Options
from bot.slack.patience import Watched
from bot.texts import Texts, _
from store.base import BookBusy, BookError

log = logging.getLogger(__name__)

View = Json
Build = Callable[[Caller], View | None]
"""Makes the view; None when there turned out to be nothing to show, because the answer was a message."""
Blocks = Sequence[Json]


@dataclass
class Interaction:
    doorkeeper: Doorkeeper
    ack: Ack
    body: Json
    client: WebClient
    payload: Json
    began: float = field(default_factory=time.monotonic)
    waiting_view: str = ""
    """The view that shows "One moment…" or "Saving…" until there is an answer."""
    _caller: Caller | None = field(default=None, repr=False)

    @property
    def office(self) -> Office:
        return self.doorkeeper.office

    @property
    def user_id(self) -> str:
        user = self.body.get("user") or self.body.get("user_id") or self.body.get("event", {}).get("user") or ""
        return str(user["id"] if isinstance(user, dict) else user)

    @property
    def channel_id(self) -> str:
        event, channel = self.body.get("event") or {}, self.body.get("channel") or {}
        item = event.get("item") or {}  # what a reaction stands on
        found = self.body.get("channel_id") or channel.get("id") or event.get("channel") or item.get("channel")
        return str(found or "")

    @property
    def caller(self) -> Caller:
        """Who asks. Raises NotAllowed for whoever must not come in here; BookBusy."""
        if self._caller is None:  # not cached_property: until Python 3.12 its lock is one for all requests
            self._caller = self.doorkeeper.caller(self.user_id, self.channel_id, self.body)
        return self._caller

    @property
    def t(self) -> Texts:
        """The caller's language as far as it is known, else the office's."""
        return self._caller.t if self._caller else self.office.texts(self.doorkeeper.locales.get(self.user_id, ""))

    def writing(self) -> AbstractContextManager[Session]:
        """A session that writes in the caller's name. Raises BookBusy, and NotAllowed as `caller`."""
        return self.office.book.writing(actor_id=self.caller.collaborator.id, door="slack")

    @property
    def value(self) -> str:
        """What the pressed button or the chosen menu line carries."""
        chosen = self.payload.get("selected_option") or self.payload
        return str(chosen.get("value") or "")

    @property
    def reply_to(self) -> str:
        """Where an answer of this request goes: Slack's response_url, kept by a form while it is open."""
        if url := self.body.get("response_url"):
            return str(url)
        kept = json.loads((self.body.get("view") or {}).get("private_metadata") or "{}")
        return str(kept.get("about", {}).get("reply_to") or "")

    # Views

    def open_view(self, build: Build) -> None:
        """Opens what `build` makes: at once, or after a loading view when it takes longer.

        It is built in this thread while another one keeps the time: handing it over would cost more than making it.
        Acknowledges when the view stands, or when the patience ends: sent earlier, it would hold the view up.
        """
        turn = Lock()
        watched = self.doorkeeper.patience.watch(lambda: self._ask_patience(turn))
        try:
            self._open(build, turn, watched)
        finally:
            watched.is_over = True
        self.ack()

    def _open(self, build: Build, turn: Lock, watched: Watched) -> None:
        try:
            view = self._built(build)
        except (BookError, BookBusy) as error:
            view = self.sentence(sentence_of(error, self.t))
        finally:
            if not turn.acquire(blocking=False):
                self.waiting_view = watched.result()
        if self.waiting_view:
            said = self.sentence(self.t(_("The answer stands in the message.")))
            self.update_view(view or said, view_id=self.waiting_view)
            self.waiting_view = ""
        elif view is not None:
            self._show(view)

    def _ask_patience(self, turn: Lock) -> str:
        """When the answer takes longer: acknowledges, and shows a view that says to wait. Returns its id, or ""."""
        self.ack()
        return self._show(self.sentence(self.t(_("One moment…")))) if turn.acquire(blocking=False) else ""

    def update_view(self, view: View, *, view_id: str = "", seen_hash: str = "") -> str:
        """Replaces the view that this request came from, or another. Returns its new hash.

        "" when it was closed in the meantime, or is no longer the one with `seen_hash`: then the later change stays.
        """
        guard = {"hash": seen_hash} if seen_hash else {}
        try:
            answer = self.client.views_update(view_id=view_id or self.body["view"]["id"], view=view, **guard)
        except SlackApiError as error:
            if error.response.get("error") not in ("hash_conflict", "not_found"):
                raise
            return ""
        return str(answer["view"]["hash"])

    def _built(self, build: Build) -> View | None:
        with self.office.reading():  # who asks and what they see: one state of the book, in one transaction
            return build(self.caller)

    def sentence(self, text: str) -> View:
        """A modal that only says this."""
        return sentence_view("Rapport", text, self.t(_("Close")))

    def _show(self, view: View) -> str:
        method = self.client.views_push if self.body.get("view", {}).get("type") == "modal" else self.client.views_open
        return str(method(trigger_id=self.body["trigger_id"], view=view)["view"]["id"])

    # Messages

    def say(self, text: str, blocks: Blocks | None = None, *, replace: bool = False) -> None:
        """An answer that only the caller sees, where they asked; as a direct message when Slack gave no place.

        Charts that this Slack refuses come as pictures, by direct message.
        """
        try:
            self._say(text, blocks, replace=replace)
        except SlackApiError as error:
            if blocks is None or not is_refused(error, blocks):
                raise
            self._say(text, without_charts(blocks), replace=replace)
            channel = self.client.conversations_open(users=self.user_id)["channel"]["id"]
            post_pictures(self.client, channel, blocks, self.t)

    def _say(self, text: str, blocks: Blocks | None, *, replace: bool) -> None:
        shown: Json = {"text": escaped(text), "blocks": list(blocks) if blocks else [section(plain(text))]}
        kind = {"replace_original": True} if replace else {"response_type": "ephemeral", "replace_original": False}
        is_said = bool(self.reply_to) and self._answers_there({**shown, **kind})
        if not is_said and not self._answers_in_channel(shown):
            self.client.chat_postMessage(channel=self.user_id, **shown)

    def _answers_in_channel(self, message: Json) -> bool:
        """To whoever mentioned Rapport, and seen by them alone: others there may have other rights.

        In the thread of the mention. One that begins no thread is answered beside it: Slack shows such an answer in no
        thread that does not exist yet (docs.slack.dev, chat.postEphemeral).
        """
        event = self.body.get("event") or {}
        if event.get("type") != "app_mention":
            return False
        thread = {"thread_ts": event["thread_ts"]} if event.get("thread_ts") else {}
        try:
            self.client.chat_postEphemeral(channel=self.channel_id, user=self.user_id, **thread, **message)
        except SlackApiError as error:
            log.info("no answer in the channel: %s, answering by direct message", error.response.get("error"))
            return False
        return True

    def _answers_there(self, message: Json) -> bool:
        """False when Slack no longer takes an answer there: after half an hour, or five answers."""
        try:
            answer = WebhookClient(self.reply_to, timeout=10).send_dict(message)
        except (SlackClientError, OSError) as error:
            log.info("response_url failed with %s, answering by direct message", type(error).__name__)
            return False
        if answer.status_code != 200:
            log.info("response_url refused with %s, answering by direct message", answer.status_code)
        return answer.status_code == 200

    def refuse(self, error: BookError | BookBusy) -> None:
        """A sentence where the user is."""
        self._tell(sentence_of(error, self.t))

    def apologise(self, error: Exception) -> str:
        """For a bug: a reference that stands in the log beside the traceback. Returns it."""
        with referred() as reference:
            log_failure(log, "request failed", error)
        sentence = self.t(
            _("This did not work, and it is our fault. Nothing was lost; please tell your administrator: {reference}."),
            reference=reference,
        )
        try:
            self._tell(sentence)
        except (SlackClientError, OSError) as problem:
            with referred(reference):
                log.error("could not apologise", extra={"error": place_of(problem)})
        return reference

    def _tell(self, sentence: str) -> None:
        """In the view that waits for an answer, in the form, in the list of a search, else as a message."""
        is_answered, kind = self.ack.response is not None, self.body.get("type")
        if self.waiting_view:
            self.update_view(self.sentence(sentence), view_id=self.waiting_view)
        elif kind == "view_submission" and not is_answered:
            self.ack(response_action="update", view=self.sentence(sentence))
        elif kind == "block_suggestion":
            self.ack(**Options([Option.saying(sentence)]).to_slack())
        else:
            self.ack()
            if kind != "event_callback" or self.body["event"]["type"] in ("message", "app_mention"):
                self.say(sentence)


def sentence_of(error: BookError | BookBusy, t: Texts) -> str:
    """What to tell the person, in their language."""
    if isinstance(error, BookBusy):
        return t(_("The book is busy at the moment. Nothing was lost: please try again in a minute."))
    return t(error.text, **{name: _said(value, t) for name, value in error.values.items()})


def _said(value: object, t: Texts) -> object:
    """Days, numbers, names and percentages of names, as the reader's language writes them."""
    if isinstance(value, date):
        return t.in_figures(value)
    if isinstance(value, Decimal):
        return t.number(value)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return t.list(value)
    if isinstance(value, list):
        return ", ".join(f"{name} {t.percent(share)}" for name, share in value)
    return value
