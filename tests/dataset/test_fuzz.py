"""Whatever stands in a file: never a traceback, always an account of every row."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.dataset import Schema, import_file
from assistant.errors import BadInput

from .conftest import MemorySink
from .test_load import DECIDED, DECIDED_HEADER, NO_ID

COLUMNS = DECIDED_HEADER.strip().split(",")
NASTY = st.sampled_from(
    [
        "", " ", "1", "0", "o-1", "2026-01-05", "2026-01-05T10:00:00+14:00", "0001-01-01", "9999-12-31T23:59:59-12:00",
        "03/04/2026", "1671897210000", "12.50", "1.234,56", "1,234", "NaN", "-inf", "1e400", "1e-400", "9" * 400,
        "=1+1", '"', '""', 'a"b', "a,b", "a\nb", "a\r", "\r\n", "\t", "'", "'=1", "\x1b[2J", "\u202e", "\ufeff", "é",
        "\x1f", "\x1e", "DECLINE", "chargeback", "NULL", "\u2028", "\x0c", "\x85", "x" * 110_000,
    ]
)  # fmt: skip
CELL = st.one_of(NASTY, st.text(max_size=10))
ROW = st.one_of(st.tuples(*[CELL for _ in COLUMNS]), st.lists(CELL, max_size=14))
OPTIONS = st.sampled_from(
    [
        "", 'delimiter = ";"\n', 'delimiter = "\\t"\nquote = ""\n', "quote = \"'\"\n", 'encoding = "cp1252"\n',
        'encoding = "utf-16"\n', 'encoding = "shift_jis"\n', 'encoding = "utf-7"\n', 'time_zone = "Europe/Berlin"\n',
        'decimal = ","\n', 'amount_unit = "minor"\nmissing = ["NULL", ""]\n',
    ]
)  # fmt: skip


@st.composite
def delimited(draw: st.DrawFn) -> bytes:
    """A CSV file: written properly, joined without care, or with some of its bytes changed."""
    rows = draw(st.lists(ROW, max_size=6))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    if draw(st.booleans()):
        target = io.StringIO(newline="")
        csv.writer(target, lineterminator=end).writerows([COLUMNS, *rows])
        text = target.getvalue()
    else:
        text = end.join(",".join(cells) for cells in [COLUMNS, *rows])
    content = text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"])), errors="replace")
    return draw(damaged(content))


@st.composite
def json_lines(draw: st.DrawFn) -> bytes:
    value = st.recursive(
        st.one_of(CELL, st.none(), st.booleans(), st.integers(), st.floats()),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
        max_leaves=6,
    )
    records = draw(st.lists(st.one_of(st.dictionaries(st.sampled_from(COLUMNS), value), value), max_size=5))
    whole = [dict.fromkeys(COLUMNS, ""), *records]
    return draw(damaged("\n".join(json.dumps(record) for record in whole).encode()))


@st.composite
def parquet(draw: st.DrawFn) -> bytes:
    rows = draw(st.lists(st.tuples(*[CELL for _ in COLUMNS]), max_size=5))
    target = io.BytesIO()
    pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row").write_parquet(target)
    return draw(damaged(target.getvalue()))


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Half of the time the content as it is, else with a few bytes changed, or cut off."""
    if draw(st.booleans()):
        return content
    changed = bytearray(content)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(0, len(changed) - 1)))
        changed[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(changed[: draw(st.one_of(st.none(), st.integers(0, len(changed))))])


FILES = st.one_of(
    st.tuples(st.just("f.csv"), st.one_of(delimited(), st.binary(max_size=200))),
    st.tuples(st.just("f.jsonl"), json_lines()),
    st.tuples(st.just("f.parquet"), parquet()),
)


def accounts_for_every_row(folder: Path, name: str, content: bytes, schema: Schema) -> None:
    path = folder / name
    path.write_bytes(content)
    sink = MemorySink()
    refusal = ""
    try:
        result = import_file(path, schema, sink, rejects_dir=folder / "rejects", batch=2)
    except BadInput as error:
        refusal = str(error)
    if refusal:
        assert "\n" not in refusal, "a message is one line"
        assert len(refusal) < 3000
        assert not sink.records, "a fault of the whole file imports nothing"
        assert not (folder / "rejects").exists()
        return
    assert result.imported + result.updated + result.unchanged + result.rejected == result.rows
    assert len(sink.records) == result.imported
    if result.rejected:
        assert result.rejects_file is not None
        encoding = schema.encoding or "utf-8-sig"
        with result.rejects_file.open(encoding=encoding, newline="") as file:
            kept = list(
                csv.reader(
                    file,
                    delimiter=schema.delimiter,
                    quotechar=schema.quote or None,
                    quoting=3 if not schema.quote else 0,
                )
            )
        assert len(kept) == result.rejected + 1
        assert all(row[-1] for row in kept), "every rejected row has its reason"
        assert len({row[-2] for row in kept}) == len(kept), "no row is rejected twice"
    again = import_file(path, schema, sink, rejects_dir=folder / "rejects")
    assert (again.unchanged, again.rejected) == (result.imported, result.rejected)


CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large]


@given(FILES, OPTIONS, st.sampled_from([DECIDED, NO_ID]))
@settings(max_examples=120, deadline=None, suppress_health_check=CHECKS)
def test_every_file_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, file: tuple[str, bytes], options: str, schema: str
) -> None:
    accounts_for_every_row(tmp_path_factory.mktemp("fuzz"), *file, Schema.parse(options + schema))


@pytest.mark.slow
@given(FILES, OPTIONS, st.sampled_from([DECIDED, NO_ID]))
@settings(max_examples=10_000, deadline=None, suppress_health_check=CHECKS)
def test_ten_thousand_files_are_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, file: tuple[str, bytes], options: str, schema: str
) -> None:
    accounts_for_every_row(tmp_path_factory.mktemp("fuzz"), *file, Schema.parse(options + schema))
