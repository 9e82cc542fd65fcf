"""Boosted trees (XGBoost), the champion: missing values go the way that served best in training, words are fraud rates,
and signals with a bad direction may only push that way. Reasons are TreeSHAP values (Lundberg et al. 2020)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from assistant.scoring.frame import Floats, Frame, Ints
from assistant.scoring.models.rates import Rates

if TYPE_CHECKING:
    import xgboost  # takes two seconds with what it brings, so it is imported where a tree is touched

__all__ = ["FittedTrees", "Trees"]

PARAMETERS: Mapping[str, Any] = {
    "objective": "binary:logistic",
    "max_depth": 4,
    "eta": 0.08,
    "max_bin": 64,
    "min_child_weight": 1,
    "subsample": 0.8,
    "colsample_bynode": 0.5,
    "lambda": 3.0,
    "nthread": 1,  # two threads beside another busy process took 10 times longer here than one
    "seed": 7,
}
ROUNDS = 120


@dataclass(frozen=True, eq=False)
class FittedTrees:
    """`rates` is None in a model of before there were any, which reads the codes of words themselves."""

    booster: xgboost.Booster
    rates: Rates | None

    kind: ClassVar[str] = "xgboost"

    def margins(self, frame: Frame) -> Floats:
        return self.booster.predict(self._rows(frame), output_margin=True).astype(float)

    def contributions(self, frame: Frame) -> Floats:
        return self.booster.predict(self._rows(frame), pred_contribs=True).astype(float)

    def save(self, folder: Path) -> None:
        self.booster.save_model(folder / "trees.ubj")
        if self.rates is not None:
            (folder / "rates.json").write_text(self.rates.model_dump_json())

    @classmethod
    def load(cls, folder: Path) -> FittedTrees:
        import xgboost

        booster = xgboost.Booster({"nthread": 1})
        try:
            booster.load_model(folder / "trees.ubj")
        except xgboost.core.XGBoostError as error:
            raise ValueError("trees.ubj cannot be read") from error
        rates = folder / "rates.json"
        return cls(booster, Rates.model_validate_json(rates.read_text()) if rates.exists() else None)

    def _rows(self, frame: Frame) -> xgboost.DMatrix:
        import xgboost

        if self.rates is not None:
            return xgboost.DMatrix(self.rates(frame))
        types = ["q"] * len(frame.numbers) + ["c"] * len(frame.categories)
        return xgboost.DMatrix(frame.matrix, feature_types=types, enable_categorical=True)


@dataclass(frozen=True)
class Trees:
    """`changes` replace parameters; `rounds` is the number of trees."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    rounds: int = ROUNDS
    name: str = "xgboost"
    by_itself: bool = True
    reads: tuple[str, ...] | None = None

    def fit(self, frame: Frame, labels: Ints, weights: Floats) -> FittedTrees:
        import xgboost

        # a bad direction may only push one way, which keeps a rare accident from becoming a rule; so may a rate
        signs = [*(str(sign) for sign in frame.directions), *("1" for _ in frame.categories)]
        parameters = {**PARAMETERS, **self.changes, "monotone_constraints": f"({','.join(signs)})"}
        rows = xgboost.DMatrix(Rates.unseen(frame, labels, weights), label=labels, weight=weights)
        return FittedTrees(xgboost.train(parameters, rows, self.rounds), Rates.of(frame, labels, weights))
