"""Restrictions (…/web-service-reference/restriction) as SQL conditions on the item table, aliased `i`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from integrations.playground.exchange import soap
from integrations.playground.exchange.errors import EwsError
from integrations.playground.exchange.extended import key_of
from integrations.playground.exchange.grammar import prefixed
from integrations.playground.exchange.item_rows import stamp
from integrations.playground.exchange.soap import Element

_COLUMNS = {
    "item:Subject": "subject",
    "item:ItemClass": "item_class",
    "item:Sensitivity": "sensitivity",
    "item:Importance": "importance",
    "item:Size": "size",
    "item:HasAttachments": "has_attachments",
    "item:IsDraft": "is_draft",
    "item:InReplyTo": "in_reply_to",
    "item:Body": "text",
    "item:DateTimeReceived": "received_at",
    "item:DateTimeSent": "sent_at",
    "item:DateTimeCreated": "created_at",
    "item:LastModifiedTime": "modified_at",
    "message:InternetMessageId": "message_id",
    "message:References": "refs",
    "message:IsRead": "is_read",
    "message:From": "sender_address",
    "message:Sender": "sender_address",
    "calendar:UID": "uid",
    "calendar:Start": "starts_at",
    "calendar:End": "ends_at",
}
_TIMES = frozenset({"received_at", "sent_at", "created_at", "modified_at", "starts_at", "ends_at"})
_FLAGS = frozenset({"has_attachments", "is_draft", "is_read"})
_COMPARISONS = {
    "t:IsEqualTo": "=",
    "t:IsNotEqualTo": "!=",
    "t:IsGreaterThan": ">",
    "t:IsGreaterThanOrEqualTo": ">=",
    "t:IsLessThan": "<",
    "t:IsLessThanOrEqualTo": "<=",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition and what stands for its question marks."""

    sql: str
    arguments: tuple[object, ...] = ()


def condition_of(element: Element) -> Condition:
    """The condition that a search expression means. Raises EwsError for what can't be searched."""
    name = prefixed(element)
    if name in {"t:And", "t:Or"}:
        parts = [condition_of(child) for child in element]
        sql = f" {name[2:].upper()} ".join(part.sql for part in parts)
        return Condition(f"({sql})", tuple(argument for part in parts for argument in part.arguments))
    if name == "t:Not":
        inner = condition_of(element[0])
        return Condition(f"NOT coalesce({inner.sql}, 0)", inner.arguments)
    path = element[0]
    if name == "t:Exists":
        return _on(path, "IS NOT NULL", ())
    if name == "t:Contains":
        return _contains(element, path)
    operator = _COMPARISONS.get(name)
    constant = soap.find(element, "t:FieldURIOrConstant/t:Constant")
    if operator is None or constant is None:
        raise EwsError("ErrorUnsupportedQueryFilter", f"{name} can't be used so here.")
    return _on(path, f"{operator} ?", (_constant(path, constant.get("Value", "")),))


def _on(path: Element, test: str, arguments: tuple[object, ...]) -> Condition:
    if prefixed(path) == "t:ExtendedFieldURI":
        key = key_of({str(name): str(value) for name, value in path.attrib.items()})
        sql = f"i.id IN (SELECT item FROM extended WHERE key = ? AND value {test})"  # noqa: S608 - `test` is from here
        return Condition(sql, (key, *arguments))
    return Condition(f"({column_of(path)} {test})", arguments)


def _contains(element: Element, path: Element) -> Condition:
    wanted = soap.find(element, "t:Constant")
    assert wanted is not None, "the grammar demands it"
    value = wanted.get("Value", "")
    mode = element.get("ContainmentMode", "")
    if element.get("ContainmentComparison", "Exact") == "Exact":
        value = value.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]")
        return _on(path, "GLOB ?", (_placed(value, mode, "*"),))
    value = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return _on(path, "LIKE ? ESCAPE '\\'", (_placed(value, mode, "%"),))


def _placed(value: str, mode: str, anything: str) -> str:
    if mode == "FullString":
        return value
    return value + anything if mode == "Prefixed" else anything + value + anything


def column_of(path: Element) -> str:
    """The column that a field path names. Raises ErrorUnsupportedPathForQuery."""
    column = _COLUMNS.get(path.get("FieldURI", ""))
    if column is None:
        raise EwsError("ErrorUnsupportedPathForQuery", "The property can't be searched or sorted by.")
    return f"i.{column}"


def _constant(path: Element, value: str) -> object:
    column = _COLUMNS.get(path.get("FieldURI", ""), "")
    if column in _TIMES:
        return time_of(value)
    if column in _FLAGS:
        return int(value.strip().lower() in {"true", "1"})
    return int(value) if column == "size" and value.isdigit() else value


def time_of(value: str) -> str:
    """A time as it is stored. Raises ErrorInvalidValueForProperty."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as problem:
        raise EwsError("ErrorInvalidValueForProperty", "The time is not one.") from problem
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
