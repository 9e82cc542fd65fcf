"""Signals of many cases at once: one column a signal, one row a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.case import Case
from assistant.signals.history import History, Trace
from assistant.signals.signal import CASE_SIGNALS, HISTORY_SIGNALS, Signal, Value

__all__ = ["SignalTable", "compute"]


@dataclass(frozen=True)
class SignalTable:
    """`numbers[name]` holds floats with NaN for missing, `texts[name]` holds strings with None for missing; both have
    one entry a case, in the order of `case_ids`."""

    case_ids: tuple[str, ...]
    signals: Mapping[str, Signal]
    numbers: Mapping[str, NDArray[np.float64]]
    texts: Mapping[str, NDArray[np.object_]]

    def row(self, index: int) -> dict[str, Value]:
        """The signals that one case has."""
        found: dict[str, Value] = {
            name: float(column[index]) for name, column in self.numbers.items() if not np.isnan(column[index])
        }
        found.update({name: column[index] for name, column in self.texts.items() if column[index] is not None})
        return found


def compute(cases: Sequence[Case], targets: Sequence[Trace], traces: Sequence[Trace]) -> SignalTable:
    """All signals of `cases`. `targets` are their traces in the same order; `traces` are what may have come before."""
    signals: dict[str, Signal] = {}
    numbers: dict[str, NDArray[np.float64]] = {}
    texts: dict[str, NDArray[np.object_]] = {}
    for index, case in enumerate(cases):
        for function in CASE_SIGNALS:
            for signal, value in function(case):
                name = signal.name
                if isinstance(value, str):
                    if name not in texts:
                        signals[name], texts[name] = signal, np.full(len(cases), None, dtype=object)
                    texts[name][index] = value
                else:
                    if name not in numbers:
                        signals[name], numbers[name] = signals.get(name, signal), np.full(len(cases), np.nan)
                    numbers[name][index] = value
    history = History(targets, traces)
    for signal, answer in HISTORY_SIGNALS:
        found = answer(history)
        if not np.isnan(found).all():
            signals[signal.name] = signal
            numbers[signal.name] = found
    return SignalTable(tuple(case.case_id for case in cases), signals, numbers, texts)
