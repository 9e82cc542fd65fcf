"""The merchants of the marketplace: who owns them, what they sell, where their money goes.

A `Shop` is fixed once made. What it does to get reviewed is left to the plots.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.world import places
from assistant.world.chance import Dice
from assistant.world.goods import GOODS
from assistant.world.names import brand, site_of
from assistant.world.people import Customer, Population

__all__ = ["Market", "Shop", "make_shop", "payout_account"]

_COMMON = {
    "electronics": 5, "fashion": 5, "grocery": 2, "gift_cards": 2, "travel": 2.5, "games": 2.5, "home": 4, "beauty": 3,
    "tickets": 2, "tools": 2, "toys": 2, "sport": 2.5, "charity": 0.8, "books": 1.5,
}  # fmt: skip


@dataclass(frozen=True)
class Shop:
    account: str
    name: str
    site: str
    category: str
    country: str
    owner: Customer
    address: str
    email: str
    opened_at: datetime
    founded_at: datetime
    payout: str
    payout_country: str
    payout_since: datetime
    monthly_euros: float
    ticket_euros: float


class Market:
    """All honest shops, of which some sell far more than others, and the accounts that many people pay rent to."""

    def __init__(
        self, size: int, people: Population, homes: Mapping[str, float], start: datetime, end: datetime, dice: Dice
    ) -> None:
        self.shops = [_honest_shop(people, start, end, dice) for _ in range(size)]
        self.rent_agencies = [payout_account(dice.weighted(homes), dice) for _ in range(max(size // 12, 3))]
        self._busy = dice.sample(self.shops, max(size // 6, 1))
        self.by_category: dict[str, list[Shop]] = {category: [] for category in GOODS}
        for shop in self.shops:
            self.by_category[shop.category].append(shop)

    def openings(self, start: datetime) -> list[Shop]:
        """The shops that opened since."""
        return [shop for shop in self.shops if shop.opened_at > start]

    def shop(self, at: datetime, dice: Dice, *categories: str) -> Shop:
        """A shop that was open at the moment, of one of the categories if any are named and there is one."""
        choice = [shop for category in categories for shop in self.by_category[category]]
        pool = choice or (self._busy if dice.chance(0.4) else self.shops)
        for _ in range(30):
            shop = dice.pick(pool)
            if shop.opened_at < at:
                return shop
        return min(self.shops, key=lambda shop: shop.opened_at)


def make_shop(owner: Customer, opened_at: datetime, dice: Dice, *, payout: str = "") -> Shop:
    category = dice.weighted(_COMMON)
    name = brand(category, owner.home.naming, dice)
    at_home = dice.chance(0.45)
    site = site_of(name)
    grown_up_days = (opened_at.date() - owner.birth_date).days - 18 * 365.25
    return Shop(
        account=f"mer_{dice.token(8)}",
        name=name,
        site=site,
        category=category,
        country=owner.country,
        owner=owner,
        address=owner.address if at_home else places.address(owner.country, dice),
        email=dice.weighted({f"{dice.pick(('hello', 'orders', 'info', 'team'))}@{site}": 2, owner.email: 1}),
        opened_at=opened_at,
        founded_at=opened_at - timedelta(days=min(dice.spread(420, 1.3), grown_up_days)),
        payout=payout or payout_account(owner.country, dice),
        payout_country=owner.country,
        payout_since=opened_at + timedelta(days=dice.spread(*((4, 0.9) if dice.chance(0.5) else (60, 1.5)))),
        monthly_euros=dice.spread(9000, 1.1),
        ticket_euros=GOODS[category].usual_euros * dice.spread(0.8, 0.3),
    )


def payout_account(country: str, dice: Dice) -> str:
    return f"bank_{country}_{dice.token(10)}"


def _honest_shop(people: Population, start: datetime, end: datetime, dice: Dice) -> Shop:
    while True:
        owner = dice.pick(people.customers)
        room = end - timedelta(days=1) - owner.opened_at
        if room > timedelta(days=1):
            break
    if owner.opened_at < start and dice.chance(0.7):
        opened_at = owner.opened_at + (start - owner.opened_at) * dice.between(0, 1)
    else:
        opened_at = owner.opened_at + room * dice.between(0, 0.9)
    return make_shop(owner, opened_at, dice)
