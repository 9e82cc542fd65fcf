"""The stage that every plot plays on, and the scene that an oddity edits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from assistant.world import networks, places
from assistant.world.calendar import Calendar
from assistant.world.chance import Dice
from assistant.world.names import full_name
from assistant.world.networks import IpAddress
from assistant.world.people import Card, Customer, Device, Population, make_card, make_device
from assistant.world.rings import Ring, Underworld
from assistant.world.setting import Setting
from assistant.world.shops import Market

__all__ = ["Scene", "Stage", "build_stage"]

AVOIDED_AT_FULL_CRAFT = 0.2
STICKS = frozenset({"new device", "device", "elsewhere", "hosting", "password", "new card", "spelling", "young mail"})
"""Oddities that hold for a whole episode: nobody changes the phone between two payments."""


@dataclass
class Memory:
    """What stays the same during an episode: the new phone, the line, and whether an oddity that sticks is there."""

    device: Device | None = None
    line: IpAddress | None = None
    card: Card | None = None
    shown: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """Somebody acts at a moment. With a ring, new things come from the ring; without, from ordinary life.

    Scenes of one episode are made from each other with `replace`, and so share their memory.
    """

    customer: Customer
    at: datetime
    dice: Dice
    ring: Ring | None = None
    memory: Memory = field(default_factory=Memory)

    def shows(self, oddity: str, probability: float) -> bool:
        """Whether an oddity is there. Skilled rings avoid some of what would be noticed."""
        if oddity not in STICKS:
            return self._happens(probability)
        if oddity not in self.memory.shown:
            self.memory.shown[oddity] = self._happens(probability)
        return self.memory.shown[oddity]

    def _happens(self, probability: float) -> bool:
        return self.dice.chance(probability * (1 - AVOIDED_AT_FULL_CRAFT * self.ring.craft if self.ring else 1))

    def device(self) -> Device:
        """One that the account has not seen before this episode."""
        if self.memory.device is None:
            new = self.ring.device(self.at, self.dice) if self.ring else make_device(self.at, self.dice)
            self.memory.device = new
        return self.memory.device

    def line(self) -> IpAddress:
        """One that is not the customer's."""
        if self.memory.line is None:
            self.memory.line = self.ring.line(self.customer.country, self.dice) if self.ring else self._abroad()
        return self.memory.line

    def hosting_line(self) -> IpAddress:
        """A VPN or a rented machine."""
        if self.memory.line is None or self.memory.line.kind != "hosting":
            ring, dice = self.ring, self.dice
            self.memory.line = ring.hosting_line(dice) if ring else networks.hosting_ip(dice)
        return self.memory.line

    def card(self) -> Card:
        """A new one: a ring has another each time, an honest customer one."""
        if self.ring:
            return self.ring.card(self.at, self.dice, self.customer.country if self.dice.chance(0.75) else None)
        if self.memory.card is None:
            self.memory.card = make_card(self.customer.country, self.at, self.dice)
        return self.memory.card

    def _abroad(self) -> IpAddress:
        country = self.dice.pick([code for code in places.ABROAD if code != self.customer.country])
        line = networks.carrier_ip if self.dice.chance(0.4) else networks.home_ip
        return line(country, self.dice)

    def drop(self) -> tuple[str, str]:
        """Recipient and address: a ring's drop, or a friend, a relative, the office."""
        country = self.customer.country if self.dice.chance(0.85) else self.dice.pick(places.ABROAD)
        if self.ring:
            return self.ring.drop(country, self.dice)
        return full_name(places.COUNTRIES[country].naming, self.dice), places.address(country, self.dice)


@dataclass(frozen=True)
class Stage:
    calendar: Calendar
    people: Population
    market: Market
    underworld: Underworld
    setting: Setting

    def encounter(self, dice: Dice) -> Scene:
        """Some customer at an hour when people are awake where the customer lives."""
        customer = self.people.someone(self.calendar.moment(dice), dice)
        while True:
            at = self.calendar.moment(dice, customer.zone)
            if customer.opened_at < at:
                return Scene(customer, at, dice)

    def raid(self, dice: Dice, *, by_night: float = 0.3) -> tuple[Ring, datetime]:
        """A ring, or somebody alone, and the moment at which they act; often at their own odd hours."""
        at = self.calendar.moment(dice, night=dice.chance(by_night))
        return self.underworld.ring(at, dice), at


def build_stage(cases: int, seed: int, end: date, setting: Setting | None = None) -> Stage:
    """One population for all three kinds, sized so that most customers are seen once."""
    setting, calendar = setting or Setting(), Calendar(end)
    homes = setting.homes
    people = Population(max(60, cases * 3 // 4), homes, calendar.start, calendar.end, Dice(seed, "people"))
    market = Market(max(30, cases // 7), people, homes, calendar.start, calendar.end, Dice(seed, "market"))
    rings_end = calendar.end + timedelta(days=1)
    underworld = Underworld(max(4, cases // 130), homes, calendar.start, rings_end, Dice(seed, "rings"))
    return Stage(calendar, people, market, underworld, setting)
