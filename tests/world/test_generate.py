"""The promise of `generate`: how many, when, the same bytes, and files that import like anybody's."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from assistant import world
from assistant.case import CaseRecord
from assistant.dataset import Schema, Verdict, import_file
from assistant.errors import BadInput
from tests.world.conftest import CASES, END, World, moment, read

Generate = Callable[..., world.WorldFiles]
TYPOLOGIES = {
    "card_testing", "account_takeover", "stolen_card_reshipping", "synthetic_identity", "forged_document",
    "shared_document", "money_mule", "merchant_bust_out", "refund_abuse",
}  # fmt: skip
HARD_NEGATIVES = {
    "traveller", "new_good_customer", "family_device", "bulk_buyer", "name_change", "document_glare",
    "seasonal_merchant",
}  # fmt: skip


def all_bytes(files: world.WorldFiles) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(files.folder.iterdir())}


def test_seed_end_and_size_fix_every_byte(generate: Generate) -> None:
    assert all_bytes(generate("one")) == all_bytes(generate("two"))


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 8},
        {"end": date(2026, 6, 2)},
        {"cases": 201},
        {"setting": world.Setting(often={"money_mule": 3})},
        {"setting": world.Setting(homes={"PL": 1})},
    ],
)
def test_another_seed_end_size_or_setting_makes_another_world(generate: Generate, other: dict[str, object]) -> None:
    assert all_bytes(generate("one"))["payments.csv"] != all_bytes(generate("two", **other))["payments.csv"]


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_hash_seed_of_a_process_does_not_matter(generate: Generate, tmp_path: Path, hash_seed: str) -> None:
    code = (
        "import sys, datetime, pathlib; from assistant import world;"
        f"world.generate(pathlib.Path(sys.argv[1]), cases=200, end=datetime.date({END:%Y, %-m, %-d}))"
    )
    there = tmp_path / "there"
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    subprocess.run([sys.executable, "-c", code, str(there)], check=True, env=environment)
    assert {path.name: path.read_bytes() for path in there.iterdir()} == all_bytes(generate("here"))


@pytest.mark.parametrize("cases", [20, 57, 333])
def test_there_are_exactly_as_many_cases_as_asked_for(generate: Generate, cases: int) -> None:
    files = generate(cases=cases)
    ids = [row["case_id"] for path in (files.payments, files.identity, files.merchants) for row in read(path)]
    assert len(set(ids)) == len(ids) == cases
    assert sorted(ids) == sorted(row["case_id"] for row in read(files.truth))


def test_a_world_too_small_for_three_kinds_is_refused(generate: Generate) -> None:
    with pytest.raises(BadInput, match="at least 20"):
        generate(cases=19)


def test_progress_is_told_up_to_the_last_case(generate: Generate) -> None:
    heard: list[tuple[int, int]] = []
    generate(cases=450, progress=lambda done, of: heard.append((done, of)))
    assert heard == [(200, 450), (400, 450), (450, 450)]


def test_kinds_and_fraud_have_their_shares(made: World) -> None:
    assert [len(rows) for rows in made.by_kind.values()] == [CASES * 55 // 100, CASES * 25 // 100, CASES * 20 // 100]
    for rows in made.by_kind.values():
        fraud = sum(made.truth[row["case_id"]]["fraud"] == "1" for row in rows) / len(rows)
        assert 0.10 <= fraud <= 0.14


def test_every_typology_and_every_hard_negative_is_there(made: World) -> None:
    found = Counter(row["typology"] for row in made.truth.values())
    assert set(found) - {""} == TYPOLOGIES
    assert min(found.values()) >= 30
    found = Counter(row["hard_negative"] for row in made.truth.values())
    assert set(found) - {""} == HARD_NEGATIVES
    assert min(found.values()) >= 80


def test_fraud_is_what_has_a_typology(made: World) -> None:
    for row in made.truth.values():
        assert (row["fraud"] == "1") == bool(row["typology"])
        assert not (row["typology"] and row["hard_negative"])


def test_cases_are_opened_within_the_120_days_and_numbered_in_order(made: World) -> None:
    end = datetime.combine(END, time(), UTC)
    for rows in made.by_kind.values():
        opened = [moment(row["opened_at"]) for row in rows]
        assert opened == sorted(opened)
        assert end - timedelta(days=120) <= opened[0]
        assert opened[-1] < end
        assert [row["case_id"] for row in rows] == sorted(row["case_id"] for row in rows)


def test_kinds_share_customers_and_devices(made: World) -> None:
    kinds = defaultdict(set)
    for row in made.rows:
        for column in ("account_id", "owner_account", "device_id", "document_number", "owner_document_number"):
            if row.get(column):
                kinds[row[column]].add(row["case_id"][0])
    assert sum(len(found) == 3 for found in kinds.values()) > 20
    assert sum(len(found) > 1 for found in kinds.values()) > 500


class Shelf:
    def __init__(self) -> None:
        self.records: list[CaseRecord] = []

    def upsert(self, source: str, records: Sequence[CaseRecord]) -> list[Verdict]:
        self.records += records
        return ["imported"] * len(records)


@pytest.mark.parametrize("name", ["payments", "identity", "merchants"])
def test_the_files_import_without_a_rejected_row(made: World, name: str, tmp_path: Path) -> None:
    path, shelf = made.files.folder / f"{name}.csv", Shelf()
    result = import_file(path, Schema.load(path.with_suffix(".toml")), shelf, rejects_dir=tmp_path)
    assert (result.rows, result.rejected, result.ignored_columns) == (len(made.by_kind[name]), 0, ())
    assert {record.case.case_id for record in shelf.records} == {row["case_id"] for row in made.by_kind[name]}


@pytest.mark.parametrize("name", ["payments", "identity", "merchants"])
def test_no_column_tells_the_truth(made: World, name: str) -> None:
    header = made.by_kind[name][0]
    schema = tomllib.loads((made.files.folder / f"{name}.toml").read_text())
    assert list(schema["columns"]) == list(header)
    assert not {"typology", "hard_negative", "fraud", "ring"} & set(header)
    words = TYPOLOGIES | HARD_NEGATIVES
    assert not [cell for row in made.by_kind[name] for cell in row.values() if cell in words]
