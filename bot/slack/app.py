"""The Bolt app: made once, served over HTTP or a socket by `door`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from bot.office import Office
from bot.slack import (
    action_buttons,
    action_from_message,
    action_moving,
    actions,
    addressed,
    agenda,
    audit_trail,
    billing,
    break_glass,
    calendars,
    channels,
    collaborators,
    commands,
    commissions,
    completing,
    contact_copies,
    contact_filters,
    contact_leaving,
    contact_list,
    contact_mailings,
    contact_menu,
    contacts,
    documents,
    dossiers,
    duplicates,
    expenses,
    exporting,
    filing,
    forecasts,
    from_message,
    handover,
    home_redrawing,
    import_columns,
    importing,
    involvements,
    kept_reports,
    line_merging,
    link_forms,
    linked_records,
    links,
    list_sets,
    lookup,
    mailbox_form,
    mailing_card,
    mailings,
    note_list,
    note_messages,
    notes,
    opportunities,
    opportunity_ends,
    opportunity_items,
    paths,
    portfolios,
    preferences,
    privacy,
    product_lists,
    products,
    proposals,
    questions,
    quotes,
    reach,
    receipts,
    relation_actions,
    relation_card,
    relation_facts,
    relation_list,
    relation_merging,
    relations,
    reminders,
    report_posts,
    report_schedule,
    reports,
    rights,
    sendings,
    series_ending,
    settings,
    slots,
    strangers,
    suppressions,
    unfurling,
)
from bot.slack.doorkeeper import Doorkeeper
from bot.slack.listening import Listening

SUBJECTS: tuple[Callable[[Listening], None], ...] = (
    lookup.register,
    actions.register,
    action_buttons.register,
    action_moving.register,
    series_ending.register,
    completing.register,
    action_from_message.register,
    billing.register,
    agenda.register,
    slots.register,
    proposals.register,
    relations.register,
    relation_card.register,
    relation_actions.register,
    relation_facts.register,
    relation_list.register,
    reach.register,
    contacts.register,
    contact_list.register,
    contact_mailings.register,
    contact_filters.register,
    sendings.register,
    contact_leaving.register,
    contact_copies.register,
    contact_menu.register,
    links.register,
    link_forms.register,
    paths.register,
    from_message.register,
    strangers.register,
    involvements.register,
    portfolios.register,
    handover.register,
    commissions.register,
    reports.register,
    kept_reports.register,
    report_schedule.register,
    report_posts.register,
    mailings.register,
    mailing_card.register,
    suppressions.register,
    filing.register,
    documents.register,
    expenses.register,
    receipts.register,
    products.register,
    product_lists.register,
    dossiers.register,
    opportunities.register,
    opportunity_items.register,
    opportunity_ends.register,
    quotes.register,
    forecasts.register,
    channels.register,
    linked_records.register,
    unfurling.register,
    notes.register,
    note_list.register,
    note_messages.register,
    reminders.register,
    duplicates.register,
    relation_merging.register,
    audit_trail.register,
    privacy.register,
    home_redrawing.register,
    importing.register,
    import_columns.register,
    exporting.register,
    calendars.register,
    preferences.register,
    collaborators.register,
    settings.register,
    line_merging.register,
    list_sets.register,
    mailbox_form.register,
    rights.register,
    break_glass.register,
    addressed.register,
    questions.register,
    commands.register,
)
"""In the order in which the help lists their subcommands; `commands` stands last, for it answers with all of them."""


def make_app(office: Office) -> App:
    """Every command, form, button and event of Rapport, registered. Makes no request to Slack."""
    app = App(
        signing_secret=office.settings.slack.signing_secret or "unused over a socket",
        client=office.slack,
        process_before_response=True,
        request_verification_enabled=office.settings.slack.mode == "http",
        ssl_check_enabled=False,
        authorize=_authorize(office),
        logger=logging.getLogger("slack_bolt"),
    )
    every_subject().connect(app, Doorkeeper(office, office.slack))
    return app


def every_subject() -> Listening:
    """What all subjects registered: every id that is answered, and the subcommands."""
    listening = Listening()
    for register in SUBJECTS:
        register(listening)
    return listening


def _authorize(office: Office) -> Callable[..., AuthorizeResult]:
    """One workspace, one token: what Bolt would ask Slack for at each request is known from the settings."""
    result = AuthorizeResult(enterprise_id=None, team_id=None, bot_token=office.settings.slack.bot_token)

    def authorize(**_context: Any) -> AuthorizeResult:
        return result

    return authorize
