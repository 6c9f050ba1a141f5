"""The door: what is no valid EWS request gets a proper SOAP fault, and big or odd mails get through."""

from __future__ import annotations

import base64

import exchangelib
import httpx
import pytest
from exchange_server import ANNA, ELS
from lxml import etree

from integrations.playground.exchange import Address, Mail

_ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" '
    'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Body>{}</s:Body></s:Envelope>'
)
_CODE = "{http://schemas.microsoft.com/exchange/services/2006/errors}ResponseCode"
_GET = (
    "<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape>"
    "<m:FolderIds>{}</m:FolderIds></m:GetFolder>"
)


def post(
    exchange, content: str | bytes, *, auth: tuple[str, str] | None = (ANNA.address, ANNA.password)
) -> httpx.Response:
    body = content if isinstance(content, bytes) else _ENVELOPE.format(content).encode()
    headers = {"content-type": "text/xml; charset=utf-8"}
    return httpx.post(exchange.endpoint, content=body, auth=auth, headers=headers, timeout=300)


def test_without_credentials_the_server_asks_for_them(exchange):
    for auth in (None, (ANNA.address, "wrong"), ("nobody@office.example", "x")):
        answer = post(exchange, "", auth=auth)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"not xml", "ErrorSchemaValidation"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "ErrorSchemaValidation"),
        (_GET.format('<t:DistinguishedFolderId Id="inbox"/><t:Surprise/>'), "ErrorSchemaValidation"),
        (_GET.format("<t:DistinguishedFolderId/>"), "ErrorSchemaValidation"),
        (_GET.format('<t:DistinguishedFolderId Id="inbox" Color="red"/>'), "ErrorSchemaValidation"),
        ("<m:GetFolder><m:FolderIds/><m:FolderShape/></m:GetFolder>", "ErrorSchemaValidation"),
        ('<m:SendItem SaveItemToFolder="true"><m:ItemIds/></m:SendItem>', "ErrorSchemaValidation"),
        ("<m:GetDelegate/>", "ErrorInvalidRequest"),
        ("<m:GetFolder/><m:GetFolder/>", "ErrorSchemaValidation"),
    ],
)
def test_a_request_that_the_schema_does_not_allow_is_a_fault(exchange, content, code):
    answer = post(exchange, content)
    assert answer.status_code == 500
    assert [found.text for found in etree.fromstring(answer.content).iter(_CODE)] == [code]


def test_one_bad_id_among_good_ones_fails_alone(exchange):
    ids = '<t:DistinguishedFolderId Id="inbox"/><t:FolderId Id="AQMkxxxx"/><t:DistinguishedFolderId Id="conflicts"/>'
    answer = post(exchange, _GET.format(ids))
    assert answer.status_code == 200
    codes = [
        found.text
        for found in etree.fromstring(answer.content).iter(
            "{http://schemas.microsoft.com/exchange/services/2006/messages}ResponseCode"
        )
    ]
    assert codes == ["NoError", "ErrorInvalidIdMalformed", "ErrorFolderNotFound"]


def test_somebody_elses_item_and_folder_are_not_found(exchange):
    exchange.server.save_draft(ANNA.address, Mail(to=(Address(ELS.address),), subject="x", text="x"))
    item = exchange.server.items(ANNA.address, "drafts")[0]
    folder = exchange.server.folders(ANNA.address)[0].id
    request = (
        "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>"
        f'<m:ItemIds><t:ItemId Id="{item.id}"/></m:ItemIds></m:GetItem>'
    )
    els = (ELS.address, ELS.password)
    assert "ErrorItemNotFound" in post(exchange, request, auth=els).text
    assert "ErrorFolderNotFound" in post(exchange, _GET.format(f'<t:FolderId Id="{folder}"/>'), auth=els).text


def test_a_mail_without_disposition_is_refused(exchange):
    answer = post(
        exchange, "<m:CreateItem><m:Items><t:Message><t:Subject>x</t:Subject></t:Message></m:Items></m:CreateItem>"
    )
    assert "ErrorMessageDispositionRequired" in answer.text


def test_forty_megabytes_go_in_out_and_across(exchange):
    content = bytes(range(256)) * (40 * 4096)
    mime = (
        b"From: anna@office.example\r\nTo: els@brewery.example\r\nSubject: big\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=big.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content)
    )
    created = post(
        exchange,
        '<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items><t:Message><t:MimeContent>'
        f"{base64.b64encode(mime).decode()}</t:MimeContent></t:Message></m:Items></m:CreateItem>",
    )
    assert "NoError" in created.text
    item = exchange.server.items(ELS.address)[0]
    (file,) = item.mail.attachments
    assert (file.size, file.content) == (len(content), b"")
    got = exchange.server.attachment(ELS.address, item.id, file.id)
    assert got.content == content


def test_characters_that_xml_cannot_hold_are_left_out(exchange):
    account = exchange.open(ANNA)
    mime = "From: anna@office.example\r\nSubject: a\x00b\x0b🍺\ufffe\r\n\r\nx\x01y\r\n".encode()
    saved = exchangelib.Message(account=account, folder=account.drafts, mime_content=mime).save()
    read = account.drafts.get(id=saved.id)
    assert "🍺" in read.subject
    assert read.text_body.strip() == "xy"
