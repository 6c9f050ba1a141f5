"""One request of a person in Slack: who asks, what came with it, and the ways to answer."""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from functools import cached_property

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.office import Caller, Office
from bot.slack.blocks import Json, context, plain, section, sentence_view
from bot.slack.doorkeeper import Doorkeeper
from bot.texts import Texts, _
from store.base import BookBusy, BookError

log = logging.getLogger(__name__)

READY_WITHIN_S = 0.3
"""How long a view may take to be built before a loading view is opened in its stead (a trigger lives 3 s)."""

View = Json
Build = Callable[[Caller], View]
Blocks = Sequence[Json]


@dataclass
class Interaction:
    doorkeeper: Doorkeeper
    ack: Ack
    body: Json
    client: WebClient
    payload: Json
    began: float = field(default_factory=time.monotonic)

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
        return str(self.body.get("channel_id") or channel.get("id") or event.get("channel") or "")

    @cached_property
    def caller(self) -> Caller:
        """Who asks. Raises NotAllowed for whoever must not come in here; BookBusy."""
        return self.doorkeeper.caller(self.user_id, self.channel_id, self.body)

    @property
    def t(self) -> Texts:
        """The caller's language once it is known, else the office's."""
        known = self.__dict__.get("caller")
        return known.t if isinstance(known, Caller) else self.office.texts(self.office.settings.office.locale)

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
        """Acknowledges, then opens what `build` makes: at once, or after a loading view when it takes longer."""
        self.ack()
        work = self.office.threads.submit(lambda: build(self.caller))
        try:
            self._show(work.result(timeout=READY_WITHIN_S))
        except NotYet:
            loading = sentence_view("Rapport", self.t(_("One moment…")), self.t(_("Close")))
            opened = self._show(loading)
            self._update(opened, self._finished(work.result))
        except (BookError, BookBusy) as error:
            self._show(sentence_view("Rapport", sentence_of(error, self.t), self.t(_("Close"))))

    def update_view(self, view: View, *, view_id: str = "", racing: bool = True) -> None:
        """Replaces the view that this request came from (or another). A later change of it wins silently."""
        came_from = self.body["view"]
        guard = {"hash": came_from["hash"]} if racing and not view_id else {}
        try:
            self.client.views_update(view_id=view_id or came_from["id"], view=view, **guard)
        except SlackApiError as error:
            if error.response.get("error") not in ("hash_conflict", "not_found"):
                raise

    def _show(self, view: View) -> str:
        method = self.client.views_push if self.body.get("view", {}).get("type") == "modal" else self.client.views_open
        return str(method(trigger_id=self.body["trigger_id"], view=view)["view"]["id"])

    def _update(self, view_id: str, view: View) -> None:
        self.client.views_update(view_id=view_id, view=view)

    def _finished(self, result: Callable[[], View]) -> View:
        try:
            return result()
        except (BookError, BookBusy) as error:
            return sentence_view("Rapport", sentence_of(error, self.t), self.t(_("Close")))

    # Messages

    def say(self, text: str, blocks: Blocks | None = None, *, replace: bool = False) -> None:
        """An answer that only the caller sees, where they asked; as a direct message when Slack gave no place."""
        shown: Json = {"text": text, "blocks": list(blocks) if blocks else [section(plain(text))]}
        if self.reply_to:
            hook = WebhookClient(self.reply_to, timeout=10)
            kind = {"replace_original": True} if replace else {"response_type": "ephemeral", "replace_original": False}
            answer = hook.send_dict({**shown, **kind})
            if answer.status_code == 200:
                return
            log.info("response_url refused with %s, answering by direct message", answer.status_code)
        self.client.chat_postMessage(channel=self.user_id, **shown)

    def refuse(self, error: BookError | BookBusy) -> None:
        """A sentence where the user is."""
        sentence = sentence_of(error, self.t)
        if self.body.get("type") == "view_submission":
            view = sentence_view("Rapport", sentence, self.t(_("Close")))
            self.ack(response_action="update", view=view)
        elif self.body.get("type") != "event_callback":
            self.ack()
            self.say(sentence)

    def apologise(self, error: Exception) -> str:
        """For a bug: a reference that stands in the log beside the traceback. Returns it."""
        reference = uuid.uuid4().hex[:8]
        log.error("request failed, reference %s", reference, exc_info=error)
        sentence = self.t(
            _("This did not work, and it is our fault. Nothing was lost; please tell your administrator: {reference}."),
            reference=reference,
        )
        try:
            if self.body.get("type") == "view_submission":
                self.ack(response_action="update", view=sentence_view("Rapport", sentence, self.t(_("Close"))))
            elif self.body.get("type") not in ("event_callback", "block_suggestion"):
                self.ack()
                self.say(sentence, [section(plain(sentence)), context(plain(reference))])
            else:
                self.ack()
        except SlackClientError:
            log.exception("could not apologise for %s", reference)
        return reference


def sentence_of(error: BookError | BookBusy, t: Texts) -> str:
    """What to tell the person, in their language."""
    if isinstance(error, BookBusy):
        return t(_("The book is busy at the moment. Nothing was lost: please try again in a minute."))
    return t(error.text, **error.values)
