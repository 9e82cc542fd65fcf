"""Bring your own score: a column of the cases that another system filled in at the time of the case, calibrated here.

It is never asked to explain itself by signals, so it becomes champion only where a person says so. A case without the
score gets none: nothing is put in its place.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from assistant.scoring.frame import Floats, Frame, Ints

__all__ = ["FittedGiven", "Given"]

SURE = 1e-6


@dataclass(frozen=True, eq=False)
class FittedGiven:
    """`between` says that the score is a probability, so that its log-odds are taken; else it is scaled."""

    column: str
    between: bool
    mean: float
    scale: float

    kind: ClassVar[str] = "given"

    def margins(self, frame: Frame) -> Floats:
        values = frame.column(self.column)
        return (_log_odds(values) if self.between else values) / self.scale

    def contributions(self, frame: Frame) -> Floats:
        parts = np.zeros((len(frame), len(frame.names) + 1))
        parts[:, frame.names.index(self.column)] = self.margins(frame) - self.mean
        parts[:, -1] = self.mean
        return parts

    def save(self, folder: Path) -> None:
        state = {"column": self.column, "between": self.between, "mean": self.mean, "scale": self.scale}
        (folder / "given.json").write_text(json.dumps(state))

    @classmethod
    def load(cls, folder: Path) -> FittedGiven:
        state = json.loads((folder / "given.json").read_text())
        return cls(str(state["column"]), bool(state["between"]), float(state["mean"]), float(state["scale"]))


@dataclass(frozen=True)
class Given:
    """`column` is the name that the schema gives the score; its role there is `number` or `check`."""

    column: str
    by_itself: bool = False

    @property
    def name(self) -> str:
        return f"given:{self.column}"

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"value.{self.column}",)

    def fit(self, frame: Frame, labels: Ints, weights: Floats) -> FittedGiven | None:
        (name,) = self.reads
        values = frame.column(name) if name in frame.numbers else np.empty(0)
        known = values[~np.isnan(values)]
        if not len(known):
            return None
        between = bool((known >= 0).all() and (known <= 1).all())
        margins = _log_odds(known) if between else known
        scale = 1.0 if between else float(np.std(margins)) or 1.0
        # a score of 900 for the best customers falls where fraud rises
        if np.ptp(known) and np.corrcoef(known, labels[~np.isnan(values)])[0, 1] < 0:
            scale = -scale
        return FittedGiven(name, between, float(margins.mean()) / scale, scale)


def _log_odds(values: Floats) -> Floats:
    kept = np.clip(values, SURE, 1 - SURE)
    return np.log(kept / (1 - kept))
