"""Everyday trade, and five kinds of honest shops whose books look odd."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from assistant.world.chance import Dice
from assistant.world.goods import GOODS
from assistant.world.merchant.facts import MerchantFacts, busier, everyday_review, signed_in
from assistant.world.merchant.oddities import bank, dear, new_buyers, new_payout, registry, website
from assistant.world.names import brand
from assistant.world.shops import Shop, make_shop
from assistant.world.stage import Scene, Stage

__all__ = ["everyday_trade", "rebranded", "seasonal", "siblings", "starter", "wholesale"]

Scenes = Iterator[tuple[Scene, MerchantFacts]]


def everyday_trade(stage: Stage, dice: Dice) -> Scenes:
    """A shop that is looked at again, or one of those that open while we watch."""
    recent = stage.market.openings(stage.calendar.start)
    if recent and dice.chance(0.25):
        shop = dice.pick(recent)
        scene = Scene(shop.owner, shop.opened_at + dice.hours(1, 60), dice)
    else:
        shop, scene = _visit(stage, dice)
    yield scene, everyday_review(shop, scene.at, dice)


def seasonal(stage: Stage, dice: Dice) -> Scenes:
    """The weeks that a toy or a ski shop lives on: volume three to eight times, first-time buyers, late parcels."""
    shop, scene = _visit(stage, dice, "toys", "sport", "tickets", "home", "travel", "charity", "fashion")
    for _ in range(dice.whole(1, 2)):
        facts = busier(everyday_review(shop, scene.at, dice), dice.spread(3.6, 0.4))
        yield scene, new_buyers(facts, scene) if dice.chance(0.6) else facts
        scene = replace(scene, at=scene.at + dice.days(4, 20))


def wholesale(stage: Stage, dice: Dice) -> Scenes:
    """Few orders, large tickets, offices as buyers."""
    shop, scene = _visit(stage, dice, "electronics", "tools", "grocery", "books")
    yield scene, dear(busier(everyday_review(shop, scene.at, dice), dice.spread(1.8, 0.3)), scene)


def rebranded(stage: Stage, dice: Dice) -> Scenes:
    """A new name over the door: registry and bank still know the old one."""
    shop, scene = _visit(stage, dice)
    facts = replace(
        everyday_review(shop, scene.at, dice), merchant_name=brand(shop.category, shop.owner.home.naming, dice)
    )
    facts = bank(facts, scene) if dice.chance(0.7) else facts
    facts = registry(facts, scene)
    yield scene, new_payout(facts, scene) if dice.chance(0.4) else facts


def starter(stage: Stage, dice: Dice) -> Scenes:
    """A first shop, run from the kitchen: nothing registered for long, the web shop half done."""
    owner = stage.people.newcomer(dice)
    opened_at = owner.opened_at + dice.hours(2, 900)
    shop = replace(make_shop(owner, opened_at, dice), founded_at=opened_at - dice.days(1, 60))
    scene = Scene(owner, opened_at + (dice.hours(0.2, 50) if dice.chance(0.7) else dice.days(4, 40)), dice)
    facts = everyday_review(shop, scene.at, dice)
    facts = website(facts, scene) if dice.chance(0.45) else facts
    yield scene, registry(facts, scene) if dice.chance(0.4) else facts


def siblings(stage: Stage, dice: Dice) -> Scenes:
    """Two shops of one family: one address, one laptop, now and then one payout account."""
    at, household = stage.encounter(dice).at, stage.people.family(dice)
    members = [member for member in household if member.opened_at + timedelta(days=5) < at]
    if not members:
        return
    first = make_shop(members[0], max(at - dice.days(40, 500), members[0].opened_at), dice)
    payout = first.payout if dice.chance(0.5) else ""
    since = max(at - dice.days(5, 200), members[-1].opened_at)
    second = replace(make_shop(members[-1], since, dice, payout=payout), address=first.address)
    for shop in (first, second):
        facts = everyday_review(shop, at, dice)
        laptop_days = min(dice.whole(1, 200), facts.days_on_platform)
        yield Scene(shop.owner, at, dice), signed_in(facts, household[0].devices[-1], household[0].line, laptop_days)
        at += dice.hours(1, 200)


def _visit(stage: Stage, dice: Dice, *categories: str) -> tuple[Shop, Scene]:
    at = stage.encounter(dice).at
    shop = stage.market.shop(at, dice, *(categories or GOODS))
    return shop, Scene(shop.owner, at, dice)
