"""How two relations are connected: `/crm path Acme Dupont`, answered in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, Words, actions, button, rich, words
from bot.slack.choices import Search
from bot.slack.fields import Option
from bot.slack.finding import find_known, reference
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.seen import relation_meant, seen_relation
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.base import BookError
from store.paths import Step, path_between
from store.search import search_options

MOST_WORDS = 8
"""Longer names without a sign between them are asked for rather than guessed."""

_BETWEEN = re.compile(r"\s*(?:->|[>→,;])\s*")


class PathForm(Form, id="path", title=_("How are they connected?"), submit=_("Show")):
    one = Search(_("From"), find=find_known, hint=_("Name, town, e-mail or phone"))
    other = Search(_("To"), find=find_known)


def _show_typed(interaction: Interaction, text: str) -> None:
    """The chain when both names fit one relation each, else a form with a search for each."""

    def build(caller: Caller) -> PathForm | None:
        splits = ((_only(caller, one), _only(caller, other)) for one, other in _splits(text))
        pairs = [(one, other) for one, other in splits if one and other]
        if len(pairs) != 1:
            return _form(caller, text)
        ((one, other),) = pairs
        with caller.reading() as session:
            saved = _told(session, caller, one, other)
        interaction.say(saved.text, saved.blocks)
        return None

    open_form(interaction, build)


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """The ways in which a text can be two names: at its sign ("Acme, Dupont", "Acme > Dupont"), else at any blank."""
    signed = [part for part in _BETWEEN.split(text) if part]
    if len(signed) == 2:
        yield signed[0], signed[1]
        return
    parts = text.split()
    if len(parts) <= MOST_WORDS:
        yield from ((" ".join(parts[:at]), " ".join(parts[at:])) for at in range(1, len(parts)))


def _only(caller: Caller, name: str) -> Option | None:
    with caller.reading() as session:
        found = search_options(session, name, asked_by=caller.collaborator, on=caller.today, limit=50).options
    relations = {option.relation_id: option for option in found if not option.contact_id}
    best = list(relations.values()) or (list(found) if len(found) == 1 else [])
    return Option(reference(best[0].relation_id, best[0].contact_id), best[0].label) if len(best) == 1 else None


def _form(caller: Caller, text: str) -> PathForm:
    form = PathForm()
    names = next(_splits(text), None)
    if names is not None and (len(text.split()) == 2 or _BETWEEN.search(text)):
        form.values |= {"one": _only(caller, names[0]), "other": _only(caller, names[1])}
    return form


def _save(session: Session, caller: Caller, form: PathForm) -> Saved:
    if form.one.value == form.other.value:
        raise BookError(_("Choose somebody else than above."), field="other")
    return _told(session, caller, form.one, form.other)


def _told(session: Session, caller: Caller, one: Option, other: Option) -> Saved:
    one_id, other_id = (relation_meant(session, caller, option) for option in (one, other))
    steps = path_between(session, one_id, other_id, asked_by=caller.collaborator, on=caller.today)
    if steps:
        return Saved(path_text(caller, steps), [rich(_path_words(caller, steps))])
    names = {"one": seen_relation(session, caller, one_id).name, "other": seen_relation(session, caller, other_id).name}
    text = caller.t(_("No chain of at most six links leads from {one} to {other}."), **names)
    return Saved(text, [rich(words(text)), _way_out(caller, one_id)])


def _way_out(caller: Caller, relation_id: int) -> Json:
    return actions(button(caller.t(_("+ New link")), "link/new", str(relation_id)))


def path_text(caller: Caller, steps: Sequence[Step]) -> str:
    """ "Acme → shareholder of → Bolt → spouse of → Dupont"."""
    return "".join(str(part["text"]) for part in _path_words(caller, steps))


def _path_words(caller: Caller, steps: Sequence[Step]) -> Words:
    line = words(steps[0].start.name, bold=True)
    for step in steps:
        line += [*words(f" → {_label(caller, step)} → "), *words(step.end.name, bold=True)]
    return line


def _label(caller: Caller, step: Step) -> str:
    if step.link_type is None:
        return caller.t(_("has as contact") if step.is_back else _("works at"))
    language = caller.t.language
    label = step.link_type.back_label(language) if step.is_back else step.link_type.label(language)
    return label[:1].lower() + label[1:]


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("path",), "fr": ("chemin",), "nl": ("pad",)},
            "Acme, Dupont",
            _("How two of them are connected, through whom"),
            _show_typed,
        )
    )
    serve_form(slack, Serving(PathForm, save=_save))
