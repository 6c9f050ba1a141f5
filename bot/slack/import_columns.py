"""The form in which each column of a list gets its field: a menu for each, twenty on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.list_files import field_labels
from bot.office import Caller
from bot.slack.blocks import Json, plain
from bot.slack.choices import Button, Choice
from bot.slack.fields import Field, Option
from bot.slack.forms import Form
from bot.slack.import_card import DUPLICATES, WHATS
from bot.slack.importing import show_card
from bot.slack.interaction import Interaction, sentence_of
from bot.slack.listening import Listening
from bot.slack.serving import open_form
from bot.texts import _
from store.base import BookError
from store.importing import Duplicates, Import, What, choose_mapping, import_to_run

ON_A_PAGE = 20
LEFT_OUT = "-"


class Columns(Field[dict[str, str]]):
    """A menu for each column of the page; the value is the field's key by the column's number."""

    is_optional = True

    def empty(self) -> dict[str, str]:
        return {}

    def blocks(self, group: Any, caller: Caller, prefix: str = "") -> list[Json]:
        run = _run(caller, group)
        labels = field_labels(run.what, caller.t)
        none = Option(LEFT_OUT, caller.t(_("Left out")))
        options = [none, *(Option(key, label) for key, label in labels.items())]
        return [self._block(run, number, options) for number in _page(group, run)]

    def _block(self, run: Import, number: int, options: list[Option]) -> Json:
        chosen = next((one for one in options if one.value == (run.fields[number] or LEFT_OUT)), options[0])
        element = {
            "type": "static_select",
            "action_id": self.action_id,
            "options": [option.to_slack() for option in options],
            "initial_option": chosen.to_slack(),
        }
        # With what the list is, for Slack keeps a menu's choice as long as its block's id stays.
        block_id = f"{self.name}.{number}.{run.what.value}"
        label = plain(f"{number + 1}. {run.columns[number] or '–'}", 200)
        return {"type": "input", "block_id": block_id, "label": label, "optional": False, "element": element}

    def take(self, group: Any, states: Mapping[str, Json]) -> None:
        for block, state in states.items():
            name, _dot, rest = block.partition(".")
            if name == self.name and self.action_id in state:
                chosen = state[self.action_id].get("selected_option") or {}
                key = str(chosen.get("value") or LEFT_OUT)
                group.values[self.name][rest.partition(".")[0]] = "" if key == LEFT_OUT else key

    def input_ids(self, group: Any) -> dict[str, str]:
        """Problems of columns stand at the first menu of the form."""
        return {}


def _whats(caller: Caller, _form: Any = None) -> list[Option]:
    return [Option(what.value, caller.t(label)) for what, label in WHATS.items()]


def _duplicates(caller: Caller, _form: Any = None) -> list[Option]:
    return [Option(one.value, caller.t(label)) for one, label in DUPLICATES.items()]


class ColumnsForm(Form, id="import_columns", title=_("Columns"), submit=_("Save")):
    what = Choice(_("What the list holds"), among=_whats).reacting()
    duplicates = Choice(_("What the book has already"), among=_duplicates)
    fields_of = Columns("")
    more = Button(_("Next columns"))


def _run(caller: Caller, form: Any) -> Import:
    with caller.office.book.reading() as session:
        return import_to_run(session, form.about["record"], by=caller.collaborator)


def _page(form: Any, run: Import) -> range:
    first = form.about.get("page", 0) * ON_A_PAGE
    return range(first, min(first + ON_A_PAGE, len(run.columns)))


def open_columns(interaction: Interaction) -> None:
    place = interaction.body["container"]

    def build(caller: Caller) -> ColumnsForm:
        form = ColumnsForm(record=int(interaction.value), channel=place["channel_id"], ts=place["message_ts"])
        run = _run(caller, form)
        form.about["version"] = run.version
        form.what = next(one for one in _whats(caller) if one.value == run.what.value)
        form.duplicates = next(one for one in _duplicates(caller) if one.value == run.duplicates.value)
        return form

    open_form(interaction, build)


def _keep(session: Session, caller: Caller, form: ColumnsForm) -> Import:
    """What the form holds so far, in the import: so no page is lost when another one is shown."""
    run = import_to_run(session, form.about["record"], by=caller.collaborator)
    fields = list(run.fields)
    is_same = form.what.value == run.what.value
    for number, key in form.fields_of.items() if is_same else ():
        fields[int(number)] = key
    kept = choose_mapping(
        session,
        run.id,
        by=caller.collaborator,
        now=caller.office.now(),
        what=What(form.what.value),
        fields=fields if is_same else None,
        duplicates=Duplicates(form.duplicates.value),
        version=form.about["version"],
    )
    form.about["version"] = kept.version
    return kept


def _change(interaction: Interaction) -> None:
    """Another kind of list has other fields: they are guessed anew. The button shows the next page."""
    interaction.ack()
    form = ColumnsForm.read(interaction.body["view"])
    with interaction.writing() as session:
        run = _keep(session, interaction.caller, form)
    if interaction.payload["action_id"] == ColumnsForm.more.action_id:
        form.about["page"] = (form.about.get("page", 0) + 1) % -(-len(run.columns) // ON_A_PAGE)
    interaction.update_view(form.view(interaction.caller))


def _save(interaction: Interaction) -> None:
    """Not as other forms are saved: the answer is the card that the form was opened from."""
    view = interaction.body["view"]
    form = ColumnsForm.read(view)
    try:
        with interaction.writing() as session:
            _keep(session, interaction.caller, form)
    except BookError as error:
        first = next(block["block_id"] for block in view["blocks"] if block["type"] == "input")
        interaction.ack(response_action="errors", errors={first: sentence_of(error, interaction.t)})
        return
    interaction.ack()
    show_card(interaction, form.about["record"], channel=form.about["channel"], ts=form.about["ts"])


def _forget(interaction: Interaction) -> None:
    """A form that was closed leaves nothing behind."""
    interaction.ack()


def register(slack: Listening) -> None:
    slack.action("import/map", open_columns)
    slack.action(ColumnsForm.what.action_id, _change)
    slack.action(ColumnsForm.more.action_id, _change)
    slack.submission(ColumnsForm.id, _save)
    slack.closed(ColumnsForm.id, _forget)
