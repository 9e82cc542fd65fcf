"""What remembering a batch of items would change, given what the ledger says already.

An item that says what the ledger says is no change; an item whose text is the same keeps its vector; a withdrawn id is
never a change. This module only reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.items import Item, cut
from retrieval.ledger import NEXT, Entry, Ledger, micros

__all__ = ["Change", "changes"]


@dataclass(frozen=True)
class Change:
    """An item that is new or different, the part of its text that counts, and its entry so far."""

    item: Item
    text: str
    old: Entry | None
    same_text: bool
    next_slot: int | None
    """Its slot in the next collection, where the text is the same."""

    @property
    def needs_vector(self) -> bool:
        return bool(self.text) and self.kept_slot is None

    @property
    def kept_slot(self) -> int | None:
        """The slot of the vector that still fits."""
        return self.old.slot if self.old and self.same_text else None

    @property
    def dropped_slot(self) -> int | None:
        """The slot of the vector that does not fit any more."""
        return self.old.slot if self.old and not self.same_text else None


def changes(ledger: Ledger, batch: Sequence[Item]) -> list[Change]:
    """The changes of a batch, in its order."""
    ids = [item.id for item in batch]
    known = ledger.find(ids)
    numbers = [entry.number for entry in known.values()]
    links, texts, turns = ledger.links(numbers), ledger.texts(numbers), ledger.turns(numbers)
    next_slots = {number: slot for slot, number in ledger.slots_of(numbers, NEXT).items()}
    withdrawn = ledger.withdrawn(ids)
    found = []
    for item in batch:
        text, old = cut(item.text), known.get(item.id)
        same_text = old is not None and texts[old.number] == text
        same = old is not None and (
            same_text,
            old.known_at,
            old.tags,
            old.profile,
            links[old.number],
            turns[old.number],
        ) == (
            True,
            micros(item.known_at),
            dict(item.tags),
            dict(item.profile),
            item.links,
            {micros(since): side for since, side in item.turns.items()},
        )
        if not same and item.id not in withdrawn:
            kept = next_slots.get(old.number) if old and same_text else None
            found.append(Change(item, text, old, same_text, kept))
    return found
