"""The documents of a relation, contact, action or dossier: links that only who asked can use, adding, taking away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial

from itsdangerous import URLSafeSerializer
from sqlalchemy.orm import Session

from bot.document_links import document_url
from bot.office import Caller
from bot.slack.blocks import Json, Words, actions, button, context, plain, rich, section, words
from bot.slack.choices import Choice, Says, Search
from bot.slack.fields import Option
from bot.slack.files import MEGABYTE, Files, SlackFile, fetch_file, told_file
from bot.slack.filing import not_kept_lines
from bot.slack.finding import find_relations, referred
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import ACTION_MENU, CONTACT_MENU, DOSSIER_MENU, OPPORTUNITY_MENU, RELATION_MENU
from bot.slack.relations import open_new_relation
from bot.slack.seen import seen_action, seen_contact, seen_dossier, seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from integrations.documents.facts import describe
from store.access import require_active
from store.base import BookError, NotFound
from store.documents import Document, DocumentLink, document_link, documents_of, link_document, unlink_document
from store.filing import filings_of

SHOWN = 20
MOST = 10
"""Files at once."""
NAME_SHOWN = 60
PLACES: Mapping[str, Callable[[Session, Caller, int], object]] = {
    "relation": seen_relation,
    "contact": seen_contact,
    "action": seen_action,
    "dossier": seen_dossier,
}
"""Where a document may stand; how the caller comes to see that place."""


class DocumentsForm(Form, id="documents", title=_("Add documents"), submit=_("Save")):
    files = Files(_("Files"), most=MOST)
    contents: Sequence[bytes] = ()


class SaveFilesForm(Form, id="save_files", title=_("Save the files"), submit=_("Save")):
    names = Says(lambda _caller, form: ", ".join(file["name"] for file in form.about["files"]))
    to = Search(_("Relation or contact"), find=find_relations)
    files: Sequence[SlackFile] = ()
    contents: Sequence[bytes] = ()


class TakeAwayForm(Form, id="take_away", title=_("Take a document away"), submit=_("Take away")):
    which = Choice(_("Document"), among=lambda caller, form: _standing(caller, form))  # noqa: PLW0108 (defined below)


# The list


def show_documents(place: str, interaction: Interaction, row_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        blocks = document_blocks(session, caller, place, row_id)
    interaction.say(caller.t(_("Documents")), blocks)


def document_blocks(session: Session, caller: Caller, place: str, row_id: int) -> list[Json]:
    """What stands there, newest first; at a relation or contact also what stands on its actions. Raises NotFound."""
    PLACES[place](session, caller, row_id)
    found = documents_of(session, asked_by=caller.collaborator, **{f"{place}_id": row_id})
    missing = not_kept_lines(caller, filings_of(session, row_id)) if place == "action" else []
    t = caller.t
    blocks = [_row(caller, one) for one in found[:SHOWN]]
    if missing:
        blocks.append(rich(*missing))
    if not blocks:
        blocks.append(section(plain(t(_("No document stands here yet.")))))
    if len(found) > SHOWN:
        blocks.append(context(plain(t(_("{number} more"), number=len(found) - SHOWN))))
    if found and not caller.office.settings.web.public_url:
        blocks.append(context(plain(t(_("To download them, Rapport needs a public address (web.public_url).")))))
    ways = [button(t(_("+ Add documents")), "document/new", f"{place}:{row_id}")]
    if any(getattr(one, f"{place}_id") == row_id for one in found):
        ways.append(button(t(_("Take one away")), "document/take_away", f"{place}:{row_id}"))
    return [*blocks, actions(*ways)]


def _row(caller: Caller, one: DocumentLink) -> Json:
    """The name, a download link beside it, and the button that takes it away."""
    url = document_url(caller.office, one.id, caller.collaborator)
    line: Words = [{"type": "link", "url": url, "text": one.name}] if url else words(one.name)
    day = caller.t.moment(one.linked_at, zone=caller.collaborator.zone, today=caller.today)
    return rich([*line, *words(f" · {_size(caller, one.document.size)} · {day}")])


def _size(caller: Caller, size: int) -> str:
    if size < MEGABYTE // 10:
        return caller.t(_("{number} kB"), number=max(size // 1000, 1))
    return caller.t(_("{number} MB"), number=caller.t.number(Decimal(size).scaleb(-6).quantize(Decimal("0.1"))))


# Adding


def open_add(interaction: Interaction) -> None:
    place, _colon, row_id = interaction.value.partition(":")

    def build(caller: Caller) -> DocumentsForm:
        with caller.reading() as session:
            PLACES[place](session, caller, int(row_id))
        return DocumentsForm(**{place: int(row_id)}, place=place)

    open_form(interaction, build)


def fetch(caller: Caller, form: DocumentsForm) -> None:
    """Before the book is written to: Slack may take its time."""
    form.contents = [fetch_file(caller.office, file) for file in form.files]


def save_added(session: Session, caller: Caller, form: DocumentsForm) -> Saved:
    place, row_id = form.about["place"], form.about[form.about["place"]]
    PLACES[place](session, caller, row_id)
    keep_files(session, caller, form.files, form.contents, **{f"{place}_id": row_id})
    return _told(session, caller, place, row_id, form.files)


def keep_files(
    session: Session, caller: Caller, files: Sequence[SlackFile], contents: Sequence[bytes], **place: int
) -> None:
    """Under a name that can be shown and saved, and of the kind that the bytes say."""
    require_active(caller.collaborator)
    now = caller.office.now()
    for file, content in zip(files, contents, strict=True):
        facts = describe(file.name, content)
        document = caller.office.shelf.keep(session, content, media_type=facts.media_type, now=now)
        link_document(session, document, name=facts.safe_name, now=now, by=caller.collaborator, **place)


def _told(session: Session, caller: Caller, place: str, row_id: int, files: Sequence[SlackFile]) -> Saved:
    text = caller.t(_("Saved: {names}."), names=caller.t.list([file.name for file in files]))
    return Saved(text, [section(plain(text)), *document_blocks(session, caller, place, row_id)])


# From a message


def open_save_files(interaction: Interaction) -> None:
    """The shortcut on a message: its files, and the question where they belong."""

    def build(_caller: Caller) -> SaveFilesForm:
        files = interaction.body["message"].get("files") or ()
        told = [_kept(SlackFile.told(file)) for file in files if file.get("mode") != "tombstone"][:MOST]
        if not told:
            raise BookError(_("This message has no file."))
        return SaveFilesForm(files=told)

    open_form(interaction, build)


def _kept(file: SlackFile) -> dict[str, str]:
    """What the form keeps of it: Slack keeps 3,000 characters of an open form, which the addresses of ten overrun."""
    name = file.name if len(file.name) <= NAME_SHOWN else f"{file.name[: NAME_SHOWN - 1]}…"
    return {"id": file.id, "name": name}


def fetch_told(caller: Caller, form: SaveFilesForm) -> None:
    form.files = [told_file(caller.office, file["id"], name=file["name"]) for file in form.about["files"]]
    form.contents = [fetch_file(caller.office, file) for file in form.files]


def save_files(session: Session, caller: Caller, form: SaveFilesForm) -> Saved:
    relation_id, contact_id = referred(form.to)
    place, row_id = ("contact", contact_id) if contact_id else ("relation", relation_id)
    PLACES[place](session, caller, row_id)
    keep_files(session, caller, form.files, form.contents, **{f"{place}_id": row_id})
    return _told(session, caller, place, row_id, form.files)


# Taking away, with a way back


def open_take_away(interaction: Interaction) -> None:
    place, _colon, row_id = interaction.value.partition(":")

    def build(caller: Caller) -> TakeAwayForm:
        with caller.reading() as session:
            PLACES[place](session, caller, int(row_id))
        return TakeAwayForm(place=place, row=int(row_id))

    open_form(interaction, build)


def _standing(caller: Caller, form: TakeAwayForm) -> list[Option]:
    """What stands at this very place: what its actions carry is taken away there."""
    key = f"{form.about['place']}_id"
    with caller.reading() as session:
        found = documents_of(session, asked_by=caller.collaborator, **{key: form.about["row"]})
    here = [one for one in found if getattr(one, key) == form.about["row"]]
    return [Option(str(one.id), one.name) for one in here[:100]]


def save_taken(session: Session, caller: Caller, form: TakeAwayForm) -> Saved:
    require_active(caller.collaborator)
    link = document_link(session, form.which.id, asked_by=caller.collaborator)
    place, row_id, name = form.about["place"], form.about["row"], link.name
    way_back = _signer(caller).dumps([link.document_id, place, row_id, name])
    unlink_document(session, link, now=caller.office.now())
    text = caller.t(_("{name} is taken away."), name=name)
    undo = button(caller.t(_("Undo")), "document/undo", way_back)
    return Saved(text, [section(plain(text)), actions(undo), *document_blocks(session, caller, place, row_id)])


def put_back(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    document_id, place, row_id, name = _signer(caller).loads(interaction.value)
    with interaction.writing() as session:
        PLACES[place](session, caller, row_id)
        document = session.get(Document, document_id)
        if document is None:
            raise NotFound
        link_document(
            session, document, name=name, now=caller.office.now(), by=caller.collaborator, **{f"{place}_id": row_id}
        )
        blocks = document_blocks(session, caller, place, row_id)
    interaction.say(caller.t(_("Documents")), blocks, replace=True)


def _signer(caller: Caller) -> URLSafeSerializer:
    """Nobody puts a document that they never saw at a place of theirs."""
    return caller.office.signer("document taken away")


def register(slack: Listening) -> None:
    create = {SaveFilesForm.to: lambda interaction, _form, name, waiting: open_new_relation(
        interaction, name=name, waiting=waiting
    )}  # fmt: skip
    serve_form(slack, Serving(DocumentsForm, save=save_added, check=fetch))
    serve_form(slack, Serving(SaveFilesForm, save=save_files, check=fetch_told, create=create, named={"files": "to"}))
    serve_form(slack, Serving(TakeAwayForm, save=save_taken))
    menus = (
        ("relation", RELATION_MENU),
        ("contact", CONTACT_MENU),
        ("action", ACTION_MENU),
        ("dossier", DOSSIER_MENU),
        ("dossier", OPPORTUNITY_MENU),
    )
    for place, menu in menus:
        slack.menu(menu, "documents", _("Documents"), partial(show_documents, place), at=30)
    slack.action("document/new", open_add)
    slack.action("document/take_away", open_take_away)
    slack.action("document/undo", put_back)
    slack.shortcut("save_files", open_save_files)
