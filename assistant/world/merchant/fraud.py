"""Five ways to defraud with a shop. Each lays out one episode of a ring, or of somebody alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from assistant.world.chance import Dice
from assistant.world.merchant.facts import MerchantFacts, busier, everyday_review
from assistant.world.merchant.oddities import new_payout
from assistant.world.rings import Ring
from assistant.world.shops import Shop, make_shop
from assistant.world.stage import Scene, Stage

__all__ = ["bust_out", "invented", "payout_mule", "refund_mill", "tester"]

Scenes = Iterator[tuple[Scene, MerchantFacts]]


def bust_out(stage: Stage, dice: Dice) -> Scenes:
    """A quiet shop sells more and more of what it will not send, and wants its money quickly."""
    ring, at = stage.raid(dice, by_night=0.1)
    if dice.chance(0.35):
        shop = stage.market.shop(at, dice, "electronics", "home", "travel", "tickets", "fashion")
    else:
        shop = _opened(ring, at - dice.days(25, 240), dice)
    for _ in range(dice.whole(1, 2)):
        yield Scene(shop.owner, at, dice, ring), busier(everyday_review(shop, at, dice), dice.spread(2.5, 0.5))
        at += dice.days(2, 15)


def invented(stage: Stage, dice: Dice) -> Scenes:
    """An owner who does not exist opens a shop; the ring's phone, address or bank account stands behind it."""
    ring, at = stage.raid(dice, by_night=0.1)
    opened_at = at - (dice.hours(1, 60) if dice.chance(0.7) else dice.days(4, 40))
    shop = _opened(ring, opened_at, dice, payout=ring.payout(dice))
    if dice.chance(0.6):
        shop = replace(shop, founded_at=opened_at - dice.days(2, 120))
    yield Scene(shop.owner, at, dice, ring), everyday_review(shop, at, dice)


def tester(stage: Stage, dice: Dice) -> Scenes:
    """A shop that sells next to nothing and sees very many small, often declined, payments."""
    ring, at = stage.raid(dice, by_night=0.1)
    shop = _opened(ring, at - dice.days(8, 150), dice)
    facts = everyday_review(shop, at, dice)
    yield (
        Scene(shop.owner, at, dice, ring),
        replace(facts, average_ticket=(facts.average_ticket or 0) * dice.spread(0.5, 0.4)),
    )


def payout_mule(stage: Stage, dice: Dice) -> Scenes:
    """A real shop, sold or lent: the trade looks as before, the money goes to a new account, often."""
    ring, at = stage.raid(dice, by_night=0.1)
    shop = stage.market.shop(at, dice)
    scene = Scene(shop.owner, at, dice, ring)
    facts = everyday_review(shop, at, dice)
    yield scene, new_payout(facts, scene) if dice.chance(0.75) else facts


def refund_mill(stage: Stage, dice: Dice) -> Scenes:
    """Sales to its own accounts that are refunded to other cards."""
    ring, at = stage.raid(dice, by_night=0.1)
    shop = _opened(ring, at - dice.days(20, 200), dice)
    yield Scene(shop.owner, at, dice, ring), everyday_review(shop, at, dice)


def _opened(ring: Ring, opened_at: datetime, dice: Dice, payout: str = "") -> Shop:
    """A shop that the ring opened under one of its accounts."""
    owner = ring.account(opened_at - timedelta(days=dice.between(0.1, 40)), dice)
    shop = make_shop(owner, opened_at, dice, payout=payout)
    if ring.shops and not dice.chance(0.5 + ring.care / 2):
        shop = replace(shop, site=ring.shops[-1].site)
    ring.shops.append(shop)
    return ring.shops[-1]
