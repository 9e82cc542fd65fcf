"""From a model's log-odds to a probability that holds, with an interval, learned from margins out of fold.

Four methods are tried on the later part of what is known: a line (Platt 1999), beta (Kull, Silva Filho and Flach 2017),
isotonic regression (Zadrozny and Elkan 2002) and Venn-Abers (Vovk and Petej 2014). The line is kept unless another one
is better beyond noise there: on a few hundred labels the free methods mostly fit chance.

The interval is Venn-Abers' pair: the rate among cases that scored about alike, were this case legitimate, and were it
fraud. One of the two ends is right on average, whatever the model is, as long as the case is drawn like the earlier
ones. It is wide where few earlier cases scored like this one. It does not say how the rest of the world may change.

Invariant: every method rises with the margin, so calibration never changes the order of two cases of a vintage.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from assistant.scoring.frame import Floats, Ints
from assistant.scoring.metrics import BEYOND_NOISE

__all__ = ["METHODS", "Calibration", "calibrate"]

Method = Literal["platt", "beta", "isotonic", "venn-abers"]
METHODS: tuple[Method, ...] = ("platt", "beta", "isotonic", "venn-abers")
EARLIER = 2 / 3
LEAST_OF_EACH = 15
"""Of each class in the later part: below it no method is chosen there and the line stays."""
LEAST_SLOPE = 0.05
"""A score may be weak, but its order must not turn round."""
HALF = 0.5
"""Of the line in what a free method says. By itself a free method is level where only fraud was seen, and the surest
cases share one probability: on the 20,000 registrations average precision fell from 0.935 to 0.931."""
GRID = 64
SURE = 1e-4


class Calibration(BaseModel):
    """`numbers` are slope and intercept of the line, or a, b, c of beta; the free methods have the line and `knots` of
    (margin, log-odds), straight between them and level outside, and say what lies half-way. `grid`, `low` and `high`
    are the interval at some margins."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: Method
    numbers: tuple[float, ...] = ()
    knots: tuple[tuple[float, float], ...] = ()
    grid: tuple[float, ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    losses: dict[str, float] = {}
    """Log loss of each method on the later part, where it was large enough to choose by."""

    def log_odds(self, margins: Floats) -> Floats:
        if self.method == "beta":
            return _bent(margins) @ np.array(self.numbers)
        slope, intercept = self.numbers
        line: Floats = slope * margins + intercept
        if self.method == "platt":
            return line
        at, values = np.array(self.knots).T
        return np.where(np.isnan(margins), np.nan, (1 - HALF) * np.interp(margins, at, values) + HALF * line)

    def apply(self, contributions: Floats) -> tuple[Floats, Floats]:
        """(contributions, base) in calibrated log-odds, from cases × (columns + base) in the model's own.

        A curved calibration stretches all contributions of a case alike, by the slope between its base and its margin,
        so they add up to the calibrated log-odds."""
        parts, base = contributions[:, :-1], contributions[:, -1]
        if self.method == "platt":
            return parts * self.numbers[0], base * self.numbers[0] + self.numbers[1]
        moved = parts.sum(axis=1)
        start, end = self.log_odds(base), self.log_odds(base + moved)
        with np.errstate(invalid="ignore", divide="ignore"):
            slope = np.where(np.abs(moved) > 1e-9, (end - start) / moved, 0.0)
        return parts * slope[:, None], start

    def interval(self, margins: Floats, said: Floats) -> tuple[Floats, Floats] | None:
        """Low and high ends, which hold the probability `said` between them; None for a model without one."""
        if not self.grid:
            return None
        low, high = (np.interp(margins, self.grid, ends) for ends in (self.low, self.high))
        return np.minimum(low, said), np.maximum(high, said)


def calibrate(margins: Floats, labels: Ints, weights: Floats) -> Calibration:
    """Chooses and fits a method. Rows are in the order of time; margins are out of fold; missing ones are left out."""
    known = ~np.isnan(margins)
    margins, labels, weights = margins[known], labels[known], weights[known]
    losses, best = _compare(margins, labels, weights)
    fitted = fit(best, margins, labels, weights)
    grid, low, high = _pairs(margins, labels, weights)
    return fitted.model_copy(
        update={"grid": tuple(grid), "low": tuple(low), "high": tuple(high), "losses": losses},
    )


def fit(method: Method, margins: Floats, labels: Ints, weights: Floats) -> Calibration:
    """One method, without an interval."""
    if method == "platt":
        from sklearn.linear_model import LogisticRegression

        line = LogisticRegression(C=10.0).fit(margins.reshape(-1, 1), labels, sample_weight=weights)
        slope = max(float(line.coef_[0, 0]), LEAST_SLOPE)
        return Calibration(method=method, numbers=(slope, float(line.intercept_[0])))
    if method == "beta":
        return Calibration(method=method, numbers=_beta(margins, labels, weights))
    line = fit("platt", margins, labels, weights).numbers
    if method == "isotonic":
        at, rates, mass = _steps(margins, labels, weights)
        values = (rates * mass + 0.5) / (mass + 1)  # a block without fraud is no proof that there is none
        return Calibration(method=method, numbers=line, knots=_knots(at, values))
    grid, low, high = _pairs(margins, labels, weights)
    return Calibration(method=method, numbers=line, knots=_knots(grid, high / (1 - low + high)))


def _compare(margins: Floats, labels: Ints, weights: Floats) -> tuple[dict[str, float], Method]:
    """Log loss of each method on the later part, and the one to take."""
    cut = int(len(labels) * EARLIER)
    if any(
        (labels[part] == value).sum() < LEAST_OF_EACH for part in (slice(cut), slice(cut, None)) for value in (0, 1)
    ):
        return {}, "platt"
    truth, share = labels[cut:], weights[cut:] / weights[cut:].mean()
    losses = {}
    for method in METHODS:
        said = fit(method, margins[:cut], labels[:cut], weights[:cut]).log_odds(margins[cut:])
        losses[method] = share * (np.logaddexp(0, said) - truth * said)
    best: Method = "platt"
    for method in METHODS:
        gain = losses["platt"] - losses[method]
        noise = gain.std() / np.sqrt(len(gain))
        if gain.mean() > BEYOND_NOISE * noise and losses[method].mean() < losses[best].mean():
            best = method
    return {method: round(float(loss.mean()), 5) for method, loss in losses.items()}, best


def _bent(margins: Floats) -> Floats:
    """ln s, -ln(1 - s) and 1, where s is the uncalibrated probability."""
    return np.column_stack([-np.logaddexp(0, -margins), np.logaddexp(0, margins), np.ones(len(margins))])


def _beta(margins: Floats, labels: Ints, weights: Floats) -> tuple[float, ...]:
    from scipy.optimize import minimize

    matrix = _bent(margins)

    def loss(beta: Floats) -> tuple[float, Floats]:
        said = matrix @ beta
        gap = 1 / (1 + np.exp(-np.clip(said, -500, 500))) - labels
        pull = 0.1 * (beta - np.array([1.0, 1.0, 0.0]))
        value = weights @ (np.logaddexp(0, said) - labels * said) + (pull @ pull) / 0.2
        return float(value), matrix.T @ (weights * gap) + pull

    bounds = [(LEAST_SLOPE, None), (LEAST_SLOPE, None), (None, None)]
    return tuple(minimize(loss, [1.0, 1.0, 0.0], jac=True, method="L-BFGS-B", bounds=bounds).x.tolist())


def _pooled(margins: Floats, labels: Ints, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Margins in order, each once, with the rate and the mass of its cases."""
    at, which = np.unique(margins, return_inverse=True)
    mass = np.bincount(which, weights)
    return at, np.bincount(which, weights * labels) / mass, mass.astype(float)


def _steps(margins: Floats, labels: Ints, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """The blocks of the isotonic fit: mean margin, rate, mass."""
    from scipy.optimize import isotonic_regression

    at, rates, mass = _pooled(margins, labels, weights)
    found = isotonic_regression(rates, weights=mass)
    starts = found.blocks[:-1]
    total = np.add.reduceat(mass, starts)
    return np.add.reduceat(mass * at, starts) / total, found.x[starts], total


def _pairs(margins: Floats, labels: Ints, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Venn-Abers: at each of a grid of margins, the isotonic rate with one legitimate case more there, and with one
    fraud more."""
    from scipy.optimize import isotonic_regression

    at, rates, mass = _pooled(margins, labels, weights)
    grid = np.unique(np.quantile(margins, np.linspace(0, 1, GRID), method="inverted_cdf"))
    ends = []
    for truth in (0.0, 1.0):
        found = []
        for margin in grid:
            place = np.searchsorted(at, margin)
            more, total = rates.copy(), mass.copy()
            more[place] = (rates[place] * mass[place] + truth) / (mass[place] + 1)
            total[place] += 1
            found.append(isotonic_regression(more, weights=total).x[place])
        ends.append(np.maximum.accumulate(found))
    return grid, ends[0], ends[1]


def _knots(at: Floats, values: Floats) -> tuple[tuple[float, float], ...]:
    kept = np.clip(values, SURE, 1 - SURE)
    log_odds = np.maximum.accumulate(np.log(kept / (1 - kept)))
    return tuple(zip(at.tolist(), log_odds.tolist(), strict=True))
