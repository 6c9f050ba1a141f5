"""The form of a line of any of the office's lists: its fields follow from what the list says a line carries."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.choices import Checks, Choice
from bot.slack.fields import Field, Number, Option, Text, Toggle
from bot.slack.forms import Form
from bot.texts import _
from store.domain import Listed, lines_with_keys
from store.lists.extras import LABEL_LIMIT, Among, EmojiName, Extra, LineOf, LinesOf, OtherLabel, Whole, YesNo, keys_in
from store.lists.lines import FIRST, is_optional, line_before, usual
from store.lists.model import OfficeList, lines_with
from store.lists.registry import OFFICE_LISTS, list_of

AFTER = "after"
FORM_FIELDS = {"after_id": AFTER}


def lines_in_use(caller: Caller, of: OfficeList) -> list[Listed]:
    with caller.reading() as session:
        return lines_with(session, of, retired=False)


def line_option(caller: Caller, line: Listed) -> Option:
    return Option(str(line.id), line.label(caller.t.language))


def first_option(caller: Caller) -> Option:
    return Option(str(FIRST), caller.t(_("Nothing: it is the first")))


def _places(of: OfficeList) -> Callable[[Caller, Any], list[Option]]:
    def among(caller: Caller, form: Any) -> list[Option]:
        record = form.about.get("record")
        lines = [line_option(caller, line) for line in lines_in_use(caller, of) if line.id != record]
        return [first_option(caller), *lines]

    return among


# One field for each kind of fact


def _named_option(caller: Caller, extra: Among, member: Any) -> Option:
    return Option(member.value, caller.t(extra.names[member]))


def _key_option(caller: Caller, line: Listed) -> Option:
    return Option(line.key, line.label(caller.t.language))


def _choice(extra: Among | LineOf) -> Choice:
    def among(caller: Caller, _form: Any) -> list[Option]:
        if isinstance(extra, Among):
            return [_named_option(caller, extra, member) for member in extra.names]
        return [_key_option(caller, line) for line in lines_in_use(caller, list_of(extra.kind))]

    return Choice(extra.label, among=among, hint=extra.hint)


def _ticks(extra: LinesOf) -> Checks:
    def among(caller: Caller, form: Any) -> list[Option]:
        record = form.about.get("record")
        return [_key_option(caller, one) for one in lines_in_use(caller, list_of(extra.kind)) if one.id != record]

    return Checks(extra.label, among=among, hint=extra.hint)


def _field(of: OfficeList, extra: Extra) -> Field[Any]:
    field: Field[Any]
    if isinstance(extra, YesNo):
        field = Toggle(extra.label, extra.ticked, hint=extra.hint)
    elif isinstance(extra, Whole):
        field = Number(extra.label, least=extra.least, most=extra.most, hint=extra.hint)
    elif isinstance(extra, Among | LineOf):
        field = _choice(extra)
    elif isinstance(extra, LinesOf):
        field = _ticks(extra)
    elif isinstance(extra, EmojiName | OtherLabel):
        limit = LABEL_LIMIT if isinstance(extra, OtherLabel) else 100
        field = Text(extra.label, max_length=limit, hint=extra.hint)
    else:
        raise TypeError(f"{type(extra).__name__} has no field yet")
    field = field.optional() if is_optional(of, extra) else field
    return field.only_if(_is_new) if extra.is_fixed else field


def _is_new(form: Any) -> bool:
    return "record" not in form.about


def _declared(of: OfficeList) -> type[Form]:
    labels = {
        "label_fr": Text(_("In French"), max_length=LABEL_LIMIT).optional(),
        "label_nl": Text(_("In Dutch"), max_length=LABEL_LIMIT).optional(),
        "label_en": Text(
            _("In English"), max_length=LABEL_LIMIT, hint=_("One language is enough: the others then say the same")
        ).optional(),
    }
    extras = {extra.column: _field(of, extra) for extra in of.extras}
    after = Choice(_("Comes after"), among=_places(of))
    body = {"__module__": __name__, "__doc__": of.says, **labels, **extras, AFTER: after}
    facts = {"id": f"line_{of.name}", "title": of.one, "submit": _("Save")}
    return types.new_class(f"{of.kind.__name__}Form", (Form,), facts, lambda names: names.update(body))


LINE_FORMS: Mapping[str, type[Form]] = {of.name: _declared(of) for of in OFFICE_LISTS}
"""By the list's name."""


# Filling it, and reading it


def new_form(caller: Caller, of: OfficeList) -> Form:
    form = LINE_FORMS[of.name]()
    for extra in of.extras:
        form.values[extra.column] = _shown(caller, extra, usual(of, extra))
    lines = lines_in_use(caller, of)
    form.values[AFTER] = line_option(caller, lines[-1]) if lines else first_option(caller)
    return form


def form_of(session: Session, caller: Caller, of: OfficeList, row: Listed) -> Form:
    form = LINE_FORMS[of.name](record=row.id, version=row.version)
    for column in ("label_fr", "label_nl", "label_en"):
        form.values[column] = getattr(row, column)
    for extra in of.extras:
        form.values[extra.column] = _shown(caller, extra, getattr(row, extra.column))
    before = line_before(session, of, row)
    form.values[AFTER] = line_option(caller, before) if before else first_option(caller)
    return form


def _shown(caller: Caller, extra: Extra, stored: Any) -> Any:
    if isinstance(extra, EmojiName):
        return f":{stored}:" if stored else ""
    if isinstance(extra, Among):
        return None if stored is None else _named_option(caller, extra, stored)
    if isinstance(extra, LinesOf):
        with caller.reading() as session:
            return tuple(_key_option(caller, one) for one in lines_with_keys(session, extra.kind, keys_in(stored)))
    if isinstance(extra, LineOf):
        with caller.reading() as session:
            return None if stored is None else _key_option(caller, session.get_one(extra.kind, stored))
    return stored


def facts_in(form: Form, of: OfficeList) -> dict[str, Any]:
    """What was filled in, as the book takes it; what the form did not show is left out."""
    shown = {field.name for field in form.shown()}
    columns = [*("label_fr", "label_nl", "label_en"), *(extra.column for extra in of.extras)]
    found = {column: form.values[column] for column in columns if column in shown}
    return {column: _plain(value) for column, value in found.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return ",".join(option.value for option in value)
    return value.value if isinstance(value, Option) else value
