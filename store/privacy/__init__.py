"""What a person may ask of the office about their own data: a copy of it, and to be forgotten."""

from store.privacy.erasing import erase_person
from store.privacy.gathering import PersonalData, gather
from store.privacy.holds import LegalHold, hold_of, lift_hold, put_hold
from store.privacy.retention import Retention, forget_expired

__all__ = [
    "LegalHold",
    "PersonalData",
    "Retention",
    "erase_person",
    "forget_expired",
    "gather",
    "hold_of",
    "lift_hold",
    "put_hold",
]
