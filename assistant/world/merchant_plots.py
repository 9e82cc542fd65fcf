"""What happens in merchant cases: five typologies, four kinds of honest shops that look like them, and everyday trade."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from assistant.world import places
from assistant.world.calendar import local
from assistant.world.chance import Dice
from assistant.world.merchants import MerchantFacts, balanced, busier, everyday_review, signed_in
from assistant.world.names import brand
from assistant.world.shops import Shop, make_shop, payout_account
from assistant.world.stage import Scene, Stage, shares_to_counts
from assistant.world.story import Story, Truth

__all__ = ["merchant_stories"]

Oddity = Callable[[MerchantFacts, Scene], MerchantFacts]
Scenes = Iterator[tuple[Scene, MerchantFacts]]


@dataclass(frozen=True)
class Plot:
    """A share of the merchant cases, who plays in it, and how often it shows each oddity."""

    share: float
    cast: Callable[[Stage, Dice], Scenes]
    oddities: Mapping[str, float]
    fraud: bool = False


def merchant_stories(stage: Stage, total: int, dice: Dice) -> list[Story]:
    """Exactly `total` merchant cases in no order."""
    stories: list[Story] = []
    for name, count in shares_to_counts({name: plot.share for name, plot in _PLOTS.items()}, total).items():
        plot, wanted = _PLOTS[name], len(stories) + count
        truth = Truth(typology=name) if plot.fraud else Truth(hard_negative="" if name == "everyday" else name)
        while len(stories) < wanted:
            for scene, facts in plot.cast(stage, dice):
                if len(stories) < wanted and stage.calendar.start <= scene.at < stage.calendar.end:
                    stories.append(_tell(scene, facts, plot, truth))
    return stories


def _tell(scene: Scene, facts: MerchantFacts, plot: Plot, truth: Truth) -> Story:
    for name, probability in plot.oddities.items():
        if scene.happens(probability):
            facts = _ODDITIES[name](facts, scene)
    facts = balanced(replace(facts, flagged_by=_flag(facts, scene.dice)))
    at = local(scene.at, scene.customer.home.utc_offset_min)
    return Story.about(
        "merchant", at, facts, truth, scene.customer,
        shop=facts.merchant_name, name=scene.customer.given, amount=f"{facts.amount} {facts.currency}",
        city=facts.registered_address.split(", ")[-2].split(" ", 1)[-1], goods=facts.merchant_category.replace("_", " "),
        day=f"{scene.at:%A}",
    )  # fmt: skip


# What calls for a review --------------------------------------------------------------------------------------------


def _jump(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return busier(facts, scene.dice.spread(2.6, 0.45))


def _new_payout(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    account = scene.ring.payout(scene.dice) if scene.ring else payout_account(facts.legal_country, scene.dice)
    age = min(int(scene.dice.spread(7, 0.9)), facts.days_on_platform)
    return replace(facts, payout_account=account, payout_country=account[5:7], payout_account_age_days=age)


def _foreign_payout(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    country = scene.dice.pick(places.ABROAD)
    return replace(facts, payout_account=payout_account(country, scene.dice), payout_country=country)


def _refunds(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return (
        replace(facts, refund_rate_30d=facts.refund_rate_30d + scene.dice.share(0.08, 15))
        if facts.volume_30d
        else facts
    )


def _chargebacks(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    if facts.days_on_platform < 20:
        return facts
    return replace(facts, chargeback_rate_90d=facts.chargeback_rate_90d + scene.dice.share(0.009, 200))


def _declines(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, declined_share_30d=scene.dice.share(0.26, 15)) if facts.volume_30d else facts


def _undelivered(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, delivered_share=scene.dice.share(0.62, 10)) if facts.volume_30d else facts


def _new_buyers(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, new_buyer_share=scene.dice.share(0.87, 12)) if facts.volume_30d else facts


def _dear(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, average_ticket=round(facts.average_ticket * scene.dice.spread(2.1, 0.3), 2))


def _registry(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, registry_check=scene.dice.weighted({"not found": 3, "partial": 2}))


def _bank(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, bank_name_match=scene.dice.weighted({"no match": 2, "close": 1.5}))


def _website(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, website_check=scene.dice.weighted({"unfinished": 2, "unreachable": 1.5}))


def _owner(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, owner_check=scene.dice.weighted({"pending": 4, "failed": 1}))


def _elsewhere(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return signed_in(facts, scene.device(), scene.line())


def _payouts(facts: MerchantFacts, scene: Scene) -> MerchantFacts:
    return replace(facts, payouts_30d=facts.payouts_30d + 6 + scene.dice.count(5)) if facts.volume_30d else facts


_ODDITIES: dict[str, Oddity] = {
    "jump": _jump, "new payout": _new_payout, "foreign payout": _foreign_payout, "refunds": _refunds,
    "chargebacks": _chargebacks, "declines": _declines, "undelivered": _undelivered, "new buyers": _new_buyers,
    "dear": _dear, "registry": _registry, "bank": _bank, "website": _website, "owner": _owner, "elsewhere": _elsewhere,
    "payouts": _payouts,
}  # fmt: skip
_FLAGS = {
    "volume rule": {"jump", "dear"},
    "payout rule": {"new_payout", "foreign_payout", "payouts"},
    "dispute rule": {"refunds", "chargebacks"},
    "authorisation rule": {"declines"},
    "delivery rule": {"undelivered", "new_buyers"},
    "onboarding check": {"onboarding", "registry", "website", "owner"},
    "bank check": {"bank_name"},
    "sign-in rule": {"foreign_ip", "hosting_ip"},
}


def _flag(facts: MerchantFacts, dice: Dice) -> str:
    marks = set(facts.marks())
    fitting = [flag for flag, reasons in _FLAGS.items() if reasons & marks]
    return "periodic sample" if not fitting or dice.chance(0.08) else dice.pick(fitting)


# Everyday trade and honest shops that look odd ----------------------------------------------------------------------


def _open_shop(stage: Stage, dice: Dice, *categories: str) -> tuple[Shop, datetime]:
    at = stage.calendar.moment(dice)
    return stage.market.shop(at, dice, *categories), at


def _review(shop: Shop, at: datetime, dice: Dice) -> str:
    days = (at - shop.opened_at).days
    return "onboarding" if days < 3 else dice.weighted({"payout": 5, "periodic": 3, "alert": 3})


def _everyday(stage: Stage, dice: Dice) -> Scenes:
    shop, at = _open_shop(stage, dice)
    recent = [one for one in stage.market.shops if one.opened_at > stage.calendar.start]
    if recent and dice.chance(0.25):
        shop = dice.pick(recent)
        at = shop.opened_at + dice.hours(1, 60)
    yield Scene(shop.owner, at, dice), everyday_review(shop, _review(shop, at, dice), at, dice)


def _seasonal(stage: Stage, dice: Dice) -> Scenes:
    """The weeks that a toy or a ski shop lives on: volume three to eight times, first-time buyers, late parcels."""
    shop, at = _open_shop(stage, dice, "toys", "sport", "tickets", "home", "travel", "charity", "fashion")
    for _ in range(dice.whole(1, 2)):
        facts = busier(everyday_review(shop, dice.pick(("payout", "alert", "alert")), at, dice), dice.spread(3.6, 0.4))
        scene = Scene(shop.owner, at, dice)
        yield scene, _new_buyers(facts, scene) if dice.chance(0.6) else facts
        at += dice.days(4, 20)


def _wholesale(stage: Stage, dice: Dice) -> Scenes:
    """Few orders, large tickets, offices as buyers."""
    shop, at = _open_shop(stage, dice, "electronics", "tools", "grocery", "books")
    scene = Scene(shop.owner, at, dice)
    yield scene, _dear(busier(everyday_review(shop, _review(shop, at, dice), at, dice), dice.spread(1.8, 0.3)), scene)


def _rebranded(stage: Stage, dice: Dice) -> Scenes:
    """A new name over the door: registry and bank still know the old one."""
    shop, at = _open_shop(stage, dice)
    scene = Scene(shop.owner, at, dice)
    facts = everyday_review(shop, dice.pick(("periodic", "alert", "payout")), at, dice)
    facts = _bank(_registry(facts, scene), scene) if dice.chance(0.7) else _registry(facts, scene)
    facts = replace(facts, merchant_name=brand(shop.category, dice))
    yield scene, _new_payout(facts, scene) if dice.chance(0.4) else facts


def _starter(stage: Stage, dice: Dice) -> Scenes:
    """A first shop, run from the kitchen: nothing registered for long, the web shop half done."""
    owner = stage.people.newcomer(stage.calendar.start, stage.calendar.end - timedelta(days=2), dice)
    opened_at = owner.opened_at + dice.hours(2, 900)
    shop = replace(make_shop(owner, opened_at, dice), founded_at=opened_at - dice.days(1, 60))
    at = opened_at + (dice.hours(0.2, 50) if dice.chance(0.7) else dice.days(4, 40))
    scene = Scene(owner, at, dice)
    facts = everyday_review(shop, _review(shop, at, dice), at, dice)
    facts = _website(facts, scene) if dice.chance(0.45) else facts
    yield scene, _registry(facts, scene) if dice.chance(0.4) else facts


def _siblings(stage: Stage, dice: Dice) -> Scenes:
    """Two shops of one family: one address, one laptop, now and then one payout account."""
    household = stage.people.family(dice)
    at = stage.calendar.moment(dice)
    first = make_shop(household[0], at - dice.days(40, 500), dice)
    second = replace(
        make_shop(household[-1], at - dice.days(5, 200), dice, payout=first.payout if dice.chance(0.5) else ""),
        address=first.address,
    )
    for shop in (first, second):
        facts = everyday_review(shop, _review(shop, at, dice), at, dice)
        yield Scene(shop.owner, at, dice), signed_in(facts, household[0].devices[-1], household[0].line)
        at += dice.hours(1, 200)


# Fraud --------------------------------------------------------------------------------------------------------------


def _bust_out(stage: Stage, dice: Dice) -> Scenes:
    """A quiet shop sells more and more of what it will not send, and wants its money quickly."""
    at = stage.calendar.moment(dice)
    ring = stage.underworld.ring(at, dice)
    if dice.chance(0.35):
        shop = stage.market.shop(at, dice, "electronics", "home", "travel", "tickets", "fashion")
    else:
        shop = make_shop(ring.account(at - dice.days(30, 260), dice), at - dice.days(25, 240), dice, ring=ring.name)
        ring.shops.append(shop)
    for _ in range(dice.whole(1, 2)):
        scene = Scene(shop.owner, at, dice, ring)
        facts = everyday_review(shop, dice.pick(("payout", "payout", "alert")), at, dice)
        yield scene, busier(facts, dice.spread(2.2, 0.6))
        at += dice.days(2, 15)


def _invented(stage: Stage, dice: Dice) -> Scenes:
    """An owner who does not exist opens a shop; the ring's phone, address or bank account stands behind it."""
    at = stage.calendar.moment(dice)
    ring = stage.underworld.ring(at, dice)
    opened_at = at - (dice.hours(1, 60) if dice.chance(0.7) else dice.days(4, 40))
    shop = make_shop(
        ring.account(opened_at - dice.days(0.1, 40), dice), opened_at, dice, ring=ring.name, payout=ring.payout(dice)
    )
    if dice.chance(0.6):
        shop = replace(shop, founded_at=opened_at - dice.days(2, 120))
    ring.shops.append(shop)
    yield Scene(shop.owner, at, dice, ring), everyday_review(shop, _review(shop, at, dice), at, dice)


def _tester(stage: Stage, dice: Dice) -> Scenes:
    """A shop that sells next to nothing and sees very many small, often declined, payments."""
    at = stage.calendar.moment(dice)
    ring = stage.underworld.ring(at, dice)
    opened_at = at - dice.days(8, 150)
    shop = make_shop(ring.account(opened_at - dice.days(0.1, 20), dice), opened_at, dice, ring=ring.name)
    ring.shops.append(shop)
    facts = everyday_review(shop, dice.pick(("alert", "payout")), at, dice)
    yield (
        Scene(shop.owner, at, dice, ring),
        replace(facts, average_ticket=round(facts.average_ticket * dice.spread(0.5, 0.4), 2)),
    )


def _payout_mule(stage: Stage, dice: Dice) -> Scenes:
    """A real shop, sold or lent: the trade looks as before, the money goes to a new account, often."""
    shop, at = _open_shop(stage, dice)
    ring = stage.underworld.ring(at, dice)
    scene = Scene(shop.owner, at, dice, ring)
    facts = everyday_review(shop, dice.pick(("payout", "payout", "alert")), at, dice)
    yield scene, _new_payout(facts, scene) if dice.chance(0.75) else facts


def _refund_mill(stage: Stage, dice: Dice) -> Scenes:
    """Sales to its own accounts that are refunded to other cards."""
    at = stage.calendar.moment(dice)
    ring = stage.underworld.ring(at, dice)
    opened_at = at - dice.days(20, 200)
    shop = make_shop(ring.account(opened_at - dice.days(0.1, 20), dice), opened_at, dice, ring=ring.name)
    yield Scene(shop.owner, at, dice, ring), everyday_review(shop, dice.pick(("alert", "payout")), at, dice)


_ODD_LIFE = {
    "jump": 0.16, "new payout": 0.14, "foreign payout": 0.05, "refunds": 0.13, "chargebacks": 0.10, "declines": 0.09,
    "undelivered": 0.10, "new buyers": 0.12, "dear": 0.09, "registry": 0.10, "bank": 0.09, "website": 0.10,
    "owner": 0.07, "elsewhere": 0.08, "payouts": 0.08,
}  # fmt: skip
_PLOTS: dict[str, Plot] = {
    "merchant_bust_out": Plot(0.045, _bust_out, {"new payout": 0.45, "undelivered": 0.45, "new buyers": 0.45, "dear": 0.35, "chargebacks": 0.3, "payouts": 0.35, "refunds": 0.2, "elsewhere": 0.2}, fraud=True),
    "synthetic_identity": Plot(0.03, _invented, {"registry": 0.4, "website": 0.4, "owner": 0.3, "bank": 0.3, "elsewhere": 0.3, "foreign payout": 0.1}, fraud=True),
    "card_testing": Plot(0.012, _tester, {"declines": 0.75, "new buyers": 0.5, "website": 0.3, "chargebacks": 0.3, "payouts": 0.2}, fraud=True),
    "money_mule": Plot(0.022, _payout_mule, {"bank": 0.45, "elsewhere": 0.5, "payouts": 0.5, "jump": 0.3}, fraud=True),
    "refund_abuse": Plot(0.011, _refund_mill, {"refunds": 0.75, "new buyers": 0.4, "payouts": 0.3, "undelivered": 0.4, "jump": 0.3}, fraud=True),
    "seasonal_merchant": Plot(0.09, _seasonal, _ODD_LIFE | {"jump": 0, "new payout": 0.08, "undelivered": 0.15}),
    "bulk_buyer": Plot(0.04, _wholesale, _ODD_LIFE | {"dear": 0, "jump": 0.1}),
    "name_change": Plot(0.04, _rebranded, _ODD_LIFE | {"registry": 0, "bank": 0}),
    "new_good_customer": Plot(0.07, _starter, _ODD_LIFE | {"website": 0, "registry": 0, "owner": 0.15}),
    "family_device": Plot(0.04, _siblings, _ODD_LIFE | {"elsewhere": 0.02}),
    "everyday": Plot(0.60, _everyday, _ODD_LIFE),
}  # fmt: skip
