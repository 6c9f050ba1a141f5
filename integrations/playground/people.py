"""Who lives in the playground: handed in by whoever starts it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Someone the visitor can be. `timezone` is an IANA name; `role` says in a few words who this is.

    `slack_user` is a Slack user id, "" for somebody who is not in the workspace; `mail` is also the mailbox's name.
    """

    name: str
    mail: str
    role: str
    language: str
    timezone: str
    slack_user: str = ""
    is_outside: bool = False

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def person_of(people: tuple[Person, ...], mail: str | None) -> Person:
    """The person with that address, whatever its case; the first of all when none is asked for or known."""
    wanted = (mail or "").strip().casefold()
    return next((person for person in people if person.mail.casefold() == wanted), people[0])
