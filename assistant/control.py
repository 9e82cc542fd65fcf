"""Which cases people decide without the score: drawn once, journaled, and hidden until they are decided.

A case is drawn when it is scored for the first time, so nobody has seen a score of it. The journal is what remembers:
a later change of the setting changes nothing about a case that was drawn. What the sample is good for is said in
`scoring.control`.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.case import Scorecard
from assistant.scoring import NO_MODEL
from assistant.scoring.control import drawn
from assistant.store import Store

__all__ = ["HIDDEN", "ControlSample", "without_score"]

VERB = "draw for the control sample"
HIDDEN = "one of the cases that are decided without the score, so that the score itself can be measured"


def without_score(model: str) -> Scorecard:
    """What stands in the place of the score of a model."""
    return Scorecard(probability=None, band="abstain", model=model, note=HIDDEN)


class ControlSample:
    """The control sample of one home folder."""

    def __init__(self, store: Store, share: float, seed: int) -> None:
        self._store = store
        self._share, self._seed = share, seed

    def ids(self) -> frozenset[str]:
        """Every case that was ever drawn."""
        return frozenset(self._store.journal.subjects(VERB))

    def hidden(self, case_ids: Sequence[str]) -> frozenset[str]:
        """Those of these cases that were drawn and wait for their decision."""
        control = self.ids() & set(case_ids)
        return self._store.queue.waiting(sorted(control)) if control else frozenset()

    def draw(self, case_ids: Sequence[str]) -> frozenset[str]:
        """Draws among those of these cases that wait and were never scored; returns all that are hidden now."""
        lucky = [one for one in case_ids if drawn(one, self._seed, self._share)] if self._share else []
        fresh = sorted(self._store.queue.waiting(lucky, model=NO_MODEL.model) - self.ids()) if lucky else []
        self._store.journal.note("system", VERB, fresh, {"share": self._share, "seed": self._seed})
        return self.hidden(case_ids)
