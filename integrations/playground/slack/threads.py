"""Threads: what Slack adds to the message that others replied to."""

from __future__ import annotations

from collections.abc import Sequence

from integrations.playground.slack.people import Json


def is_reply(message: Json) -> bool:
    return bool(message.get("thread_ts", message["ts"]) != message["ts"])


def with_reply_facts(messages: Sequence[Json]) -> list[Json]:
    """The same messages of a channel, oldest first; those with replies say how many, whose and when the last was."""
    replies: dict[str, list[Json]] = {}
    for message in messages:
        if is_reply(message):
            replies.setdefault(message["thread_ts"], []).append(message)
    return [{**m, **_facts(m, replies[m["ts"]])} if m["ts"] in replies else m for m in messages]


def _facts(message: Json, replies: Sequence[Json]) -> Json:
    users = list(dict.fromkeys(reply["user"] for reply in replies))
    return {
        "thread_ts": message["ts"],
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1]["ts"],
        "reply_users": users[:5],
        "is_locked": False,
        "subscribed": False,
    }
