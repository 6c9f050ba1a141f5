"""Whether a web address still opens, asked politely and never inside a network where nobody said so."""

from integrations.web_links.asking import Found, ask

__all__ = ["Found", "ask"]
