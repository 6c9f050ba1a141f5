"""Links to documents: signed, for one collaborator, for a quarter of an hour."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeTimedSerializer

from bot.office import Office
from store.collaborators import Collaborator

LIVES_S = 15 * 60


def document_url(office: Office, link_id: int, collaborator: Collaborator) -> str:
    """Where this collaborator downloads what the link stands for; "" without a public address."""
    base = office.settings.web.public_url.rstrip("/")
    return f"{base}/documents/{_signer(office).dumps([link_id, collaborator.id])}" if base else ""


def read_token(office: Office, token: str) -> tuple[int, int] | None:
    """Link id and collaborator id; None for a token that expired or is not ours."""
    try:
        link_id, collaborator_id = _signer(office).loads(token, max_age=LIVES_S)
    except (BadSignature, ValueError, TypeError):
        return None
    return int(link_id), int(collaborator_id)


def _signer(office: Office) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(office.settings.web.secret, salt="document")
