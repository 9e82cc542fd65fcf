"""A model: vintages by kind of case, and the card that says how good they were on later data.

Scoring picks for each case the newest vintage whose cutoff is not after the case was opened, so a score never leans on
what became known later. An undecided case older than every vintage is scored by the first one, and says so; a decided
one that old gets no score, because the vintage may have learned from its answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from assistant.case import Band, Case, Moment, Reason, Scorecard
from assistant.errors import NotReady
from assistant.scoring.metrics import Metrics
from assistant.scoring.vintage import Reference, Scores, Vintage
from assistant.signals import Signal, SignalTable, Value

__all__ = ["NO_MODEL", "Card", "Model"]

REASONS = 10
LEAST_CONTRIBUTION = 0.02
NO_MODEL = Scorecard(
    probability=None, band="abstain", model="none", note="no model is trained yet; run 'fra train' to get scores"
)
Bander = Callable[[str, float], Band]


class Card(BaseModel):
    """How a model was made and measured."""

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


class Pick(NamedTuple):
    """Which vintage scores a case, or why none does."""

    vintage: Vintage | None
    note: str


@dataclass(frozen=True)
class Model:
    """Vintages, oldest first, and their card."""

    card: Card
    vintages: tuple[Vintage, ...]

    def score(
        self, cases: Sequence[Case], table: SignalTable, decided: frozenset[str], band: Bander
    ) -> Iterator[Scorecard]:
        """One scorecard a case, in order. `decided` are the cases whose answer training may have seen."""
        picks = [self.pick(case, decided) for case in cases]
        found: dict[int, Scorecard] = {}
        for vintage in dict.fromkeys(pick.vintage for pick in picks if pick.vintage):
            rows = np.array([row for row, pick in enumerate(picks) if pick.vintage is vintage], dtype=np.int64)
            scores = vintage.score(table, rows)
            for index, row in enumerate(rows):
                found[row] = self._card(
                    cases[row], vintage, scores, index, table.row(row), table, band, picks[row].note
                )
        for row, pick in enumerate(picks):
            yield found.get(row) or Scorecard(
                probability=None, band="abstain", model=self.card.model_id, note=pick.note
            )

    def pick(self, case: Case, decided: frozenset[str]) -> Pick:
        """The vintage for a case, by the clock of the case."""
        own = [one for one in self.vintages if one.recipe.kind == case.kind]
        if not own:
            return Pick(None, f"too few decided cases of kind {case.kind!r} to learn from")
        known = [one for one in own if one.recipe.cutoff <= case.opened_at]
        if known:
            return Pick(known[-1], "")
        if case.case_id in decided:
            return Pick(None, "opened before there was a model, and its answer was used to train the first one")
        return Pick(own[0], f"scored by a model from {own[0].recipe.cutoff:%Y-%m-%d}, after this case was opened")

    def save(self, folder: Path) -> None:
        target = folder / self.card.model_id
        for index, vintage in enumerate(self.vintages):
            vintage.save(target / f"{index:02d}")
        (target / "card.json").write_text(self.card.model_dump_json(indent=1))
        champion = folder / "champion.tmp"
        champion.write_text(json.dumps({"model_id": self.card.model_id}))
        champion.replace(folder / "champion.json")  # a rename is whole or not at all

    @classmethod
    def champion(cls, folder: Path) -> Model | None:
        """The model in use, or None before the first training. Raises NotReady when its files are damaged."""
        pointer = folder / "champion.json"
        if not pointer.exists():
            return None
        try:
            target = folder / json.loads(pointer.read_text())["model_id"]
            card = Card.model_validate_json((target / "card.json").read_text())
            vintages = tuple(Vintage.load(part) for part in sorted(target.glob("[0-9][0-9]")))
        except (OSError, ValueError, KeyError) as error:
            raise NotReady(f"the model in {folder} is damaged ({type(error).__name__}); run 'fra train'") from error
        return cls(card, vintages)

    def _card(
        self,
        case: Case,
        vintage: Vintage,
        scores: Scores,
        index: int,
        values: dict[str, Value],
        table: SignalTable,
        band: Bander,
        note: str,
    ) -> Scorecard:
        contributions: NDArray[np.float64] = scores.contributions[index]
        reasons: list[Reason] = []
        known = vintage.recipe.references
        for column in np.argsort(-np.abs(contributions), kind="stable"):
            name = scores.names[column]
            if len(reasons) == REASONS or abs(contributions[column]) < LEAST_CONTRIBUTION:
                break
            # a word that few cases share may have been made up by whoever wrote it, and the model has not seen it
            if name in values and not (isinstance(values[name], str) and values[name] not in known[name].shares):
                reasons.append(
                    _reason(
                        len(reasons) + 1,
                        table.signals[name],
                        values[name],
                        float(contributions[column]),
                        known[name],
                    )
                )
        probability = float(scores.probabilities[index])
        return Scorecard(
            probability=probability,
            band=band(case.kind, probability),
            model=self.card.model_id,
            reasons=tuple(reasons),
            base=float(scores.base[index]),
            other=float(contributions.sum() - sum(reason.contribution for reason in reasons)),
            note=note,
        )


def _reason(number: int, signal: Signal, value: Value, contribution: float, reference: Reference) -> Reason:
    percentile = reference.percentile(value) if isinstance(value, float) else None
    return Reason(
        evidence=f"E{number}",
        signal=signal.name,
        contribution=contribution,
        polarity="raises" if contribution > 0 else "lowers",
        percentile=percentile,
        statement=f"{signal.say(value)}{_range(signal, value, percentile, reference)}",
    )


def _range(signal: Signal, value: Value, percentile: float | None, reference: Reference) -> str:
    """The normal range in words."""
    if isinstance(value, str):
        share = reference.shares.get(value)
        return "" if share is None else f" (as in {_percent(share)} of cases)"
    if percentile is None:
        return ""
    if signal.unit == "flag" or (value == 0 and signal.zero):
        same = float((np.array(reference.quantiles) == value).mean())
        return f" (as in {_percent(same)} of cases)"
    if 0.4 <= percentile <= 0.6:
        return " (about as in most cases)"
    if percentile > 0.5:
        return f" (higher than in {_percent(percentile)} of cases)"
    return f" (lower than in {_percent(1 - percentile)} of cases)"


def _percent(share: float) -> str:
    """A share in whole percent, never claiming all or none."""
    return f"{min(max(round(share * 100), 1), 99)}%"
