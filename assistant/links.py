"""Entities, normalised once, so that signals, memory and pages agree on what "the same device" means.

A link is a type and a key. Keys are compared, never shown: what people see is the fact as it was given.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import NamedTuple

from assistant.case import Case
from assistant.roles import ADDRESS_ROLES, ENTITY_ROLES, Role

__all__ = ["NETWORK", "Link", "entity_key", "links_of"]

NETWORK = "network"
"""The link type of an IP address's neighbourhood: /24 for IPv4, /48 for IPv6."""
KEY_LIMIT = 120
# the standard library takes 40 µs an address for both questions, and an import asks them a million times
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!\Z)|\Z)){4}", re.ASCII)


class Link(NamedTuple):
    """One entity that a case touches. `type` is a role name or `network`; every kind of address is an `address`, so
    that a parcel to somebody else's billing address is a link."""

    type: str
    key: str

    def __str__(self) -> str:
        return f"{self.type}:{self.key}"


def links_of(case: Case) -> tuple[Link, ...]:
    """The entities of a case, without doubles, sorted."""
    found = set()
    for fact in case.facts:
        if fact.role not in ENTITY_ROLES:
            continue
        key = entity_key(fact.role, fact.value)
        if key:
            found.add(Link("address" if fact.role in ADDRESS_ROLES else fact.role, key))
            if fact.role == "ip" and (network := _network(key)):
                found.add(Link(NETWORK, network))
    return tuple(sorted(found))


def entity_key(role: Role, value: str) -> str:
    """The comparable form of a value; empty when there is nothing to compare."""
    text = unicodedata.normalize("NFKC", value).strip().casefold()
    if role == "email":
        local, at, domain = text.rpartition("@")
        # a tag after "+" reaches the same mailbox, and is how one person signs up ten times
        text = f"{local.split('+')[0]}@{domain}" if at else text
    elif role == "phone":
        text = re.sub(r"\D", "", text).lstrip("0")
    elif role == "ip":
        text = _address(text)
    elif role in {"document_number", "card", "payout_account"}:
        text = re.sub(r"[\W_]", "", text)
    elif role in ADDRESS_ROLES or role == "beneficial_owner":
        text = " ".join(re.findall(r"\w+", text))
    else:
        text = " ".join(text.split())
    return text[:KEY_LIMIT]


def _address(text: str) -> str:
    if _IPV4.fullmatch(text):
        return text
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return text


def _network(key: str) -> str | None:
    if _IPV4.fullmatch(key):
        return f"{key.rpartition('.')[0]}.0/24"
    try:
        address = ipaddress.ip_address(key)
    except ValueError:
        return None
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))
