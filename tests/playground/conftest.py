"""The browser for the playground's pages, and who lives there."""

from browser import chromium, new_page
from residents import exchange, feed, feed_server, feed_url, people

__all__ = ["chromium", "exchange", "feed", "feed_server", "feed_url", "new_page", "people"]
