"""The demo's office on disk: its settings, its secrets and a book with some history in it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from bot.demo.people import RESIDENTS, SERVICE, Resident
from store.action_facts import ActionFacts
from store.actions import ActionType, When
from store.collaborators import Collaborator, Role, active_collaborators, add_collaborator
from store.domain import line_with_key
from store.engine import Book
from store.mailboxes import bind_mailbox
from store.planning import plan_action
from store.relations import Relation
from store.samples import make_office
from store.upgrading import upgrade

RELATIONS = 40
SEED = 1907

CONFIG = """\
# Written by `rapport demo` at each start.
[office]
name = "Cave Dubois"
locale = "fr-BE"

[database]
url = "sqlite:///{folder}/book.db"

[documents]
folder = "{folder}/documents"

[slack]
mode = "{mode}"
api_url = "{playground}/slack/api/"

[web]
bind = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"

[mail.office]
provider = "ews"
endpoint = "{playground}/EWS/Exchange.asmx"
access = "impersonation"
username = "{service}"
read_every_s = 2
mails_a_minute = 600
"""


def write_config(folder: Path, *, playground: str, port: int, mode: str) -> Path:
    path = folder / "config.toml"
    text = CONFIG.format(folder=folder.as_posix(), playground=playground, port=port, mode=mode, service=SERVICE.address)
    path.write_text(text, encoding="utf-8")
    return path


def read_secrets(folder: Path) -> dict[str, str]:
    """Made at the first start; kept, so that links in yesterday's mails still work today."""
    path = folder / "secrets.json"
    if not path.exists():
        made = {
            "RAPPORT_SLACK_BOT_TOKEN": f"xoxb-{secrets.token_hex(16)}",
            "RAPPORT_SLACK_APP_TOKEN": f"xapp-{secrets.token_hex(16)}",
            "RAPPORT_SLACK_SIGNING_SECRET": secrets.token_hex(16),
            "RAPPORT_WEB_SECRET": secrets.token_hex(32),
        }
        path.touch(mode=0o600)
        path.write_text(json.dumps(made), encoding="utf-8")
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return {**kept, "RAPPORT_MAIL_OFFICE_PASSWORD": SERVICE.password}


def fill_book(folder: Path, *, relations: int = RELATIONS) -> None:
    """Brings the book up to date, and fills it with people and `relations` samples when nobody is in it yet."""
    url = f"sqlite:///{folder.as_posix()}/book.db"
    upgrade(url)
    book = Book(url, now=lambda: datetime.now(UTC), connections=5)
    try:
        with book.writing(door="demo") as session:
            if not active_collaborators(session):
                _fill(session, relations, book.now())
    finally:
        book.close()


def _fill(session: Session, relations: int, now: datetime) -> None:
    colleagues = [_collaborator(session, one, now) for one in RESIDENTS if one.is_colleague]
    admin = next(one for one in colleagues if one.is_admin)
    for one in colleagues:
        bind_mailbox(session, by=admin, collaborator_id=one.id, address=one.mail, server="office", now=now)
    made = make_office(
        session,
        kind="wine",
        language="fr",
        collaborators=colleagues[:3],
        relations=relations,
        now=now,
        seed=SEED,
    )
    for colleague, theirs in zip(colleagues, (made[:4], made[4:8], made[8:12]), strict=False):
        _plan_days(session, colleague, theirs, now)


def _plan_days(session: Session, by: Collaborator, relations: Sequence[Relation], now: datetime) -> None:
    """An agenda that is not empty on the first look: two calls today or tomorrow, a visit on each of two days."""
    call, visit = line_with_key(session, ActionType, "call"), line_with_key(session, ActionType, "visit")
    today = by.day_of(now)
    plan = ((call, 0, time(17)), (call, 1, time(10)), (visit, 2, time(9, 30)), (visit, 4, time(14)))
    for relation, (kind, days, starts) in zip(relations, plan, strict=False):
        when = When.hours(
            today + timedelta(days=days), starts, None, zone=by.zone, lasts=timedelta(minutes=kind.duration_min)
        )
        facts = ActionFacts(
            relation_id=relation.id,
            type_id=kind.id,
            subject=f"{kind.label(by.language)} · {relation.name}",
            when=when,
            representative_id=by.id,
            place=relation.address_on(when.starts_on, by.language) if kind is visit else "",
        )
        plan_action(session, by=by, facts=facts, now=now)


def _collaborator(session: Session, resident: Resident, now: datetime) -> Collaborator:
    return add_collaborator(
        session,
        name=resident.name,
        mail=resident.mail,
        now=now,
        role=Role.ADMIN if resident.is_admin else Role.REP,
        locale=resident.locale,
        slack_user_id=resident.slack_id,
    )
