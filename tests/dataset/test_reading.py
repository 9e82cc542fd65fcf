import csv
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.dataset import Schema
from assistant.dataset.reading import open_table
from assistant.dataset.table import CELL_LIMIT, ROW_LIMIT, Row
from assistant.errors import BadInput

from .conftest import PAYMENTS, Import, MemorySink
from .test_load import GOOD, HEADER, reasons_of

TIMES_ONLY = 'source = "s"\nkind = "payment"\n[columns.t]\nrole = "time"\n[columns.n]\nrole = "free_text"\n'


def rows_of(path: Path, options: str = "") -> list[Row]:
    return list(open_table(path, Schema.parse(options + TIMES_ONLY)).rows())


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\n\n\n", "is empty"),
        (b"id;opened;price;email;fraud\n", "set delimiter"),
        (b"id,opened,price,email\n", 'has no column "fraud"; its columns: "id", "opened", "price", "email"'),
        (b"id,opened,price,id,email,fraud\n", 'two columns are called "id"'),
        (HEADER.encode() + b"o-1,2026-01-05,1,\xe9,\n", "line 2 is not utf-8: set encoding"),
        (HEADER.encode() + b"o-1,2026-01-05,1,a\0b,\n", "is binary"),
        (HEADER.encode() + b"o-1,2026-01-05,1,a,\n" * 300 + b"o-1,2026-01-05,1,a\0b,\n", "line 302 holds a NUL byte"),
        (
            HEADER.encode() + b'o-1,2026-01-05,1,"a,\no-2,2026-01-05,1,a,\n',
            "line 2: a quote opens here or later and never closes",
        ),
        (b'"id,opened,price,email,fraud\n', "never closes"),
        (b'"id"x,opened,price,email,fraud\n', "the header cannot be split"),
        (HEADER.encode("utf-16-le"), "is binary"),
        (b"PK\x03\x04rest", "is a ZIP or Excel file"),
        (b"\x1f\x8b\x08rest", "is a gzip file"),
        (b"\xff\xfe\x00", "is not utf-16"),
    ],
)
def test_a_fault_of_the_whole_file_imports_nothing_and_says_what_to_do(
    load: Import, sink: MemorySink, tmp_path: Path, content: bytes, complaint: str
) -> None:
    with pytest.raises(BadInput) as refused:
        load(content)
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not sink.records
    assert not (tmp_path / "rejects").exists()


def test_a_fault_in_the_last_line_of_the_file_still_imports_nothing(load: Import, sink: MemorySink) -> None:
    rows = "".join(f"o-{n},2026-01-05,1,,\n" for n in range(2000))
    with pytest.raises(BadInput, match="line 2002 is not utf-8"):
        load((HEADER + rows).encode() + b"o-x,2026-01-05,1,\xff,\n")
    assert not sink.records


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (b"\xef\xbb\xbf" + (HEADER + GOOD).encode(), ""),
        ((HEADER + GOOD).encode("utf-16"), ""),
        ((HEADER + GOOD).encode("utf-16-le"), 'encoding = "utf-16-le"'),
        ((HEADER + GOOD).replace("ann", "zoë").encode("cp1252"), 'encoding = "cp1252"'),
        ((HEADER + GOOD).replace("\n", "\r\n").encode(), ""),
        ((HEADER + GOOD).replace("\n", "\r").encode(), ""),
        ((HEADER + GOOD).rstrip().encode(), ""),
        ((HEADER + GOOD).replace(",", "\t").encode(), 'delimiter = "\\t"'),
        ((HEADER + GOOD).replace(",", " , ").encode(), ""),
    ],
)
def test_the_same_row_is_read_however_the_file_is_encoded_and_separated(
    load: Import, sink: MemorySink, content: bytes, options: str
) -> None:
    assert load(content, options + PAYMENTS).imported == 1
    assert sink.records["o-1"].case.amount_minor == 1250


def test_quoted_line_ends_belong_to_the_cell_and_rows_are_numbered_as_in_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b't,n\n1,"two\r\nlines, ""quoted"""\n\n3,5" pipe\n4,"",5\n')
    assert rows_of(path) == [
        Row(2, ["1", 'two\r\nlines, "quoted"']),
        Row(4, ["3", '5" pipe']),
        Row(5, ["4", "", "5"], '3 cells, but the header has 2; left over: "5"'),
    ]


def test_a_row_that_cannot_be_split_says_which_lines_and_spares_the_next(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text('t,n\n1,"a\nb"c\n2,d\n')
    broken, good = rows_of(path)
    assert "(lines 2 to 3)" in broken.fault
    assert good == Row(3, ["2", "d"])


def test_a_file_without_quotes_reads_quotes_as_text(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text('t,n\n"1,"a\n')
    assert rows_of(path, 'quote = ""\n') == [Row(2, ['"1', '"a'])]


@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("size", [CELL_LIMIT + 1, 150_000, ROW_LIMIT - 6, ROW_LIMIT + 10, 10_000_000])
def test_a_huge_cell_rejects_its_row_and_nothing_else(load: Import, size: int, quoted: bool) -> None:
    cell = f'"{"x" * (size // 2)}\n{"y" * (size // 2)}"' if quoted else "x" * size
    result = load(f"{HEADER}{GOOD}big,2026-01-05,1,{cell},\nlast,2026-01-05,1,,\n")
    assert (result.rows, result.imported, result.rejected) == (3, 2, 1)
    assert list(reasons_of(result)) == ["3"]
    assert result.rejects_file is not None
    assert result.rejects_file.stat().st_size < 1000


def test_memory_does_not_grow_with_a_line_that_never_ends(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    with path.open("w") as file:
        file.write("t,n\n")
        for _ in range(60):
            file.write("x" * ROW_LIMIT)
    tracemalloc.start()
    (row,) = rows_of(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert row.fault == "the row has 60,000,000 characters, at most 1,000,000 are read"
    assert peak < 12 * ROW_LIMIT


CELL = st.text(st.sampled_from('ab",\n\r;\t é'), max_size=8)


@given(st.lists(st.tuples(CELL, CELL), max_size=6), st.sampled_from([",", ";", "\t"]))
@settings(max_examples=150, deadline=None)
def test_what_the_csv_module_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], mark: str
) -> None:
    path = tmp_path_factory.mktemp("csv") / "f.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=mark)
        writer.writerows([("t", "n"), *rows])
    found = rows_of(path, f'delimiter = "{mark}"\n'.replace("\t", "\\t"))
    assert [tuple(row.cells) for row in found] == [row for row in rows if any(cell.strip(" ") for cell in row)]


@given(st.text(st.sampled_from('ab",\n\r'), max_size=40))
@settings(max_examples=300, deadline=None)
def test_records_end_where_the_csv_module_ends_them(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("csv") / "f.csv"
    path.write_bytes(b"t,n\n" + text.encode())
    try:
        found = rows_of(path)
    except BadInput:
        with pytest.raises(csv.Error), path.open(newline="") as file:
            list(csv.reader(file, strict=True))
        return
    if any("cannot be split" in row.fault for row in found):
        return
    with path.open(newline="") as file:
        expected = [cells for cells in csv.reader(file, strict=True) if cells][1:]
    # what has nothing in it is no row, and the csv module does not say whether quotes stood around the nothing
    assert [list(row.cells) for row in found if any(row.cells)] == [cells for cells in expected if any(cells)]
