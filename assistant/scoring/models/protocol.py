"""What every kind of model can do."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Protocol, Self

from assistant.scoring.frame import Floats, Frame, Ints

__all__ = ["Fitted", "Learner"]


class Fitted(Protocol):
    """A model that has learned."""

    kind: ClassVar[str]

    def margins(self, frame: Frame) -> Floats:
        """Log-odds of fraud, one a case, uncalibrated; NaN where the model cannot say anything."""
        ...

    def contributions(self, frame: Frame) -> Floats:
        """Cases × (columns + 1) in log-odds: what each column adds, then the base. A row adds up to its margin."""
        ...

    def save(self, folder: Path) -> None:
        """Writes plain files into an existing folder."""
        ...

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Reads them again. Raises OSError or ValueError where they are damaged."""
        ...


class Learner(Protocol):
    """A way to make a model. `by_itself` says that it may become champion without a person asking for it: it learns
    from nothing but labels known at the cutoff, and its reasons are signals. `reads` are the only columns that it
    wants; None means every one that varies."""

    @property
    def name(self) -> str: ...

    @property
    def by_itself(self) -> bool: ...

    @property
    def reads(self) -> tuple[str, ...] | None: ...

    def fit(self, frame: Frame, labels: Ints, weights: Floats) -> Fitted | None:
        """Learns from labels (1 fraud, 0 legitimate). None where the frame lacks what it needs."""
        ...
