"""The stage that every plot plays on, and the scene that an oddity edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assistant.world import places
from assistant.world.calendar import Calendar
from assistant.world.chance import Dice
from assistant.world.names import full_name
from assistant.world.people import Card, Customer, Device, Population, make_card, make_device
from assistant.world.places import IpAddress
from assistant.world.rings import Ring, Underworld
from assistant.world.shops import Market

__all__ = ["Scene", "Stage", "build_stage", "shares_to_counts"]


@dataclass(frozen=True)
class Stage:
    calendar: Calendar
    people: Population
    market: Market
    underworld: Underworld


@dataclass(frozen=True)
class Scene:
    """Somebody acts at a moment. With a ring, new things come from the ring; without, from ordinary life."""

    customer: Customer
    at: datetime
    dice: Dice
    ring: Ring | None = None

    def happens(self, probability: float) -> bool:
        """Skilled rings avoid what would be noticed: at full craft, 55% of it."""
        return self.dice.chance(probability * (1 - 0.55 * self.ring.craft) if self.ring else probability)

    def device(self) -> Device:
        return self.ring.device(self.at, self.dice) if self.ring else make_device(self.at, self.dice)

    def line(self) -> IpAddress:
        return self.ring.line(self.customer.country, self.dice) if self.ring else self.foreign_line()

    def foreign_line(self) -> IpAddress:
        country = self.dice.pick([code for code in places.ABROAD if code != self.customer.country])
        return places.carrier_ip(country, self.dice) if self.dice.chance(0.4) else places.home_ip(country, self.dice)

    def card(self) -> Card:
        if self.ring:
            return self.ring.card(self.at, self.dice, self.customer.country if self.dice.chance(0.75) else None)
        return make_card(self.customer.country, self.at, self.dice)

    def drop(self) -> tuple[str, str]:
        """Recipient and address: a ring's drop, or a friend, a relative, the office."""
        country = self.customer.country if self.dice.chance(0.85) else self.dice.pick(places.ABROAD)
        if self.ring:
            return self.ring.drop(country, self.dice)
        return full_name(places.COUNTRIES[country].language, self.dice), places.address(country, self.dice)


def build_stage(cases: int, seed: int, end: date) -> Stage:
    """One population for all three kinds, sized so that a customer is seen about twice."""
    calendar = Calendar(end)
    people = Population(max(60, cases // 2), calendar.start, calendar.end, Dice(seed, "people"))
    market = Market(max(30, cases // 16), people, calendar.start, calendar.end, Dice(seed, "market"))
    underworld = Underworld(max(4, cases // 130), calendar.start, calendar.end + timedelta(days=1), Dice(seed, "rings"))
    return Stage(calendar, people, market, underworld)


def shares_to_counts(shares: Mapping[str, float], total: int) -> dict[str, int]:
    """How many cases each plot gets: the shares of the total, rounded down with the largest remainders rounded up."""
    exact = {name: share / sum(shares.values()) * total for name, share in shares.items()}
    counts = {name: int(value) for name, value in exact.items()}
    short = total - sum(counts.values())
    for name in sorted(exact, key=lambda name: (counts[name] - exact[name], name))[:short]:
        counts[name] += 1
    return counts
