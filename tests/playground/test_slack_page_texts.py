"""What the local Slack page makes of texts and blocks."""

from __future__ import annotations

from typing import Any

import pytest
from browser import NewPage, shot
from playwright.sync_api import Page, expect
from slack_office import Office, say, sit_down
from small_app_views import table_rows

pytestmark = pytest.mark.browser


def test_a_card_shows_mrkdwn_as_slack_does_and_html_as_text(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    say(page, "/crm card")
    card = page.get_by_test_id("message").last
    expect(card.locator("strong")).to_have_text("Visit · Brasserie Dupont")
    expect(card.locator("em")).to_have_text("Els Peeters")
    expect(card.locator("code")).to_have_text("samples")
    expect(card.locator("s")).to_have_text("old leaflet")
    expect(card.locator(".mention")).to_have_text("@Bram de Vries")
    expect(card.locator("li")).to_have_count(2)
    expect(card.get_by_role("link", name="the offer")).to_have_attribute("href", "https://example.com/a?b=1&c=2")
    expect(card).to_contain_text("<script>alert(1)</script> 🎉")
    expect(card.locator("script")).to_have_count(0)
    expect(card.locator("time").last).not_to_contain_text("{")


ELSEWHERE = 'target="_blank" rel="noopener noreferrer"'
MRKDWN = [
    ("*bold* and _it_ ~no~", "<strong>bold</strong> and <em>it</em> <s>no</s>"),
    ("*bold with _it_*", "<strong>bold with <em>it</em></strong>"),
    ("2*3*4 snake_case_name a~b~c", "2*3*4 snake_case_name a~b~c"),
    ("`*not bold*`", "<code>*not bold*</code>"),
    ("```\n*raw* &lt;b&gt;\n```", '<pre class="code-block">*raw* &lt;b&gt;</pre>'),
    ("* not bold *", "* not bold *"),
    ("&gt; quoted\nnot", "<blockquote>quoted</blockquote>not"),
    ("<https://a.example/?q=1&amp;r=2|*a*>", f'<a href="https://a.example/?q=1&amp;r=2" {ELSEWHERE}>*a*</a>'),
    ("<javascript:alert(1)|click>", "&lt;javascript:alert(1)|click&gt;"),
    ("<b onload=x>", "&lt;b onload=x&gt;"),
    ("<!channel> <!nobody|all>", '<span class="mention mention-all">@channel</span> &lt;!nobody|all&gt;'),
    ("<@U0BRAM> <#C0GENERAL>", '<span class="mention">@Bram de Vries</span> <span class="mention">#general</span>'),
    ("&lt;!channel&gt;", "&lt;!channel&gt;"),
    ("<!date^0^{date_num} {nonsense}|then>", '<time datetime="1970-01-01T00:00:00.000Z">then</time>'),
    ("<!date^0^{date_num} {time}|then>", '<time datetime="1970-01-01T00:00:00.000Z">1970-01-01 01:00</time>'),
    (":wave: :no_such_thing:", "👋 :no_such_thing:"),
    ("see http://a.example/b_c_d.", f'see <a href="http://a.example/b_c_d" {ELSEWHERE}>http://a.example/b_c_d</a>.'),
]  # fmt: skip
RENDER = """async (texts) => {
    const { patch, h } = await import("/slack/static/dom.js");
    const { mrkdwn } = await import("/slack/static/mrkdwn.js");
    return texts.map((text) => {
        const box = document.createElement("div");
        patch(box, mrkdwn(text));
        return box.innerHTML;
    });
}"""


def test_mrkdwn_is_read_as_slack_reads_it(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    shown = page.evaluate(RENDER, [text for text, _ in MRKDWN])
    assert list(zip([text for text, _ in MRKDWN], shown, strict=True)) == MRKDWN


def test_a_list_that_changes_keeps_the_elements_that_stay(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    kept = page.evaluate("""async () => {
        const { patch, h } = await import("/slack/static/dom.js");
        const box = document.body.appendChild(document.createElement("div"));
        const draw = (keys) => patch(box, keys.map((key) => h("input", { key, id: `k-${key}` })));
        draw(["a", "b", "c"]);
        const [, b] = box.children;
        b.focus();
        draw(["x", "b", "y", "c"]);
        return [document.activeElement === b, [...box.children].map((one) => one.id).join(" ")];
    }""")
    assert kept == [True, "k-x k-b k-y k-c"]


def test_tables_markdown_and_rich_text_are_shown(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    say(page, "/crm rich")
    message = page.get_by_test_id("message").last
    expect(message.get_by_role("heading", name="Plan")).to_be_visible()
    expect(message.get_by_role("cell", name="<i>2</i>")).to_be_visible()
    expect(message.get_by_text("in a list with @Bram de Vries")).to_be_visible()
    expect(message.get_by_role("table").last.get_by_role("row")).to_have_count(3)
    shot(page, "rich")


def publish(page: Page, *blocks: dict[str, Any]) -> None:
    """A Home view as it stands here, also one that the workspace would not take from an app."""
    view = {"id": "V1", "type": "home", "blocks": [{"block_id": f"b{at}", **block} for at, block in enumerate(blocks)]}
    page.route("**/page-api/home?*", lambda route: route.fulfill(json={"view": view}))


def test_cards_and_long_tables_are_shown(office: Office, new_page: NewPage) -> None:
    page = new_page()
    quotes = table_rows(("Relation", "Total"), *((f"Relation {number}", str(number)) for number in range(7)))
    card = {
        "type": "card",
        "title": {"type": "mrkdwn", "text": "*Cellar 2027*"},
        "body": {"type": "mrkdwn", "text": "Two offers."},
    }
    publish(page, card, {"type": "data_table", "caption": "Open quotes", "rows": quotes, "page_size": 3})
    sit_down(office, page, tab="/home")
    expect(page.get_by_role("article")).to_contain_text("Cellar 2027")
    table = page.get_by_role("table", name="Open quotes")
    expect(table.get_by_role("row")).to_have_count(4)
    page.get_by_role("button", name="Next").click()
    expect(table).to_contain_text("Relation 5")


def test_a_block_that_the_page_does_not_know_is_said_not_hidden(office: Office, new_page: NewPage) -> None:
    page = new_page()
    publish(page, {"type": "hologram"})
    sit_down(office, page, tab="/home")
    expect(page.get_by_test_id("unknown-block")).to_contain_text("hologram")


def test_home_shows_what_the_app_published(office: Office, new_page: NewPage) -> None:
    page = sit_down(office, new_page())
    page.get_by_role("tab", name="Home").click()
    home = page.get_by_test_id("home")
    expect(home).to_contain_text("Thursday 26 November")
    expect(home.get_by_role("img", name="A map of Tournai")).to_be_visible()
    home.get_by_role("button", name="Open").click()
    page.wait_for_timeout(200)
    assert office.last("block_actions")["view"]["type"] == "home"
    shot(page, "home")
