"""The front page: what the playground is, its three doors, who is who, and what to try first."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from integrations.playground.front_texts import TEXTS
from integrations.playground.pages import doors_of, page
from integrations.playground.people import Person


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to try. `code` is what to type, shown as such; `href` is where, a path of the playground."""

    text: str
    code: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """A first walk in one language (en, fr or nl): `intro` says in a sentence what the playground plays with."""

    language: str
    title: str
    intro: str
    steps: tuple[Step, ...]


def front_routes(people: tuple[Person, ...], guides: tuple[Guide, ...]) -> list[Route]:
    """GET `/`, in the language of `?lang=`, else the browser's first that has a guide, else the first guide's."""
    by_language = {guide.language: guide for guide in guides}

    async def front(request: Request) -> Response:
        language = _language(request, tuple(by_language))
        return page(
            "front.html.j2",
            language=language,
            texts=TEXTS[language],
            guide=by_language[language],
            languages=[(code, TEXTS[code].own_name) for code in by_language],
            inside=[_card(person) for person in people if not person.is_outside],
            outside=[_card(person) for person in people if person.is_outside],
        )

    return [Route("/", front)]


def _card(person: Person) -> dict[str, object]:
    doors = {door: f"/{door}{query}" for door, query in doors_of(person).items()}
    return {"person": person, **doors, "slack": doors["slack"] if person.slack_user else ""}


def _language(request: Request, offered: tuple[str, ...]) -> str:
    asked = [request.query_params.get("lang", "")]
    asked += [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    return next((code for code in asked if code in offered), offered[0])
