"""The public address and what depends on it; the secret that signs links; which addresses are asked outside."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from bot.doctor.findings import Finding, fine, problem, warning
from bot.office import Office

_NEEDS_PUBLIC = "calendar subscriptions, one-click unsubscribe and links to documents and records do not work"
_ASKED = {
    "none": 'are never asked; actions.linked_addresses = "public" marks those that do not open any more',
    "public": "are asked once a day, outside your own network",
    "all": "are asked once a day, in your own network too",
}
_HERE = {"localhost", "127.0.0.1", "::1"}
FEWEST_DIFFERENT = 12
"""Different characters of a secret: what is drawn at random has more, a repeated word fewer."""


def examine_web(office: Office) -> Iterator[Finding]:
    settings = office.settings
    secrets = {"web.secret": settings.web.secret}
    if settings.slack.mode == "http":
        secrets["slack.signing_secret"] = settings.slack.signing_secret
    for key, secret in secrets.items():
        if len(set(secret)) < FEWEST_DIFFERENT:
            mend = "Draw it at random: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            yield problem("Secrets", f"{key} is easy to guess", mend if key.startswith("web") else "Copy Slack's own.")
    yield _public(settings.web.public_url)
    yield fine("Linked addresses", _ASKED[settings.actions.linked_addresses])


def _public(url: str) -> Finding:
    subject = "Public address"
    if not url:
        mend = "Set web.public_url to the https address that leads to web.bind."
        return warning(subject, f"none is set: {_NEEDS_PUBLIC}", mend)
    try:
        answer = httpx.get(f"{url}/health", timeout=5, follow_redirects=False)
        is_rapport = "status" in answer.json()
    except (httpx.HTTPError, ValueError) as error:
        mend = "Start `rapport serve`, then check DNS, proxy and certificate. Seen from this machine, it may differ."
        return warning(subject, f"{url} does not answer as Rapport ({type(error).__name__}): {_NEEDS_PUBLIC}", mend)
    if not is_rapport:
        return problem(subject, f"{url} leads to something else", "Let the proxy pass everything to web.bind.")
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _HERE:
        return problem(subject, f"{url} is not https: Slack and mail programs refuse it", "Put TLS before Rapport.")
    return fine(subject, f"{url} answers")
