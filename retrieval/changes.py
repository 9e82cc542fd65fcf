"""What remembering a batch of items would change, given what the ledger says already.

An item that says what the ledger says is no change; an item whose text is the same (by the SHA-256 of the part that
counts) keeps its vector; a withdrawn id is never a change. This module only reads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.items import Item, cut
from retrieval.ledger import Entry, Ledger, micros

__all__ = ["Change", "changes"]


@dataclass(frozen=True)
class Change:
    """An item that is new or different, the part of its text that counts, and its entry so far."""

    item: Item
    text: str
    digest: str
    old: Entry | None

    @property
    def needs_vector(self) -> bool:
        return bool(self.text) and not self._same_text

    @property
    def kept_slot(self) -> int | None:
        """The slot of the vector that still fits."""
        return self.old.slot if self.old and self._same_text else None

    @property
    def dropped_slot(self) -> int | None:
        """The slot of the vector that does not fit any more."""
        return self.old.slot if self.old and not self._same_text else None

    @property
    def _same_text(self) -> bool:
        return self.old is not None and self.old.digest == self.digest


def changes(ledger: Ledger, batch: Sequence[Item]) -> list[Change]:
    """The changes of a batch, in its order."""
    ids = [item.id for item in batch]
    known = ledger.find(ids)
    links = ledger.links([entry.number for entry in known.values()])
    withdrawn = ledger.withdrawn(ids)
    found = []
    for item in batch:
        text = cut(item.text)
        change = Change(item, text, hashlib.sha256(text.encode()).hexdigest(), known.get(item.id))
        old = change.old
        same = old is not None and (old.digest, old.known_at, dict(old.tags), dict(old.profile), links[old.number]) == (
            change.digest,
            micros(item.known_at),
            dict(item.tags),
            dict(item.profile),
            item.links,
        )
        if not same and item.id not in withdrawn:
            found.append(change)
    return found
