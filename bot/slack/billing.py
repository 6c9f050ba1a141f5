"""Billing of actions: a form of its own, and what was done and is to be billed as a file."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from bot.list_files import write_billing
from bot.office import Caller
from bot.slack.action_card import action_card
from bot.slack.billing_fields import billing_in, currencies, show_billing
from bot.slack.choices import Choice
from bot.slack.fields import Day, Text, Toggle
from bot.slack.files import hand_over_file
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import ACTION_MENU
from bot.slack.seen import seen_action
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.action_facts import facts_of
from store.base import BookError
from store.billing import billable_actions
from store.exporting import Exported, note_export
from store.planning import edit_action


class BillingForm(Form, id="billing", title=_("Billing"), submit=_("Save")):
    billable = Toggle(_("Billing"), _("To bill"))
    billed_hours = Text(_("Hours to bill"), max_length=20).when(billable)
    billed_rate = Text(_("Rate an hour"), max_length=20).when(billable)
    billed_currency = Choice(_("Currency"), among=currencies).when(billable)
    billed_in = Text(_("Billed in"), max_length=100, hint=_("The document’s number")).optional().when(billable)


def form_of(caller: Caller, action_id: int) -> BillingForm:
    """What is billed of the action so far. Raises NotFound."""
    with caller.reading() as session:
        action = seen_action(session, caller, action_id)
        form = BillingForm(record=action.id, version=action.version)
        show_billing(caller, form, action)
        return form


def save(session: Session, caller: Caller, form: BillingForm) -> Saved:
    by, now = caller.collaborator, caller.office.now()
    action = seen_action(session, caller, form.about["record"])
    facts = replace(facts_of(action), billing=billing_in(form))
    action = edit_action(session, by=by, action_id=action.id, version=form.about["version"], facts=facts, now=now)
    text = caller.t(_("Changed."))
    return Saved(text, action_card(session, caller, action, told=text))


# What is to be billed, as a file


class BillableForm(Form, id="billable", title=_("To bill"), submit=_("Export")):
    first = Day(_("From"))
    last = Day(_("Last day"))


def open_billable(interaction: Interaction) -> None:
    """Last month, unless another period is chosen."""

    def build(caller: Caller) -> BillableForm:
        form = BillableForm()
        form.last = caller.today.replace(day=1) - timedelta(days=1)
        form.first = form.last.replace(day=1)
        return form

    open_form(interaction, build)


def export_billable(interaction: Interaction) -> None:
    """Not as other forms are saved: the answer is a file, which may take longer than Slack waits."""
    form, caller = BillableForm.read(interaction.body["view"]), interaction.caller
    if problems := form.problems():
        interaction.ack(response_action="errors", errors=form.errors(problems, caller.t))
        return
    by, zone = caller.collaborator, caller.collaborator.zone
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "billing.csv")
        with caller.office.book.reading() as session:
            try:
                found = billable_actions(session, form.first, form.last, zone=zone, asked_by=by)
            except BookError as error:
                interaction.ack(response_action="errors", errors=form.errors({"last": error.text}, caller.t))
                return
            interaction.ack()
            written = write_billing(path, caller.t, found)
        if not written:
            interaction.say(caller.t(_("Nothing was done in that period that is to be billed and that you may see.")))
            return
        now = caller.office.now()
        with interaction.writing() as session:
            note_export(session, by=by, now=now, what=Exported.ACTIONS, file_format="csv", is_own_only=False)
        name = f"{caller.t(_('To bill'))} {form.first.isoformat()} – {form.last.isoformat()}.csv"
        says = caller.t.n("{number} line.", "{number} lines.", written)
        hand_over_file(interaction, path, name=name, says=says)


def _forget(interaction: Interaction) -> None:
    """A period that was closed leaves nothing behind."""
    interaction.ack()


def _open_billing(interaction: Interaction, action_id: int) -> None:
    open_form(interaction, lambda caller: form_of(caller, action_id))


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("billing",), "fr": ("facturation",), "nl": ("facturatie",)},
            "",
            _("What was done and is to be billed, as a file"),
            lambda interaction, _rest: open_billable(interaction),
        )
    )
    slack.menu(ACTION_MENU, "billing", _("Billing"), _open_billing, at=30)
    serve_form(slack, Serving(BillingForm, save=save, fresh=form_of))
    slack.submission(BillableForm.id, export_billable)
    slack.closed(BillableForm.id, _forget)
