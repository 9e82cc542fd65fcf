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
    signals, numbers, texts = _of_cases(cases)
    history = History(targets, traces)
    for signal, answer in HISTORY_SIGNALS:
        found = answer(history)
        if not np.isnan(found).all():
            signals[signal.name] = signal
            numbers[signal.name] = found
    return SignalTable(tuple(case.case_id for case in cases), signals, numbers, texts)


def _of_cases(
    cases: Sequence[Case],
) -> tuple[dict[str, Signal], dict[str, NDArray[np.float64]], dict[str, NDArray[np.object_]]]:
    """What the functions of one case yield: the declarations, and a column for each number and each text."""
    signals: dict[str, Signal] = {}
    found: dict[tuple[str, bool], tuple[list[int], list[Value]]] = {}
    for index, case in enumerate(cases):
        for function in CASE_SIGNALS:
            for signal, value in function(case):
                kind = signal.name, isinstance(value, str)
                column = found.get(kind)
                if column is None:
                    signals.setdefault(signal.name, signal)
                    column = found[kind] = [], []
                column[0].append(index)
                column[1].append(value)
    numbers: dict[str, NDArray[np.float64]] = {}
    texts: dict[str, NDArray[np.object_]] = {}
    for (name, is_text), (rows, values) in found.items():
        if is_text:
            texts[name] = np.full(len(cases), None, dtype=object)
            texts[name][rows] = values
        else:
            numbers[name] = np.full(len(cases), np.nan)
            numbers[name][rows] = values
    return signals, numbers, texts
