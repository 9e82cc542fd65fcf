"""Who has which case in hand, and the order in which cases are offered."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.errors import BadInput
from assistant.store import Score, Store
from assistant.waiting import Claim, Filters, Nothing, View
from tests.cases import case, decided, fact, outcome, record
from tests.conftest import NOON, at

LEASE = timedelta(minutes=10)
ANY = Filters()
FAR = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "fra.db")


def fill(store: Store, *keys: float, due_at: datetime = FAR) -> list[str]:
    """Open cases c0, c1, … with these queue keys; their names in the order of the queue."""
    names = [f"c{number}" for number in range(len(keys))]
    store.cases.upsert("test", [record(case(name)) for name in names])
    scores = [Score(name, "m", 0.5, "medium", 10.0, key, {}, due_at) for name, key in zip(names, keys, strict=True)]
    store.queue.save(scores)
    return [row.case_id for row in store.queue.page(ANY, 1000)]


def claimed(found: Claim | Nothing) -> str:
    assert isinstance(found, Claim), found
    return found.case_id


def test_each_reviewer_gets_the_best_case_that_is_nobody_elses(store: Store) -> None:
    fill(store, 1, 3, 2)
    assert claimed(store.claims.next("kim", ANY, LEASE)) == "c1"
    assert claimed(store.claims.next("lee", ANY, LEASE)) == "c2"
    assert claimed(store.claims.next("kim", ANY, LEASE)) == "c0", "a second tab of kim gets another case"
    assert store.claims.next("lee", ANY, LEASE) == Nothing(skipped=0, others=3)
    with pytest.raises(BadInput, match="in the hands of kim"):
        store.claims.take("c1", "lee", LEASE)


def test_a_claim_ends_by_itself_unless_it_is_kept_up(store: Store) -> None:
    fill(store, 1)
    short = timedelta(minutes=1)
    first = store.claims.next("kim", ANY, short)
    assert isinstance(first, Claim)
    kept = store.claims.take("c0", "kim", LEASE)
    assert (kept.claimed_at, kept.expires_at > first.expires_at) == (first.claimed_at, True)
    store.claims.release("c0", "kim")
    store.claims.take("c0", "kim", timedelta(0))
    assert store.claims.of("c0") is None
    assert claimed(store.claims.next("lee", ANY, LEASE)) == "c0"
    with pytest.raises(BadInput, match="in the hands of lee"):
        store.verdicts.decide(decided("c0", "block", datetime.now(UTC)))


def test_twenty_reviewers_at_once_never_hold_one_case(store: Store) -> None:
    waiting = fill(store, *range(60))
    got: list[tuple[str, str]] = []
    wrong: list[Exception] = []

    def work(name: str) -> None:
        try:
            while isinstance(found := store.claims.next(name, ANY, LEASE), Claim):
                got.append((found.case_id, name))
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(f"r{number}",)) for number in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
    assert sorted(case_id for case_id, _ in got) == sorted(waiting)


def test_skipping_ends_after_every_case_and_is_of_one_reviewer(store: Store) -> None:
    waiting = fill(store, 1, 3, 2)
    for expected in waiting:
        assert claimed(store.claims.next("kim", ANY, LEASE)) == expected
        store.claims.skip(expected, "kim", "needs a specialist")
    assert store.claims.next("kim", ANY, LEASE) == Nothing(skipped=3, others=0)
    assert claimed(store.claims.next("lee", ANY, LEASE)) == waiting[0], "what kim skips is lee's to take"
    assert [row.case_id for row in store.queue.page(Filters(skipped_by="kim"), 9)] == waiting
    assert store.claims.unskip("kim") == 3
    assert claimed(store.claims.next("kim", ANY, LEASE)) == waiting[1]
    assert store.journal.verify().ok


def test_a_case_that_was_passed_on_goes_first_to_that_person_and_to_nobody_else(store: Store) -> None:
    fill(store, 1, 3, 2)
    store.claims.skip("c0", "lee", "other")
    store.claims.assign("c0", "lee", "kim", "your language")
    assert claimed(store.claims.next("lee", ANY, LEASE)) == "c0"
    store.claims.release("c0", "lee")
    assert [claimed(store.claims.next("kim", ANY, LEASE)) for _ in range(2)] == ["c1", "c2"]
    assert store.claims.next("kim", ANY, LEASE) == Nothing(skipped=0, others=3)
    store.claims.assign("c0", "", "kim", "")
    assert claimed(store.claims.next("kim", ANY, LEASE)) == "c0"


def test_a_case_put_off_comes_back_at_its_time(store: Store) -> None:
    fill(store, 2, 1)
    soon = datetime.now(UTC) + timedelta(hours=1)
    store.claims.snooze("c0", soon, "kim", "waiting for the bank")
    assert [row.case_id for row in store.queue.page(ANY, 9)] == ["c1"]
    assert [row.wake_at for row in store.queue.page(Filters(status="snoozed"), 9)] == [soon]
    assert [row.case_id for row in store.queue.page(ANY, 9, now=soon)] == ["c0", "c1"]
    store.claims.snooze("c0", soon, "kim", "")
    store.claims.wake("c0", "kim")
    assert claimed(store.claims.next("kim", ANY, LEASE)) == "c0"
    with pytest.raises(BadInput, match="not put off"):
        store.claims.wake("c0", "kim")


def test_what_becomes_overdue_goes_first(store: Store) -> None:
    fill(store, 9, 1)
    due = datetime.now(UTC) + timedelta(hours=1)
    store.queue.save([Score("c1", "m", 0.5, "medium", 10.0, 1.0, {}, due)])
    assert [row.case_id for row in store.queue.page(ANY, 9)] == ["c0", "c1"]
    late = store.queue.page(ANY, 9, now=due)
    assert [(row.case_id, row.overdue) for row in late] == [("c1", True), ("c0", False)]
    assert [row.case_id for row in store.queue.page(Filters(overdue=True), 9)] == ["c1"]


def test_pages_join_without_gap_or_double_even_where_keys_are_equal(store: Store) -> None:
    waiting = fill(store, *[5.0] * 7, *[3.0] * 8)
    seen: list[str] = []
    after = None
    while page := store.queue.page(ANY, 4, after):
        seen += [row.case_id for row in page]
        after = page[-1].place
    assert seen == waiting
    assert len(set(seen)) == 15


def test_filters_narrow_and_a_search_finds_ids_and_entities_but_is_never_a_pattern(store: Store) -> None:
    rows = [
        case("a-1", NOON, fact("email", "Mo.Farah@Example.com"), kind="payment", amount=5000),
        case("a-2", at(days=-10), fact("device", "pixel"), kind="identity", amount=100),
        case("b_1", at(days=-3), fact("device", "pixel"), kind="merchant", amount=None),
    ]
    store.cases.upsert("test", [record(one) for one in rows])
    countries = {"a-1": "DE", "a-2": "FR", "b_1": "DE"}
    amounts = {"a-1": 50.0, "a-2": 1.0, "b_1": 3000.0}
    bands = {"a-1": "low", "a-2": "high", "b_1": "high"}
    store.queue.save(
        [Score(name, "m", 0.5, bands[name], 1.0, 1.0, {}, FAR, amounts[name], countries[name]) for name in countries]  # type: ignore[arg-type]
    )
    age = (datetime.now(UTC) - at(days=-3)).total_seconds() / 86400

    def found(**given: object) -> list[str]:
        filters = Filters.model_validate(given)
        page = [row.case_id for row in store.queue.page(filters, 9)]
        assert store.queue.count(filters) == (len(page), False)
        return page

    assert found() == ["a-1", "a-2", "b_1"]
    assert found(kind="identity") == ["a-2"]
    assert found(band="high", country="DE") == ["b_1"]
    assert found(amount_from=2, amount_to=100) == ["a-1"]
    assert found(days_from=age + 1) == ["a-2"]
    assert found(days_to=age - 1) == ["a-1"]
    assert found(text="a-") == ["a-1", "a-2"]
    assert found(text="mo.farah+shop@example.com") == ["a-1"]
    assert found(text="PIXEL") == ["a-2", "b_1"]
    assert found(text="%") == found(text="' OR 1=1 --") == found(text="_") == []
    assert store.queue.choices() == {
        "kind": ["identity", "merchant", "payment"],
        "country": ["DE", "FR"],
        "assignee": [],
    }


def test_a_decision_takes_a_case_out_of_every_list_but_that_of_decided_ones(store: Store) -> None:
    fill(store, 3, 2, 1)
    store.claims.next("kim", ANY, LEASE)
    store.claims.skip("c0", "lee", "other")
    for number, name in enumerate(("c0", "c1")):
        store.verdicts.decide(decided(name, "block", at(hours=number)))
    store.verdicts.record_outcome(outcome("c2", "fraud", at(days=1)), "lead")
    assert store.queue.page(ANY, 9) == []
    assert [row.case_id for row in store.queue.page(Filters(status="decided"), 9)] == ["c2", "c1", "c0"]
    assert store.claims.of("c0") is None
    with pytest.raises(BadInput, match="does not wait"):
        store.claims.take("c0", "kim", LEASE)


def test_an_escalated_case_waits_for_somebody_with_more_authority(store: Store) -> None:
    fill(store, 3, 2)
    store.verdicts.decide(decided("c0", "escalate", at(1)))
    assert [row.case_id for row in store.queue.page(ANY, 9)] == ["c1"]
    assert claimed(store.claims.next("lead", Filters(status="escalated"), LEASE)) == "c0"
    assert store.queue.counts() == {"open": 1, "escalated": 1, "decided": 0}


def test_a_view_is_of_one_reviewer_and_replaced_by_its_name(store: Store) -> None:
    store.views.save("kim", View(name="big", filters=Filters(amount_from=100)))
    store.views.save("kim", View(name="big", filters=Filters(amount_from=900)))
    store.views.save("lee", View(name="mine", filters=Filters(kind="identity")))
    assert store.views.of("kim") == [View(name="big", filters=Filters(amount_from=900))]
    store.views.remove("kim", "big")
    assert store.views.of("kim") == []
    assert len(store.views.of("lee")) == 1
