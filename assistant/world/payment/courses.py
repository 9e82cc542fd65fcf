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

__all__ = ["authorised", "claims", "held", "processed", "purchase", "transfers"]

_OF_PURCHASES = (
    "card", "card_country", "card_kind", "recipient_name", "shipping_address", "shipping_country", "delivery",
    "courier_status", "merchant", "merchant_category", "main_item", "avs_result", "cvv_result", "three_d_secure",
)  # fmt: skip

_ISSUER_BEARS = frozenset({"frictionless", "challenge passed", "attempted"})
"""After which results of 3-D Secure the card's issuer bears the loss; after all others, exemptions among them, the
merchant does."""
_SECONDS = {"challenge passed": 26, "failed": 18}
"""What a challenge of the bank adds to a session at the least."""


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
        declined_24h=0,
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
        declined_24h=0,
        card_age_days=None,
        item_count=None,
        **nothing,
    )


def processed(facts: PaymentFacts, dice: Dice) -> PaymentFacts:
    """The payment with authorisation, liability and the refund that is asked for; nobody has had more refunds than
    orders. Addresses are checked only where issuers do so."""
    if facts.payment_type == "refund claim":
        had = min(facts.refunds_90d, facts.account_age_days // 6)
        card_days = max(facts.card_age_days or 0, min(4, facts.account_age_days))  # it paid for what has come by now
        facts = replace(facts, refunds_90d=had, card_age_days=card_days)
        facts = replace(facts, orders_before=max(facts.orders_before, facts.refunds_90d + 1))
    facts = filled(replace(facts, refunds_90d=min(facts.refunds_90d, facts.orders_before)), dice)
    facts = replace(facts, session_seconds=max(facts.session_seconds, _shortest(facts, dice)))
    if not facts.card:
        return facts
    if facts.card_country not in places.ADDRESS_CHECKED:
        facts = replace(facts, avs_result="not supported")
    if facts.three_d_secure == "not enrolled" and facts.card_country in places.STRONG_AUTHENTICATION:
        facts = replace(facts, three_d_secure=_exemption(facts))
    claimed = facts.payment_type == "refund claim"
    authorisation = "00" if claimed else _authorisation(facts, dice)
    whole = dice.chance(0.75)
    refund = facts.amount if whole else places.price(facts.euros * dice.between(0.2, 0.9), facts.currency)
    facts = replace(facts, refund_asked=refund if claimed else None)
    return authorised(facts) if authorisation == "00" else replace(facts, authorisation=authorisation)


def authorised(facts: PaymentFacts) -> PaymentFacts:
    """The payment as its issuer has said yes to it; after a challenge that failed, a shop can only have gone on without
    one."""
    if facts.three_d_secure == "failed":
        facts = replace(facts, three_d_secure="attempted")
    shift = "issuer" if facts.three_d_secure in _ISSUER_BEARS else "merchant"
    return replace(facts, authorisation="00", liability_shift=shift)


def held(facts: PaymentFacts, sampled: bool, dice: Dice) -> PaymentFacts:
    """The payment with its capture: what a rule stopped is only authorised, what is sampled may have gone through."""
    if not facts.card or facts.authorisation != "00":
        return facts
    if facts.payment_type == "refund claim":
        return replace(facts, capture="settled")
    through = sampled and facts.delivery == "digital" and dice.chance(0.6)
    return replace(facts, capture="captured" if through else "authorised")


def _shortest(facts: PaymentFacts, dice: Dice) -> int:
    """The seconds that all this takes somebody who is quick: sign in, reset, type a card, answer the bank."""
    seconds = dice.between(11, 19) + _SECONDS.get(facts.three_d_secure, 0)
    seconds += 17 if facts.device_age_days == 0 else 0
    seconds += 21 if facts.card and facts.card_age_days == 0 else 0
    seconds += 12 * min(facts.declined_24h, 2)
    return int(seconds * dice.between(1, 1.25))


def _exemption(facts: PaymentFacts) -> str:
    """Why the holder was not asked where the law wants it: PSD2 allows it for low values up to 30 euros, low risk up
    to 500, and payees that the holder trusts (RTS articles 16, 18 and 13)."""
    if facts.euros <= 30:
        return "exempt, low value"
    return "exempt, low risk" if facts.euros <= 500 else "exempt, trusted payee"


def _authorisation(facts: PaymentFacts, dice: Dice) -> str:
    """The network's answer. Who was declined before is declined again more often, and nobody passes a wrong code."""
    if facts.three_d_secure == "failed" and dice.chance(0.8):
        return "1A" if facts.card_country in places.STRONG_AUTHENTICATION else "05"
    if facts.cvv_result == "fail" and dice.chance(0.4):
        return "N7"
    if dice.chance(0.03 + 0.04 * min(facts.declined_24h, 5)):
        ran_out = 0.5 if (facts.card_age_days or 0) > 200 else 0  # nobody adds a card that has run out
        return dice.weighted({"05": 4, "51": 3, "61": 1, "54": ran_out})
    return "00"
