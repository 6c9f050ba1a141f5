"""`rapport demo`: Rapport in an office that lives on this machine alone."""

from bot.demo.running import run

__all__ = ["run"]
