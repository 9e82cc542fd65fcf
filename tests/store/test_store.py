"""The store: batches, history, durability and the journal, on a real SQLite file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from assistant.errors import BadInput, NotFound
from assistant.links import Link
from assistant.store import Score, Store
from assistant.store.tables import Table
from tests.cases import case, decided, fact, outcome, record
from tests.conftest import NOON, at


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "fra.db")


def test_a_case_comes_back_as_it_went_in(store: Store) -> None:
    one = case(
        "c1",
        NOON,
        fact("email", "a@example.com"),
        fact("free_text", "'; DROP TABLE cases; --"),
        fact("card", "1"),
        fact("card", "2"),
    )
    store.cases.upsert("test", [record(one)])
    assert store.cases.get("c1") == one


def test_importing_again_changes_nothing_and_a_changed_row_updates(store: Store) -> None:
    first = record(case("c1", NOON, fact("email", "a@example.com")))
    assert store.cases.upsert("test", [first]) == ["imported"]
    assert store.cases.upsert("test", [first]) == ["unchanged"]
    changed = record(case("c1", NOON, fact("email", "b@example.com")))
    assert store.cases.upsert("test", [changed]) == ["updated"]
    assert store.cases.get("c1").values("email") == ("b@example.com",)
    assert store.cases.neighbours([Link("email", "a@example.com")]) == []


def test_an_update_adds_to_the_history_and_removes_nothing(store: Store) -> None:
    one = case("c1")
    store.cases.upsert("test", [record(one, truth=outcome("c1", "fraud", at(days=1)))])
    store.cases.upsert("test", [record(one, truth=outcome("c1", "legitimate", at(days=9)))])
    assert [found.outcome for found in store.cases.outcomes(["c1"])["c1"]] == ["fraud", "legitimate"]


def test_an_id_of_another_source_is_left_alone(store: Store) -> None:
    store.cases.upsert("test", [record(case("c1", NOON, fact("email", "a@example.com")))])
    other = case("c1").model_copy(update={"source": "other"})
    assert store.cases.upsert("other", [record(other)]) == ["foreign"]
    assert store.cases.get("c1").values("email") == ("a@example.com",)


def test_a_missing_case_names_the_nearest_one(store: Store) -> None:
    store.cases.upsert("test", [record(case("order-4711"))])
    with pytest.raises(NotFound, match="order-4711"):
        store.cases.get("order-4712")


def test_neighbours_share_an_entity_and_leave_what_came_before(store: Store) -> None:
    for name, hours, device in (("early", 0, "d1"), ("late", 5, "d1"), ("other", 0, "d2")):
        store.cases.upsert("test", [record(case(name, at(hours), fact("device", device)))])
    store.verdicts.record_outcome(outcome("early", "fraud", at(9)), "kim")
    assert store.cases.neighbours([Link("device", "d1")]) == ["early", "late"]
    (early,) = store.cases.footprints(["early", "late"], before=at(5))
    assert early.case_id == "early"
    assert early.links == (Link("device", "d1"),)
    assert [one.outcome for one in early.outcomes] == ["fraud"]


def test_a_decision_closes_the_case_and_a_second_one_is_refused_with_the_first_named(store: Store) -> None:
    store.cases.upsert("test", [record(case("c1"))])
    store.verdicts.decide(decided("c1", "block", at(1)))
    with pytest.raises(BadInput, match="kim chose block"):
        store.verdicts.decide(decided("c1", "approve", at(2)))
    assert [one.action for one in store.cases.decisions(["c1"])["c1"]] == ["block"]


def test_the_queue_holds_open_scored_cases_in_the_order_of_the_key(store: Store) -> None:
    store.cases.upsert("test", [record(case(name)) for name in ("a", "b", "c", "unscored")])
    store.queue.save([Score(name, "m", 0.5, "medium", 10.0, key, {}) for name, key in (("a", 1), ("b", 3), ("c", 2))])
    store.verdicts.decide(decided("c", "block", at(1)))
    assert [row.case_id for row in store.queue.open_cases(10)] == ["b", "a"]
    assert store.queue.counts() == {"open": 3, "decided": 1}


def test_the_outbox_holds_what_the_memory_must_learn_until_it_is_done(store: Store) -> None:
    store.cases.upsert("test", [record(case("open")), record(case("c1"), truth=outcome("c1", "fraud", at(1)))])
    assert [case_id for _, case_id in store.outbox.pending(10)] == ["c1"], "an undecided case is no precedent"
    store.verdicts.withdraw("c1", "wrong", "kim")
    pending = store.outbox.pending(10)
    assert [case_id for _, case_id in pending] == ["c1", "c1"]
    store.outbox.done(pending[-1][0])
    assert store.outbox.count() == 0
    store.verdicts.record_outcome(outcome("c1", "fraud", at(2)), "kim")
    store.outbox.done(pending[-1][0])  # an old reader's late word must not forget the new entry
    assert store.outbox.count() == 1


def test_an_outcome_before_the_case_is_refused(store: Store) -> None:
    store.cases.upsert("test", [record(case("c1"))])
    with pytest.raises(BadInput, match="before the case was opened"):
        store.verdicts.record_outcome(outcome("c1", "fraud", at(-1)), "kim")


@pytest.mark.parametrize(
    ("tamper", "why"),
    [
        ('UPDATE journal SET body = \'{"action": "approve"}\' WHERE seq = 2', "entry 2 was changed"),
        ("UPDATE journal SET actor = 'somebody else' WHERE seq = 1", "entry 1 was changed"),
        ("DELETE FROM journal WHERE seq = 2", "entry 2 is missing"),
    ],
)
def test_a_tampered_journal_is_found(store: Store, tamper: str, why: str) -> None:
    store.cases.upsert("test", [record(case(name)) for name in ("a", "b", "c")])
    for name in ("a", "b", "c"):
        store.verdicts.decide(decided(name, "block", at(1)))
    assert store.journal.verify().ok
    with sqlite3.connect(store.database.path) as connection:
        connection.execute(tamper)
    audit = store.journal.verify()
    assert not audit.ok
    assert audit.why == why


def test_an_acknowledged_decision_survives_a_kill(tmp_path: Path) -> None:
    store = Store(tmp_path / "fra.db")
    store.cases.upsert("test", [record(case(f"c{number}")) for number in range(500)])
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from assistant.store import Store
        from tests.cases import decided
        from tests.conftest import at
        store = Store(Path(sys.argv[1]))
        for number in range(500):
            store.verdicts.decide(decided(f"c{number}", "block", at(1)))
            print(f"c{number}", flush=True)
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "fra.db")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    acknowledged = [process.stdout.readline().strip() for _ in range(20)]
    process.kill()
    acknowledged += process.stdout.read().split()
    process.wait()
    reopened = Store(tmp_path / "fra.db")
    decisions = reopened.cases.decisions()
    assert set(acknowledged) <= set(decisions)
    assert len(decisions) <= len(acknowledged) + 1
    assert reopened.journal.verify().ok


def test_two_processes_that_write_at_once_keep_one_unbroken_chain(tmp_path: Path) -> None:
    store = Store(tmp_path / "fra.db")
    store.cases.upsert("test", [record(case(f"{side}{number}")) for side in "ab" for number in range(40)])
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from assistant.store import Store
        from tests.cases import decided
        from tests.conftest import at
        store = Store(Path(sys.argv[1]))
        for number in range(40):
            store.verdicts.decide(decided(f"{sys.argv[2]}{number}", "block", at(1)))
        """
    )
    workers = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "fra.db"), side]) for side in ("a", "b")]
    assert [worker.wait() for worker in workers] == [0, 0]
    audit = store.journal.verify()
    assert audit.ok
    assert audit.entries == 80


def test_the_migrations_build_the_tables_of_the_code(store: Store) -> None:
    with store.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Table.metadata) == []


def test_the_database_is_durable_by_its_settings(store: Store) -> None:
    with store.database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL


def test_a_file_that_is_no_database_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "fra.db"
    path.write_text("this is a shopping list, not a database\n" * 100)
    with pytest.raises(BadInput, match="is not a database of this program"):
        Store(path)
