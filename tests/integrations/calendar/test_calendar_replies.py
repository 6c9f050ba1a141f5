from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from calendar_samples import ANNA, BRUSSELS, ELS, VISIT
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.calendar.entry import Status
from integrations.calendar.itip import request
from integrations.calendar.replies import Problem, ReadReplies, Reply, Version, newer, read_replies
from integrations.calendar.zones import vtimezone


def reply(*changes: str, method: str = "REPLY", without: tuple[str, ...] = ()) -> bytes:
    """A reply as RFC 5546 4.2.2 shows it; `changes` are lines that replace or join it."""
    names = {line.split(":")[0].split(";")[0] for line in changes} | set(without)
    lines = [
        "UID:action-7@rapport.example",
        "DTSTAMP:20261122T101500Z",
        "SEQUENCE:2",
        "ORGANIZER:mailto:anna@office.example",
        'ATTENDEE;PARTSTAT=ACCEPTED;CN="Els Peeters":mailto:els@dupont.example',
    ]
    kept = [line for line in lines if line.split(":")[0].split(";")[0] not in names]
    head = ["BEGIN:VCALENDAR", "PRODID:-//Someone//EN", "VERSION:2.0", f"METHOD:{method}", "BEGIN:VEVENT"]
    return "\r\n".join([*head, *kept, *changes, "END:VEVENT", "END:VCALENDAR", ""]).encode()


def only(data: bytes) -> Reply:
    (one,) = read_replies(data).replies
    return one


def test_a_reply_says_who_answers_what_and_when() -> None:
    assert read_replies(reply("COMMENT:Fine\\, see you\\nEls")) == ReadReplies(
        (
            Reply(
                uid="action-7@rapport.example",
                sequence=2,
                stamped_at=datetime(2026, 11, 22, 10, 15, tzinfo=UTC),
                mail="els@dupont.example",
                name="Els Peeters",
                sent_by="",
                status=Status.ACCEPTED,
                comment="Fine, see you\nEls",
            ),
        ),
        (),
    )


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("ACCEPTED", Status.ACCEPTED),
        ("declined", Status.DECLINED),
        ("TENTATIVE", Status.TENTATIVE),
        ("NEEDS-ACTION", Status.NEEDS_ACTION),
        ("DELEGATED", Status.NEEDS_ACTION),
        ("X-MAYBE", Status.NEEDS_ACTION),
        ('"ACCEPTED"', Status.ACCEPTED),
    ],
)
def test_a_status_that_rfc_5545_does_not_know_counts_as_no_answer(written: str, status: Status) -> None:
    assert only(reply(f"ATTENDEE;PARTSTAT={written}:mailto:els@dupont.example")).status is status


@pytest.mark.parametrize(
    "attendee",
    [
        "ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:els@dupont.example",
        "attendee;partstat=accepted:mailto:els@dupont.example",
        "ATTENDEE;PARTSTAT=ACCEPTED:els@dupont.example",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:%65ls@dupont.example",
        "ATTENDEE;PARTSTAT=ACCEPTED;CN=Peeters: Els:mailto:els@dupont.example",
        "ATTENDEE;PARTSTAT=ACCEPTED;EMAIL=els@dupont.example:urn:uuid:1F5B",
        "ATTENDEE;PARTSTAT=ACCEPTED;EMAIL=els@dupont.example:/o=ExchangeLabs/cn=Recipients/cn=els",
        'ATTENDEE;CN="a;b:c,d";PARTSTAT=ACCEPTED:mailto:els@dupont.example',
        "ATTENDEE;PARTSTAT=ACCEPTED:\r\n mailto:els@du\r\n\tpont.example",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:<els@dupont.example>",
    ],
)
def test_the_attendee_is_found_however_it_is_written(attendee: str) -> None:
    assert only(reply(attendee, without=("ATTENDEE",))).mail == "els@dupont.example"
    assert only(reply(attendee, without=("ATTENDEE",))).status is Status.ACCEPTED


def test_who_answers_for_another_is_named_apart() -> None:
    read = only(reply('ATTENDEE;PARTSTAT=DECLINED;SENT-BY="mailto:jan@dupont.example":mailto:els@dupont.example'))
    assert (read.mail, read.sent_by) == ("els@dupont.example", "jan@dupont.example")


def test_googles_words_of_answer_are_the_comment() -> None:
    attendee = 'ATTENDEE;PARTSTAT=DECLINED;X-NUM-GUESTS=0;X-RESPONSE-COMMENT="Out of office":mailto:els@dupont.example'
    assert only(reply(attendee)).comment == "Out of office"


def test_control_characters_and_endless_comments_do_not_reach_the_caller() -> None:
    read = only(reply("COMMENT:a\x00b\x1bc" + "x" * 20_000))
    assert read.comment.startswith("abcx")
    assert len(read.comment) == 10_000


OUTLOOK = (
    b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nPRODID:Microsoft Exchange Server 2010\r\nVERSION:2.0\r\n"
    b"BEGIN:VTIMEZONE\r\nTZID:Romance Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\n"
    b"TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n"
    b"END:VTIMEZONE\r\nBEGIN:VEVENT\r\nATTENDEE;PARTSTAT=TENTATIVE;CN=Els Peeters:mailto:els@dupont.example\r\n"
    b"COMMENT;LANGUAGE=fr-BE:\\n\r\nUID:action-7@rapport.example\r\nSUMMARY;LANGUAGE=fr-BE:Provisoire: Visite\r\n"
    b"DTSTART;TZID=Romance Standard Time:20261203T140000\r\nDTEND;TZID=Romance Standard Time:20261203T150000\r\n"
    b"RECURRENCE-ID;TZID=Romance Standard Time:20261203T140000\r\nCLASS:PUBLIC\r\nPRIORITY:5\r\n"
    b"DTSTAMP:20261122T101500Z\r\nTRANSP:OPAQUE\r\nSTATUS:CONFIRMED\r\nSEQUENCE:2\r\n"
    b"X-MICROSOFT-CDO-APPT-SEQUENCE:2\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_outlooks_reply_about_one_occurrence_is_read_through_its_windows_zone() -> None:
    read = only(OUTLOOK)
    assert read.occurrence == datetime(2026, 12, 3, 13, tzinfo=UTC)
    assert (read.status, read.comment, read.proposed_starts) == (Status.TENTATIVE, "", None)


@pytest.mark.parametrize("line_end", [b"\n", b"\r", b"\r\n"])
def test_any_line_end_will_do(line_end: bytes) -> None:
    assert only(OUTLOOK.replace(b"\r\n", line_end)) == only(OUTLOOK)


def test_text_that_a_gateway_wrapped_without_folding_is_put_together() -> None:
    assert only(reply("COMMENT:See you on\nThursday (bring\nthe samples)")).comment == (
        "See you onThursday (bringthe samples)"
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_byte_order_mark_or_windows_encoding_is_understood(encoding: str) -> None:
    assert only(reply("COMMENT:à bientôt").decode().encode(encoding)).comment == "à bientôt"


@pytest.mark.parametrize("sequence", ["", "x", "-3", "²", "9" * 5000])
def test_a_sequence_that_is_no_number_is_zero(sequence: str) -> None:
    assert only(reply(f"SEQUENCE:{sequence}")).sequence == 0
    assert only(reply(without=("SEQUENCE",))).sequence == 0


def test_several_events_are_several_replies() -> None:
    event = reply().split(b"METHOD:REPLY\r\n")[1].removesuffix(b"END:VCALENDAR\r\n")
    twice = b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + event + event.replace(b"action-7", b"action-8") + b"END:VCALENDAR"
    assert [one.uid for one in read_replies(twice).replies] == ["action-7@rapport.example", "action-8@rapport.example"]


def test_a_reply_without_dtstamp_takes_the_mails_time() -> None:
    received_at = datetime(2026, 11, 23, tzinfo=UTC)
    data = reply(without=("DTSTAMP",))
    assert read_replies(data) == ReadReplies((), (Problem.NO_STAMP,))
    assert read_replies(data, received_at=received_at).replies[0].stamped_at == received_at


def counter(*changes: str) -> bytes:
    return reply("DTSTART;TZID=Romance Standard Time:20261127T090000", *changes, method="COUNTER")


def test_a_counter_proposal_says_the_times_in_their_zone() -> None:
    read = only(counter("DTEND;TZID=Romance Standard Time:20261127T100000"))
    assert read.is_counter
    assert read.proposed_starts == datetime(2026, 11, 27, 9, tzinfo=BRUSSELS)
    assert read.proposed_ends == datetime(2026, 11, 27, 10, tzinfo=BRUSSELS)


@pytest.mark.parametrize(
    ("duration", "length"), [("PT1H30M", timedelta(minutes=90)), ("P1DT2H", timedelta(hours=26)), ("P1W", timedelta(7))]
)
def test_a_counter_proposal_may_say_its_duration(duration: str, length: timedelta) -> None:
    read = only(counter(f"DURATION:{duration}"))
    assert read.proposed_ends == datetime(2026, 11, 27, 9, tzinfo=BRUSSELS) + length


def test_an_all_day_proposal_is_dates() -> None:
    read = only(reply("DTSTART;VALUE=DATE:20261127", method="COUNTER"))
    assert (read.proposed_starts, read.proposed_ends) == (date(2026, 11, 27), date(2026, 11, 28))


@pytest.mark.parametrize(
    "times",
    [
        (),
        ("DTSTART:20261127T090000", "DTEND:20261127T100000"),
        ("DTSTART;TZID=Customized Time Zone:20261127T090000",),
        ("DTSTART:20261327T090000Z",),
        ("DTSTART:20261127T090000Z", "DTEND:20261127T080000Z"),
        ("DTSTART:20261127T090000Z", "DTEND;VALUE=DATE:20261128"),
        ("DTSTART:20261127T090000Z", "DURATION:PT1X"),
        ("DTSTART:99980101T000000Z", "DURATION:P9999W"),
        ("DTSTART;VALUE=DATE:99991231",),
    ],
)
def test_a_proposal_without_readable_times_still_answers_and_is_named(times: tuple[str, ...]) -> None:
    read = read_replies(reply(*times, method="COUNTER"))
    assert read.problems == (Problem.BAD_PROPOSAL,)
    assert (read.replies[0].status, read.replies[0].proposed_starts, read.replies[0].proposed_ends) == (
        Status.ACCEPTED,
        None,
        None,
    )


def test_a_counter_that_repeats_the_others_gives_one_reply_each() -> None:
    data = counter("ATTENDEE;PARTSTAT=TENTATIVE:mailto:els@dupont.example", "ATTENDEE:mailto:jan@dupont.example")
    assert [one.mail for one in read_replies(data).replies] == ["els@dupont.example", "jan@dupont.example"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", Problem.NO_CALENDAR),
        (b"\x00\xff\xfe garbage", Problem.NO_CALENDAR),
        (b"BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT", Problem.NO_CALENDAR),
        (b"END:VCALENDAR\r\nEND:VEVENT", Problem.NO_CALENDAR),
        (request(VISIT, ANNA, [ELS]), Problem.NOT_A_REPLY),
        (reply().replace(b"METHOD:REPLY\r\n", b""), Problem.NOT_A_REPLY),
        (b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n", Problem.NO_EVENT),
        (reply(without=("UID",)), Problem.NO_UID),
        (reply("DTSTAMP:yesterday"), Problem.NO_STAMP),
        (reply("DTSTAMP:00010101T000000Z"), Problem.NO_STAMP),
        (reply(without=("ATTENDEE",)), Problem.NO_ATTENDEE),
        (reply("ATTENDEE:invalid:nomail"), Problem.NO_ATTENDEE),
        (reply("RECURRENCE-ID:20261203T140000"), Problem.BAD_OCCURRENCE),
        (reply("RECURRENCE-ID;TZID=Mars:20261203T140000"), Problem.BAD_OCCURRENCE),
    ],
)
def test_what_is_no_reply_is_named_and_gives_none(data: bytes, problem: Problem) -> None:
    assert read_replies(data) == ReadReplies((), (problem,))


def test_a_reply_that_was_cut_off_is_read_as_far_as_it_goes() -> None:
    assert only(reply().split(b"END:VEVENT")[0]).status is Status.ACCEPTED


@pytest.mark.parametrize(
    "flood",
    [
        b"BEGIN:A\r\n" * 300_000 + b"END:Z\r\n" * 300_000,
        b"BEGIN:VCALENDAR\r\n" + b'COMMENT;A="' * 500_000,
        b"BEGIN:VCALENDAR\r\nCOMMENT;A=" + b"x" * 5_000_000,
        b"BEGIN:VCALENDAR\r\nCOMMENT:" + b"\r\n x" * 2_000_000,
    ],
    ids=["nested", "quotes", "parameter", "folds"],
)
def test_a_flood_of_bytes_is_over_in_a_moment(flood: bytes) -> None:
    begin = time.process_time()
    assert read_replies(flood).replies == ()
    assert time.process_time() - begin < 5


def test_a_strangers_zone_changes_nothing_for_the_next_reader() -> None:
    evil = (vtimezone("Asia/Tokyo") or b"").replace(b"Asia/Tokyo", b"Mars/Olympus")
    data = reply("RECURRENCE-ID;TZID=Mars/Olympus:20261203T140000").replace(b"BEGIN:VEVENT", evil + b"BEGIN:VEVENT")
    assert read_replies(data).problems == (Problem.BAD_OCCURRENCE,)
    assert read_replies(data).problems == (Problem.BAD_OCCURRENCE,)


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_no_bytes_at_all_raise(data: bytes) -> None:
    read = read_replies(data)
    assert bool(read.replies) or bool(read.problems)


TOKENS = st.sampled_from(
    [
        *(b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"BEGIN:VCALENDAR\n", b"\r\n ", b"\xff", b"\0"),
        *(b";TZID=", b'"', b"\\", b":", b";", b"mailto:", b"@"),
        *(b"DTSTART:", b"RECURRENCE-ID:", b"99991231T235959Z", b"00000000", b"P9999W", b"SEQUENCE:"),
    ]
)


@given(st.sampled_from([OUTLOOK, counter("DURATION:PT1H"), reply()]), st.data())
@settings(max_examples=300, deadline=None)
def test_no_damage_to_a_reply_raises(data: bytes, draws: st.DataObject) -> None:
    for _ in range(draws.draw(st.integers(1, 4))):
        begin = draws.draw(st.integers(0, len(data)))
        end = draws.draw(st.integers(begin, min(len(data), begin + 40)))
        data = data[:begin] + draws.draw(TOKENS | st.binary(max_size=6)) + data[end:]
    for one in read_replies(data).replies:
        assert one.uid
        assert "@" in one.mail
        assert one.stamped_at.utcoffset() == timedelta()
        assert (one.proposed_starts is None) == (one.proposed_ends is None)


versions = st.builds(
    Version,
    sequence=st.integers(0, 2),
    stamped_at=st.integers(0, 2).map(lambda day: datetime(2026, 11, 20 + day, tzinfo=UTC)),
)


def at(version: Version) -> Reply:
    return only(reply(f"SEQUENCE:{version.sequence}", f"DTSTAMP:{version.stamped_at:%Y%m%dT%H%M%SZ}"))


@given(versions, versions, versions)
@settings(deadline=None)
def test_newer_orders_replies_strictly(first: Version, second: Version, third: Version) -> None:
    assert not newer(at(first), than=first)
    assert newer(at(first), than=second) or newer(at(second), than=first) or first == second
    assert not (newer(at(first), than=second) and newer(at(second), than=first))
    if newer(at(first), than=second) and newer(at(second), than=third):
        assert newer(at(first), than=third)


def test_the_sequence_counts_before_the_time_and_the_first_reply_is_always_new() -> None:
    early, late = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
    assert newer(at(Version(1, early)), than=Version(0, late))
    assert not newer(at(Version(0, late)), than=Version(1, early))
    assert newer(at(Version(0, early)), than=None)
