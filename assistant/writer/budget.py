"""Tokens that a writer may use in a day, counted on disk so that every process sees the same count.

Promise: what is taken never exceeds the limit, also with several writers at once, because it is taken before it is
used and given back after. Days are UTC. The file holds counts and nothing else; deleting it starts the day anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import NotReady

__all__ = ["BYTES_PER_TOKEN", "DayBudget", "tokens_of"]

BYTES_PER_TOKEN = 3
"""English has four to five, Japanese three, so the estimate is on the safe side."""
BUSY_TIMEOUT_S = 5.0


def tokens_of(*texts: str) -> int:
    """About how many tokens the texts have, rather too many than too few."""
    return -(-sum(len(text.encode("utf-8", "replace")) for text in texts) // BYTES_PER_TOKEN)


def _now() -> datetime:
    return datetime.now(UTC)


class DayBudget:
    """A count for each day in an SQLite file, which is made when the first tokens are taken."""

    def __init__(self, file: Path, tokens: int, now: Callable[[], datetime] = _now) -> None:
        self.tokens = tokens
        self._file = file
        self._now = now

    def take(self, tokens: int) -> str:
        """Takes tokens and gives the day they were taken from. Raises NotReady when fewer are left."""
        day = f"{self._now():%Y-%m-%d}"
        with self._open() as records:
            records.execute("INSERT OR IGNORE INTO used VALUES (?, 0)", (day,))
            taken = records.execute(
                "UPDATE used SET tokens = tokens + ? WHERE day = ? AND tokens + ? <= ?",
                (tokens, day, tokens, self.tokens),
            )
            if not taken.rowcount:
                raise NotReady(
                    f"today's budget of {self.tokens:,} tokens has no {tokens:,} left; it starts anew at midnight UTC, "
                    "or raise FRA_WRITER_DAY_TOKENS"
                )
        return day

    def give_back(self, day: str, tokens: int) -> None:
        """Returns tokens that were taken and not used; negative when more were used."""
        with self._open() as records:
            records.execute("UPDATE used SET tokens = max(0, tokens - ?) WHERE day = ?", (tokens, day))

    def used(self) -> int:
        """Tokens used today."""
        with self._open() as records:
            found = records.execute("SELECT tokens FROM used WHERE day = ?", (f"{self._now():%Y-%m-%d}",)).fetchone()
        return int(found[0]) if found else 0

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._file, timeout=BUSY_TIMEOUT_S)) as records, records:
                records.execute("CREATE TABLE IF NOT EXISTS used (day TEXT PRIMARY KEY, tokens INTEGER NOT NULL)")
                yield records
        except sqlite3.Error as error:
            raise NotReady(
                f"the token count cannot be kept in {self._file} ({error}); make room or delete it"
            ) from error
