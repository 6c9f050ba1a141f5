"""The address at which a mailing's recipient leaves it: in the mail, and read again by the web page."""

from __future__ import annotations

from typing import Final

from itsdangerous import BadSignature

from bot.office import Office

_PURPOSE: Final = "unsubscribe"


def unsubscribe_url(office: Office, delivery_id: int) -> str:
    """What goes in a mail's List-Unsubscribe and in its text; "" without a public address."""
    base = office.settings.web.public_url
    return f"{base}/unsubscribe/{office.signer(_PURPOSE).dumps(delivery_id)}" if base else ""


def delivery_of_link(office: Office, token: str) -> int | None:
    """The id of the delivery that a link's last part names; None when it is not one of ours."""
    try:
        return int(office.signer(_PURPOSE).loads(token))
    except (BadSignature, ValueError, TypeError):
        return None
