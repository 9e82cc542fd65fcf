"""The words view: which items use the rare words of a query, for the names of things that an embedding blurs.

An inverted index in SQLite's FTS5 holds one document an item. FTS5's own bm25() counts every document, so what becomes
known later would move it; here each word counts by how many items held it before the moment asked about (BM25's idf,
scaled like the rarity of a link), and once, because the texts are short. A word that more than `COMMON` items held says
nothing worth reading them all for. Word by word, what comes back is a list of numbers, so the same lists score every
candidate. A document's rowid begins with the second since which its item is known, so a range of rowids is a span of
time. Texts of people are cut into words before SQLite sees them, and each word is quoted: nothing of them is syntax.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from retrieval.links import rarities

__all__ = ["TABLE", "SharedWords", "WordIndex", "words_of"]

COMMON = 400
"""Holders from which on a word is common. Of the words of a demo case, a third is rarer."""
MOST_WORDS = 120
LONGEST_WORD = 60
LEAST = 3.0
"""The rarity that a query's words are taken to have together at the least, so that one shared word is no twin."""
TABLE = "CREATE VIRTUAL TABLE word USING fts5(text, content='', detail=none, tokenize='ascii')"
"""`ascii` parts at spaces and keeps every letter, so `words_of` alone says what a word is. Only the index is stored."""
_HOLDING = "SELECT rowid FROM word WHERE word MATCH ? AND rowid >= ? AND rowid < ?"
_NUMBER_BITS = 30
_NUMBER = (1 << _NUMBER_BITS) - 1
_LAST_SECOND = (1 << 33) - 1
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


def words_of(text: str) -> list[str]:
    """The words of a text, without case, form and marks of letters; pairs of signs where no spaces part words."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = unicodedata.normalize("NFC", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    found: list[str] = []
    for word in re.findall(r"[^\W_]+", plain):
        if _UNSPACED.search(word):
            for run in re.findall(
                rf"{_UNSPACED.pattern}|[^\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+", word
            ):
                pairs = [run[at : at + 2] for at in range(max(1, len(run) - 1))]
                found += pairs if _UNSPACED.match(run) else [run]
        else:
            found.append(word[:LONGEST_WORD])
    return found


class SharedWords:
    """The rare words of a query, and the items that hold each."""

    def __init__(self, holders: Mapping[str, frozenset[int]], total: int) -> None:
        self._holders = holders
        self._rarity = rarities({word: len(held) for word, held in holders.items()}, total)
        self._whole = max(LEAST, sum(self._rarity.values()))
        self._held: dict[int, float] = {}
        for word, held in holders.items():
            rarity = self._rarity[word]
            for number in held:
                self._held[number] = self._held.get(number, 0.0) + rarity

    def __bool__(self) -> bool:
        return bool(self._holders)

    def likeness(self, number: int) -> float:
        """The share, in 0..1, of the rarity of the words that an item holds."""
        return self._held.get(number, 0.0) / self._whole

    def best(self) -> list[int]:
        """The items that hold any of the words, most alike first; of equal ones that with the larger number."""
        return sorted(self._held, key=lambda one: (-self._held[one], -one))


class WordIndex:
    """The inverted index inside the side table's file. Its caller writes within the side table's transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, number: int, known_at: int, text: str) -> None:
        self._db.execute("INSERT INTO word (rowid, text) VALUES (?, ?)", (_row(number, known_at), _document(text)))

    def drop(self, number: int, known_at: int, text: str) -> None:
        """Takes a document out; text and time must be those that it was put in with."""
        row = (_row(number, known_at), _document(text))
        self._db.execute("INSERT INTO word (word, rowid, text) VALUES ('delete', ?, ?)", row)

    def holders(
        self, text: str, before: int, excluded: frozenset[int], known: Callable[[Sequence[int]], set[int]]
    ) -> dict[str, frozenset[int]]:
        """word → the items that held it before a moment, for the rare words of a text that somebody held.

        `known` says which of some items are really known before it: within its own second only the side table knows."""
        found = {}
        second, most = _second(before), COMMON + 1 + len(excluded)
        start, own, end = _first(-_LAST_SECOND - 1), _first(second), _first(second + 1)
        for word in list(dict.fromkeys(words_of(text)))[:MOST_WORDS]:
            if self._has(word, start, own, most):  # three words in four, so they are not read
                continue
            rows = self._rows(word, start, end)
            numbers = {row & _NUMBER for row in rows if row < own}
            within = [row & _NUMBER for row in rows if row >= own]
            numbers = (numbers | known(within) if within else numbers) - excluded
            if 0 < len(numbers) <= COMMON:
                found[word] = frozenset(numbers)
        return found

    def _has(self, word: str, first: int, end: int, least: int) -> bool:
        """Whether so many documents hold a word."""
        found = self._db.execute(f"{_HOLDING} ORDER BY rowid LIMIT 1 OFFSET ?", (f'"{word}"', first, end, least - 1))
        return found.fetchone() is not None

    def _rows(self, word: str, first: int, end: int) -> list[int]:
        """The documents that hold a word."""
        return [row for (row,) in self._db.execute(_HOLDING, (f'"{word}"', first, end)).fetchall()]


def _document(text: str) -> str:
    return " ".join(words_of(text))


def _second(micros: int) -> int:
    return max(-_LAST_SECOND, min(_LAST_SECOND - 1, micros // 1_000_000))


def _first(second: int) -> int:
    return second << _NUMBER_BITS


def _row(number: int, known_at: int) -> int:
    return _first(_second(known_at)) | number
