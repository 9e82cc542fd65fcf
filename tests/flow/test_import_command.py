"""`fra import` as people run it: from a database, and with every kind of bad file."""

from __future__ import annotations

import csv
import gzip
import sqlite3
import zipfile
from pathlib import Path

import pytest

from tests.dataset.conftest import PAYMENTS
from tests.test_cli import fra

HEADER = "id,opened,price,email,fraud\n"
GOOD = "o-1,2026-01-05,1,a@example.org,1\n"


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    (tmp_path / "s.toml").write_text(PAYMENTS)
    return tmp_path / "s.toml"


def cases(home: Path) -> int:
    with sqlite3.connect(home / "fra.db") as connection:
        return int(connection.execute("SELECT count(*) FROM cases").fetchone()[0])


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("empty.csv", b"", "is empty: its first line must name the columns"),
        ("semicolon.csv", (HEADER + GOOD).replace(",", ";").encode(), "is it separated by ';'? Then set delimiter"),
        ("latin.csv", (HEADER + GOOD.replace("a@", "é@")).encode("cp1252"), 'line 2 is not utf-8: set encoding'),
        ("binary.csv", bytes(range(256)) * 40, "is binary: save it as CSV"),
        ("bomb.csv.gz", gzip.compress(b"x" * 50_000_000), "is a gzip file: unpack it"),
        ("absent.csv", b"id,opened,price,email\n", 'has no column "fraud"'),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_one_line_exit_2_and_nothing_is_imported(
    tmp_path: Path, own_home: Path, schema: Path, name: str, content: bytes, complaint: str
) -> None:
    (tmp_path / name).write_bytes(content)
    _, errors = fra("import", str(tmp_path / name), "--schema", str(schema), code=2)
    assert complaint in errors
    assert len(errors.strip().splitlines()) == 1
    assert cases(own_home) == 0
    findings, _ = fra("doctor", code=1)
    assert "none was interrupted" in findings


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, own_home: Path, schema: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("orders.csv", "x" * 50_000_000)
    _, errors = fra("import", str(tmp_path / "bomb.zip"), "--schema", str(schema), code=2)
    assert "is a ZIP or Excel file: unpack it" in errors


BAD_ROWS = {
    "a short row": ("b-1,2026-01-05,1\n", "3 cells, but the header has 5"),
    "a long row": ("b-2,2026-01-05,1,a,1,9\n", "left over"),
    "an id twice": (GOOD, "is the id of row 2 as well"),
    "no time": ("b-3,,1,a,1\n", "is empty: a time is needed"),
    "two dates": ("b-4,03/04/2026,1,a,1\n", "set format for this column"),
    "a decimal comma": ('b-5,2026-01-05,"1.234,56",a,1\n', 'set decimal = "," in the schema'),
    "not a number": ("b-6,2026-01-05,NaN,a,1\n", "is not a finite number"),
    "an endless number": ("b-7,2026-01-05,1e400,a,1\n", "is larger than any payment"),
    "10 MB in a cell": (f"b-8,2026-01-05,1,{'x' * 10_000_000},1\n", "at most"),
    "an unknown label": ("b-9,2026-01-05,1,a,maybe\n", "is no label that the schema knows"),
    "a formula": ('b-10,never,1,"=HYPERLINK(""http://x"",1)",1\n', "is not an ISO 8601 time"),
}


def test_every_bad_row_of_a_file_is_kept_with_its_reason_and_the_good_ones_are_in(
    tmp_path: Path, own_home: Path, schema: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(
        "\ufeff" + HEADER + GOOD + "".join(row for row, _ in BAD_ROWS.values()) + GOOD.replace("o-1", "o-2")
    )
    result, _ = fra("import", str(file), "--schema", str(schema), "--json")
    assert (result["rows"], result["imported"], result["rejected"]) == (len(BAD_ROWS) + 2, 2, len(BAD_ROWS))
    with Path(result["rejects_file"]).open(encoding="utf-8-sig", newline="") as kept:
        rows = list(csv.DictReader(kept))
    for (what, (_, reason)), row in zip(BAD_ROWS.items(), rows, strict=True):
        assert reason in row["reason"], what
    assert rows[-1]["email"].startswith("'=HYPERLINK")
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    _, errors = fra("import", str(file), "--schema", str(schema), "--strict", code=1)
    assert "11 of 13 rows were rejected" in errors


def test_a_database_is_proposed_for_and_imported_like_a_file(tmp_path: Path, own_home: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE orders (order_id text, created_at text, total real, email text)")
        connection.executemany(
            "INSERT INTO orders VALUES (?, ?, ?, ?)",
            [(f"o-{number}", f"2026-01-{number:02}T10:00:00Z", number * 1.5, None) for number in range(1, 29)],
        )
    where = ("--database", f"sqlite:///{tmp_path / 'shop.db'}", "--query", "SELECT * FROM orders")
    text, _ = fra("schema", *where)
    (tmp_path / "orders.toml").write_text(text)
    result, _ = fra("import", *where, "--schema", str(tmp_path / "orders.toml"), "--json")
    assert (result["rows"], result["imported"], result["rejected"]) == (28, 28, 0)
    (tmp_path / "orders.sql").write_text("SELECT * FROM orders; -- all of them")
    again = (*where[:2], "--query-file", str(tmp_path / "orders.sql"), "--schema", str(tmp_path / "orders.toml"))
    assert fra("import", *again, "--json")[0]["unchanged"] == 28


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("file.csv", "--query", "SELECT 1"),
        ("--query", "SELECT 1"),
        ("--database", "sqlite:///x.db"),
        ("--database", "sqlite:///x.db", "--query", "SELECT 1", "--query-file", "x.sql"),
    ],
)
def test_a_source_that_is_not_one_source_is_refused(schema: Path, arguments: tuple[str, ...]) -> None:
    _, errors = fra("import", *arguments, "--schema", str(schema), code=2)
    assert "give a FILE, or --database URL with either --query or --query-file" in errors


def test_nothing_of_a_database_url_is_kept_anywhere(tmp_path: Path, own_home: Path, schema: Path) -> None:
    file = tmp_path / "kept-s3cret.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE orders (id, opened, price, email, fraud)")
        connection.execute("INSERT INTO orders VALUES ('o-1', '2026-01-05', 1, 'a', 1), ('o-2', 'never', 1, 'a', 1)")
    where = ("--database", f"sqlite:///{file}", "--query", "SELECT * FROM orders")
    result, _ = fra("import", *where, "--schema", str(schema), "--json")
    assert (result["imported"], result["rejected"]) == (1, 1)
    assert not [path for path in own_home.rglob("*") if path.is_file() and b"kept-s3cret" in path.read_bytes()]
