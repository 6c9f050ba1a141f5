"""Every list that the office edits, and what its lines carry. A new kind of `Listed` row gets its line here."""

from __future__ import annotations

from sqlalchemy.orm import Session

from store.actions import ActionStatus, ActionType, Meaning
from store.base import NotFound, _
from store.collaborators import Team
from store.consent import MailingTopic
from store.contacts import ContactKind, Grouping
from store.domain import Listed, line_with_key, listed
from store.filing import MAIL_SENT
from store.involvements import CommissionRule, InvolvementCategory
from store.links import LinkType
from store.lists.extras import Among, EmojiName, LineOf, LinesOf, OtherLabel, Whole, YesNo
from store.lists.model import LANGUAGES, Facts, Need, OfficeList, completed_labels
from store.note_emojis import NoteEmoji
from store.opportunities import LossReason, OpportunityStage, OpportunityType, follow_stage
from store.relations import RelationCategory, RelationKind
from store.statuses import ActionPriority, RelationPriority, RelationStatus, Standing


def _meanings(session: Session) -> frozenset[str]:
    return frozenset(status.meaning.value for status in listed(session, ActionStatus))


def _filing(session: Session) -> frozenset[str]:
    try:
        kept = line_with_key(session, ActionType, MAIL_SENT).retired_at is None
    except NotFound:
        kept = False
    return frozenset([MAIL_SENT] if kept else [])


def _prioritising(session: Session) -> frozenset[str]:
    return frozenset(["priority"] if listed(session, ActionPriority) else [])


def _representing(session: Session) -> frozenset[str]:
    found = any(one.fills_representative for one in listed(session, InvolvementCategory))
    return frozenset(["representative"] if found else [])


def _read_both_ways(facts: Facts) -> Facts:
    """A link that reads alike from both ends, or was given no words for the way back, has the same labels."""
    there = {f"back_label_{language}": facts[f"label_{language}"] for language in LANGUAGES}
    back = completed_labels(facts, "back_label_")
    is_alike = facts["is_symmetric"] or not back["back_label_en"]
    return {**facts, **(there if is_alike else back), "is_symmetric": bool(is_alike)}


_MEANINGS = {
    Meaning.PLANNED: _("Planned"),
    Meaning.DONE: _("Done"),
    Meaning.CANCELLED: _("Cancelled"),
    Meaning.NO_SHOW: _("Did not turn up"),
}
_STANDINGS = {
    Standing.PROSPECT: _("A prospect"),
    Standing.CLIENT: _("A client"),
    Standing.FORMER: _("A former client"),
    Standing.OTHER: _("None of these"),
}
_RELATION_KINDS = {RelationKind.COMPANY: _("Company"), RelationKind.PERSON: _("Person")}
_COMMISSION_RULES = {
    CommissionRule.FREE: _("Any percentages"),
    CommissionRule.AT_MOST_100: _("Together at most 100%"),
    CommissionRule.EXACTLY_100: _("Together exactly 100%"),
}
_EMOJI = EmojiName(column="emoji", label=_("Emoji"), hint=_("Its name in Slack, such as memo"))

OFFICE_LISTS: tuple[OfficeList, ...] = (
    OfficeList(
        RelationCategory,
        _("Relation categories"),
        _("Relation category"),
        _("What a relation is to the office: client, supplier, group …"),
    ),
    OfficeList(
        RelationStatus,
        _("Statuses of relations"),
        _("Status of a relation"),
        _("How far the office is with a relation: prospect, client, former client …"),
        extras=(
            _EMOJI,
            Among(column="meaning", label=_("Counts as"), names=_STANDINGS, hint=_("For counting who became a client")),
            LinesOf(
                column="next_keys",
                label=_("After it may come"),
                kind=RelationStatus,
                hint=_("None ticked: any other status"),
            ),
        ),
    ),
    OfficeList(
        RelationPriority,
        _("Priorities of relations"),
        _("Priority of a relation"),
        _("How much a relation matters to the office"),
        extras=(_EMOJI,),
    ),
    OfficeList(
        LinkType,
        _("Link types"),
        _("Link type"),
        _("What one relation is to another: subsidiary, spouse, accountant …"),
        extras=(
            OtherLabel(column="back_label_fr", label=_("Read the other way, in French")),
            OtherLabel(column="back_label_nl", label=_("Read the other way, in Dutch")),
            OtherLabel(column="back_label_en", label=_("Read the other way, in English")),
            YesNo(
                column="is_symmetric",
                label=_("Direction"),
                ticked=_("Reads alike from both ends, such as “spouse of”"),
                is_fixed=True,
            ),
            YesNo(
                column="is_hierarchy",
                label=_("Hierarchy"),
                ticked=_("The first stands above the second, and never in a circle"),
                is_fixed=True,
            ),
            Among(column="source_kind", label=_("The first is"), names=_RELATION_KINDS),
            Among(column="target_kind", label=_("The second is"), names=_RELATION_KINDS),
            YesNo(
                column="has_one_source",
                label=_("How many"),
                ticked=_("The second has one of these at a time"),
            ),
            YesNo(
                column="has_one_target",
                label=_("How many, the other way"),
                ticked=_("The first has one of these at a time"),
            ),
        ),
        complete=_read_both_ways,
    ),
    OfficeList(
        InvolvementCategory,
        _("Internal relations"),
        _("Internal relation"),
        _("Which part a colleague has in a file: representative, claims, accounting …"),
        extras=(
            YesNo(column="carries_commission", label=_("Commission"), ticked=_("May carry a commission")),
            Among(column="commission_rule", label=_("Commissions of a file"), names=_COMMISSION_RULES),
            YesNo(column="is_single", label=_("How many"), ticked=_("At most one colleague at a time")),
            YesNo(
                column="fills_representative",
                label=_("Representative"),
                ticked=_("Fills the representative in forms"),
            ),
        ),
        needs=(Need(_representing, _("Forms take the representative from this line: let another one do so first.")),),
    ),
    OfficeList(
        ContactKind,
        _("Contact types"),
        _("Contact type"),
        _("What a contact is there for: purchases, accounts payable …"),
    ),
    OfficeList(
        Grouping,
        _("Grouping types"),
        _("Grouping type"),
        _("What contacts are gathered under for mail merge: new year’s wishes, tastings …"),
    ),
    OfficeList(
        ActionType,
        _("Action types"),
        _("Action type"),
        _("What the office does: visits, calls, documents sent …"),
        extras=(
            _EMOJI,
            Whole(column="duration_min", label=_("Lasts, in minutes"), least=5, most=24 * 60),
            YesNo(column="is_all_day", label=_("Hours"), ticked=_("All day, unless hours are given")),
            YesNo(column="invites", label=_("Invitations"), ticked=_("Proposes to invite the contact")),
            YesNo(column="is_private", label=_("Who sees it"), ticked=_("Private, unless somebody unticks it")),
            YesNo(column="asks_expenses", label=_("Expenses"), ticked=_("Asks for expenses when it is completed")),
            Whole(
                column="reminder_min",
                label=_("Reminder, in minutes before"),
                least=0,
                most=7 * 24 * 60,
                hint=_("Empty: nobody is reminded"),
            ),
            LineOf(
                column="next_type_id",
                label=_("Next action proposed"),
                kind=ActionType,
                hint=_("When one of these is completed"),
            ),
            Whole(column="next_after_days", label=_("Proposed how many days later"), least=0, most=730),
            LineOf(
                column="contact_kind_id",
                label=_("Fills the contact with the first in rank of"),
                kind=ContactKind,
            ),
        ),
        needs=(Need(_filing, _("Sent mails are filed under this line: rename it, or merge it into another.")),),
    ),
    OfficeList(
        ActionStatus,
        _("Statuses of actions"),
        _("Status of an action"),
        _("How an action stands; each of them means planned, done, cancelled or did not turn up"),
        extras=(Among(column="meaning", label=_("Means"), names=_MEANINGS, is_fixed=True),),
        needs=(
            Need(_meanings, _("This is the last status that means this, and the book needs one: add another first.")),
        ),
    ),
    OfficeList(
        ActionPriority,
        _("Priorities of actions"),
        _("Priority of an action"),
        _("How much an action matters"),
        extras=(
            _EMOJI,
            YesNo(column="is_usual", label=_("Usual"), ticked=_("An action has it unless another is chosen")),
        ),
        needs=(Need(_prioritising, _("An action always has a priority, and this is the last: add another first.")),),
    ),
    OfficeList(
        OpportunityType,
        _("Opportunity types"),
        _("Opportunity type"),
        _("What kinds of sale the office follows up; each may have stages of its own"),
        extras=(
            LineOf(
                column="contact_kind_id",
                label=_("Fills the contact with the first in rank of"),
                kind=ContactKind,
            ),
        ),
    ),
    OfficeList(
        OpportunityStage,
        _("Stages of opportunities"),
        _("Stage of an opportunity"),
        _("How far a sale has come, and how likely it then is"),
        extras=(
            LineOf(
                column="type_id",
                label=_("Opportunity type"),
                kind=OpportunityType,
                hint=_("Empty: of every type without stages of its own"),
            ),
            Whole(column="probability", label=_("Probability in percent"), least=0, most=100),
        ),
        follow=follow_stage,
    ),
    OfficeList(
        LossReason,
        _("Reasons of a loss"),
        _("Reason of a loss"),
        _("Why a sale was lost"),
    ),
    OfficeList(
        NoteEmoji,
        _("Emojis of notes"),
        _("Emoji of a note"),
        _("Which emoji, put on a message, files it as a note"),
        extras=(_EMOJI,),
        unique=("emoji",),
    ),
    OfficeList(
        MailingTopic,
        _("Mailing topics"),
        _("Mailing topic"),
        _("What mailings are about; people may refuse one and keep the others"),
    ),
    OfficeList(Team, _("Teams"), _("Team"), _("Colleagues who see one another’s files")),
)


def office_list(name: str) -> OfficeList:
    """By its name. Raises NotFound."""
    found = next((one for one in OFFICE_LISTS if one.name == name), None)
    if found is None:
        raise NotFound
    return found


def list_of(kind: type[Listed]) -> OfficeList:
    return next(one for one in OFFICE_LISTS if one.kind is kind)
