"""One search: which items may be answers, which of them are candidates, and how alike each one is.

Candidates by text are the allowed items nearest to the query's vector, candidates by words and by links the allowed
items that share them. Every candidate then gets its number in every view. The forbidden ones (not yet known, excluded,
on another side) are taken out by the ledger, not by Chroma's metadata filter, which made a query of 3 ms take 96 ms at
50,000 vectors; so the search fetches more than it needs, and more again until enough of them are allowed. Forbidden
items also do not count in how rare a link or a word is: taking one away changes no number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from math import ceil

import numpy as np
from numpy.typing import NDArray

from retrieval.fuse import View, combined, fuse
from retrieval.items import Match, Query, cut
from retrieval.ledger import Entry, Ledger, from_micros, micros, profiles
from retrieval.links import ONE_LINK, rarities, strength
from retrieval.profile import closeness
from retrieval.vectors import Vectors
from retrieval.words import SharedWords

__all__ = ["Search"]

TEXT_WEIGHT = 0.6
"""The similarity that text alone can reach. One rare link reaches 0.9, so that a shared device beats a twin text."""
LINK_WEIGHT = 1.0
WORD_WEIGHT = 0.2
EXACT_BELOW = 100
"""With fewer vectors allowed than this, reading them all (6 ms) beats searching past the forbidden ones."""
TEXT_CANDIDATES = 200
"""How many vectors the text view looks at: enough to hold those that are middling by text and share a common link."""
TEXT_WEIGHT_BESIDE_PROFILE = 0.2
PROFILE_WEIGHT = 0.9
LINKS_BESIDE_PROFILE = (0.98, 7)
"""Beside a profile, text says less and common links next to nothing (one link of rarity 1, and the power). Chosen on
600 later cases of the demo world of seed 7 (docs/decisions/015). A rare link and half a profile outweigh a twin."""
LINK_CANDIDATES = 100
"""How many items the links view proposes: those that share the rarest links, the newest of each link first."""
WORD_CANDIDATES = 100
MISSED = 0.1
"""The graph may have missed one that is so much nearer than the last of those that it found."""
CLOSE = 1e-9
"""Similarities less apart than this may be equal."""
SIDE_REACH = 5
"""A search for one side looks at so many times more, and keeps as many: those of the other sides are taken out."""


def weights_for(query: Query) -> dict[str, float]:
    """The similarity that a perfect score in each view alone can reach, for a query."""
    if query.lens:
        return {
            "text": TEXT_WEIGHT_BESIDE_PROFILE, "words": WORD_WEIGHT, "links": LINK_WEIGHT, "profile": PROFILE_WEIGHT,
        }  # fmt: skip
    return {"text": TEXT_WEIGHT, "words": WORD_WEIGHT, "links": LINK_WEIGHT}


class Search:
    """A query against one state of the memory. `vectors` is None if there are none."""

    def __init__(self, ledger: Ledger, vectors: Vectors | None, query: Query, k: int) -> None:
        self._ledger = ledger
        self._vectors = vectors
        self._query = query
        self._k = k
        self._before = micros(query.as_of)
        self._weights = weights_for(query)
        self._entries: dict[int, Entry] = {}
        """Those that were read so far."""
        self._farthest = 1.0
        """No item that is not among the nearest has a greater cosine."""
        self._reach = SIDE_REACH if query.side else 1
        known = (entry for entry in ledger.find(query.exclude).values() if entry.known_at < self._before)
        self._excluded = {entry.number: entry for entry in known}
        """The excluded items that would be allowed otherwise."""

    def run(self, vector: NDArray[np.float32] | None) -> list[Match]:
        """The matches, best first. `vector` is that of the query's text, None if it has none."""
        total = self._ledger.known(self._before) - len(self._excluded)
        rarity = self._rarity(total)
        words = self._shared_words(total)
        near = self._near(vector)
        candidates = near.keys() | self._sharing(rarity)
        candidates |= self._first_of_side(words.best(), max(WORD_CANDIDATES, self._k))
        self._entries |= self._ledger.entries(candidates - self._entries.keys())
        entries = {number: self._entries[number] for number in candidates}
        shared = self._ledger.links_among(candidates, rarity)
        scores: dict[str, Mapping[int, float]] = {"text": near}
        if words:
            scores["words"] = {number: words.likeness(number) for number in candidates}
        if self._query.links:
            shape = LINKS_BESIDE_PROFILE if self._query.lens else (ONE_LINK, 1)
            scores["links"] = {number: strength(links, rarity, *shape) for number, links in shared.items()}
        if self._query.lens:
            alike = closeness(self._query.profile, profiles(entries.values()), self._query.lens)
            scores["profile"] = dict(zip(entries, alike, strict=True))
        if vector is None or self._vectors is None:
            del scores["text"]
        else:
            scores["text"] = near | self._text_that_counts(vector, self._vectors, scores, entries)
        ranked = fuse(self._views(scores), lambda number: (-entries[number].known_at, entries[number].id), self._k)
        return [
            Match(
                id=entries[one.key].id,
                similarity=one.similarity,
                shared_links=tuple(sorted(shared[one.key])),
                tags=entries[one.key].tags,
                known_at=from_micros(entries[one.key].known_at),
                by_view=one.by_view,
            )
            for one in ranked
        ]

    def _views(self, scores: Mapping[str, Mapping[int, float]]) -> list[View[int]]:
        return [View(name, self._weights[name], seen) for name, seen in scores.items()]

    def _text_that_counts(
        self,
        vector: NDArray[np.float32],
        vectors: Vectors,
        scores: Mapping[str, Mapping[int, float]],
        entries: Mapping[int, Entry],
    ) -> dict[int, float]:
        """The cosines of candidates that are not among the nearest by text, as far as one could lift its candidate
        into the answer: to read a vector takes longer than all else that is asked of a candidate. None of them is
        much nearer than the last of the nearest."""
        numbers = list(entries)
        without = combined(self._views(scores), numbers)
        least = np.sort(without)[-self._k] if len(numbers) > self._k else 0.0
        best = 1.0 - (1.0 - without) * (1.0 - self._weights["text"] * self._farthest)
        slots = {
            slot: number
            for number, can in zip(numbers, best >= least - CLOSE, strict=True)
            if can and number not in scores["text"] and (slot := entries[number].slot) is not None
        }
        return _by_number(vectors.cosines(vector, slots.keys()), slots)

    def _rarity(self, total: int) -> dict[str, float]:
        """The rarity of those links of the query that an allowed item holds."""
        hidden = self._ledger.links_among(self._excluded.keys(), self._query.links)
        holders = {
            link: self._ledger.holders(link, self._before) - sum(link in links for links in hidden.values())
            for link in self._query.links
        }
        return rarities(holders, total)

    def _shared_words(self, total: int) -> SharedWords:
        """The rare words of the query, with the allowed items that hold them."""
        text, excluded = cut(self._query.text), frozenset(self._excluded)
        known = partial(self._ledger.known_numbers, before=self._before)
        return SharedWords(self._ledger.words.holders(text, self._before, excluded, known), total)

    def _sharing(self, rarity: Mapping[str, float]) -> set[int]:
        """Allowed items that share a link: those of the rarest link first, until there are enough."""
        enough = max(LINK_CANDIDATES, self._k)
        found: set[int] = set()
        for link in sorted(rarity, key=lambda one: (-rarity[one], one)):
            limit = enough * self._reach + len(self._excluded)
            newest = self._ledger.newest_holders(link, self._before, limit)
            found |= self._first_of_side([number for number in newest if number not in self._excluded], enough)
            if len(found) >= enough:
                break
        return found

    def _near(self, vector: NDArray[np.float32] | None) -> dict[int, float]:
        """The cosine of the items nearest by text, by item number."""
        if vector is None or self._vectors is None:
            return {}
        enough = max(TEXT_CANDIDATES, self._k)
        every = self._nearest(vector, self._vectors, enough * self._reach)
        self._farthest = min(1.0, max(0.0, min(every.values(), default=1.0) + MISSED))
        if not self._query.side:
            return every
        kept = self._first_of_side(list(every), enough)
        return {number: cosine for number, cosine in every.items() if number in kept}

    def _nearest(self, vector: NDArray[np.float32], vectors: Vectors, wanted: int) -> dict[int, float]:
        """The cosine of so many allowed items nearest by text, nearest first, or of all if there are fewer.

        How many are looked at must not hang on what became known later, or the future would choose the candidates."""
        allowed = self._ledger.count_known_slots(self._before)
        allowed -= sum(entry.slot is not None for entry in self._excluded.values())
        wanted = min(wanted, allowed)
        total = self._ledger.count_slots() if allowed > EXACT_BELOW else 0
        n = min(total, ceil(1.5 * wanted * total / max(allowed, 1)))
        while n:
            found = vectors.nearest(vector, n)
            known = [one for one in self._ledger.known_among(found.keys(), self._before) if self._allows(one.number)]
            if len(known) >= wanted:
                self._entries |= {entry.number: entry for entry in known}
                return _first({one.number: found[one.slot] for one in known if one.slot is not None}, wanted)
            n = 0 if n == total else min(total, 4 * n)
        # Few are allowed, or the graph does not reach enough of them (it promises nothing): read every allowed one.
        slots = self._ledger.known_slots(self._before)
        every = {slot: number for slot, number in slots.items() if self._allows(number)}
        return _first(_by_number(vectors.cosines(vector, every.keys()), every), wanted)

    def _allows(self, number: int) -> bool:
        return number not in self._excluded

    def _first_of_side(self, numbers: Sequence[int], wanted: int) -> set[int]:
        """The first so many of these allowed items that are on the side asked for, or simply the first."""
        if self._query.side:
            numbers = numbers[: wanted * self._reach]
            there = self._ledger.on_side(numbers, self._query.side, self._before)
            numbers = [number for number in numbers if number in there]
        return set(numbers[:wanted])


def _by_number(cosines: Mapping[int, float], numbers: Mapping[int, int]) -> dict[int, float]:
    """slot → cosine and slot → number, as number → cosine; a slot without a number is left out."""
    return {number: cosines[slot] for slot, number in numbers.items()}


def _first(cosines: Mapping[int, float], wanted: int) -> dict[int, float]:
    return dict(sorted(cosines.items(), key=lambda one: (-one[1], one[0]))[:wanted])
