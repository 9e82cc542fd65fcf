"""The values that go into the memory and come out of it.

All are frozen. A time without a zone, and an id, link or tag that is not valid Unicode (a lone surrogate), are refused
here, so that no later module meets one. The memory reads no meaning into ids, links or tags.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from retrieval.errors import InvalidValue

__all__ = ["TEXT_LIMIT", "Item", "Match", "Query", "cut"]

TEXT_LIMIT = 2_000
"""Characters of a text that count. MiniLM reads 256 word pieces, about 1,300 characters of English."""

_CONTROL = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")


@dataclass(frozen=True)
class Item:
    """Something to remember. It can be found by moments after `known_at`, by its text and by its links."""

    id: str
    known_at: datetime
    text: str
    links: frozenset[str] = frozenset()
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _need_zone(self.known_at, f"known_at of item {self.id!r}")
        _need_unicode((self.id, *self.links, *self.tags.keys(), *self.tags.values()), f"item {self.id!r}")


@dataclass(frozen=True)
class Query:
    """What to look for: items alike in text or by links, known strictly before `as_of`, without those in `exclude`."""

    text: str
    links: frozenset[str]
    as_of: datetime
    exclude: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        _need_zone(self.as_of, "as_of of the query")
        _need_unicode((*self.links, *self.exclude), "the query")


@dataclass(frozen=True)
class Match:
    """One remembered item that is like the query.

    `similarity` is in 0..1 and matches come in its descending order. `by_view` says what it is made of, one number in
    0..1 for each view that was asked: `text` is the cosine (0 if negative), `links` the strength of `shared_links`.
    """

    id: str
    similarity: float
    shared_links: tuple[str, ...]
    tags: Mapping[str, str]
    known_at: datetime
    by_view: Mapping[str, float]


def cut(text: str) -> str:
    """The part of a text that an embedder sees: control characters as spaces, the first `TEXT_LIMIT` characters.

    Lone surrogates become question marks, because tokenizers and SQLite refuse them. Blank text comes back as "".
    """
    clean = text[: 2 * TEXT_LIMIT].translate(_CONTROL).strip()
    return clean[:TEXT_LIMIT].encode("utf-8", "replace").decode("utf-8")


def _need_zone(moment: datetime, what: str) -> None:
    if moment.utcoffset() is None:
        raise InvalidValue(f"{what} has no time zone: give a timezone-aware datetime, such as one in UTC")


def _need_unicode(values: Iterable[str], what: str) -> None:
    for value in values:
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise InvalidValue(
                f"{what} holds {value!r}, which is not valid Unicode: replace the lone surrogate"
            ) from None
