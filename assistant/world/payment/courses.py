"""The three courses that a payment can take: a purchase, a claim for money back, a transfer out of the wallet.

`processed` adds what card network and processor reported. It follows from all the rest, so it comes last.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.world import places
from assistant.world.chance import Dice
from assistant.world.payment.basket import filled
from assistant.world.payment.facts import PaymentFacts, everyday
from assistant.world.stage import Scene, Stage

__all__ = ["claims", "processed", "purchase", "transfers"]

_OF_PURCHASES = (
    "card", "card_country", "card_kind", "recipient_name", "shipping_address", "shipping_country", "delivery",
    "courier_status", "merchant", "merchant_category", "main_item", "avs_result", "cvv_result", "three_d_secure",
)  # fmt: skip

_LIABLE = {
    "frictionless": "issuer", "challenge passed": "issuer", "attempted": "possible", "not enrolled": "merchant",
    "failed": "merchant",
}  # fmt: skip
"""Who bears the loss after which result of 3-D Secure."""


def purchase(stage: Stage, scene: Scene, *categories: str) -> PaymentFacts:
    """An everyday purchase at a shop of one of the categories, or at any."""
    shop = stage.market.shop(scene.at, scene.dice, *categories)
    return everyday(scene.customer, shop, scene.at, scene.dice)


def claims(facts: PaymentFacts, earlier: int, courier: str) -> PaymentFacts:
    """The customer wants the money back, and has had it back `earlier` times more than most."""
    return replace(
        facts,
        payment_type="refund claim",
        refunds_90d=facts.refunds_90d + earlier,
        courier_status=courier if facts.courier_status else "",
    )


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


def processed(facts: PaymentFacts, dice: Dice) -> PaymentFacts:
    """The payment with authorisation, liability, capture and the refund that is asked for; nobody has had more refunds
    than orders. Addresses are checked only where issuers do so."""
    if facts.payment_type == "refund claim":
        had = min(facts.refunds_90d, facts.account_age_days // 6)
        card_days = max(facts.card_age_days or 0, min(4, facts.account_age_days))  # it paid for what has come by now
        facts = replace(facts, refunds_90d=had, card_age_days=card_days)
        facts = replace(facts, orders_before=max(facts.orders_before, facts.refunds_90d + 1))
    facts = filled(replace(facts, refunds_90d=min(facts.refunds_90d, facts.orders_before)), dice)
    if not facts.card:
        return facts
    if facts.card_country not in places.ADDRESS_CHECKED:
        facts = replace(facts, avs_result="not supported")
    claimed = facts.payment_type == "refund claim"
    authorisation = "00" if claimed else _authorisation(facts, dice)
    taken = authorisation == "00"
    liability = _LIABLE[facts.three_d_secure] if taken else ""
    if claimed:
        capture = "settled"
    elif taken:
        capture = "captured" if facts.delivery == "digital" and dice.chance(0.6) else "authorised"
    else:
        capture = ""
    whole = dice.chance(0.75)
    refund = facts.amount if whole else places.price(facts.euros * dice.between(0.2, 0.9), facts.currency)
    return replace(
        facts,
        authorisation=authorisation,
        liability_shift=liability,
        capture=capture,
        refund_asked=refund if claimed else None,
    )


def _authorisation(facts: PaymentFacts, dice: Dice) -> str:
    """The network's answer. Who was declined before is declined again more often, and nobody passes a wrong code."""
    if facts.cvv_result == "fail" and dice.chance(0.4):
        return "N7"
    if dice.chance(0.03 + 0.04 * min(facts.declined_24h, 5)):
        return dice.weighted({"05": 4, "51": 3, "61": 1, "54": 0.5})
    return "00"
