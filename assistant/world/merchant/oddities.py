"""The oddities that call for a review: edits of everyday books, and the rules that notice them.

A shop without sales has no rates, so an oddity of its rates leaves it alone.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.world import places
from assistant.world.merchant.facts import MerchantFacts, busier, signed_in, unverified
from assistant.world.plot import Oddities
from assistant.world.shops import payout_account
from assistant.world.stage import Scene

__all__ = ["FLAGS", "ODDITIES", "bank", "dear", "new_buyers", "new_payout", "registry", "website"]


def jump(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return busier(facts, scene.dice.spread(2.6, 0.45))


def new_payout(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    account = scene.ring.payout(scene.dice) if scene.ring else payout_account(facts.legal_country, scene.dice)
    age = min(int(scene.dice.spread(7, 0.9)), facts.days_on_platform)
    return replace(facts, payout_account=account, payout_country=account[5:7], payout_account_age_days=age)


def foreign_payout(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    country = scene.dice.pick(places.ABROAD)
    return replace(facts, payout_account=payout_account(country, scene.dice), payout_country=country)


def refunds(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    if facts.refund_rate_30d is None:
        return facts
    return replace(facts, refund_rate_30d=facts.refund_rate_30d + scene.dice.share(0.08, 15))


def chargebacks(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    """Cardholders need weeks to complain, so a young shop has none yet."""
    if facts.chargeback_rate_90d is None or facts.days_on_platform < 20:
        return facts
    return replace(facts, chargeback_rate_90d=facts.chargeback_rate_90d + scene.dice.share(0.009, 200))


def declines(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, declined_share_30d=scene.dice.share(0.26, 15)) if facts.sells else facts


def undelivered(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    if facts.delivered_share is None:
        return facts
    return replace(facts, delivered_share=scene.dice.share(0.62, 10))


def complaints(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, complaint_rate_30d=scene.dice.share(0.09, 20)) if facts.sells else facts


def new_buyers(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, new_buyer_share=scene.dice.share(0.87, 12)) if facts.sells else facts


def payouts(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, payouts_30d=facts.payouts_30d + 6 + scene.dice.count(5)) if facts.sells else facts


def dear(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, average_ticket=(facts.average_ticket or 0) * scene.dice.spread(2.1, 0.3))


def registry(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, registry_check=scene.dice.weighted({"not found": 3, "partial": 2}))


def bank(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, bank_name_match=scene.dice.weighted({"no match": 2, "close": 1.5}))


def website(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, website_check=scene.dice.weighted({"unfinished": 2, "unreachable": 1.5}))


def owner(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, owner_check=unverified(facts.days_on_platform, scene.dice))


def elsewhere(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return signed_in(facts, scene.device(), scene.line(), min(scene.dice.count(1), facts.days_on_platform))


ODDITIES: Oddities[MerchantFacts] = {
    "jump": jump, "new payout": new_payout, "foreign payout": foreign_payout, "refunds": refunds,
    "chargebacks": chargebacks, "declines": declines, "undelivered": undelivered, "complaints": complaints,
    "new buyers": new_buyers, "payouts": payouts, "dear": dear, "registry": registry, "bank": bank, "website": website,
    "owner": owner, "elsewhere": elsewhere,
}  # fmt: skip
FLAGS = {
    "volume growth": frozenset({"jump"}),
    "high ticket": frozenset({"dear"}),
    "payout account": frozenset({"new_payout", "foreign_payout"}),
    "payout frequency": frozenset({"payouts"}),
    "refund rate": frozenset({"refunds"}),
    "disputes": frozenset({"chargebacks"}),
    "declines": frozenset({"declines"}),
    "deliveries": frozenset({"undelivered"}),
    "complaints": frozenset({"complaints"}),
    "first-time buyers": frozenset({"new_buyers"}),
    "company data": frozenset({"registry"}),
    "web shop": frozenset({"website"}),
    "owner check": frozenset({"owner"}),
    "bank name check": frozenset({"bank_name"}),
    "sign-in": frozenset({"foreign_ip", "hosting_ip"}),
}
"""Which rule fires on which marks. Each is named after what it saw."""
