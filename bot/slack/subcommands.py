"""What may stand behind `/crm`: each subject registers its own subcommands, by `Listening.subcommand`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.slack.interaction import Interaction
from store.collaborators import Role

Run = Callable[[Interaction, str], None]
"""Gets what was typed behind the subcommand."""
_RISING = (Role.READER, Role.REP, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Subcommand:
    """`names` are its synonyms in any of the languages, the first of them shown in the help of each language.

    `reads` marks one that answers with a message and needs no form: it may be typed in a direct message too. The help
    shows it to those who have at least the role `least`.
    """

    names: Mapping[str, tuple[str, ...]]
    example: str
    says: str
    run: Run
    reads: bool = False
    least: Role = Role.READER

    def answers_to(self, word: str) -> bool:
        return any(word in names for names in self.names.values())

    def is_for(self, role: Role) -> bool:
        return _RISING.index(role) >= _RISING.index(self.least)
