"""Which addresses of the network a link may lead to: a link is typed by people, and the one who asks stands inside."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from integrations.web_links.deadlines import Deadline, look_up

_NAT64 = IPv6Network("64:ff9b::/96")
Address = IPv4Address | IPv6Address


class NotAsked(Exception):
    """The link leads where nothing may be asked."""


def destination(host: str, port: int, deadline: Deadline, *, allows_private: bool) -> str:
    """The address to connect to, as text. To be used as it is: asked again, the name may lead elsewhere.

    Raises NotAsked when one of the host's addresses may not be asked, OSError (UnicodeError for a name that cannot be
    one) when it has none, TimeoutError.
    """
    found = look_up(host, port, deadline)
    if not all(is_allowed(ip_address(one), allows_private=allows_private) for one in found):
        raise NotAsked(host)
    return found[0]


def is_allowed(address: Address, *, allows_private: bool) -> bool:
    """Link-local addresses never are: there a cloud machine tells its secrets."""
    return all(_is_allowed(one, allows_private) for one in _meant(address))


def _is_allowed(address: Address, allows_private: bool) -> bool:
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return allows_private or address.is_global


def _meant(address: Address) -> Iterator[Address]:
    """The address, and the IPv4 address that it carries inside."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    yield mapped or address
    if isinstance(address, IPv6Address) and mapped is None:
        if address in _NAT64:
            yield IPv4Address(int(address) & 0xFFFFFFFF)
        if address.sixtofour:
            yield address.sixtofour
        if address.teredo:
            yield from address.teredo
