"""A mail that filed itself, as a card: Keep, Move, Not CRM."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, Words, actions, button, filled, plain, rich, section, words
from bot.slack.choices import Search
from bot.slack.finding import find_relations, referred
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.relations import open_new_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.actions import Action
from store.base import NotFound
from store.documents import documents_of
from store.dossiers import TagIgnored, dossier_seen_by
from store.filing import Filing, keep_filing, move_filing, refile, unfile

MEGABYTE = 1_000_000


class MoveFilingForm(Form, id="move_filing", title=_("File elsewhere"), submit=_("Move")):
    relation = Search(_("Relation"), find=find_relations).reacting()


def filed_card(session: Session, caller: Caller, filing: Filing) -> list[Json]:
    """What was filed where, and what can be done about it."""
    action = filing.action
    if action is None or action.deleted_at is not None:
        return _unfiled_card(caller, filing)
    t, value = caller.t, str(filing.id)
    with_contact = f" ({action.contact.person.name})" if action.contact else ""
    line = filled(
        t(_("Filed *{document}* under *{relation}*{contact}.")),
        document=_document(session, caller, action),
        relation=action.relation.name,
        contact=with_contact,
    )
    return [
        rich(line, _dossier_line(session, caller, filing, action), *not_kept_lines(caller, [filing])),
        actions(
            button(t(_("Keep")), "filing/keep", value, style="primary"),
            button(t(_("Move")), "filing/move", value),
            button(t(_("Not CRM")), "filing/unfile", value),
        ),
    ]


TAGS_IGNORED = {
    TagIgnored.UNKNOWN: _("{reference} in the subject is no dossier’s reference, so it was not used."),
    TagIgnored.CLOSED: _("{reference} in the subject is a closed dossier, so it was not used."),
    TagIgnored.FOREIGN: _("{reference} in the subject is a dossier of somebody else, so it was not used."),
}


def _dossier_line(session: Session, caller: Caller, filing: Filing, action: Action) -> Words:
    """In which dossier it stands; why none was chosen that the subject names."""
    if action.dossier_id and (found := dossier_seen_by(session, action.dossier_id, asked_by=caller.collaborator)):
        return filled(caller.t(_("In the dossier *{dossier}*.")), dossier=found.label)
    if filing.tag_ignored is None:
        return []
    return filled(caller.t(TAGS_IGNORED[filing.tag_ignored]), reference=f"[{filing.tag}]")


def not_kept_lines(caller: Caller, filings: Iterable[Filing]) -> list[Words]:
    """What of these mails the book does not hold, one line each."""
    text = _("{name} was too large to keep ({size} MB); it is in the mail.")
    return [
        words(caller.t(text, name=name, size=caller.t.number(max(1, round(size / MEGABYTE)))))
        for filing in filings
        for name, size in filing.not_kept
    ]


def _document(session: Session, caller: Caller, action: Action) -> str:
    names = [link.name for link in documents_of(session, action_id=action.id, asked_by=caller.collaborator)]
    return caller.t.list(names[:3]) if names else action.subject


def _unfiled_card(caller: Caller, filing: Filing) -> list[Json]:
    text = caller.t(_("Not filed: nothing of this mail is in the book, and it will not come back."))
    return [section(plain(text)), actions(button(caller.t(_("Undo")), "filing/refile", str(filing.id)))]


def keep(interaction: Interaction) -> None:
    interaction.ack()
    caller, now = interaction.caller, interaction.office.now()
    with interaction.writing() as session:
        filing = keep_filing(session, by=caller.collaborator, filing_id=int(interaction.value), now=now)
        action = _action(filing)
        text = caller.t(_("✓ Kept under {relation}: {subject}"), relation=action.relation.name, subject=action.subject)
        open_it = button(caller.t(_("Open")), "action/open", str(action.id))
    interaction.say(text, [section(plain(text), accessory=open_it)], replace=True)


def take_out(interaction: Interaction) -> None:
    interaction.ack()
    caller, now = interaction.caller, interaction.office.now()
    with interaction.writing() as session:
        filing = unfile(session, by=caller.collaborator, filing_id=int(interaction.value), now=now)
        card = _unfiled_card(caller, filing)
    interaction.say(caller.t(_("Not filed.")), card, replace=True)


def put_back(interaction: Interaction) -> None:
    interaction.ack()
    caller, now = interaction.caller, interaction.office.now()
    with interaction.writing() as session:
        filing = refile(session, by=caller.collaborator, filing_id=int(interaction.value), now=now)
        session.refresh(filing, ["action"])
        card = filed_card(session, caller, filing)
    interaction.say(caller.t(_("Filed again.")), card, replace=True)


def save_move(session: Session, caller: Caller, form: MoveFilingForm) -> Saved:
    relation_id, contact_id = referred(form.relation)
    filing = move_filing(
        session,
        by=caller.collaborator,
        filing_id=form.about["record"],
        relation_id=relation_id,
        contact_id=contact_id,
        now=caller.office.now(),
    )
    session.refresh(filing, ["action"])
    text = caller.t(_("Moved to {relation}."), relation=_action(filing).relation.name)
    return Saved(text, [section(plain(text)), *filed_card(session, caller, filing)])


def _action(filing: Filing) -> Action:
    if filing.action is None:
        raise NotFound
    return filing.action


def register(slack: Listening) -> None:
    create = {
        MoveFilingForm.relation: lambda interaction, _form, name, waiting: open_new_relation(
            interaction, name=name, waiting=waiting
        )
    }
    serve_form(slack, Serving(MoveFilingForm, save=save_move, create=create))
    slack.action("filing/keep", keep)
    slack.action("filing/unfile", take_out)
    slack.action("filing/refile", put_back)
    slack.action(
        "filing/move",
        lambda interaction: open_form(interaction, lambda _caller: MoveFilingForm(record=int(interaction.value))),
    )
