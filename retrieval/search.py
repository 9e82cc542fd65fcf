"""One search: which items may be answers, which of them are candidates, and how alike each one is.

Candidates by text are the allowed items nearest to the query's vector, candidates by links the allowed items that
share its links. Every candidate then gets its number in both views. The forbidden ones (not yet known, excluded) are
taken out by the ledger, not by Chroma's metadata filter, which made a query of 3 ms take 96 ms at 50,000 vectors; so
the search fetches more than it needs, and more again until enough of them are allowed. Forbidden items also do not
count in how rare a link is: taking one away changes no number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import ceil

import numpy as np
from numpy.typing import NDArray

from retrieval.fuse import View, fuse
from retrieval.items import Match, Query
from retrieval.ledger import Ledger, from_micros, micros
from retrieval.links import rarities, strength
from retrieval.profile import closeness
from retrieval.vectors import Vectors

__all__ = ["Search"]

TEXT_WEIGHT = 0.6
"""The similarity that text alone can reach. One rare link reaches 0.9, so that a shared device beats a twin text."""
LINK_WEIGHT = 1.0
EXACT_BELOW = 100
"""With fewer vectors allowed than this, reading them all (6 ms) beats searching past the forbidden ones."""
TEXT_CANDIDATES = 200
"""How many vectors the text view looks at: enough to hold those that are middling by text and share a common link."""
TEXT_WEIGHT_OF_THREE = 0.3
PROFILE_WEIGHT = 0.6
LINK_POWER_OF_THREE = 4
"""Beside a profile, text says less and common links next to nothing. Chosen on 500 later cases of the demo world: with
text 0.3, links to the power 4 and profile 0.6, nDCG@5 for the same typology is 0.23 instead of 0.15 and one's own ring
is found as often (0.90 instead of 0.92); with links as they are 0.20, with a profile of 0.9 the ring falls to 0.78.
Ranking 200 candidates by text instead of all (with a profile of 0.9: 0.245 instead of 0.268) saves reading them all."""
LINK_CANDIDATES = 100
"""How many items the links view proposes: those that share the rarest links, the newest of each link first."""


class Search:
    """A query against one state of the memory. `vectors` is None if there are none."""

    def __init__(self, ledger: Ledger, vectors: Vectors | None, query: Query, k: int) -> None:
        self._ledger = ledger
        self._vectors = vectors
        self._query = query
        self._k = k
        self._before = micros(query.as_of)
        known = (entry for entry in ledger.find(query.exclude).values() if entry.known_at < self._before)
        self._excluded = {entry.number: entry for entry in known}
        """The excluded items that would be allowed otherwise."""

    def run(self, vector: NDArray[np.float32] | None) -> list[Match]:
        """The matches, best first. `vector` is that of the query's text, None if it has none."""
        rarity = self._rarity()
        by_links = self._sharing(rarity)
        cosines = self._cosines(vector, by_links)
        shared = self._ledger.links_among(cosines.keys() | by_links, rarity)
        entries = self._ledger.entries(shared.keys())
        views, lens = [], self._query.lens
        if vector is not None:
            views.append(View("text", TEXT_WEIGHT_OF_THREE if lens else TEXT_WEIGHT, cosines))
        if self._query.links:
            power = LINK_POWER_OF_THREE if lens else 1
            strengths = {number: strength(links, rarity) ** power for number, links in shared.items()}
            views.append(View("links", LINK_WEIGHT, strengths))
        if lens:
            near = {number: closeness(self._query.profile, entry.profile, lens) for number, entry in entries.items()}
            views.append(View("profile", PROFILE_WEIGHT, near))
        ranked = fuse(views, tie_break=lambda number: (-entries[number].known_at, entries[number].id))
        return [
            Match(
                id=entries[one.key].id,
                similarity=one.similarity,
                shared_links=tuple(sorted(shared[one.key])),
                tags=entries[one.key].tags,
                known_at=from_micros(entries[one.key].known_at),
                by_view=one.by_view,
            )
            for one in ranked[: self._k]
        ]

    def _rarity(self) -> dict[str, float]:
        """The rarity of those links of the query that an allowed item holds."""
        hidden = self._ledger.links_among(self._excluded.keys(), self._query.links)
        holders = {
            link: self._ledger.holders(link, self._before) - sum(link in links for links in hidden.values())
            for link in self._query.links
        }
        return rarities(holders, self._ledger.known(self._before) - len(self._excluded))

    def _sharing(self, rarity: Mapping[str, float]) -> set[int]:
        """Allowed items that share a link: those of the rarest link first, until there are enough."""
        enough = max(LINK_CANDIDATES, self._k)
        found: set[int] = set()
        for link in sorted(rarity, key=lambda one: (-rarity[one], one)):
            newest = self._ledger.newest_holders(link, self._before, enough + len(self._excluded))
            found.update([number for number in newest if number not in self._excluded][:enough])
            if len(found) >= enough:
                break
        return found

    def _cosines(self, vector: NDArray[np.float32] | None, also: Collection[int]) -> dict[int, float]:
        """The cosine of the items nearest by text, and of those in `also` that have a vector, by item number."""
        if vector is None or self._vectors is None:
            return {}
        near = self._nearest(vector, self._vectors)
        rest = self._ledger.slots_of(set(also) - near.keys())
        return near | _by_number(self._vectors.cosines(vector, rest.keys()), rest)

    def _nearest(self, vector: NDArray[np.float32], vectors: Vectors) -> dict[int, float]:
        """The cosine of the allowed items nearest by text: `TEXT_CANDIDATES` or k of them, or all if there are fewer.

        How many are looked at must not hang on what became known later, or the future would choose the candidates."""
        allowed = self._ledger.count_known_slots(self._before)
        allowed -= sum(entry.slot is not None for entry in self._excluded.values())
        wanted = min(max(TEXT_CANDIDATES, self._k), allowed)
        total = self._ledger.count_slots() if allowed > EXACT_BELOW else 0
        n = min(total, ceil(1.5 * wanted * total / max(allowed, 1)))
        while n:
            found = vectors.nearest(vector, n)
            near = _by_number(found, self._allowed(self._ledger.known_among(found.keys(), self._before)))
            if len(near) >= wanted:
                return _first(near, wanted)
            n = 0 if n == total else min(total, 4 * n)
        # Few are allowed, or the graph does not reach enough of them (it promises nothing): read every allowed one.
        every = self._allowed(self._ledger.known_slots(self._before))
        return _first(_by_number(vectors.cosines(vector, every.keys()), every), wanted)

    def _allowed(self, numbers: Mapping[int, int]) -> dict[int, int]:
        return {slot: number for slot, number in numbers.items() if number not in self._excluded}


def _by_number(cosines: Mapping[int, float], numbers: Mapping[int, int]) -> dict[int, float]:
    """slot → cosine and slot → number, as number → cosine; a slot without a number is left out."""
    return {number: cosines[slot] for slot, number in numbers.items()}


def _first(cosines: Mapping[int, float], wanted: int) -> dict[int, float]:
    return dict(sorted(cosines.items(), key=lambda one: (-one[1], one[0]))[:wanted])
