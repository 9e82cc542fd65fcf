"""Merchant cases: their columns, an everyday review of a shop, and the oddities that call for one.

Numbers of a shop move together: volume is drawn once and refunds, chargebacks and payouts follow from it, so that an
oddity changes what it would change in life.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from assistant.world import networks, places
from assistant.world.calendar import days_since
from assistant.world.chance import Dice
from assistant.world.goods import DIGITAL, GOODS
from assistant.world.networks import IpAddress
from assistant.world.people import Device
from assistant.world.shops import Shop
from assistant.world.story import Column

__all__ = ["MerchantFacts", "balanced", "busier", "everyday_review", "signed_in", "unverified"]

_RATES = ("refund_rate_30d", "chargeback_rate_90d", "declined_share_30d", "new_buyer_share", "delivered_share",
          "complaint_rate_30d")  # fmt: skip

_SETTLING = 60
"""Days after which no owner is still to be verified for the first time."""


@dataclass(frozen=True)
class MerchantFacts:
    """One review of a merchant. The amount is the payout or the first month's forecast that is at stake."""

    amount: Annotated[Decimal, Column("amount", "amount at stake")]
    currency: Annotated[str, Column("currency")]
    review_type: Annotated[str, Column("category", "type of review")]
    flagged_by: Annotated[str, Column("category", "reason for review")]
    merchant_name: Annotated[str, Column("merchant", "merchant")]
    merchant_account: Annotated[str, Column("account", "merchant account")]
    site: Annotated[str, Column("site", "web shop")]
    merchant_category: Annotated[str, Column("merchant_category", "merchant category")]
    legal_country: Annotated[str, Column("country", "country of registration")]
    registered_address: Annotated[str, Column("address", "registered address")]
    business_age_days: Annotated[int, Column("number", "age of the business in days")]
    days_on_platform: Annotated[int, Column("number", "time on the platform in days")]
    beneficial_owner: Annotated[str, Column("beneficial_owner", "beneficial owner")]
    owner_account: Annotated[str, Column("account", "owner's customer account")]
    owner_birth_date: Annotated[date, Column("birth_date", "owner's birth date")]
    owner_document_number: Annotated[str, Column("document_number", "owner's document number")]
    contact_email: Annotated[str, Column("email", "contact email")]
    contact_phone: Annotated[str, Column("phone", "contact phone")]
    device_id: Annotated[str, Column("device", "device of the last sign-in")]
    device_age_days: Annotated[int, Column("number", "age of that device on the account in days")]
    ip: Annotated[str, Column("ip", "IP address of the last sign-in")]
    ip_country: Annotated[str, Column("country", "IP country")]
    ip_kind: Annotated[str, Column("category", "kind of connection")]
    ip_distance_km: Annotated[int, Column("number", "distance between the IP address and the registered address in km")]
    payout_account: Annotated[str, Column("payout_account", "payout account")]
    payout_country: Annotated[str, Column("country", "country of the payout account")]
    payout_account_age_days: Annotated[int, Column("number", "age of the payout account in days")]
    forecast: Annotated[int | None, Column("number", "expected monthly volume")]
    volume_30d: Annotated[int, Column("number", "volume of the last 30 days")]
    volume_previous_30d: Annotated[int, Column("number", "volume of the 30 days before")]
    orders_30d: Annotated[int, Column("number", "number of orders in the last 30 days")]
    average_ticket: Annotated[float | None, Column("number", "average ticket")]
    refund_rate_30d: Annotated[float | None, Column("number", "refund rate of the last 30 days")]
    chargeback_rate_90d: Annotated[float | None, Column("number", "chargeback rate of the last 90 days")]
    declined_share_30d: Annotated[float | None, Column("number", "share of declined payments")]
    new_buyer_share: Annotated[float | None, Column("number", "share of first-time buyers")]
    delivered_share: Annotated[float | None, Column("number", "share of orders with a confirmed delivery")]
    complaint_rate_30d: Annotated[float | None, Column("number", "complaints per order in the last 30 days")]
    last_payout: Annotated[Decimal | None, Column("payout", "last payout")]
    payouts_30d: Annotated[int, Column("number", "number of payouts in the last 30 days")]
    listed_items: Annotated[int, Column("number", "number of listed items")]
    registry_check: Annotated[str, Column("check", "company registry check")]
    bank_name_match: Annotated[str, Column("check", "name check of the payout account")]
    website_check: Annotated[str, Column("check", "web shop check")]
    owner_check: Annotated[str, Column("check", "owner verification")]

    @property
    def sells(self) -> bool:
        return self.volume_30d > 0

    @property
    def orders_90d(self) -> int:
        """About as many as there were: the books of the month before stand for the two before."""
        return self.orders_30d + 2 * int(self.volume_previous_30d / max(self.average_ticket or 0, 0.5))

    @property
    def disputes(self) -> int:
        return round((self.chargeback_rate_90d or 0) * self.orders_90d)

    def marks(self) -> tuple[str, ...]:
        usual = GOODS[self.merchant_category].usual_euros
        rate = places.in_euros(Decimal(1), self.currency)
        many = self.orders_30d >= 8  # one complaint on five orders is no rate
        noticed = {
            "onboarding": self.review_type == "onboarding",
            "young": self.business_age_days < 60,
            "jump": self.volume_previous_30d > 0 and self.volume_30d > 2 * self.volume_previous_30d,
            "slump": self.volume_30d < 0.45 * self.volume_previous_30d,
            "new_payout": self.payout_account_age_days < 14 <= self.days_on_platform,
            "foreign_payout": self.payout_country != self.legal_country,
            "foreign_ip": self.ip_country != self.legal_country,
            "hosting_ip": self.ip_kind == "hosting",
            "refunds": many and (self.refund_rate_30d or 0) > 0.09,
            "chargebacks": (self.chargeback_rate_90d or 0) > 0.009,
            "declines": (self.declined_share_30d or 0) > 0.2,
            "new_buyers": many and (self.new_buyer_share or 0) > 0.85,
            "complaints": many and (self.complaint_rate_30d or 0) > 0.07,
            "undelivered": many and (self.delivered_share or 1) < 0.7,
            "dear": (self.average_ticket or 0) * rate > 2 * usual,
            "registry": self.registry_check != "match",
            "bank_name": self.bank_name_match != "match",
            "website": self.website_check != "pass",
            "owner": self.owner_check != "verified",
            "payouts": self.payouts_30d > 12,
        }
        return tuple(mark for mark, seen in noticed.items() if seen)

    def situation(self) -> set[str]:
        holds = {
            "old": self.days_on_platform >= 730,
            "known": self.days_on_platform >= 180,
            "sampled": self.flagged_by.endswith("sample"),
            "new": self.days_on_platform < 45,
            "payout_held": self.review_type == "payout",
            "held": self.review_type in {"payout", "onboarding"},
            "informed": self.review_type in {"periodic", "alert"},
            "sells": self.sells,
            "digital": self.merchant_category in DIGITAL,
            "parcel": self.merchant_category not in DIGITAL,
            "phone": bool(self.contact_phone),
            "several_disputes": self.disputes >= 3,
            "several_refunds": round((self.refund_rate_30d or 0) * self.orders_30d) >= 3,
            "several_complaints": round((self.complaint_rate_30d or 0) * self.orders_30d) >= 3,
        }
        return {self.legal_country, self.review_type, self.merchant_category, self.website_check} | {
            word for word, holding in holds.items() if holding
        }

    def things(self) -> tuple[tuple[str, str], ...]:
        found = (
            ("payout account", self.payout_account), ("device", self.device_id), ("address", self.registered_address),
            ("phone number", self.contact_phone),
        )  # fmt: skip
        return tuple((noun, thing) for noun, thing in found if thing)

    def spans(self) -> tuple[tuple[str, str], ...]:
        return (
            ("days_on_platform", self.merchant_account), ("business_age_days", f"{self.merchant_account} founded"),
            ("device_age_days", f"{self.owner_account} {self.device_id}"),
            ("payout_account_age_days", f"{self.merchant_account} {self.payout_account}"),
        )  # fmt: skip

    def capped(self) -> tuple[tuple[str, str], ...]:
        return (("device_age_days", "days_on_platform"),)

    def counts(self) -> tuple[tuple[str, str], ...]:
        return ()

    def loud(self) -> tuple[str, ...]:
        marks = self.marks()
        plain = ("new_payout", "foreign_ip", "hosting_ip", "jump", "slump")
        found = {
            "bank_name": self.bank_name_match == "no match",
            "registry": self.registry_check == "not found",
            "undelivered": (self.delivered_share or 1) < 0.5,
            "refunds": (self.refund_rate_30d or 0) > 0.16,
        } | {mark: mark in marks for mark in plain}
        return tuple(mark for mark, counts in found.items() if counts and mark in marks)


def everyday_review(shop: Shop, at: datetime, dice: Dice) -> MerchantFacts:
    """What the books of this shop show on an unremarkable day. A new one has a forecast and hardly any books."""
    owner, country = shop.owner, places.COUNTRIES[shop.country]
    device = dice.pick([one for one in owner.devices if one.since <= at] or owner.devices[:1])
    line = owner.line if dice.chance(0.75) else networks.carrier_ip(shop.country, dice)
    on_platform = days_since(shop.opened_at, at)
    before = 0.0 if on_platform < 30 else shop.monthly_euros * dice.spread(1, 0.3)
    new = on_platform < 3
    volume = 0.0 if new else shop.monthly_euros * dice.spread(1.1, 0.4) * min(on_platform / 30, 1)
    changed = shop.payout_since if shop.opened_at < shop.payout_since < at else shop.opened_at
    facts = MerchantFacts(
        amount=places.price(shop.monthly_euros * dice.between(0.15, 0.6), country.currency),
        currency=country.currency,
        review_type="onboarding" if new else dice.weighted({"payout": 5, "periodic": 3, "alert": 3}),
        flagged_by="",
        merchant_name=shop.name,
        merchant_account=shop.account,
        site=shop.site,
        merchant_category=shop.category,
        legal_country=shop.country,
        registered_address=shop.address,
        business_age_days=days_since(shop.founded_at, at),
        days_on_platform=on_platform,
        beneficial_owner=owner.name,
        owner_account=owner.account,
        owner_birth_date=owner.birth_date,
        owner_document_number=owner.document.number,
        contact_email=shop.email,
        contact_phone=owner.phone,
        device_id=device.id,
        device_age_days=days_since(_first_sign_in(shop, device), at),
        ip=line.text,
        ip_country=line.country,
        ip_kind=line.kind,
        ip_distance_km=0,
        payout_account=shop.payout,
        payout_country=shop.payout_country,
        payout_account_age_days=days_since(changed, at),
        forecast=_round(shop.monthly_euros * dice.spread(1, 0.4) * country.per_euro) if new else None,
        volume_30d=int(volume * country.per_euro),
        volume_previous_30d=int(before * country.per_euro),
        orders_30d=0,
        average_ticket=shop.ticket_euros * dice.spread(1, 0.15) * country.per_euro,
        refund_rate_30d=dice.share(0.045, 30),
        chargeback_rate_90d=None if on_platform < 20 else dice.share(0.004, 250),
        declined_share_30d=dice.share(0.09, 25),
        new_buyer_share=dice.share(0.6 if on_platform > 60 else 0.85, 9),
        delivered_share=None if on_platform < 6 else dice.share(0.85, 9),
        complaint_rate_30d=dice.share(0.03, 35),
        last_payout=None,
        payouts_30d=0 if new else dice.weighted({1: 1, 2: 1.5, 4: 5, 5: 1.5, 8: 1.5, 9: 0.7}),
        listed_items=1 + int(dice.spread(40, 1.1)),
        registry_check=dice.weighted({"match": 8, "partial": 1.2, "not found": 0.6}),
        bank_name_match=dice.weighted({"match": 8, "close": 1.3, "no match": 0.6}),
        website_check=dice.weighted({"pass": 8, "unfinished": 1, "unreachable": 0.4}),
        owner_check=unverified(on_platform, dice) if dice.chance(0.13) else "verified",
    )
    no_rates: dict[str, Any] = dict.fromkeys(_RATES)
    return facts if facts.sells else replace(facts, **no_rates)


def _round(volume: float) -> int:
    """As somebody guesses: two digits, then noughts."""
    step: int = 10 ** max(len(str(int(volume))) - 2, 0)
    return max(int(volume / step) * step, 100)


def _first_sign_in(shop: Shop, device: Device) -> datetime:
    """When the shop was first run from a device: on the day it opened, or when the laptop came out. Always the same."""
    later = zlib.crc32(f"{shop.account} {device.id}".encode()) % 100
    return max(device.since, shop.opened_at) + timedelta(days=0 if later < 30 else (later - 29) ** 2 / 25)


def unverified(days_on_platform: int, dice: Dice) -> str:
    """Why an owner is not verified: new ones not yet, older ones because the document ran out; few have failed."""
    waiting = "pending" if days_on_platform < _SETTLING else "renewal due"
    return dice.weighted({waiting: 6, "failed": 1})


def balanced(facts: MerchantFacts, dice: Dice) -> MerchantFacts:
    """The same books with orders that follow from volume and ticket, and rates that follow from whole orders."""
    if facts.owner_check == "pending" and facts.days_on_platform >= _SETTLING:
        facts = replace(facts, owner_check="renewal due")
    ticket = max(facts.average_ticket or 0, 0.5)
    orders = max(int(facts.volume_30d / ticket), int(facts.sells))
    often = min(facts.payouts_30d, int(0.8 * facts.days_on_platform))  # nobody is paid before the first sale
    facts = replace(facts, orders_30d=orders, payouts_30d=often)
    if not orders:
        return replace(facts, average_ticket=None)
    facts = replace(facts, average_ticket=round(facts.volume_30d / orders, 2))  # 3746 on 7 orders are 535 each
    orders_90d = facts.orders_90d
    declined = facts.declined_share_30d or 0.0
    tried = int(orders / (1 - min(declined, 0.9)))
    facts = replace(
        facts,
        refund_rate_30d=_counted(facts.refund_rate_30d, orders, dice, orders // 2),
        chargeback_rate_90d=_counted(facts.chargeback_rate_90d, orders_90d, dice),
        declined_share_30d=round((tried - orders) / tried, 4),
        new_buyer_share=_counted(facts.new_buyer_share, orders, dice),
        delivered_share=_counted(facts.delivered_share, orders, dice),
        complaint_rate_30d=_counted(facts.complaint_rate_30d, orders, dice),
    )
    share = 0.9 if not facts.payouts_30d else dice.between(0.25, 0.55)
    at_stake = places.cash(min(float(facts.amount), share * _net(facts)), facts.currency)
    return replace(facts, amount=at_stake, last_payout=_last_payout(replace(facts, amount=at_stake), dice))


def _counted(rate: float | None, orders: int, dice: Dice, most: int = 10**9) -> float | None:
    """The rate that a whole number of the orders makes, and no more than `most`."""
    if rate is None:
        return None
    expected = min(max(rate, 0.0), 1.0) * orders
    count = int(expected) + dice.chance(expected % 1)
    return round(min(count, most) / orders, 4)


def _net(facts: MerchantFacts) -> float:
    """What is left of the volume of 30 days after fees and refunds."""
    fees = 0.029 + 0.25 * places.COUNTRIES[facts.legal_country].per_euro / (facts.average_ticket or 1)
    return facts.volume_30d * (1 - min(fees, 0.3) - min(facts.refund_rate_30d or 0, 0.5))


def _last_payout(facts: MerchantFacts, dice: Dice) -> Decimal | None:
    """One of so many payouts of what was sold and is not at stake: together they never exceed what is left of the
    volume after fees and refunds."""
    if not facts.payouts_30d:
        return None
    left = max(_net(facts) - float(facts.amount), 0.0)
    uneven = min(dice.spread(0.9, 0.15), 0.99)
    return places.cash(left / facts.payouts_30d * uneven, facts.currency)


def busier(facts: MerchantFacts, factor: float) -> MerchantFacts:
    """More volume in the last 30 days, and a larger payout at stake."""
    return replace(
        facts,
        volume_30d=int(max(facts.volume_30d, facts.volume_previous_30d) * factor),
        amount=places.price(places.in_euros(facts.amount, facts.currency) * factor**0.8, facts.currency),
    )


def signed_in(facts: MerchantFacts, device: Device, line: IpAddress, age_days: int) -> MerchantFacts:
    return replace(
        facts, device_id=device.id, device_age_days=age_days, ip=line.text, ip_country=line.country, ip_kind=line.kind
    )
