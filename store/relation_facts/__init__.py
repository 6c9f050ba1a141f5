"""Dated facts about a relation: its status and its priority, each from a day on, with the action that caused it."""

from store.relation_facts.conversions import Conversion, Conversions, conversions, held_since
from store.relation_facts.following import settle, settle_all
from store.relation_facts.listing import relations_with
from store.relation_facts.model import RelationFact, SameDay, What, as_of
from store.relation_facts.noting import (
    FIRST,
    fact_of_action,
    give_back_fact,
    note_by_hand,
    note_of_action,
    withdraw_fact,
)
from store.relation_facts.queries import Change, history_of, value_on

__all__ = [
    "FIRST",
    "Change",
    "Conversion",
    "Conversions",
    "RelationFact",
    "SameDay",
    "What",
    "as_of",
    "conversions",
    "fact_of_action",
    "give_back_fact",
    "held_since",
    "history_of",
    "note_by_hand",
    "note_of_action",
    "relations_with",
    "settle",
    "settle_all",
    "value_on",
    "withdraw_fact",
]
