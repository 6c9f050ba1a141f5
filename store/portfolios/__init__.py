"""Portfolios: the files and the open actions of a collaborator, and handing them over to another."""

from store.portfolios.model import Handover

__all__ = ["Handover"]
