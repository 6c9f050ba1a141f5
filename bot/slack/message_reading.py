"""What a Slack message says of a person: name, company, e-mail and phone, as far as they can be told. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from phonenumbers import PhoneNumberMatcher

from store.addresses import MailLine
from store.base import BookError
from store.words import legal_form_in

PUBLIC_DOMAINS = frozenset({
    "gmail.com", "googlemail.com", "hotmail.com", "hotmail.be", "hotmail.fr", "hotmail.nl", "outlook.com",
    "outlook.be", "outlook.fr", "live.com", "live.be", "live.fr", "live.nl", "live.ca", "msn.com", "yahoo.com",
    "yahoo.fr", "yahoo.ca", "icloud.com", "me.com", "mac.com", "aol.com", "gmx.com", "gmx.net", "gmx.de", "web.de",
    "proton.me", "protonmail.com", "skynet.be", "telenet.be", "proximus.be", "scarlet.be", "voo.be", "belgacom.net",
    "base.be", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "bbox.fr", "numericable.fr", "kpnmail.nl",
    "planet.nl", "ziggo.nl", "xs4all.nl", "hetnet.nl", "home.nl", "upcmail.nl", "chello.nl", "pt.lu", "internet.lu",
    "videotron.ca", "videotron.qc.ca", "sympatico.ca", "bell.net", "cgocable.ca", "rogers.com", "shaw.ca", "telus.net",
})  # fmt: skip
"""Domains where anybody may have an address: they tell of no company."""

_SHARED = frozenset({
    "info", "contact", "sales", "office", "admin", "hello", "mail", "support", "service", "compta", "comptabilite",
    "boekhouding", "facturation", "factures", "invoice", "invoices", "bureau", "secretariat", "noreply", "verkoop",
    "commande", "commandes", "bestelling", "bestellingen", "welcome", "accueil", "onthaal", "ventes", "achats",
})  # fmt: skip
"""Addresses of a whole company: behind them stands nobody by name."""

_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "ac", "qc", "on"})
_WORD = r"[A-ZÀ-ÖØ-ÞŒŠŽ][\w'’.-]*"
_NAME = rf"{_WORD}(?:[ ]+(?:(?:de|van|der|den|la|le|du|d'|von|ter|ten)[ ]+)*{_WORD}){{1,3}}"
_BEFORE_MAIL = re.compile(rf"({_NAME})[\s,:<(\[-]*$")
_NAME_LINE = re.compile(_NAME)
_MAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"<(?:mailto:|tel:)[^|>]*\|([^>]*)>|<(?:mailto:|tel:)([^>]*)>|<https?:[^|>]*(?:\|([^>]*))?>")
_MENTION = re.compile(r"<[@#!][^>]*>")


@dataclass(frozen=True, slots=True)
class Told:
    """What was found; "" for what was not."""

    person: str = ""
    company: str = ""
    mail: str = ""
    phone: str = ""


def read_message(text: str, *, country: str, own_domain: str) -> Told:
    """`text` is as Slack gives it, with its links and escapes. `country` is where a number without one is dialled.

    Addresses of `own_domain` are colleagues'.
    """
    said = _MENTION.sub(" ", _LINK.sub(lambda found: found[1] or found[2] or found[3] or " ", text))
    said = re.sub(r"[*~`]|\b_|_\b", "", unescape(said))
    mail = next(_mails(said, own_domain), "")
    phone = next((found.raw_string for found in PhoneNumberMatcher(_MAIL.sub(" ", said), country or None)), "")
    return Told(_person(said, mail), _company(said, mail), mail, phone.strip()[:50])


def _mails(said: str, own_domain: str) -> Iterator[str]:
    for found in _MAIL.findall(said):
        try:
            mail = MailLine(found.strip(".'-")).checked().mail
        except BookError:
            continue
        if domain_of(mail) != own_domain.casefold():
            yield mail


def domain_of(mail: str) -> str:
    return mail.rpartition("@")[2].casefold()


def _person(said: str, mail: str) -> str:
    if mail:
        line = next((line for line in said.splitlines() if mail.casefold() in line.casefold()), "")
        before = line[: line.casefold().find(mail.casefold())]
        if found := _BEFORE_MAIL.search(before):
            return _cleaned(found[1])
    for line in said.splitlines():
        if _NAME_LINE.fullmatch(line.strip()) and not legal_form_in(line):
            return _cleaned(line)
    local = mail.partition("@")[0]
    parts = [part for part in re.split(r"[._-]", local) if part.isalpha() and len(part) > 1]
    return " ".join(part.capitalize() for part in parts) if len(parts) == 2 and local not in _SHARED else ""


def _cleaned(name: str) -> str:
    return " ".join(name.split()).strip(".,-")[:100]


def _company(said: str, mail: str) -> str:
    for line in said.splitlines():
        if len(line) <= 80 and "@" not in line and legal_form_in(line.strip()):
            return _cleaned(line)
    domain = domain_of(mail)
    if not domain or domain in PUBLIC_DOMAINS:
        return ""
    parts = domain.split(".")[:-1]
    if len(parts) > 1 and parts[-1] in _SECOND_LEVEL:
        parts = parts[:-1]
    return " ".join(part.capitalize() for part in re.split(r"[-_]", parts[-1]) if part)
