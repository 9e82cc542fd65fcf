"""What came before a case, arranged so that every question is a binary search.

Point-in-time by construction: a question about a case counts only what lies strictly before its `opened_at`, and a
verdict counts from its `known_at`. The same code answers for a whole table and for one new case: the caller gives the
traces of all cases that share an entity with the targets, and more traces never change an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from assistant.case import Case, Outcome
from assistant.links import Link, links_of
from assistant.money import reference_amount

__all__ = ["HOUR_MS", "History", "Trace", "trace", "trace_of"]

HOUR_MS = 3_600_000
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Trace:
    """What a case leaves behind for later ones: when, which entities, how much, and what turned out when."""

    case_id: str
    at_ms: int
    links: tuple[Link, ...]
    amount: float | None
    verdicts: tuple[tuple[int, bool, bool], ...]
    """(known_at in ms, is fraud, is legitimate), oldest first"""


def trace(case: Case, outcomes: Iterable[Outcome] = ()) -> Trace:
    """The trace of a case with all its outcomes; each counts only from its own `known_at`."""
    return trace_of(case.case_id, case.opened_at, case.amount_minor, case.currency, links_of(case), outcomes)


def trace_of(
    case_id: str,
    opened_at: datetime,
    amount_minor: int | None,
    currency: str | None,
    links: tuple[Link, ...],
    outcomes: Iterable[Outcome],
) -> Trace:
    """The trace of a case whose entities are known already: of a hundred thousand neighbours no facts are read."""
    return Trace(
        case_id=case_id,
        at_ms=int(opened_at.timestamp() * 1000),
        links=links,
        amount=reference_amount(amount_minor, currency),
        verdicts=tuple(
            (int(one.known_at.timestamp() * 1000), one.outcome == "fraud", one.outcome == "legitimate")
            for one in sorted(outcomes, key=lambda one: one.known_at)
        ),
    )


class History:
    """Answers questions about `targets` from `traces` (which may, and for a table do, hold the targets too)."""

    def __init__(self, targets: Sequence[Trace], traces: Sequence[Trace]) -> None:
        self.targets = targets
        self._traces = traces
        moments = [one.at_ms for one in (*targets, *traces)]
        moments += [known for one in traces for known, _, _ in one.verdicts]
        self._start = min(moments, default=0)
        self._span = max(moments, default=0) - self._start + 2
        self._codes: dict[Link, int] = {}
        self._timelines: dict[str, _Timeline] = {}
        self._together: dict[tuple[str, str], dict[tuple[int, int], int]] = {}
        self._questions: dict[str, tuple[Ints, Ints, Ints]] = {}

    def count(self, type_: str, hours: float | None = None) -> Floats:
        """Earlier cases with the same entity, within the last `hours` or ever."""
        line, (owner, key, at) = self._line(type_), self._ask(type_)
        since = np.zeros_like(at) if hours is None else np.maximum(at - int(hours * HOUR_MS), 0)
        return self._gather(owner, line.before(key, at) - line.before(key, since), np.fmax)

    def hours_known(self, type_: str) -> Floats:
        """Hours since the entity was first seen; 0 where this case is the first."""
        line, (owner, key, at) = self._line(type_), self._ask(type_)
        first = line.first(key, default=at)
        return self._gather(owner, np.maximum(at - first, 0) / HOUR_MS, np.fmin)

    def hours_since_last(self, type_: str) -> Floats:
        """Hours since the entity was last seen; NaN where this case is the first."""
        line, (owner, key, at) = self._line(type_), self._ask(type_)
        return self._gather(owner, line.since_last(key, at) / HOUR_MS, np.fmin)

    def distinct(self, per: str, of: str) -> Floats:
        """How many different `of` were seen with this case's `per` before it, e.g. cards per device."""
        pairs = self._pairs(per, of)
        keys = np.fromiter((head for head, _ in pairs), np.int64, len(pairs))
        line = _Timeline(keys, np.fromiter(pairs.values(), np.int64, len(pairs)), self._span)
        owner, key, at = self._ask(per)
        has_tail = np.array([any(link.type == of for link in one.links) for one in self.targets], dtype=bool)
        found = self._gather(owner, line.before(key, at).astype(float), np.fmax)
        return np.where(has_tail, found, np.nan)

    def first_time_together(self, per: str, of: str) -> Floats:
        """1 where this case's `per` was seen before, but never with this `of`; 0 where both were seen together; NaN
        where `per` is new itself, so that there is nothing to be held against."""
        pairs, (owner, heads, at) = self._pairs(per, of), self._ask(per)
        known = self.distinct(per, of) > 0
        tails: dict[int, list[int]] = {}
        for target, tail, _ in zip(*self._ask(of), strict=True):
            tails.setdefault(int(target), []).append(int(tail))
        found = np.where(known, 1.0, np.nan)
        for target, head, moment in zip(owner, heads, at, strict=True):
            if known[target] and any(pairs.get((head, tail), moment) < moment for tail in tails[int(target)]):
                found[target] = 0.0
        return found

    def mean_amount(self, type_: str) -> Floats:
        """Mean amount of earlier cases with the same entity, in euro; NaN where there is none."""
        line, (owner, key, at) = self._line(type_), self._ask(type_)
        cents, number = line.weight_before(key, at)
        with np.errstate(invalid="ignore", divide="ignore"):
            return self._gather(owner, cents / number / 100, np.fmax)

    def verdicts(self, type_: str, fraud: bool) -> Floats:
        """Earlier cases with the same entity that were known as fraud (or as legitimate) when this case opened."""
        keys, moments, steps = [], [], []
        for one in self._traces:
            codes = [self._code(link) for link in one.links if link.type == type_]
            stood = 0
            for known, is_fraud, is_legitimate in one.verdicts:
                now = int(is_fraud if fraud else is_legitimate)
                if now != stood:
                    keys += codes
                    moments += [known - self._start] * len(codes)
                    steps += [now - stood] * len(codes)
                stood = now
        line = _Timeline(np.array(keys, np.int64), np.array(moments, np.int64), self._span, np.array(steps, np.int64))
        owner, key, at = self._ask(type_)
        return self._gather(owner, line.weight_before(key, at)[0], np.fmax)

    @cached_property
    def amounts(self) -> Floats:
        """Amounts of the targets in euro."""
        return np.array([np.nan if one.amount is None else one.amount for one in self.targets])

    def _pairs(self, per: str, of: str) -> dict[tuple[int, int], int]:
        """When each `per` was first seen with each `of`."""
        if (per, of) not in self._together:
            pairs: dict[tuple[int, int], int] = {}
            for one in self._traces:
                heads = [self._code(link) for link in one.links if link.type == per]
                tails = [self._code(link) for link in one.links if link.type == of]
                moment = one.at_ms - self._start
                for pair in product(heads, tails):
                    pairs[pair] = min(pairs.get(pair, moment), moment)
            self._together[per, of] = pairs
        return self._together[per, of]

    def _code(self, link: Link) -> int:
        return self._codes.setdefault(link, len(self._codes))

    def _line(self, type_: str) -> _Timeline:
        if type_ not in self._timelines:
            # whole cents: sums of integers do not depend on how many other rows were added up before
            rows = [
                (self._code(link), one.at_ms - self._start, round((one.amount or 0) * 100), one.amount is not None)
                for one in self._traces
                for link in one.links
                if link.type == type_
            ]
            table = np.array(rows, np.int64).reshape(-1, 4)
            self._timelines[type_] = _Timeline(table[:, 0], table[:, 1], self._span, table[:, 2], table[:, 3])
        return self._timelines[type_]

    def _ask(self, type_: str) -> tuple[Ints, Ints, Ints]:
        """For every entity of this type on a target: (target, key, moment)."""
        if type_ not in self._questions:
            rows = [
                (index, self._code(link), one.at_ms - self._start)
                for index, one in enumerate(self.targets)
                for link in one.links
                if link.type == type_
            ]
            table = np.array(rows, np.int64).reshape(-1, 3)
            self._questions[type_] = (table[:, 0], table[:, 1], table[:, 2])
        return self._questions[type_]

    def _gather(self, owner: Ints, values: NDArray[np.generic], keep: np.ufunc) -> Floats:
        """One value a target: the worst of its entities of this type; NaN where it has none."""
        found = np.full(len(self.targets), np.nan)
        keep.at(found, owner, values.astype(float))
        return found


class _Timeline:
    """Moments by key in one sorted array: key * span + moment."""

    def __init__(
        self, keys: Ints, moments: Ints, span: int, weights: Ints | None = None, given: Ints | None = None
    ) -> None:
        order = np.argsort(keys * span + moments, kind="stable")
        self._span = span
        self._keys, self._moments = keys[order], moments[order]
        self._line = self._keys * span + self._moments
        if weights is not None:
            ones = np.ones_like(weights) if given is None else given
            self._total = np.concatenate([[0], np.cumsum(weights[order])])
            self._number = np.concatenate([[0], np.cumsum(ones[order])])

    def _until(self, key: Ints, at: Ints) -> Ints:
        return np.searchsorted(self._line, key * self._span + at, side="left")

    def before(self, key: Ints, at: Ints) -> Ints:
        """How many moments of this key lie strictly before `at`."""
        return self._until(key, at) - self._until(key, np.zeros_like(at))

    def first(self, key: Ints, default: Ints) -> Ints:
        """The first moment of each key, or the default where the key has none."""
        if not len(self._line):
            return default
        index = np.minimum(self._until(key, np.zeros_like(key)), len(self._line) - 1)
        return np.where(self._keys[index] == key, np.minimum(self._moments[index], default), default)

    def since_last(self, key: Ints, at: Ints) -> Floats:
        """Time since the newest moment before `at`; NaN where there is none."""
        if not len(self._line):
            return np.full(len(key), np.nan)
        index = np.maximum(self._until(key, at) - 1, 0)
        seen = (self._keys[index] == key) & (self._moments[index] < at)
        return np.where(seen, at - self._moments[index], np.nan)

    def weight_before(self, key: Ints, at: Ints) -> tuple[Ints, Ints]:
        """(sum of weights, number of rows that have one) strictly before `at`."""
        low, high = self._until(key, np.zeros_like(at)), self._until(key, at)
        return self._total[high] - self._total[low], self._number[high] - self._number[low]
