"""The HTTP side: Slack's requests, calendar feeds, unsubscribing, downloads, health and metrics."""
