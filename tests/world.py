"""A whole small office: Slack workspace, Exchange server and Rapport itself, talking real HTTP on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from slack_person import SlackPerson
from starlette.applications import Starlette

from bot.office import Office, make_office
from bot.settings import Settings
from bot.slack.app import make_app
from bot.slack.manifest import make_manifest
from bot.web.app import make_web_app
from integrations.playground.exchange import Account, ExchangeServer, exchange_routes
from integrations.playground.running import RunningApp
from integrations.playground.slack import Person, Workspace, slack_routes
from store.collaborators import Collaborator, Role, add_collaborator
from store.starter import seed_domain_data

CLAIRE = Person("U0CLAIRE", "claire", "Claire Dubois", "claire@office.example", "fr-BE")
BRAM = Person("U0BRAM", "bram", "Bram de Vries", "bram@office.example", "nl-BE")
EMMA = Person("U0EMMA", "emma", "Emma Clarke", "emma@office.example", "en-GB", is_admin=True)
NADIA = Person("U0NADIA", "nadia", "Nadia New", "nadia@office.example", "fr-BE")
OTTO = Person("U0OTTO", "otto", "Otto Outside", "otto@elsewhere.example", team_id="T0ELSEWHERE")
SERVICE = Account("service@office.example", "Rapport", "service-password", may_impersonate=True)
ELS = Account("els@dupont.example", "Els Peeters", "els-password", "nl", is_external=True)


@dataclass
class World:
    office: Office
    workspace: Workspace
    exchange: ExchangeServer
    url: str

    people: list[SlackPerson]
    playground: Starlette

    def person(self, who: Person, channel: str = "im") -> SlackPerson:
        """Somebody at a Slack screen, until the world ends."""
        self.people.append(SlackPerson(self.url, who.id, channel))
        return self.people[-1]

    def collaborator(self, who: Person) -> Collaborator:
        with self.office.book.reading() as session:
            return session.query(Collaborator).filter_by(slack_user_id=who.id).one()


def settings_for(url: str, own_url: str, database_url: str, folder: Path) -> Settings:
    return Settings.model_validate({
        "office": {"name": "Bureau Dubois", "locale": "fr-BE"},
        "database": {"url": database_url, "connections": 12},
        "documents": {"folder": str(folder / "documents")},
        "slack": {
            "mode": "http",
            "api_url": f"{url}/slack/api/",
            "bot_token": "xoxb-playground",
            "signing_secret": "signing-secret",
        },
        "web": {"bind": own_url.removeprefix("http://"), "public_url": own_url, "secret": "s" * 40},
        "mail": {
            "office": {
                "endpoint": f"{url}/EWS/Exchange.asmx",
                "username": SERVICE.address,
                "password": SERVICE.password,
                "read_every_s": 1,
                "timeout_s": 5,
            }
        },
    })  # fmt: skip


@contextmanager
def small_office(database_url: str, folder: Path) -> Iterator[World]:
    """Claire and Bram are reps, Emma an administrator; Nadia is in Slack only, Otto in a foreign workspace."""
    rapport, workspaces = Starlette(), list[Workspace]()
    playground = Starlette(lifespan=lambda _app: _closing(workspaces))
    with RunningApp(rapport) as own, RunningApp(playground) as shown:
        settings = settings_for(shown.url, own.url, database_url, folder)
        workspace = make_workspace(settings, folder, shown.url)
        workspaces.append(workspace)
        exchange = make_exchange(folder)
        playground.router.routes += [*slack_routes(workspace), *exchange_routes(exchange)]
        office = make_office(settings)
        seed(office)
        rapport.mount("/", make_web_app(office, make_app(office)))
        world = World(office, workspace, exchange, shown.url, [], playground)
        try:
            yield world
        finally:
            for person in world.people:
                person.close()
            office.close()
            exchange.close()
            for app in (own, shown):  # together: each takes its time to stop
                app.ask_to_stop()


@asynccontextmanager
async def _closing(workspaces: list[Workspace]) -> AsyncIterator[None]:
    yield
    for workspace in workspaces:
        await workspace.close()


def make_workspace(settings: Settings, folder: Path, url: str) -> Workspace:
    return Workspace(
        folder / "slack.db",
        (CLAIRE, BRAM, EMMA, NADIA, OTTO),
        make_manifest(settings),
        signing_secret="signing-secret",
        bot_token="xoxb-playground",
        app_token="xapp-playground",
        url=url,
        has_rate_limits=False,
    )


def make_exchange(folder: Path) -> ExchangeServer:
    own = [Account(p.email, p.real_name, f"{p.name}-password", p.locale[:2]) for p in (CLAIRE, BRAM, EMMA)]
    return ExchangeServer(folder / "exchange.db", [*own, SERVICE, ELS])


def seed(office: Office) -> None:
    now = datetime.now(UTC)
    with office.book.writing() as session:
        seed_domain_data(session, now)
        for who in (CLAIRE, BRAM, EMMA):
            add_collaborator(
                session,
                name=who.real_name,
                mail=who.email,
                now=now,
                role=Role.ADMIN if who.is_admin else Role.REP,
                locale=who.locale,
                slack_user_id=who.id,
            )
