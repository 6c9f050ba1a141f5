"""Expenses in Slack: those of an action with their totals, booking one with its receipt, correcting and removing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from bot.document_links import document_url
from bot.office import Caller
from bot.slack.at_once import change_at_once
from bot.slack.blocks import Json, Words, actions, button, context, filled, joined, plain, rich, section, words
from bot.slack.choices import Choice, Search
from bot.slack.documents import keep_files
from bot.slack.expense_fields import (
    PRODUCT,
    Decimals,
    as_typed,
    currencies,
    facts_in,
    find_expenses,
    product_option,
    quantity_as_typed,
    said_option,
    usual_currency,
)
from bot.slack.fields import Field, Option
from bot.slack.files import Files, SlackFile, fetch_file
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import ACTION_MENU, EXPENSE_MENU
from bot.slack.seen import seen_action
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.texts import _
from store.base import NotFound
from store.documents import documents_of
from store.expenses import (
    Expense,
    PriceOrigin,
    book_expense,
    correct_expense,
    expense_seen_by,
    expenses_of,
    month_totals,
    remove_expense,
    restore_expense,
)
from store.money import totals
from store.products import cost_on

SHOWN = 40
"""Lines of one message: Slack takes 50 blocks."""
RECEIPTS_SHOWN = 10
ORIGINS = {
    PriceOrigin.TABLE: _("price from the cost table"),
    PriceOrigin.OVERRIDDEN: _("price typed over the cost table’s {price}"),
    PriceOrigin.TYPED: "",
}


class ExpenseForm(Form, id="expense", title=_("Expense"), submit=_("Save")):
    what = Search(_("Expense"), find=find_expenses, hint=_("A product, or a few words: parking, lunch …")).reacting()
    quantity = Decimals(_("Quantity"), hint=_("1 unless you say more")).optional()
    price = Decimals(_("Price of one"), hint=_("Empty: the product’s cost on that day")).optional()
    currency = Choice(_("Currency"), among=currencies)
    receipts = Files(_("Receipts"), hint=_("A photo or a file: it stands with the action’s documents")).optional()
    contents: Sequence[bytes] = ()


# The list


def expense_blocks(session: Session, caller: Caller, action_id: int) -> list[Json]:
    """What an action cost, line by line, then each currency's total and the receipts. Raises NotFound."""
    action, t = seen_action(session, caller, action_id), caller.t
    found = expenses_of(session, action_id, asked_by=caller.collaborator)
    head = rich(words(t(_("Expenses: {subject}"), subject=action.subject), bold=True))
    rows = [section(plain(_line(caller, one)), accessory=EXPENSE_MENU.element(caller, one.id)) for one in found[:SHOWN]]
    if not found:
        rows.append(section(plain(t(_("Nothing was spent yet. “+ Expense” adds parking, a lunch or samples.")))))
    elif len(found) > SHOWN:
        rows.append(context(plain(t(_("{number} more"), number=len(found) - SHOWN))))
    below = [*_total(caller, found), *_receipts(session, caller, action_id)]
    return [head, *rows, *below, actions(button(t(_("+ Expense")), "expense/new", str(action_id)))]


def said_totals(caller: Caller, by_currency: Mapping[str, Decimal]) -> str:
    """ "€ 12,50 + $ 3,00": never one sum of several currencies."""
    return " + ".join(caller.t.money(amount, currency) for currency, amount in by_currency.items())


def said_of_expenses(session: Session, caller: Caller, action_id: int) -> str:
    """What was booked on the action so far, "" for nothing."""
    found = expenses_of(session, action_id, asked_by=caller.collaborator)
    by_currency = totals((one.currency, one.amount) for one in found)
    return caller.t(_("Expenses: {amounts}"), amounts=said_totals(caller, by_currency)) if found else ""


def month_blocks(session: Session, caller: Caller) -> list[Json]:
    """What the caller's actions of this month cost, in one line for App Home; nothing while they cost nothing."""
    found = month_totals(session, asked_by=caller.collaborator, on=caller.today)
    if not found:
        return []
    return [context(plain(caller.t(_("Expenses this month: {amounts}"), amounts=said_totals(caller, found))))]


def _line(caller: Caller, one: Expense) -> str:
    t = caller.t
    unit = f" {one.product.unit}" if one.product and one.product.unit else ""
    quantity, price = t.number(one.quantity.normalize()), t.money(one.price, one.currency)
    known = t.money(one.table_price, one.currency) if one.table_price is not None else ""
    origin = t(ORIGINS[one.origin], price=known)
    amount = t.money(one.amount, one.currency)
    return " · ".join(part for part in (one.what, f"{quantity}{unit} × {price} = {amount}", origin) if part)


def _total(caller: Caller, found: Sequence[Expense]) -> list[Json]:
    if not found:
        return []
    amounts = said_totals(caller, totals((one.currency, one.amount) for one in found))
    return [rich(words(caller.t(_("Total: {amounts}"), amounts=amounts), bold=True))]


def _receipts(session: Session, caller: Caller, action_id: int) -> list[Json]:
    links = documents_of(session, action_id=action_id, asked_by=caller.collaborator)[:RECEIPTS_SHOWN]
    if not links:
        return []
    urls = [document_url(caller.office, one.id, caller.collaborator) for one in links]
    names: list[Words] = [
        [{"type": "link", "url": url, "text": one.name}] if url else words(one.name)
        for one, url in zip(links, urls, strict=True)
    ]
    return [rich(filled(caller.t(_("Documents: {names}")), names=joined(names)))]


def show_expenses(interaction: Interaction, action_id: int) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        blocks = expense_blocks(session, caller, action_id)
    interaction.say(caller.t(_("Expenses")), blocks)


# The form


def blank_form(caller: Caller, action_id: int) -> ExpenseForm:
    """Raises NotFound."""
    with caller.reading() as session:
        seen_action(session, caller, action_id)
    form = ExpenseForm(action=action_id)
    form.currency = usual_currency(caller)
    return form


def form_of(caller: Caller, expense_id: int) -> ExpenseForm:
    """The line as it stands, for correcting it. Raises NotFound."""
    with caller.reading() as session:
        one = _seen(session, caller, expense_id)
        form = ExpenseForm(action=one.action_id, record=one.id, version=one.version)
        form.what = product_option(one.product) if one.product else said_option(one.description)
        form.quantity, form.price = quantity_as_typed(caller, one.quantity), as_typed(caller, one.price)
        form.currency = Option(one.currency, one.currency)
        return form


def fill(caller: Caller, form: ExpenseForm, changed: Field[object]) -> None:
    """A product fills its price on the action's day; another line that was filled so is emptied again."""
    what = form.draft(ExpenseForm.what)
    if changed.name != ExpenseForm.what.name or what is None:
        return
    with caller.reading() as session:
        on = seen_action(session, caller, form.about["action"]).starts_on
        is_product = what.value.startswith(PRODUCT)
        currency = form.currency.value if form.draft(ExpenseForm.currency) else ""
        cost = cost_on(session, int(what.value.removeprefix(PRODUCT)), on, currency=currency) if is_product else None
    if cost is not None:
        form.about["filled"] = as_typed(caller, cost.cost)
        form.fill(ExpenseForm.price, form.about["filled"])
        form.fill(ExpenseForm.currency, Option(cost.currency, cost.currency))
    elif form.price and form.price == form.about.get("filled"):
        form.fill(ExpenseForm.price, "")


def fetch(caller: Caller, form: ExpenseForm) -> None:
    """Before the book is written to: Slack may take its time."""
    files: Sequence[SlackFile] = form.receipts or ()
    form.contents = [fetch_file(caller.office, file) for file in files]


def save(session: Session, caller: Caller, form: ExpenseForm) -> Saved:
    facts = facts_in(caller, form.what, form.quantity, form.price, form.currency)
    action_id, by, now = form.about["action"], caller.collaborator, caller.office.now()
    if "record" in form.about:
        one = correct_expense(session, form.about["record"], facts, by=by, now=now, version=form.about.get("version"))
    else:
        one = book_expense(session, action_id, facts, by=by, now=now)
    keep_files(session, caller, form.receipts or (), form.contents, action_id=action_id)
    text = caller.t(_("Booked: {line}"), line=_line(caller, one))
    return Saved(text, [section(plain(text)), *expense_blocks(session, caller, action_id)])


# What a line's menu does


def _seen(session: Session, caller: Caller, expense_id: int) -> Expense:
    one = expense_seen_by(session, expense_id, asked_by=caller.collaborator)
    if one is None:
        raise NotFound
    return one


def _correct(interaction: Interaction, expense_id: int) -> None:
    open_form(interaction, lambda caller: form_of(caller, expense_id))


def _remove(session: Session, caller: Caller, expense_id: int) -> Saved:
    one = remove_expense(session, expense_id, by=caller.collaborator, now=caller.office.now())
    return Saved(caller.t(_("Removed: {line}"), line=_line(caller, one)))


def _restore(session: Session, caller: Caller, expense_id: int) -> Saved:
    one = restore_expense(session, expense_id, by=caller.collaborator)
    return Saved(caller.t(_("Expenses")), expense_blocks(session, caller, one.action_id))


def _open_new(interaction: Interaction) -> None:
    open_form(interaction, lambda caller: blank_form(caller, int(interaction.value)))


def register(slack: Listening) -> None:
    named = {"files": "receipts"}
    serve_form(slack, Serving(ExpenseForm, save=save, check=fetch, chosen=fill, named=named, fresh=form_of))
    slack.action("expense/new", _open_new)
    slack.menu(ACTION_MENU, "expenses", _("Expenses"), show_expenses, at=25)
    slack.menu(EXPENSE_MENU, "correct", _("Correct"), _correct, at=10)
    remove = change_at_once(slack, "expense/remove", _remove, undo=_restore)
    slack.menu(EXPENSE_MENU, "remove", _("Remove"), remove, at=20)
