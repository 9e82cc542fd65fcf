"""The side table: what is remembered, since when it is known, by which links and words, and which vector belongs to it.

It is one SQLite file (WAL) beside the vectors. What it does not list is not remembered, whatever the vectors hold, and
every question about time, exclusion or withdrawal is answered here, exactly. It keeps the part of each text that
counts, so that all vectors can be made again from it. Times are whole microseconds since 1970 in UTC. It does not lock
across processes: its caller holds `retrieval.lock.alone` around every use.

A vector is named by its slot, a number that is given once and never again, so what a slot holds never changes. An item
with a text and without a slot waits for its vector.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from retrieval.errors import REBUILD, CannotWrite, IndexMismatch
from retrieval.items import Item
from retrieval.tally import LINK_TALLY, TRIGGERS, Tally
from retrieval.tally import TABLES as TALLIES
from retrieval.words import TABLE as WORDS
from retrieval.words import WordIndex

__all__ = ["CURRENT", "NEXT", "Entry", "Ledger", "Origin", "from_micros", "micros", "profiles"]

LAYOUT = 4
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TABLES = f"""
CREATE TABLE state (slots INTEGER NOT NULL, bookmark TEXT NOT NULL);
INSERT INTO state VALUES (0, '');
CREATE TABLE collection (
    role TEXT PRIMARY KEY, generation INTEGER NOT NULL, embedder TEXT NOT NULL, dimension INTEGER NOT NULL,
    place TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL
);
CREATE TABLE item (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, known_at INTEGER NOT NULL, text TEXT NOT NULL,
    slot INTEGER UNIQUE, next_slot INTEGER UNIQUE, tags TEXT NOT NULL, profile TEXT NOT NULL
);
CREATE INDEX item_by_time ON item (known_at, slot);
CREATE INDEX item_waiting ON item (number) WHERE slot IS NULL AND text != '';
CREATE TABLE link (
    name TEXT NOT NULL, known_at INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (name, known_at, number)
) WITHOUT ROWID;
CREATE INDEX link_by_item ON link (number);
CREATE TABLE turn (
    number INTEGER NOT NULL, known_at INTEGER NOT NULL, side TEXT NOT NULL, PRIMARY KEY (number, known_at)
) WITHOUT ROWID;
CREATE TABLE withdrawn (id TEXT PRIMARY KEY) WITHOUT ROWID;
{WORDS};
{TALLIES};
"""
CURRENT, NEXT = "current", "next"
SLOT = {CURRENT: "slot", NEXT: "next_slot"}


@dataclass(frozen=True)
class Origin:
    """One collection of vectors: what they were made with, where they are, and how often they were written."""

    embedder: str
    dimension: int
    place: str
    name: str
    id: str
    generation: int = 0


class Entry(NamedTuple):
    """One row: an item without its text. `slot` is None if it has no vector."""

    number: int
    id: str
    known_at: int
    slot: int | None
    written_tags: str
    written_profile: str

    @property
    def tags(self) -> dict[str, str]:  # read when asked for: most candidates of a search are never shown
        return dict(orjson.loads(self.written_tags))

    @property
    def profile(self) -> dict[str, float]:
        return dict(orjson.loads(self.written_profile))


def profiles(entries: Collection[Entry]) -> list[dict[str, float]]:
    """The profiles of many entries, read in one go."""
    return list(orjson.loads(f"[{','.join(entry.written_profile for entry in entries)}]"))


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
        self.words = WordIndex(self._db)
        self._tally = Tally(self._db)
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA cache_size = -65536")  # 64 MB: a search reads some hundred pages
            if self._layout() == 0:
                with self.writing():
                    self._create()
            elif self._layout() == LAYOUT - 1:
                self._upgrade()
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

    def check(self) -> None:
        """Raises IndexMismatch for a file of another version."""
        if self._layout() != LAYOUT:
            raise IndexMismatch(f"{self._path} was written by another version: {REBUILD}")

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All writes of the block, or none of them."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:  # a full disk ends it by itself
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise CannotWrite(f"{self._path} cannot be written ({error}): free some space, then try again") from error

    def clear(self) -> None:
        """Forgets everything, withdrawals too."""
        with self.writing():
            for table in ("state", "collection", "item", "tally", "link_tally", "link", "turn", "withdrawn", "word"):
                self._db.execute(f"DROP TABLE IF EXISTS {table}")
            self._create()

    @property
    def bookmark(self) -> str:
        return str(self._db.execute("SELECT bookmark FROM state").fetchone()[0])

    def mark(self, bookmark: str) -> None:
        with self.writing():
            self._db.execute("UPDATE state SET bookmark = ?", (bookmark,))

    # Which vectors belong to it

    def collection(self, role: str = CURRENT) -> Origin | None:
        query = "SELECT embedder, dimension, place, name, id, generation FROM collection WHERE role = ?"
        row = self._db.execute(query, (role,)).fetchone()
        return Origin(*row) if row else None

    def collections(self) -> list[Origin]:
        """Those that are noted; none of a file of another version, whose tables are others."""
        found = [self.collection(role) for role in SLOT] if self._layout() == LAYOUT else []
        return [one for one in found if one]

    def attach(self, role: str, origin: Origin) -> None:
        """Notes an empty collection. Every text waits for its vector there."""
        with self.writing():
            self._db.execute(f"UPDATE item SET {SLOT[role]} = NULL")
            self._db.execute("DELETE FROM collection WHERE role = ?", (role,))
            values = (role, 0, origin.embedder, origin.dimension, origin.place, origin.name, origin.id)
            self._db.execute("INSERT INTO collection VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def promote(self) -> None:
        """The next collection is the current one from now on."""
        with self.writing():
            self._db.execute("UPDATE item SET slot = NULL")  # first, or two items would share a slot half-way
            self._db.execute("UPDATE item SET slot = next_slot, next_slot = NULL")
            self._db.execute("DELETE FROM collection WHERE role = ?", (CURRENT,))
            self._db.execute("UPDATE collection SET role = ? WHERE role = ?", (CURRENT, NEXT))

    def detach(self, role: str) -> None:
        with self.writing():
            self._db.execute(f"UPDATE item SET {SLOT[role]} = NULL")
            self._db.execute("DELETE FROM collection WHERE role = ?", (role,))

    def reserve(self, role: str, count: int) -> tuple[int, int]:
        """Counts a write to a collection, so that other processes notice it, and gives the new count and the first of
        so many new slots. Outside of `writing`: a crash afterwards leaves slots unused, and none used twice."""
        with self.writing():
            query = "UPDATE collection SET generation = generation + 1 WHERE role = ? RETURNING generation"
            (generation,) = self._db.execute(query, (role,)).fetchone()
            (slots,) = self._db.execute("UPDATE state SET slots = slots + ? RETURNING slots", (count,)).fetchone()
        return int(generation), int(slots) - count + 1

    def waiting(self, role: str, below: int, limit: int) -> dict[int, str]:
        """number → text of items that wait for their vector, those with the largest numbers below one first."""
        query = f"SELECT number, text FROM item WHERE {SLOT[role]} IS NULL AND text != '' AND number < ?"
        return dict(self._db.execute(f"{query} ORDER BY number DESC LIMIT ?", (below, limit)))

    def count_waiting(self, role: str) -> int:
        return self._number(f"SELECT count(*) FROM item WHERE {SLOT[role]} IS NULL AND text != ''")

    def count_texts(self) -> int:
        return self._number("SELECT count(*) FROM item WHERE text != ''")

    def slots(self, role: str = CURRENT) -> list[int]:
        """The slots of all vectors that an item points to."""
        slot = SLOT[role]
        return [row[0] for row in self._db.execute(f"SELECT {slot} FROM item WHERE {slot} NOT NULL ORDER BY {slot}")]

    def count_slots(self, role: str = CURRENT) -> int:
        if role == CURRENT:
            return self._tally.all("vectors")
        return self._number(f"SELECT count({SLOT[role]}) FROM item")

    # What is remembered

    def count(self) -> int:
        return self._tally.all("items")

    def find(self, ids: Collection[str]) -> dict[str, Entry]:
        """The entries of those ids that are remembered."""
        return {entry.id: entry for entry in self._entries("id", ids)}

    def entries(self, numbers: Collection[int]) -> dict[int, Entry]:
        return {entry.number: entry for entry in self._entries("number", numbers)}

    def texts(self, numbers: Collection[int]) -> dict[int, str]:
        return dict(self._in("SELECT number, text FROM item WHERE number IN ({})", numbers))

    def turns(self, numbers: Collection[int]) -> dict[int, dict[int, str]]:
        """number → since when it was on which side."""
        found: dict[int, dict[int, str]] = {number: {} for number in numbers}
        for number, known_at, side in self._in("SELECT number, known_at, side FROM turn WHERE number IN ({})", numbers):
            found[number][known_at] = side
        return found

    def links(self, numbers: Collection[int]) -> dict[int, set[str]]:
        """All links of these items."""
        found: dict[int, set[str]] = {number: set() for number in numbers}
        for number, name in self._in("SELECT number, name FROM link WHERE number IN ({})", numbers):
            found[number].add(name)
        return found

    def links_among(self, numbers: Collection[int], names: Collection[str]) -> dict[int, set[str]]:
        """Those links of these items that are among the names; an empty set for an item that has none of them."""
        found: dict[int, set[str]] = {number: set() for number in numbers}
        # By item: a common link has more holders than there are items here.
        query = "SELECT number, name FROM link INDEXED BY link_by_item WHERE number IN ({}) AND name IN (%s)"
        for number, name in self._in(query % ",".join("?" * len(names)), numbers, tuple(names)):
            found[number].add(name)
        return found

    def withdrawn(self, ids: Collection[str]) -> set[str]:
        return {row[0] for row in self._in("SELECT id FROM withdrawn WHERE id IN ({})", ids)}

    def slots_of(self, numbers: Collection[int], role: str = CURRENT) -> dict[int, int]:
        """slot → number of those of these items that have a vector."""
        slot = SLOT[role]
        return dict(self._in(f"SELECT {slot}, number FROM item WHERE {slot} NOT NULL AND number IN ({{}})", numbers))

    # What was known before a moment (`before` in microseconds)

    def known(self, before: int) -> int:
        return self._tally.before("items", before)

    def known_numbers(self, numbers: Collection[int], before: int) -> set[int]:
        rows = self._in("SELECT number, known_at FROM item WHERE number IN ({})", numbers)
        return {number for number, known_at in rows if known_at < before}

    def known_slots(self, before: int) -> dict[int, int]:
        """slot → number of every item with a vector."""
        return dict(self._db.execute("SELECT slot, number FROM item WHERE known_at < ? AND slot NOT NULL", (before,)))

    def count_known_slots(self, before: int) -> int:
        return self._tally.before("vectors", before)

    def known_among(self, slots: Collection[int], before: int) -> list[Entry]:
        """The entries of those of these slots that belong to an item."""
        return [entry for entry in self._entries("slot", slots) if entry.known_at < before]

    def on_side(self, numbers: Collection[int], side: str, before: int) -> set[int]:
        """Those of these items whose last turn before the moment was to this side."""
        turns = self.turns(numbers)
        last = {number: max((at for at in held if at < before), default=None) for number, held in turns.items()}
        return {number for number, at in last.items() if at is not None and turns[number][at] == side}

    def holders(self, link: str, before: int) -> int:
        return self._tally.holders(link, before)

    def newest_holders(self, link: str, before: int, limit: int) -> list[int]:
        query = "SELECT number FROM link WHERE name = ? AND known_at < ? ORDER BY known_at DESC, number LIMIT ?"
        return [row[0] for row in self._db.execute(query, (link, before, limit))]

    # Writing (inside `writing`)

    def put(self, item: Item, text: str, slot: int | None, next_slot: int | None) -> None:
        """Inserts or replaces an item with its links, turns and words."""
        known_at = micros(item.known_at)
        self._forget_parts(self.find([item.id]).values())
        row = self._db.execute(
            "INSERT INTO item (id, known_at, text, slot, next_slot, tags, profile) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET known_at = excluded.known_at, text = excluded.text, slot = excluded.slot,"
            " next_slot = excluded.next_slot, tags = excluded.tags, profile = excluded.profile RETURNING number",
            (item.id, known_at, text, slot, next_slot, _json(item.tags), _json(item.profile)),
        ).fetchone()
        number = int(row[0])
        links = [(link, known_at, number) for link in sorted(item.links)]
        self._db.executemany("INSERT INTO link (name, known_at, number) VALUES (?, ?, ?)", links)
        turns = [(number, micros(since), side) for since, side in item.turns.items()]
        self._db.executemany("INSERT INTO turn (number, known_at, side) VALUES (?, ?, ?)", turns)
        self.words.put(number, known_at, text)

    def give(self, role: str, slots: Mapping[int, int]) -> None:
        """Notes number → slot of vectors that are there now."""
        rows = [(slot, number) for number, slot in slots.items()]
        self._db.executemany(f"UPDATE item SET {SLOT[role]} = ? WHERE number = ?", rows)

    def withdraw(self, ids: Sequence[str]) -> None:
        """Forgets these items and refuses their ids from now on, remembered before or not."""
        entries = self.find(ids).values()
        self._forget_parts(entries)
        self._db.executemany("DELETE FROM item WHERE number = ?", [(entry.number,) for entry in entries])
        self._db.executemany("INSERT OR IGNORE INTO withdrawn (id) VALUES (?)", [(id,) for id in ids])

    # Inside

    def _forget_parts(self, entries: Collection[Entry]) -> None:
        """Takes out all but the rows of these items themselves."""
        texts = self.texts([entry.number for entry in entries])
        for entry in entries:
            self.words.drop(entry.number, entry.known_at, texts[entry.number])
            self._db.execute("DELETE FROM link WHERE number = ?", (entry.number,))
            self._db.execute("DELETE FROM turn WHERE number = ?", (entry.number,))

    def _layout(self) -> int:
        return self._number("PRAGMA user_version")

    def _create(self) -> None:
        for statement in (*_TABLES.strip().split(";\n"), *TRIGGERS):
            self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version = {LAYOUT}")

    def _upgrade(self) -> None:
        """Counts the links of a file that was written before they were."""
        with self.writing():
            for statement in LINK_TALLY:
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {LAYOUT}")

    def _number(self, query: str, *values: object) -> int:
        return int(self._db.execute(query, values).fetchone()[0])

    def _entries(self, column: str, values: Collection[str] | Collection[int]) -> list[Entry]:
        columns = "number, id, known_at, slot, tags, profile"
        return [Entry(*row) for row in self._in(f"SELECT {columns} FROM item WHERE {column} IN ({{}})", values)]

    def _in(self, query: str, values: Collection[str] | Collection[int], then: tuple[str, ...] = ()) -> list[Any]:
        """The rows of a query with `IN ({})`, asked 500 values at a time (SQLite allows 32,766), each time with those
        of `then` after them."""
        every = list(values)
        rows: list[Any] = []
        for start in range(0, len(every), 500):
            part = every[start : start + 500]
            rows += self._db.execute(query.format(",".join("?" * len(part))), (*part, *then)).fetchall()
        return rows


def _json(named: Mapping[str, Any]) -> str:
    return json.dumps(dict(named), sort_keys=True)
