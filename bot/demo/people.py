"""Who lives in the demo's office and around it."""

from __future__ import annotations

from dataclasses import dataclass

from integrations.playground import people, slack
from integrations.playground.exchange import Account


@dataclass(frozen=True, slots=True)
class Resident:
    """`slack_id` is empty for somebody outside; `team_id` names a foreign workspace."""

    name: str
    mail: str
    role: str
    locale: str
    slack_id: str = ""
    is_admin: bool = False
    team_id: str = ""
    has_mailbox: bool = True

    @property
    def is_colleague(self) -> bool:
        return bool(self.slack_id) and not self.team_id

    @property
    def visitor(self) -> people.Person:
        return people.Person(
            name=self.name,
            mail=self.mail,
            role=self.role,
            language=self.locale[:2],
            timezone="Europe/Brussels",
            slack_user=self.slack_id,
            is_outside=not self.is_colleague,
        )

    @property
    def slack_person(self) -> slack.Person:
        return slack.Person(
            id=self.slack_id,
            name=self.mail.partition("@")[0],
            real_name=self.name,
            email=self.mail,
            locale=self.locale,
            is_admin=self.is_admin,
            team_id=self.team_id,
        )

    @property
    def account(self) -> Account:
        return Account(self.mail, self.name, f"demo-{self.mail}", self.locale[:2], is_external=not self.is_colleague)


RESIDENTS = (
    Resident("Claire Dubois", "claire@cave-dubois.example", "représentante", "fr-BE", "U0CLAIRE"),
    Resident("Bram de Vries", "bram@cave-dubois.example", "vertegenwoordiger", "nl-BE", "U0BRAM"),
    Resident("Emma Clarke", "emma@cave-dubois.example", "sales representative", "en-GB", "U0EMMA"),
    Resident("Hugo Lambert", "hugo@cave-dubois.example", "administrateur", "fr-BE", "U0HUGO", is_admin=True),
    Resident("Els Peeters", "els@brasserie-dupont.example", "aankoop, Brasserie Dupont", "nl-BE"),
    Resident("Luc Tremblay", "luc@bistro-tremblay.example", "propriétaire, Bistro Tremblay", "fr-CA"),
    Resident(
        "Otto Outside", "otto@elsewhere.example", "another workspace", "en-US", "U0OTTO", team_id="T0ELSEWHERE",
        has_mailbox=False,
    ),
)  # fmt: skip
SERVICE = Account("rapport@cave-dubois.example", "Rapport", "demo-service", may_impersonate=True)
