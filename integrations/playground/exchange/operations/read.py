"""GetItem."""

from __future__ import annotations

from integrations.playground.exchange import soap
from integrations.playground.exchange.operations.call import Call, answer_each
from integrations.playground.exchange.properties import render, shape_of
from integrations.playground.exchange.soap import Element


def get_item(call: Call) -> str:
    """Items by id, in the shape asked for."""
    shape = shape_of(soap.find(call.element, "m:ItemShape"))
    connection = call.server.database.connection

    def one(element: Element) -> str:
        row = call.server.item_rows.row(call.owner.key, element.get("Id", ""))
        return f"<m:Items>{render(connection, row, shape)}</m:Items>"

    ids = soap.find_all(call.element, "m:ItemIds/t:ItemId")
    return soap.response("GetItem", answer_each("GetItemResponseMessage", ids, one, on_error="<m:Items/>"))
