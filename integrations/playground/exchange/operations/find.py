"""FindItem: paging, order, and restrictions turned into SQL."""

from __future__ import annotations

from integrations.playground.exchange import soap
from integrations.playground.exchange.errors import EwsError
from integrations.playground.exchange.operations.call import Call, answer_each
from integrations.playground.exchange.operations.restriction import Condition, column_of, condition_of, time_of
from integrations.playground.exchange.properties import render, shape_of
from integrations.playground.exchange.soap import Element

_MOST = 1000  # Exchange's own limit on one page


def find_item(call: Call) -> str:
    """The items of folders that meet the restriction, one page of them."""
    shape = shape_of(soap.find(call.element, "m:ItemShape"), is_listing=True)
    condition = _condition(call)
    order = _order(call)
    view = soap.find(call.element, "m:IndexedPageItemView")
    size = min(soap.number(view.get("MaxEntriesReturned", str(_MOST))), _MOST) if view is not None else _MOST
    offset = soap.number(view.get("Offset", "0")) if view is not None else 0
    from_end = view is not None and view.get("BasePoint") == "End"
    connection = call.server.database.connection

    def one(element: Element) -> str:
        arguments = (call.folder(element), *condition.arguments)
        where = f"FROM item i WHERE i.folder = ? AND {condition.sql}"
        total = connection.execute(f"SELECT count(*) {where}", arguments).fetchone()[0]
        start = max(total - offset - size, 0) if from_end else offset
        count = min(size, max(total - offset, 0)) if from_end else size
        rows = connection.execute(
            f"SELECT i.* {where} ORDER BY {order} LIMIT ? OFFSET ?", (*arguments, count, start)
        ).fetchall()
        next_offset = offset + len(rows)
        items = "".join(render(connection, row, shape) for row in rows)
        return (
            f'<m:RootFolder IndexedPagingOffset="{next_offset}" TotalItemsInView="{total}" '
            f'IncludesLastItemInRange="{str(next_offset >= total).lower()}"><t:Items>{items}</t:Items></m:RootFolder>'
        )

    parents = soap.find_all(call.element, "m:ParentFolderIds/*")
    return soap.response("FindItem", answer_each("FindItemResponseMessage", parents, one))


def _condition(call: Call) -> Condition:
    if soap.find(call.element, "m:QueryString") is not None:
        raise EwsError("ErrorInvalidOperation", "Query strings are not offered; use a restriction.")
    restriction = soap.find(call.element, "m:Restriction")
    condition = Condition("1") if restriction is None else condition_of(restriction[0])
    if call.element.get("Traversal") != "Shallow":
        condition = Condition("0")  # no associated and no soft-deleted items are kept
    view = soap.find(call.element, "m:CalendarView")
    if view is not None:
        start, end = time_of(view.get("StartDate", "")), time_of(view.get("EndDate", ""))
        condition = Condition(
            f"{condition.sql} AND i.starts_at < ? AND i.ends_at > ?", (*condition.arguments, end, start)
        )
    return condition


def _order(call: Call) -> str:
    if soap.find(call.element, "m:CalendarView") is not None:
        return "i.starts_at, i.entry"
    fields = [
        f"{column_of(order[0])} {'DESC' if order.get('Order') == 'Descending' else 'ASC'}"
        for order in soap.find_all(call.element, "m:SortOrder/t:FieldOrder")
    ]
    return ", ".join([*fields, "i.received_at DESC", "i.entry DESC"])
