"""What happens in payment cases: seven typologies, six kinds of honest people who look like them, and everyday life.

A plot casts the people, lays out the payments, and lists how likely each oddity is. Everyday cases have oddities too:
a case is in the queue because a rule saw one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from assistant.world import places
from assistant.world.calendar import local
from assistant.world.chance import Dice
from assistant.world.payments import (
    PaymentFacts,
    dearer,
    everyday,
    on_device,
    over_line,
    shipped_to,
    with_card,
)
from assistant.world.people import Customer
from assistant.world.rings import Ring
from assistant.world.shops import Shop, payout_account
from assistant.world.stage import Scene, Stage, shares_to_counts
from assistant.world.story import Story, Truth

__all__ = ["payment_stories"]

Oddity = Callable[[PaymentFacts, Scene], PaymentFacts]
Scenes = Iterator[tuple[Scene, PaymentFacts]]


@dataclass(frozen=True)
class Plot:
    """A share of the payment cases, who plays in it, and how often it shows each oddity."""

    share: float
    cast: Callable[[Stage, Dice], Scenes]
    oddities: Mapping[str, float]
    fraud: bool = False


def payment_stories(stage: Stage, total: int, dice: Dice) -> list[Story]:
    """Exactly `total` payment cases in no order."""
    stories: list[Story] = []
    for name, count in shares_to_counts({name: plot.share for name, plot in _PLOTS.items()}, total).items():
        plot, wanted = _PLOTS[name], len(stories) + count
        truth = Truth(typology=name) if plot.fraud else Truth(hard_negative="" if name == "everyday" else name)
        while len(stories) < wanted:
            for scene, facts in plot.cast(stage, dice):
                if len(stories) < wanted and stage.calendar.start <= scene.at < stage.calendar.end:
                    stories.append(_tell(scene, facts, plot, truth))
    return stories


def _tell(scene: Scene, facts: PaymentFacts, plot: Plot, truth: Truth) -> Story:
    for name, probability in plot.oddities.items():
        if scene.happens(probability):
            facts = _ODDITIES[name](facts, scene)
    facts = replace(facts, flagged_by=_flag(facts, scene.dice))
    at = local(scene.at, scene.customer.home.utc_offset_min)
    return Story.about(
        "payment", at, facts, truth, scene.customer,
        item=facts.main_item, shop=facts.merchant, amount=f"{facts.amount} {facts.currency}", city=_town(facts),
        name=scene.customer.given, other=facts.recipient_name.split(" ")[0], day=f"{scene.at:%A}",
    )  # fmt: skip


# What gets payments flagged -----------------------------------------------------------------------------------------


def _new_device(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return on_device(facts, scene.device(), min(facts.account_age_days, scene.dice.count(0.3)))


def _elsewhere(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return over_line(facts, scene.line())


def _hosting(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return over_line(facts, places.hosting_ip(scene.dice))


def _new_card(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return with_card(facts, scene.card(), scene.dice.count(0.4)) if facts.card else facts


def _avs(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return replace(facts, avs_result=scene.dice.pick(("no match", "no match", "partial"))) if facts.card else facts


def _cvv(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return replace(facts, cvv_result=scene.dice.pick(("fail", "not given"))) if facts.card else facts


def _no_3ds(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    result = scene.dice.weighted({"not enrolled": 3, "attempted": 2, "failed": 1.5})
    return replace(facts, three_d_secure=result) if facts.card else facts


def _drop(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return shipped_to(facts, *scene.drop())


def _declines(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return replace(facts, declined_24h=2 + scene.dice.count(2))


def _password(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return replace(facts, password_age_days=min(scene.dice.count(0.8), facts.account_age_days))


def _dear(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return dearer(facts, scene.dice.spread(2.8, 0.5))


def _express(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return facts if facts.delivery == "digital" else replace(facts, delivery="express")


def _hurry(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return replace(facts, session_seconds=int(scene.dice.spread(45, 0.6)))


def _many(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return dearer(replace(facts, item_count=facts.item_count + 3 + scene.dice.count(5)), scene.dice.between(1.5, 3.5))


def _refunds(facts: PaymentFacts, scene: Scene) -> PaymentFacts:
    return replace(facts, refunds_90d=facts.refunds_90d + 1 + scene.dice.count(1.2))


_ODDITIES: dict[str, Oddity] = {
    "new device": _new_device, "elsewhere": _elsewhere, "hosting": _hosting, "new card": _new_card, "avs": _avs,
    "cvv": _cvv, "no 3ds": _no_3ds, "drop": _drop, "declines": _declines, "password": _password, "dear": _dear,
    "express": _express, "hurry": _hurry, "many": _many, "refunds": _refunds,
}  # fmt: skip
_FLAGS = {
    "refund rule": {"claim", "refunds"},
    "transfer rule": {"transfer"},
    "velocity rule": {"declines", "hurry", "small"},
    "account change rule": {"fresh_password", "new_card", "new_device"},
    "card check rule": {"avs", "cvv", "3ds", "foreign_card"},
    "location rule": {"foreign_ip", "hosting_ip"},
    "amount rule": {"dear", "many_items"},
    "new account rule": {"new_account"},
    "address rule": {"ships_elsewhere"},
}


def _flag(facts: PaymentFacts, dice: Dice) -> str:
    marks = set(facts.marks())
    fitting = [flag for flag, reasons in _FLAGS.items() if reasons & marks]
    return "random sample" if not fitting or dice.chance(0.06) else dice.pick(fitting)


def _town(facts: PaymentFacts) -> str:
    where = facts.shipping_address or facts.billing_address
    return where.split(", ")[-2].split(" ", 1)[-1]


# Everyday life and honest people who look odd -----------------------------------------------------------------------


def _honest(
    stage: Stage, dice: Dice, *categories: str, customer: Customer | None = None, at: datetime | None = None
) -> Scene:
    at = at or stage.calendar.moment(dice)
    return Scene(customer or stage.people.someone(at, dice), at, dice)


def _buys(stage: Stage, scene: Scene, *categories: str) -> tuple[Scene, PaymentFacts]:
    shop = stage.market.shop(scene.at, scene.dice, *categories)
    return scene, everyday(scene.customer, shop, scene.at, scene.dice)


def _everyday(stage: Stage, dice: Dice) -> Scenes:
    """One payment; sometimes a refund, a transfer, or somebody who tries again until it works."""
    at = stage.calendar.moment(dice)
    scene = Scene(stage.people.someone(at, dice), at, dice)
    at = stage.calendar.hold(at - timedelta(minutes=scene.customer.home.utc_offset_min))
    if scene.customer.opened_at < at:
        scene = replace(scene, at=at)
    _, facts = _buys(stage, scene, *(("games", "charity", "gift_cards") if dice.chance(0.09) else ()))
    course = dice.weighted({"purchase": 76, "claim": 8, "transfer": 9, "retries": 7})
    if course == "claim":
        yield scene, _claim(facts, scene, dice.count(0.7))
    elif course == "transfer":
        landlord = (
            dice.pick(stage.market.shops).payout if dice.chance(0.3) else payout_account(scene.customer.country, dice)
        )
        yield scene, _transfer(facts, scene, landlord)
    else:
        yield scene, facts
    for _ in range(dice.whole(1, 3) if course == "retries" else 0):
        scene = replace(scene, at=scene.at + dice.minutes(1, 50))
        yield scene, replace(facts, declined_24h=facts.declined_24h + 1, session_seconds=int(dice.spread(90, 0.8)))


def _traveller(stage: Stage, dice: Dice) -> Scenes:
    """A few days abroad: one line, hotels and tickets, sometimes a parcel to the hotel."""
    scene = _honest(stage, dice)
    line = scene.foreign_line()
    hotel = places.address(line.country, dice)
    for _ in range(dice.whole(1, 3)):
        _, facts = _buys(stage, scene, *(("travel", "tickets", "fashion", "electronics") if dice.chance(0.7) else ()))
        facts = over_line(facts, line)
        yield scene, shipped_to(facts, scene.customer.name, hotel) if dice.chance(0.4) else facts
        scene = replace(scene, at=scene.at + dice.hours(3, 60))


def _newcomer(stage: Stage, dice: Dice) -> Scenes:
    """The first days of a good account: everything about it is new, and the first orders are not small."""
    customer = stage.people.newcomer(stage.calendar.start, stage.calendar.end - timedelta(hours=20), dice)
    at = customer.opened_at + dice.hours(0.1, 70)
    for _ in range(dice.whole(1, 2)):
        scene, facts = _buys(
            stage, Scene(customer, at, dice), *(("electronics", "home", "fashion") if dice.chance(0.6) else ())
        )
        yield scene, dearer(facts, dice.spread(1.5, 0.4))
        at += dice.hours(1, 60)


def _family(stage: Stage, dice: Dice) -> Scenes:
    """Members of a household order one after the other on the device that lies on the table."""
    household = stage.people.family(dice)
    at = stage.calendar.moment(dice)
    present = [member for member in household if member.opened_at < at]
    if not present:
        return
    device, card = present[0].devices[-1], present[0].cards[0]
    for _ in range(dice.whole(1, 3)):
        member = dice.pick(present)
        scene, facts = _buys(stage, Scene(member, at, dice))
        facts = over_line(on_device(facts, device, dice.whole(0, 40) * dice.whole(0, 1)), member.line)
        yield scene, with_card(facts, card, dice.whole(0, 200)) if dice.chance(0.5) else facts
        at += dice.minutes(5, 900)


def _bulk(stage: Stage, dice: Dice) -> Scenes:
    """A small office or a club buys ten of the same, and sends them on."""
    scene = _honest(stage, dice)
    office = places.office_ip(scene.customer.country, dice)
    rooms = [scene.drop() for _ in range(2)]
    for _ in range(dice.whole(1, 4)):
        _, facts = _buys(stage, scene, "electronics", "tools", "gift_cards", "sport", "toys", "books", "grocery")
        facts = dearer(over_line(replace(facts, item_count=4 + dice.count(9)), office), dice.spread(2.4, 0.4))
        yield scene, shipped_to(facts, *dice.pick(rooms)) if dice.chance(0.6) else facts
        scene = replace(scene, at=scene.at + dice.hours(0.2, 80))


def _renamed(stage: Stage, dice: Dice) -> Scenes:
    """Married, divorced or moved: new name, new address, new card, old account."""
    scene = _honest(stage, dice)
    family = dice.pick(stage.people.customers).family
    home = places.address(scene.customer.country, dice)
    _, facts = _buys(stage, scene, "home", "fashion", "electronics", "beauty")
    facts = with_card(facts, scene.card(), dice.whole(0, 5))
    facts = shipped_to(facts, f"{scene.customer.given} {family}", home)
    if dice.chance(0.5):
        facts = replace(facts, billing_address=home)
    yield scene, replace(facts, avs_result=dice.pick(("no match", "partial", "partial")))


def _season(stage: Stage, dice: Dice) -> Scenes:
    """A shop has its week of the year, and its honest customers trip the rules together."""
    at = stage.calendar.moment(dice)
    shop = stage.market.shop(at, dice, "toys", "sport", "home", "tickets", "charity")
    for _ in range(dice.whole(3, 7)):
        customer = stage.people.someone(at, dice)
        yield Scene(customer, at, dice), everyday(customer, shop, at, dice)
        at += dice.hours(0.1, 30)


# Fraud --------------------------------------------------------------------------------------------------------------


def _card_testing(stage: Stage, dice: Dice) -> Scenes:
    """Stolen cards tried one after the other with small amounts, on accounts made for it or on one taken over."""
    at = stage.calendar.moment(dice, night=dice.chance(0.5))
    ring = stage.underworld.ring(at, dice)
    accounts = [
        ring.account(at - dice.hours(0.1, 90) - dice.days(0, 25) * dice.whole(0, 1), dice)
        for _ in range(dice.whole(1, 2))
    ]
    shop = stage.market.shop(at, dice, "games", "charity", "gift_cards", "books", "beauty")
    for _ in range(dice.whole(2, 7)):
        scene = Scene(dice.pick(accounts), at, dice, ring)
        facts = everyday(scene.customer, shop, at, dice)
        facts = with_card(facts, scene.card(), 0)
        euros = min(facts.euros, dice.spread(9, 0.8))
        yield scene, replace(facts, amount=places.price(euros, facts.currency), item_count=1)
        at += dice.minutes(0.5, 40) if dice.chance(0.8) else dice.hours(1, 20)


def _takeover(stage: Stage, dice: Dice) -> Scenes:
    """Somebody else is in an old account and shops with the card on file."""
    at = stage.calendar.moment(dice, night=dice.chance(0.3))
    ring = stage.underworld.ring(at, dice)
    victim = stage.people.someone(at, dice)
    for _ in range(dice.whole(1, 3)):
        yield _buys(stage, Scene(victim, at, dice, ring), "electronics", "gift_cards", "fashion", "tickets", "games")
        at += dice.hours(0.1, 30)


def _reshipping(stage: Stage, dice: Dice) -> Scenes:
    """A stolen card buys what sells again; the parcel goes to a drop."""
    at = stage.calendar.moment(dice, night=dice.chance(0.25))
    ring = stage.underworld.ring(at, dice)
    age = dice.hours(0.5, 60) if dice.chance(0.45) else dice.days(3, 120)
    scene = Scene(ring.account(at - age, dice), at, dice, ring)
    for _ in range(dice.whole(1, 3)):
        _, facts = _buys(stage, scene, "electronics", "fashion", "tools", "sport", "beauty")
        facts = with_card(facts, scene.card(), dice.count(1)) if dice.chance(0.8) else facts
        yield scene, shipped_to(facts, *scene.drop()) if dice.chance(0.6) else facts
        scene = replace(scene, at=scene.at + dice.hours(0.3, 50))


def _synthetic(stage: Stage, dice: Dice) -> Scenes:
    """A person who does not exist has behaved well for weeks, and now spends."""
    at = stage.calendar.moment(dice)
    ring = stage.underworld.ring(at, dice)
    grown = [one for one in ring.accounts if at - one.opened_at > timedelta(days=14)]
    person = dice.pick(grown) if grown and dice.chance(0.6) else ring.account(at - dice.days(15, 200), dice)
    for _ in range(dice.whole(1, 3)):
        _, facts = _buys(stage, Scene(person, at, dice, ring), "electronics", "travel", "gift_cards", "home", "tools")
        yield Scene(person, at, dice, ring), dearer(facts, dice.spread(1.4, 0.3))
        at += dice.hours(1, 90)


def _mule(stage: Stage, dice: Dice) -> Scenes:
    """Money comes in and goes on to an account that others send to as well. Mules are often real, young customers."""
    at = stage.calendar.moment(dice)
    ring = stage.underworld.ring(at, dice)
    mule = stage.people.someone(at, dice) if dice.chance(0.5) else ring.account(at - dice.days(2, 70), dice)
    for _ in range(dice.whole(1, 3)):
        scene = Scene(mule, at, dice, ring)
        _, facts = _buys(stage, scene)
        yield scene, dearer(_transfer(facts, scene, ring.payout(dice)), dice.spread(1.25, 0.4))
        at += dice.hours(0.3, 30)


def _refund_abuse(stage: Stage, dice: Dice) -> Scenes:
    """The parcel arrived, the claim says it did not; and not for the first time."""
    at = stage.calendar.moment(dice)
    ring = stage.underworld.ring(at, dice)
    person = stage.people.someone(at, dice) if dice.chance(0.55) else ring.account(at - dice.days(5, 150), dice)
    for _ in range(dice.whole(1, 3)):
        scene = Scene(person, at, dice, ring)
        _, facts = _buys(stage, scene, "electronics", "fashion", "beauty", "sport", "toys")
        yield scene, dearer(_claim(facts, scene, dice.count(1.1)), dice.spread(1.3, 0.4))
        at += dice.days(0.5, 12)


def _bust_out(stage: Stage, dice: Dice) -> Scenes:
    """A shop that is about to vanish charges cards that it holds, through accounts of its own."""
    at = stage.calendar.moment(dice)
    ring = stage.underworld.ring(at, dice)
    shop = _shop_of(ring, stage, at, dice)
    for _ in range(dice.whole(2, 5)):
        own = dice.chance(0.6)
        person = ring.account(at - dice.days(0.2, 60), dice) if own else stage.people.someone(at, dice)
        scene = Scene(person, at, dice, ring)
        facts = everyday(person, shop, at, dice)
        yield scene, dearer(with_card(facts, scene.card(), dice.count(2)) if own else facts, dice.spread(1.7, 0.3))
        at += dice.hours(0.2, 40)


def _shop_of(ring: Ring, stage: Stage, at: datetime, dice: Dice) -> Shop:
    mine = [shop for shop in ring.shops if shop.opened_at < at]
    return dice.pick(mine) if mine else stage.market.shop(at, dice, "electronics", "travel", "home", "tools")


def _claim(facts: PaymentFacts, scene: Scene, more_refunds: int) -> PaymentFacts:
    return replace(facts, payment_type="refund claim", refunds_90d=facts.refunds_90d + more_refunds)


def _transfer(facts: PaymentFacts, scene: Scene, recipient: str) -> PaymentFacts:
    """From the wallet to an account: no card, no parcel."""
    euros = scene.dice.spread(240, 0.8) * scene.customer.wealth
    return replace(
        facts, payment_type="wallet transfer", amount=places.price(euros, facts.currency), card="", card_country="",
        card_kind="", card_age_days=0, recipient_name="", shipping_address="", shipping_country="", delivery="digital",
        merchant="", merchant_category="", main_item="", item_count=0, recipient_account=recipient, avs_result="", cvv_result="",
        three_d_secure="",
    )  # fmt: skip


_ODD_LIFE = {
    "new device": 0.15, "elsewhere": 0.07, "hosting": 0.06, "new card": 0.14, "avs": 0.10, "cvv": 0.05, "no 3ds": 0.10,
    "drop": 0.17, "declines": 0.12, "password": 0.08, "dear": 0.18, "express": 0.14, "hurry": 0.10, "many": 0.06,
    "refunds": 0.05,
}  # fmt: skip
_PLOTS: dict[str, Plot] = {
    "card_testing": Plot(0.022, _card_testing, {"declines": 0.5, "cvv": 0.25, "avs": 0.25, "hurry": 0.5, "hosting": 0.2, "no 3ds": 0.3}, fraud=True),
    "account_takeover": Plot(0.026, _takeover, {"new device": 0.8, "elsewhere": 0.6, "password": 0.5, "drop": 0.5, "dear": 0.45, "express": 0.4, "hurry": 0.25, "new card": 0.15}, fraud=True),
    "stolen_card_reshipping": Plot(0.026, _reshipping, {"avs": 0.45, "no 3ds": 0.4, "dear": 0.45, "express": 0.5, "elsewhere": 0.25, "declines": 0.3, "cvv": 0.15, "hurry": 0.2}, fraud=True),
    "synthetic_identity": Plot(0.014, _synthetic, {"dear": 0.5, "many": 0.2, "new card": 0.3, "drop": 0.25, "express": 0.3}, fraud=True),
    "money_mule": Plot(0.016, _mule, {"new device": 0.45, "dear": 0.35, "password": 0.25, "elsewhere": 0.2, "hurry": 0.35}, fraud=True),
    "refund_abuse": Plot(0.014, _refund_abuse, {"refunds": 0.55, "drop": 0.3, "new device": 0.15, "dear": 0.3}, fraud=True),
    "merchant_bust_out": Plot(0.010, _bust_out, {"dear": 0.4, "hurry": 0.3, "new device": 0.25, "hosting": 0.15, "many": 0.2}, fraud=True),
    "traveller": Plot(0.040, _traveller, _ODD_LIFE | {"elsewhere": 0, "hosting": 0.1, "new card": 0.05, "no 3ds": 0.2}),
    "new_good_customer": Plot(0.050, _newcomer, _ODD_LIFE | {"new device": 0, "dear": 0.25, "declines": 0.2}),
    "family_device": Plot(0.040, _family, _ODD_LIFE | {"new device": 0, "elsewhere": 0.02, "hosting": 0.02}),
    "bulk_buyer": Plot(0.035, _bulk, _ODD_LIFE | {"elsewhere": 0.02, "express": 0.4, "drop": 0.1}),
    "name_change": Plot(0.015, _renamed, _ODD_LIFE | {"new device": 0.3, "password": 0.2, "drop": 0}),
    "seasonal_merchant": Plot(0.020, _season, _ODD_LIFE | {"dear": 0.1}),
    "everyday": Plot(0.672, _everyday, _ODD_LIFE),
}  # fmt: skip
