"""ResolveNames, GetServerTimeZones and ConvertId."""

from __future__ import annotations

from integrations.playground.exchange import soap
from integrations.playground.exchange.errors import EwsError
from integrations.playground.exchange.items import entry_of
from integrations.playground.exchange.operations.call import Call, answer_each
from integrations.playground.exchange.properties import mailbox
from integrations.playground.exchange.soap import Element, escape
from integrations.playground.exchange.values import Address

_ZONES = {
    "Romance Standard Time": "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris",
    "W. Europe Standard Time": "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
    "GMT Standard Time": "(UTC+00:00) Dublin, Edinburgh, Lisbon, London",
    "UTC": "(UTC) Coordinated Universal Time",
}


def resolve_names(call: Call) -> str:
    """People of the office whose name or address begins with, or holds, what was typed."""
    wanted = soap.text(call.element, "m:UnresolvedEntry").removeprefix("smtp:").casefold().strip()
    found = [
        account
        for account in call.server.accounts
        if not account.is_external and wanted and (account.key.startswith(wanted) or wanted in account.name.casefold())
    ]
    if not found:
        problem = EwsError("ErrorNameResolutionNoResults", "No results were found.")
        return soap.response("ResolveNames", [soap.failure("ResolveNamesResponseMessage", problem)])
    listed = "".join(
        f"<t:Resolution>{mailbox(Address(account.address, account.name))}</t:Resolution>" for account in found
    )
    content = (
        f'<m:ResolutionSet TotalItemsInView="{len(found)}" IncludesLastItemInRange="true">{listed}</m:ResolutionSet>'
    )
    if len(found) == 1:
        return soap.response("ResolveNames", [soap.success("ResolveNamesResponseMessage", content)])
    warning = (
        '<m:ResolveNamesResponseMessage ResponseClass="Warning">'
        "<m:MessageText>Multiple results were found.</m:MessageText>"
        "<m:ResponseCode>ErrorNameResolutionMultipleResults</m:ResponseCode>"
        f"<m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>{content}</m:ResolveNamesResponseMessage>"
    )
    return soap.response("ResolveNames", [warning])


def get_server_time_zones(call: Call) -> str:
    """The zones of the playground's part of the world, by name; their rules are not kept."""
    wanted = {element.text for element in soap.find_all(call.element, "m:Ids/t:Id")}
    if call.element.get("ReturnFullTimeZoneData", "").lower() in {"true", "1"}:
        raise EwsError("ErrorInvalidRequest", "The rules of time zones are not offered.")
    zones = "".join(
        f'<t:TimeZoneDefinition Id="{name}" Name="{shown}"/>'
        for name, shown in _ZONES.items()
        if not wanted or name in wanted
    )
    content = f"<m:TimeZoneDefinitions>{zones}</m:TimeZoneDefinitions>"
    return soap.response("GetServerTimeZones", [soap.success("GetServerTimeZonesResponseMessage", content)])


def convert_id(call: Call) -> str:
    """Ids of this server into the format that it has, EwsId; clients ask mostly to learn the server's version."""
    is_known = call.element.get("DestinationFormat") == "EwsId"

    def one(element: Element) -> str:
        entry_of(element.get("Id", ""))
        if not is_known:
            raise EwsError("ErrorUnsupportedTypeForConversion", "Ids have no other format here.")
        attributes = f'Id="{escape(element.get("Id", ""))}" Mailbox="{escape(element.get("Mailbox", ""))}"'
        return (
            '<m:AlternateId xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="t:AlternateIdType" '
            f'Format="EwsId" {attributes}/>'
        )

    ids = soap.find_all(call.element, "m:SourceIds/t:AlternateId")
    return soap.response("ConvertId", answer_each("ConvertIdResponseMessage", ids, one))
