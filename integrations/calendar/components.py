"""Reading what other programs write: bytes into components, forgiving everything that leaves a meaning.

icalendar's own parser is not used for strangers' mail: it builds and keeps their VTIMEZONEs, so that one mail could
change how the next is read, and it raises on some broken input.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_BEGINS_LINE = re.compile(r"[A-Za-z0-9-]+[;:]")
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:]++)*+)')
_NAME = re.compile(r"[A-Za-z0-9-]+")
_MAX_OCTETS = 1_000_000  # a reply has a few thousand
_MAX_DEPTH = 10  # calendar, event, alarm
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Property:
    """A content line: `value` as written (see `plain_text`), parameter names in capitals, values without quotes."""

    value: str
    parameters: dict[str, str]


@dataclass(slots=True)
class Component:
    """`name` and property names are in capitals. Order is the file's."""

    name: str
    properties: dict[str, list[Property]] = field(default_factory=dict)
    components: list[Component] = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        return next(iter(self.properties.get(name, ())), None)

    def value(self, name: str) -> str:
        found = self.first(name)
        return found.value.strip() if found else ""


def read_components(data: bytes) -> list[Component]:
    """The outermost components, of any bytes at all; a component that is never closed ends with the file.

    Reads the first million octets, and stops where components stand more than ten deep: nobody means that.
    """
    found: list[Component] = []
    open_components: list[Component] = []
    for line in _lines(_decoded(data[:_MAX_OCTETS])):
        name, prop = _property(line)
        if name == "BEGIN":
            component = Component(prop.value.strip().upper())
            (open_components[-1].components if open_components else found).append(component)
            open_components.append(component)
            if len(open_components) > _MAX_DEPTH:
                break
        elif name == "END":
            _close(open_components, prop.value.strip().upper())
        elif name and open_components:
            open_components[-1].properties.setdefault(name, []).append(prop)
    return found


def plain_text(value: str) -> str:
    """The text that a TEXT value (RFC 5545 3.3.11) stands for."""
    return _ESCAPED.sub(lambda escaped: "\n" if escaped[1] in "nN" else escaped[1], value)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _lines(text: str) -> Iterator[str]:
    """Unfolded lines; a line that can be no property continues the one before, as mail gateways wrap text."""
    line = ""
    for piece in re.split(r"\r\n|\r|\n", text):
        if piece[:1] in {" ", "\t"}:
            line += piece[1:]
        elif _BEGINS_LINE.match(piece):
            yield line
            line = piece
        else:
            line += piece
    yield line


def _property(line: str) -> tuple[str, Property]:
    """The name in capitals ("" for a line without) and the rest."""
    name = _NAME.match(line)
    if not name:
        return "", Property("", {})
    parameters, end = {}, name.end()
    while found := _PARAMETER.match(line, end):
        parameters[found[1].upper()] = found[2].replace('"', "").strip()
        end = found.end()
    return name[0].upper(), Property(line[end:].partition(":")[2], parameters)


def _close(open_components: list[Component], name: str) -> None:
    """Ends the named component and what it left open; an END without its BEGIN ends nothing."""
    if any(component.name == name for component in open_components):
        while open_components.pop().name != name:
            pass
