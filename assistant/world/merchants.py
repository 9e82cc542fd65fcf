"""Merchant cases: their columns, an everyday review of a shop, and the oddities that call for one.

Numbers of a shop move together: volume is drawn once and refunds, chargebacks and payouts follow from it, so that an
oddity changes what it would change in life.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from assistant.world import places
from assistant.world.chance import Dice
from assistant.world.people import Device
from assistant.world.places import IpAddress
from assistant.world.shops import GOODS, Shop
from assistant.world.story import column, money

__all__ = ["MerchantFacts", "balanced", "busier", "everyday_review", "signed_in"]


@dataclass(frozen=True)
class MerchantFacts:
    """One review of a merchant. The amount is the payout or the first month's forecast that is at stake."""

    amount: Decimal = money("payout at stake")
    currency: str = column("currency")
    review_type: str = column("category", "type of review")
    flagged_by: str = column("category", "flagged by")
    merchant_name: str = column("merchant", "merchant")
    merchant_account: str = column("account", "merchant account")
    merchant_category: str = column("category", "merchant category")
    legal_country: str = column("country", "country of registration")
    registered_address: str = column("address", "registered address")
    business_age_days: int = column("number", "age of the business in days")
    days_on_platform: int = column("number", "days on the platform")
    beneficial_owner: str = column("name", "beneficial owner")
    owner_account: str = column("account", "owner's customer account")
    owner_birth_date: date = column("birth_date", "owner's birth date")
    owner_document_number: str = column("document_number", "owner's document number")
    contact_email: str = column("email", "contact email")
    contact_phone: str = column("phone", "contact phone")
    device_id: str = column("device", "device of the last sign-in")
    ip: str = column("ip", "IP address of the last sign-in")
    ip_country: str = column("country", "IP country")
    ip_kind: str = column("category", "kind of connection")
    payout_account: str = column("account", "payout account")
    payout_country: str = column("country", "country of the payout account")
    payout_account_age_days: int = column("number", "days since the payout account was changed")
    volume_30d: int = column("number", "volume of the last 30 days")
    volume_previous_30d: int = column("number", "volume of the 30 days before")
    orders_30d: int = column("number", "orders of the last 30 days")
    average_ticket: float = column("number", "average ticket")
    refund_rate_30d: float = column("number", "refund rate of the last 30 days")
    chargeback_rate_90d: float = column("number", "chargeback rate of the last 90 days")
    declined_share_30d: float = column("number", "share of declined payments")
    new_buyer_share: float = column("number", "share of first-time buyers")
    delivered_share: float = column("number", "share of orders with a confirmed delivery")
    payouts_30d: int = column("number", "payouts in the last 30 days")
    listed_items: int = column("number", "listed items")
    registry_check: str = column("check", "company registry check")
    bank_name_match: str = column("check", "name on the payout account")
    website_check: str = column("check", "web shop check")
    owner_check: str = column("check", "owner verification")

    def marks(self) -> tuple[str, ...]:
        usual = GOODS[self.merchant_category][0]
        rate = places.in_euros(Decimal(1), self.currency)
        noticed = {
            "onboarding": self.review_type == "onboarding",
            "young": self.business_age_days < 60,
            "jump": self.volume_previous_30d > 0 and self.volume_30d > 2 * self.volume_previous_30d,
            "new_payout": self.payout_account_age_days < 14 <= self.days_on_platform,
            "foreign_payout": self.payout_country != self.legal_country,
            "foreign_ip": self.ip_country != self.legal_country,
            "hosting_ip": self.ip_kind == "hosting",
            "refunds": self.refund_rate_30d > 0.09,
            "chargebacks": self.chargeback_rate_90d > 0.009,
            "declines": self.declined_share_30d > 0.2,
            "new_buyers": self.new_buyer_share > 0.85,
            "undelivered": 0 < self.delivered_share < 0.7,
            "dear": self.average_ticket * rate > 2 * usual,
            "registry": self.registry_check != "match",
            "bank_name": self.bank_name_match != "match",
            "website": self.website_check != "pass",
            "owner": self.owner_check != "verified",
            "payouts": self.payouts_30d > 12,
        }
        return tuple(mark for mark, seen in noticed.items() if seen)

    def things(self) -> tuple[str, ...]:
        return tuple(
            thing
            for thing in (self.payout_account, self.device_id, self.registered_address, self.contact_phone)
            if thing
        )


def everyday_review(shop: Shop, review_type: str, at: datetime, dice: Dice) -> MerchantFacts:
    """What the books of this shop show on an unremarkable day. An onboarding has a forecast and hardly any books."""
    owner, country = shop.owner, places.COUNTRIES[shop.country]
    device = dice.pick([one for one in owner.devices if one.since <= at] or owner.devices[:1])
    line = owner.line if dice.chance(0.75) else places.carrier_ip(shop.country, dice)
    on_platform = max((at - shop.opened_at).days, 0)
    fresh = review_type == "onboarding"
    before = 0.0 if on_platform < 30 else shop.monthly_euros * dice.spread(1, 0.3)
    volume = shop.monthly_euros * dice.spread(1.1, 0.4) * min(on_platform / 30, 1)
    payout_age = max((at - max(shop.payout_since, shop.opened_at)).days, 0) if shop.payout_since < at else on_platform
    facts = MerchantFacts(
        amount=places.price(shop.monthly_euros * dice.between(0.15, 0.6), country.currency),
        currency=country.currency,
        review_type=review_type,
        flagged_by="",
        merchant_name=shop.name,
        merchant_account=shop.account,
        merchant_category=shop.category,
        legal_country=shop.country,
        registered_address=shop.address,
        business_age_days=max((at - shop.founded_at).days, 0),
        days_on_platform=on_platform,
        beneficial_owner=owner.name,
        owner_account=owner.account,
        owner_birth_date=owner.birth_date,
        owner_document_number=owner.document.number,
        contact_email=shop.email,
        contact_phone=owner.phone,
        device_id=device.id,
        ip=line.text,
        ip_country=line.country,
        ip_kind=line.kind,
        payout_account=shop.payout,
        payout_country=shop.payout_country,
        payout_account_age_days=payout_age,
        volume_30d=int(volume * country.per_euro),
        volume_previous_30d=int(before * country.per_euro),
        orders_30d=0,
        average_ticket=round(shop.ticket_euros * dice.spread(1, 0.15) * country.per_euro, 2),
        refund_rate_30d=dice.share(0.045, 30),
        chargeback_rate_90d=0.0 if on_platform < 20 else dice.share(0.004, 250),
        declined_share_30d=dice.share(0.09, 25),
        new_buyer_share=dice.share(0.6 if on_platform > 60 else 0.85, 9),
        delivered_share=dice.share(0.85, 9),
        payouts_30d=0 if fresh else dice.pick((1, 2, 4, 4, 4, 8)) + dice.count(0.8),
        listed_items=1 + int(dice.spread(40, 1.1)),
        registry_check=dice.weighted({"match": 8, "partial": 1.2, "not found": 0.6}),
        bank_name_match=dice.weighted({"match": 8, "close": 1.3, "no match": 0.6}),
        website_check=dice.weighted({"pass": 8, "unfinished": 1, "unreachable": 0.4}),
        owner_check=dice.weighted({"verified": 8.5, "pending": 1.2, "failed": 0.15}),
    )
    return _without_sales(facts) if facts.volume_30d == 0 else balanced(facts)


def balanced(facts: MerchantFacts) -> MerchantFacts:
    """The same books, rounded, with orders that follow from volume and ticket."""
    if facts.volume_30d == 0:
        return facts
    return replace(
        facts,
        orders_30d=max(int(facts.volume_30d / max(facts.average_ticket, 0.5)), 1),
        **{
            name: round(min(max(getattr(facts, name), 0.0), 1.0), 4)
            for name in (
                "refund_rate_30d",
                "chargeback_rate_90d",
                "declined_share_30d",
                "new_buyer_share",
                "delivered_share",
            )
        },
    )


def busier(facts: MerchantFacts, factor: float) -> MerchantFacts:
    """More volume in the last 30 days, and a larger payout at stake."""
    return replace(
        facts,
        volume_30d=int(max(facts.volume_30d, facts.volume_previous_30d) * factor),
        amount=places.price(places.in_euros(facts.amount, facts.currency) * factor**0.8, facts.currency),
    )


def signed_in(facts: MerchantFacts, device: Device, line: IpAddress) -> MerchantFacts:
    return replace(facts, device_id=device.id, ip=line.text, ip_country=line.country, ip_kind=line.kind)


def _without_sales(facts: MerchantFacts) -> MerchantFacts:
    return replace(
        facts,
        refund_rate_30d=0.0,
        chargeback_rate_90d=0.0,
        declined_share_30d=0.0,
        new_buyer_share=0.0,
        delivered_share=0.0,
        average_ticket=round(facts.average_ticket, 2),
    )
