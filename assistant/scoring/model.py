"""A model in use: vintages by kind of case, the card that says how good they were, and what was in use before.

Scoring picks for each case the newest vintage whose cutoff is not after the case was opened, so a score never leans on
what became known later. An undecided case older than every vintage is scored by the first one, and says so; a decided
one that old gets no score, because the vintage may have learned from its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.case import Band, Case, Decision, Interaction, Outcome, Reason, Scorecard
from assistant.errors import BadInput, NotReady
from assistant.scoring.card import Card
from assistant.scoring.shelf import point, prune, used
from assistant.scoring.vintage import TOO_STRANGE, Reference, Scores, Vintage
from assistant.signals import FAMILIES, Signal, SignalTable, Value

__all__ = ["NO_MODEL", "Model", "raising"]

REASONS = 10
WHY_SIGNALS = 5
LEAST_CONTRIBUTION = 0.02
TELLING = 1 / 3
"""The share of the strongest contribution of its side that a signal needs to be a reason by itself: a list that goes on
to what hardly moved the score hides what did. What is left out counts in `other`."""
MIDDLE = (0.4, 0.6)
"""The places among the training cases that are called "about as in most cases"."""
USUAL = " (about as in most cases)"
NO_MODEL = Scorecard(
    probability=None, band="abstain", model="none", note="no model is trained yet; run 'fra train' to get scores"
)
Bander = Callable[[str, float], Band]


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

    def answered(
        self, decisions: Mapping[str, Sequence[Decision]], outcomes: Mapping[str, Sequence[Outcome]]
    ) -> frozenset[str]:
        """The cases whose answer was there when the model was trained, so that it may have learned it."""
        trained = self.card.trained_at
        found = {key for key, given in decisions.items() if any(one.decided_at < trained for one in given)}
        return frozenset(
            found | {key for key, given in outcomes.items() if any(one.known_at < trained for one in given)}
        )

    def save(self, folder: Path) -> None:
        """Stores the model and puts it to use; the few before it stay, for `go_back`."""
        target = folder / self.card.model_id
        for index, vintage in enumerate(self.vintages):
            vintage.save(target / f"{index:02d}")
        self.card.save(target)
        before = used(folder)
        point(folder, [*(one for one in before if one != self.card.model_id), self.card.model_id])
        prune(folder)

    @classmethod
    def champion(cls, folder: Path) -> Model | None:
        """The model in use, or None before the first training. Raises NotReady when its files are damaged."""
        if not (folder / "champion.json").exists():
            return None
        try:
            target = folder / used(folder)[-1]
            card = Card.model_validate_json((target / "card.json").read_text())
            vintages = tuple(Vintage.load(part) for part in sorted(target.glob("[0-9][0-9]")))
        except (OSError, ValueError, KeyError, IndexError) as error:
            raise NotReady(f"the model in {folder} is damaged ({type(error).__name__}); run 'fra train'") from error
        return cls(card, vintages)

    @classmethod
    def go_back(cls, folder: Path) -> Model:
        """Puts the model that was in use before to use again. Raises BadInput where there is none."""
        models = used(folder)
        if len(models) < 2:
            raise BadInput("there is no earlier model to go back to; 'fra train' makes another one")
        point(folder, models[:-1])
        try:
            found = cls.champion(folder)
        except NotReady:
            point(folder, models)
            raise
        assert found is not None
        return found

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
        probability = float(scores.probabilities[index])
        strange = float(scores.strange[index])
        if np.isnan(probability) or strange > TOO_STRANGE:
            why = (
                "the case lacks what the model reads"
                if np.isnan(probability)
                else f"too unlike anything seen: {strange:.0%} of what the model reads lies outside the cases it "
                "learned from, or is missing where it never was"
            )
            return Scorecard(probability=None, band="abstain", model=self.card.model_id, note=why)
        contributions: NDArray[np.float64] = scores.contributions[index]
        reasons: list[Reason] = []
        interactions: list[Interaction] = []
        known = vintage.recipe.references
        strongest = dict.fromkeys((False, True), 0.0)
        for column in np.argsort(-np.abs(contributions), kind="stable"):
            name = scores.names[column]
            contribution = float(contributions[column])
            if len(reasons) == REASONS or abs(contribution) < LEAST_CONTRIBUTION:
                break
            # a word that few cases share may have been made up by whoever wrote it, and the model has not seen it
            if name not in values or (isinstance(values[name], str) and values[name] not in known[name].shares):
                continue
            signal, value = table.signals[name], values[name]
            if _against(signal, value, known[name], contribution):
                interactions.append(_interaction(signal, value, contribution))
            elif abs(contribution) >= TELLING * strongest[contribution > 0]:
                strongest[contribution > 0] = max(strongest[contribution > 0], abs(contribution))
                reason = _reason(len(reasons) + 1, signal, value, contribution, known[name])
                # what is usual explains why a score is not higher, never why it is not lower
                if reason.polarity == "lowers" or not reason.statement.endswith(USUAL):
                    reasons.append(reason)
        groups: dict[str, float] = {}
        for column, name in enumerate(scores.names):
            if contributions[column]:
                family = FAMILIES[table.signals[name].group] if name in table.signals else "missing"
                groups[family] = groups.get(family, 0.0) + float(contributions[column])
        told = sum(one.contribution for one in reasons) + sum(one.contribution for one in interactions)
        return Scorecard(
            probability=probability,
            band=band(case.kind, probability),
            model=self.card.model_id,
            reasons=tuple(reasons),
            base=float(scores.base[index]),
            other=float(contributions.sum() - told),
            note=note,
            interval=None
            if scores.interval is None
            else (float(scores.interval[0][index]), float(scores.interval[1][index])),
            interactions=tuple(interactions),
            groups=groups,
        )


def raising(card: Scorecard) -> dict[str, str]:
    """The signals that raised a score most, in words without the normal range."""
    found = [reason for reason in card.reasons if reason.polarity == "raises"][:WHY_SIGNALS]
    return {reason.signal: reason.statement.split(" (")[0] for reason in found}


def _against(signal: Signal, value: Value, reference: Reference, contribution: float) -> bool:
    """Whether a contribution goes against the signal's bad direction: only together with other signals does a high
    value of something bad lower a score, and told as a plain sentence that would be nonsense."""
    if signal.bad is None or isinstance(value, str):
        return False
    if signal.unit == "flag" or (value == 0 and signal.zero):
        high = value > 0
    else:
        place = reference.percentile(value)
        if place is None or MIDDLE[0] <= place <= MIDDLE[1]:
            return False
        high = place > MIDDLE[1]
    return (high == (signal.bad == "high")) != (contribution > 0)


def _interaction(signal: Signal, value: Value, contribution: float) -> Interaction:
    way = "raises" if contribution > 0 else "lowers"
    usual = "lowers" if contribution > 0 else "raises"
    return Interaction(
        signal=signal.name,
        contribution=contribution,
        statement=f"{signal.say(value)}, which usually {usual} the risk and {way} it here, beside the other signals",
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
    if MIDDLE[0] <= percentile <= MIDDLE[1]:
        return USUAL
    if percentile > 0.5:
        return f" (higher than in {_percent(percentile)} of cases)"
    return f" (lower than in {_percent(1 - percentile)} of cases)"


def _percent(share: float) -> str:
    """A share in whole percent, never claiming all or none."""
    return f"{min(max(round(share * 100), 1), 99)}%"
