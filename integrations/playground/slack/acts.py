"""What a person does with the app in Slack, and what they get to see of it."""

from __future__ import annotations

import asyncio
from typing import Any

from integrations.playground.slack.answers import (
    TROUBLE,
    after_submission,
    checked_options,
    command_problem,
    interaction_problem,
    show_command_answer,
)
from integrations.playground.slack.block_kit.composition import offered
from integrations.playground.slack.delivery import Reply
from integrations.playground.slack.errors import ActRefused, CallFailed
from integrations.playground.slack.payloads import Request
from integrations.playground.slack.people import Channel, Json, Person
from integrations.playground.slack.surfaces import (
    Surface,
    ViewSurface,
    joined_channel,
    open_view,
    still_shown,
    surface_of,
    take_state,
)
from integrations.playground.slack.view_state import HOLDS, checked_state, element_at, unfilled, uploaded
from integrations.playground.slack.workspace import Workspace

NO_RESULTS = "No results"


class Acts:
    """One person at their screen. Answers are JSON for the page: {ok: true} or {ok: false, error: sentence}.

    Raises ActRefused for what their screen would not let them do.
    """

    def __init__(self, workspace: Workspace, user_id: str) -> None:
        self._workspace = workspace
        self._person: Person = workspace.person(user_id)

    async def command(self, channel_id: str, line: str) -> Json:
        """`line` is what was typed: "/crm relation Dupont"."""
        channel = self._channel(channel_id)
        name, _space, text = line.strip().partition(" ")
        known = self._workspace.manifest.commands.get(name)
        if known is None:
            return self._failed(f"{name} is not a valid command")
        payload = self._workspace.payloads.command(
            self._person,
            channel,
            name,
            text.strip(),
            response_url=self._workspace.response_urls.make(channel, self._person.id),
            trigger_id=self._workspace.triggers.make(self._person.id),
        )
        reply = await self._workspace.delivery.ask(Request("command", "slash_commands", payload, known.url))
        problem = command_problem(name, reply)
        if problem is None:
            try:
                show_command_answer(self._workspace, channel, self._person.id, reply.body)
            except CallFailed as error:
                problem = f'{name} failed with the error "{error.code}"'
        return self._failed(problem) if problem else {"ok": True}

    async def shortcut(self, callback_id: str, channel_id: str | None, message_ts: str | None) -> Json:
        """A global shortcut, or one on a message when a channel and ts are given."""
        kind = "message" if message_ts else "global"
        shortcuts = [s for s in self._workspace.manifest.shortcuts if (s.callback_id, s.type) == (callback_id, kind)]
        if not shortcuts:
            raise ActRefused(f"there is no {kind} shortcut {callback_id}")
        facts: Json = {"callback_id": callback_id, "trigger_id": self._workspace.triggers.make(self._person.id)}
        if message_ts:
            channel = self._channel(channel_id or "")
            message = self._workspace.conversations.message(channel, message_ts)
            if message is None:
                raise ActRefused("that message is gone")
            facts |= {
                "channel": self._workspace.payloads.channel(channel),
                "message": message,
                "message_ts": message_ts,
                "response_url": self._workspace.response_urls.make(channel, self._person.id, message_ts),
            }
        return await self._interact("message_action" if message_ts else "shortcut", self._stamped(facts))

    def open_home(self) -> Json:
        if not self._workspace.manifest.has_home or self._person.team_id:
            raise ActRefused("the app has no Home tab here")
        home = self._workspace.homes.of(self._person.id)
        stamp = self._workspace.clock.stamp()
        channel = self._workspace.conversations.im_with(self._person).id
        event = {"type": "app_home_opened", "user": self._person.id, "channel": channel, "tab": "home"}
        shown = {"view": self._workspace.payloads.view(home)} if home else {}
        self._workspace.emit("app_home_opened", {**event, **shown, "event_ts": stamp}, None)
        return {"ok": True}

    async def act_on(self, container: Any, block_id: str, action_id: str, action: Json, state: Any) -> Json:
        """Presses a button, chooses in a menu, or changes an input that dispatches."""
        surface = surface_of(self._workspace, self._person, container)
        element = element_at(surface.blocks, block_id, action_id)
        self._must_dispatch(surface, block_id)
        take_state(self._workspace, surface, still_shown(surface, state))
        if element["type"] in HOLDS:
            take_state(self._workspace, surface, {"values": {block_id: {action_id: action}}})
        taken = {**_action(element, action), "block_id": block_id, "action_ts": self._workspace.clock.stamp()}
        facts = {**surface.facts(block_id), "trigger_id": surface.trigger(self._person), "actions": [taken]}
        return await self._interact("block_actions", facts)

    def keep(self, container: Any, state: Any) -> Json:
        """Keeps what was typed so far; the app hears nothing."""
        take_state(self._workspace, surface_of(self._workspace, self._person, container), state)
        return {"ok": True}

    async def ask_options(self, container: Any, block_id: str, action_id: str, typed: str) -> Json:
        """What an external select offers for these letters: {options} or {option_groups}, or empty with an error."""
        surface = surface_of(self._workspace, self._person, container)
        element = element_at(surface.blocks, block_id, action_id)
        if "external_select" not in element["type"]:
            raise ActRefused(f"{action_id} asks the app for no options")
        if len(typed) < element.get("min_query_length", 3):
            return {"options": []}
        facts = surface.facts(block_id)
        facts.pop("response_url", None)
        payload = self._workspace.payloads.interaction(
            "block_suggestion", self._person, **facts, action_id=action_id, block_id=block_id, value=typed
        )
        url = self._workspace.manifest.options_url
        reply = await self._workspace.delivery.ask(Request("block_suggestion", "interactive", payload, url))
        try:
            answer = checked_options(self._workspace, reply)
        except CallFailed:
            return {"options": [], "error": NO_RESULTS}
        self._workspace.offers.add((surface.key, block_id, action_id), offered(answer))
        return answer

    async def submit(self, view_id: str, state: Any) -> Json:
        """{ok} | {errors: {block_id: text}} | {error: sentence}."""
        view = self._top(view_id)
        if not view.sent.get("submit"):
            raise ActRefused("that form has no submit button")
        take_state(self._workspace, ViewSurface(self._workspace, view), state)
        view.errors = {}
        missing = unfilled(view.blocks, view.values)
        if missing:
            self._workspace.views.show_errors(view, missing)
            return {"errors": missing}
        self._workspace.files.give_to_app(uploaded(view.values))
        facts = {
            "trigger_id": self._workspace.triggers.make(self._person.id, view.id),
            "view": self._workspace.payloads.view(view),
            "response_urls": self._asked_urls(view.blocks, view.values),
        }
        outcome = after_submission(self._workspace, view, await self._send("view_submission", facts))
        if outcome.get("error"):
            self._workspace.problem(self._person.id, TROUBLE)
        return outcome

    async def close(self, view_id: str, *, is_cleared: bool, state: Any) -> Json:
        """Closes a form, or the whole stack; the app hears of it where it asked to."""
        view = open_view(self._workspace, self._person, view_id)
        take_state(self._workspace, ViewSurface(self._workspace, view), state)
        stack = self._workspace.views.stack(self._person.id)
        is_all = is_cleared or bool(view.sent.get("clear_on_close"))
        closed = stack if is_all else stack[stack.index(view) :]
        for gone in reversed(closed):
            self._workspace.views.close(gone)
        told = [gone for gone in reversed(closed) if gone.sent.get("notify_on_close")]
        shown = [self._workspace.payloads.view(gone) for gone in told]
        await asyncio.gather(*(self._send("view_closed", {"view": v, "is_cleared": is_all}) for v in shown))
        return {"ok": True}

    async def _interact(self, kind: str, facts: Json) -> Json:
        problem = interaction_problem(self._workspace.app.name, await self._send(kind, facts))
        return self._failed(problem) if problem else {"ok": True}

    async def _send(self, kind: str, facts: Json) -> Reply:
        if not self._workspace.manifest.is_interactive:
            raise ActRefused("interactivity is not enabled in the app's manifest")
        payload = self._workspace.payloads.interaction(kind, self._person, **facts)
        url = self._workspace.manifest.interactivity_url
        return await self._workspace.delivery.ask(Request(kind, "interactive", payload, url))

    def _failed(self, sentence: str) -> Json:
        return {"ok": False, "error": self._workspace.problem(self._person.id, sentence)}

    def _channel(self, channel_id: str) -> Channel:
        return joined_channel(self._workspace, self._person, channel_id)

    def _stamped(self, facts: Json) -> Json:
        return {**facts, "action_ts": self._workspace.clock.stamp()}

    def _top(self, view_id: str) -> Any:
        view = open_view(self._workspace, self._person, view_id)
        if self._workspace.views.stack(self._person.id)[-1] is not view:
            raise ActRefused("another form lies on it")
        return view

    def _must_dispatch(self, surface: Surface, block_id: str) -> None:
        block = next(block for block in surface.blocks if block["block_id"] == block_id)
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise ActRefused(f"{block_id} does not dispatch")

    def _asked_urls(self, blocks: list[Json], values: Any) -> list[Json]:
        urls = []
        for block in blocks:
            element = block.get("element", {})
            if element.get("response_url_enabled"):
                held = values[block["block_id"]][element["action_id"]]
                channel = self._workspace.conversations.channel(held[HOLDS[element["type"]][0]] or "")
                if channel is not None:
                    url = self._workspace.response_urls.make(channel, self._person.id)
                    ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
                    urls.append({**ids, "channel_id": channel.id, "response_url": url})
        return urls


def _action(element: Json, action: Json) -> Json:
    """The entry of `actions`: what the element is, and what was chosen."""
    kind = element["type"]
    common = {"type": kind, "action_id": element["action_id"]}
    if kind == "button":
        return {**common, **{key: element[key] for key in ("text", "value", "style", "url") if key in element}}
    if kind == "overflow":
        chosen = [o for o in element["options"] if o["value"] == (action.get("selected_option") or {}).get("value")]
        if not chosen:
            raise ActRefused(f"{element['action_id']} does not offer that option")
        return {**common, "selected_option": chosen[0]}
    shown = {"placeholder": element["placeholder"]} if "placeholder" in element else {}
    return {**common, **shown, **checked_state(element, action)}
