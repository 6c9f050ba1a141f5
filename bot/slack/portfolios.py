"""What somebody is on, who has how much to do, and which files nobody looks after: `/crm files anna`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, Words, actions, button, context, filled, plain, rich, section, words
from bot.slack.handover import person_typed
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.subcommands import Subcommand
from bot.texts import _
from bot.typed_days import split_day
from store.base import NotFound
from store.collaborators import Collaborator
from store.involvements import Involvement, files_of, known_shares
from store.portfolios import Workload, files_of_leavers, files_without_anybody, workloads
from store.relations import Relation

SHOWN = 25


def show_files(interaction: Interaction, text: str) -> None:
    """One's own without a name; a day at the end shows what it was then."""
    interaction.ack()
    caller = interaction.caller
    name, on = split_day(text, caller.t, today=caller.today, is_ahead=False)
    with caller.reading() as session:
        whose = person_typed(session, name) if name else caller.collaborator
        blocks = files_blocks(session, caller, whose, on or caller.today)
    interaction.say(whose.name, blocks)


def show_files_of(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        whose = session.get(Collaborator, int(interaction.value))
        if whose is None:
            raise NotFound
        blocks = files_blocks(session, caller, whose, caller.today)
    interaction.say(whose.name, blocks)


def files_blocks(session: Session, caller: Caller, whose: Collaborator, on: date) -> list[Json]:
    """Each file once, with every part in it."""
    t = caller.t
    by_relation: dict[Relation, list[Involvement]] = {}
    for row in files_of(session, whose.id, asked_by=caller.collaborator, on=on):
        by_relation.setdefault(row.relation, []).append(row)
    shares = known_shares(session, [one.id for one in by_relation], asked_by=caller.collaborator, today=caller.today)
    number = t.n("{number} file", "{number} files", len(by_relation))
    day = "" if on == caller.today else f" — {t.in_figures(on)}"
    blocks = [rich(_titled(caller, whose.name, f"{number}{day}"))]
    for relation, rows in list(by_relation.items())[:SHOWN]:
        blocks.append(_file(caller, relation, caller.t.apart([_part(caller, row, shares) for row in rows])))
    if len(by_relation) > SHOWN:
        blocks.append(context(plain(t(_("{number} more"), number=len(by_relation) - SHOWN))))
    ways = [button(t(_("Workload")), "portfolio/workload"), button(t(_("Nobody in charge")), "portfolio/nobody")]
    if by_relation and (caller.collaborator.is_admin or whose.id == caller.collaborator.id):
        ways.insert(0, button(t(_("Hand over")), "handover/new", str(whose.id)))
    return [*blocks, actions(*ways)]


def _titled(caller: Caller, title: str, said: str) -> Words:
    return filled(caller.t(_("*{label}*: {said}")), label=title, said=said)


def _part(caller: Caller, row: Involvement, shares: Mapping[int, Decimal]) -> str:
    t = caller.t
    share = f" {t.percent(shares[row.id])}" if row.id in shares else ""
    label = row.category.label(t.language)
    said = t.labelled(row.dossier.reference, label) if row.dossier else label
    return f"{said}{share}, {t(_('since {day}'), day=t.in_figures(row.since_on))}"


def _file(caller: Caller, relation: Relation, said: str) -> Json:
    text = f"{relation.name} — {said}" if said else relation.name
    return section(plain(text), accessory=button(caller.t(_("Show")), "relation/show", str(relation.id)))


def show_workload(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        found = workloads(session, asked_by=caller.collaborator, on=caller.today)
        blocks = [_load(caller, one) for one in found[:40]]
    title = caller.t(_("Workload"))
    interaction.say(title, [rich(words(title, bold=True)), *blocks])


def _load(caller: Caller, one: Workload) -> Json:
    t = caller.t
    parts = [t.n("{number} file", "{number} files", one.files)]
    parts += [f"{category.label(t.language)} {number}" for category, number in one.by_category]
    parts.append(t.n("{number} open action", "{number} open actions", one.open_actions))
    gone = "" if one.collaborator.is_active else f" ({t(_('has left the office'))})"
    said = t.labelled(f"{one.collaborator.name}{gone}", ", ".join(parts))
    return section(plain(said), accessory=button(t(_("Show")), "portfolio/files", str(one.collaborator.id)))


def show_nobody(interaction: Interaction) -> None:
    """Files without a representative, and those whose representative left."""
    interaction.ack()
    caller = interaction.caller
    t, by = caller.t, caller.collaborator
    with caller.reading() as session:
        alone = files_without_anybody(session, asked_by=by, on=caller.today, limit=SHOWN + 1)
        left = files_of_leavers(session, asked_by=by, on=caller.today, limit=SHOWN + 1)
        blocks = [
            *_listed(caller, t(_("Nobody in charge")), alone),
            *_listed(caller, t(_("The representative has left the office")), left),
        ]
    interaction.say(t(_("Nobody in charge")), blocks)


def _listed(caller: Caller, title: str, relations: Sequence[Relation]) -> list[Json]:
    if not relations:
        return [rich(_titled(caller, title, caller.t(_("no file"))))]
    rows = [
        section(plain(one.name), accessory=button(caller.t(_("Who is on it")), "involvement/who", f"{one.id}:"))
        for one in relations[:SHOWN]
    ]
    more = [context(plain(caller.t(_("There are more."))))] if len(relations) > SHOWN else []
    return [rich(words(title, bold=True)), *rows, *more]


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("files", "portfolio"), "fr": ("portefeuille",), "nl": ("portefeuille",)},
            "Anna",
            _("Which files a colleague is on, and the workload of everybody"),
            show_files,
            reads=True,
        )
    )
    slack.action("portfolio/files", show_files_of)
    slack.action("portfolio/workload", show_workload)
    slack.action("portfolio/nobody", show_nobody)
