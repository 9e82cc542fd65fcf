"""Fraud rings: the devices, lines, drops, cards and accounts that some frauds share.

A careful ring hands out something fresh each time, a careless one uses the same things until they are worn out, and
a lone fraudster shares nothing. Rings are active for a few weeks, so links help only somebody who remembers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from assistant.world import networks, places
from assistant.world.chance import Dice
from assistant.world.names import full_name
from assistant.world.networks import IpAddress
from assistant.world.people import Card, Customer, Device, make_card, make_customer, make_device
from assistant.world.shops import Shop, payout_account

__all__ = ["Ring", "Underworld"]


@dataclass
class Ring:
    """What one ring holds. It grows while the world is made: accounts and cards are added as they are used."""

    country: str
    homes: Mapping[str, float]
    starts: datetime
    ends: datetime
    care: float
    craft: float
    rack: int
    devices: list[Device] = field(default_factory=list)
    lines: list[IpAddress] = field(default_factory=list)
    drops: list[tuple[str, str]] = field(default_factory=list)
    payouts: list[str] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    accounts: list[Customer] = field(default_factory=list)
    shops: list[Shop] = field(default_factory=list)

    def device(self, at: datetime, dice: Dice) -> Device:
        if not self.devices or dice.chance(self.care):
            self.devices.append(make_device(at, dice))
            return self.devices[-1]
        return dice.pick(self.devices[-4:])

    def line(self, country: str, dice: Dice) -> IpAddress:
        """The ring's own line, a data centre, or a rented household line in the victim's country."""
        if self.lines and not dice.chance(self.care):
            return dice.pick(self.lines[-5:])
        fresh = dice.weighted({"hosting": 2, "near": 6, "own": 3, "carrier": 2})
        line = {
            "hosting": lambda: self.hosting_line(dice),
            "near": lambda: networks.home_ip(country, dice),
            "own": lambda: networks.home_ip(self.country, dice),
            "carrier": lambda: networks.carrier_ip(country, dice),
        }[fresh]()
        self.lines.append(line)
        return line

    def hosting_line(self, dice: Dice) -> IpAddress:
        """A machine of the network that the ring rents, or a VPN exit like anybody's."""
        return networks.hosting_ip(dice) if dice.chance(self.care) else networks.rack(self.rack, dice)

    def drop(self, country: str, dice: Dice) -> tuple[str, str]:
        """Recipient and address of a parcel."""
        near = [drop for drop in self.drops if drop[1].endswith(country)]
        if near and not dice.chance(self.care):
            return dice.pick(near)
        self.drops.append((full_name(places.COUNTRIES[country].naming, dice), places.address(country, dice)))
        return self.drops[-1]

    def payout(self, dice: Dice) -> str:
        if not self.payouts or dice.chance(0.6 * self.care):
            self.payouts.append(payout_account(self.country, dice))
        return dice.pick(self.payouts[-3:])

    def card(self, at: datetime, dice: Dice, country: str | None = None) -> Card:
        """A stolen card. A few are tried again on another account."""
        if self.cards and dice.chance(0.3 * (1 - self.care)):
            return dice.pick(self.cards[-8:])
        since = at - timedelta(hours=dice.spread(6, 2))
        self.cards.append(make_card(country or dice.weighted(self.homes), since, dice))
        return self.cards[-1]

    def account(self, opened_at: datetime, dice: Dice) -> Customer:
        """A new account with the ring's things on it, which may well look like anybody's."""
        country = self.country if dice.chance(0.6) else dice.weighted(self.homes)
        person = make_customer(country, opened_at, dice, throwaway=dice.chance(0.45))
        device = self.device(opened_at, dice)
        person = replace(
            person,
            devices=(device,),
            line=self.line(country, dice),
            cards=(make_card(country, opened_at + dice.days(0, 5), dice),),
        )
        if self.accounts and not dice.chance(self.care):
            last = self.accounts[-1]
            person = replace(person, phone=last.phone, phone_kind=last.phone_kind)
        if self.accounts and not dice.chance(self.care) and country == self.accounts[-1].country:
            person = replace(person, address=self.accounts[-1].address)
        self.accounts.append(person)
        return person


class Underworld:
    """All rings and the lone fraudsters between them."""

    def __init__(self, size: int, homes: Mapping[str, float], start: datetime, end: datetime, dice: Dice) -> None:
        self._homes = homes
        self._start, self._end = start, end
        self.rings = [self._ring(dice) for _ in range(size)]

    def ring(self, at: datetime, dice: Dice) -> Ring:
        """A ring at work at the moment, or, one time in four, somebody alone."""
        active = [ring for ring in self.rings if ring.starts <= at < ring.ends]
        if active and dice.chance(0.75):
            return dice.pick(active)
        return replace(self._ring(dice), starts=at, ends=at)

    def _ring(self, dice: Dice) -> Ring:
        starts = self._start - timedelta(days=20) + (self._end - self._start) * dice.between(0, 1.05)
        care, craft = dice.between(0.15, 0.75), dice.share(0.5, 4)
        rack = dice.whole(0, networks.RACKS - 1)
        return Ring(dice.weighted(self._homes), self._homes, starts, starts + dice.days(18, 75), care, craft, rack)
