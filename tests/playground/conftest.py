"""Who lives on the playground's pages, and the Slack workspace."""

from residents import exchange, feed, feed_server, feed_url, pages_url, people
from slack_office import office

__all__ = ["exchange", "feed", "feed_server", "feed_url", "office", "pages_url", "people"]
