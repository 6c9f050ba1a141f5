"""The form by which a portfolio changes hands, with what would move, said before it is saved."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.blocks import actions, button, plain, section
from bot.slack.choices import Checks, Choice, Radio, Says, Search
from bot.slack.fields import Day, Option, Options, Text
from bot.slack.finding import colleague, find_colleagues, lines_of
from bot.slack.forms import Form
from bot.slack.interaction import sentence_of
from bot.slack.serving import ReadFirst, Saved
from bot.slack.telling import NOBODY, QUIETLY, TELL, said_who_gets_what
from bot.texts import Texts, _
from store.base import BookError
from store.collaborators import Collaborator, collaborators_who_left
from store.involvements import InvolvementCategory
from store.portfolios import Plan, WhichActions, Wish, hand_over, plan_handover
from store.words import fold

NAMED = 10
SAID = "said"

ACTIONS = {
    WhichActions.OF_FILES: _("Those at these files"),
    WhichActions.ALL: _("All that are planned from that day on"),
    WhichActions.NONE: _("None"),
}


def find_givers(caller: Caller, typed: str, _form: Any = None) -> Options:
    """Colleagues, and behind them who has left: their files are there to be handed over."""
    with caller.reading() as session:
        gone = [one for one in collaborators_who_left(session) if fold(typed.strip()) in fold(one.name)]
    left = [giver_option(caller, one) for one in gone[:20]]
    return Options([*find_colleagues(caller, typed).found, *left])


def giver_option(caller: Caller, one: Collaborator) -> Option:
    note = "" if one.is_active else f" ({caller.t(_('has left the office'))})"
    return Option(str(one.id), f"{one.name}{note}")


def _categories(caller: Caller, _form: Any) -> list[Option]:
    return lines_of(caller, InvolvementCategory)


def _which_actions(caller: Caller, _form: Any) -> list[Option]:
    return [Option(which.value, caller.t(label)) for which, label in ACTIONS.items()]


def _tell_options(caller: Caller, _form: Any) -> list[Option]:
    t = caller.t
    return [
        Option(QUIETLY, t(_("Hand over quietly")), t(_("Guests are told with the next change of the action"))),
        Option(TELL, t(_("Tell the guests")), t(_("Guests get a mail from the new representative"))),
    ]


def _says(caller: Caller, form: Any) -> str:
    """Kept in the form as the person sees it: what is typed is known only when it is saved."""
    form.about[SAID] = said = said_of(caller, form)
    return said


class HandoverForm(Form, id="handover", title=_("Handover"), submit=_("Hand over")):
    giver = Search(_("From whom"), find=find_givers).reacting()
    taker = Search(_("To whom"), find=find_colleagues).reacting()
    on = Day(_("From this day on")).reacting()
    categories = Checks(_("Only these categories"), among=_categories, hint=_("None ticked: all of them")).reacting()
    matching = Text(
        _("Only files matching"), max_length=60, hint=_("Part of the name, the town or the postal code")
    ).optional()
    actions = Choice(_("Open actions"), among=_which_actions).reacting()
    preview = Says(_says)
    tell = Radio(_("Guests of these actions"), among=_tell_options)


def blank_handover(
    caller: Caller, giver: Collaborator | None, taker: Collaborator | None, on: date | None
) -> HandoverForm:
    form = HandoverForm()
    form.values["giver"] = giver_option(caller, giver or caller.collaborator)
    form.values["taker"] = colleague(taker) if taker else None
    form.values["on"] = on or caller.today
    is_gone = giver is not None and not giver.is_active
    which = WhichActions.ALL if is_gone else WhichActions.OF_FILES
    form.actions = Option(which.value, caller.t(ACTIONS[which]))
    form.tell = _tell_options(caller, form)[0]
    return form


def wish_of(form: HandoverForm) -> Wish | None:
    """None while somebody or the day is missing."""
    giver, taker, on = form.draft(HandoverForm.giver), form.draft(HandoverForm.taker), form.draft(HandoverForm.on)
    chosen, tell = form.draft(HandoverForm.actions), form.draft(HandoverForm.tell)
    if giver is None or taker is None or on is None:
        return None
    return Wish(
        giver.id,
        taker.id,
        on,
        frozenset(one.id for one in form.categories) or None,
        form.values["matching"] or "",
        WhichActions(chosen.value) if chosen else WhichActions.OF_FILES,
        tell is not None and tell.value == TELL,
    )


def said_of(caller: Caller, form: HandoverForm) -> str:
    """What would move, or why nothing would."""
    wish = wish_of(form)
    if wish is None:
        return ""
    try:
        with caller.reading() as session:
            plan = plan_handover(session, wish, by=caller.collaborator, now=caller.office.now())
            return said_of_plan(plan, caller.t)
    except BookError as error:
        return sentence_of(error, caller.t)


def said_of_plan(plan: Plan, t: Texts) -> str:
    """ "12 files (Dupont, …) and 3 open actions move from Anna to Bram. 1 file stays: …"."""
    names = [file.name for file, _ids in plan.files]
    files = t.n("{number} file", "{number} files", len(names))
    listed = f" ({', '.join([*names[:NAMED], *(['…'] if len(names) > NAMED else [])])})" if names else ""
    number = t.n("{number} open action", "{number} open actions", len(plan.actions))
    parts = [
        t(
            _("From {giver} to {taker}: {files}{listed} and {actions}."),
            giver=plan.giver.name,
            taker=plan.taker.name,
            files=files,
            listed=listed,
            actions=number,
        )
    ]
    parts += [t.labelled(left.file.name, sentence_of(left.error, t)) for left in plan.left[:NAMED]]
    if len(plan.left) > NAMED:
        parts.append(t(_("{number} more"), number=len(plan.left) - NAMED))
    return "\n".join(parts)


def save_handover(session: Session, caller: Caller, form: HandoverForm) -> Saved:
    t, wish = caller.t, wish_of(form)
    assert wish is not None, "the form asks for all of them"
    said = said_of_plan(plan_handover(session, wish, by=caller.collaborator, now=caller.office.now()), t)
    if said != form.about.get(SAID):
        form.about[SAID] = said
        raise ReadFirst(_("What would move stands below: read it, then save again."))
    done = hand_over(session, wish, by=caller.collaborator, now=caller.office.now())
    text = t(_("Handed over from {day} on."), day=t.day(wish.from_on, today=caller.today))
    mails = t(_("On their way: {mails}."), mails=said_who_gets_what(done.mails, t)) if done.mails else t(NOBODY)
    lines = [text, said_of_plan(done.plan, t), *([mails] if wish.tells_guests else [])]
    back = button(t(_("Undo")), "handover/undo", str(done.handover.id))
    return Saved(text, [section(plain("\n".join(lines))), actions(back)])
