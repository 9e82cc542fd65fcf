"""Rows of a database query, through any driver that SQLAlchemy knows.

Promise: nothing is written there: only a single query is sent, in a transaction that is read-only where the database
can, and it is always rolled back. Rows are streamed with a cursor on the server. The password of the URL is in no
message, and nothing of the URL is kept. NULL is an empty cell; other values become the text that Parquet values do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sqlalchemy import URL, Connection, CursorResult, Engine, NullPool, create_engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from assistant.dataset.cells import shown
from assistant.dataset.nested import text_of
from assistant.dataset.table import COLUMN_LIMIT, Row, too_long, unusable
from assistant.errors import BadInput, NotFound, NotReady

__all__ = ["Query", "QueryTable"]

BATCH = 1000
# comments become a space, and what is quoted can hold no end of a statement
_QUIET = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?\*/)|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\$(?P<mark>\w*)\$.*?\$(?P=mark)\$",
    re.DOTALL,
)
_READS = re.compile(r"[\s(]*(?:select|with|values|table)\b", re.IGNORECASE)
_FIRST_TABLE = re.compile(r"\bfrom\s+[\"`\[]?(?:\w+[\"`\]]?\.[\"`\[]?)*(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Query:
    """A query and the SQLAlchemy URL of its database. It has a name and a stem, as a file has."""

    url: str = field(repr=False)
    text: str

    def __str__(self) -> str:
        return f"the query on {_parsed(self.url).render_as_string(hide_password=True)}"

    @property
    def name(self) -> str:
        return f"{self.stem} (query)"

    @property
    def stem(self) -> str:
        """The first table that it reads, for names of files and sources."""
        found = _FIRST_TABLE.search(self.text)
        return found[1] if found else "query"


class QueryTable:
    """A query that was run once to see that it works. Raises BadInput when it does not. Rows are counted from 1."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._url = _parsed(query.url)
        self._text = _single(query)
        if self._url.get_backend_name() == "sqlite" and not _is_there(self._url.database):
            # SQLite would make an empty one
            raise NotFound(f"there is no database {self._url.database}: check the URL")
        try:
            with self._connected() as connection:
                self.columns = _names(query, self._run(connection, self._text))
            self.count = self._count()
        except SQLAlchemyError as error:
            raise BadInput(f"{query} does not work: {self._reason(error)}; correct the query or the URL") from None

    def rows(self) -> Iterator[Row]:
        """All rows. Raises NotReady when the database goes away; what was read before stays imported."""
        number = 0
        try:
            with self._connected() as connection:
                for number, values in enumerate(self._run(connection, self._text), start=1):
                    cells = [text_of(value) for value in values]
                    fault = too_long(cells) or unusable(cells)
                    yield Row(number, () if fault else cells, fault)
        except SQLAlchemyError as error:
            raise NotReady(
                f"{self._query} broke off after row {number:,} ({self._reason(error)}); "
                "run the same command again: what is in stays in"
            ) from None

    def _count(self) -> int:
        try:
            with self._connected() as connection:
                return int(self._run(connection, f"SELECT count(*) FROM (\n{self._text}\n) AS counted").scalar_one())
        except SQLAlchemyError:  # some databases take no such query inside another: then its rows are counted
            with self._connected() as connection:
                return sum(1 for _ in self._run(connection, self._text))

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        # a pool would keep a session open on somebody's production database
        with self._engine.connect().execution_options(**self._options) as connection:
            if self._engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA query_only = ON")
            elif self._engine.dialect.name in {"mysql", "mariadb"}:
                connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
                connection.rollback()  # it holds from the next transaction on
            try:
                yield connection
            finally:
                connection.rollback()

    @cached_property
    def _engine(self) -> Engine:
        try:
            return create_engine(self._url, poolclass=NullPool, hide_parameters=True)
        except NoSuchModuleError:
            raise BadInput(
                f"nothing here speaks {shown(self._url.drivername)}: correct the URL, or install its SQLAlchemy dialect"
            ) from None
        except ModuleNotFoundError as error:
            what = f"the driver {error.name} for {self._url.get_backend_name()}"
            raise BadInput(f"{what} is not installed: run 'pip install {error.name}'") from None

    @property
    def _options(self) -> dict[str, object]:
        if self._url.get_backend_name() == "postgresql":
            return {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
        return {}

    def _run(self, connection: Connection, text: str) -> CursorResult:
        # as the driver takes it: a colon or a percent sign in it is no parameter
        streamed = connection.execution_options(stream_results=True, yield_per=BATCH, no_parameters=True)
        return streamed.exec_driver_sql(text)

    def _reason(self, error: SQLAlchemyError) -> str:
        said = " ".join(str(getattr(error, "orig", None) or error).split())[:300]
        secret = self._url.password
        return said.replace(secret, "***") if secret else said


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise BadInput(
            "the database URL cannot be read: write it as postgresql://USER:PASSWORD@HOST/NAME or sqlite:///FILE"
        ) from None


def _is_there(path: str | None) -> bool:
    return not path or path.startswith((":", "file:")) or Path(path).exists()


def _single(query: Query) -> str:
    """The query without comments and without a semicolon at its end. Raises BadInput for anything but one query."""
    text = _QUIET.sub(lambda found: " " if found["comment"] else found[0], query.text).strip().rstrip("; \n\t")
    if not _READS.match(text):
        raise BadInput(f"{shown(query.text.strip())} is no query: it must begin with SELECT or WITH")
    if ";" in _QUIET.sub(" ", text):
        raise BadInput("there are several statements: give one query, without a semicolon inside")
    return text


def _names(query: Query, result: CursorResult) -> tuple[str, ...]:
    described: Sequence[Sequence[object]] = result.cursor.description if result.cursor else ()
    names = tuple(str(column[0]) for column in described)
    if not names:
        raise BadInput(f"{query} gives no columns: select some")
    if len(names) > COLUMN_LIMIT:
        raise BadInput(f"{query} gives more than {COLUMN_LIMIT} columns: select fewer")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadInput(f"{query}: two columns are called {shown(twice)}: give one another name with AS")
    return names
