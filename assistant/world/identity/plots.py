"""How often things happen in identity cases, and which oddities they show."""

from __future__ import annotations

from dataclasses import replace

from assistant.world.chance import Dice
from assistant.world.gaps import with_gaps
from assistant.world.identity import fraud, honest
from assistant.world.identity.facts import IdentityFacts, clamp
from assistant.world.identity.oddities import FLAGS, ODDITIES
from assistant.world.identity.reading import comforts, figures
from assistant.world.plot import EVERYDAY, Draft, Plot, flag, play
from assistant.world.stage import Scene, Stage
from assistant.world.story import Story, Truth

__all__ = ["identity_drafts"]

_ODD_LIFE = {
    "face": 0.10, "doubtful": 0.08, "photo": 0.10, "alive": 0.06, "elsewhere": 0.06, "hosting": 0.04, "device": 0.13,
    "attempts": 0.12, "no proof": 0.10, "young mail": 0.06, "spelling": 0.10, "hurry": 0.07,
    "duplicate": 0.02, "contact": 0.06,
}  # fmt: skip
_GAPS = {"user_agent": ("", "", "n/a"), "phone": ("",), "phone_kind": ("", "unknown")}
_PLOTS: dict[str, Plot[IdentityFacts]] = {
    "synthetic_identity": Plot(0.034, fraud.synthetic, fraud=True, oddities={
        "face": 0.3, "duplicate": 0.2, "doubtful": 0.5, "no proof": 0.5, "hurry": 0.3, "attempts": 0.2,
        "hosting": 0.15}),
    "forged_document": Plot(0.034, fraud.forged, fraud=True, oddities={
        "face": 0.25, "doubtful": 0.55, "photo": 0.35, "attempts": 0.4, "elsewhere": 0.3, "no proof": 0.3}),
    "shared_document": Plot(0.026, fraud.one_document, fraud=True, oddities={
        "face": 0.45, "duplicate": 0.4, "doubtful": 0.25, "alive": 0.2, "attempts": 0.3, "hurry": 0.4,
        "no proof": 0.3}),
    "money_mule": Plot(0.016, fraud.mule, fraud=True, oddities={
        "device": 0.3, "elsewhere": 0.35, "hurry": 0.35, "no proof": 0.4, "hosting": 0.15}),
    "account_takeover": Plot(0.018, fraud.takeover, fraud=True, oddities={
        "contact": 0.8, "face": 0.8, "alive": 0.5, "elsewhere": 0.85, "photo": 0.3, "attempts": 0.45}),
    "refund_abuse": Plot(0.008, fraud.refunder, fraud=True, oddities={
        "duplicate": 0.45,         "spelling": 0.4, "no proof": 0.3, "elsewhere": 0.2}),
    "traveller": Plot(0.05, honest.traveller, oddities=_ODD_LIFE | {"contact": 0.2, "elsewhere": 0, "no proof": 0.2}),
    "new_good_customer": Plot(0.07, honest.newcomer, oddities=_ODD_LIFE | {"device": 0}),
    "family_device": Plot(0.05, honest.family, oddities=_ODD_LIFE | {
        "duplicate": 0.08, "device": 0, "elsewhere": 0.02}),
    "name_change": Plot(0.06, honest.renamed, oddities=_ODD_LIFE | {"contact": 0.25, "spelling": 0}),
    "document_glare": Plot(0.09, honest.glare, oddities=_ODD_LIFE | {"photo": 0}),
    EVERYDAY: Plot(0.544, honest.everyday_life, oddities=_ODD_LIFE),
}  # fmt: skip


def identity_drafts(stage: Stage, total: int, dice: Dice, *, everyday: bool = False) -> list[Draft[IdentityFacts]]:
    """Exactly `total` identity cases in no order. With `everyday`, nothing is the matter in any of them."""
    plots = {EVERYDAY: _PLOTS[EVERYDAY]} if everyday else _PLOTS
    return play(plots, ODDITIES, _tell, stage, total, dice)


def _tell(scene: Scene, facts: IdentityFacts, truth: Truth) -> Story:
    distance_km = scene.customer.distance_km(facts.ip, facts.ip_country, facts.ip_kind)
    if facts.session_seconds < 60:  # no time for a second picture
        facts = replace(facts, attempts=1)
    rule, trigger = flag(facts.marks(), FLAGS, scene.dice)
    facts = with_gaps(facts, scene.dice, _GAPS)
    facts = clamp(replace(facts, ip_distance_km=distance_km, flagged_by=rule or "random sample"))
    return Story.about(
        "identity", scene.customer, scene.at, facts, truth, figures(facts, scene.at), comforts(facts), trigger
    )
