"""The small language in which collaborators write mailings, and the two walls around it.

Somebody else's template runs on our machine, so Jinja2's language is cut down to what a mail needs: fields, `if`, `~`,
a few filters. There is nothing to loop over, nothing to call and nothing that multiplies, hence every text is bounded
by its own length times its fields'. The syntax tree is checked before it is compiled (compiling computes constants);
Jinja2's sandbox stands behind that as a second wall.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NoReturn

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from store.base import BookError, _

FIELDS = (
    "first_name",
    "last_name",
    "name",
    "company",
    "function",
    "salutation",
    "sender_name",
    "sender_mail",
    "unsubscribe_url",
    "today",
)
LONGEST = {"subject": 250, "body": 20_000}
"""Of a template, in characters."""
LONGEST_FIELD = 500
LONGEST_RENDERED = 200_000
DEEPEST = 12
MOST_NODES = 2_000
"""Levels and number of parts of a template: what a long mail never needs, and a compiler still takes quickly."""

Part = Literal["subject", "body"]

# A field's value stands between these two until links are made: a company named "http://…" is a name, not a link. They
# are for private use, and are taken out of everything that comes in.
OPENS, CLOSES = "\ue000", "\ue001"

# Control characters but tab and line feed, and lone surrogates.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a text. `text` is an untranslated sentence with `{placeholders}` for `values`."""

    part: Part
    line: int
    text: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CompiledText:
    subject: Template
    body: Template


def check_text(subject: str, body: str) -> list[Problem]:
    """Everything that is wrong with the templates, by line; empty when they can be used."""
    return [*_problems("subject", subject), *_problems("body", body)]


@lru_cache(maxsize=256)
def compile_text(subject: str, body: str) -> CompiledText:
    """Ready to be filled, kept for the next recipient. Raises BookError, at the part, with the first problem."""
    for problem in check_text(subject, body):
        raise BookError(problem.text, field=problem.part, **problem.values)
    return CompiledText(_environment.from_string(_source(subject)), _environment.from_string(_source(body)))


def filled(template: Template, values: Mapping[str, str]) -> str:
    """The text for these values, each between OPENS and CLOSES. Raises BookError when it becomes too long."""
    pieces, length = [], 0
    for piece in template.generate(values):
        length += len(piece)
        if length > LONGEST_RENDERED:
            raise BookError(_("This mail would become too long."), field="body")
        pieces.append(piece)
    return without_unprintable("".join(pieces))


def without_unprintable(text: str) -> str:
    """Line ends are "\\n"; what no mail contains is taken out."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def without_signs(text: str) -> str:
    """Without OPENS and CLOSES."""
    return text.replace(OPENS, "").replace(CLOSES, "")


def _default(value: object, instead: object, _is_for_empty_too: object = True) -> object:
    """A field is never undefined, so what is meant is always the empty one."""
    return value or instead


_FILTERS: dict[str, tuple[Any, range]] = {
    "upper": (lambda value: str(value).upper(), range(1)),
    "lower": (lambda value: str(value).lower(), range(1)),
    "title": (lambda value: str(value).title(), range(1)),
    "capitalize": (lambda value: str(value).capitalize(), range(1)),
    "default": (_default, range(1, 3)),
}
"""With the numbers of arguments that each takes."""

_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Filter,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Concat,
)
_COMPARISONS = ("eq", "ne", "in", "notin")


class _Environment(ImmutableSandboxedEnvironment):
    """The second wall: no call, no attribute, no item, no operator, no name but the fields."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)
    intercepted_unops = frozenset(ImmutableSandboxedEnvironment.default_unop_table)

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, finalize=self._apart, autoescape=False, cache_size=0)
        self.globals.clear()
        self.tests.clear()
        self.filters.clear()
        self.filters.update({name: made for name, (made, _arguments) in _FILTERS.items()})

    @staticmethod
    def _apart(value: object) -> str:
        return f"{OPENS}{value!s}{CLOSES}"

    def _refuse(self, *_arguments: object, **_more: object) -> NoReturn:
        raise SecurityError

    call = call_binop = call_unop = getattr = getitem = _refuse


_environment = _Environment()


def _problems(part: Part, source: str) -> Iterator[Problem]:
    if not source.strip():
        yield Problem(part, 1, _("Write something here."), {})
    elif len(source) > LONGEST[part]:
        yield Problem(part, 1, _("At most {most} characters."), {"most": LONGEST[part]})
    else:
        try:
            tree = _environment.parse(_source(source))
        except TemplateSyntaxError as error:
            yield Problem(
                part, error.lineno, _("Line {line}: a field or an “if” is not closed or not understood."), _at(error)
            )
        except (RecursionError, ValueError):
            yield Problem(part, 1, _("This is nested too deeply, or a number is too long."), {})
        else:
            yield from _problems_in(part, tree)


def _source(text: str) -> str:
    return without_signs(without_unprintable(text))


def _at(place: TemplateSyntaxError | nodes.Node) -> dict[str, object]:
    return {"line": place.lineno}


def _problems_in(part: Part, tree: nodes.Template) -> Iterator[Problem]:
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    seen = 0
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        if depth > DEEPEST or seen > MOST_NODES:
            yield Problem(part, node.lineno, _("Line {line}: this text is too intricate. Make it simpler."), _at(node))
            return
        if (problem := _problem_of(part, node)) is not None:
            yield problem
            continue
        # Each `elif` lies one level deeper than the one before: that is what the compiler makes of it.
        elifs = len(node.elif_) if isinstance(node, nodes.If) else 0
        waiting += [(child, depth + 1 + elifs) for child in node.iter_child_nodes()]


def _problem_of(part: Part, node: nodes.Node) -> Problem | None:
    if isinstance(node, nodes.Name) and node.name not in FIELDS:
        values = _at(node) | {"name": node.name[:40], "fields": ", ".join(FIELDS)}
        return Problem(
            part, node.lineno, _("Line {line}: there is no field “{name}”. The fields are: {fields}."), values
        )
    if isinstance(node, nodes.Filter):
        _made, arguments = _FILTERS.get(node.name, (None, range(0)))
        if len(node.args) not in arguments:
            values = _at(node) | {"name": node.name[:40], "filters": ", ".join(_FILTERS)}
            return Problem(
                part, node.lineno, _("Line {line}: “|{name}” is not possible. There are: {filters}."), values
            )
    if not isinstance(node, _NODES) or not _is_plain(node):
        return Problem(part, node.lineno, _("Line {line}: only fields, “if” and “~” can be used."), _at(node))
    return None


def _is_plain(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Const):
        return node.value is None or isinstance(node.value, str | bool)
    return not isinstance(node, nodes.Operand) or node.op in _COMPARISONS
