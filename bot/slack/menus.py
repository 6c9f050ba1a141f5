"""The ⋮ menu of a record's card: each subject adds its own lines, so that the card knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, actions, button, overflow, rich, words
from bot.slack.interaction import Interaction
from bot.slack.seen import seen_action, seen_contact, seen_dossier, seen_opportunity, seen_relation
from bot.texts import _

MOST = 5
"""Lines that Slack's overflow element takes; with more of them the last one shows the rest."""
REST = "rest"

Names = Callable[[Session, Caller, int], str]
Run = Callable[[Interaction, int], None]
"""Gets the id of the record."""


@dataclass(frozen=True, slots=True)
class MenuLine:
    """`at` orders the lines: the first four are one click away."""

    key: str
    label: str
    run: Run
    at: int
    is_for_admins: bool


class Menu:
    """`of` says what the record is: "relation"; `names` names one where its card is not in sight.

    A subject adds lines by `Listening.menu`, a card draws `element`.
    """

    def __init__(self, of: str, *, names: Names | None = None) -> None:
        self.action_id = f"{of}/menu"
        self._names = names
        self._lines: dict[str, MenuLine] = {}

    def add(self, line: MenuLine) -> None:
        self._lines[line.key] = line

    def element(self, caller: Caller, row_id: int, *, without: Collection[str] = ()) -> Json:
        """The element for an actions block; `without` are the keys that make no sense for this record as it is."""
        lines = self._shown(caller, without)
        first = lines if len(lines) <= MOST else lines[: MOST - 1]
        entries = [(f"{line.key}:{row_id}", caller.t(line.label)) for line in first]
        if len(lines) > MOST:
            left_out = ",".join(sorted(without))
            entries.append((f"{REST}:{row_id}:{left_out}", caller.t(_("More…"))))
        return overflow(self.action_id, entries)

    def choose(self, interaction: Interaction) -> None:
        key, row_id, *left_out = interaction.value.split(":")
        if key == REST:
            self._show_rest(interaction, int(row_id), left_out[0].split(","))
        else:
            self._lines[key].run(interaction, int(row_id))

    def _show_rest(self, interaction: Interaction, row_id: int, without: Collection[str]) -> None:
        interaction.ack()
        t = interaction.caller.t
        rest = self._shown(interaction.caller, without)[MOST - 1 :]
        elements = [button(t(line.label), f"{self.action_id}/{line.key}", f"{line.key}:{row_id}") for line in rest]
        title = self._title(interaction.caller, row_id)
        interaction.say(title, [rich(words(title, bold=True)), actions(*elements)])

    def _title(self, caller: Caller, row_id: int) -> str:
        if self._names is None:
            return caller.t(_("More…"))
        with caller.reading() as session:
            return caller.t(_("More for {name}"), name=self._names(session, caller, row_id))

    def _shown(self, caller: Caller, without: Collection[str]) -> list[MenuLine]:
        lines = [one for one in self._lines.values() if one.key not in without]
        allowed = [one for one in lines if caller.collaborator.is_admin or not one.is_for_admins]
        return sorted(allowed, key=lambda one: one.at)


RELATION_MENU = Menu("relation", names=lambda session, caller, id_: seen_relation(session, caller, id_).name)
CONTACT_MENU = Menu("contact", names=lambda session, caller, id_: seen_contact(session, caller, id_).label)
ACTION_MENU = Menu("action", names=lambda session, caller, id_: seen_action(session, caller, id_).subject)
DOSSIER_MENU = Menu("dossier", names=lambda session, caller, id_: seen_dossier(session, caller, id_).label)
OPPORTUNITY_MENU = Menu(
    "opportunity", names=lambda session, caller, id_: seen_opportunity(session, caller, id_).dossier.label
)
QUOTE_MENU = Menu("quote")
EXPENSE_MENU = Menu("expense")
PRODUCT_MENU = Menu("product")
