"""The oddities that get payments flagged: edits of an everyday payment, and the rules that notice them."""

from __future__ import annotations

from dataclasses import replace

from assistant.world.payment.facts import SINGLE, PaymentFacts, dearer, on_device, over_line, shipped_to, with_card
from assistant.world.plot import Oddities
from assistant.world.stage import Scene

__all__ = ["FLAGS", "ODDITIES"]


def new_device(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return on_device(facts, scene.device(), scene.at, min(facts.account_age_days, scene.dice.count(0.3)))


def elsewhere(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return over_line(facts, scene.line())


def hosting(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return over_line(facts, scene.hosting_line())


def new_card(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return with_card(facts, scene.card(), scene.dice.count(0.4)) if facts.card else facts


def avs(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return replace(facts, avs_result=scene.dice.pick(("no match", "no match", "partial"))) if facts.card else facts


def cvv(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return replace(facts, cvv_result=scene.dice.pick(("fail", "not given"))) if facts.card else facts


def no_3ds(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    result = scene.dice.weighted({"not enrolled": 3, "attempted": 2, "failed": 1.5})
    return replace(facts, three_d_secure=result) if facts.card else facts


def drop(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return shipped_to(facts, *scene.drop())


def declines(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    tried = 2 + scene.dice.count(2)
    return replace(facts, declined_24h=tried) if facts.payment_type == "card purchase" else facts


def password(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return replace(facts, password_age_days=min(scene.dice.count(0.8), facts.account_age_days))


def dear(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return dearer(facts, scene.dice.spread(2.8, 0.5))


def express(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return facts if facts.delivery in {"", "digital"} else replace(facts, delivery="express")


def hurry(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return replace(facts, session_seconds=max(int(scene.dice.spread(45, 0.6)), 14))


def many(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    if facts.item_count is None or facts.merchant_category in SINGLE:
        return facts
    return dearer(replace(facts, item_count=facts.item_count + 3 + scene.dice.count(5)), scene.dice.between(1.5, 3.5))


def refunds(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return replace(facts, refunds_90d=facts.refunds_90d + 1 + scene.dice.count(1.2))


ODDITIES: Oddities[PaymentFacts] = {
    "new device": new_device, "elsewhere": elsewhere, "hosting": hosting, "new card": new_card, "avs": avs,
    "cvv": cvv, "no 3ds": no_3ds, "drop": drop, "declines": declines, "password": password, "dear": dear,
    "express": express, "hurry": hurry, "many": many, "refunds": refunds,
}  # fmt: skip
FLAGS = {
    "refund claim": frozenset({"claim"}),
    "wallet transfer": frozenset({"transfer"}),
    "velocity rule": frozenset({"declines"}),
    "short session": frozenset({"hurry"}),
    "test amount": frozenset({"small"}),
    "new device": frozenset({"new_device"}),
    "password change": frozenset({"fresh_password"}),
    "new card": frozenset({"new_card"}),
    "card check": frozenset({"avs", "cvv", "3ds", "foreign_card"}),
    "declined payment": frozenset({"declined"}),
    "unusual country": frozenset({"unusual_country"}),
    "country mismatch": frozenset({"other_country"}),
    "VPN or hosting": frozenset({"hosting_ip"}),
    "high amount": frozenset({"dear"}),
    "large quantity": frozenset({"many_items"}),
    "new account": frozenset({"new_account"}),
    "other address": frozenset({"ships_elsewhere"}),
}
"""Which rule fires on which marks. Each is named after what it saw, and whoever reads the case sees it too."""
