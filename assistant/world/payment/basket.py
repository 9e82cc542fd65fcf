"""What is in the basket: the things that fit the amount, at prices that a shop asks for.

Plots and oddities say roughly how much is spent; here it becomes prices times pieces, plus postage. Gift cards and
donations are sold at face values.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from math import log

from assistant.world import places
from assistant.world.chance import Dice
from assistant.world.goods import GOODS, ROUND
from assistant.world.payment.facts import PaymentFacts

__all__ = ["filled"]

_FACES = (5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 250, 300, 400, 500, 750, 1000)
_FACE_STEPS = {"JPY": 100, "SEK": 10, "DKK": 10, "NOK": 10, "MXN": 20, "THB": 40, "BRL": 5, "PLN": 4}
_ENDINGS = (0.99, 0.95, 0.90, 0.99, 0.0)
_OTHER_ENDINGS = {
    "USD": (0.99, 0.99, 0.99, 0.95, 0.0), "CAD": (0.99, 0.99, 0.98, 0.95, 0.0), "GBP": (0.99, 0.99, 0.95, 0.50, 0.0),
    "SEK": (0.0,), "NOK": (0.0,), "DKK": (0.0, 0.95), "PLN": (0.99, 0.90), "THB": (0.0,), "MXN": (0.0, 0.90),
}  # fmt: skip
"""How prices end: shops of a country have habits, and each shop keeps its own."""
_ALIKE = 5
"""From more pieces than this on, all are the same; a smaller basket holds other, cheaper things beside the main one."""


def filled(facts: PaymentFacts, dice: Dice) -> PaymentFacts:
    """The purchase with a main item that fits, and an amount that prices add up to."""
    if not facts.main_item:
        return facts
    pieces, spent = facts.item_count or 1, float(facts.amount)
    if facts.merchant_category in ROUND:
        step = _FACE_STEPS.get(facts.currency, 1)
        face = min(_FACES, key=lambda one: abs(log(one * step * pieces / spent)))
        return replace(facts, amount=places.cash(face * step * pieces, facts.currency))
    alike = pieces > _ALIKE
    main = spent / pieces if alike else spent / (1 + 0.25 * (pieces - 1))
    price = _asked(main, facts)
    rest = price * (pieces - 1) if alike else sum(_asked(0.25 * main, facts) for _ in range(pieces - 1))
    total = price + rest + _postage(facts, dice)
    euros = places.in_euros(places.cash(price, facts.currency), facts.currency)
    return replace(facts, amount=places.cash(total, facts.currency), main_item=_fitting(facts, euros, dice))


def _asked(price: float, facts: PaymentFacts) -> float:
    """The price as this shop would write it."""
    if facts.currency == "JPY":
        return max(round(price, -1), 10)
    endings = _OTHER_ENDINGS.get(facts.currency, _ENDINGS)
    if facts.currency in {"SEK", "NOK", "THB", "MXN"} and price > 30:
        price = round(price, -1) - 1  # 449, not 451
    return max(int(price) + endings[zlib.crc32(facts.merchant.encode()) % len(endings)], 0.5)


def _postage(facts: PaymentFacts, dice: Dice) -> float:
    if facts.delivery in {"", "digital"} or facts.amount > places.price(80, facts.currency) or facts.amount < 5:
        return 0.0
    return float(places.price(dice.pick((2.95, 3.95, 4.95)), facts.currency))


def _fitting(facts: PaymentFacts, euros: float, dice: Dice) -> str:
    """One of the two things whose usual price is nearest."""
    prices = GOODS[facts.merchant_category].euros
    nearest = sorted(prices, key=lambda item: abs(log(prices[item] / euros)))
    return nearest[0] if dice.chance(0.7) else nearest[1]
