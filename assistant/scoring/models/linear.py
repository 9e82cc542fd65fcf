"""Logistic regression on spread signals: the plainest model, and exact about its reasons.

A signal with a bad direction cannot get a weight against it. scikit-learn's has no such bound, so the fit is SciPy's
L-BFGS-B: the problem is convex, and a bound costs nothing. Stored as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from assistant.scoring.frame import Floats, Frame, Ints
from assistant.scoring.models.spread import Spread

__all__ = ["FittedLinear", "Linear"]

STRENGTH = 20.0
"""Of the pull of all weights towards zero (ridge): about as many cases as it takes to move one."""


class _State(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    spread: Spread
    weights: tuple[float, ...]
    intercept: float
    means: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class FittedLinear:
    state: _State

    kind: ClassVar[str] = "logistic"

    def margins(self, frame: Frame) -> Floats:
        return self.state.spread(frame) @ np.array(self.state.weights) + self.state.intercept

    def contributions(self, frame: Frame) -> Floats:
        """Weight times the distance from the mean of the training cases: exact."""
        weights, means = np.array(self.state.weights), np.array(self.state.means)
        parts = self.state.spread.gather((self.state.spread(frame) - means) * weights, len(frame.names))
        base = np.full(len(frame), self.state.intercept + means @ weights)
        return np.column_stack([parts, base])

    def save(self, folder: Path) -> None:
        (folder / "logistic.json").write_text(self.state.model_dump_json())

    @classmethod
    def load(cls, folder: Path) -> FittedLinear:
        return cls(_State.model_validate_json((folder / "logistic.json").read_text()))


@dataclass(frozen=True)
class Linear:
    strength: float = STRENGTH
    name: str = "logistic"
    by_itself: bool = True
    reads: tuple[str, ...] | None = None

    def fit(self, frame: Frame, labels: Ints, weights: Floats) -> FittedLinear:
        from scipy.optimize import minimize

        spread = Spread.of(frame)
        matrix = np.column_stack([spread(frame), np.ones(len(frame))])
        pull = np.append(np.full(matrix.shape[1] - 1, self.strength), 0.0)
        bounds = [{1: (0, None), -1: (None, 0), 0: (None, None)}[sign] for sign in spread.directions(frame)]

        def loss(beta: Floats) -> tuple[float, Floats]:
            margin = matrix @ beta
            gap = 1 / (1 + np.exp(-np.clip(margin, -500, 500))) - labels
            value = weights @ (np.logaddexp(0, margin) - labels * margin) + pull @ beta**2 / 2
            return float(value), matrix.T @ (weights * gap) + pull * beta

        found = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)])
        means = np.average(matrix[:, :-1], axis=0, weights=weights)
        return FittedLinear(
            _State(
                spread=spread,
                weights=tuple(found.x[:-1].tolist()),
                intercept=float(found.x[-1]),
                means=tuple(means.tolist()),
            )
        )
