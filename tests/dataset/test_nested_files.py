import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from assistant.dataset.nested import LIST_MARK, flat_rows, lists_in
from assistant.dataset.table import CELL_LIMIT
from assistant.errors import BadInput

from .conftest import PAYMENTS, Import, MemorySink
from .test_load import reasons_of

NESTED = """
source = "orders"
kind = "payment"
currency = "USD"
[columns.id]
role = "id"
[columns.opened]
role = "time"
[columns."total.amount"]
role = "amount"
[columns."customer.emails"]
role = "email"
[columns.text]
role = "free_text"
"""
PER_ITEM = """
source = "payments"
kind = "payment"
currency = "USD"
each = "payments"
[columns."payments.id"]
role = "id"
[columns."payments.at"]
role = "time"
[columns."payments.amount"]
role = "amount"
[columns."account.id"]
role = "account"
"""


def line(**more: object) -> str:
    record = {
        "id": "o-1",
        "opened": "2026-01-05",
        "total": {"amount": 12.5},
        "customer": {"emails": ["a@x.org", "b@x.org"]},
    }
    return json.dumps(record | more) + "\n"


def test_nested_values_are_columns_and_each_value_of_a_list_is_a_fact(load: Import, sink: MemorySink) -> None:
    result = load(line(text=None, seen=True), NESTED + '[columns.seen]\nrole = "check"\n', "orders.jsonl")
    assert result.imported == 1
    case = sink.records["o-1"].case
    assert case.amount_minor == 1250
    assert case.values("email") == ("a@x.org", "b@x.org")
    assert case.values("check") == ("true",)


def test_each_item_of_the_list_is_a_case_linked_through_the_fields_around_it(load: Import, sink: MemorySink) -> None:
    first = {"account": {"id": "a1"}, "payments": [{"id": f"p{n}", "at": "2026-01-05", "amount": n} for n in range(3)]}
    empty = {"account": {"id": "a2"}, "payments": []}
    second = {"account": {"id": "a3"}, "payments": [{"id": "p9", "at": "2026-01-05"}]}
    text = "".join(json.dumps(record) + "\n" for record in (first, empty, second))
    assert load(text, PER_ITEM, "accounts.jsonl").imported == 4
    assert {key: one.case.values("account") for key, one in sink.records.items()} == {
        "p0": ("a1",), "p1": ("a1",), "p2": ("a1",), "p9": ("a3",),
    }  # fmt: skip


def test_a_line_that_is_no_object_is_rejected_and_the_next_one_is_imported(load: Import, sink: MemorySink) -> None:
    lines = [
        "{broken\n", "[1]\n", "\n", line(id="a"), "[" * 100_000 + "\n", line(id="b", text="a\0b"),
        '{"text": "\\ud800"}\n', line(id="c", text="x" * (CELL_LIMIT + 1)),
        "{" + " " * 1_000_001 + "}\n", line(id="d", opened=1), line(id="e"),
    ]  # fmt: skip
    result = load("{}\n" + "".join(lines), NESTED, "orders.jsonl")
    assert (result.rows, result.imported, result.rejected) == (11, 2, 9)
    reasons = reasons_of(result)
    assert reasons["2"].startswith("is not JSON")
    assert reasons["3"] == "is not a JSON object"
    assert "is nested too deeply" in reasons["6"]
    assert "NUL" in reasons["7"]
    assert "surrogate" in reasons["8"]
    assert "100,001 characters" in reasons["9"]
    assert "1,000,004 characters" in reasons["10"]
    assert set(sink.records) == {"a", "e"}


def test_a_number_keeps_the_text_it_was_written_with(load: Import, sink: MemorySink) -> None:
    amounts = ["12.10", "1e400", "NaN", "123456789012.34"]
    text = "".join(
        line(id=str(n), text="").replace('"amount": 12.5', f'"amount": {amount}') for n, amount in enumerate(amounts)
    )
    result = load(text, NESTED, "orders.jsonl")
    assert {key: one.case.amount_minor for key, one in sink.records.items()} == {"0": 1210, "3": 12345678901234}
    assert "larger than any payment" in reasons_of(result)["2"]
    assert "is not a finite number" in reasons_of(result)["3"]


def test_the_mended_rejects_of_json_lines_are_imported_with_the_same_schema(load: Import, sink: MemorySink) -> None:
    result = load(line(opened="soon", text='=1, "two"\nlines'), NESTED, "orders.jsonl")
    assert result.rejects_file is not None
    mended = result.rejects_file.read_text(encoding="utf-8-sig").replace("soon", "2026-01-05")
    assert load(mended, NESTED, "mended.csv").imported == 1
    case = sink.records["o-1"].case
    assert case.values("email") == ("a@x.org", "b@x.org")
    assert case.values("free_text") == ('=1, "two"\nlines',)


def test_a_list_where_the_schema_expects_other_things_rejects_the_line(load: Import) -> None:
    good = json.dumps({"account": {"id": "a"}, "payments": [{"id": "p", "at": "2026-01-05", "amount": 1}]}) + "\n"
    result = load(good + '{"payments": 3}\n{"payments": [3]}\n', PER_ITEM, "accounts.jsonl")
    assert (result.imported, result.rejected) == (1, 2)
    assert list(reasons_of(result).values()) == [
        "payments is not a list",
        "payments holds something that is not an object",
    ]


@pytest.mark.parametrize(
    ("content", "name", "complaint"),
    [
        (b'{"id": \n{"b\n', "a.jsonl", "no line that is a JSON object"),
        (b'{"id": "\xff"}\n', "a.jsonl", "is not UTF-8"),
        (b'[{"id": 1}]', "a.json", "one object a line"),
        (b'{"id": 1}\n', "a.jsonl", "has no column"),
        ("".join(f'{{"k{n}": 1}}\n' for n in range(2100)).encode(), "a.jsonl", "more than 2000 columns"),
        (b"PAR1 broken", "a.parquet", "is no readable Parquet file"),
    ],
)
def test_a_broken_file_imports_nothing(
    load: Import, sink: MemorySink, content: bytes, name: str, complaint: str
) -> None:
    with pytest.raises(BadInput, match=complaint) as refused:
        load(content, NESTED, name)
    assert "\n" not in str(refused.value)
    assert not sink.records


def test_a_parquet_file_keeps_its_types(tmp_path: Path, load: Import, sink: MemorySink) -> None:
    path = tmp_path / "source.parquet"
    pl.DataFrame(
        {
            "id": ["a", "b", "c"],
            "opened": [datetime(2026, 1, 5, 10, tzinfo=UTC), datetime(2026, 1, 5, 11, tzinfo=UTC), None],
            "total": [{"amount": Decimal("12.50")}, {"amount": Decimal("7.00")}, {"amount": None}],
            "customer": [{"emails": ["a@x.org", "b@x.org"]}, {"emails": []}, {"emails": None}],
            "text": ["hello", None, ""],
        }
    ).write_parquet(path)
    result = load(path.read_bytes(), NESTED, "orders.parquet")
    assert (result.rows, result.imported, result.rejected) == (3, 2, 1)
    case = sink.records["a"].case
    assert (case.opened_at, case.amount_minor) == (datetime(2026, 1, 5, 10, tzinfo=UTC), 1250)
    assert case.values("email", "free_text") == ("a@x.org", "b@x.org", "hello")
    assert "opened" in reasons_of(result)["3"]


def test_a_parquet_file_of_few_bytes_and_much_text_rejects_its_rows(tmp_path: Path, load: Import) -> None:
    path = tmp_path / "bomb.parquet"
    frame = pl.DataFrame(
        {"id": [str(n) for n in range(600)], "opened": "2026-01-05", "price": 1, "email": "", "fraud": ""}
    )
    frame.with_columns(pl.lit("x" * 2_000_000).alias("text")).write_parquet(path)
    assert path.stat().st_size < 1_000_000
    result = load(path.read_bytes(), PAYMENTS + '[columns.text]\nrole = "free_text"\n', "bomb.parquet")
    assert (result.rows, result.rejected) == (600, 600)


def test_a_damaged_page_anywhere_in_a_parquet_file_imports_nothing(
    tmp_path: Path, load: Import, sink: MemorySink
) -> None:
    path = tmp_path / "whole.parquet"
    ids = [str(n) for n in range(5000)]
    frame = pl.DataFrame({"id": ids, "opened": "2026-01-05", "price": 1, "email": ids, "fraud": ""})
    frame.write_parquet(path, row_group_size=1000)
    content = bytearray(path.read_bytes())
    at = int(len(content) * 0.7)
    content[at : at + 2000] = b"\xff" * 2000
    with pytest.raises(BadInput, match="is no readable Parquet file"):
        load(bytes(content), PAYMENTS, "damaged.parquet")
    assert not sink.records


def test_objects_are_flattened_down_to_a_depth_and_lists_of_objects_give_the_values_of_all_of_them() -> None:
    record = {
        "a": {"b": {"c": 1}},
        "d": [1, None, "x"],
        "e": [{"f": 1}, {"g": 2, "f": 3}, {"f": ""}],
        "h": [[1]],
        "i": {},
    }
    (row,) = flat_rows(record, None)
    assert row == {
        "a.b.c": "1", "d": LIST_MARK.join(["1", "", "x"]), "e.f": LIST_MARK.join("13"), "e.g": "2", "h": "[[1]]",
    }  # fmt: skip
    assert list(lists_in(record)) == ["e"]
