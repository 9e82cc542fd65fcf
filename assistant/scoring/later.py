"""Later cases with what the vintages before them said: what every model is judged on.

All models of a training are cut at the same moments, so two of them can be compared case by case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.case import Case
from assistant.money import reference_amount
from assistant.roles import COUNTRY_ROLES
from assistant.scoring.card import Slice
from assistant.scoring.frame import Floats, Ints
from assistant.scoring.metrics import Metrics, measure, ranking
from assistant.signals import SignalTable

__all__ = ["Later", "pool", "reliability", "slices"]

BINS = 10
LEAST_OF_EACH = 5
"""Of each class in a slice: below it a ranking is chance and is not reported."""
MOST_SLICES = 8
AMOUNTS = ((50, "under EUR 50"), (500, "EUR 50 to 500"), (5000, "EUR 500 to 5,000"), (np.inf, "EUR 5,000 or more"))
KNOWN_BY = ("account", "email", "merchant", "document_number", "device")
NEW_DAYS = 7


@dataclass(frozen=True)
class Later:
    """One entry a later case: its row in the table, truth (1 fraud), delay weight, probability, ends of the
    interval."""

    rows: Ints
    truth: Ints
    weights: Floats
    said: Floats
    low: Floats
    high: Floats

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, keep: NDArray[np.bool_] | Ints) -> Later:
        """Some of them, by a mask or by their places."""
        return Later(
            self.rows[keep], self.truth[keep], self.weights[keep], self.said[keep], self.low[keep], self.high[keep]
        )

    def measure(self) -> Metrics | None:
        """All metrics, or None where only one class is there."""
        if not 0 < self.truth.sum() < len(self):
            return None
        return measure(self.truth, self.said, self.weights)


def pool(parts: Sequence[Later]) -> Later:
    """Several of them as one, in the order of the rows, which is that of time."""
    if not parts:
        none, nothing = np.empty(0, dtype=np.int64), np.empty(0)
        return Later(none, none, nothing, nothing, nothing, nothing)
    whole = Later(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.truth for part in parts]),
        np.concatenate([part.weights for part in parts]),
        np.concatenate([part.said for part in parts]),
        np.concatenate([part.low for part in parts]),
        np.concatenate([part.high for part in parts]),
    )
    return whole.where(np.argsort(whole.rows, kind="stable"))


def reliability(later: Later) -> tuple[tuple[float, float, int], ...]:
    """Said, seen and number, over bins of equal mass."""
    order = np.argsort(later.said, kind="stable")
    found = []
    for part in np.array_split(order, BINS):
        if len(part):
            weights = later.weights[part] if later.weights[part].any() else np.ones(len(part))
            said, seen = (float(np.average(of[part], weights=weights)) for of in (later.said, later.truth))
            found.append((said, seen, len(part)))
    return tuple(found)


def slices(
    later: Later, cases: Sequence[Case], table: SignalTable, control: frozenset[int] = frozenset()
) -> tuple[Slice, ...]:
    """By kind, country, amount, merchant category, new or known customer, and those decided without the score; the
    largest of each."""
    ages = [table.numbers[f"{role}_age_hours"] for role in KNOWN_BY if f"{role}_age_hours" in table.numbers]
    divisions: dict[str, Callable[[int], str]] = {
        "kind": lambda row: cases[row].kind,
        "country": lambda row: next(iter(cases[row].values(*COUNTRY_ROLES)), "")[:40],
        "amount": lambda row: _amount(cases[row]),
        "merchant category": lambda row: next(iter(cases[row].values("merchant_category")), "")[:40],
        "customer": lambda row: _customer([float(age[row]) for age in ages]),
        "control sample": lambda row: "decided without the score" if row in control else "",
    }
    found = []
    for by, name_of in divisions.items():
        names = np.array([name_of(int(row)) for row in later.rows], dtype=object)
        values, counts = np.unique([name for name in names if name], return_counts=True)
        for value in values[np.argsort(-counts, kind="stable")][:MOST_SLICES]:
            found.append(_slice(by, str(value), later.where(names == value)))
    return tuple(found)


def _slice(by: str, name: str, part: Later) -> Slice:
    weights = part.weights if part.weights.any() else np.ones(len(part))
    said, seen = (float(np.average(of, weights=weights)) for of in (part.said, part.truth))
    frauds = int(part.truth.sum())
    found = Slice(by=by, name=name, n=len(part), n_fraud=frauds, said=said, seen=seen)
    if min(frauds, len(part) - frauds) < LEAST_OF_EACH:
        return found
    auc, precision = ranking(part.truth, part.said, weights[None, :])[:, 0]
    return found.model_copy(update={"auc": float(auc), "average_precision": float(precision)})


def _amount(case: Case) -> str:
    amount = reference_amount(case.amount_minor, case.currency)
    return "" if amount is None else next(name for limit, name in AMOUNTS if amount < limit)


def _customer(ages: Sequence[float]) -> str:
    """By the first thing of a case that says who it is."""
    hours = next((age for age in ages if not np.isnan(age)), None)
    return "" if hours is None else "new, first seen within 7 days" if hours < NEW_DAYS * 24 else "known for longer"
