import csv
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.case import CaseRecord, Fact
from assistant.dataset import ImportResult, Schema, Verdict, import_file
from assistant.errors import BadInput, NotFound

from .conftest import PAYMENTS, REPOSITORY, Import, MemorySink

HEADER = "id,opened,price,email,fraud\n"
GOOD = "o-1,2026-01-05T10:00:00Z,12.50,ann@example.org,0\n"
DECIDED = (
    PAYMENTS.replace("[columns.id]", '[actions]\nDECLINE = "block"\n[columns.id]', 1)
    + """
[columns.what]
role = "decision"
[columns.when]
role = "decision_time"
[columns.why]
role = "decision_reason"
[columns.who]
role = "reviewer"
[columns.known]
role = "label_time"
[columns.how]
role = "outcome_source"
"""
)
DECIDED_HEADER = "id,opened,price,email,fraud,what,when,why,who,known,how\n"
NO_ID = PAYMENTS.replace('[columns.id]\nrole = "id"\n', "")


def rejects_of(result: ImportResult, encoding: str = "utf-8-sig", delimiter: str = ",") -> list[dict[str, str]]:
    assert result.rejects_file is not None
    with result.rejects_file.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def reasons_of(result: ImportResult) -> dict[str, str]:
    return {cells["row"]: cells["reason"] for cells in rejects_of(result)}


def test_a_row_becomes_a_case_with_its_facts_in_file_order_and_its_outcome(load: Import, sink: MemorySink) -> None:
    result = load(HEADER + GOOD)
    assert (result.rows, result.imported, result.rejected, result.ignored_columns) == (1, 1, 0, ())
    case, outcome = sink.records["o-1"].case, sink.records["o-1"].outcome
    assert (case.source, case.kind, case.amount_minor, case.currency) == ("orders", "payment", 1250, "USD")
    assert case.facts == (Fact(name="email", role="email", phrase="email", value="ann@example.org"),)
    assert case.opened_at == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert outcome is not None
    assert (outcome.outcome, outcome.source, outcome.assumed_delay) == ("legitimate", "import", True)
    assert outcome.known_at - case.opened_at == timedelta(days=30)


def test_an_empty_label_means_undecided_and_an_empty_fact_is_dropped(load: Import, sink: MemorySink) -> None:
    load(HEADER + "o-1,2026-01-05,,,\n")
    record = sink.records["o-1"]
    assert record.outcome is None
    assert record.case.facts == ()
    assert (record.case.amount_minor, record.case.currency) == (None, None)


def test_importing_again_changes_nothing_and_a_new_label_updates(load: Import) -> None:
    assert load(HEADER + GOOD).imported == 1
    assert load(HEADER + GOOD).unchanged == 1
    assert load(HEADER + GOOD.replace(",0\n", ",1\n")).updated == 1


def test_a_currency_column_wins_over_the_schema_and_decides_the_minor_unit(load: Import, sink: MemorySink) -> None:
    schema = PAYMENTS + '[columns.cur]\nrole = "currency"\n'
    rows = ["a,2026-01-05,1250,,,jpy", "b,2026-01-05,1.250,,,KWD", "c,2026-01-05,12.50,,,", "d,2026-01-05,1,,,XXQ"]
    result = load("id,opened,price,email,fraud,cur\n" + "\n".join(rows), schema)
    assert {key: (one.case.amount_minor, one.case.currency) for key, one in sink.records.items()} == {
        "a": (1250, "JPY"), "b": (1250, "KWD"), "c": (1250, "USD"),
    }  # fmt: skip
    assert "XXQ" in reasons_of(result)["5"]


def test_a_decision_and_a_dated_outcome_come_with_the_case(load: Import, sink: MemorySink) -> None:
    row = "o-1,2026-01-05,9,,1,DECLINE,2026-01-06,new device,ann,2026-02-01,chargeback\n"
    undecided = "o-2,2026-01-05,9,,0,,,,,,\n"
    by_default = "o-3,2026-01-05,9,,,approve,2026-01-05,,,,\n"
    assert load(DECIDED_HEADER + row + undecided + by_default, DECIDED).imported == 3
    decision, outcome = sink.records["o-1"].decision, sink.records["o-1"].outcome
    assert decision is not None
    assert (decision.action, decision.reason, decision.reviewer) == ("block", "new device", "ann")
    assert decision.decided_at == datetime(2026, 1, 6, 23, 59, 59, tzinfo=UTC)  # a day is known when it is over
    assert outcome is not None
    assert (outcome.source, outcome.known_at, outcome.assumed_delay) == (
        "chargeback",
        datetime(2026, 2, 1, 23, 59, 59, tzinfo=UTC),
        False,
    )
    assert sink.records["o-2"].decision is None
    decision = sink.records["o-3"].decision
    assert decision is not None
    assert (decision.action, decision.reviewer) == ("approve", "import")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("o-1,,9,,,,,,,,", "opened"),
        (",2026-01-05,9,,,,,,,,", "every case needs an id"),
        ("o-1,2026-01-05,9,,maybe,,,,,,", 'fraud "maybe": is no label that the schema knows; known: 1, 0'),
        (
            "o-1,2026-01-05,9,,1,,,,,2026-01-04,",
            'known "2026-01-04": lies before the case was opened, 2026-01-05T00:00:00Z',
        ),
        ("o-1,2026-01-05,9,,1,,,,,,charge back", 'is no outcome source (did you mean "chargeback"?)'),
        ("o-1,2026-01-05,9,,,DECLINE,,,,,", 'when "": is empty: a decision time is needed'),
        ("o-1,2026-01-05,9,,,DECLINE,2026-01-04,,,,", "lies before the case was opened"),
        ("o-1,2026-01-05,NaN,,,,,,,,", 'price "NaN": is not a finite number'),
        ("o-1,2026-01-05,9,,,,,,,", "10 cells, but the header has 11"),
        ("o-1,2026-01-05,9,,,,,,,,,extra", '12 cells, but the header has 11; left over: "extra"'),
        ("o-1,2026-01-05,9,,1,,,,,,\x1b[31mred", 'how "\N{REPLACEMENT CHARACTER}[31mred"'),
    ],
)
def test_a_faulty_row_is_rejected_with_its_reason_and_the_next_one_is_imported(
    load: Import, row: str, reason: str
) -> None:
    result = load(f"{DECIDED_HEADER}{row}\nok,2026-01-05,9,,,,,,,,\n", DECIDED)
    assert (result.imported, result.rejected) == (1, 1)
    assert reason in reasons_of(result)["2"]


def test_a_row_with_several_faults_names_them_all(load: Import) -> None:
    result = load(HEADER + "o-1,yesterday,much,,perhaps\n")
    (reason,) = reasons_of(result).values()
    assert [column in reason for column in ("opened", "price", "fraud")] == [True, True, True]


def test_the_second_row_with_an_id_is_rejected_and_names_the_first(load: Import, sink: MemorySink) -> None:
    result = load(HEADER + GOOD + "o-2,2026-01-05,1,,\n" + GOOD.replace("12.50", "99"))
    assert reasons_of(result) == {"4": 'id "o-1": is the id of row 2 as well'}
    assert sink.records["o-1"].case.amount_minor == 1250


def test_without_an_id_column_the_content_is_the_id_and_a_later_label_updates_the_case(
    load: Import, sink: MemorySink
) -> None:
    header, row = "opened,price,email,fraud\n", "2026-01-05,1,a@x.org,\n"
    assert load(header + row + row + "2026-01-06,1,a@x.org,\n", NO_ID).imported == 3
    first, second, third = sink.records
    assert second == f"{first}-2"
    assert first.startswith("orders-")
    assert third[: len(first)] != first
    assert load(header + row + row, NO_ID).unchanged == 2
    reordered = "email,fraud,opened,price,seen\na@x.org,1,2026-01-05,1,x\n"
    assert load(reordered, NO_ID).updated == 1


def test_columns_that_the_schema_does_not_name_are_ignored_and_listed(load: Import) -> None:
    schema = PAYMENTS + '[columns.gone]\nrole = "ignore"\n'
    result = load("id,extra,opened,price,email,fraud,gone\no-1,x,2026-01-05,1,,,y\n", schema)
    assert result.imported == 1
    assert result.ignored_columns == ("extra",)


def test_words_that_stand_for_missing_are_empty(load: Import, sink: MemorySink) -> None:
    schema = 'missing = ["NULL", "n/a"]\n' + PAYMENTS
    assert load(HEADER + "o-1,2026-01-05,NULL,n/a,NULL\n", schema).imported == 1
    assert sink.records["o-1"].case.facts == ()


def test_records_go_to_the_sink_in_batches_and_progress_ends_at_the_row_count(
    tmp_path: Path, payments: Schema, sink: MemorySink
) -> None:
    path, seen = tmp_path / "orders.csv", []
    path.write_text(HEADER + "".join(f"o-{n},2026-01-05,1,,\n" for n in range(1, 26)))
    import_file(
        path, payments, sink, rejects_dir=tmp_path, progress=lambda done, total: seen.append((done, total)), batch=10
    )
    assert sink.batches == [10, 10, 5]
    assert seen == [(10, 25), (20, 25), (25, 25)]


def test_a_sink_that_loses_count_is_noticed(tmp_path: Path, payments: Schema) -> None:
    class Forgetful:
        def upsert(self, source: str, records: Sequence[CaseRecord]) -> list[Verdict]:
            return []

    path = tmp_path / "orders.csv"
    path.write_text(HEADER + GOOD)
    with pytest.raises(RuntimeError, match="0 verdicts for 1 record"):
        import_file(path, payments, Forgetful(), rejects_dir=tmp_path)


def test_a_header_alone_is_a_file_of_no_rows(load: Import) -> None:
    assert load(HEADER).rows == 0


def test_a_file_that_is_not_there_is_named(tmp_path: Path, payments: Schema, sink: MemorySink) -> None:
    with pytest.raises(NotFound, match=r"there is no file .*none\.csv"):
        import_file(tmp_path / "none.csv", payments, sink, rejects_dir=tmp_path)
    with pytest.raises(BadInput, match="not a regular file"):
        import_file(tmp_path, payments, sink, rejects_dir=tmp_path)


@pytest.mark.parametrize(("name", "rows", "labelled"), [("transactions", 1611, 810), ("registrations", 2000, 1199)])
def test_the_example_schemas_import_the_public_samples_whole(
    samples: Path, sink: MemorySink, tmp_path: Path, name: str, rows: int, labelled: int
) -> None:
    schema = Schema.load(REPOSITORY / "docs" / "examples" / f"aws_{name}.toml")
    path = samples / f"{name[:-1]}_data_2K_coldstart.csv"
    result = import_file(path, schema, sink, rejects_dir=tmp_path)
    assert (result.rows, result.imported, result.rejected, result.ignored_columns) == (rows, rows, 0, ())
    outcomes = [one.outcome for one in sink.records.values() if one.outcome]
    assert len(outcomes) == labelled
    assert all(one.assumed_delay for one in outcomes)
    assert import_file(path, schema, sink, rejects_dir=tmp_path).unchanged == rows
