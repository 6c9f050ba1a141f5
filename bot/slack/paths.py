"""How two relations are connected: `/crm path Acme Dupont`, answered in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import Json, Words, actions, button, rich, words
from bot.slack.choices import Says, Search
from bot.slack.fields import Option, Options
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


def _find_one(caller: Caller, typed: str, form: PathForm) -> Options:
    """Whom the command may have meant, until somebody types here."""
    return find_known(caller, typed or form.about.get("one", ""), form)


def _find_other(caller: Caller, typed: str, form: PathForm) -> Options:
    return find_known(caller, typed or form.about.get("other", ""), form)


class PathForm(Form, id="path", title=_("How are they connected?"), submit=_("Show")):
    asked = Says(lambda _caller, form: form.about.get("asked", ""))
    one = Search(_("From"), find=_find_one, hint=_("Name, town, e-mail or phone"))
    other = Search(_("To"), find=_find_other)


@dataclass(frozen=True, slots=True)
class Side:
    """A name as it was typed, and whom it may mean."""

    typed: str
    candidates: Sequence[Option]

    @property
    def only(self) -> Option | None:
        return self.candidates[0] if len(self.candidates) == 1 else None

    def question(self, caller: Caller) -> str:
        """ "" when it is clear."""
        if self.only is not None or not self.typed:
            return ""
        if not self.candidates:
            return caller.t(_("Nothing in the book is called “{name}”."), name=self.typed)
        return caller.t(_("“{name}” may be several: open the field and choose."), name=self.typed)


def _show_typed(interaction: Interaction, text: str) -> None:
    """The chain when both names fit one relation each, else a form that says what was typed and offers whom it fits."""

    def build(caller: Caller) -> PathForm | None:
        splits = [(_side(caller, one), _side(caller, other)) for one, other in _splits(text)]
        pairs = [(one.only, other.only) for one, other in splits if one.only and other.only]
        if len(pairs) != 1:
            return _form(caller, *_likeliest(caller, splits, text))
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


def _side(caller: Caller, name: str) -> Side:
    """Relations of this name, or else contacts."""
    with caller.reading() as session:
        found = search_options(session, name, asked_by=caller.collaborator, on=caller.today, limit=50).options
    relations = {option.relation_id: option for option in found if not option.contact_id}
    best = list(relations.values()) or list(found)
    return Side(name, [Option(reference(one.relation_id, one.contact_id), one.label) for one in best])


def _likeliest(caller: Caller, splits: Sequence[tuple[Side, Side]], text: str) -> tuple[Side, Side]:
    """Where both names are in the book, in the fewest of ways; one name alone is whom to begin from."""
    if not splits:
        return _side(caller, text.strip()), Side("", [])
    ways = [(len(one.candidates), len(other.candidates)) for one, other in splits]
    best = min(range(len(splits)), key=lambda at: (-sum(bool(number) for number in ways[at]), sum(ways[at]), at))
    return splits[best]


def _form(caller: Caller, one: Side, other: Side) -> PathForm:
    asked = " ".join(filter(None, (one.question(caller), other.question(caller))))
    form = PathForm(one=one.typed[:100], other=other.typed[:100], asked=asked[:400])
    form.values |= {"one": one.only, "other": other.only}
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
