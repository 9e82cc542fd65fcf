"""How sure a draft's action is: the calibrated probability that it is the one the adjudicated outcome calls for.

What an outcome calls for is the action that costs least, by the policy, once the truth is known. The chance of fraud
behind it is the score's, or, for kinds of cases where that was measurably better on later cases, one that has also
seen how the precedents ended and whether the writer leans another way than the policy. It is learned from outcomes and
from what the desk knew at the moment of each case, never from a model's own word about itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.case import ESCALATE, Advice, Case, Moment, Precedent
from assistant.errors import NotReady
from assistant.policy import Policy
from assistant.scoring import Interval
from assistant.scoring.delay import delay_weights
from assistant.scoring.metrics import expected_calibration_error

__all__ = ["MOST_CASES", "PastCase", "Weighing", "confidence", "lean", "learn"]

Floats = NDArray[np.float64]

MOST_CASES = 1500
"""The latest labelled cases that are learned from. Each costs a search of the memory: 1,500 take four minutes or so."""
BLOCKS = 5
"""Parts in the order of time. Each but the first is predicted from the labels known before it began."""
LEAST_CASES, LEAST_OF_EACH = 100, 10
"""Later cases of a kind, and of each class among them, below which nothing is claimed about the kind."""
NEWTON_STEPS = 25
RIDGE = 10.0
"""Holds both weights near nothing until many cases move them. With 1 instead, the weight of the past came out half
again as large in one of two demo worlds, and payments were worse for it."""
FILE = "confidence.json"


@dataclass(frozen=True)
class PastCase:
    """A case with a known outcome as the desk saw it at `seen_at`, and when that outcome became known."""

    kind: str
    seen_at: datetime
    known_at: datetime
    fraud: bool
    probability: float
    precedents: tuple[Precedent, ...]
    lean: int = 0


class Measured(BaseModel):
    """Later cases of one kind: the score alone beside the weighing. `difference` is of the Brier scores, paired."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cases: int
    frauds: int
    brier_score: float
    brier_weighed: float
    ece_score: float
    ece_weighed: float
    difference: Interval

    @property
    def better(self) -> bool:
        """Whether it is better by more than chance would make it."""
        return self.difference.high < 0


class Weighing(BaseModel):
    """Log-odds of fraud: the score's, plus `shift`, `past` for the precedents' outcomes and `lean` for the writer's.

    `kinds` holds what was measured for each kind of case that had enough later cases."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    learned_at: Moment
    cases: int
    shift: float
    past: float
    lean: float
    kinds: dict[str, Measured]

    def chance(self, kind: str, probability: float, precedents: Sequence[Precedent], lean: int) -> float:
        """The probability of fraud of a case: weighed for the kinds where that is better, else the score's."""
        if not self.used(kind):
            return probability
        return self.weighed(probability, precedents, lean)

    def weighed(self, probability: float, precedents: Sequence[Precedent], lean: int) -> float:
        """The weighed probability of fraud, whether or not it is the better one."""
        moved = self.shift + self.past * _past(precedents) + self.lean * lean
        return float(_chance(_log_odds(np.array(probability)) + moved))

    def used(self, kind: str) -> bool:
        return kind in self.kinds and self.kinds[kind].better

    def told(self, kind: str) -> str:
        """Which probability stands behind the confidence of this kind, and why."""
        found = self.kinds.get(kind)
        if found is None:
            return f"the score's probability: too few later {kind} cases with a known outcome to weigh more"
        figures = (
            f"on {found.cases:,} later cases, Brier score {found.brier_weighed:.4f} instead of {found.brier_score:.4f} "
            f"(difference {found.difference.low:+.4f} to {found.difference.high:+.4f})"
        )
        if found.better:
            return f"score, precedents' outcomes and the writer's agreement with the policy; better {figures}"
        return f"the score's probability: the precedents' outcomes do not better it beyond noise {figures}"

    def save(self, folder: Path) -> None:
        """Beside the model in `folder`, whole or not at all."""
        draft = folder / f"{FILE}.tmp"
        draft.write_text(self.model_dump_json(indent=1))
        draft.replace(folder / FILE)

    @classmethod
    def load(cls, folder: Path) -> Weighing | None:
        """What was learned for the model in `folder`, or None. Raises NotReady when the file is damaged."""
        try:
            return cls.model_validate_json((folder / FILE).read_text())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            raise NotReady(
                f"{folder / FILE} is damaged ({type(error).__name__}); run 'fra index', which makes it again"
            ) from error


def confidence(action: str | None, case: Case, chance: float | None, policy: Policy) -> float | None:
    """The probability that this is the action which the outcome calls for, given the chance of fraud.

    None without a chance, and for an action that no outcome calls for, such as asking for more: nothing is claimed."""
    if chance is None or action is None:
        return None
    if_fraud, if_legitimate = (policy.called_for(case, fraud) for fraud in (True, False))
    if action not in (if_fraud, if_legitimate):
        return None
    return round((action == if_fraud) * chance + (action == if_legitimate) * (1 - chance), 4)


def lean(action: str | None, advice: Advice, allowed: Sequence[str]) -> int:
    """1 where the writer recommends a harder action than the policy, -1 for a gentler one, 0 where they agree.

    `allowed` are the actions from the gentlest to the hardest; to escalate leans to no side."""
    ladder = [one for one in allowed if one != ESCALATE]
    if action not in ladder or advice.action not in ladder:
        return 0
    ours, theirs = ladder.index(action), ladder.index(advice.action)
    return (ours > theirs) - (ours < theirs)


def learn(cases: Sequence[PastCase], now: datetime) -> Weighing:
    """Weighs what was known of these cases against what became of them, and measures it by kind.

    What is measured was predicted from the labels known before the block of the case began. With too few cases of a
    class, nothing is weighed and no kind is measured."""
    cases = sorted(cases, key=lambda one: one.seen_at)[-MOST_CASES:]
    weighed = _fit(cases)
    if weighed is None:
        return Weighing(learned_at=now, cases=len(cases), shift=0, past=0, lean=0, kinds={})
    predicted = np.full(len(cases), np.nan)
    for block in np.array_split(np.arange(len(cases)), BLOCKS)[1:]:
        begun = cases[block[0]].seen_at
        if fitted := _fit([one for one in cases[: block[0]] if one.known_at < begun]):
            predicted[block] = _chances(fitted, [cases[row] for row in block])
    kinds = {}
    for kind in sorted({one.kind for one in cases}):
        rows = [row for row, one in enumerate(cases) if one.kind == kind and not np.isnan(predicted[row])]
        if found := _measure([cases[row] for row in rows], predicted[rows], now):
            kinds[kind] = found
    shift, past, leaning = weighed
    return Weighing(learned_at=now, cases=len(cases), shift=shift, past=past, lean=leaning, kinds=kinds)


def _past(precedents: Sequence[Precedent]) -> float:
    """Log-odds of fraud among the precedents, each as much as it is alike. One is added to both outcomes, so that a
    single precedent says little, five of one mind say more, and none says nothing."""
    alike = {"fraud": 1.0, "legitimate": 1.0}
    for one in precedents:
        if one.outcome in alike:
            alike[one.outcome] += max(one.similarity, 0.0)
    return math.log(alike["fraud"] / alike["legitimate"])


def _log_odds(probabilities: Floats) -> Floats:
    held = np.clip(probabilities, 0.001, 0.999)
    return np.log(held / (1 - held))


def _chance(log_odds: Floats) -> Floats:
    return 1 / (1 + np.exp(-log_odds))


def _fit(cases: Sequence[PastCase]) -> tuple[float, float, float] | None:
    """Shift, weight of the past and weight of the lean; None with too few of a class.

    A logistic regression with the score's log-odds as its offset, and a ridge, so that what never varied weighs
    nothing. Labels of one class come later than those of the other, which bends the intercept of such a regression
    and leaves its weights alone (Prentice and Pyke 1979). So the fitted intercept is thrown away: the shift keeps the
    mean chance of these cases where the score has it. With it kept, the Brier score became worse (0.0455 to 0.0540)."""
    from scipy.optimize import brentq  # only learning needs it

    truth = np.array([one.fraud for one in cases], dtype=np.float64)
    if len(cases) < LEAST_CASES or min(truth.sum(), len(truth) - truth.sum()) < LEAST_OF_EACH:
        return None
    offset, rows = _log_odds(np.array([one.probability for one in cases])), _rows(cases)
    columns = np.column_stack([np.ones(len(cases)), rows])
    ridge = np.array([0.01, RIDGE, RIDGE])
    weights = np.zeros(3)
    for _ in range(NEWTON_STEPS):
        chance = _chance(offset + columns @ weights)
        slope = columns.T @ (chance - truth) + ridge * weights
        weights -= np.linalg.solve((columns.T * (chance * (1 - chance))) @ columns + np.diag(ridge), slope)
    past, leaning = (float(one) for one in weights[1:])
    tilted, mean = offset + rows @ weights[1:], float(_chance(offset).mean())
    shift = brentq(lambda shift: float(_chance(tilted + shift).mean()) - mean, -20, 20)
    return float(shift), past, leaning


def _rows(cases: Sequence[PastCase]) -> Floats:
    return np.array([[_past(one.precedents), float(one.lean)] for one in cases])


def _chances(fitted: tuple[float, float, float], cases: Sequence[PastCase]) -> Floats:
    shift, *weights = fitted
    offset = _log_odds(np.array([one.probability for one in cases]))
    return _chance(offset + shift + _rows(cases) @ np.array(weights))


def _measure(cases: Sequence[PastCase], predicted: Floats, now: datetime) -> Measured | None:
    truth = np.array([one.fraud for one in cases], dtype=np.int64)
    if len(cases) < LEAST_CASES or min(truth.sum(), len(truth) - truth.sum()) < LEAST_OF_EACH:
        return None
    score = np.array([one.probability for one in cases])
    times = [(one.seen_at.timestamp(), one.known_at.timestamp()) for one in cases]
    seen, known = (np.array(one) for one in zip(*times, strict=True))
    weights = delay_weights(seen, known, truth, now)
    before, after = (score - truth) ** 2, (predicted - truth) ** 2
    return Measured(
        cases=len(cases),
        frauds=int(truth.sum()),
        brier_score=float(np.average(before, weights=weights)),
        brier_weighed=float(np.average(after, weights=weights)),
        ece_score=expected_calibration_error(truth, score, weights),
        ece_weighed=expected_calibration_error(truth, predicted, weights),
        difference=_interval(after - before, weights),
    )


def _interval(differences: Floats, weights: Floats, rounds: int = 2000) -> Interval:
    """The weighted mean with its percentile bootstrap interval (Efron 1979), cases resampled."""
    random = np.random.default_rng(7)
    counts = random.multinomial(len(weights), np.full(len(weights), 1 / len(weights)), size=rounds) * weights
    low, high = np.quantile(counts @ differences / counts.sum(axis=1), [0.025, 0.975])
    return Interval(value=float(np.average(differences, weights=weights)), low=float(low), high=float(high))
