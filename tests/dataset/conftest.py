"""What the dataset tests share: a sink in memory, a schema to vary, and the public samples where they are to be had."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from assistant.case import CaseRecord
from assistant.dataset import ImportResult, Schema, Verdict, import_file

REPOSITORY = Path(__file__).parents[2]
PAYMENTS = """
source = "orders"
kind = "payment"
currency = "USD"

[label]
fraud = ["1"]
legitimate = ["0"]

[columns.id]
role = "id"
[columns.opened]
role = "time"
[columns.price]
role = "amount"
[columns.email]
role = "email"
[columns.fraud]
role = "label"
"""
"""A schema for files with the header `id,opened,price,email,fraud`."""


class MemorySink:
    """A sink that keeps records in a dict, and the sizes of the batches it was given."""

    def __init__(self) -> None:
        self.records: dict[str, CaseRecord] = {}
        self.batches: list[int] = []

    def upsert(self, source: str, records: Sequence[CaseRecord]) -> list[Verdict]:
        self.batches.append(len(records))
        return [self._put(record) for record in records]

    def _put(self, record: CaseRecord) -> Verdict:
        before = self.records.get(record.case.case_id)
        self.records[record.case.case_id] = record
        if before is None:
            return "imported"
        return "unchanged" if before == record else "updated"


@pytest.fixture
def sink() -> MemorySink:
    return MemorySink()


@pytest.fixture
def payments() -> Schema:
    return Schema.parse(PAYMENTS)


Import = Callable[..., ImportResult]


@pytest.fixture
def load(tmp_path: Path, sink: MemorySink, payments: Schema) -> Import:
    """Writes a text (or bytes) as a file, imports it, and checks that the account adds up."""

    def run(content: str | bytes, schema: Schema | str = payments, name: str = "orders.csv") -> ImportResult:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        parsed = Schema.parse(schema) if isinstance(schema, str) else schema
        result = import_file(path, parsed, sink, rejects_dir=tmp_path / "rejects")
        assert result.imported + result.updated + result.unchanged + result.rejected == result.rows
        assert (result.rejects_file is not None) == (result.rejected > 0)
        return result

    return run


@pytest.fixture
def samples() -> Path:
    """The folder of public fraud samples; without it the test is skipped."""
    folder = Path(os.environ.get("FRA_TEST_DATA", REPOSITORY.parent / "shared" / "data")) / "aws_fraud_samples"
    if not folder.is_dir():
        pytest.skip("the public samples are not here: set FRA_TEST_DATA to the folder that holds aws_fraud_samples")
    return folder
