"""The indexes of actions: each answers one kind of question without reading other actions.

A partial one is taken by an engine only for a query that says its condition in the same words; how booleans are said
differs between the two.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, TextClause, text


def _where(condition: str) -> dict[str, Any]:
    """`condition` may say {yes}, {no} and {public}."""

    def said(yes: str, no: str) -> TextClause:
        return text(condition.replace("{public}", "is_private IS {no} AND deleted_at IS NULL").format(yes=yes, no=no))

    return {"sqlite_where": said("1", "0"), "postgresql_where": said("true", "false")}


ACTION_INDEXES = (
    Index("action_of_relation", "relation_id", "sort_at"),
    Index("action_of_owner", "owner_id", "sort_at"),
    Index("action_in_scope", "owner_id", "relation_id"),
    Index("action_last_done", "relation_id", "status_id", "sort_at", **_where("{public}")),
    Index("action_private", "relation_id", **_where("is_private IS {yes}")),
    # Reports add up a whole year of the office from the next two alone, in the order of whose and how it went.
    Index(
        "action_counted",
        *("owner_id", "status_id", "starts_on", "relation_id", "series_id", "recurs_on"),
        **_where("{public}"),
    ),
    Index(
        "action_costly",
        *("owner_id", "starts_on", "relation_id", "type_id", "dossier_id", "id"),
        **_where("has_expenses IS {yes} AND {public}"),
    ),
    Index("action_followed", "followed_by_id", "relation_id"),
    Index("action_billable", "sort_at", **_where("is_billable")),
    Index("action_of_dossier", "dossier_id", "sort_at"),
    Index("action_of_address", "linked_address_id", **_where("linked_address_id IS NOT NULL")),
    Index("action_unfollowed", "id", **_where("linked_url <> '' AND linked_address_id IS NULL")),
    Index("action_uid", "uid", unique=True, **_where("recurs_on IS NULL")),
)
