"""The amount: its size, and against what the same account, card, merchant or email spent before."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from assistant.case import Case
from assistant.money import major, reference_amount
from assistant.signals.history import Floats, History
from assistant.signals.signal import Signal, Value, from_case, from_history
from assistant.signals.velocity import NOUNS

__all__: list[str] = []

AMOUNT = Signal(name="amount", group="money", phrase="the amount is worth {value}", unit="euro")
ROUND = Signal(
    name="amount_is_round",
    group="money",
    phrase="the amount is a round number",
    zero="the amount is not a round number",
    unit="flag",
)
ROUND_STEP = 50
BELOW = Signal(
    name="amount_just_below_threshold",
    group="money",
    phrase="the amount lies just below a round threshold",
    zero="the amount does not lie just below a round threshold",
    unit="flag",
)
THRESHOLDS = (100, 250, 500, 1000, 2000, 2500, 3000, 5000, 10_000, 15_000, 20_000, 50_000, 100_000)
"""Where limits for checks usually lie, in the amount's own currency."""
JUST = 0.04


@from_case
def amount(case: Case) -> Iterator[tuple[Signal, Value]]:
    """Size in euro, and whether the amount is round, or just short of it, in its own currency."""
    if case.amount_minor is None or case.currency is None:
        return
    comparable = reference_amount(case.amount_minor, case.currency)
    if comparable is not None:
        yield AMOUNT, comparable
    own = major(case.amount_minor, case.currency)
    yield ROUND, float(own >= ROUND_STEP and own % ROUND_STEP == 0)
    yield BELOW, float(any(limit * (1 - JUST) <= own < limit for limit in THRESHOLDS))


def _against_past(history: History, type_: str) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = history.amounts / history.mean_amount(type_)
    return np.where(np.isfinite(ratio), ratio, np.nan)


for role in ("account", "card", "email", "merchant", "device"):
    from_history(
        Signal(
            name=f"amount_to_{role}_mean",
            group="money",
            phrase=f"the amount is {{value}} times the earlier average with the same {NOUNS[role]}",
            unit="ratio",
        )
    )(partial(_against_past, type_=role))
