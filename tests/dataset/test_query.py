"""A query imports like a file, from a real SQLite file and a real PostgreSQL server."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from assistant.dataset import Query, Schema, import_file, propose
from assistant.errors import BadInput, NotFound, NotReady
from tests.postgres import PASSWORD, postgres

from .conftest import MemorySink

ROWS = (
    "INSERT INTO orders VALUES ('o-1', '2026-01-05 10:00:00', 12.50, 'a@example.org', 1)",
    "INSERT INTO orders VALUES ('o-2', '2026-01-06 10:00:00', 99.99, NULL, 0)",
    "INSERT INTO orders VALUES ('o-3', '2026-01-07 10:00:00', NULL, 'c@example.org', NULL)",
)
SELECT = "SELECT id, opened, price, email, fraud FROM orders ORDER BY id"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with a table of three orders."""
    url = f"sqlite:///{tmp_path / 'shop.db'}" if request.param == "sqlite" else request.getfixturevalue("server")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS orders"))
        kinds = ("timestamp", "numeric(10,2)") if request.param == "postgresql" else ("text", "real")
        connection.execute(
            text(f"CREATE TABLE orders (id text, opened {kinds[0]}, price {kinds[1]}, email text, fraud integer)")
        )
        for row in ROWS:
            connection.exec_driver_sql(row)
    yield url
    engine.dispose()


def rows_in(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT count(*) FROM orders")).scalar_one()
    engine.dispose()
    return int(found)


def test_the_rows_of_a_query_become_cases_and_null_is_an_empty_cell(
    database: str, sink: MemorySink, payments: Schema, tmp_path: Path
) -> None:
    result = import_file(Query(database, SELECT), payments, sink, rejects_dir=tmp_path)
    assert (result.rows, result.imported, result.rejected) == (3, 3, 0)
    first, second, third = (sink.records[f"o-{number}"] for number in (1, 2, 3))
    assert (first.case.amount_minor, second.case.amount_minor, third.case.amount_minor) == (1250, 9999, None)
    assert first.case.opened_at.isoformat() == "2026-01-05T10:00:00+00:00"
    assert [fact.value for fact in second.case.facts] == []
    assert first.outcome is not None
    assert first.outcome.outcome == "fraud"
    assert third.outcome is None
    assert import_file(Query(database, SELECT), payments, sink, rejects_dir=tmp_path).unchanged == 3


def test_a_proposed_schema_for_a_query_imports_it(database: str, sink: MemorySink, tmp_path: Path) -> None:
    query = Query(database, SELECT)
    schema = Schema.parse(propose(query))
    assert schema.source == "orders"
    assert import_file(query, schema, sink, rejects_dir=tmp_path).imported == 3


def test_rejected_rows_of_a_query_are_mended_in_a_file_and_imported_with_the_same_schema(
    database: str, sink: MemorySink, payments: Schema, tmp_path: Path
) -> None:
    query = Query(
        database, SELECT.replace("opened,", "CASE id WHEN 'o-2' THEN '=1+1' ELSE '2026-01-05' END AS opened,")
    )
    result = import_file(query, payments, sink, rejects_dir=tmp_path)
    assert (result.imported, result.rejected) == (2, 1)
    assert result.rejects_file == tmp_path / "orders.rejects.csv"
    content = result.rejects_file.read_text(encoding="utf-8-sig")
    assert "'=1+1" in content
    result.rejects_file.write_text(content.replace("'=1+1", "2026-01-06"), encoding="utf-8")
    assert import_file(result.rejects_file, payments, sink, rejects_dir=tmp_path).imported == 1


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("DELETE FROM orders", "must begin with SELECT or WITH"),
        ("", "must begin with SELECT or WITH"),
        ("-- SELECT\nDROP TABLE orders", "must begin with SELECT or WITH"),
        ("SELECT 1; DELETE FROM orders", "several statements"),
        ("SELECT ';' AS id; COMMIT; DELETE FROM orders;", "several statements"),
        ("WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone", "does not work"),
        ("SELECT * FROM no_such_table", "does not work"),
        ("SELECT id, price AS id FROM orders", 'two columns are called "id"'),
        ("SELECT id FROM orders", 'has no column "opened"'),
    ],
)
def test_what_is_no_query_or_does_not_fit_is_refused_and_nothing_is_changed(
    database: str, sink: MemorySink, payments: Schema, tmp_path: Path, query: str, why: str
) -> None:
    with pytest.raises(BadInput, match=why) as refusal:
        import_file(Query(database, query), payments, sink, rejects_dir=tmp_path)
    assert "\n" not in str(refusal.value)
    assert PASSWORD not in str(refusal.value)
    assert not sink.records
    assert rows_in(database) == 3


def test_a_function_that_writes_is_stopped_by_the_read_only_transaction(
    server: str, sink: MemorySink, payments: Schema, tmp_path: Path
) -> None:
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SEQUENCE IF NOT EXISTS counter")
    with pytest.raises(BadInput, match="read-only transaction"):
        import_file(Query(server, "SELECT nextval('counter') AS id"), payments, sink, rejects_dir=tmp_path)
    engine.dispose()


def test_colons_percent_signs_comments_and_a_last_semicolon_are_the_querys_own(
    database: str, sink: MemorySink, payments: Schema, tmp_path: Path
) -> None:
    query = f"{SELECT.replace('email,', chr(39) + '50%:x;--' + chr(39) + ' AS email,')}; -- orders; all of them\n"
    assert import_file(Query(database, query), payments, sink, rejects_dir=tmp_path).imported == 3
    assert sink.records["o-1"].case.values("email") == ("50%:x;--",)


def test_values_of_a_database_are_written_as_those_of_parquet(server: str, sink: MemorySink, tmp_path: Path) -> None:
    names = ("moment", "day", "exact", "raw", "flag", "whole", "many", "nothing")
    schema = Schema.parse(
        'source = "s"\nkind = "payment"\n[columns]\nmoment = { role = "time" }\n'
        + "".join(f'{name} = {{ role = "category" }}\n' for name in names[1:])
    )
    query = (
        "SELECT TIMESTAMPTZ '2026-01-05 12:00:00+02' AS moment, DATE '2026-01-05' AS day, 12.50::numeric AS exact, "
        "'\\x00ff'::bytea AS raw, true AS flag, 9007199254740993::bigint AS whole, ARRAY['a','b'] AS many, "
        "NULL AS nothing"
    )
    import_file(Query(server, query), schema, sink, rejects_dir=tmp_path)
    (record,) = sink.records.values()
    assert record.case.opened_at.isoformat() == "2026-01-05T10:00:00+00:00"
    assert [(fact.name, fact.value) for fact in record.case.facts] == [
        ("day", "2026-01-05"), ("exact", "12.50"), ("raw", "00ff"), ("flag", "true"), ("whole", "9007199254740993"),
        ("many", "a"), ("many", "b"),
    ]  # fmt: skip


def test_a_huge_cell_rejects_its_row_only(tmp_path: Path, sink: MemorySink, payments: Schema) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE orders (id, opened, price, email, fraud)")
        connection.execute("INSERT INTO orders VALUES ('o-1', '2026-01-05', 1, hex(zeroblob(5000000)), 0)")
        connection.execute("INSERT INTO orders VALUES ('o-2', '2026-01-05', 1, 'a' || char(0), 0)")
        connection.execute("INSERT INTO orders VALUES ('o-3', '2026-01-05', 1, 'a@example.org', 0)")
    result = import_file(Query(f"sqlite:///{tmp_path / 'shop.db'}", SELECT), payments, sink, rejects_dir=tmp_path)
    assert (result.imported, result.rejected) == (1, 2)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("sqlite:///nowhere.db", "there is no database nowhere.db"),
        ("not a url", "the database URL cannot be read"),
        (f"postgresql://fra:{PASSWORD}@localhost:notaport/x", "the database URL cannot be read"),
        ("dbase://x", 'nothing here speaks "dbase"'),
        (f"mysql+pymysql://fra:{PASSWORD}@localhost/x", "the driver pymysql for mysql is not installed"),
        (f"postgresql+psycopg://fra:{PASSWORD}@127.0.0.1:1/x", "does not work"),
    ],
)
def test_a_url_that_leads_nowhere_is_one_line_without_its_password(
    url: str, why: str, sink: MemorySink, payments: Schema, tmp_path: Path
) -> None:
    with pytest.raises((BadInput, NotFound), match=why) as refusal:
        import_file(Query(url, SELECT), payments, sink, rejects_dir=tmp_path)
    assert "\n" not in str(refusal.value)
    assert PASSWORD not in str(refusal.value)
    assert PASSWORD not in repr(Query(url, SELECT))


def test_a_wrong_password_is_in_no_message(server: str, sink: MemorySink, payments: Schema, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="password authentication failed") as refusal:
        import_file(Query(server.replace(PASSWORD, "guess3d"), SELECT), payments, sink, rejects_dir=tmp_path)
    assert "guess3d" not in str(refusal.value)


def test_a_database_that_goes_away_is_told_and_what_was_read_stays(
    server: str, payments: Schema, tmp_path: Path
) -> None:
    engine = create_engine(server)

    class Cutting(MemorySink):
        """Ends the reading session after the first batch."""

        def upsert(self, source: str, records):  # type: ignore[no-untyped-def]
            with engine.connect() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                    "AND strpos(query, 'generate_series') > 0"
                )
            return super().upsert(source, records)

    query = (
        "SELECT 'g-' || n AS id, DATE '2026-01-05' AS opened, 1 AS price, '' AS email, 0 AS fraud "
        "FROM generate_series(1, 50000) AS n"
    )
    sink = Cutting()
    with pytest.raises(NotReady, match="run the same command again"):
        import_file(Query(server, query), payments, sink, rejects_dir=tmp_path, batch=1000)
    assert 1000 <= len(sink.records) < 50_000
    engine.dispose()
    assert import_file(Query(server, query), payments, MemorySink(), rejects_dir=tmp_path).rows == 50_000
