"""Payment cases: their columns, an everyday payment, and the oddities that get payments flagged.

An oddity is an edit of an everyday payment. Honest and dishonest plots use the same ones and differ only in how often
(see `plots`), so no value of a column belongs to fraud alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Annotated, TypeVar

from assistant.world import networks, places
from assistant.world.browsers import on_computer, on_phone
from assistant.world.calendar import days_since
from assistant.world.chance import Dice
from assistant.world.goods import DIGITAL, GOODS
from assistant.world.networks import IpAddress
from assistant.world.people import Card, Customer, Device
from assistant.world.shops import Shop
from assistant.world.story import Column

__all__ = ["SINGLE", "PaymentFacts", "dearer", "everyday", "on_device", "over_line", "shipped_to", "with_card"]

SINGLE = frozenset({"travel", "charity"})
"""What nobody puts into the basket twice."""
Owned = TypeVar("Owned", Card, Device)


@dataclass(frozen=True)
class PaymentFacts:
    """One flagged payment, as the payment system knew it when the case was opened."""

    amount: Annotated[Decimal, Column("amount")]
    currency: Annotated[str, Column("currency")]
    payment_type: Annotated[str, Column("category", "type of payment")]
    flagged_by: Annotated[str, Column("category", "reason for review")]
    account_id: Annotated[str, Column("account", "account")]
    account_age_days: Annotated[int, Column("number", "account age in days")]
    orders_before: Annotated[int, Column("number", "number of earlier orders")]
    refunds_90d: Annotated[int, Column("number", "number of refunds in the last 90 days")]
    customer_name: Annotated[str, Column("name", "customer name")]
    age_band: Annotated[str, Column("protected", "age band")]
    email: Annotated[str, Column("email")]
    email_age_days: Annotated[int, Column("number", "age of the email address in days")]
    phone: Annotated[str, Column("phone")]
    phone_kind: Annotated[str, Column("category", "kind of phone number")]
    device_id: Annotated[str, Column("device", "device")]
    device_age_days: Annotated[int, Column("number", "age of the device on this account in days")]
    user_agent: Annotated[str, Column("user_agent")]
    ip: Annotated[str, Column("ip", "IP address")]
    ip_country: Annotated[str, Column("country", "IP country")]
    ip_kind: Annotated[str, Column("category", "kind of connection")]
    ip_distance_km: Annotated[int, Column("number", "distance between the IP address and the billing address in km")]
    card: Annotated[str, Column("card")]
    card_country: Annotated[str, Column("country", "card country")]
    card_kind: Annotated[str, Column("category", "kind of card")]
    card_age_days: Annotated[int | None, Column("number", "age of the card on this account in days")]
    billing_address: Annotated[str, Column("billing_address", "billing address")]
    billing_country: Annotated[str, Column("billing_country", "billing country")]
    recipient_name: Annotated[str, Column("name", "recipient")]
    shipping_address: Annotated[str, Column("shipping_address", "shipping address")]
    shipping_country: Annotated[str, Column("shipping_country", "shipping country")]
    delivery: Annotated[str, Column("category", "delivery")]
    courier_status: Annotated[str, Column("category", "courier status")]
    merchant: Annotated[str, Column("merchant")]
    merchant_category: Annotated[str, Column("merchant_category", "merchant category")]
    main_item: Annotated[str, Column("category", "main item")]
    item_count: Annotated[int | None, Column("number", "number of items")]
    recipient_account: Annotated[str, Column("payout_account", "receiving account")]
    refund_asked: Annotated[Decimal | None, Column("refund", "refund asked for")]
    authorisation: Annotated[str, Column("authorisation")]
    avs_result: Annotated[str, Column("avs", "address check (AVS)")]
    cvv_result: Annotated[str, Column("cvv", "security code check (CVV)")]
    three_d_secure: Annotated[str, Column("three_d_secure", "3-D Secure")]
    liability_shift: Annotated[str, Column("liability_shift", "liability")]
    capture: Annotated[str, Column("capture", "capture state")]
    declined_24h: Annotated[int, Column("number", "number of declined attempts in the last 24 hours")]
    password_age_days: Annotated[int, Column("number", "age of the password in days")]
    session_seconds: Annotated[int, Column("number", "length of the session in seconds")]

    @property
    def euros(self) -> float:
        return places.in_euros(self.amount, self.currency)

    def marks(self) -> tuple[str, ...]:
        noticed = {
            "new_account": self.account_age_days < 7,
            "new_device": self.device_age_days < 2 <= self.account_age_days,
            "foreign_ip": self.ip_country != self.billing_country,
            "unusual_country": self.ip_country != self.billing_country and self.orders_before >= 3,
            "other_country": self.ip_country != self.billing_country and self.orders_before < 3,
            "hosting_ip": self.ip_kind == "hosting",
            "foreign_card": self.card_country not in {"", self.billing_country},
            "new_card": (self.card_age_days or 0) < 2 <= self.account_age_days and self.card != "",
            "avs": self.avs_result == "no match",
            "cvv": self.cvv_result == "fail",
            "3ds": self.three_d_secure == "failed",
            "ships_elsewhere": self.shipping_address not in {"", self.billing_address},
            "declines": self.declined_24h >= 3,
            "fresh_password": self.password_age_days < 3 <= self.account_age_days,
            "dear": self.euros > 3 * (GOODS[self.merchant_category].usual_euros if self.merchant_category else 200),
            "many_items": (self.item_count or 0) > 5,
            "refunds": self.payment_type == "refund claim" and self.refunds_90d >= 2,
            "claim": self.payment_type == "refund claim",
            "transfer": self.payment_type == "wallet transfer",
            "declined": self.authorisation not in {"", "00"},
            "hurry": self.session_seconds < 45,
            "small": self.euros < 5,
        }
        return tuple(mark for mark, seen in noticed.items() if seen)

    def situation(self) -> set[str]:
        course = {"refund claim": "claim", "wallet transfer": "transfer"}.get(self.payment_type, "purchase")
        abroad, sampled = self.ip_country != self.billing_country, self.flagged_by.endswith("sample")
        holds = {
            "digital": self.delivery == "digital",
            "merchant_liable": self.liability_shift == "merchant",
            self.capture: bool(self.capture),
            self.billing_country: True,
            f"refused_{self.authorisation}": self.authorisation not in {"", "00"},
            "parcel": self.delivery not in {"", "digital"},
            "little": self.euros < 60,
            "much": self.euros > 400,
            "sampled": sampled,
            "express": self.delivery == "express",
            "old": self.account_age_days >= 730,
            "known": self.account_age_days >= 150 and self.orders_before >= 3,
            "new": self.account_age_days < 14,
            "ordered_before": self.orders_before >= 2,
            "wifi": abroad and self.ip_kind in {"residential", "office"},
            "roaming": abroad and self.ip_kind == "mobile",
            "phone": bool(self.phone),
            "handset": on_phone(self.user_agent),
            "desktop": on_computer(self.user_agent),
            "held": course != "claim" and not sampled and (course == "transfer" or self.authorisation == "00"),
            "mobile_phone": self.phone_kind == "mobile",
            "card": bool(self.card),
            "enrolled": bool(self.card) and self.three_d_secure != "not enrolled",
            "challenged": self.three_d_secure == "challenge passed",
            "declined_before": self.declined_24h >= 2,
            "failed_before": self.declined_24h >= 2 or self.authorisation not in {"", "00"},
            "filled_at_once": self.session_seconds < 22,
            "signed": self.courier_status.endswith("signed for"),
            "several": (self.item_count or 0) > 1,
            self.merchant_category: bool(self.merchant_category),
            self.courier_status.split(",")[0].replace(" ", "_"): bool(self.courier_status),
        }
        return {course} | {word for word, holding in holds.items() if holding}

    def things(self) -> tuple[tuple[str, str], ...]:
        sent = self.shipping_address if self.shipping_address != self.billing_address else ""
        found = (
            ("device", self.device_id), ("card", self.card), ("parcel address", sent),
            ("payee", self.recipient_account), ("customer", self.account_id),
        )  # fmt: skip
        return tuple((noun, thing) for noun, thing in found if thing)

    def spans(self) -> tuple[tuple[str, str], ...]:
        return (
            ("account_age_days", self.account_id), ("email_age_days", f"{self.account_id} {self.email}"),
            ("device_age_days", f"{self.account_id} {self.device_id}"),
            ("card_age_days", f"{self.account_id} {self.card}"),
        )  # fmt: skip

    def capped(self) -> tuple[tuple[str, str], ...]:
        limited = ("device_age_days", "card_age_days", "password_age_days")
        return tuple((column, "account_age_days") for column in limited)

    def counts(self) -> tuple[tuple[str, str], ...]:
        return (("orders_before", self.account_id),)

    def loud(self) -> tuple[str, ...]:
        marks, elsewhere = set(self.marks()), self.shipping_country not in {"", self.billing_country}
        heard = {
            "foreign_ip": True,
            "hosting_ip": True,
            "cvv": True,
            "3ds": True,
            "new_device": "fresh_password" in marks,
            "declines": self.declined_24h >= 4,
            "fresh_password": "transfer" in marks,
            "ships_elsewhere": elsewhere and self.recipient_name != self.customer_name,
        }
        return tuple(mark for mark, counts in heard.items() if counts and mark in marks)


def everyday(customer: Customer, shop: Shop, at: datetime, dice: Dice) -> PaymentFacts:
    """What this customer would buy at this shop on an unremarkable day."""
    home, usual = customer.home, GOODS[shop.category].usual_euros
    device = _owned(customer.devices, at, dice)
    card = _owned(customer.cards, at, dice)
    line = customer.line if dice.chance(0.68) else networks.carrier_ip(home.code, dice)
    items = 1 if shop.category in SINGLE else 1 + dice.count(0.7 if usual > 60 else 1.6)
    digital = shop.category in DIGITAL
    address = "" if digital else customer.address
    tried = card.kind != "prepaid"
    on_file_days = days_since(max(card.since, customer.opened_at), at)
    return PaymentFacts(
        amount=places.price(
            usual * customer.wealth * dice.spread(0.95, 0.55) * (1 + 0.25 * (items - 1)), home.currency
        ),
        currency=home.currency,
        payment_type="card purchase",
        flagged_by="",
        account_id=customer.account,
        account_age_days=days_since(customer.opened_at, at),
        orders_before=customer.orders_before(at),
        refunds_90d=dice.count(min(customer.complains, 4)),
        customer_name=customer.name,
        age_band=_age_band(customer.age_on(at.date())),
        email=customer.email,
        email_age_days=days_since(customer.email_since, at),
        phone=customer.phone,
        phone_kind=customer.phone_kind,
        device_id=device.id,
        device_age_days=days_since(max(device.since, customer.opened_at), at),
        user_agent=device.software.on(at.date()),
        ip=line.text,
        ip_country=line.country,
        ip_kind=line.kind,
        ip_distance_km=0,
        card=card.token,
        card_country=card.country,
        card_kind=card.kind,
        card_age_days=on_file_days,
        billing_address=customer.address,
        billing_country=customer.country,
        recipient_name="" if digital else customer.name,
        shipping_address=address,
        shipping_country="" if digital else customer.country,
        courier_status="" if digital else "not shipped",
        delivery="digital" if digital else dice.weighted({"standard": 7, "express": 2, "named day": 1.5}),
        merchant=shop.name,
        merchant_category=shop.category,
        main_item=dice.pick(tuple(GOODS[shop.category].euros)),
        item_count=items,
        recipient_account="",
        refund_asked=None,
        authorisation="",
        avs_result=dice.weighted({"match": 7, "partial": 1.3, "no match": 0.8, "not supported": 0.5}),
        cvv_result=dice.weighted({"pass": 9, "fail": 0.35, "not given": 0.6 if on_file_days < 30 else 5}),
        three_d_secure=dice.weighted(
            {"frictionless": 3, "challenge passed": 3, "not enrolled": 2.2, "attempted": 1, "failed": 0.35}
            if tried
            else {"not enrolled": 4, "frictionless": 1}
        ),
        liability_shift="",
        capture="",
        declined_24h=dice.count(0.16),
        password_age_days=int(min(dice.spread(160, 1.5), days_since(customer.opened_at, at))),
        session_seconds=int(min(max(dice.spread(210, 0.9), 12), 4000)),
    )


def on_device(facts: PaymentFacts, device: Device, at: datetime, age_days: int = 0) -> PaymentFacts:
    agent = device.software.on(at.date())
    return replace(facts, device_id=device.id, user_agent=agent, device_age_days=age_days)


def over_line(facts: PaymentFacts, line: IpAddress) -> PaymentFacts:
    return replace(facts, ip=line.text, ip_country=line.country, ip_kind=line.kind)


def with_card(facts: PaymentFacts, card: Card, age_days: int = 0) -> PaymentFacts:
    return replace(facts, card=card.token, card_country=card.country, card_kind=card.kind, card_age_days=age_days)


def shipped_to(facts: PaymentFacts, name: str, address: str) -> PaymentFacts:
    """Sent to somebody else; what is not sent at all stays so, and food does not cross borders."""
    if facts.delivery in {"", "digital"}:
        return facts
    if facts.merchant_category == "grocery" and address[-2:] != facts.billing_country:
        return facts
    return replace(facts, recipient_name=name, shipping_address=address, shipping_country=address[-2:])


def dearer(facts: PaymentFacts, factor: float) -> PaymentFacts:
    return replace(facts, amount=places.price(facts.euros * factor, facts.currency))


def _owned(things: tuple[Owned, ...], at: datetime, dice: Dice) -> Owned:
    """One that its owner already had at the moment, mostly the newest, or the first."""
    had = sorted((thing for thing in things if thing.since <= at), key=lambda thing: thing.since)
    return had[-1] if had and dice.chance(0.7) else dice.pick(had or things[:1])


def _age_band(years: int) -> str:
    return next((band for limit, band in ((25, "18-24"), (40, "25-39"), (60, "40-59")) if years < limit), "60+")
