"""IP addresses of the demo world, from ranges that belong to nobody.

IPv4: the documentation ranges (RFC 5737), the benchmarking range (RFC 2544) and, for the shared gateways of mobile
carriers, the range that is kept for exactly those (RFC 6598). These are so few that all customers of a country would be
neighbours, so most lines are IPv6 (RFC 3849 and RFC 9637), where a household, an office or somebody who rents machines
has a /48 of their own. Sharing a network then means what it means in life.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from math import asin, cos, radians, sin, sqrt

from assistant.world.chance import Dice
from assistant.world.places import COUNTRIES, point_of

__all__ = ["RACKS", "IpAddress", "carrier_ip", "distance_km", "home_ip", "hosting_ip", "office_ip", "rack"]

_PLACE = {code: place for place, code in enumerate(COUNTRIES)}
_BY_PLACE = tuple(COUNTRIES)
_HOUSEHOLDS = 0x3FFF << 112
_OTHERS = 0x2001_0DB8 << 96
_BENCHMARK, _SHARED, _EXITS = (int(IPv4Address(text)) for text in ("198.18.0.0", "100.64.0.0", "203.0.113.0"))
_OFFICES_FROM, _RACKS_FROM = 0x8000, 0xC000
_SHAPES = {
    "residential": {"private": 5.0, "first": 3.0, "hardware": 2.0, "counted": 0.5},
    "mobile": {"private": 5.0, "short": 4.0, "first": 0.5},
    "office": {"first": 3.0, "private": 2.0, "hardware": 2.0, "counted": 2.0},
    "hosting": {"counted": 6.0, "private": 1.0, "hardware": 1.0, "short": 1.0},
}
VPN_EXITS = 60
RACKS = 0x4000
"""How many customers the data centres have."""


@dataclass(frozen=True)
class IpAddress:
    """An address with what a lookup would have said about it."""

    text: str
    country: str
    kind: str


def home_ip(country: str, dice: Dice) -> IpAddress:
    """A household line: mostly a /48 among 60,000 of the country, else one of 5,000 IPv4 addresses."""
    if dice.chance(0.85):
        return IpAddress(
            _v6(_HOUSEHOLDS, _PLACE[country] << 16 | dice.whole(0, 60_000), "residential", dice), country, "residential"
        )
    offset = (_PLACE[country] * 21 + dice.whole(0, 20)) << 8 | dice.whole(1, 254)
    return IpAddress(str(IPv4Address(_BENCHMARK + offset)), country, "residential")


def carrier_ip(country: str, dice: Dice) -> IpAddress:
    """A phone on the move: half the time a pool with an address for each phone, else a gateway with many strangers."""
    if dice.chance(0.5):
        return IpAddress(_v6(_OTHERS, _PLACE[country] << 8 | dice.whole(0, 119), "mobile", dice), country, "mobile")
    offset = (_PLACE[country] * 32 + dice.whole(0, 31)) << 8 | dice.whole(1, 2)
    return IpAddress(str(IPv4Address(_SHARED + offset)), country, "mobile")


def office_ip(country: str, dice: Dice) -> IpAddress:
    """A machine in an office; each country has 150 of them."""
    return IpAddress(
        _v6(_OTHERS, _OFFICES_FROM | _PLACE[country] << 8 | dice.whole(0, 149), "office", dice), country, "office"
    )


def hosting_ip(dice: Dice) -> IpAddress:
    """A well-known VPN exit, or a machine that somebody rents. The country follows from the address, as in a lookup."""
    if dice.chance(0.5):
        last = dice.whole(1, VPN_EXITS)
        return IpAddress(str(IPv4Address(_EXITS + last)), _BY_PLACE[last % len(_BY_PLACE)], "hosting")
    return rack(dice.whole(0, RACKS - 1), dice)


def rack(number: int, dice: Dice) -> IpAddress:
    """A machine in the /48 of one customer of a data centre, numbered below `RACKS`."""
    country = _BY_PLACE[number % len(_BY_PLACE)]
    return IpAddress(_v6(_OTHERS, _RACKS_FROM | number, "hosting", dice), country, "hosting")


def distance_km(line: IpAddress, own: IpAddress, home: str, account: str) -> int:
    """How far from the address `home` a lookup places a line: the same for the same line and account, vague for
    carriers, and right to a percent or two where another country is meant."""
    dice = Dice(0, line.text, account)
    if line.country != home[-2:]:
        return int(_apart_km(point_of(line.country), point_of(home[-2:], home)) * dice.between(0.99, 1.01))
    if line.kind == "hosting":
        return int(dice.spread(240, 0.7))
    if line.kind == "mobile":
        return int(dice.spread(45, 1.1))
    return int(dice.spread(7, 1.0) if line == own else dice.spread(110, 0.9))


def _apart_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The great-circle distance between two points in degrees, by the haversine formula."""
    (south, west), (north, east) = ((radians(part) for part in point) for point in (one, other))
    across = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * 6371 * asin(sqrt(across))


def _v6(block: int, network: int, kind: str, dice: Dice) -> str:
    """An address in the numbered /48 of a block, in one of the shapes that lines of a kind have: a phone or a laptop
    chooses its lower half by chance (RFC 8981), a router writes its hardware into it, a server is counted from one."""
    shape = dice.weighted(_SHAPES[kind])
    subnet, host = dice.whole(0, 0xFF), int(dice.token(14), 16) << 8 | dice.whole(0, 0xFF)
    if shape == "hardware":
        host = (host & ~(0xFFFF << 24)) | 0xFFFE << 24 | 0x02 << 56
    elif shape == "counted":
        subnet, host = dice.whole(0, 3) * dice.whole(0, 1), dice.whole(1, 0x2FF)
    elif shape == "short":
        subnet, host = dice.whole(0, 0xFFFF), dice.whole(1, 9)
    elif shape == "first":
        subnet = 0
    return str(IPv6Address(block | network << 80 | subnet << 64 | host))
