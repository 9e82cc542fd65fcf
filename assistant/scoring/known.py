"""Labels as they stood at any moment, with their delay weights: what training may learn from and tests may ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from assistant.case import Case, Decision, Outcome
from assistant.scoring.delay import delay_weights
from assistant.scoring.frame import Floats, Ints
from assistant.scoring.labels import label_of

__all__ = ["Known", "Labels"]


@dataclass(frozen=True)
class Known:
    """Labels as they stood at a moment: rows of the table in the order of time, truth (1 fraud), delay weights."""

    rows: Ints
    truth: Ints
    weights: Floats

    def of(self, rows: Sequence[int]) -> Known:
        """The part of it for these rows."""
        keep = np.isin(self.rows, np.array(rows, dtype=np.int64))
        return Known(self.rows[keep], self.truth[keep], self.weights[keep])


class Labels:
    """Every label there is. One that was known before its case was opened has a clock that runs backwards: it is left
    out and counted, because nobody can say which of the two times is right."""

    def __init__(
        self,
        cases: Sequence[Case],
        decisions: Mapping[str, Sequence[Decision]],
        outcomes: Mapping[str, Sequence[Outcome]],
        maturity: timedelta,
    ) -> None:
        rows = [
            (row, case, decisions.get(case.case_id, ()), outcomes.get(case.case_id, ()))
            for row, case in enumerate(cases)
            if case.case_id in decisions or case.case_id in outcomes
        ]
        self._rows = [one for one in rows if not _backwards(*one[1:])]
        self._maturity = maturity
        self._found: dict[datetime, Known] = {}
        self.backwards = len(rows) - len(self._rows)
        self.assumed = sum(any(one.assumed_delay for one in given) for _, _, _, given in self._rows)

    def known(self, as_of: datetime) -> Known:
        """Every label that was known before a moment. Weights are by kind, as delays differ between kinds."""
        if as_of not in self._found:  # every model asks for the same moments
            self._found[as_of] = self._known(as_of)
        return self._found[as_of]

    def _known(self, as_of: datetime) -> Known:
        found = []
        for row, case, decisions, outcomes in self._rows:
            label = label_of(case.case_id, decisions, outcomes, as_of, self._maturity)
            if label is not None:
                found.append((row, case.kind, label.fraud, case.opened_at.timestamp(), label.known_at.timestamp()))
        rows = np.array([one[0] for one in found], dtype=np.int64)
        kinds = np.array([one[1] for one in found], dtype=object)
        truth = np.array([one[2] for one in found], dtype=np.int64)
        opened, known = (np.array([one[field] for one in found], dtype=float) for field in (3, 4))
        weights = np.ones(len(rows))
        for kind in dict.fromkeys(kinds):
            part = kinds == kind
            weights[part] = delay_weights(opened[part], known[part], truth[part], as_of)
        return Known(rows, truth, weights)


def _backwards(case: Case, decisions: Sequence[Decision], outcomes: Sequence[Outcome]) -> bool:
    return any(one.decided_at < case.opened_at for one in decisions) or any(
        one.known_at < case.opened_at for one in outcomes
    )
