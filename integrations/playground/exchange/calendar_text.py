"""A text/calendar part as text: how Exchange rewrites it, and which message it is (RFC 5545 3.1, RFC 5546 1.4)."""

from __future__ import annotations

import re

_PRODID = "PRODID:Microsoft Exchange Server 2010"


def unfolded(text: str) -> list[str]:
    """The content lines, unfolded."""
    joined = re.sub(r"\r?\n[ \t]", "", text)
    return [line for line in re.split(r"\r?\n", joined) if line.strip()]


def value_of(text: str, name: str) -> str:
    """The value of the first property of that name, "" without one."""
    for line in unfolded(text):
        if re.match(rf"{name}[;:]", line, re.IGNORECASE):
            return line.partition(":")[2].strip()
    return ""


def method_of(text: str) -> str:
    """METHOD in capitals; for a REPLY the attendee's PARTSTAT instead, since Exchange has a class for each."""
    method = value_of(text, "METHOD").upper()
    if method != "REPLY":
        return method
    for line in unfolded(text):
        found = re.match(r"ATTENDEE;.*?PARTSTAT=\"?([A-Z-]+)", line, re.IGNORECASE)
        if found:
            return found.group(1).upper()
    return "REPLY"


def rewritten(text: str) -> str:
    """The same meaning in other words: properties sorted, X- properties gone, folded anew, Exchange's PRODID."""
    lines = unfolded(text)
    out: list[str] = []
    open_at: list[list[str]] = [[]]
    for line in lines:
        upper = line.upper()
        if upper.startswith("BEGIN:"):
            open_at.append([line])
        elif upper.startswith("END:") and len(open_at) > 1:
            component = _component(open_at.pop(), line)
            open_at[-1].extend(component)
        elif upper.startswith("PRODID:"):
            open_at[-1].append(_PRODID)
        elif not upper.startswith("X-"):
            open_at[-1].append(line)
    for level in open_at:
        out.extend(level)
    return "\r\n".join(folded(line) for line in out) + "\r\n"


def _component(lines: list[str], end: str) -> list[str]:
    """Own properties sorted by name, then the components inside in their order (they hold BEGIN lines)."""
    own: list[str] = []
    inside: list[str] = []
    depth = 0
    for line in lines[1:]:
        upper = line.upper()
        depth += upper.startswith("BEGIN:")
        (inside if depth else own).append(line)
        depth -= upper.startswith("END:")
    return [lines[0], *sorted(own, key=_name), *inside, end]


def _name(line: str) -> str:
    return re.split(r"[;:]", line, maxsplit=1)[0].upper()


def folded(line: str) -> str:
    """Folded at 75 octets, never inside a character (RFC 5545 3.1)."""
    if len(line) <= 75 and line.isascii():
        return line
    pieces, current, size = [], "", 0
    for character in line:
        width = len(character.encode())
        if size + width > 74:
            pieces.append(current)
            current, size = "", 0
        current += character
        size += width
    return "\r\n ".join([*pieces, current])
