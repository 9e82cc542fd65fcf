"""One fitted model: what was known at a cutoff, turned into a calibrated probability with reasons.

A vintage learns only from labels known before its cutoff and scores only cases opened from then on. It is stored as
the model's own plain files and JSON, never as a pickle.

A case that is too unlike anything seen gets no probability. The rule: of the columns that the model reads and that the
case has, or that fewer than 1 in 100 training cases lacked, more than half are strange, that is outside the range of
the training cases or missing. A column that many lack says nothing where it is missing, so it is not counted there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, model_validator

from assistant.case import Moment
from assistant.scoring.calibration import Calibration, calibrate
from assistant.scoring.frame import RARE, Floats, Frame, Ints, frame_of
from assistant.scoring.models import CHAMPION, Fitted, Learner, open_model
from assistant.signals import SignalTable

__all__ = ["LEAST_FRAUDS", "LEAST_ROWS", "Recipe", "Reference", "Scores", "Vintage"]

FOLDS = 3
LEAST_ROWS, LEAST_FRAUDS = 100, 15
"""Below this a model would repeat chance, so there is none and the score abstains."""
LEAST_KNOWN = 8
LEAST_CATEGORY_ROWS = 4
MOST_CATEGORIES = 100
GRID = 101
NEARLY_ALWAYS = 0.99
TOO_STRANGE = 0.5


class Reference(BaseModel):
    """The normal range of a signal among the training cases: quantiles of its numbers, or shares of its words, and the
    share of cases that have it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quantiles: tuple[float, ...] = ()
    shares: dict[str, float] = {}
    present: float = 0.0

    def percentile(self, value: float) -> float | None:
        """Share of training cases below the value, ties counted half."""
        if not self.quantiles:
            return None
        below = np.searchsorted(self.quantiles, value, "left")
        upto = np.searchsorted(self.quantiles, value, "right")
        return float((below + upto) / 2 / len(self.quantiles))


class Recipe(BaseModel):
    """Everything of a vintage but the model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    cutoff: Moment
    n_train: int
    n_fraud: int
    numbers: tuple[str, ...]
    categories: dict[str, tuple[str, ...]]
    references: dict[str, Reference]
    model: str = "xgboost"
    calibration: Calibration

    @model_validator(mode="before")
    @classmethod
    def _first_form(cls, given: Any) -> Any:
        """Recipes of version 0.1 held the line itself."""
        if isinstance(given, dict) and "slope" in given:
            rest = {name: value for name, value in given.items() if name not in {"slope", "intercept"}}
            return rest | {"calibration": {"method": "platt", "numbers": [given["slope"], given["intercept"]]}}
        return given


@dataclass(frozen=True)
class Scores:
    """Calibrated probabilities, and contributions in log-odds: rows are cases, columns are `names`. A probability is
    NaN where the model cannot say anything; `strange` is the share of columns that are unlike anything seen."""

    probabilities: Floats
    names: tuple[str, ...]
    contributions: Floats
    base: Floats
    strange: Floats
    interval: tuple[Floats, Floats] | None = None


@dataclass(frozen=True, eq=False)
class Vintage:
    """A model of one kind of case as of one cutoff."""

    recipe: Recipe
    model: Fitted

    @classmethod
    def fit(
        cls,
        kind: str,
        cutoff: datetime,
        table: SignalTable,
        rows: Ints,
        labels: Ints,
        weights: Floats,
        learner: Learner = CHAMPION,
        left_out: frozenset[str] = frozenset(),
    ) -> Vintage | None:
        """Learns from these rows of the table, which are in the order of time. None where there is too little."""
        if len(rows) < LEAST_ROWS or labels.sum() < LEAST_FRAUDS or (labels == 0).sum() < LEAST_FRAUDS:
            return None
        numbers, categories = columns_of(table, rows, learner.reads, left_out)
        if not numbers and not categories:
            return None
        frame = frame_of(table, rows, numbers, categories)
        model = learner.fit(frame, labels, weights)
        if model is None:
            return None
        recipe = Recipe(
            kind=kind,
            cutoff=cutoff,
            n_train=len(rows),
            n_fraud=int(labels.sum()),
            numbers=numbers,
            categories=categories,
            references=_references(table, rows, numbers, categories),
            model=model.kind,
            calibration=calibrate(unseen_margins(learner, frame, labels, weights), labels, weights),
        )
        return cls(recipe, model)

    def score(self, table: SignalTable, rows: Ints) -> Scores:
        """Scores these rows. Base and contributions add up to the log-odds of the probability."""
        frame = frame_of(table, rows, self.recipe.numbers, self.recipe.categories)
        raw = self.model.contributions(frame)
        contributions, base = self.recipe.calibration.apply(raw)
        said = 1 / (1 + np.exp(-base - contributions.sum(axis=1)))
        return Scores(
            said,
            frame.names,
            contributions,
            base,
            self._strange(frame),
            self.recipe.calibration.interval(raw.sum(axis=1), said),
        )

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.model.save(folder)
        (folder / "recipe.json").write_text(self.recipe.model_dump_json(indent=1))

    @classmethod
    def load(cls, folder: Path) -> Vintage:
        recipe = Recipe.model_validate(json.loads((folder / "recipe.json").read_text()))
        return cls(recipe, open_model(recipe.model, folder))

    def _strange(self, frame: Frame) -> Floats:
        low, high, always = self._limits
        missing = np.isnan(frame.matrix)
        with np.errstate(invalid="ignore"):
            strange = (missing & always) | (frame.matrix < low) | (frame.matrix > high)
        asked = (~missing | always).sum(axis=1)
        return np.where(asked > 0, strange.sum(axis=1) / np.maximum(asked, 1), 1.0)

    @cached_property
    def _limits(self) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Lowest and highest value of each column of the frame in training, and whether nearly every case had it."""
        known = [self.recipe.references[name] for name in (*self.recipe.numbers, *self.recipe.categories)]
        low = np.array([one.quantiles[0] if one.quantiles else -np.inf for one in known])
        high = np.array([one.quantiles[-1] if one.quantiles else np.inf for one in known])
        return low, high, np.array([one.present >= NEARLY_ALWAYS for one in known], dtype=bool)


def unseen_margins(learner: Learner, frame: Frame, labels: Ints, weights: Floats) -> Floats:
    """What the learner says of each case when it has not learned from it, folds being blocks of time."""
    margins = np.zeros(len(labels))
    for fold in np.array_split(np.arange(len(labels)), FOLDS):
        rest = np.setdiff1d(np.arange(len(labels)), fold)
        fitted = (
            learner.fit(frame.take(rest), labels[rest], weights[rest]) if len(np.unique(labels[rest])) > 1 else None
        )
        if fitted is None:
            share = np.average(labels, weights=weights)
            margins[fold] = np.log(share / (1 - share))
        else:
            margins[fold] = fitted.margins(frame.take(fold))
    return margins


def columns_of(
    table: SignalTable, rows: Ints, reads: Sequence[str] | None, left_out: frozenset[str]
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Numbers and categories that a model of these rows may read: all that vary, or just those that it asks for."""
    numbers = sorted(set(table.numbers) - left_out)
    texts = sorted(set(table.texts) - left_out)
    if reads is not None:
        asked = {name: _shared(table.texts[name][rows], least=1, fewest=1) for name in texts if name in reads}
        return tuple(name for name in numbers if name in reads), asked
    categories = {name: found for name in texts if (found := _common(table.texts[name][rows]))}
    return tuple(name for name in numbers if _varies(table.numbers[name][rows])), categories


def _varies(column: Floats) -> bool:
    known = column[~np.isnan(column)]
    return len(known) >= LEAST_KNOWN and bool((known != known[0]).any() or len(known) < len(column))


def _common(column: NDArray[np.object_]) -> tuple[str, ...]:
    """The values that enough training cases share; rarer ones say more about one person than about fraud, so all of
    them are one value."""
    found = _shared(column, LEAST_CATEGORY_ROWS, fewest=2)
    rare = sum(word is not None and word not in found for word in column)
    return (*found, RARE) if found and rare >= LEAST_CATEGORY_ROWS else found


def _shared(column: NDArray[np.object_], least: int, fewest: int) -> tuple[str, ...]:
    """The values of at least so many cases, the most frequent first; none where fewer values than that are left."""
    values, counts = np.unique([value for value in column if value is not None], return_counts=True)
    order = np.argsort(-counts, kind="stable")[:MOST_CATEGORIES]
    found = tuple(str(values[one]) for one in order if counts[one] >= least)
    return found if len(found) >= fewest else ()


def _references(
    table: SignalTable, rows: Ints, numbers: Sequence[str], categories: Mapping[str, Sequence[str]]
) -> dict[str, Reference]:
    found = {}
    for name in numbers:
        column = table.numbers[name][rows]
        known = column[~np.isnan(column)]
        grid = np.quantile(known, np.linspace(0, 1, GRID), method="inverted_cdf") if len(known) else np.empty(0)
        found[name] = Reference(quantiles=tuple(grid.tolist()), present=len(known) / len(column))
    for name, values in categories.items():
        words = table.texts[name][rows]
        shares = {value: float((words == value).mean()) for value in values if value != RARE}
        given = float(np.mean([word is not None for word in words])) if RARE in values else sum(shares.values())
        found[name] = Reference(shares=shares, present=given)
    return found
