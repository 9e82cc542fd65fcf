"""The memory: remembers items, and finds those that are like a query among what was known at the moment asked about.

Promise of `similar`: no match has `known_at` at or after `as_of`, is excluded, or was withdrawn; and there are k of
them whenever k allowed items can be reached, that is, have text when the query has text, or share a link. The nearest
by text come from an approximate index, so one of them may be missing; every number shown is exact.

Three views find candidates, `text` (cosine of embeddings), `words` (rare words) and `links` (shared links, rare ones
count more), and `retrieval.fuse` makes one ranking of them. A rare shared link outweighs any likeness of text. A query
with a lens adds another view, `profile`, which proposes no candidates and ranks those of the others; then a rare link
outweighs a twin only where about half of the profile agrees too.

The side table is the memory; vectors are derived from it. Where they cannot be had (files deleted, a server gone, a
model missing) the other views answer, and the answer says what is missing; what is remembered meanwhile waits for its
vectors, and `renew` makes all that are missing, also when the embedder is another one. A write that is killed leaves
vectors that nothing points to, which are no answers, and items that were not there yet: remembering again completes it.

Every read and write holds a file lock while it touches the files, and a process notices the writes of others by a
counter. Within a process, a memory may be used by several threads. Only a side table that is damaged or of another
version raises IndexMismatch, from everything but `clear`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from retrieval.changes import Change, changes
from retrieval.embed import Embedder
from retrieval.errors import IndexMismatch, InvalidValue, Unreachable, WeightsMissing
from retrieval.items import Item, Matches, Query, cut
from retrieval.ledger import CURRENT, NEXT, Ledger, Origin
from retrieval.lock import alone
from retrieval.renewal import Renewal
from retrieval.search import Search
from retrieval.shelf import Shelf

__all__ = ["Memory"]

LEDGER = "memory.sqlite"
BATCH = 256
"""Items that are embedded and written together; a crash loses at most the batch under way."""
NO_VECTORS = (IndexMismatch, Unreachable, WeightsMissing)
"""What leaves the other views to answer."""

_log = logging.getLogger(__name__)


class Memory:
    """Items in one folder, found by text, words and links. Opening is lazy: nothing is loaded before it is needed.

    With `server`, the URL of a Chroma server, the vectors are there; the side table stays in the folder."""

    def __init__(self, folder: Path, embedder: Embedder, server: str = "") -> None:
        self._folder = folder
        self._shelf = Shelf(folder, embedder, server)
        self._ledger: Ledger | None = None
        self._lock = threading.RLock()
        self._asked: tuple[str, str, NDArray[np.float32]] | None = None
        """The last text that was asked with, by which embedder, and its vector: a longer answer embeds it once."""

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
        with self._owned() as ledger:
            slots = [entry.slot for entry in ledger.find(ids).values() if entry.slot is not None]
            with ledger.writing():
                ledger.withdraw(ids)
            self._drop(ledger, slots)

    def similar(self, query: Query, k: int) -> Matches:
        """At most k matches, best first; equal ones newest first. `missing` of the answer says what it had to leave
        out. An empty memory answers with an empty list."""
        if k < 1:
            raise InvalidValue(f"k is {k}: ask for at least one match")
        text = cut(query.text)
        with self._owned() as ledger:
            if not ledger.count():
                return Matches()
            origin = ledger.collection()
        vector, missing = self._vector_of(text, origin) if text and origin else (None, "")
        with self._owned() as ledger:
            now = ledger.collection()
            if now and origin and now.embedder != origin.embedder:
                return self.similar(query, k)  # another collection came into use meanwhile
            return self._answer(ledger, query, k, vector, missing)

    def count(self) -> int:
        """How many items are remembered."""
        with self._owned() as ledger:
            return ledger.count()

    def behind(self) -> int:
        """How many vectors `renew` has to make."""
        with self._owned() as ledger:
            current = ledger.collection()
            if current is None:
                return ledger.count_texts()
            if not self._shelf.is_wanted(current):
                return ledger.count_waiting(NEXT) or 1
            try:
                self._shelf.open(ledger)
            except IndexMismatch:
                return ledger.count_texts()
            except Unreachable:
                pass
            return ledger.count_waiting(CURRENT)

    def renew(self, progress: Callable[[int, int], None] = lambda done, of: None) -> int:
        """Makes the vectors that are missing, and gives how many. Other processes and threads go on meanwhile.

        Raises Unreachable or WeightsMissing where they cannot be made now; what was made stays."""
        with alone(self._made() / "renewing"):
            return Renewal(self._owned, self._shelf, lambda texts: self._embed(texts, self._shelf.embedder)).run(
                progress
            )

    @property
    def bookmark(self) -> str:
        """A word of the caller's own, such as how far it has followed its source; empty in a memory that is new."""
        with self._owned() as ledger:
            return ledger.bookmark

    @bookmark.setter
    def bookmark(self, word: str) -> None:
        with self._owned() as ledger:
            ledger.mark(word)

    def clear(self) -> None:
        """Forgets everything, withdrawals too. Works on an index that nothing else can use any more."""
        with self._lock:
            self.close()
            with alone(self._made() / "lock"):
                noted: Sequence[Origin] = ()
                try:
                    ledger = self._open_ledger()
                    noted = ledger.collections()
                    ledger.clear()
                except IndexMismatch:
                    self.close()
                    Ledger.delete(self._folder / LEDGER)
                    ledger = self._open_ledger()
                for origin in [*noted, None]:
                    self._shelf.discard(ledger, origin)

    def close(self) -> None:
        """Lets go of files; the next use opens them again."""
        with self._lock:
            if self._ledger:
                self._ledger.close()
            self._ledger = None
            self._shelf.close()

    def __enter__(self) -> Memory:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _answer(
        self, ledger: Ledger, query: Query, k: int, vector: NDArray[np.float32] | None, missing: str
    ) -> Matches:
        try:
            store = self._shelf.open(ledger) if vector is not None else None
            matches = Search(ledger, store, query, k).run(vector)
        except NO_VECTORS as error:
            missing = str(error)
            matches = Search(ledger, None, query, k).run(None)
        if not missing and cut(query.text) and (waiting := ledger.count_waiting(CURRENT)):
            missing = f"{waiting:,} of {ledger.count():,} cannot be compared by their text yet"
        return Matches(matches, missing)

    def _remember(self, batch: Sequence[Item]) -> int:
        with self._owned() as ledger:
            texts = {change.item.id: change.text for change in changes(ledger, batch) if change.needs_vector}
            embedder = self._reader(ledger)
        rows = self._rows(texts, embedder)  # outside the lock: it is the slow part
        with self._owned() as ledger:
            todo = changes(ledger, batch)
            if self._reader(ledger) is not embedder:
                rows = {}  # another collection came into use meanwhile: they wait for their vectors
            # Somebody else may have written in between, so that a text needs a vector now that had one before.
            late = {one.item.id: one.text for one in todo if one.needs_vector and one.item.id not in texts}
            rows |= self._rows(late, embedder)
            if todo:
                self._write(ledger, todo, rows)
        return len(todo)

    def _write(self, ledger: Ledger, todo: Sequence[Change], rows: Mapping[str, NDArray[np.float32]]) -> None:
        new = {one.item.id: rows[one.item.id] for one in todo if one.needs_vector and one.item.id in rows}
        slots = self._put(ledger, new) if new else {}
        with ledger.writing():
            for one in todo:
                ledger.put(one.item, one.text, slots.get(one.item.id, one.kept_slot), one.next_slot)
        self._drop(ledger, [one.dropped_slot for one in todo if one.dropped_slot is not None])

    def _put(self, ledger: Ledger, rows: Mapping[str, NDArray[np.float32]]) -> dict[str, int]:
        """Writes vectors under new slots that no item points to yet; none where that cannot be done now."""
        try:
            store = self._shelf.open_for_writing(ledger)
            generation, first = ledger.reserve(CURRENT, len(rows))
            slots = dict(zip(rows, range(first, first + len(rows)), strict=True))
            store.put(list(slots.values()), np.stack(list(rows.values())))
        except NO_VECTORS as error:
            _log.warning("%s texts wait for their vectors: %s", len(rows), error)
            return {}
        store.generation = generation
        return slots

    def _drop(self, ledger: Ledger, slots: Sequence[int]) -> None:
        """Takes out vectors that no item points to any more; left there, they are no answers either."""
        if not slots:
            return
        try:
            if store := self._shelf.open(ledger):
                generation, _ = ledger.reserve(CURRENT, 0)
                store.drop(slots)
                store.generation = generation
        except NO_VECTORS as error:
            _log.warning("%s vectors are left over: %s", len(slots), error)

    @contextmanager
    def _owned(self) -> Iterator[Ledger]:
        """The folder for this thread of this process alone."""
        with self._lock, alone(self._made() / "lock"):
            ledger = self._open_ledger()
            ledger.check()
            yield ledger

    def _made(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder

    def _open_ledger(self) -> Ledger:
        if self._ledger and self._ledger.gone:
            self.close()
        if not self._ledger:
            self._ledger = Ledger(self._folder / LEDGER)
        return self._ledger

    def _reader(self, ledger: Ledger) -> Embedder | None:
        """The embedder of the current collection; None where it cannot be had any more."""
        try:
            return self._shelf.reader(ledger.collection())
        except IndexMismatch:
            return None

    def _rows(self, texts: Mapping[str, str], embedder: Embedder | None) -> dict[str, NDArray[np.float32]]:
        """The vectors of texts by id; none where they cannot be made now."""
        if not texts or embedder is None:
            return {}
        try:
            return dict(zip(texts, self._embed(list(texts.values()), embedder), strict=True))
        except WeightsMissing as error:
            _log.warning("%s texts wait for their vectors: %s", len(texts), error)
            return {}

    def _vector_of(self, text: str, origin: Origin) -> tuple[NDArray[np.float32] | None, str]:
        """The vector of a query's text, or why there is none."""
        asked = self._asked
        if asked is None or asked[:2] != (text, origin.embedder):
            try:
                self._asked = asked = text, origin.embedder, self._embed([text], self._shelf.reader(origin))[0]
            except NO_VECTORS as error:
                return None, str(error)
        return asked[2], ""

    def _embed(self, texts: Sequence[str], embedder: Embedder) -> NDArray[np.float32]:
        rows = np.asarray(embedder.embed(texts), dtype=np.float32)
        lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
        if rows.shape != (len(texts), embedder.dimension) or not (np.isfinite(lengths) & (lengths > 0)).all():
            raise InvalidValue(
                f"the embedder {embedder.name} gave an array of shape {rows.shape} for {len(texts)} texts, or "
                f"rows without a direction: it must give {embedder.dimension} finite numbers a text, not all 0"
            )
        return rows / lengths
