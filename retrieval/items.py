"""The values that go into the memory and come out of it.

All are frozen. A time without a zone, and an id, link or tag that is not valid Unicode (a lone surrogate), are refused
here, so that no later module meets one. The memory reads no meaning into ids, links or tags.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from typing import NamedTuple

from retrieval.errors import InvalidValue

__all__ = ["TEXT_LIMIT", "Item", "Lens", "Match", "Matches", "Query", "cut"]

TEXT_LIMIT = 2_000
"""Characters of a text that count. MiniLM reads 256 word pieces, about 1,300 characters of English."""

_CONTROL = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")


@dataclass(frozen=True)
class Item:
    """Something to remember. It can be found by moments after `known_at`, by its text and by its links; its `profile`,
    named numbers, bears on its rank where the query has a lens for them."""

    id: str
    known_at: datetime
    text: str
    links: frozenset[str] = frozenset()
    tags: Mapping[str, str] = field(default_factory=dict)
    profile: Mapping[str, float] = field(default_factory=dict)
    turns: Mapping[datetime, str] = field(default_factory=dict)
    """Which side it is on, from when on: the last turn strictly before a moment counts at that moment."""

    def __post_init__(self) -> None:
        _need_zone(self.known_at, f"known_at of item {self.id!r}")
        for moment in self.turns:
            _need_zone(moment, f"a turn of item {self.id!r}")
        told = (self.id, *self.links, *self.tags.keys(), *self.tags.values(), *self.profile, *self.turns.values())
        _need_unicode(told, f"item {self.id!r}")
        _need_finite(self.profile, f"item {self.id!r}")


class Lens(NamedTuple):
    """How a query looks at one number of a profile: how much it counts, and how far apart is wholly unlike."""

    weight: float
    scale: float


@dataclass(frozen=True)
class Query:
    """What to look for: items alike in text, words or links, known strictly before `as_of`, without those in `exclude`.

    With a `side`, only items that were on it at that moment are answers; no number of theirs is another for it."""

    text: str
    links: frozenset[str]
    as_of: datetime
    exclude: frozenset[str] = frozenset()
    profile: Mapping[str, float] = field(default_factory=dict)
    lens: Mapping[str, Lens] = field(default_factory=dict)
    side: str = ""

    def __post_init__(self) -> None:
        _need_zone(self.as_of, "as_of of the query")
        _need_unicode((*self.links, *self.exclude, self.side), "the query")
        _need_finite(self.profile, "the query")
        for name, (weight, scale) in self.lens.items():
            if not (isfinite(weight) and isfinite(scale) and weight >= 0 and scale > 0):
                raise InvalidValue(f"the lens for {name!r} has weight {weight} and scale {scale}: give both above 0")


@dataclass(frozen=True)
class Match:
    """One remembered item that is like the query.

    `similarity` is in 0..1 and matches come in its descending order. `by_view` says what it is made of, one number in
    0..1 for each view that was asked: `text` is the cosine (0 if negative), `words` the share of the rare words that it
    holds, `links` the strength of `shared_links`, `profile` how close the profiles are through the query's lens.
    """

    id: str
    similarity: float
    shared_links: tuple[str, ...]
    tags: Mapping[str, str]
    known_at: datetime
    by_view: Mapping[str, float]


class Matches(list[Match]):
    """Matches, best first, and in `missing` what could not be asked, in words; empty for a whole answer."""

    def __init__(self, matches: Iterable[Match] = (), missing: str = "") -> None:
        super().__init__(matches)
        self.missing = missing


def cut(text: str) -> str:
    """The part of a text that an embedder sees: control characters as spaces, the first `TEXT_LIMIT` characters.

    Lone surrogates become question marks, because tokenizers and SQLite refuse them. Blank text comes back as "".
    """
    clean = text[: 2 * TEXT_LIMIT].translate(_CONTROL).strip()
    return clean[:TEXT_LIMIT].encode("utf-8", "replace").decode("utf-8")


def _need_zone(moment: datetime, what: str) -> None:
    if moment.utcoffset() is None:
        raise InvalidValue(f"{what} has no time zone: give a timezone-aware datetime, such as one in UTC")


def _need_finite(profile: Mapping[str, float], what: str) -> None:
    for name, value in profile.items():
        if not isfinite(value):
            raise InvalidValue(f"{what} has the number {value} for {name!r}: leave out what is not known")


def _need_unicode(values: Iterable[str], what: str) -> None:
    for value in values:
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise InvalidValue(
                f"{what} holds {value!r}, which is not valid Unicode: replace the lone surrogate"
            ) from None
