"""`rapport doctor`: looks at everything Rapport depends on, and says what to mend."""

from __future__ import annotations

from collections.abc import Iterator

from bot.doctor.book import examine_book, examine_documents
from bot.doctor.findings import Finding
from bot.doctor.mail import examine_mail
from bot.doctor.slack import examine_slack
from bot.doctor.web import examine_web
from bot.office import make_office
from bot.settings import Settings


def examine(settings: Settings) -> Iterator[Finding]:
    """One finding at a time, as it is found: some take seconds. Changes nothing and writes to nobody."""
    office = make_office(settings)
    try:
        yield from examine_book(office)
        yield from examine_documents(office)
        yield from examine_slack(office)
        yield from examine_mail(office)
        yield from examine_web(office)
    finally:
        office.close()
