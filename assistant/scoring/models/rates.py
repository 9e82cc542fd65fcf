"""Words as the fraud rates that they had in training, pulled towards the rate of all.

A word becomes one number that can only push one way, so that a tree needs one split for what would be one column a
word. How hard rates are pulled is asked of the data: the number of cases that the common rate counts for is the one
under which the counts of the column are likeliest (beta-binomial, empirical Bayes). Training rows get rates from the
other folds: from its own, a word of one case would give the case's answer away. Missing stays missing.
"""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict

from assistant.scoring.frame import Floats, Frame, Ints

__all__ = ["Rates"]

PULLS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
FOLDS = 5


class Rates(BaseModel):
    """For each category of a frame the log-odds of each of its words, in the frame's order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    log_odds: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, frame: Frame, labels: Ints, weights: Floats) -> Rates:
        numbers = len(frame.numbers)
        return cls(
            log_odds=tuple(
                tuple(_log_odds(frame.matrix[:, numbers + at], len(words), labels, weights).tolist())
                for at, words in enumerate(frame.categories.values())
            )
        )

    def __call__(self, frame: Frame) -> Floats:
        """The frame's matrix with log-odds in the place of codes."""
        matrix = frame.matrix.copy()
        for at, known in enumerate(self.log_odds):
            codes = matrix[:, len(frame.numbers) + at]
            places = np.where(np.isnan(codes), len(known), codes).astype(np.int64)
            matrix[:, len(frame.numbers) + at] = np.append(known, np.nan)[places]
        return matrix

    @staticmethod
    def unseen(frame: Frame, labels: Ints, weights: Floats) -> Floats:
        """The matrix to learn from: each row with rates that do not know it."""
        fold = np.random.default_rng(7).permutation(len(labels)) % FOLDS
        found = frame.matrix.copy()
        for one in range(FOLDS if frame.categories else 0):
            own, rest = np.flatnonzero(fold == one), np.flatnonzero(fold != one)
            found[own] = Rates.of(frame.take(rest), labels[rest], weights[rest])(frame.take(own))
        return found


def _log_odds(codes: Floats, size: int, labels: Ints, weights: Floats) -> Floats:
    known = ~np.isnan(codes)
    places = codes[known].astype(np.int64)
    share = float(np.clip(np.average(labels, weights=weights), 1e-6, 1 - 1e-6))
    frauds, cases = (np.bincount(places, given[known], minlength=size) for given in (labels, np.ones(len(labels))))
    pull = _pull(frauds.astype(float), cases.astype(float), share)
    heavy, mass = (np.bincount(places, given[known], minlength=size) for given in (weights * labels, weights))
    rates = (heavy + pull * share) / (mass + pull)
    return np.log(rates / (1 - rates))


def _pull(frauds: Floats, cases: Floats, share: float) -> float:
    """The likeliest number of cases that the common rate counts for."""
    from scipy.special import betaln

    def likelihood(pull: float) -> float:
        before = pull * share, pull * (1 - share)
        return float((betaln(frauds + before[0], cases - frauds + before[1]) - betaln(*before)).sum())

    return max(PULLS, key=likelihood)
