"""Everyday payments, and six kinds of honest people whose payments look odd."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.world import networks, places
from assistant.world.chance import Dice
from assistant.world.names import renamed as new_name
from assistant.world.names import surname
from assistant.world.payment.courses import claims, purchase, transfers
from assistant.world.payment.facts import PaymentFacts, dearer, everyday, on_device, over_line, shipped_to, with_card
from assistant.world.shops import payout_account
from assistant.world.stage import Scene, Stage

__all__ = ["bulk", "everyday_life", "family", "newcomer", "renamed", "season", "traveller"]

Scenes = Iterator[tuple[Scene, PaymentFacts]]


def everyday_life(stage: Stage, dice: Dice) -> Scenes:
    """One payment; sometimes a claim, a transfer, or somebody who tries again until it works."""
    scene = stage.encounter(dice)
    facts = purchase(stage, scene, *(("games", "charity", "gift_cards") if dice.chance(0.09) else ()))
    course = dice.weighted({"purchase": 76, "claim": 8, "transfer": 9, "retries": 7})
    if course == "claim" and facts.account_age_days >= 5:
        courier = dice.weighted(
            {"delivered": 5, "delivered, signed for": 1.2, "delayed": 2, "lost": 2, "returned": 1.5}
        )
        yield scene, claims(facts, dice.count(0.7), courier)
        return
    if course == "transfer":
        agency, friend = dice.pick(stage.market.rent_agencies), payout_account(scene.customer.country, dice)
        yield scene, transfers(facts, scene, agency if dice.chance(0.4) else friend)
        return
    yield scene, facts
    for _ in range(dice.whole(1, 2) if course == "retries" else 0):
        scene = replace(scene, at=scene.at + dice.minutes(1, 50))
        yield scene, replace(facts, declined_24h=facts.declined_24h + 1, session_seconds=int(dice.spread(90, 0.8)))


def traveller(stage: Stage, dice: Dice) -> Scenes:
    """A few days abroad: one line, hotels and tickets, sometimes a parcel to the hotel."""
    scene = stage.encounter(dice)
    line = scene.line()
    hotel = places.address(line.country, dice)
    for _ in range(dice.weighted({1: 4, 2: 2, 3: 1})):
        on_the_road = ("travel", "tickets", "fashion", "electronics") if dice.chance(0.7) else ()
        facts = over_line(purchase(stage, scene, *on_the_road), line)
        yield scene, shipped_to(facts, scene.customer.name, hotel) if dice.chance(0.4) else facts
        scene = replace(scene, at=scene.at + dice.hours(3, 60))


def newcomer(stage: Stage, dice: Dice) -> Scenes:
    """The first days of a good account: everything about it is new, and the first orders are not small."""
    customer = stage.people.newcomer(dice)
    scene = Scene(customer, customer.opened_at + dice.hours(0.1, 70), dice)
    for _ in range(dice.weighted({1: 3, 2: 1})):
        facts = purchase(stage, scene, *(("electronics", "home", "fashion") if dice.chance(0.6) else ()))
        yield scene, dearer(facts, dice.spread(1.5, 0.4))
        scene = replace(scene, at=scene.at + dice.hours(1, 60))


def family(stage: Stage, dice: Dice) -> Scenes:
    """Members of a household order one after the other on the device that lies on the table."""
    scene, household = stage.encounter(dice), stage.people.family(dice)
    present = [member for member in household if member.opened_at < scene.at]
    for _ in range(dice.whole(1, 3) if present else 0):
        scene = replace(scene, customer=dice.pick(present))
        facts = on_device(
            purchase(stage, scene), present[0].devices[-1], scene.at, dice.whole(0, 40) * dice.whole(0, 1)
        )
        facts = with_card(facts, present[0].cards[0], dice.whole(0, 200)) if dice.chance(0.5) else facts
        yield scene, over_line(facts, scene.customer.line)
        scene = replace(scene, at=scene.at + dice.minutes(5, 900))


def bulk(stage: Stage, dice: Dice) -> Scenes:
    """A small office or a club buys ten of the same, and sends them on."""
    scene = stage.encounter(dice)
    office = networks.office_ip(scene.customer.country, dice)
    rooms = [scene.drop() for _ in range(2)]
    for _ in range(dice.weighted({1: 4, 2: 2, 3: 1})):
        facts = purchase(stage, scene, "electronics", "tools", "gift_cards", "sport", "toys", "books", "grocery")
        facts = dearer(over_line(replace(facts, item_count=4 + dice.count(9)), office), dice.spread(2.4, 0.4))
        yield scene, shipped_to(facts, *dice.pick(rooms)) if dice.chance(0.6) else facts
        scene = replace(scene, at=scene.at + dice.hours(0.2, 80))


def renamed(stage: Stage, dice: Dice) -> Scenes:
    """Married, divorced or moved: new name, new address, new card, old account."""
    scene = stage.encounter(dice)
    person, other = scene.customer, surname(scene.customer.home.naming, dice)
    name = new_name(person.given, person.family, other, person.home.naming, dice)
    home = places.address(scene.customer.country, dice)
    facts = purchase(stage, scene, "home", "fashion", "electronics", "beauty")
    facts = shipped_to(with_card(facts, scene.card(), dice.whole(0, 5)), name, home)
    if dice.chance(0.5):
        facts = replace(facts, billing_address=home)
    yield scene, replace(facts, avs_result=dice.pick(("no match", "partial", "partial")))


def season(stage: Stage, dice: Dice) -> Scenes:
    """A shop has its week of the year, and its honest customers trip the rules together."""
    scene = stage.encounter(dice)
    shop = stage.market.shop(scene.at, dice, "toys", "sport", "home", "tickets", "charity")
    for _ in range(dice.whole(3, 7)):
        yield scene, everyday(scene.customer, shop, scene.at, dice)
        at = scene.at + dice.hours(0.1, 30)
        scene = Scene(stage.people.someone(at, dice), at, dice)
