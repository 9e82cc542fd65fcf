"""The memory: remembers items, and finds those that are like a query among what was known at the moment asked about.

Promise of `similar`: no match has `known_at` at or after `as_of`, is excluded, or was withdrawn; and there are k of
them whenever k allowed items can be reached, that is, have text when the query has text, or share a link. The nearest
by text come from an approximate index, so one of them may be missing; every number shown is exact.

Two views find candidates, `text` (cosine of embeddings) and `links` (shared links, rare ones count more), and
`retrieval.fuse` makes one ranking of them. A rare shared link outweighs any likeness of text. A query with a lens adds
a third view, `profile`, which proposes no candidates and ranks those of the other two; then a rare link outweighs a
twin only where about half of the profile agrees too.

One process at a time uses the folder: every read and write holds a file lock while it touches the files, and a process
notices the writes of others by a counter. Within a process, a memory may be used by several threads.

A write is three steps: the counter goes up, vectors go to slots that no item points to yet, then one transaction makes
items point to them. A crash before the last step leaves the old items untouched and vectors that nothing points to,
which never become answers; remembering again completes it, and the first write after opening removes the leftovers.

The index is derived data. If its parts do not fit together any more, or the embedder is another one, everything but
`clear` raises IndexMismatch.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from retrieval import vectors
from retrieval.changes import Change, changes
from retrieval.embed import Embedder
from retrieval.errors import REBUILD, IndexMismatch, InvalidValue
from retrieval.items import Item, Match, Query, cut
from retrieval.ledger import Ledger, State, micros
from retrieval.lock import alone
from retrieval.search import Search

__all__ = ["Memory"]

LEDGER = "memory.sqlite"
BATCH = 256
"""Items that are embedded and written together; a crash loses at most the batch under way."""


class Memory:
    """Items in one folder, found by text and by links. Opening is lazy: nothing is loaded before it is needed."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._folder = folder
        self._embedder = embedder
        self._ledger: Ledger | None = None
        self._vectors: vectors.Vectors | None = None
        self._lock = threading.RLock()
        self._asked: tuple[str, NDArray[np.float32]] | None = None
        """The last text that was asked with, and its vector: a longer answer to one question embeds it once."""

    def remember(self, items: Iterable[Item]) -> int:
        """Adds or replaces items, and gives how many were new or different.

        Repeating it changes nothing, and a text that did not change is not embedded again. Of several items with one id
        the last counts. A withdrawn id stays withdrawn.
        """
        latest = iter({item.id: item for item in items}.values())
        written = 0
        while batch := list(islice(latest, BATCH)):
            written += self._remember(batch)
        return written

    def withdraw(self, ids: Iterable[str]) -> None:
        """Takes items out for good, and keeps their ids out, whether they were remembered or not, until `clear`."""
        ids = list(ids)
        with self._owned() as (ledger, state):
            slots = [entry.slot for entry in ledger.find(ids).values() if entry.slot is not None]
            store = self._store_for_writing(ledger, state) if slots else None
            generation = ledger.bump() if store else state.generation
            with ledger.writing():
                ledger.withdraw(ids)
            if store:
                store.drop(slots)
                store.generation = generation

    def similar(self, query: Query, k: int) -> list[Match]:
        """At most k matches, best first; equal ones newest first. An empty memory answers with an empty list."""
        if k < 1:
            raise InvalidValue(f"k is {k}: ask for at least one match")
        text = cut(query.text)
        if not self.count():
            return []
        vector = self._vector_of(text) if text else None
        with self._owned() as (ledger, state):
            return Search(ledger, self._store(ledger, state), query, k).run(vector)

    def count(self) -> int:
        """How many items are remembered."""
        with self._owned() as (ledger, _):
            return ledger.count()

    def clear(self) -> None:
        """Forgets everything, withdrawals too. Works on an index that nothing else can use any more."""
        with self._lock:
            self.close()
            self._folder.mkdir(parents=True, exist_ok=True)
            with alone(self._folder / "lock"):
                try:
                    self._open_ledger().clear()
                except IndexMismatch:
                    self.close()
                    Ledger.delete(self._folder / LEDGER)
                vectors.remove(self._folder)

    def close(self) -> None:
        """Lets go of files; the next use opens them again."""
        with self._lock:
            if self._ledger:
                self._ledger.close()
            # Not closed by hand: another memory of this process may be reading them. The last one to let go closes.
            self._ledger = self._vectors = None

    def __enter__(self) -> Memory:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _remember(self, batch: Sequence[Item]) -> int:
        with self._owned() as (ledger, _):
            texts = {change.item.id: change.text for change in changes(ledger, batch) if change.needs_vector}
        rows = dict(zip(texts, self._embed(list(texts.values())), strict=True))  # outside the lock: it is the slow part
        with self._owned() as (ledger, state):
            todo = changes(ledger, batch)
            # Somebody else may have written in between, so that a text needs a vector now that had one before.
            late = {one.item.id: one.text for one in todo if one.needs_vector and one.item.id not in rows}
            rows |= dict(zip(late, self._embed(list(late.values())), strict=True))
            if todo:
                self._write(ledger, state, todo, rows)
        return len(todo)

    def _write(
        self, ledger: Ledger, state: State, todo: Sequence[Change], rows: Mapping[str, NDArray[np.float32]]
    ) -> None:
        new = [one.item.id for one in todo if one.needs_vector]
        dropped = [one.dropped_slot for one in todo if one.dropped_slot is not None]
        store = self._store_for_writing(ledger, state) if new or dropped else None
        slots = {id: slot for slot, id in enumerate(new, start=ledger.next_slot())}
        generation = ledger.bump() if store else state.generation
        if store and new:
            store.put(list(slots.values()), np.stack([rows[id] for id in new]))
        with ledger.writing():
            for one in todo:
                slot = slots[one.item.id] if one.needs_vector else one.kept_slot
                known_at = micros(one.item.known_at)
                number = ledger.put(one.item.id, known_at, one.digest, slot, one.item.tags, one.item.profile)
                ledger.relink(number, known_at, one.item.links)
        if store:
            store.drop(dropped)
            store.generation = generation

    @contextmanager
    def _owned(self) -> Iterator[tuple[Ledger, State]]:
        """The folder for this thread of this process alone, once its parts are seen to fit together."""
        with self._lock:
            self._folder.mkdir(parents=True, exist_ok=True)
            with alone(self._folder / "lock"):
                ledger = self._open_ledger()
                state = ledger.state()
                self._check(state)
                yield ledger, state

    def _open_ledger(self) -> Ledger:
        if self._ledger and self._ledger.gone:
            self.close()
        if not self._ledger:
            self._ledger = Ledger(self._folder / LEDGER)
        return self._ledger

    def _check(self, state: State) -> None:
        if state.folder is None:
            return
        stored, mine = (state.embedder, state.dimension), (self._embedder.name, self._embedder.dimension)
        if stored != mine:
            raise IndexMismatch(
                f"{self._folder} was made with the embedder {stored[0]} ({stored[1]} numbers a text) and is used with "
                f"{mine[0]} ({mine[1]}): use the first, or {REBUILD}"
            )
        if not (self._folder / state.folder / vectors.FILE).is_file():
            raise IndexMismatch(f"the vectors in {self._folder / state.folder} are gone: {REBUILD}")

    def _store(self, ledger: Ledger, state: State) -> vectors.Vectors | None:
        """The vectors, as the last writer left them; None if there are none yet."""
        if state.folder is None or state.collection is None:
            return None
        self._vectors = vectors.shared(self._folder / state.folder)
        self._vectors.fresh(state.generation, state.collection, ledger.slots)
        return self._vectors

    def _store_for_writing(self, ledger: Ledger, state: State) -> vectors.Vectors:
        if state.folder is None:
            folder, collection = vectors.create(self._folder)
            with ledger.writing():
                ledger.attach(self._embedder.name, self._embedder.dimension, folder, collection)
            state = ledger.state()
        store = self._store(ledger, state)
        assert store is not None
        if store.count() > ledger.count_slots():
            store.drop(store.slots() - set(ledger.slots()))  # left by a crash
        return store

    def _vector_of(self, text: str) -> NDArray[np.float32]:
        asked = self._asked
        if asked is None or asked[0] != text:
            self._asked = asked = text, self._embed([text])[0]
        return asked[1]

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self._embedder.dimension), dtype=np.float32)
        rows = np.asarray(self._embedder.embed(texts), dtype=np.float32)
        lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
        if rows.shape != (len(texts), self._embedder.dimension) or not (np.isfinite(lengths) & (lengths > 0)).all():
            raise InvalidValue(
                f"the embedder {self._embedder.name} gave an array of shape {rows.shape} for {len(texts)} texts, or "
                f"rows without a direction: it must give {self._embedder.dimension} finite numbers a text, not all 0"
            )
        return rows / lengths
