"""The server as exchangelib sees it: drafts, sending, delivery, attachments, searching."""

from __future__ import annotations

import exchangelib
import pytest
from exchange_drafts import OFFER, save
from exchange_server import ANNA, BRAM, ELS, SERVICE
from exchangelib.errors import (
    ErrorImpersonateUserDenied,
    ErrorInvalidRecipients,
    ErrorIrresolvableConflict,
    ErrorItemNotFound,
    ErrorNonExistentMailbox,
    UnauthorizedError,
)

from integrations.playground.exchange import Account, Mangling


def test_a_mailbox_opens_with_its_folders_in_the_owners_language(exchange):
    account = exchange.open(ANNA)
    assert (account.inbox.name, account.sent.name, account.drafts.name) == (
        "Boîte de réception",
        "Éléments envoyés",
        "Brouillons",
    )
    assert {folder.name for folder in account.msg_folder_root.children} >= {"Calendrier", "Boîte de réception"}


def test_a_wrong_password_is_refused(exchange):
    with pytest.raises(UnauthorizedError):
        exchange.open(ANNA, password="wrong").inbox.refresh()


def test_only_a_service_account_may_act_as_somebody_else(exchange):
    assert exchange.open(SERVICE, as_=ANNA).inbox.total_count == 0
    with pytest.raises(ErrorImpersonateUserDenied):
        _ = exchange.open(BRAM, as_=ANNA).inbox
    with pytest.raises(ErrorNonExistentMailbox):
        _ = exchange.open(SERVICE, as_=Account("nobody@office.example", "", "")).inbox


def test_a_draft_is_found_by_its_marker_and_by_its_message_id(exchange):
    account = exchange.open(SERVICE, as_=ANNA)
    draft = save(account, test_marker="mark-1")
    assert [found.id for found in account.drafts.filter(test_marker="mark-1").only("id")] == [draft.id]
    assert [found.id for found in account.drafts.filter(message_id="<offer-118@office.example>").only("id")] == [
        draft.id
    ]
    assert not account.drafts.filter(test_marker="mark-2").exists()
    assert not account.sent.filter(test_marker="mark-1").exists()


def test_a_sent_draft_moves_to_sent_items_under_another_id_with_its_marker(exchange):
    account = exchange.open(SERVICE, as_=ANNA)
    draft = save(account, test_marker="mark-1")
    old_id = draft.id
    draft.send()
    sent = account.sent.all().only("id", "subject", "test_marker", "message_id", "is_draft").get()
    assert (sent.subject, sent.test_marker, sent.message_id) == ("Offre n° 118", "mark-1", "<offer-118@office.example>")
    assert sent.id != old_id
    assert not sent.is_draft
    assert account.drafts.total_count == 0 or not account.drafts.all().exists()
    with pytest.raises(ErrorItemNotFound):
        account.drafts.get(id=old_id)


def test_the_marker_and_bcc_stay_with_the_sender(exchange):
    account = exchange.open(SERVICE, as_=ANNA)
    save(account, test_marker="mark-1").send()
    for person in (ELS, BRAM):
        received = exchange.open(person).inbox.all().get()
        assert received.test_marker is None
        assert received.bcc_recipients is None
        assert b"bram@office.example" not in received.mime_content
        assert received.text_body.strip() == "Bonjour 🍺"
    assert [box.email_address for box in account.sent.all().get().bcc_recipients] == ["bram@office.example"]


def test_mime_is_built_anew_without_unknown_headers(exchange):
    account = exchange.open(ANNA)
    save(account).send()
    mime = exchange.open(ELS).inbox.all().get().mime_content
    assert b"X-Rapport" not in mime
    assert b"List-Unsubscribe: <https://office.example/u/1>" in mime
    assert b"Auto-Submitted: auto-generated" in mime
    assert mime != OFFER


def test_without_mangling_the_bytes_come_back(make_exchange):
    exchange = make_exchange(Mangling.none())
    account = exchange.open(ANNA)
    draft = save(account)
    assert account.drafts.get(id=draft.id).mime_content == OFFER
    draft.send()
    assert account.sent.all().get().mime_content == OFFER
    assert exchange.open(ELS).inbox.all().get().mime_content == OFFER.replace(b"Bcc: bram@office.example\r\n", b"")


def test_the_message_id_is_replaced_when_asked(make_exchange):
    exchange = make_exchange(Mangling(replaces_message_id=True))
    save(exchange.open(ANNA)).send()
    sent = exchange.server.items(ANNA.address, "sentitems")[0].mail.message_id
    assert sent not in {"", "<offer-118@office.example>"}
    assert exchange.server.items(ELS.address)[0].mail.message_id == sent


def test_a_mail_without_message_id_gets_one_when_it_is_sent(exchange):
    save(exchange.open(ANNA), OFFER.replace(b"Message-ID: <offer-118@office.example>\r\n", b"")).send()
    assert exchange.server.items(ELS.address)[0].mail.message_id.endswith("@office.example>")


def test_each_recipient_is_counted_once_and_an_unknown_one_bounces(exchange):
    mime = OFFER.replace(
        b"To: Els <els@brewery.example>",
        b"To: els@brewery.example, ELS@brewery.example, gone@brewery.example, x@far.example",
    )
    save(exchange.open(ANNA), mime).send()
    assert [(left.recipient, left.outcome) for left in exchange.server.outgoing("Anna@office.example")] == [
        ("els@brewery.example", "delivered"),
        ("gone@brewery.example", "bounced"),
        ("x@far.example", "outside"),
        ("bram@office.example", "delivered"),
    ]
    report = exchange.server.items(ANNA.address)[0]
    assert report.mail.item_class == "REPORT.IPM.Note.NDR"
    assert b"Final-Recipient: rfc822; gone@brewery.example\r\nAction: failed" in exchange.server.mime(
        ANNA.address, report.id
    )


def test_a_mail_to_nobody_is_refused_and_stays_a_draft(exchange):
    account = exchange.open(ANNA)
    draft = save(account, b"From: anna@office.example\r\nSubject: x\r\n\r\nx\r\n")
    with pytest.raises(ErrorInvalidRecipients):
        draft.send()
    assert account.drafts.get(id=draft.id).is_draft
    assert exchange.server.outgoing() == []


def test_a_stale_change_key_does_not_send(exchange):
    account = exchange.open(ANNA)
    draft = save(account)
    stale = draft.changekey
    draft.subject = "Autre"
    draft.save(update_fields=["subject"])
    assert draft.changekey != stale
    draft.changekey = stale
    with pytest.raises(ErrorIrresolvableConflict):
        draft.send()
    assert exchange.server.outgoing() == []


def test_properties_make_a_mail_as_mime_does(exchange):
    account = exchange.open(ANNA)
    message = exchangelib.Message(
        account=account,
        subject="Prix 2027",
        body=exchangelib.HTMLBody("<p>Bonjour</p>"),
        to_recipients=["els@brewery.example"],
        cc_recipients=["bram@office.example"],
        sensitivity="Private",
        importance="High",
        test_marker="mark-1",
    )
    message.attach(
        exchangelib.FileAttachment(name="Offre été.pdf", content=b"%PDF-1.7", content_type="application/pdf")
    )
    message.send_and_save()
    got = exchange.open(ELS).inbox.all().get()
    assert (got.subject, got.sensitivity, got.importance, got.body) == (
        "Prix 2027",
        "Private",
        "High",
        "<p>Bonjour</p>",
    )
    assert [(file.name, file.content) for file in got.attachments] == [("Offre été.pdf", b"%PDF-1.7")]
    assert account.sent.all().only("test_marker").get().test_marker == "mark-1"


def test_attachments_are_added_read_and_removed(exchange):
    account = exchange.open(ANNA)
    draft = account.drafts.get(id=save(account).id)
    draft.attach(exchangelib.FileAttachment(name="a.txt", content=b"a" * 100_000))
    draft.attach(exchangelib.FileAttachment(name="b.txt", content=b"b"))
    again = account.drafts.get(id=draft.id)
    assert [file.name for file in again.attachments] == ["a.txt", "b.txt"]
    with again.attachments[0].fp as stream:
        assert stream.read() == b"a" * 100_000
    again.detach(again.attachments[0])
    assert [file.name for file in account.drafts.get(id=draft.id).attachments] == ["b.txt"]


def test_an_attached_mail_shows_as_an_item(exchange):
    inner = b"From: x@far.example\r\nSubject: Inside\r\nMessage-ID: <in@far.example>\r\n\r\nold\r\n"
    mime = (
        b"From: anna@office.example\r\nTo: els@brewery.example\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee\r\n'
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n"
    )
    save(exchange.open(ANNA), mime).send()
    (attached,) = exchange.open(ELS).inbox.all().get().attachments
    assert isinstance(attached, exchangelib.ItemAttachment)
    assert (attached.item.subject, attached.item.message_id) == ("Inside", "<in@far.example>")


def test_moving_and_deleting_change_folders_and_ids(exchange):
    account = exchange.open(ANNA)
    draft = save(account, test_marker="mark-1")
    old = draft.id
    draft.move(account.inbox)
    assert draft.id != old
    assert account.inbox.all().only("test_marker").get().test_marker == "mark-1"
    draft.move_to_trash()
    assert account.trash.all().count() == 1
    account.trash.all().delete()
    assert account.trash.all().count() == 0


def test_restrictions_sorting_and_paging(exchange):
    account = exchange.open(ANNA)
    for number in range(7):
        save(account, OFFER.replace(b"=?utf-8?q?Offre_n=C2=B0_118?=", f"Offer {number} 100%_".encode()))
    drafts = account.drafts
    page = drafts.all().order_by("subject").only("subject")
    page.page_size = 3
    assert [item.subject[6] for item in page] == list("0123456")
    assert drafts.filter(subject__contains="100%_").count() == 7
    assert drafts.filter(subject__icontains="OFFER 3").count() == 1
    assert drafts.filter(subject__startswith="Offer").exclude(subject__contains="3").count() == 6
    either = exchangelib.Q(subject="Offer 1 100%_") | exchangelib.Q(subject="Offer 2 100%_")
    assert drafts.filter(either, is_read=False).count() == 2
    assert [item.subject[6] for item in drafts.all().order_by("-subject").only("subject")[:2]] == ["6", "5"]


def test_a_client_finds_out_version_and_sign_in_by_itself(exchange):
    config = exchangelib.Configuration(
        service_endpoint=exchange.endpoint, credentials=exchangelib.Credentials(ANNA.address, ANNA.password)
    )
    account = exchangelib.Account(ANNA.address, config=config, autodiscover=False)
    assert account.inbox.name == "Boîte de réception"
    assert (account.protocol.auth_type, account.version.build.major_version) == ("basic", 15)
    assert account.version.api_version != "Exchange2007"
    account.protocol.close()


def test_names_resolve_within_the_office(exchange):
    protocol = exchange.open(BRAM).protocol
    assert [box.email_address for box in protocol.resolve_names(["anna"])] == ["anna@office.example"]
    assert [type(found).__name__ for found in protocol.resolve_names(["els"])] == ["ErrorNameResolutionNoResults"]
