"""Which signals tell two cases apart: by how much the model in use leans on each, and by the normal range of each.

The weights are importances of the model as a whole, never what it said of one case, so nothing of a case's answer is
in them. They are worked out when they are asked for and nothing of them is stored: a new champion changes no index.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assistant.scoring.vintage import Reference, Vintage
from assistant.signals import Signal, SignalTable, Value
from retrieval import Lens

__all__ = ["Telling", "profile", "telling"]

ROWS = 404
"""Made-up cases that importances are measured on: four for each of a reference's 101 quantiles."""
SPREAD = (0.1, 0.9)
"""Two cases as far apart as these quantiles of the training cases, or half of their range, are wholly unlike."""
LONGEST_WORD = 60
LEAST_APART = 0.3
"""A difference in percentiles below this one tells nothing: of two cases drawn at random, half lie farther apart."""

MOST_ALIKE = 0.05
"""Values less apart than this are alike."""
COMMON_WORD = 0.5
"""A word that half of all cases have makes no two of them alike."""


@dataclass(frozen=True)
class Telling:
    """Signal → weight, all of them together 1, and signal → its normal range."""

    weights: Mapping[str, float]
    references: Mapping[str, Reference]

    def apart(self, name: str, here: Value, there: Value) -> float:
        """How far apart two values are, 0 to 1: in percentiles of the training cases, or as words, same or not."""
        if isinstance(here, str) or isinstance(there, str):
            return float(here != there)
        low, high = (self.references[name].percentile(value) for value in (here, there))
        return 0.0 if low is None or high is None else abs(low - high)

    def differs(self, here: Mapping[str, Value], there: Mapping[str, Value], signals: Mapping[str, Signal]) -> str:
        """The most telling difference in words; empty where the cases are alike in all that they both have."""
        found = []
        for name, weight in self.weights.items():
            if name in here and name in there and self._sayable(name, here[name]) and self._sayable(name, there[name]):
                apart = self.apart(name, here[name], there[name])
                said = [signals[name].say(value) for value in (here[name], there[name])]
                if apart >= LEAST_APART and said[0] != said[1]:
                    found.append((weight * apart, name, said))
        if not found:
            return ""
        _, _, (own, other) = max(found)
        return f"here {own}, there {other}"

    def agrees(self, here: Mapping[str, Value], there: Mapping[str, Value], signals: Mapping[str, Signal]) -> list[str]:
        """What the two cases have alike, the most telling first, as it is said of the past one. A word that many cases
        have tells little."""
        found = []
        for name, weight in self.weights.items():
            if name in here and name in there and self._sayable(name, here[name]) and self._sayable(name, there[name]):
                usual = self.references[name].shares.get(str(there[name]), 0.0)
                if usual < COMMON_WORD and self.apart(name, here[name], there[name]) <= MOST_ALIKE:
                    found.append((weight * (1 - usual), name, signals[name].say(there[name])))
        return [said for _, _, said in sorted(found, reverse=True)]

    def lens(self, own: Mapping[str, Value]) -> dict[str, Lens]:
        """How a case with these signals looks at the profiles of others."""
        found = {}
        for name, weight in self.weights.items():
            known = np.array(self.references[name].quantiles)
            if len(known):
                low, high = (_squashed(float(one)) for one in np.quantile(known, SPREAD))
                wide = _squashed(float(known[-1])) - _squashed(float(known[0]))
                found[name] = Lens(weight, max(high - low, wide / 2) or 1.0)
            elif isinstance(word := own.get(name), str) and self._sayable(name, word):
                found[_word(name, word)] = Lens(weight, 1.0)
        return found

    def _sayable(self, name: str, value: Value) -> bool:
        """A word that few cases share may have been made up by whoever wrote it."""
        return not isinstance(value, str) or value in self.references[name].shares


def profile(values: Mapping[str, Value]) -> dict[str, float]:
    """The signals of a case as numbers that the memory keeps; they depend on no model, so they outlive each."""
    return {
        _word(name, value) if isinstance(value, str) else name: 1.0 if isinstance(value, str) else _squashed(value)
        for name, value in values.items()
    }


def _word(name: str, value: str) -> str:
    return f"{name}={value[:LONGEST_WORD]}".encode("utf-8", "replace").decode()


def _squashed(value: float) -> float:
    """Amounts and ages reach over many sizes: what counts is by how many times one is more than another."""
    return round(math.copysign(math.log1p(abs(value)), value), 4)


def telling(vintage: Vintage) -> Telling:
    """What a vintage leans on: the mean size of each signal's contribution over made-up cases, in which each signal
    is drawn from its own normal range and goes with no other. The same vintage gives the same weights."""
    random = np.random.default_rng(7)
    known = vintage.recipe.references
    numbers, texts = {}, {}
    for name in vintage.recipe.numbers:
        column = np.resize(np.array(known[name].quantiles or (np.nan,), dtype=np.float64), ROWS)
        column = random.permutation(column)
        column[random.random(ROWS) >= known[name].present] = np.nan
        numbers[name] = column
    for name in vintage.recipe.categories:
        words = [*known[name].shares, None]
        chances = np.array([*known[name].shares.values(), max(0.0, 1 - sum(known[name].shares.values()))])
        texts[name] = np.array(words, dtype=object)[random.choice(len(words), ROWS, p=chances / chances.sum())]
    table = SignalTable(tuple(map(str, range(ROWS))), {}, numbers, texts)
    scores = vintage.score(table, np.arange(ROWS))
    sizes = np.abs(scores.contributions).mean(axis=0)
    total = float(sizes.sum()) or 1.0
    weights = {name: float(size) / total for name, size in zip(scores.names, sizes, strict=True)}
    return Telling({name: weight for name, weight in weights.items() if weight > 0}, known)
