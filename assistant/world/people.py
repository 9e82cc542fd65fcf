"""Who lives in the demo world: customers, the households and offices they share, and what they own.

Households share an address, a line and often a device; offices share a line. So a device with three accounts is
mostly a family. A `Customer` is fixed once made; what it does is left to the plots.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from assistant.world import networks, places
from assistant.world.browsers import Software, install
from assistant.world.calendar import days_since
from assistant.world.chance import Dice
from assistant.world.documents import Document, issue
from assistant.world.names import email, given_name, surname
from assistant.world.networks import IpAddress
from assistant.world.places import COUNTRIES

__all__ = ["Card", "Customer", "Device", "Manner", "Population", "make_card", "make_customer", "make_device"]


_COME_OFTEN = 0.08
"""How many of those that one meets are regulars."""

_WATCHED = timedelta(days=130)
"""How long a document holds at the least."""


@dataclass(frozen=True)
class Device:
    id: str
    software: Software
    since: datetime


@dataclass(frozen=True)
class Card:
    """A token with a test-range prefix and four last digits. There is no card number behind it."""

    token: str
    country: str
    kind: str
    since: datetime


@dataclass(frozen=True)
class Manner:
    """How somebody writes: the same for a person's every message."""

    language: str
    chatty: float
    careless: float
    polite: float


@dataclass(frozen=True)
class Customer:
    """The holder of an account, honest or not."""

    account: str
    given: str
    family: str
    sex: str
    birth_date: date
    country: str
    address: str
    email: str
    email_since: datetime
    phone: str
    phone_kind: str
    opened_at: datetime
    line: IpAddress
    devices: tuple[Device, ...]
    cards: tuple[Card, ...]
    document: Document
    manner: Manner
    orders_a_month: float
    wealth: float
    complains: float

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def home(self) -> places.Country:
        return COUNTRIES[self.country]

    @property
    def zone(self) -> tzinfo:
        return places.zone_of(self.address)

    def distance_km(self, ip: str, ip_country: str, ip_kind: str) -> int:
        """How far from home a lookup places an IP address."""
        return networks.distance_km(IpAddress(ip, ip_country, ip_kind), self.line, self.address, self.account)

    def orders_before(self, at: datetime) -> int:
        return int(self.orders_a_month * days_since(self.opened_at, at) / 30)

    def age_on(self, day: date) -> int:
        return day.year - self.birth_date.year - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))


class Population:
    """All honest customers, and chance to meet one who was there at a moment. Some come far more often than others."""

    def __init__(self, size: int, homes: Mapping[str, float], start: datetime, end: datetime, dice: Dice) -> None:
        self.households: list[list[Customer]] = []
        self.customers: list[Customer] = []
        phones: set[str] = set()
        while len(self.customers) < size:
            household = [
                _up_to_date(_with_own_phone(member, phones, dice), start, dice)
                for member in _make_household(homes, start, end, dice)
            ]
            self.households.append(household)
            self.customers += household
        self._regulars = dice.sample(self.customers, len(self.customers) // 8)
        self._newcomers = [one for one in self.customers if start <= one.opened_at < end - timedelta(days=2)]

    def someone(self, at: datetime, dice: Dice) -> Customer:
        """A customer whose account was open at the moment."""
        while True:
            customer = dice.pick(self._regulars if dice.chance(_COME_OFTEN) else self.customers)
            if customer.opened_at < at:
                return customer

    def newcomer(self, dice: Dice) -> Customer:
        """A customer whose account opens inside the window, at the latest two days before its end."""
        return dice.pick(self._newcomers)

    def family(self, dice: Dice) -> list[Customer]:
        """A household of at least two that share a device, or any one where there is none."""
        for _ in range(200):
            household = dice.pick(self.households)
            if len(household) > 1 and len({member.devices[-1].id for member in household}) == 1:
                return household
        return household


def _with_own_phone(person: Customer, taken: set[str], dice: Dice) -> Customer:
    """A number that nobody has yet, as long as the ranges for fiction hold one; the last resort is no number."""
    number = person.phone
    for _ in range(12):
        if number not in taken:  # "" is nobody's
            break
        number = places.phone(person.address, dice) if dice.chance(0.8) else ""
    number = "" if number in taken else number
    if number:
        taken.add(number)
    if number == person.phone:
        return person
    return replace(person, phone=number, phone_kind=places.phone_kind(number, internet=False))


def _up_to_date(person: Customer, start: datetime, dice: Dice) -> Customer:
    """Nobody uses the phone of six years ago, or a document that runs out while we watch: old accounts have newer ones
    by now."""
    document, today = person.document, start.date()
    while document.expiry < today + _WATCHED:
        document = issue(
            document.nationality, person.given, person.family, person.sex, person.birth_date, today, dice,
            address=person.address,
        )  # fmt: skip
    person = replace(person, document=document)
    if person.opened_at > start - timedelta(days=500):
        return person
    devices = tuple(replace(one, since=_renewed(one.since, start, dice)) for one in person.devices)
    cards = tuple(replace(one, since=_renewed(one.since, start, dice)) for one in person.cards)
    return replace(person, devices=devices, cards=cards)


def _renewed(since: datetime, start: datetime, dice: Dice) -> datetime:
    return max(since, start - timedelta(days=dice.between(15, 1000)))


def make_device(since: datetime, dice: Dice) -> Device:
    return Device(f"dev_{dice.token(10)}", install(dice), since)


def make_card(country: str, since: datetime, dice: Dice) -> Card:
    kind = dice.weighted({"debit": 5, "credit": 4, "prepaid": 0.7})
    place = list(COUNTRIES).index(country) * 4 + ("debit", "credit", "prepaid").index(kind)
    return Card(f"card_4000{place:02d}_{dice.token(8)}_{dice.digits(4)}", country, kind, since)


def make_customer(
    country: str,
    opened_at: datetime,
    dice: Dice,
    *,
    family: str | None = None,
    address: str = "",
    throwaway: bool = False,
) -> Customer:
    """One person with an account. `throwaway` gives a mail address made shortly before."""
    home = COUNTRIES[country]
    sex = dice.pick("FM")
    today = opened_at.date()
    years = min(max(dice.spread(37, 0.36), 18), 82)
    birth_date = today - timedelta(days=int(365.25 * years) + dice.whole(0, 364))
    citizen = country if family or dice.chance(0.86) else dice.pick(places.ABROAD)
    naming = COUNTRIES[citizen].naming
    given, family = given_name(naming, sex, birth_date.year, dice), family or surname(naming, dice)
    mail_age_days = min(dice.spread(20, 1.8) if throwaway else dice.spread(1100, 1.1), 5800)
    devices = tuple(make_device(since, dice) for since in _over_time(opened_at, 300, dice))
    cards = tuple(make_card(country, since, dice) for since in _over_time(opened_at, 420, dice))
    address = address or places.address(country, dice)
    phone = places.phone(address, dice) if dice.chance(0.9) else ""
    tongue = home.language if dice.chance(0.8) else "en"
    return Customer(
        account=f"acc_{dice.token(8)}",
        given=given,
        family=family,
        sex=sex,
        birth_date=birth_date,
        country=country,
        address=address,
        email=email(given, family, birth_date.year, dice, throwaway=throwaway),
        email_since=opened_at - timedelta(days=mail_age_days),
        phone=phone,
        phone_kind=places.phone_kind(phone, internet=dice.chance(0.4 if throwaway else 0.12)),
        opened_at=opened_at,
        line=networks.home_ip(country, dice),
        devices=devices,
        cards=cards,
        document=issue(citizen, given, family, sex, birth_date, today, dice, address=address),
        manner=Manner(tongue, dice.share(0.5, 4), dice.share(0.3, 3), dice.share(0.5, 3)),
        orders_a_month=min(dice.spread(1.1, 0.9), 7.0),
        wealth=dice.spread(1, 0.45),
        complains=dice.spread(0.35, 0.9),
    )


def _over_time(opened_at: datetime, usual_days: float, dice: Dice) -> list[datetime]:
    """Since when somebody has had things: the first from the beginning or a few days later, the next when the phone
    broke or the card ran out."""
    since = [opened_at + (timedelta() if dice.chance(0.6) else timedelta(days=min(dice.spread(6, 1.2), 90)))]
    while len(since) < 4 and dice.chance(0.7):
        since.append(since[-1] + timedelta(days=dice.spread(usual_days, 0.9)))
    return since


def _make_household(homes: Mapping[str, float], start: datetime, end: datetime, dice: Dice) -> list[Customer]:
    country = dice.weighted(homes)
    size = dice.weighted({1: 6, 2: 3, 3: 1.3, 4: 0.7})
    opened = [_opening(start, end, dice) for _ in range(size)]
    first = make_customer(country, opened[0], dice, throwaway=dice.chance(0.05))
    if dice.chance(0.12):
        first = replace(first, line=networks.office_ip(country, dice))
    members = [first]
    shares_device = dice.chance(0.55)
    for opened_at in opened[1:]:
        family = first.family if dice.chance(0.7) else None
        member = make_customer(
            country, opened_at, dice, family=family, address=first.address, throwaway=dice.chance(0.05)
        )
        devices = (*member.devices[:1], first.devices[-1]) if shares_device else member.devices
        cards = (*member.cards[:1], first.cards[0]) if dice.chance(0.35) else member.cards
        members.append(replace(member, line=first.line, devices=devices, cards=cards))
    return members


def _opening(start: datetime, end: datetime, dice: Dice) -> datetime:
    """A third of the accounts open while we watch, the others up to years before."""
    if dice.chance(0.34):
        return start + (end - start) * dice.between(0, 0.99)
    return start - timedelta(days=min(dice.spread(380, 1.0), 3000))
