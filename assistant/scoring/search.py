"""Hyper-parameters, searched within a budget of seconds on folds in the order of time.

Only what was known at the first cutoff of a kind is used, so the later cases that models are compared on stay unseen.
Settings are tried in one fixed order until the time is up. The usual ones stay unless others have a lower log loss
beyond noise: on a few hundred labels the best of ten is mostly the luckiest of ten."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from assistant.scoring.frame import Floats, frame_of
from assistant.scoring.known import Known
from assistant.scoring.metrics import BEYOND_NOISE
from assistant.scoring.models import Learner, Linear, Trees
from assistant.scoring.train import Lesson, Progress
from assistant.scoring.vintage import LEAST_FRAUDS, columns_of

__all__ = ["Found", "search", "variations"]

PARTS = ((0.0, 0.5, 0.75), (0.0, 0.75, 1.0))
"""Folds as shares of what is known: learn from the first to the second, test from the second to the third."""


@dataclass(frozen=True)
class Found:
    """What was found for one kind; `words` is empty where the usual settings stay."""

    learner: Learner
    words: str
    tried: int


def variations(learner: Learner) -> list[tuple[str, Learner]]:
    """Other settings worth trying, likeliest first."""
    if isinstance(learner, Trees):
        tries: list[tuple[dict[str, float], int]] = [
            ({"max_depth": 3}, 200),
            ({"max_depth": 3, "min_child_weight": 4}, 150),
            ({"max_depth": 5, "lambda": 6.0}, 120),
            ({"eta": 0.04}, 240),
            ({"colsample_bynode": 0.3}, 150),
            ({"max_depth": 2, "eta": 0.1}, 250),
            ({"lambda": 10.0, "subsample": 0.6}, 150),
            ({"max_depth": 6, "min_child_weight": 4, "eta": 0.05}, 200),
        ]
        return [
            (_words({**changes, "trees": rounds}), replace(learner, changes=changes, rounds=rounds))
            for changes, rounds in tries
        ]
    if isinstance(learner, Linear):
        return [(_words({"ridge": ridge}), replace(learner, strength=ridge)) for ridge in (5.0, 80.0, 2.0)]
    return []


def search(lesson: Lesson, learner: Learner, budget_s: float, progress: Progress) -> dict[str, Found]:
    """The best settings of each kind that has labels enough. The budget is shared out evenly between the kinds."""
    options = variations(learner)
    if not options:
        return {}
    found = {}
    for number, kind in enumerate(lesson.kinds):
        progress(f"searching settings ({learner.name})", number, len(lesson.kinds))
        known = lesson.known(kind, lesson.cutoffs(kind)[0])
        until = time.monotonic() + budget_s / len(lesson.kinds)
        usual = _losses(lesson, kind, known, learner)
        if usual is None:
            continue
        best, words, lowest, tried = learner, "", usual, 0
        for name, option in options:
            if time.monotonic() >= until:
                break
            losses = _losses(lesson, kind, known, option)
            tried += 1
            if losses is None:
                continue
            gain = usual - losses
            if losses.mean() < lowest.mean() and gain.mean() > BEYOND_NOISE * gain.std() / np.sqrt(len(gain)):
                best, words, lowest = option, name, losses
        found[kind] = Found(best, words, tried)
    return found


def _losses(lesson: Lesson, kind: str, known: Known, learner: Learner) -> Floats | None:
    """Weighted log loss of each case of the folds, or None where a fold lacks a class."""
    left_out = frozenset(lesson.left_out.get(kind, {}))
    size, found = len(known.rows), []
    for start, end, after in PARTS:
        learn, test = slice(int(size * start), int(size * end)), slice(int(size * end), int(size * after))
        frauds = known.truth[learn].sum()
        if frauds < LEAST_FRAUDS or frauds == len(known.truth[learn]) or not len(known.rows[test]):
            return None
        numbers, categories = columns_of(lesson.table, known.rows[learn], learner.reads, left_out)
        frame = frame_of(lesson.table, known.rows[learn], numbers, categories)
        fitted = learner.fit(frame, known.truth[learn], known.weights[learn])
        if fitted is None:
            return None
        said = fitted.margins(frame_of(lesson.table, known.rows[test], numbers, categories))
        found.append(known.weights[test] * (np.logaddexp(0, said) - known.truth[test] * said))
    return np.concatenate(found)


def _words(settings: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in settings.items())
