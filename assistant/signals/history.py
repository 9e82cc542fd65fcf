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
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.case import Case, Outcome
from assistant.links import Link, links_of
from assistant.money import reference_amount
from assistant.signals.timeline import Linked, Timeline, Together, joined

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
        moments = [one.at_ms for one in (*targets, *traces)]
        moments += [known for one in traces for known, _, _ in one.verdicts]
        self._start = min(moments, default=0)
        self._span = max(moments, default=0) - self._start + 2
        self._codes: dict[Link, int] = {}
        self._now = Linked.of(targets, self._start, self._codes)
        self._past = self._now if traces is targets else Linked.of(traces, self._start, self._codes)
        # whole cents: sums of integers do not depend on how many other rows were added up before
        self._cents = np.array([round((one.amount or 0) * 100) for one in traces], np.int64)
        self._given = np.array([one.amount is not None for one in traces], np.int64)
        self._steps = {fraud: _steps(traces, self._start, fraud) for fraud in (True, False)}
        self._timelines: dict[str, Timeline] = {}
        self._together: dict[tuple[str, str], Together] = {}

    def count(self, type_: str, hours: float | None = None) -> Floats:
        """Earlier cases with the same entity, within the last `hours` or ever."""
        line, (owner, key, at) = self._line(type_), self._now.asked(type_)
        since = np.zeros_like(at) if hours is None else np.maximum(at - int(hours * HOUR_MS), 0)
        return self._gather(owner, line.before(key, at) - line.before(key, since), np.fmax)

    def hours_known(self, type_: str) -> Floats:
        """Hours since the entity was first seen; 0 where this case is the first."""
        line, (owner, key, at) = self._line(type_), self._now.asked(type_)
        first = line.first(key, default=at)
        return self._gather(owner, np.maximum(at - first, 0) / HOUR_MS, np.fmin)

    def hours_since_last(self, type_: str) -> Floats:
        """Hours since the entity was last seen; NaN where this case is the first."""
        line, (owner, key, at) = self._line(type_), self._now.asked(type_)
        return self._gather(owner, line.since_last(key, at) / HOUR_MS, np.fmin)

    def share_at_this_hour(self, type_: str, least: int = 4, within: int = 3) -> Floats:
        """The share of earlier cases with the same entity that were opened within so many hours of this one's time of
        day; NaN with fewer than `least` of them. Hours are of UTC, so habits shift by one when clocks do."""
        line, (owner, key, at) = self._line(type_), self._now.asked(type_)
        rows, codes = self._past.rows(type_)
        moments = self._past.at[rows]
        by_hour = Timeline(codes * 24 + self._hour(moments), moments, self._span)
        hour, near = self._hour(at), np.zeros(len(at))
        for step in range(-within, within + 1):
            near += by_hour.before(key * 24 + (hour + step) % 24, at)
        all_ = line.before(key, at)
        with np.errstate(invalid="ignore", divide="ignore"):
            return self._gather(owner, np.where(all_ >= least, near / all_, np.nan), np.fmin)

    def distinct(self, per: str, of: str) -> Floats:
        """How many different `of` were seen with this case's `per` before it, e.g. cards per device."""
        pairs = self._pairs(per, of)
        owner, key, at = self._now.asked(per)
        found = self._gather(owner, Timeline(pairs.heads, pairs.first, self._span).before(key, at), np.fmax)
        has_tail = np.zeros(len(self.targets), dtype=bool)
        has_tail[self._now.rows(of)[0]] = True
        return np.where(has_tail, found, np.nan)

    def first_time_together(self, per: str, of: str) -> Floats:
        """1 where this case's `per` was seen before, but never with this `of`; 0 where both were seen together; NaN
        where `per` is new itself, so that there is nothing to be held against."""
        owner, heads, tails, at = self._now.pairs(per, of)
        seen = self._pairs(per, of).first_of(heads, tails, default=self._span) < at
        together = np.zeros(len(self.targets), dtype=bool)
        together[owner[seen]] = True
        return np.where(self.distinct(per, of) > 0, np.where(together, 0.0, 1.0), np.nan)

    def hours_since_another(self, per: str, of: str) -> Floats:
        """Hours since this case's `per` was last seen with another `of` than now, e.g. an account on another network;
        NaN where it never was."""
        _, heads, tails, moments = self._past.pairs(per, of)
        order = np.argsort(heads * self._span + moments, kind="stable")
        heads, tails, moments = heads[order], tails[order], moments[order]
        line = Timeline(heads, moments, self._span)
        owner, key, own, at = self._now.pairs(per, of)
        last = line.until(key, at) - 1
        # the entries of a head in a row with one tail: before the first of them lies the last with another one
        fresh = np.append(True, (heads[1:] != heads[:-1]) | (tails[1:] != tails[:-1]))[: len(heads)]
        run = np.maximum.accumulate(np.where(fresh, np.arange(len(heads)), 0)) if len(heads) else heads
        found = np.full(len(key), np.nan)
        for place, (at_last, head, tail) in enumerate(zip(last, key, own, strict=True)) if len(heads) else ():
            before = run[at_last] - 1 if at_last >= 0 and tails[at_last] == tail else at_last
            if before >= 0 and heads[before] == head:
                found[place] = (at[place] - moments[before]) / HOUR_MS
        return self._gather(owner, found, np.fmin)

    def mean_amount(self, type_: str) -> Floats:
        """Mean amount of earlier cases with the same entity, in euro; NaN where there is none."""
        line, (owner, key, at) = self._line(type_), self._now.asked(type_)
        cents, number = line.weight_before(key, at)
        with np.errstate(invalid="ignore", divide="ignore"):
            return self._gather(owner, cents / number / 100, np.fmax)

    def verdicts(self, type_: str, fraud: bool) -> Floats:
        """Earlier cases with the same entity that were known as fraud (or as legitimate) when this case opened."""
        rows, codes = self._past.rows(type_)
        steps = self._steps[fraud]
        which, link = joined(steps.rows, rows)
        line = Timeline(codes[link], steps.moments[which], self._span, steps.signs[which])
        owner, key, at = self._now.asked(type_)
        return self._gather(owner, line.weight_before(key, at)[0], np.fmax)

    def fraud_two_steps_away(self, types: Sequence[str]) -> Floats:
        """1 where an entity of this case was seen before with another one, and a case of that one, though none of the
        first, was known as fraud; 0 where not; NaN where the case has no entity of these types."""
        rows, codes = self._past.of_types(types)
        one, other = joined(rows, rows)
        apart = codes[one] != codes[other]
        size = len(self._codes) + 1
        ends = Together.of(codes[other][apart], codes[one][apart], self._past.at[rows[one]][apart], size)
        steps = self._steps[True]
        which, link = joined(steps.rows, rows)  # a verdict and the entities of its case …
        event, pair = joined(codes[link], ends.heads)  # … and the entities that were seen with those
        near, case = ends.tails[pair], steps.rows[which][event]
        moments = np.maximum(steps.moments[which][event], ends.first[pair])
        direct = np.isin(case * size + near, rows * size + codes)
        line = Timeline(near[~direct], moments[~direct], self._span, steps.signs[which][event][~direct])
        asked, keys = self._now.of_types(types)
        found = line.weight_before(keys, self._now.at[asked])[0] > 0
        return self._gather(asked, found, np.fmax)

    @cached_property
    def amounts(self) -> Floats:
        """Amounts of the targets in euro."""
        return np.array([np.nan if one.amount is None else one.amount for one in self.targets])

    def _hour(self, moments: Ints) -> Ints:
        return (moments + self._start) // HOUR_MS % 24

    def _pairs(self, per: str, of: str) -> Together:
        """When each `per` was first seen with each `of`."""
        if (per, of) not in self._together:
            _, heads, tails, moments = self._past.pairs(per, of)
            self._together[per, of] = Together.of(heads, tails, moments, len(self._codes) + 1)
        return self._together[per, of]

    def _line(self, type_: str) -> Timeline:
        if type_ not in self._timelines:
            rows, codes = self._past.rows(type_)
            line = Timeline(codes, self._past.at[rows], self._span, self._cents[rows], self._given[rows])
            self._timelines[type_] = line
        return self._timelines[type_]

    def _gather(self, owner: Ints, values: NDArray[np.generic], keep: np.ufunc) -> Floats:
        """One value a target: the worst of its entities of this type; NaN where it has none."""
        found = np.full(len(self.targets), np.nan)
        keep.at(found, owner, values.astype(float))
        return found


class _Verdicts(NamedTuple):
    """When a verdict began or ceased to stand: the row of its trace, the moment, +1 or -1. In the order of rows."""

    rows: Ints
    moments: Ints
    signs: Ints


def _steps(traces: Sequence[Trace], start: int, fraud: bool) -> _Verdicts:
    found = []
    for row, one in enumerate(traces):
        stood = 0
        for known, is_fraud, is_legitimate in one.verdicts:
            now = int(is_fraud if fraud else is_legitimate)
            if now != stood:
                found.append((row, known - start, now - stood))
            stood = now
    table = np.array(found, np.int64).reshape(-1, 3)
    return _Verdicts(table[:, 0], table[:, 1], table[:, 2])
