"""Products in Slack: the list, one product with its cost table, and their forms."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.office import Caller
from bot.slack.at_once import change_at_once
from bot.slack.blocks import Json, actions, button, context, filled, header, plain, rich, section, words
from bot.slack.choices import Choice
from bot.slack.expense_fields import Decimals, as_typed, currencies
from bot.slack.fields import Day, Option, Text
from bot.slack.forms import Form
from bot.slack.interaction import Interaction
from bot.slack.listening import Listening
from bot.slack.menus import PRODUCT_MENU
from bot.slack.serving import Saved, Serving, open_form, serve_form
from bot.slack.subcommands import Subcommand
from bot.texts import _
from store.access import require_admin
from store.money import amount_typed, currency_of
from store.products import (
    CODE_LIMIT,
    NAME_LIMIT,
    UNIT_LIMIT,
    CostFacts,
    Product,
    ProductCost,
    ProductFacts,
    add_product,
    correct_cost,
    costs_of,
    edit_product,
    find_products,
    product_to_write,
    remove_cost,
    restore_cost,
    retire_product,
    set_cost,
    take_back_product,
)

SHOWN = 40
"""Lines of one message: Slack takes 50 blocks."""


class ProductForm(Form, id="product", title=_("Product"), submit=_("Save")):
    code = Text(_("Code"), max_length=CODE_LIMIT)
    name = Text(_("Name"), max_length=NAME_LIMIT)
    unit = Text(_("Unit"), max_length=UNIT_LIMIT, hint=_("Bottle, box, hour …")).optional()
    price = Decimals(_("Sales price")).optional()
    currency = Choice(_("Currency"), among=currencies)


class CostForm(Form, id="product_cost", title=_("Cost"), submit=_("Save")):
    cost = Decimals(_("Cost of one"))
    currency = Choice(_("Currency"), among=currencies)
    from_on = Day(_("From"), hint=_("The cost before it ends the day before"))
    until_on = Day(_("Last day")).optional()


# The list, and one product


def show_products(interaction: Interaction, typed: str) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        blocks = product_blocks(session, caller, typed)
    interaction.say(caller.t(_("Products")), blocks)


def product_blocks(session: Session, caller: Caller, typed: str = "") -> list[Json]:
    """Those that hold what was typed; retired ones only for administrators."""
    t, is_admin = caller.t, caller.collaborator.is_admin
    found = find_products(session, typed, limit=SHOWN + 1, also_retired=is_admin)
    open_it = t(_("Open"))
    rows = [
        section(plain(said_of_product(caller, one)), accessory=button(open_it, "product/open", str(one.id)))
        for one in found[:SHOWN]
    ]
    if not found:
        none = _("No product is called so: `/crm products` shows them all.") if typed else _("No product yet.")
        rows.append(rich(filled(t(none))))
    if len(found) > SHOWN:
        rows.append(context(plain(t(_("There are more: type more of the name.")))))
    new = button(t(_("+ Product")), "product/new", style="primary")
    ways = [actions(new, button(t(_("Bring in a list")), "product/list"))] if is_admin else []
    return [header(t(_("Products"))), *rows, *ways]


def said_of_product(caller: Caller, one: Product) -> str:
    price = caller.t.money(one.price, one.currency) if one.price is not None else ""
    if price and one.unit:
        price = f"{price} / {one.unit}"
    return " · ".join(part for part in (one.label, price, caller.t(_("retired")) if one.retired_at else "") if part)


def product_card(session: Session, caller: Caller, one: Product, *, told: str = "") -> list[Json]:
    """With its cost table, newest first."""
    t = caller.t
    costs = costs_of(session, one.id)
    head = [section(plain(told))] if told else []
    lines = [rich(words(said_of_product(caller, one), bold=True))]
    if not caller.collaborator.is_admin:
        return [*head, *lines, rich(*(words(_cost(caller, cost)) for cost in reversed(costs[-SHOWN:])))]
    for cost in reversed(costs[-SHOWN:]):
        correct = button(t(_("Correct")), "product_cost/correct", str(cost.id))
        lines.append(section(plain(_cost(caller, cost)), accessory=correct))
    if not costs:
        lines.append(section(plain(t(_("No cost yet: “+ Cost” says what one costs the office from a day on.")))))
    value = str(one.id)
    without = ("back",) if one.retired_at is None else ("retire",)
    new_cost = button(t(_("+ Cost")), "product_cost/new", value)
    return [*head, *lines, actions(new_cost, PRODUCT_MENU.element(caller, one.id, without=without))]


def _cost(caller: Caller, cost: ProductCost) -> str:
    t, amount = caller.t, caller.t.money(cost.cost, cost.currency)
    first = t.in_figures(cost.from_on)
    if cost.until_on is None:
        return t(_("Cost {amount} from {day}"), amount=amount, day=first)
    return t(_("Cost {amount} from {day} until {last}"), amount=amount, day=first, last=t.in_figures(cost.until_on))


def _open(interaction: Interaction) -> None:
    interaction.ack()
    caller = interaction.caller
    with caller.reading() as session:
        one = product_to_write(session, int(interaction.value))
        card = product_card(session, caller, one)
    interaction.say(one.label, card)


# Its form


def blank_form(caller: Caller) -> ProductForm:
    require_admin(caller.collaborator)
    form = ProductForm()
    form.currency = _office_currency(caller)
    return form


def _office_currency(caller: Caller) -> Option:
    code = currency_of(caller.office.settings.office.country)
    return Option(code, code)


def form_of(caller: Caller, product_id: int) -> ProductForm:
    require_admin(caller.collaborator)
    with caller.reading() as session:
        one = product_to_write(session, product_id)
        form = ProductForm(record=one.id, version=one.version)
        form.code, form.name, form.unit = one.code, one.name, one.unit
        form.price = as_typed(caller, one.price) if one.price is not None else ""
        form.currency = Option(one.currency, one.currency)
        return form


def save(session: Session, caller: Caller, form: ProductForm) -> Saved:
    price = amount_typed(form.price, field="price") if form.price else None
    facts = ProductFacts(form.code, form.name, form.currency.value, price, form.unit or "")
    by, now = caller.collaborator, caller.office.now()
    if "record" in form.about:
        one = edit_product(session, form.about["record"], facts, by=by, now=now, version=form.about.get("version"))
    else:
        one = add_product(session, facts, by=by, now=now)
    text = caller.t(_("Saved."))
    return Saved(text, product_card(session, caller, one, told=text))


# Its costs


def blank_cost(caller: Caller, product_id: int) -> CostForm:
    require_admin(caller.collaborator)
    with caller.reading() as session:
        currency = product_to_write(session, product_id).currency
    form = CostForm(product=product_id)
    form.currency, form.from_on = Option(currency, currency), caller.today
    return form


def cost_form(caller: Caller, cost_id: int) -> CostForm:
    require_admin(caller.collaborator)
    with caller.reading() as session:
        cost = session.get_one(ProductCost, cost_id)
        form = CostForm(product=cost.product_id, record=cost.id, version=cost.version)
        form.cost, form.currency = as_typed(caller, cost.cost), Option(cost.currency, cost.currency)
        form.from_on, form.until_on = cost.from_on, cost.until_on
        return form


def save_cost(session: Session, caller: Caller, form: CostForm) -> Saved:
    facts = CostFacts(amount_typed(form.cost, field="cost"), form.currency.value, form.from_on, form.until_on)
    if "record" in form.about:
        version = form.about.get("version")
        cost = correct_cost(session, form.about["record"], facts, by=caller.collaborator, version=version)
    else:
        cost = set_cost(session, form.about["product"], facts, by=caller.collaborator)
    text = caller.t(_("Saved. What was booked before keeps its price."))
    remove = actions(button(caller.t(_("Remove this cost")), "product_cost/remove", str(cost.id)))
    return Saved(text, [*product_card(session, caller, cost.product, told=text), remove])


def _remove_cost(session: Session, caller: Caller, cost_id: int) -> Saved:
    cost = remove_cost(session, cost_id, by=caller.collaborator, now=caller.office.now())
    return Saved(caller.t(_("Removed: {line}"), line=_cost(caller, cost)))


def _restore_cost(session: Session, caller: Caller, cost_id: int) -> Saved:
    cost = restore_cost(session, cost_id, by=caller.collaborator)
    return Saved(cost.product.label, product_card(session, caller, cost.product))


def _retire(session: Session, caller: Caller, product_id: int) -> Saved:
    one = retire_product(session, product_id, by=caller.collaborator, now=caller.office.now())
    text = _("{label} is retired: forms no longer offer it, what has it keeps it.")
    return Saved(caller.t(text, label=one.label))


def _take_back(session: Session, caller: Caller, product_id: int) -> Saved:
    one = take_back_product(session, product_id, by=caller.collaborator)
    return Saved(
        one.label, product_card(session, caller, one, told=caller.t(_("{label} is in use again."), label=one.label))
    )


def _edit(interaction: Interaction, product_id: int) -> None:
    open_form(interaction, lambda caller: form_of(caller, product_id))


def register(slack: Listening) -> None:
    slack.subcommand(
        Subcommand(
            {"en": ("products",), "fr": ("produits",), "nl": ("producten",)},
            "merlot",
            _("What the office sells and gives away, with prices and costs"),
            show_products,
            reads=True,
        )
    )
    serve_form(slack, Serving(ProductForm, save=save, fresh=form_of))
    serve_form(slack, Serving(CostForm, save=save_cost, fresh=cost_form))
    slack.action("product/open", _open)
    slack.action("product/new", lambda i: open_form(i, blank_form))
    slack.action("product_cost/new", lambda i: open_form(i, lambda caller: blank_cost(caller, int(i.value))))
    slack.action("product_cost/correct", lambda i: open_form(i, lambda caller: cost_form(caller, int(i.value))))
    change_at_once(slack, "product_cost/remove", _remove_cost, undo=_restore_cost)
    slack.menu(PRODUCT_MENU, "edit", _("Edit"), _edit, at=10)
    retire = change_at_once(slack, "product/retire", _retire, undo=_take_back)
    slack.menu(PRODUCT_MENU, "retire", _("Retire"), retire, at=20)
    slack.menu(PRODUCT_MENU, "back", _("Take back into use"), change_at_once(slack, "product/back", _take_back), at=20)
