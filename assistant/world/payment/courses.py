"""The three courses that a payment can take: a purchase, a claim for money back, a transfer out of the wallet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.world import places
from assistant.world.payment.facts import PaymentFacts, everyday
from assistant.world.stage import Scene, Stage

__all__ = ["claims", "purchase", "transfers"]

_OF_PURCHASES = (
    "card", "card_country", "card_kind", "recipient_name", "shipping_address", "shipping_country", "delivery",
    "merchant", "merchant_category", "main_item", "avs_result", "cvv_result", "three_d_secure",
)  # fmt: skip


def purchase(stage: Stage, scene: Scene, *categories: str) -> PaymentFacts:
    """An everyday purchase at a shop of one of the categories, or at any."""
    shop = stage.market.shop(scene.at, scene.dice, *categories)
    return everyday(scene.customer, shop, scene.at, scene.dice)


def claims(facts: PaymentFacts, earlier: int) -> PaymentFacts:
    """The customer wants the money back, and has had it back `earlier` times more than most."""
    return replace(facts, payment_type="refund claim", refunds_90d=facts.refunds_90d + earlier)


def transfers(facts: PaymentFacts, scene: Scene, recipient: str) -> PaymentFacts:
    """From the wallet to an account: no card, no shop, no parcel."""
    euros = scene.dice.spread(240, 0.8) * scene.customer.wealth
    nothing: dict[str, Any] = dict.fromkeys(_OF_PURCHASES, "")
    return replace(
        facts,
        payment_type="wallet transfer",
        amount=places.price(euros, facts.currency),
        recipient_account=recipient,
        card_age_days=None,
        item_count=None,
        **nothing,
    )
