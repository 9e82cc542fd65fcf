"""What the desk recalls: brings the memory of decided cases up to date, and finds precedents in it.

The database is the truth, and the memory is derived from it: `index` follows the outbox and may run at any time, in any
process, any number of times. A memory that is new, was deleted or cannot be used any more is filled from the database
again; vectors that are missing, or of another embedder, are made beside those that answer. Until then, and while a
Chroma server does not answer, precedents come from what there is, and what is missing is said.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from assistant.case import Case, Precedent
from assistant.precedents import found_before, memory_item, memory_query, precedent
from assistant.scoring.vintage import Vintage
from assistant.settings import Settings
from assistant.shortlist import Entry, Found, shortlist
from assistant.signals import SignalTable, Value
from assistant.store import CasesOnce, Store
from assistant.telling import Telling, profile, telling
from retrieval import (
    Embedder,
    HashEmbedder,
    IndexMismatch,
    Match,
    Memory,
    MiniLM,
    ModelFolder,
    Query,
    RetrievalError,
    WeightsMissing,
)

__all__ = ["Indexed", "Progress", "Recall"]

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, and how much there is."""
INDEX_BATCH = 256
CATCH_UP = 64
"""Outbox entries that a review indexes by itself, in about a second. With more, it says that `fra index` is due."""
MATCHES = 60
"""How many matches are looked through at first, for rings and for one that turned out the other way."""
MOST_MATCHES = 960
"""Where so many near cases belong to fewer rings than are asked for, the search for another ring ends."""
CONTRASTS = 5
"""How many of the nearest that turned out the other way are asked for where none is among the matches."""
Told = tuple[str, Sequence[str]]
NOTHING_TOLD: Told = ("", ())
"""Without a model nobody knows what is telling."""
FOLLOWED = "the outbox"
"""The memory's bookmark once every case was put into the outbox for it."""


class Indexed(NamedTuple):
    """Outbox entries that were worked off, and that still wait."""

    done: int
    waiting: int


class Recall:
    """The memory of one home folder."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        signals: Callable[..., SignalTable],
        vintage: Callable[[Case], Vintage | None],
    ) -> None:
        self._store = store
        self._settings = settings
        self._signals = signals
        self._vintage = vintage
        self._tellings: WeakKeyDictionary[Vintage, Telling] = WeakKeyDictionary()
        self._lock = threading.Lock()
        self.lagging = threading.Event()
        """Set by every search that had to leave something out, for whoever mends that behind the page."""

    @cached_property
    def embedder(self) -> Embedder:
        """What reads texts for the memory, and for whoever else compares texts."""
        return _embedder(self._settings)

    @cached_property
    def memory(self) -> Memory:
        settings = self._settings
        return Memory(settings.home / "memory", self.embedder, settings.chroma_url)

    def similar(
        self,
        case: Case,
        as_of: datetime,
        k: int,
        why: dict[str, str] | None = None,
        *,
        signals: SignalTable | None = None,
        differences: bool = True,
        known: CasesOnce | None = None,
    ) -> tuple[list[Precedent], str]:
        """Up to k precedents and what is missing from the answer; a broken memory is a message, not an error.

        `signals` are the case's own, and `known` what was read before, for whoever has them already. Without
        `differences`, none is told: that needs the signals of every precedent, half of the time of it all."""
        try:
            behind = self.index(limit=CATCH_UP).waiting
            own = (signals or self._signals(case)).row(0)
            query = self._query(case, own, as_of)
            entries, missing = self._shortlist(query, k, known or CasesOnce(self._store.cases))
        except RetrievalError as error:
            self.lagging.set()
            return [], f"similar cases cannot be searched: {error}; 'fra index' makes the index again"
        past = [entry.found.case for entry in entries]
        reasons = self._store.queue.reasons([*(one.case_id for one in past), case.case_id])
        own_why = reasons.get(case.case_id, {}) if why is None else why
        compared = self._compared(case, own, past) if differences else [NOTHING_TOLD] * len(past)
        found = [
            precedent(entry, own_why, reasons.get(entry.found.case.case_id, {}), *told)
            for entry, told in zip(entries, compared, strict=True)
        ]
        told = [f"{behind:,} cases are not in the memory yet; 'fra index' adds them"] if behind else []
        told += [f"similar cases were not searched by their text: {missing}; 'fra index' mends that"] if missing else []
        if told:
            self.lagging.set()
        return found, "; ".join(told)

    def index(self, *, rebuild: bool = False, limit: int | None = None, progress: Progress | None = None) -> Indexed:
        """Brings the memory up to date with the outbox, and makes vectors that are missing.

        With `limit`, nothing is done when more than that wait, and no vectors are made: a review must not stop for a
        bulk import. Raises Unreachable or WeightsMissing where vectors cannot be made now; nothing is lost by that."""
        if rebuild:
            self.memory.clear()
        self._follow(anew=limit is None)
        waiting = self._store.outbox.count()
        if limit is not None and waiting > limit:
            return Indexed(0, waiting)
        done = 0
        while entries := self._store.outbox.pending(INDEX_BATCH):
            self._remember(sorted({case_id for _, case_id in entries}))
            self._store.outbox.done(entries[-1][0])
            done += len(entries)
            if progress:
                progress("indexing", done, max(waiting, done))
        if limit is None:
            self.memory.renew(lambda made, of: progress("embedding", made, of) if progress else None)
        return Indexed(done, 0)

    def _follow(self, anew: bool) -> None:
        """Sees to it that a memory that knows nothing is told everything. With `anew`, one that cannot be used is
        emptied first: all that was in it is in the database."""
        try:
            followed = self.memory.bookmark
        except IndexMismatch:
            if not anew:
                raise
            self.memory.clear()
            followed = ""
        if not followed:
            self._store.outbox.refill()  # first: killed in between, it is done again, and once too often is no harm
            self.memory.bookmark = FOLLOWED

    def _shortlist(self, query: Query, k: int, cases: CasesOnce) -> tuple[tuple[Entry, ...], str]:
        """What is shown of the matches, and what was left out. More are asked for while a few rings fill the list."""
        asked = max(MATCHES, k)
        matches = self.memory.similar(query, asked)
        found = _found(matches, cases, query.as_of)
        short = shortlist(found, k)
        while short.wants_more and len(matches) == asked < MOST_MATCHES:
            asked *= 4
            matches = self.memory.similar(query, asked)
            found = _found(matches, cases, query.as_of)
            short = shortlist(found, k)
        if short.wants_other:
            seen = {match.id for match in matches}
            others = self.memory.similar(replace(query, side=short.wants_other), CONTRASTS)
            found += _found([one for one in others if one.id not in seen], cases, query.as_of)
            short = shortlist(sorted(found, key=lambda one: -one.match.similarity), k)
        return short.entries, matches.missing

    def _query(self, case: Case, own: Mapping[str, Value], as_of: datetime) -> Query:
        """What to look for, weighed by a model that was there at that moment, or by text, words and links alone."""
        picked, withdrawn = self._vintage(case), self._store.verdicts.withdrawn()
        if picked is None or picked.recipe.cutoff > as_of:
            return memory_query(case, as_of, withdrawn, {}, {})
        return memory_query(case, as_of, withdrawn, profile(own), self._telling(picked).lens(own))

    def _compared(self, case: Case, own: Mapping[str, Value], past: Sequence[Case]) -> list[Told]:
        """What tells each past case from this one and what they have alike, by the clock of each."""
        picked = self._vintage(case)
        if picked is None or not past:
            return [NOTHING_TOLD] * len(past)
        table, weighed = self._signals(*past), self._telling(picked)
        rows = [table.row(row) for row in range(len(past))]
        return [
            (weighed.differs(own, there, table.signals), weighed.agrees(own, there, table.signals)) for there in rows
        ]

    def _telling(self, vintage: Vintage) -> Telling:
        """What a vintage leans on, worked out once; those of an earlier champion are let go with it."""
        with self._lock:
            if vintage not in self._tellings:
                self._tellings[vintage] = telling(vintage)
            return self._tellings[vintage]

    def _remember(self, case_ids: Sequence[str]) -> None:
        cases = self._store.cases
        decisions, outcomes = cases.decisions(case_ids), cases.outcomes(case_ids)
        withdrawn = self._store.verdicts.withdrawn()
        decided = [
            case
            for case in cases.many([one for one in case_ids if one in decisions or one in outcomes])
            if case.case_id not in withdrawn
        ]
        table = self._signals(*decided) if decided else None
        items = [
            memory_item(
                case,
                decisions.get(case.case_id, ()),
                outcomes.get(case.case_id, ()),
                profile(table.row(row)) if table else {},
            )
            for row, case in enumerate(decided)
        ]
        self.memory.remember(item for item in items if item is not None)
        gone = [case_id for case_id in case_ids if case_id in withdrawn]
        if gone:
            self.memory.withdraw(gone)


def _found(matches: Iterable[Match], cases: CasesOnce, as_of: datetime) -> list[Found]:
    """The matches with what was known of their cases at that moment, in their order."""
    by_id = {match.id: match for match in matches}
    decisions, outcomes = cases.decisions(list(by_id)), cases.outcomes(list(by_id))
    found = [
        found_before(by_id[past.case_id], past, decisions[past.case_id], outcomes[past.case_id], as_of)
        for past in cases.many(list(by_id))
    ]
    return [one for one in found if one is not None]


def _embedder(settings: Settings) -> Embedder:
    """The double, the model that ships, or the one in a folder. Raises WeightsMissing where that holds none."""
    if settings.embedder == "hash":
        return HashEmbedder()
    if settings.embedder == "minilm":
        return _Threaded(MiniLM("auto"), settings.threads)
    try:
        return _Threaded(ModelFolder(Path(settings.embedder).expanduser()), settings.threads)
    except WeightsMissing as error:
        raise WeightsMissing(f"{error}, or set FRA_EMBEDDER to minilm") from error


class _Threaded:
    """An embedder on its own number of threads: XGBoost sets the process's OpenMP threads to one, which halves it."""

    def __init__(self, embedder: Embedder, threads: int) -> None:
        self.name = embedder.name
        self._embedder = embedder
        self._threads = threads

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import torch

        torch.set_num_threads(self._threads)
        return self._embedder.embed(texts)
