"""The engine: SQLite in WAL mode with full durability, or any database that SQLAlchemy knows by URL.

A write begins with the write lock, so two writers queue up instead of failing half-way, and what a write reads
(the journal's last hash, the status of a case) cannot change under it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from assistant.errors import BadInput, NotReady

__all__ = ["Database"]

BUSY_TIMEOUT_S = 30.0
CACHE_KB = 128 * 1024
CHECKPOINT_PAGES = 50_000
"""At 4 KB each: how far the write-ahead log grows before it is copied into the database."""


class Database:
    """Opens and migrates the database, and hands out sessions."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.engine = _engine(path)
        self._writer = self.engine.execution_options(write=True)
        self._migrate()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent snapshot."""
        with self._explained(), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that is committed, and on disk, when the block ends without an error."""
        with self._explained(), Session(self._writer) as session, session.begin():
            yield session

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What the disk or another process does to us, in one line. The transaction was rolled back."""
        try:
            yield
        except OperationalError as error:
            name = getattr(error.orig, "sqlite_errorname", "")
            if name == "SQLITE_FULL" or name.startswith("SQLITE_IOERR"):
                raise NotReady(
                    f"{self.path} cannot be written ({error.orig}): make room on its disk and run the same command "
                    "again; what was done before stays"
                ) from error
            if name.startswith("SQLITE_BUSY"):
                raise NotReady(
                    f"{self.path} was locked by another process for {BUSY_TIMEOUT_S:.0f} s: wait until it is done and "
                    "run the same command again"
                ) from error
            raise

    def _migrate(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        head = ScriptDirectory.from_config(config).get_current_head()
        try:
            with self._explained(), self.engine.connect() as connection:
                here = MigrationContext.configure(connection).get_current_revision()
            if here != head:
                with self._explained(), self._writer.begin() as connection:
                    config.attributes["connection"] = connection
                    command.upgrade(config, "head")
        except DatabaseError as error:
            raise BadInput(
                f"{self.path} is not a database of this program ({error.orig}); move it away or set FRA_HOME"
            ) from error


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late for the write lock
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        # new rows land all over the indexes; with the default of 2 MB every one of them is read from the file
        connection.execute(f"PRAGMA cache_size=-{CACHE_KB}")
        # a batch of an import changes ten thousands of pages, and the next one many of them again
        connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
