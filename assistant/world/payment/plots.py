"""How often things happen in payment cases, and which oddities they show.

Everyday cases have oddities too: a case is in the queue because a rule saw one. So no oddity proves anything, and
which of them come together, on whose device, after what, is all there is to go by.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.world.chance import Dice
from assistant.world.gaps import with_gaps
from assistant.world.payment import fraud, honest
from assistant.world.payment.courses import authorised, held, processed
from assistant.world.payment.facts import PaymentFacts
from assistant.world.payment.oddities import FLAGS, ODDITIES
from assistant.world.payment.reading import comforts, figures
from assistant.world.plot import EVERYDAY, Draft, Plot, flag, play
from assistant.world.stage import Scene, Stage
from assistant.world.story import Story, Truth

__all__ = ["payment_drafts"]

_ODD_LIFE = {
    "new device": 0.13, "elsewhere": 0.06, "hosting": 0.05, "new card": 0.13, "avs": 0.09, "cvv": 0.05, "no 3ds": 0.09,
    "drop": 0.15, "declines": 0.10, "password": 0.07, "dear": 0.16, "express": 0.13, "hurry": 0.09, "many": 0.05,
    "refunds": 0.05,
}  # fmt: skip
_GAPS = {"user_agent": ("", "", "n/a"), "phone": ("",), "phone_kind": ("", "unknown"), "card_kind": ("", "n/a")}
_OF_DECLINES = frozenset({"declined payment", "velocity rule"})
"""The rules that put a payment before somebody though no money can move: the review is then of the account."""
_PLOTS: dict[str, Plot[PaymentFacts]] = {
    "card_testing": Plot(0.022, fraud.card_testing, fraud=True, oddities={
        "declines": 0.5, "cvv": 0.25, "avs": 0.25, "hurry": 0.5, "hosting": 0.2, "no 3ds": 0.3}),
    "account_takeover": Plot(0.026, fraud.takeover, fraud=True, oddities={
        "new device": 0.95, "elsewhere": 0.85, "password": 0.75, "drop": 0.65, "dear": 0.6, "express": 0.5,
        "hurry": 0.3, "new card": 0.15, "declines": 0.2}),
    "stolen_card_reshipping": Plot(0.026, fraud.reshipping, fraud=True, oddities={
        "avs": 0.4, "no 3ds": 0.35, "dear": 0.4, "express": 0.45, "elsewhere": 0.25, "declines": 0.25, "cvv": 0.12,
        "hurry": 0.2}),
    "synthetic_identity": Plot(0.014, fraud.synthetic, fraud=True, oddities={
        "dear": 0.5, "many": 0.2, "new card": 0.3, "drop": 0.25, "express": 0.3}),
    "money_mule": Plot(0.016, fraud.mule, fraud=True, oddities={
        "new device": 0.45, "dear": 0.35, "password": 0.25, "elsewhere": 0.2, "hurry": 0.35}),
    "refund_abuse": Plot(0.014, fraud.refund_abuse, fraud=True, oddities={
        "refunds": 0.7, "drop": 0.3, "new device": 0.2, "dear": 0.35}),
    "merchant_bust_out": Plot(0.010, fraud.bust_out, fraud=True, oddities={
        "dear": 0.5, "hurry": 0.35, "new device": 0.3, "hosting": 0.2, "many": 0.2}),
    "traveller": Plot(0.040, honest.traveller, oddities=_ODD_LIFE | {
        "elsewhere": 0, "hosting": 0.1, "new card": 0.05, "no 3ds": 0.2}),
    "new_good_customer": Plot(0.050, honest.newcomer, oddities=_ODD_LIFE | {
        "new device": 0, "dear": 0.25, "declines": 0.2}),
    "family_device": Plot(0.040, honest.family, oddities=_ODD_LIFE | {
        "new device": 0, "elsewhere": 0.02, "hosting": 0.02}),
    "bulk_buyer": Plot(0.035, honest.bulk, oddities=_ODD_LIFE | {"elsewhere": 0.02, "express": 0.4, "drop": 0.1}),
    "name_change": Plot(0.015, honest.renamed, oddities=_ODD_LIFE | {"new device": 0.3, "password": 0.2, "drop": 0}),
    "seasonal_merchant": Plot(0.020, honest.season, oddities=_ODD_LIFE | {"dear": 0.1}),
    EVERYDAY: Plot(0.672, honest.everyday_life, oddities=_ODD_LIFE),
}  # fmt: skip


def payment_drafts(stage: Stage, total: int, dice: Dice, *, everyday: bool = False) -> list[Draft[PaymentFacts]]:
    """Exactly `total` payment cases in no order. With `everyday`, nothing is the matter in any of them."""
    plots = {EVERYDAY: _PLOTS[EVERYDAY]} if everyday else _PLOTS
    return play(plots, ODDITIES, _tell, stage, total, dice)


def _tell(scene: Scene, facts: PaymentFacts, truth: Truth) -> Story:
    distance_km = scene.customer.distance_km(facts.ip, facts.ip_country, facts.ip_kind)
    facts = processed(replace(facts, ip_distance_km=distance_km), scene.dice)
    rule, trigger = flag(facts.marks(), FLAGS, scene.dice)
    if "declined" in facts.marks() and rule not in _OF_DECLINES:
        if rule and (trigger == "3ds" or scene.dice.chance(0.5)):
            rule, trigger = "declined payment", "declined"
        else:
            facts = authorised(facts)
    facts = with_gaps(facts, scene.dice, _GAPS)
    facts = held(replace(facts, flagged_by=rule or "random sample"), not rule, scene.dice)
    return Story.about(
        "payment", scene.customer, scene.at, facts, truth, figures(facts, scene.at), comforts(facts), trigger
    )
