"""People to whom a colleague keeps sending documents and whom no file knows: counted for that colleague alone.

Only where the office gives it a term (`privacy.strangers_days`). Kept are the address, the day, and the hash by which a
mail is known again: no name, subject or text. All of it goes with the term, or once the address is in the book.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from store.access import require_active
from store.addresses import MailAddress
from store.base import NotFound
from store.collaborators import Collaborator
from store.consent import hashed, suppression_of
from store.filing import SentMail, filing_key
from store.mailboxes import Mailbox, office_addresses
from store.outbox import put_in_outbox, slack_lane
from store.stranger_rows import LeftAlone, Stranger

ASKED_AT = 3
"""With so many mails the colleague is asked, once."""
MOST_ADDRESSES = 5
"""A mail to more people outside is a mailing by hand: whom it reached says little."""
AT_ONCE = 100


def note_strangers(session: Session, mail: SentMail, *, collaborator: Collaborator, days: int, now: datetime) -> None:
    """Counts the people in To of a mail that was not filed because the book knows none of them.

    At the third mail to one of them, a notice asks the collaborator, once however often the term forgets. Nothing is
    written with `days` 0, of a mail older than that, sent in another's name or to many people outside, Cc and Bcc
    included, nor of an address that is in any file, suppressed, or to be left alone.
    """
    if not days or mail.sent_at <= now - timedelta(days=days) or not _is_own(session, mail.sender, collaborator):
        return
    office, key = office_addresses(session), filing_key(mail)
    if len({*mail.to, *mail.cc, *mail.bcc} - office) > MOST_ADDRESSES:
        return
    for address in _unknown(session, [one for one in dict.fromkeys(mail.to) if one not in office], collaborator):
        mine = (Stranger.collaborator_id == collaborator.id, Stranger.address == address)
        if session.scalar(select(Stranger.id).where(*mine, Stranger.mail_key == key)) is not None:
            continue
        row = Stranger(collaborator_id=collaborator.id, address=address, mail_key=key, sent_at=mail.sent_at)
        session.add(row)
        session.flush()
        if times_written(session, row) >= ASKED_AT:
            _ask(session, row, now)


def _ask(session: Session, row: Stranger, now: datetime) -> None:
    """Nothing when it was asked before: once, and once more after each time that `leave_alone` was taken back."""
    hash_ = hashed(session, row.address)
    left = select(LeftAlone.times).where(LeftAlone.collaborator_id == row.collaborator_id)
    times = session.scalar(left.where(LeftAlone.address_hash == hash_)) or 0
    put_in_outbox(
        session,
        kind="notice",
        key=f"stranger/{row.collaborator_id}/{hash_}/{times}",
        lane=slack_lane(row.collaborator_id),
        content={"notice": "stranger", "stranger_id": row.id, "collaborator_id": row.collaborator_id},
        now=now,
    )


def _is_own(session: Session, sender: str, collaborator: Collaborator) -> bool:
    own = select(Mailbox.id).where(Mailbox.collaborator_id == collaborator.id, Mailbox.address == sender)
    return sender == collaborator.mail or session.scalar(own.limit(1)) is not None


def _unknown(session: Session, addresses: Sequence[str], collaborator: Collaborator) -> list[str]:
    """In no file, whoever may see it: else the answer would tell what stands in files of others."""
    known = set(session.scalars(select(MailAddress.folded).where(MailAddress.folded.in_(addresses))))
    hashes = {address: hashed(session, address) for address in addresses if address not in known}
    left = select(LeftAlone.address_hash).where(LeftAlone.collaborator_id == collaborator.id)
    left = left.where(LeftAlone.is_taken_back.is_(False))
    alone = set(session.scalars(left.where(LeftAlone.address_hash.in_(hashes.values()))))
    return [one for one, hash_ in hashes.items() if hash_ not in alone and suppression_of(session, one) is None]


def times_written(session: Session, stranger: Stranger) -> int:
    """How many mails the collaborator sent to this address within the term."""
    mine = (Stranger.collaborator_id == stranger.collaborator_id, Stranger.address == stranger.address)
    return session.scalar(select(func.count()).select_from(Stranger).where(*mine)) or 0


def stranger_seen_by(session: Session, stranger_id: int, *, asked_by: Collaborator) -> Stranger | None:
    """None for what is another's, has expired, or is suppressed or in the book by now."""
    row = session.get(Stranger, stranger_id)
    if row is None or row.collaborator_id != asked_by.id or not asked_by.is_active:
        return None
    if suppression_of(session, row.address) is not None:
        return None
    known = select(MailAddress.id).where(MailAddress.folded == row.address).limit(1)
    return row if session.scalar(known) is None else None


def leave_alone(session: Session, stranger_id: int, *, by: Collaborator) -> LeftAlone:
    """Never asks `by` about this address again, and forgets it. Raises NotFound for another's."""
    require_active(by)
    row = session.get(Stranger, stranger_id)
    if row is None or row.collaborator_id != by.id:
        raise NotFound
    hash_ = hashed(session, row.address)
    before = select(LeftAlone).where(LeftAlone.collaborator_id == by.id, LeftAlone.address_hash == hash_)
    left = session.scalars(before).one_or_none() or LeftAlone(collaborator_id=by.id, address_hash=hash_, times=0)
    left.times, left.is_taken_back = left.times + 1, False
    session.add(left)
    session.execute(delete(Stranger).where(Stranger.collaborator_id == by.id, Stranger.address == row.address))
    session.flush()
    return left


def ask_again(session: Session, left_id: int, *, by: Collaborator) -> None:
    """Takes `leave_alone` back, from the next mail on; harmless when it was taken back already."""
    require_active(by)
    mine = update(LeftAlone).where(LeftAlone.id == left_id, LeftAlone.collaborator_id == by.id)
    session.execute(mine.values(is_taken_back=True))


def forget_strangers(session: Session, *, days: int, now: datetime) -> int:
    """At most a hundred whose term (`days`) has run out, who are in the book by now, or whose colleague left.

    Returns how many; call it until none is left.
    """
    gone = select(Collaborator.id).where(Collaborator.is_active.is_(False))
    known = select(MailAddress.folded).where(MailAddress.folded == Stranger.address)
    over = or_(Stranger.sent_at <= now - timedelta(days=days), Stranger.collaborator_id.in_(gone), known.exists())
    ids = session.scalars(select(Stranger.id).where(over).order_by(Stranger.id).limit(AT_ONCE)).all()
    session.execute(delete(Stranger).where(Stranger.id.in_(ids)))
    return len(ids)
