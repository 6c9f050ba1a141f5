"""Every job on one page: name, function, when.

None must not overlap with itself for its own sake: what may not be done twice at once holds a lease in the book
(`holding`), so that it holds on any number of machines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from bot.office import Office
from jobs import (
    check_links,
    deliver_invitations,
    deliver_mailings,
    deliver_outbox,
    post_reports,
    read_mailboxes,
    redraw_homes,
    remind,
    remind_of_actions,
    seal_audit_trail,
    send_digests,
    tidy_up,
)

Run = Callable[[Office, datetime], None]
"""A job gets the office and the time at which it was due, which may be earlier than now."""


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    run: Run
    every: timedelta | time
    """A time of day means every day then: in the office's zone, or in UTC where several machines share the work."""


SCHEDULE: Final = (
    Job("wake-outbox-lanes", deliver_outbox.sweep, timedelta(seconds=2)),
    Job("wake-mailbox-readers", read_mailboxes.wake_due, timedelta(seconds=1)),
    Job("wake-mailings", deliver_mailings.wake_due, timedelta(seconds=1)),
    Job("redraw-homes", redraw_homes.redraw_homes, timedelta(seconds=2)),
    Job("look-for-mails-handed-over", deliver_invitations.look_again, timedelta(seconds=30)),
    Job("remind", remind.remind_all, timedelta(minutes=1)),
    Job("remind-of-actions", remind_of_actions.remind_of_actions, timedelta(minutes=1)),
    Job("send-digests", send_digests.send_digests, timedelta(minutes=1)),
    Job("post-reports", post_reports.post_reports, timedelta(minutes=1)),
    Job("seal-audit-trail", seal_audit_trail.seal, timedelta(minutes=1)),
    Job("check-links", check_links.check_links, timedelta(minutes=1)),
    Job("forget-old-forms", tidy_up.forget_old_forms, timedelta(hours=1)),
    Job("take-stock", tidy_up.take_stock, timedelta(hours=1)),
    Job("forget-unused-documents", tidy_up.forget_unused_documents, timedelta(hours=1)),
    Job("forget-expired-people", tidy_up.forget_expired_people, time(2)),
    Job("forget-stray-files", tidy_up.forget_stray_files, time(3)),
)
