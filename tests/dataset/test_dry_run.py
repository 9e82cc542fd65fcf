"""A dry run promises what an import then does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.case import CaseRecord
from assistant.dataset import Schema, Verdict, dry_run, import_file
from assistant.errors import BadInput, Stopped
from assistant.store import Store

HEADER = "id,opened,price,email,fraud\n"
ROWS = (
    "o-1,2026-01-05,12.50,ann@example.org,1\n"
    "o-2,yesterday,7.00,,0\n"
    "o-3,2026-01-06,1.00,,maybe\n"
    "o-4,someday,-,,0\n"
    "o-1,2026-01-07,2.00,,\n"
    "o-5,2026-01-08,3.00\n"
    "o-6,2026-01-09,3.00,,0\n"
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "fra.db")


def write(folder: Path, rows: str) -> Path:
    path = folder / "orders.csv"
    path.write_text(HEADER + rows)
    return path


def test_it_counts_as_the_import_then_does_and_writes_nothing(tmp_path: Path, payments: Schema, store: Store) -> None:
    path = write(tmp_path, ROWS)
    before = sorted(tmp_path.rglob("*"))
    found = dry_run(path, payments, store.cases)
    assert store.cases.count() == 0
    assert sorted(tmp_path.rglob("*")) == before
    done = import_file(path, payments, store.cases, rejects_dir=tmp_path / "rejects")
    assert (found.rows, found.imported, found.rejected) == (done.rows, done.imported, done.rejected) == (7, 2, 5)
    assert found.outcomes == {"fraud": 1, "legitimate": 1}
    assert [case.case_id for case in found.first] == ["o-1", "o-6"]


def test_it_knows_what_is_here_already(tmp_path: Path, payments: Schema, store: Store) -> None:
    path = write(tmp_path, ROWS)
    import_file(path, payments, store.cases, rejects_dir=tmp_path)
    path.write_text(HEADER + ROWS.replace("12.50", "13.50") + "o-7,2026-01-10,3.00,,\n")
    found = dry_run(path, payments, store.cases)
    assert (found.imported, found.updated, found.unchanged, found.rejected) == (1, 1, 1, 5)
    other = payments.model_copy(update={"source": "elsewhere"})
    found = dry_run(path, other, store.cases)
    assert (found.imported, found.rejected) == (1, 7)
    assert "another source" in found.refusals[0].why
    assert found.refusals[0].rows == 2


def test_rows_with_one_fault_are_one_reason_with_the_first_of_them(
    tmp_path: Path, payments: Schema, store: Store
) -> None:
    found = dry_run(write(tmp_path, ROWS + "o-8,never,1,,\n"), payments, store.cases)
    times = next(one for one in found.refusals if one.column == "opened")
    assert (times.rows, times.first_row, times.value) == (3, 3, "yesterday")
    assert found.refusals[0] == times  # the most frequent first


def test_a_thousand_different_reasons_are_counted_and_not_kept(tmp_path: Path, payments: Schema, store: Store) -> None:
    path = tmp_path / "wide.csv"
    names = [f"n{number}" for number in range(40)]
    path.write_text(",".join(["id", "opened", *names]) + "\n" + "\n".join("a,2026-01-05" + ",x" * 40 for _ in range(3)))
    columns = {"id": "id", "opened": "time"} | dict.fromkeys(names, "number")
    schema = Schema.model_validate(
        {"source": "wide", "kind": "payment", "columns": {name: {"role": role} for name, role in columns.items()}}
    )
    found = dry_run(path, schema, store.cases)
    assert len(found.refusals) == 20
    assert found.other_reasons > 40


def test_a_fault_of_the_whole_file_is_refused_as_by_an_import(tmp_path: Path, payments: Schema, store: Store) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("id,price\n1,2\n")
    with pytest.raises(BadInput, match='has no column "opened"'):
        dry_run(path, payments, store.cases)


def test_what_was_told_as_done_is_in_the_store_when_an_import_is_stopped(
    tmp_path: Path, payments: Schema, store: Store
) -> None:
    rows = "".join(f"o-{n},{'never' if n % 3 == 0 else '2026-01-05'},1,,\n" for n in range(1, 51))
    path = write(tmp_path, rows)

    def stop(done: int, of: int) -> None:
        if done == 20:
            raise Stopped(f"stopped after {done} of {of} rows")

    with pytest.raises(Stopped, match="20 of 50"):
        import_file(path, payments, store.cases, rejects_dir=tmp_path, progress=stop, batch=10)
    assert store.cases.count() == 14
    done = import_file(path, payments, store.cases, rejects_dir=tmp_path, batch=10)
    assert (done.unchanged, done.imported, done.rejected) == (14, 20, 16)


def test_progress_ends_at_the_row_count_and_batches_are_bounded(tmp_path: Path, payments: Schema) -> None:
    seen: list[tuple[int, int]] = []
    sizes: list[int] = []

    class Nobody:
        def compare(self, source: str, records: Sequence[CaseRecord]) -> list[Verdict]:
            sizes.append(len(records))
            return ["imported"] * len(records)

    path = write(tmp_path, "".join(f"o-{n},2026-01-05,1,,\n" for n in range(25)))
    found = dry_run(path, payments, Nobody(), progress=lambda done, of: seen.append((done, of)), batch=10)
    assert seen == [(10, 25), (20, 25), (25, 25)]
    assert max(sizes) == 10
    assert len(found.first) == 3
