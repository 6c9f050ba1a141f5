"""The browser for the playground's pages, who lives there, and the Slack workspace."""

from browser import chromium, new_page
from residents import exchange, feed, feed_server, feed_url, pages_url, people
from slack_office import office

__all__ = ["chromium", "exchange", "feed", "feed_server", "feed_url", "new_page", "office", "pages_url", "people"]
