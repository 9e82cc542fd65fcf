"""What a whole run comes to: the mean of every metric, and what can only be said of many items together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from assistant.case import ESCALATE
from assistant.evals.metrics import METRICS, Score, Seen
from assistant.scoring.metrics import expected_calibration_error

__all__ = ["Mean", "Risk", "Summary", "summarise"]

COVERAGES = (0.25, 0.5, 0.75, 1.0)


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Mean(_Value):
    """The mean of a metric over the `items` that it applies to."""

    value: float
    items: int


class Risk(_Value):
    """How often the action is wrong among the share of items (`coverage`) that it is surest of."""

    coverage: float
    wrong: float


class Summary(_Value):
    """None where it cannot be said. `coverage` is the share of items with an action, kappa is weighted by the squared
    distance on the ladder of actions, ECE has bins of equal mass."""

    items: int
    troubled: int
    means: dict[str, Mean]
    coverage: float
    macro_f1: float | None
    kappa: float | None
    brier: float | None
    ece: float | None
    risks: tuple[Risk, ...]


def summarise(seen: Sequence[Seen], scores: Sequence[Sequence[Score]]) -> Summary:
    """`scores` belong to `seen`, in its order. A troubled item is one without a draft."""
    means = {}
    for one in METRICS:
        values = [found.value for row in scores for found in row if found.metric == one.name]
        if values:
            means[one.name] = Mean(value=round(float(np.mean(values)), 6), items=len(values))
    judged = [one for one in seen if one.item.expected.action is not None]
    sure = [(chance, _right(one)) for one in judged if (chance := _chance(one)) is not None]
    chances, right = np.array([one for one, _ in sure]), np.array([one for _, one in sure], dtype=np.int64)
    return Summary(
        items=len(seen),
        troubled=sum(one.draft is None for one in seen),
        means=means,
        coverage=round(sum(one.action is not None for one in seen) / max(len(seen), 1), 6),
        macro_f1=_macro_f1(judged),
        kappa=_kappa(judged),
        brier=round(float(np.mean((chances - right) ** 2)), 6) if sure else None,
        ece=round(expected_calibration_error(right, chances, np.ones(len(right))), 6) if sure else None,
        risks=_risks(chances, right),
    )


def _chance(seen: Seen) -> float | None:
    """The chance that the draft's action is right, as it was known before the truth was."""
    return seen.item.expected.confidence.get(seen.action or "")


def _right(seen: Seen) -> bool:
    return seen.action == seen.item.expected.action


def _macro_f1(judged: Sequence[Seen]) -> float | None:
    from sklearn.metrics import f1_score  # half of scipy, which a run without labels does not need

    if not judged:
        return None
    wanted = [f"{one.item.sheet.kind} {one.item.expected.action}" for one in judged]
    given = [f"{one.item.sheet.kind} {one.action}" for one in judged]
    return round(float(f1_score(wanted, given, labels=sorted(set(wanted)), average="macro", zero_division=0)), 6)


def _kappa(judged: Sequence[Seen]) -> float | None:
    """Weighted kappa (Cohen 1968) within each kind, whose actions are a ladder from the gentlest to the hardest, and
    over kinds by their items. An escalation is on no ladder and is left out."""
    from sklearn.metrics import cohen_kappa_score

    found: list[tuple[float, int]] = []
    for kind in sorted({one.item.sheet.kind for one in judged}):
        pairs = []
        for one in judged:
            ladder = [action for action in one.item.sheet.allowed_actions if action != ESCALATE]
            if one.item.sheet.kind == kind and one.action in ladder and one.item.expected.action in ladder:
                pairs.append((ladder.index(one.item.expected.action), ladder.index(one.action)))
        if len({wanted for wanted, _ in pairs} | {given for _, given in pairs}) > 1:
            wanted, given = zip(*pairs, strict=True)
            found.append((float(cohen_kappa_score(wanted, given, weights="quadratic")), len(pairs)))
    if not found:
        return None
    return round(float(np.average([value for value, _ in found], weights=[count for _, count in found])), 6)


def _risks(chances: np.ndarray, right: np.ndarray) -> tuple[Risk, ...]:
    """Selective risk (El-Yaniv and Wiener 2010) at a few coverages."""
    order = np.argsort(-chances, kind="stable")
    found = []
    for coverage in COVERAGES if len(order) else ():
        kept = order[: max(1, round(coverage * len(order)))]
        found.append(Risk(coverage=coverage, wrong=round(1 - float(right[kept].mean()), 6)))
    return tuple(found)
