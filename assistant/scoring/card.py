"""The card of a model: how it was made, what it read, how good it was on later data, and whether it was promoted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict

from assistant.case import Moment
from assistant.scoring.metrics import Interval, Metrics

__all__ = ["Card", "Slice", "pages"]


class Slice(BaseModel):
    """Later cases that have something in common: how many, what was said of them and what was seen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str
    name: str
    n: int
    n_fraud: int
    said: float
    seen: float
    auc: float | None = None
    average_precision: float | None = None


class Card(BaseModel):
    """How a model was made and measured. Fields that came later than version 0.1 have defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    model_id: str
    trained_at: Moment
    label_rule: str
    n_cases: int
    n_labels: int
    n_assumed_delay: int
    n_train: int
    metrics: Metrics | None
    by_kind: dict[str, Metrics]
    tested_from: Moment | None
    tested_until: Moment | None
    notes: tuple[str, ...] = ()
    learned_from: Moment | None = None
    learned_until: Moment | None = None
    kinds: tuple[str, ...] = ()
    slices: tuple[Slice, ...] = ()
    calibration: dict[str, str] = {}
    """By kind: the method of the newest vintage."""
    reliability: tuple[tuple[float, float, int], ...] = ()
    """Said, seen and number of cases, over ten bins of equal mass of the later cases."""
    signals: dict[str, tuple[str, ...]] = {}
    """By kind: what the newest vintage reads."""
    settings: dict[str, str] = {}
    """By kind: the hyper-parameters that were searched for, where they are not the usual ones."""
    left_out: dict[str, str] = {}
    """Columns that give the answer away, and why they are believed to."""
    versions: dict[str, str] = {}
    sha256: str = ""
    difference: Interval | None = None
    """Average precision minus that of the model before it, paired, over kinds by their frauds."""
    cost_difference: Interval | None = None
    """Expected cost a case minus that of the model before it, in the policy's currency, paired."""
    promoted: bool = False
    verdict: str = ""

    def row(self) -> dict[str, Any]:
        """The card as one of the models of the command contract."""
        metrics = self.metrics
        return {
            "name": self.name,
            "auc": metrics and metrics.auc.value,
            "average_precision": metrics and metrics.average_precision.value,
            "brier": metrics and metrics.brier,
            "ece": metrics and metrics.ece,
            "recall_at_5pct_fpr": metrics and metrics.recall_at_5pct_fpr,
            "n_train": self.n_train,
            "n_test": metrics.n_test if metrics else 0,
            "card": self.model_dump(mode="json"),
        }

    def summary(self) -> dict[str, Any]:
        """What the journal keeps of a promotion."""
        figures = self.metrics and {"average_precision": self.metrics.average_precision.value, "ece": self.metrics.ece}
        return {"name": self.name, "verdict": self.verdict, "sha256": self.sha256, "figures": figures}

    def save(self, folder: Path) -> None:
        """Writes `card.json`, and `card.html` for people."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "card.json").write_text(self.model_dump_json(indent=1))
        (folder / "card.html").write_text(pages.get_template("card.html").render(card=self), encoding="utf-8")


pages = Environment(
    loader=PackageLoader("assistant.scoring", "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
