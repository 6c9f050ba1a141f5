"""What every mailbox provider must show. Inherit `MailboxContract` and give it a fixture `world`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from mailbox_world import ANNA, BRAM, ELS, SMALL, World, everything, letter, offer, only, start

from integrations.mail.errors import MailGone, MailRefused, MailServerBusy, MailServerUnreachable, SyncStateLost
from integrations.mail.message import Attachment, BusyKind, BusyTime, Folder, OutgoingMail, Sensitivity


class MailboxContract:
    # More than `SMALL`; one suite of real sockets has 40 MB, which takes seconds.
    large_attachment_bytes = 3_000_000

    def test_a_mailbox_that_opens_passes_its_check(self, world: World) -> None:
        world.mailbox().check()
        assert world.mailbox().address == ANNA.mail

    def test_a_draft_is_found_by_its_marker_until_it_is_deleted(self, world: World) -> None:
        mailbox = world.mailbox()
        assert mailbox.find(offer()) is None

        item_id = mailbox.save_draft(offer())

        found = mailbox.find(offer())
        assert found is not None
        assert found.folder is Folder.DRAFTS
        assert mailbox.find(offer(2)) is None
        mailbox.delete_draft(item_id)
        assert mailbox.find(offer()) is None
        mailbox.delete_draft(item_id)

    def test_a_sent_draft_stands_in_sent_items_with_its_marker(self, world: World) -> None:
        mailbox = world.mailbox()
        state = start(mailbox, Folder.SENT)

        mailbox.send_draft(mailbox.save_draft(offer()))

        (change,), _ = everything(mailbox, Folder.SENT, state)
        assert change.marker == "offer-1"
        found = mailbox.find(offer())
        assert found is not None
        assert found.folder is Folder.SENT
        assert list(world.departures()) == [ELS.mail]

    def test_a_draft_found_again_can_be_sent(self, world: World) -> None:
        world.mailbox().save_draft(offer())
        found = world.mailbox().find(offer())
        assert found is not None
        world.mailbox().send_draft(found.item_id)
        assert list(world.departures()) == [ELS.mail]

    def test_a_sent_mail_is_found_even_when_the_server_replaced_its_message_id(self, world: World) -> None:
        world.replaces_message_ids()
        mailbox = world.mailbox()

        mailbox.send_draft(mailbox.save_draft(offer()))

        found = mailbox.find(offer())
        assert found is not None
        assert found.folder is Folder.SENT
        assert mailbox.read(found.item_id, attachments_up_to=SMALL).message_id != offer().message_id

    def test_a_mail_that_lost_its_marker_is_found_by_its_message_id(self, world: World) -> None:
        world.puts(offer().mime, Folder.SENT)
        found = world.mailbox().find(offer())
        assert found is not None
        assert found.folder is Folder.SENT

    def test_after_a_lost_answer_find_tells_that_the_mail_was_sent(self, world: World) -> None:
        mailbox = world.mailbox()
        item_id = mailbox.save_draft(offer())
        world.loses_the_answer_of_the_next("send_draft")

        with pytest.raises(MailServerUnreachable):
            mailbox.send_draft(item_id)

        found = mailbox.find(offer())
        assert found is not None
        assert found.folder is Folder.SENT
        assert list(world.departures()) == [ELS.mail]

    def test_after_a_lost_answer_find_tells_that_the_draft_was_saved(self, world: World) -> None:
        mailbox = world.mailbox()
        world.loses_the_answer_of_the_next("save_draft")

        with pytest.raises(MailServerUnreachable):
            mailbox.save_draft(offer())

        found = mailbox.find(offer())
        assert found is not None
        assert found.folder is Folder.DRAFTS

    def test_a_draft_is_sent_once(self, world: World) -> None:
        mailbox = world.mailbox()
        item_id = mailbox.save_draft(offer())
        mailbox.send_draft(item_id)
        with pytest.raises(MailGone):
            mailbox.send_draft(item_id)
        assert list(world.departures()) == [ELS.mail]

    def test_a_mail_without_recipients_is_refused_for_good(self, world: World) -> None:
        mailbox = world.mailbox()
        nobody = OutgoingMail("m", "<m@office.example>", b"From: anna@office.example\r\nSubject: x\r\n\r\nx\r\n")
        item_id = mailbox.save_draft(nobody)
        with pytest.raises(MailRefused) as refused:
            mailbox.send_draft(item_id)
        assert refused.value.is_permanent

    def test_a_first_sync_reports_nothing_older(self, world: World) -> None:
        for number in range(3):
            world.puts(letter(number=number), Folder.INBOX)
        mailbox = world.mailbox()
        state = start(mailbox, Folder.INBOX)
        assert everything(mailbox, Folder.INBOX, state)[0] == []

    def test_no_change_is_lost_or_reported_twice_over_pages_and_restarts(self, world: World) -> None:
        state = start(world.mailbox(), Folder.INBOX)
        seen: list[str] = []
        put = 0
        for more in (1, 7, 0, 13):
            for _ in range(more):
                put += 1
                world.puts(letter(number=put), Folder.INBOX)
            changes, state = everything(world.mailbox(), Folder.INBOX, state)
            assert len(changes) == more
            seen += [change.item_id for change in changes]
        subjects = {world.mailbox().read(item_id, attachments_up_to=SMALL).subject for item_id in seen}
        assert len(seen) == len(set(seen)) == put
        assert subjects == {f"Letter {number}" for number in range(1, put + 1)}

    def test_a_state_that_was_not_stored_gives_the_same_again(self, world: World) -> None:
        mailbox = world.mailbox()
        state = start(mailbox, Folder.INBOX)
        world.puts(letter(), Folder.INBOX)
        assert everything(mailbox, Folder.INBOX, state)[0] == everything(mailbox, Folder.INBOX, state)[0]

    def test_folders_are_synced_apart(self, world: World) -> None:
        mailbox = world.mailbox()
        sent, inbox = start(mailbox, Folder.SENT), start(mailbox, Folder.INBOX)
        world.puts(letter(), Folder.INBOX)
        assert everything(mailbox, Folder.SENT, sent)[0] == []
        assert len(everything(mailbox, Folder.INBOX, inbox)[0]) == 1

    def test_a_forgotten_sync_state_is_said_so(self, world: World) -> None:
        mailbox = world.mailbox()
        state = start(mailbox, Folder.INBOX)
        world.forgets_sync_states()
        with pytest.raises(SyncStateLost):
            mailbox.changes(Folder.INBOX, state)
        start(mailbox, Folder.INBOX)

    def test_a_lost_sync_state_loses_no_mail_that_came_meanwhile(self, world: World) -> None:
        mailbox = world.mailbox()
        since = datetime.now(UTC) - timedelta(minutes=1)
        for number in (1, 2, 3):
            world.puts(letter(number=number), Folder.INBOX)
        changes = mailbox.changes(Folder.INBOX, None, since=since)
        found = [*changes.created]
        if not changes.is_last:
            found += everything(mailbox, Folder.INBOX, changes.sync_state)[0]
        subjects = [mailbox.read(change.item_id, attachments_up_to=SMALL).subject for change in found]
        assert sorted(subjects) == ["Letter 1", "Letter 2", "Letter 3"]
        later = mailbox.changes(Folder.INBOX, None, since=datetime.now(UTC) + timedelta(hours=1))
        assert later.created == ()
        assert everything(mailbox, Folder.INBOX, later.sync_state)[0] == []

    def test_a_busy_server_says_how_long_to_wait_and_does_nothing(self, world: World) -> None:
        mailbox = world.mailbox()
        world.is_busy_once(timedelta(seconds=7))
        with pytest.raises(MailServerBusy) as busy:
            mailbox.save_draft(offer())
        assert busy.value.retry_after == timedelta(seconds=7)
        assert not busy.value.is_permanent
        assert mailbox.find(offer()) is None

    def test_a_server_that_is_down_is_unreachable_until_it_is_back(self, world: World) -> None:
        mailbox = world.mailbox()
        world.goes_down()
        with pytest.raises(MailServerUnreachable):
            mailbox.check()
        world.comes_back()
        mailbox.check()

    def test_a_mail_that_is_gone_is_said_so(self, world: World) -> None:
        mailbox = world.mailbox()
        item_id = mailbox.save_draft(offer())
        mailbox.delete_draft(item_id)
        with pytest.raises(MailGone):
            mailbox.read(item_id, attachments_up_to=SMALL)
        with pytest.raises(MailGone):
            mailbox.send_draft(item_id)

    def test_a_sent_mail_reads_with_its_document(self, world: World) -> None:
        document = Attachment("Offre à Dupont.pdf", "application/pdf", b"%PDF-1.7 \x00\xff", 11)
        change, mail = only(world, offer(attachments=[document]).mime, Folder.SENT)

        assert change.has_attachments
        assert (mail.message_id, mail.subject) == ("<offer-1@office.example>", "Offre à Dupont 1")
        assert (mail.sender, mail.to) == (ANNA, (ELS,))
        assert mail.text.strip() == "Bonjour Els"
        (attachment,) = mail.attachments
        assert (attachment.name, attachment.media_type, attachment.content) == (
            document.name,
            document.media_type,
            document.content,
        )
        assert not mail.is_automatic
        assert not mail.is_encrypted

    def test_a_large_attachment_comes_without_content_and_the_rest_with_it(self, world: World) -> None:
        size = self.large_attachment_bytes
        large = Attachment("film.mp4", "video/mp4", b"\x00" * size, size)
        small = Attachment("offer.pdf", "application/pdf", b"%PDF-1.7", 8)
        _, mail = only(world, offer(attachments=[large, small]).mime, Folder.SENT)

        contents = {attachment.name: attachment.content for attachment in mail.attachments}
        assert contents == {"film.mp4": None, "offer.pdf": b"%PDF-1.7"}
        (film,) = [attachment for attachment in mail.attachments if attachment.name == "film.mp4"]
        assert abs(film.size - size) < size / 20
        assert (mail.message_id, mail.to, mail.text.strip()) == ("<offer-1@office.example>", (ELS,), "Bonjour Els")

    def test_blind_copies_are_seen_in_sent_items(self, world: World) -> None:
        _, mail = only(
            world,
            b"From: anna@office.example\r\nTo: els@dupont.example\r\nBcc: jan@notary.example\r\n\r\nx\r\n",
            Folder.SENT,
        )
        assert [address.mail for address in mail.bcc] == ["jan@notary.example"]

    @pytest.mark.parametrize(
        ("header", "sensitivity"),
        [("Private", Sensitivity.PRIVATE), ("Company-Confidential", Sensitivity.CONFIDENTIAL)],
    )
    def test_sensitivity_is_known_before_the_mail_is_read(
        self, world: World, header: str, sensitivity: Sensitivity
    ) -> None:
        change, mail = only(world, letter(f"Sensitivity: {header}"))
        assert (change.sensitivity, mail.sensitivity) == (sensitivity, sensitivity)

    def test_an_encrypted_mail_is_known_as_such(self, world: World) -> None:
        _, mail = only(
            world,
            letter(
                "MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n"
                "Content-Transfer-Encoding: base64",
                "MIAGCSqGSIb3DQEHA6CAMIACAQAxggE=",
            ),
        )
        assert mail.is_encrypted

    def test_the_times_that_people_are_taken_are_told_apart_and_no_more_than_that(self, world: World) -> None:
        def at(day: int, hour: int, month: int = 3) -> datetime:
            return datetime(2027, month, day, hour, tzinfo=UTC)

        for kind in (BusyKind.BUSY, BusyKind.BUSY, BusyKind.TENTATIVE, None):
            world.is_taken(BRAM.mail, at(26, 9), at(26, 10), kind)
        world.is_taken(BRAM.mail, at(28, 22), at(5, 22, 4), BusyKind.OUT_OF_OFFICE)
        world.is_taken(ANNA.mail, at(15, 9, 6), at(15, 10, 6), BusyKind.BUSY)
        world.is_taken(ANNA.mail, at(15, 9, 8), at(15, 10, 8), BusyKind.BUSY)

        asked = [BRAM.mail, ANNA.mail, "nobody@office.example"]
        told = world.mailbox().free_busy(asked, at(26, 0), at(1, 0, 8), within=timedelta(seconds=20))

        assert told[BRAM.mail][:3].count(BusyTime(at(26, 9), at(26, 10), BusyKind.BUSY)) == 2
        assert BusyTime(at(26, 9), at(26, 10), BusyKind.TENTATIVE) in told[BRAM.mail]
        assert told[BRAM.mail][3:] == (BusyTime(at(28, 22), at(5, 22, 4), BusyKind.OUT_OF_OFFICE),)
        assert told[ANNA.mail] == (BusyTime(at(15, 9, 6), at(15, 10, 6), BusyKind.BUSY),)
        assert set(told) == {BRAM.mail, ANNA.mail}

    def test_a_broken_mail_can_be_read(self, world: World) -> None:
        broken = (
            b"From: =?x?b?!!?= <els@dupont.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\xff"
        )
        _, mail = only(world, broken)
        assert mail.sender.mail == "els@dupont.example"

    def test_a_reply_to_an_invitation_keeps_its_calendar(self, world: World) -> None:
        calendar = (
            "BEGIN:VCALENDAR\nPRODID:-//x//y//EN\nVERSION:2.0\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:action-1@office.example\n"
            "DTSTAMP:20261121T090000Z\nDTSTART:20261126T130000Z\nDTEND:20261126T140000Z\nSEQUENCE:0\n"
            "ORGANIZER:mailto:anna@office.example\nATTENDEE;PARTSTAT=ACCEPTED:mailto:els@dupont.example\n"
            "SUMMARY:Visit\nEND:VEVENT\nEND:VCALENDAR"
        )
        _, mail = only(
            world, letter("MIME-Version: 1.0\nContent-Type: text/calendar; method=REPLY; charset=UTF-8", calendar)
        )
        (found,) = mail.calendars
        assert b"METHOD:REPLY" in found
        assert b"UID:action-1@office.example" in found
        assert b"PARTSTAT=ACCEPTED" in found
