"""Makes vectors that are missing: of texts that could not be embedded when they came, of a collection whose files are
gone, and all of them when the embedder or the place is another one.

Promise: while it works, the memory answers and learns as before, from the collection that was there; nothing is lost or
doubled when it is killed, and running it again goes on where it stopped. Two processes do not do the same work: the
second waits for the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import IndexMismatch
from retrieval.ledger import CURRENT, NEXT, Ledger
from retrieval.shelf import Shelf

__all__ = ["Renewal"]

BATCH = 256
_ALL = 1 << 62


class Renewal:
    """One pass over a memory. `owned` gives the side table to this thread alone, for as short as can be."""

    def __init__(
        self,
        owned: Callable[[], AbstractContextManager[Ledger]],
        shelf: Shelf,
        embed: Callable[[Sequence[str]], NDArray[np.float32]],
    ) -> None:
        self._owned = owned
        self._shelf = shelf
        self._embed = embed

    def run(self, progress: Callable[[int, int], None]) -> int:
        """Gives how many vectors were made. Raises what keeps it from making them: WeightsMissing, Unreachable."""
        with self._owned() as ledger:
            role = self._role(ledger)
            total = ledger.count_waiting(role) if role else 0
        if role is None:
            return 0
        made, below = 0, _ALL
        while True:
            with self._owned() as ledger:
                batch = ledger.waiting(role, below, BATCH)
                if not batch and below == _ALL:  # looked at from the top, and nothing waits
                    if role == NEXT:
                        self._switch(ledger)
                    return made
            below = min(batch, default=_ALL)
            if batch:
                rows = dict(zip(batch, self._embed(list(batch.values())), strict=True))
                with self._owned() as ledger:
                    made += self._write(ledger, role, batch, rows)
                progress(min(made, total), total)

    def _role(self, ledger: Ledger) -> str | None:
        """The collection that has to be filled; None where there is nothing to do."""
        current = ledger.collection(CURRENT)
        if current is None or self._shelf.is_wanted(current):
            self._forget_next(ledger)
            if current is not None and self._broken(ledger, CURRENT):
                self._shelf.create(ledger, CURRENT)
            return CURRENT if ledger.count_waiting(CURRENT) else None
        following = ledger.collection(NEXT)
        if following is None or not self._shelf.is_wanted(following) or self._broken(ledger, NEXT):
            self._shelf.create(ledger, NEXT)
        return NEXT

    def _broken(self, ledger: Ledger, role: str) -> bool:
        try:
            self._shelf.open(ledger, role)
        except IndexMismatch:
            return True
        return False

    def _forget_next(self, ledger: Ledger) -> None:
        """The embedder was changed back before the next collection was whole."""
        if abandoned := ledger.collection(NEXT):
            ledger.detach(NEXT)
            self._shelf.discard(ledger, abandoned)

    def _write(
        self, ledger: Ledger, role: str, batch: Mapping[int, str], rows: Mapping[int, NDArray[np.float32]]
    ) -> int:
        """Writes the vectors of those texts that still wait and did not change meanwhile."""
        texts = ledger.texts(batch)
        have = set(ledger.slots_of(batch, role).values())
        todo = [number for number in batch if texts.get(number) == batch[number] and number not in have]
        if todo:
            store = self._shelf.open_for_writing(ledger, role)
            generation, first = ledger.reserve(role, len(todo))
            slots = dict(zip(todo, range(first, first + len(todo)), strict=True))
            store.put(list(slots.values()), np.stack([rows[number] for number in todo]))
            with ledger.writing():
                ledger.give(role, slots)
            store.generation = generation
        return len(todo)

    def _switch(self, ledger: Ledger) -> None:
        old = ledger.collection(CURRENT)
        ledger.promote()
        self._shelf.discard(ledger, old)
