"""Which addresses of the network a link may lead to: a link is typed by people, and the one who asks stands inside."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from integrations.web_links.deadlines import Deadline, look_up

Address = IPv4Address | IPv6Address

_MAPPED, _NAT64 = IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96")
_CARRYING = (_MAPPED, _NAT64, IPv6Network("::ffff:0:0:0/96"), IPv6Network("::/96"))
"""Their last 32 bits are an IPv4 address, which some machine on the way may put in their place."""
_WORLD = IPv6Network("2000::/3")
_NOT_OF_THE_WORLD = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))
"""Written out, as Python's own lists differ from one version to the next."""
_NEVER_4 = tuple(map(IPv4Network, ("192.0.0.0/24", "100.100.100.200/32", "168.63.129.16/32")))
_NEVER_6 = tuple(map(IPv6Network, ("fd00:ec2::/32", "fd20:ce::/64", "64:ff9b:1::/48")))
"""Where Oracle, Alibaba, Azure, Amazon and Google tell a machine of theirs its secrets, and a network's own NAT64, of
which nobody outside knows where it leads.
"""


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
    """Link-local addresses never are, nor others where a cloud machine tells its secrets."""
    if any(_is_never_asked(one) for one in (address, *_carried_by(address))):
        return False
    return allows_private or _is_public(address)


def _is_never_asked(address: Address) -> bool:
    never = _NEVER_4 if isinstance(address, IPv4Address) else _NEVER_6
    is_special = address.is_link_local or address.is_multicast or address.is_unspecified
    return is_special or any(address in block for block in never)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_global
    if address in _MAPPED or address in _NAT64:
        return _last_of(address).is_global
    if address.sixtofour:
        return address.sixtofour.is_global
    return address in _WORLD and not any(address in block for block in _NOT_OF_THE_WORLD)


def _carried_by(address: Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses inside an IPv6 address."""
    if isinstance(address, IPv4Address) or address.is_unspecified:
        return
    if any(address in block for block in _CARRYING):
        yield _last_of(address)
    if address.sixtofour:
        yield address.sixtofour
    yield from address.teredo or ()


def _last_of(address: IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFFFFFF)
