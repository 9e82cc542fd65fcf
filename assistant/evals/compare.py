"""Two runs of one suite, item by item: what was fixed, what was broken, and whether it is more than chance.

Promise: only runs of the same items, judged by the same code, are compared; a missing or troubled item counts as
failed. `passes` is the question; all other metrics together have an error of their own, corrected for their number
(Holm 1979), and so have the slices. Between two runs that do not differ, at most one comparison in twenty says that
they do: half of that for `passes`, half for all the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from assistant.errors import BadInput
from assistant.evals.metrics import METRICS, Metric, Score, metric
from assistant.evals.run import Run
from assistant.evals.stats import holm, interval, mcnemar, smallest_seen, smallest_share_seen, swap_test
from assistant.evals.suite import Item
from assistant.scoring.metrics import Interval

__all__ = ["ALPHA", "QUESTION", "Comparison", "Difference", "compare", "compare_scores"]

QUESTION = "passes"
ALPHA = 0.025
"""Half of the error for the question, half for all others together."""
UNTESTED = ("seconds", "words", "reading_ease")
"""Told and not tested: a slower machine and a shorter text are no verdict on a prompt."""
FEWEST_OF_SLICE = 10

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = dict[str, dict[str, Score]]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Difference(_Value):
    """One metric in both runs. `difference` is the second minus the first, with its 95% interval; `p` is corrected for
    the questions asked with it; `would_see` is the smallest difference that there was a chance of 80% to see."""

    metric: str
    by: str = ""
    items: int
    before: float
    after: float
    difference: Interval
    p: float | None
    would_see: float | None
    verdict: Literal["better", "worse", ""]
    fixed: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


class Comparison(_Value):
    """The second run against the first. `judgement` says it in a sentence."""

    before: str
    after: str
    suite: str
    items: int
    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    unchanged: int
    metrics: tuple[Difference, ...]
    slices: tuple[Difference, ...]
    verdict: Literal["better", "worse", "mixed", "no difference"]
    judgement: str

    def of(self, name: str) -> Difference | None:
        return next((one for one in self.metrics if one.metric == name), None)


def compare(before: Run, after: Run) -> Comparison:
    """Sets two runs side by side. Raises BadInput for runs that cannot be compared."""
    one, two = before.head, after.head
    if one.suite_hash != two.suite_hash:
        what = "suites" if one.suite != two.suite else f"versions or parts of the suite {one.suite}"
        raise BadInput(
            f"{one.run_id} and {two.run_id} are of different {what}, so their items cannot be paired; "
            f"run both prompts on one: fra eval run --suite {two.suite} --prompt {one.spec}"
        )
    if one.judging != two.judging:
        raise BadInput(
            f"{one.run_id} and {two.run_id} were judged by different versions of the program ({one.program}, "
            f"{two.program}); run the older one again: fra eval run --suite {one.suite} --prompt {one.spec}"
        )
    return compare_scores(after.suite.items, before.scores, after.scores, (one.run_id, two.run_id, two.suite))


def compare_scores(items: Sequence[Item], before: Rows, after: Rows, names: tuple[str, str, str]) -> Comparison:
    """The comparison of two tables of scores over the same items."""
    found = [one for one in (_difference(each, items, before, after) for each in METRICS) if one is not None]
    if not any(one.metric == QUESTION for one in found):
        raise BadInput(f"no item of {names[2]} was scored in either run; make the runs again")
    metrics = _judged(found)
    question = next(one for one in metrics if one.metric == QUESTION)
    verdict, judgement = _judgement(question, [one for one in metrics if one.metric != QUESTION])
    return Comparison(
        before=names[0],
        after=names[1],
        suite=names[2],
        items=question.items,
        fixed=question.fixed,
        broken=question.broken,
        unchanged=question.items - len(question.fixed) - len(question.broken),
        metrics=tuple(metrics),
        slices=tuple(_slices(items, before, after)),
        verdict=verdict,
        judgement=judgement,
    )


def _difference(one: Metric, items: Sequence[Item], before: Rows, after: Rows, by: str = "") -> Difference | None:
    """One metric over the items where either run has it. Its p is not corrected yet."""
    kept: list[Item] = []
    pairs: list[tuple[float, float]] = []
    for item in items:
        first, second = before.get(item.id, {}), after.get(item.id, {})
        values = [row[one.name].value if one.name in row else _failed(one, row) for row in (first, second)]
        if (one.name in first or one.name in second) and None not in values:
            kept.append(item)
            pairs.append((values[0], values[1]))  # type: ignore[arg-type]
    if not kept:
        return None
    table = np.array(pairs, dtype=np.float64)
    change = table[:, 1] - table[:, 0]
    groups = _groups(kept)
    good = change if one.better == "higher" else -change
    names = [item.id for item in kept]
    fixed = tuple(name for name, value in zip(names, good, strict=True) if one.sharp and value > 0)
    broken = tuple(name for name, value in zip(names, good, strict=True) if one.sharp and value < 0)
    alone = len(set(groups.tolist())) == len(groups)
    tested = one.name not in UNTESTED
    p = (mcnemar(len(fixed), len(broken)) if one.sharp and alone else swap_test(change, groups)) if tested else None
    return Difference(
        metric=one.name,
        by=by,
        items=len(kept),
        before=round(float(table[:, 0].mean()), 6),
        after=round(float(table[:, 1].mean()), 6),
        difference=interval(change, groups),
        p=p,
        would_see=_would_see(one, change, groups, alone) if tested else None,
        verdict="",
        fixed=fixed,
        broken=broken,
    )


def _failed(one: Metric, row: dict[str, Score]) -> float | None:
    """What a metric is taken to be where a run has none: failed, for an item that is missing or troubled."""
    if row and len(row) > 1:
        return None  # it does not apply, such as numbers to an empty draft
    if one.sharp:
        return 0.0 if one.better == "higher" else 1.0
    return 0.0 if one.better == "higher" and one.name not in UNTESTED else None


def _would_see(one: Metric, change: Floats, groups: Ints, alone: bool) -> float:
    if one.sharp and alone:
        return round(smallest_share_seen(len(change), float(np.mean(change != 0)), ALPHA), 6)
    found = smallest_seen(change, groups, ALPHA)
    if one.sharp:  # without a change there is no spread to judge by, but six groups must change for a verdict
        found = max(found, smallest_share_seen(int(groups.max()) + 1, 0.0, ALPHA))
    return round(min(found, 1.0 if one.sharp else 1e12), 6)


def _judged(found: Sequence[Difference]) -> list[Difference]:
    """Corrected p values and verdicts: the question by itself, all others for their number."""
    others = [one for one in found if one.metric != QUESTION and one.p is not None]
    corrected = dict(zip((one.metric for one in others), holm([one.p or 0.0 for one in others]), strict=True))
    return [_with_verdict(one, corrected.get(one.metric, one.p)) for one in found]


def _with_verdict(one: Difference, p: float | None) -> Difference:
    known = metric(one.metric)
    verdict = ""
    if p is not None and p <= ALPHA and known is not None and one.difference.value:
        verdict = "better" if (one.difference.value > 0) == (known.better == "higher") else "worse"
    return one.model_copy(update={"p": None if p is None else round(p, 6), "verdict": verdict})


def _slices(items: Sequence[Item], before: Rows, after: Rows) -> list[Difference]:
    """`passes` in every slice of ten items or more, corrected for their number."""
    question = metric(QUESTION)
    assert question is not None
    names = sorted({(key, value) for item in items for key, value in item.slices.items()})
    found = []
    for key, value in names:
        part = [item for item in items if item.slices.get(key) == value]
        if FEWEST_OF_SLICE <= len(part) < len(items):
            one = _difference(question, part, before, after, f"{key}={value}")
            found += [one] if one else []
    corrected = holm([one.p or 0.0 for one in found])
    return [_with_verdict(one, p) for one, p in zip(found, corrected, strict=True)]


def _judgement(
    question: Difference, others: Sequence[Difference]
) -> tuple[Literal["better", "worse", "mixed", "no difference"], str]:
    better = [one for one in others if one.verdict == "better"]
    worse = [one for one in others if one.verdict == "worse"]
    signs = {one.verdict for one in (question, *better, *worse)} - {""}
    told = []
    if question.verdict:
        told.append(f"{_points(abs(question.difference.value))} more items {_which(question)} (p {question.p:.3g})")
    told += [
        f"{one.metric} {one.verdict}, {one.before:.3g} to {one.after:.3g} (p {one.p:.3g})" for one in better + worse
    ]
    if not signs:
        seen = question.would_see if question.would_see is not None else 1.0
        could = f"it would have seen {_points(seen)} of items passed" if seen < 1 else "it is too small to see any"
        return "no difference", f"no difference that this suite could have seen ({could})"
    verdict: Literal["better", "worse", "mixed"] = "mixed"
    if signs == {"better"}:
        verdict = "better"
    elif signs == {"worse"}:
        verdict = "worse"
    word = {"better": "better", "worse": "worse", "mixed": "better in one thing and worse in another"}[verdict]
    return verdict, f"{word}: {'; '.join(told)}"


def _which(question: Difference) -> str:
    return "pass" if question.verdict == "better" else "fail"


def _points(share: float) -> str:
    points = share * 100
    return f"{points:.1f} points" if points < 10 else f"{points:.0f} points"


def _groups(items: Sequence[Item]) -> Ints:
    places: dict[str, int] = {}
    return np.array([places.setdefault(item.group, len(places)) for item in items], dtype=np.int64)
