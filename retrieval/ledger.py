"""The side table: what is remembered, since when it is known, by which links, and which vector belongs to it.

It is one SQLite file (WAL) beside the vectors. What it does not list is not remembered, whatever the vectors hold, and
every question about time, exclusion or withdrawal is answered here, exactly. Times are whole microseconds since 1970 in
UTC. It does not lock across processes: its caller holds `retrieval.lock.alone` around every use.

A vector is named by its slot, a number. A text that changes gets a new slot, so what a slot holds never changes while
an item points to it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from retrieval.errors import REBUILD, IndexMismatch

__all__ = ["Entry", "Ledger", "State", "from_micros", "micros"]

LAYOUT = 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TABLES = """
CREATE TABLE state (generation INTEGER NOT NULL, embedder TEXT, dimension INTEGER, folder TEXT, collection TEXT);
INSERT INTO state (generation) VALUES (0);
CREATE TABLE item (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, known_at INTEGER NOT NULL,
    digest TEXT NOT NULL, slot INTEGER UNIQUE, tags TEXT NOT NULL, profile TEXT NOT NULL
);
CREATE INDEX item_by_time ON item (known_at, slot);
CREATE TABLE link (
    name TEXT NOT NULL, known_at INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (name, known_at, number)
) WITHOUT ROWID;
CREATE INDEX link_by_item ON link (number);
CREATE TABLE withdrawn (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class State:
    """What the vectors were made with and where they are (None: there are none yet); `generation` counts writes."""

    generation: int
    embedder: str | None
    dimension: int | None
    folder: str | None
    collection: str | None


@dataclass(frozen=True)
class Entry:
    """One row: an item without its text. `digest` is that of the text, `slot` is None if it has no vector."""

    number: int
    id: str
    known_at: int
    digest: str
    slot: int | None
    tags: Mapping[str, str]
    profile: Mapping[str, float]


def micros(moment: datetime) -> int:
    """Whole microseconds since 1970 in UTC: exact, unlike `timestamp()`."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_micros(value: int) -> datetime:
    return _EPOCH + timedelta(microseconds=value)


class Ledger:
    """The side table in one file; made on first use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # The caller lets one thread in at a time, so a connection may be used by more than the one that made it.
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            if self._layout() == 0:
                with self.writing():
                    self._create()
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise IndexMismatch(f"{path} cannot be used ({error}): {REBUILD}") from error
        self._inode = path.stat().st_ino

    @staticmethod
    def delete(path: Path) -> None:
        """Removes a file that cannot be used; whoever has it open notices."""
        for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            file.unlink(missing_ok=True)

    @property
    def gone(self) -> bool:
        """Whether the file was deleted or replaced since it was opened."""
        try:
            return self._path.stat().st_ino != self._inode
        except FileNotFoundError:
            return True

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All writes of the block, or none of them."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def state(self) -> State:
        if self._layout() != LAYOUT:
            raise IndexMismatch(f"{self._path} was written by another version: {REBUILD}")
        row = self._db.execute("SELECT generation, embedder, dimension, folder, collection FROM state").fetchone()
        return State(*row)

    def bump(self) -> int:
        """Counts one write, so that other processes notice that there was one; gives the new count."""
        row = self._db.execute("UPDATE state SET generation = generation + 1 RETURNING generation").fetchone()
        return int(row[0])

    def attach(self, embedder: str, dimension: int, folder: str, collection: str) -> None:
        """Notes which vectors belong to this table."""
        self._db.execute(
            "UPDATE state SET embedder = ?, dimension = ?, folder = ?, collection = ?",
            (embedder, dimension, folder, collection),
        )

    def clear(self) -> None:
        """Forgets everything, withdrawals too. The generation goes on counting."""
        generation = self.state().generation if self._layout() == LAYOUT else 0
        with self.writing():
            for table in ("state", "item", "link", "withdrawn"):
                self._db.execute(f"DROP TABLE IF EXISTS {table}")
            self._create()
            self._db.execute("UPDATE state SET generation = ?", (generation + 1,))

    # What is remembered

    def count(self) -> int:
        return self._number("SELECT count(*) FROM item")

    def find(self, ids: Collection[str]) -> dict[str, Entry]:
        """The entries of those ids that are remembered."""
        return {entry.id: entry for entry in self._entries("id", ids)}

    def entries(self, numbers: Collection[int]) -> dict[int, Entry]:
        return {entry.number: entry for entry in self._entries("number", numbers)}

    def links(self, numbers: Collection[int]) -> dict[int, set[str]]:
        """All links of these items."""
        found: dict[int, set[str]] = {number: set() for number in numbers}
        for number, name in self._in("SELECT number, name FROM link WHERE number IN ({})", numbers):
            found[number].add(name)
        return found

    def links_among(self, numbers: Collection[int], names: Collection[str]) -> dict[int, set[str]]:
        """Those links of these items that are among the names; an empty set for an item that has none of them."""
        wanted = set(names)
        return {number: links & wanted for number, links in self.links(numbers).items()}

    def withdrawn(self, ids: Collection[str]) -> set[str]:
        return {row[0] for row in self._in("SELECT id FROM withdrawn WHERE id IN ({})", ids)}

    def slots(self) -> list[int]:
        """The slots of all vectors that an item points to."""
        return [row[0] for row in self._db.execute("SELECT slot FROM item WHERE slot IS NOT NULL ORDER BY slot")]

    def slots_of(self, numbers: Collection[int]) -> dict[int, int]:
        """slot → number of those of these items that have a vector."""
        return dict(self._in("SELECT slot, number FROM item WHERE slot NOT NULL AND number IN ({})", numbers))

    def count_slots(self) -> int:
        return self._number("SELECT count(slot) FROM item")

    def next_slot(self) -> int:
        return self._number("SELECT coalesce(max(slot), 0) + 1 FROM item")

    # What was known before a moment (`before` in microseconds)

    def known(self, before: int) -> int:
        return self._number("SELECT count(*) FROM item WHERE known_at < ?", before)

    def known_slots(self, before: int) -> dict[int, int]:
        """slot → number of every item with a vector."""
        return dict(self._db.execute("SELECT slot, number FROM item WHERE known_at < ? AND slot NOT NULL", (before,)))

    def count_known_slots(self, before: int) -> int:
        return self._number("SELECT count(slot) FROM item WHERE known_at < ?", before)

    def known_among(self, slots: Collection[int], before: int) -> dict[int, int]:
        """slot → number of those of these slots that belong to an item."""
        rows = self._in("SELECT slot, number, known_at FROM item WHERE slot IN ({})", slots)
        return {slot: number for slot, number, known_at in rows if known_at < before}

    def holders(self, link: str, before: int) -> int:
        return self._number("SELECT count(*) FROM link WHERE name = ? AND known_at < ?", link, before)

    def newest_holders(self, link: str, before: int, limit: int) -> list[int]:
        query = "SELECT number FROM link WHERE name = ? AND known_at < ? ORDER BY known_at DESC, number LIMIT ?"
        return [row[0] for row in self._db.execute(query, (link, before, limit))]

    # Writing (inside `writing`)

    def put(
        self,
        id: str,
        known_at: int,
        digest: str,
        slot: int | None,
        tags: Mapping[str, str],
        profile: Mapping[str, float],
    ) -> int:
        """Inserts or replaces one entry and gives its number; its links are set by `relink`."""
        row = self._db.execute(
            "INSERT INTO item (id, known_at, digest, slot, tags, profile) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET"
            " known_at = excluded.known_at, digest = excluded.digest, slot = excluded.slot, tags = excluded.tags,"
            " profile = excluded.profile"
            " RETURNING number",
            (id, known_at, digest, slot, *(json.dumps(dict(one), sort_keys=True) for one in (tags, profile))),
        ).fetchone()
        return int(row[0])

    def relink(self, number: int, known_at: int, links: Iterable[str]) -> None:
        self._db.execute("DELETE FROM link WHERE number = ?", (number,))
        rows = [(link, known_at, number) for link in sorted(links)]
        self._db.executemany("INSERT INTO link (name, known_at, number) VALUES (?, ?, ?)", rows)

    def withdraw(self, ids: Sequence[str]) -> None:
        """Forgets these items and refuses their ids from now on, remembered before or not."""
        numbers = [(entry.number,) for entry in self.find(ids).values()]
        self._db.executemany("DELETE FROM link WHERE number = ?", numbers)
        self._db.executemany("DELETE FROM item WHERE number = ?", numbers)
        self._db.executemany("INSERT OR IGNORE INTO withdrawn (id) VALUES (?)", [(id,) for id in ids])

    # Inside

    def _layout(self) -> int:
        return self._number("PRAGMA user_version")

    def _create(self) -> None:
        for statement in _TABLES.strip().split(";\n"):
            self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version = {LAYOUT}")

    def _number(self, query: str, *values: object) -> int:
        return int(self._db.execute(query, values).fetchone()[0])

    def _entries(self, column: str, values: Collection[str] | Collection[int]) -> Iterator[Entry]:
        columns = "number, id, known_at, digest, slot, tags, profile"
        rows = self._in(f"SELECT {columns} FROM item WHERE {column} IN ({{}})", values)
        for number, id, known_at, digest, slot, tags, profile in rows:
            yield Entry(number, id, known_at, digest, slot, json.loads(tags), json.loads(profile))

    def _in(self, query: str, values: Collection[str] | Collection[int]) -> Iterator[Any]:
        """The rows of a query with `IN ({})`, asked 500 values at a time (SQLite allows 32,766)."""
        every = list(values)
        for start in range(0, len(every), 500):
            part = every[start : start + 500]
            yield from self._db.execute(query.format(",".join("?" * len(part))), part)
