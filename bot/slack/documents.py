"""The documents of an action, as links that only who asked can use."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.document_links import document_url
from bot.office import Caller
from bot.slack.blocks import Json, Words, plain, rich, section, words
from bot.slack.filing import not_kept_lines
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import ACTION_MENU
from bot.slack.seen import seen_action
from bot.texts import _
from store.documents import DocumentLink, documents_of
from store.filing import filings_of


def show_documents(interaction: Interaction, action_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        seen_action(session, caller, action_id)
        blocks = document_blocks(session, caller, action_id)
    interaction.say(caller.t(_("Documents")), blocks)


def document_blocks(session: Session, caller: Caller, action_id: int) -> list[Json]:
    found = documents_of(session, action_id=action_id, asked_by=caller.collaborator)
    missing = not_kept_lines(caller, filings_of(session, action_id))
    if not found and not missing:
        return [section(plain(caller.t(_("No document belongs to this action."))))]
    lines = [_link(caller, one) for one in found]
    if found and not caller.office.settings.web.public_url:
        lines.append(words(caller.t(_("To download them, Rapport needs a public address (web.public_url)."))))
    return [rich(*lines, *missing)]


def _link(caller: Caller, one: DocumentLink) -> Words:
    url = document_url(caller.office, one.id, caller.collaborator)
    return [{"type": "link", "url": url, "text": one.name}] if url else words(one.name)


def register(slack: Listening) -> None:
    slack.menu(ACTION_MENU, "documents", _("Documents"), show_documents, at=30)
