"""One fitted model: what was known at a cutoff, turned into a calibrated probability with reasons.

A vintage learns only from labels known before its cutoff and scores only cases opened from then on. It is stored as
XGBoost's own file and JSON, never as a pickle.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from assistant.case import Moment
from assistant.signals import Signal, SignalTable

if TYPE_CHECKING:
    import xgboost  # takes two seconds with what it brings, so it is imported where a tree is touched

__all__ = ["Scores", "Vintage"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PARAMETERS = {
    "objective": "binary:logistic",
    "max_depth": 4,
    "eta": 0.08,
    "max_bin": 64,
    "min_child_weight": 1,
    "subsample": 0.8,
    "colsample_bytree": 0.5,
    "lambda": 3.0,
    "max_cat_to_onehot": 64,
    "nthread": 1,  # two threads beside another busy process took 10 times longer here than one
    "seed": 7,
}
ROUNDS = 120
FOLDS = 3
LEAST_ROWS, LEAST_FRAUDS = 100, 15
"""Below this a model would repeat chance, so there is none and the score abstains."""
LEAST_CATEGORY_ROWS = 8
MOST_CATEGORIES = 40
GRID = 101


class Reference(BaseModel):
    """The normal range of a signal among the training cases: quantiles of its numbers, or shares of its words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quantiles: tuple[float, ...] = ()
    shares: dict[str, float] = {}

    def percentile(self, value: float) -> float | None:
        """Share of training cases below the value, ties counted half."""
        if not self.quantiles:
            return None
        below = np.searchsorted(self.quantiles, value, "left")
        upto = np.searchsorted(self.quantiles, value, "right")
        return float((below + upto) / 2 / len(self.quantiles))


class Recipe(BaseModel):
    """Everything of a vintage but the trees."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    cutoff: Moment
    n_train: int
    n_fraud: int
    numbers: tuple[str, ...]
    categories: dict[str, tuple[str, ...]]
    references: dict[str, Reference]
    slope: float
    intercept: float


@dataclass(frozen=True)
class Scores:
    """Calibrated probabilities, and contributions in log-odds: rows are cases, columns are `names`."""

    probabilities: Floats
    names: tuple[str, ...]
    contributions: Floats
    base: Floats


@dataclass(frozen=True, eq=False)
class Vintage:
    """A model of one kind of case as of one cutoff."""

    recipe: Recipe
    trees: xgboost.Booster

    @classmethod
    def fit(
        cls, kind: str, cutoff: datetime, table: SignalTable, rows: Ints, labels: Ints, weights: Floats
    ) -> Vintage | None:
        """Learns from these rows of the table, which are in the order of time. None where there is too little."""
        if len(rows) < LEAST_ROWS or labels.sum() < LEAST_FRAUDS or (labels == 0).sum() < LEAST_FRAUDS:
            return None
        numbers = tuple(sorted(name for name, column in table.numbers.items() if _varies(column[rows])))
        categories = {name: found for name in sorted(table.texts) if (found := _common(table.texts[name][rows]))}
        recipe = Recipe(
            kind=kind,
            cutoff=cutoff,
            n_train=len(rows),
            n_fraud=int(labels.sum()),
            numbers=numbers,
            categories=categories,
            references=_references(table, rows, numbers, categories),
            slope=1.0,
            intercept=0.0,
        )
        if not numbers and not categories:
            return None
        matrix = _matrix(recipe, table, rows)
        monotone = _directions(recipe, table.signals)
        slope, intercept = _calibrate(recipe, matrix, labels, weights, monotone)
        trees = _train(recipe, matrix, labels, weights, monotone)
        return cls(recipe.model_copy(update={"slope": slope, "intercept": intercept}), trees)

    def score(self, table: SignalTable, rows: Ints) -> Scores:
        """Scores these rows. Contributions are TreeSHAP values (Lundberg et al. 2020), scaled like the calibration, so
        that base and contributions add up to the log-odds of the probability."""
        matrix = _dmatrix(self.recipe, _matrix(self.recipe, table, rows))
        shap = self.trees.predict(matrix, pred_contribs=True).astype(float) * self.recipe.slope
        base = shap[:, -1] + self.recipe.intercept
        log_odds = base + shap[:, :-1].sum(axis=1)
        return Scores(1 / (1 + np.exp(-log_odds)), _names(self.recipe), shap[:, :-1], base)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.trees.save_model(folder / "trees.ubj")
        (folder / "recipe.json").write_text(self.recipe.model_dump_json(indent=1))

    @classmethod
    def load(cls, folder: Path) -> Vintage:
        import xgboost

        recipe = Recipe.model_validate(json.loads((folder / "recipe.json").read_text()))
        trees = xgboost.Booster({"nthread": 1})
        trees.load_model(folder / "trees.ubj")
        return cls(recipe, trees)


def _names(recipe: Recipe) -> tuple[str, ...]:
    return (*recipe.numbers, *recipe.categories)


def _varies(column: Floats) -> bool:
    known = column[~np.isnan(column)]
    return len(known) >= LEAST_CATEGORY_ROWS and bool((known != known[0]).any() or len(known) < len(column))


def _common(column: NDArray[np.object_]) -> tuple[str, ...]:
    """The values that enough training cases share; rarer ones say more about one person than about fraud."""
    values, counts = np.unique([value for value in column if value is not None], return_counts=True)
    order = np.argsort(-counts, kind="stable")[:MOST_CATEGORIES]
    found = tuple(str(values[one]) for one in order if counts[one] >= LEAST_CATEGORY_ROWS)
    return found if len(found) > 1 else ()


def _references(
    table: SignalTable, rows: Ints, numbers: Sequence[str], categories: Mapping[str, Sequence[str]]
) -> dict[str, Reference]:
    found = {}
    for name in numbers:
        column = table.numbers[name][rows]
        known = column[~np.isnan(column)]
        grid = np.quantile(known, np.linspace(0, 1, GRID), method="inverted_cdf")
        found[name] = Reference(quantiles=tuple(grid.tolist()))
    for name, values in categories.items():
        words = table.texts[name][rows]
        found[name] = Reference(shares={value: float((words == value).mean()) for value in values})
    return found


def _directions(recipe: Recipe, signals: Mapping[str, Signal]) -> str:
    """Signals with a bad direction may only push that way, which keeps a rare accident from becoming a rule."""
    signs = {"high": "1", "low": "-1", None: "0"}
    return "(" + ",".join(signs[signals[name].bad] for name in recipe.numbers) + ",0" * len(recipe.categories) + ")"


def _matrix(recipe: Recipe, table: SignalTable, rows: Ints) -> Floats:
    columns: list[Floats] = []
    for name in recipe.numbers:
        columns.append(table.numbers[name][rows] if name in table.numbers else np.full(len(rows), np.nan))
    for name, values in recipe.categories.items():
        codes: dict[str | None, float] = {value: float(code) for code, value in enumerate(values)}
        texts = table.texts[name][rows] if name in table.texts else [None] * len(rows)
        columns.append(np.array([codes.get(text, np.nan) for text in texts], dtype=np.float64))
    return np.column_stack(columns)


def _dmatrix(
    recipe: Recipe, matrix: Floats, labels: Ints | None = None, weights: Floats | None = None
) -> xgboost.DMatrix:
    import xgboost

    types = ["q"] * len(recipe.numbers) + ["c"] * len(recipe.categories)
    return xgboost.DMatrix(matrix, label=labels, weight=weights, feature_types=types, enable_categorical=True)


def _train(recipe: Recipe, matrix: Floats, labels: Ints, weights: Floats, monotone: str) -> xgboost.Booster:
    import xgboost

    parameters = PARAMETERS | {"monotone_constraints": monotone}
    return xgboost.train(parameters, _dmatrix(recipe, matrix, labels, weights), ROUNDS)


def _calibrate(recipe: Recipe, matrix: Floats, labels: Ints, weights: Floats, monotone: str) -> tuple[float, float]:
    """Slope and intercept for the log-odds (Platt 1999) from predictions out of fold, folds being blocks of time."""
    from sklearn.linear_model import LogisticRegression

    margins = np.zeros(len(labels))
    for fold in np.array_split(np.arange(len(labels)), FOLDS):
        rest = np.setdiff1d(np.arange(len(labels)), fold)
        if len(np.unique(labels[rest])) < 2:
            share = np.average(labels, weights=weights)
            margins[fold] = np.log(share / (1 - share))
            continue
        trees = _train(recipe, matrix[rest], labels[rest], weights[rest], monotone)
        margins[fold] = trees.predict(_dmatrix(recipe, matrix[fold]), output_margin=True)
    line = LogisticRegression(C=10.0).fit(margins.reshape(-1, 1), labels, sample_weight=weights)
    slope = max(float(line.coef_[0, 0]), 0.05)  # a score may be weak, but its order must not turn round
    return slope, float(line.intercept_[0])
