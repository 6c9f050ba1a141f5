"""Two people change the same record: what only the other changed is taken over, what this person typed stands.

A form about a record carries a fingerprint of each field as it was shown, so that what this person touched can be told
from what stands there only because it was shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.fields import Field, Option
from bot.slack.forms import SEEN, Form, Group, Lines
from bot.slack.resending import ALERT_LIMIT
from bot.texts import Texts, _


@dataclass(frozen=True, slots=True)
class Merge:
    """The fields that only the other changed, and those that both did."""

    taken: Sequence[Field[Any]]
    both: Sequence[Field[Any]]

    def sentence(self, who: str, t: Texts) -> str:
        """`who` saved meanwhile ("" when not known); as many fields by name as an alert holds."""
        most = max(len(self.taken), len(self.both), 1)
        sentences = (self._naming(who, t, shown) for shown in range(most, 0, -1))
        return next((text for text in sentences if len(text) <= ALERT_LIMIT), self._naming("", t, 1))

    def _naming(self, who: str, t: Texts, shown: int) -> str:
        parts = [t(_("{who} changed this meanwhile."), who=who) if who else t(_("Somebody changed this meanwhile."))]
        if self.taken:
            parts.append(t(_("Taken over: {fields}."), fields=_names(self.taken, t, shown)))
        if self.both:
            parts.append(t(_("You both changed: {fields}; yours stands here."), fields=_names(self.both, t, shown)))
        return " ".join([*parts, t(_("Check, then save again."))])


def remember_shown(form: Form) -> None:
    """Keeps with the form what each field shows now."""
    form.about[SEEN] = {field.name: _fingerprint(form, field) for field in form.fields}


def merge(form: Form, fresh: Form) -> Merge:
    """Brings `form`, which carries what it showed, up to `fresh`: the same record's form as it stands now."""
    shown, mine = form.about[SEEN], {field.name: _fingerprint(form, field) for field in form.fields}
    remember_shown(fresh)
    now = fresh.about[SEEN]
    changed = [f for f in form.fields if now[f.name] not in (shown[f.name], mine[f.name])]
    taken = [f for f in changed if mine[f.name] == shown[f.name]]
    for field in taken:
        form.fill(field, fresh.values[field.name])
    form.about |= fresh.about
    named = [f for f in changed if f.is_named]
    return Merge([f for f in named if f in taken], [f for f in named if f not in taken])


def _fingerprint(form: Form, field: Field[Any]) -> str:
    """24 bits: a change that goes unnoticed by chance is one in 16 million."""
    value = form.values[field.name]
    text = json.dumps(_compared(field, value), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def _compared(field: Field[Any], value: Any) -> Any:
    """The same for what was shown and for what Slack reports of it untouched."""
    if isinstance(field, Lines):
        return [_of_line(line) for line in value if not _is_unused(line)]
    if isinstance(value, Option):
        return value.value  # Slack cuts its label
    if isinstance(value, tuple):
        return sorted(option.value for option in value)
    return (value.strip() if isinstance(value, str) else field.dump(value)) or None


def _of_line(line: Group) -> dict[str, Any]:
    return {field.name: _compared(field, line.values[field.name]) for field in line.fields}


def _is_unused(line: Group) -> bool:
    """Nothing was filled in but what each line begins with."""
    return all(not line.values[field.name] for field in line.fields if field.is_optional)


def _names(fields: Sequence[Field[Any]], t: Texts, shown: int) -> str:
    names = [t(f.called if isinstance(f, Lines) else f.label) for f in fields[:shown]]
    hidden = len(fields) - len(names)
    return ", ".join([*names, *([t(_("{number} more"), number=hidden)] if hidden else [])])
