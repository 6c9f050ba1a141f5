"""The form that asks for a report: which one, of what, with which columns, and whether it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.office import Caller
from bot.slack.choices import Choice, MultiSearch, Search
from bot.slack.contact_words import LANGUAGE_NAMES, languages
from bot.slack.country_field import country_option, find_countries
from bot.slack.fields import Day, Number, Option, Options, Text, Toggle
from bot.slack.finding import colleague, find_colleagues, in_use, line_option
from bot.slack.forms import Form
from bot.slack.report_columns import COUNTED, GROUPS, REPORTS, column_labels
from bot.slack.report_lists import KINDS
from bot.texts import _
from store.collaborators import Collaborator
from store.contacts import ContactKind, Grouping
from store.domain import Listed
from store.relations import RelationCategory, RelationKind
from store.reports import NAME_LIMIT, OF_CONTACTS, CostGroup, Counted, KeptReport, Report, Span, Wish
from store.statuses import RelationPriority, RelationStatus
from store.words import fold

SPANS = {
    Span.THIS_MONTH: _("This month"),
    Span.LAST_MONTH: _("Last month"),
    Span.THIS_QUARTER: _("This quarter"),
    Span.LAST_QUARTER: _("Last quarter"),
    Span.THIS_YEAR: _("This year"),
    Span.LAST_YEAR: _("Last year"),
    Span.CHOSEN: _("From one day to another"),
}
_LINES: Mapping[str, type[Listed]] = {
    "category": RelationCategory,
    "status": RelationStatus,
    "priority": RelationPriority,
    "contact_kind": ContactKind,
    "grouping": Grouping,
}


def has_period(report: Report) -> bool:
    """Others tell how it stands today, or on a day."""
    return report not in {Report.NEGLECTED, Report.PIPELINE, Report.RELATIONS, Report.CONTACTS}


def _reports(caller: Caller, _form: Any = None) -> list[Option]:
    has_opportunities = caller.office.settings.office.opportunities
    offered = [one for one in REPORTS if has_opportunities or one is not Report.PIPELINE]
    return [Option(one.value, caller.t(REPORTS[one])) for one in offered]


def _spans(caller: Caller, _form: Any = None) -> list[Option]:
    return [Option(one.value, caller.t(label)) for one, label in SPANS.items()]


def _groups(caller: Caller, _form: Any = None) -> list[Option]:
    return [Option(one.value, caller.t(label)) for one, label in GROUPS.items()]


def _kinds(caller: Caller, _form: Any = None) -> list[Option]:
    return [Option(one.value, caller.t(label)) for one, label in KINDS.items()]


def _counted(caller: Caller, form: Any = None) -> list[Option]:
    is_contacts = form is not None and _report(form) is Report.CONTACTS
    offered = [one for one in COUNTED if is_contacts or one not in OF_CONTACTS]
    return [Option(one.value, caller.t(COUNTED[one])) for one in offered]


def _find_line(kind: type[Any], caller: Caller, typed: str, _form: Any = None) -> Options:
    options = [line_option(line, caller) for line in in_use(caller, kind)]
    return Options([one for one in options if fold(typed) in fold(one.label)][:100])


def _find_columns(caller: Caller, typed: str, form: Any) -> Options:
    labels = column_labels(caller.t, _report(form))
    return Options([Option(key, label) for key, label in labels.items() if fold(typed) in fold(label)])


def _report(form: Any) -> Report:
    chosen = form.draft(ReportForm.report)
    return Report(chosen.value) if chosen else Report.COSTS


def _is_of_days(form: Any) -> bool:
    return has_period(_report(form))


def _has_own_days(form: Any) -> bool:
    chosen = form.draft(ReportForm.span)
    return _is_of_days(form) and chosen is not None and chosen.value == Span.CHOSEN.value


def _is_neglected(form: Any) -> bool:
    return _report(form) is Report.NEGLECTED


def _is_list(form: Any) -> bool:
    return _report(form) in {Report.RELATIONS, Report.CONTACTS}


def _has_day(form: Any) -> bool:
    return _is_list(form) or _report(form) is Report.PIPELINE


def _is_of_contacts(form: Any) -> bool:
    return _report(form) is Report.CONTACTS


def _has_lines(form: Any) -> bool:
    return not (_is_list(form) and form.draft(ReportForm.counted))


def _has_standing(form: Any) -> bool:
    return _is_neglected(form) or _is_list(form)


class ReportForm(Form, id="report", title=_("Reports"), submit=_("Show")):
    report = Choice(_("Which report"), among=_reports).reacting()
    span = Choice(_("Period"), among=_spans).reacting().only_if(_is_of_days)
    first = Day(_("From")).only_if(_has_own_days)
    last = Day(_("Last day")).only_if(_has_own_days)
    group = Choice(_("Added up by"), among=_groups).only_if(lambda form: _report(form) is Report.COSTS)
    who = (
        Search(_("Representative"), find=find_colleagues, hint=_("Empty: everyone"))
        .optional()
        .only_if(lambda form: not _is_neglected(form))
    )
    status = Search(_("Status"), find=partial(_find_line, RelationStatus)).optional().only_if(_has_standing)
    priority = Search(_("Priority"), find=partial(_find_line, RelationPriority)).optional().only_if(_has_standing)
    days = Number(_("Days without an action"), least=1, most=3650).only_if(_is_neglected)
    category = Search(_("Category"), find=partial(_find_line, RelationCategory)).optional().only_if(_is_list)
    kind = (
        Choice(_("Company or person"), among=_kinds)
        .optional()
        .only_if(lambda form: _report(form) is Report.RELATIONS)
    )  # fmt: skip
    contact_kind = Search(_("Contact type"), find=partial(_find_line, ContactKind)).optional().only_if(_is_of_contacts)
    grouping = Search(_("Grouping"), find=partial(_find_line, Grouping)).optional().only_if(_is_of_contacts)
    towns = (
        Text(_("Town"), max_length=300, hint=_("Several: with commas between them")).optional().only_if(_is_list)
    )  # fmt: skip
    country = Search(_("Country"), find=find_countries).optional().only_if(_is_list)
    language = Choice(_("Language"), among=languages).optional().only_if(_is_list)
    since = (
        Day(_("Since"), hint=_("Relations entered, or contacts there, on that day or later"))
        .optional()
        .only_if(_is_list)
    )
    on = Day(_("As it was on"), hint=_("Empty: today")).optional().only_if(_has_day)
    counted = (
        Choice(_("Counted by"), among=_counted, hint=_("Empty: one line for each")).reacting().optional()
        .only_if(_is_list)
    )  # fmt: skip
    columns = (
        MultiSearch(
            _("Columns"), find=_find_columns, hint=_("In the order in which you choose them. Empty: the usual ones")
        )
        .optional()
        .only_if(_has_lines)
    )
    name = Text(_("Keep it under a name"), max_length=NAME_LIMIT, hint=_("Then /crm report and the name")).optional()
    shared = Toggle(_("Colleagues"), _("Run it too, and see what they may see"))


def blank_form(caller: Caller) -> ReportForm:
    """Costs of this month by relation, unless something else is chosen."""
    return _filled(caller, ReportForm(), Wish(Report.COSTS), {})


def form_of(caller: Caller, row: KeptReport) -> ReportForm:
    """The form of a kept report, to be changed."""
    wish = row.wish
    with caller.reading() as session:
        ids = {name: getattr(wish, f"{name}_id") for name in _LINES}
        lines = {name: session.get(kind, ids[name]) if ids[name] else None for name, kind in _LINES.items()}
        who = session.get(Collaborator, wish.collaborator_id) if wish.collaborator_id else None
        chosen = {name: line_option(line, caller) for name, line in lines.items() if line is not None}
        if who is not None:
            chosen["who"] = colleague(who)
    form = _filled(caller, ReportForm(record=row.id, version=row.version), wish, chosen)
    form.name, form.shared = row.name, row.is_shared
    return form


def _filled(caller: Caller, form: ReportForm, wish: Wish, chosen: Mapping[str, Option]) -> ReportForm:
    t = caller.t
    form.values |= chosen
    form.report = Option(wish.report.value, t(REPORTS[wish.report]))
    form.span, form.group = (
        Option(wish.span.value, t(SPANS[wish.span])),
        Option(wish.group.value, t(GROUPS[wish.group])),
    )
    form.first, form.last, form.days = wish.first_on, wish.last_on, wish.days
    form.towns, form.since, form.on = wish.towns, wish.since_on, wish.on
    form.kind = Option(wish.kind.value, t(KINDS[wish.kind])) if wish.kind else None
    form.country = country_option(caller, wish.country) if wish.country else None
    form.language = Option(wish.language, LANGUAGE_NAMES[wish.language]) if wish.language else None
    form.counted = Option(wish.counted.value, t(COUNTED[wish.counted])) if wish.counted else None
    labels = column_labels(t, wish.report)
    form.columns = tuple(Option(key, labels[key]) for key in wish.columns if key in labels)
    return form


def wish_in(form: ReportForm) -> Wish:
    """What the form asks for. What another report asks, and is hidden, is not kept."""
    usual = Wish(_report(form))
    shown = {field.name for field in form.shown()}
    filled: dict[str, Any] = {name: value if name in shown else None for name, value in form.values.items()}
    values = {name: one.value for name, one in filled.items() if isinstance(one, Option)}
    who = values.get("who")
    return Wish(
        usual.report,
        Span(values["span"]) if "span" in values else usual.span,
        filled["first"],
        filled["last"],
        CostGroup(values["group"]) if "group" in values else usual.group,
        int(who) if who else None,
        days=filled["days"] or usual.days,
        columns=tuple(one.value for one in filled["columns"] or ()),
        kind=RelationKind(values["kind"]) if "kind" in values else None,
        towns=filled["towns"] or "",
        country=values.get("country", ""),
        language=values.get("language", ""),
        since_on=filled["since"],
        on=filled["on"],
        counted=Counted(values["counted"]) if "counted" in values else None,
        **{f"{name}_id": int(values[name]) if name in values else None for name in _LINES},
    )
