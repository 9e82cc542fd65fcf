"""How often things happen in merchant cases, and which oddities they show."""

from __future__ import annotations

from dataclasses import replace

from assistant.world.chance import Dice
from assistant.world.gaps import with_gaps
from assistant.world.merchant import fraud, honest
from assistant.world.merchant.facts import MerchantFacts, balanced
from assistant.world.merchant.oddities import FLAGS, ODDITIES
from assistant.world.merchant.reading import comforts, figures
from assistant.world.plot import EVERYDAY, Draft, Plot, flag, play
from assistant.world.stage import Scene, Stage
from assistant.world.story import Story, Truth

__all__ = ["merchant_drafts"]

_ODD_LIFE = {
    "jump": 0.09, "new payout": 0.06, "foreign payout": 0.04, "refunds": 0.08, "chargebacks": 0.06, "declines": 0.06,
    "undelivered": 0.07, "new buyers": 0.08, "dear": 0.06, "registry": 0.06, "bank": 0.06, "website": 0.07,
    "owner": 0.05, "elsewhere": 0.08, "payouts": 0.05, "complaints": 0.06,
}  # fmt: skip
_GAPS = {"contact_phone": ("",), "last_payout": (None,), "ip_kind": ("unknown",)}
_PLOTS: dict[str, Plot[MerchantFacts]] = {
    "merchant_bust_out": Plot(0.05, fraud.bust_out, fraud=True, oddities={
        "new payout": 0.7, "undelivered": 0.75, "new buyers": 0.65, "dear": 0.45, "chargebacks": 0.5, "payouts": 0.65,
        "refunds": 0.25, "elsewhere": 0.5, "complaints": 0.7}),
    "synthetic_identity": Plot(0.036, fraud.invented, fraud=True, oddities={
        "registry": 0.65, "website": 0.6, "owner": 0.6, "bank": 0.6, "elsewhere": 0.5, "foreign payout": 0.1}),
    "card_testing": Plot(0.012, fraud.tester, fraud=True, oddities={
        "declines": 0.8, "new buyers": 0.55, "website": 0.4, "chargebacks": 0.4, "payouts": 0.3}),
    "money_mule": Plot(0.024, fraud.payout_mule, fraud=True, oddities={
        "bank": 0.7, "elsewhere": 0.7, "payouts": 0.7, "jump": 0.4, "owner": 0.35}),
    "refund_abuse": Plot(0.011, fraud.refund_mill, fraud=True, oddities={
        "refunds": 0.85, "new buyers": 0.5, "payouts": 0.4, "undelivered": 0.6, "jump": 0.35, "complaints": 0.5}),
    "seasonal_merchant": Plot(0.09, honest.seasonal, oddities=_ODD_LIFE | {
        "jump": 0, "new payout": 0.08, "undelivered": 0.15, "complaints": 0.15}),
    "bulk_buyer": Plot(0.04, honest.wholesale, oddities=_ODD_LIFE | {"dear": 0, "jump": 0.1}),
    "name_change": Plot(0.04, honest.rebranded, oddities=_ODD_LIFE | {"registry": 0, "bank": 0}),
    "new_good_customer": Plot(0.07, honest.starter, oddities=_ODD_LIFE | {
        "website": 0, "registry": 0, "owner": 0.15}),
    "family_device": Plot(0.04, honest.siblings, oddities=_ODD_LIFE | {"elsewhere": 0.02}),
    EVERYDAY: Plot(0.60, honest.everyday_trade, oddities=_ODD_LIFE),
}  # fmt: skip


def merchant_drafts(stage: Stage, total: int, dice: Dice, *, everyday: bool = False) -> list[Draft[MerchantFacts]]:
    """Exactly `total` merchant cases in no order. With `everyday`, nothing is the matter in any of them."""
    plots = {EVERYDAY: _PLOTS[EVERYDAY]} if everyday else _PLOTS
    return play(plots, ODDITIES, _tell, stage, total, dice)


def _tell(scene: Scene, facts: MerchantFacts, truth: Truth) -> Story:
    distance_km = scene.customer.distance_km(facts.ip, facts.ip_country, facts.ip_kind)
    facts = balanced(replace(facts, ip_distance_km=distance_km), scene.dice)
    facts = with_gaps(facts, scene.dice, _GAPS)
    rule, trigger = flag(facts.marks(), FLAGS, scene.dice)
    if facts.review_type == "onboarding":
        flagged_by = "onboarding check"
    elif rule:
        flagged_by = rule
    else:
        facts = replace(facts, review_type="payout" if facts.review_type == "payout" else "periodic")
        flagged_by = f"{facts.review_type} sample"
    facts = replace(facts, flagged_by=flagged_by)
    return Story.about(
        "merchant", scene.customer, scene.at, facts, truth, figures(facts, scene.at), comforts(facts), trigger
    )
