"""Seven ways to commit fraud with a payment. Each lays out one episode of a ring, or of somebody alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from assistant.world import places
from assistant.world.chance import Dice
from assistant.world.payment.courses import claims, purchase, transfers
from assistant.world.payment.facts import PaymentFacts, dearer, everyday, shipped_to, with_card
from assistant.world.stage import Scene, Stage

__all__ = ["bust_out", "card_testing", "mule", "refund_abuse", "reshipping", "synthetic", "takeover"]

Scenes = Iterator[tuple[Scene, PaymentFacts]]


def card_testing(stage: Stage, dice: Dice) -> Scenes:
    """Stolen cards tried one after the other with small amounts, on accounts made for it."""
    ring, at = stage.raid(dice, by_night=0.5)
    ages = [dice.hours(0.1, 90) + dice.days(0, 25) * dice.whole(0, 1) for _ in range(dice.whole(1, 2))]
    accounts = [ring.account(at - age, dice) for age in ages]
    shop = stage.market.shop(at, dice, "games", "charity", "gift_cards", "books", "beauty")
    for _ in range(dice.whole(2, 7)):
        scene = Scene(dice.pick(accounts), at, dice, ring)
        facts = with_card(everyday(scene.customer, shop, at, dice), scene.card(), 0)
        euros = min(facts.euros, dice.spread(9, 0.8))
        yield scene, replace(facts, amount=places.price(euros, facts.currency), item_count=1)
        at += dice.minutes(0.5, 40) if dice.chance(0.8) else dice.hours(1, 20)


def takeover(stage: Stage, dice: Dice) -> Scenes:
    """Somebody else is in an old account and shops with the card on file."""
    ring, at = stage.raid(dice)
    victim = stage.people.someone(at, dice)
    scene = Scene(victim, at, dice, ring)
    for _ in range(dice.whole(1, 3)):
        yield scene, purchase(stage, scene, "electronics", "gift_cards", "fashion", "tickets", "games")
        scene = replace(scene, at=scene.at + dice.hours(0.1, 30))


def reshipping(stage: Stage, dice: Dice) -> Scenes:
    """A stolen card buys what sells again; the parcel goes to a drop."""
    ring, at = stage.raid(dice, by_night=0.25)
    age = dice.hours(0.5, 60) if dice.chance(0.45) else dice.days(3, 120)
    scene = Scene(ring.account(at - age, dice), at, dice, ring)
    for _ in range(dice.whole(1, 3)):
        facts = purchase(stage, scene, "electronics", "fashion", "tools", "sport", "beauty")
        facts = with_card(facts, scene.card(), dice.count(1)) if dice.chance(0.8) else facts
        yield scene, shipped_to(facts, *scene.drop()) if dice.chance(0.6) else facts
        scene = replace(scene, at=scene.at + dice.hours(0.3, 50))


def synthetic(stage: Stage, dice: Dice) -> Scenes:
    """A person who does not exist has behaved well for weeks, and now spends."""
    ring, at = stage.raid(dice, by_night=0.1)
    grown = [one for one in ring.accounts if at - one.opened_at > timedelta(days=14)]
    person = dice.pick(grown) if grown and dice.chance(0.6) else ring.account(at - dice.days(15, 200), dice)
    scene = Scene(person, at, dice, ring)
    for _ in range(dice.whole(1, 3)):
        facts = purchase(stage, scene, "electronics", "travel", "gift_cards", "home", "tools")
        yield scene, dearer(facts, dice.spread(1.4, 0.3))
        scene = replace(scene, at=scene.at + dice.hours(1, 90))


def mule(stage: Stage, dice: Dice) -> Scenes:
    """Money comes in and goes on to an account that others send to as well. Many mules are customers of old."""
    ring, at = stage.raid(dice, by_night=0.1)
    person = stage.people.someone(at, dice) if dice.chance(0.4) else ring.account(at - dice.days(2, 70), dice)
    scene = Scene(person, at, dice, ring)
    for _ in range(dice.whole(1, 3)):
        facts = transfers(purchase(stage, scene), scene, ring.payout(dice))
        yield scene, dearer(facts, dice.spread(1.25, 0.4))
        scene = replace(scene, at=scene.at + dice.hours(0.3, 30))


def refund_abuse(stage: Stage, dice: Dice) -> Scenes:
    """The parcel arrived, the claim says it did not; and not for the first time."""
    ring, at = stage.raid(dice, by_night=0.1)
    person = stage.people.someone(at, dice) if dice.chance(0.45) else ring.account(at - dice.days(5, 150), dice)
    scene = Scene(person, at, dice, ring)
    for _ in range(dice.whole(1, 3)):
        facts = purchase(stage, scene, "electronics", "fashion", "beauty", "sport", "toys")
        courier = dice.weighted(
            {"delivered": 6, "delivered, signed for": 2.5, "delayed": 0.6, "lost": 0.5, "returned": 0.7}
        )
        yield scene, dearer(claims(facts, dice.count(1.8), courier), dice.spread(1.3, 0.4))
        scene = replace(scene, at=scene.at + dice.days(0.5, 12))


def bust_out(stage: Stage, dice: Dice) -> Scenes:
    """A shop that is about to vanish charges cards that it holds, mostly through accounts of its own."""
    ring, at = stage.raid(dice, by_night=0.1)
    own_shops = [shop for shop in ring.shops if shop.opened_at < at]
    bought = stage.market.shop(at, dice, "electronics", "travel", "home", "tools")
    shop = dice.pick(own_shops) if own_shops else bought
    for _ in range(dice.whole(2, 5)):
        staged = dice.chance(0.7)
        person = ring.account(at - dice.days(0.2, 60), dice) if staged else stage.people.someone(at, dice)
        scene = Scene(person, at, dice, ring)
        facts = everyday(person, shop, at, dice)
        yield scene, dearer(with_card(facts, scene.card(), dice.count(2)) if staged else facts, dice.spread(1.7, 0.3))
        at += dice.hours(0.2, 40)
