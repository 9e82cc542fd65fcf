"""The queue with a million open cases: `python -m benchmarks.queue [--cases N] [--keep FILE]`.

Every case is open, which is the hardest there is: decided history is not in the queue at all. Filled by plain inserts;
measured through the store's public verbs. Prints Markdown rows: median and 95th percentile in milliseconds.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert

from assistant.store import Store
from assistant.store.tables import CaseRow, EntityRow, ScoreRow, SkipRow, SourceRow, WaitingRow
from assistant.waiting import Claim, Filters, Place

NOW = datetime(2026, 12, 1, tzinfo=UTC)
KINDS = {"payment": 70, "identity": 20, "merchant": 10}
BANDS = {"low": 60, "medium": 28, "high": 10, "abstain": 2}
COUNTRIES = [f"{one}{two}" for one in "ABCDEFGH" for two in "LMNOPQRS"]
REPEATS = 40
LEASE = timedelta(minutes=10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="the database to make, or to use again")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.keep or Path(folder) / "fra.db"
        there = path.exists()
        store = Store(path)
        if not there:
            started = time.perf_counter()
            fill(store, arguments.cases)
            print(f"filled with {arguments.cases:,} cases in {time.perf_counter() - started:.0f} s", flush=True)
        print(f"{path.stat().st_size / 1e6:,.0f} MB", flush=True)
        measure(store)


def fill(store: Store, cases: int) -> None:
    chance = random.Random(7)
    with store.database.write() as session:
        session.execute(insert(SourceRow.__table__), [{"source": "s", "columns": {}}])
    made = rows(cases, chance)
    while part := list(islice(made, 20_000)):
        with store.database.write() as session:
            for number, table in enumerate((CaseRow, ScoreRow, WaitingRow, EntityRow)):
                session.execute(insert(table.__table__), [row[number] for row in part])
    with store.database.write() as session:
        skips = [{"reviewer": "kim", "case_id": row.case_id, "reason": "r", "at": NOW} for row in first(store, 500)]
        session.execute(insert(SkipRow.__table__), skips)


def rows(cases: int, chance: random.Random) -> Iterator[tuple[dict[str, Any], ...]]:
    kinds = chance.choices(list(KINDS), list(KINDS.values()), k=cases)
    bands = chance.choices(list(BANDS), list(BANDS.values()), k=cases)
    countries = chance.choices(COUNTRIES, [1 / (number + 1) for number in range(len(COUNTRIES))], k=cases)
    for number in range(cases):
        case_id = f"c-{number:07d}"
        opened = NOW - timedelta(days=chance.expovariate(1 / 30))
        amount = round(chance.lognormvariate(4.5, 1.5), 2)
        key = float(np.log(amount)) - opened.timestamp() / 86400 / 7
        due = opened + timedelta(days=60)
        yield (
            {
                "case_id": case_id, "source": "s", "kind": kinds[number], "opened_at": opened, "utc_offset_min": 0,
                "amount_minor": int(amount * 100), "currency": "EUR", "facts": [], "status": "open", "row_hash": "",
            },
            {
                "case_id": case_id, "model": "m", "probability": 0.5, "band": bands[number], "expected_loss": amount,
                "queue_key": key, "reasons": {},
            },
            {
                "case_id": case_id, "status": "open", "tier": int(due > NOW), "rank": -key, "kind": kinds[number],
                "band": bands[number], "country": countries[number], "amount": amount, "opened_at": opened,
                "due_at": due if due <= NOW else NOW + timedelta(days=36500), "wake_at": None,
                "assignee": f"r{number % 20}" if number % 25 == 0 else None,
            },
            {"type": "device", "key": f"d{int(chance.paretovariate(0.7)) % 300_000}", "case_id": case_id},
        )  # fmt: skip


def first(store: Store, limit: int, after: Place | None = None) -> list[Any]:
    return store.queue.page(Filters(), limit, after)


def measure(store: Store) -> None:
    page = store.queue.page
    middle, end = places(store)
    asked: dict[str, Filters] = {
        "kind": Filters(kind="merchant"),
        "risk": Filters(band="high"),
        "a rare country": Filters(country=COUNTRIES[-1]),
        "passed to one person": Filters(assignee="r0"),
        "overdue": Filters(overdue=True),
        "over EUR 1,000": Filters(amount_from=1000),
        "under EUR 3": Filters(amount_to=3),
        "younger than a day": Filters(days_to=1),
        "kind, risk and country": Filters(kind="merchant", band="abstain", country=COUNTRIES[-1]),
        "kind, risk, country and amount": Filters(kind="merchant", band="high", country=COUNTRIES[9], amount_from=9000),
        "skipped": Filters(skipped_by="kim"),
        "the beginning of an id": Filters(text="c-00123"),
        "a device of many cases": Filters(text="d1"),
        "a device of few cases": Filters(text="d299"),
    }
    say("page, first", lambda: page(Filters(), 60))
    say("page, in the middle", lambda: page(Filters(), 60, middle))
    say("page, the last", lambda: page(Filters(), 60, end))
    for name, filters in asked.items():
        say(f"page: {name}", lambda filters=filters: page(filters, 60))  # type: ignore[misc]
        say(f"count: {name}", lambda filters=filters: store.queue.count(filters))  # type: ignore[misc]
    say("what there is to choose from", store.queue.choices)
    say("next, for one who skipped the first 500", lambda: go_on(store, "kim"))
    say("next, for another", lambda: go_on(store, "lee"))


def go_on(store: Store, reviewer: str) -> None:
    found = store.claims.next(reviewer, Filters(), LEASE)
    assert isinstance(found, Claim)


def places(store: Store) -> tuple[Place, Place]:
    """A row half-way through the queue, and one a page before its end."""
    with store.database.read() as session:
        total = session.connection().exec_driver_sql("SELECT count(*) FROM queue").scalar() or 0
        query = (
            "SELECT tier, rank, case_id FROM queue WHERE status = 'open' ORDER BY tier, rank, case_id LIMIT 1 OFFSET ?"
        )
        found = [session.connection().exec_driver_sql(query, (at,)).one() for at in (total // 2, total - 61)]
    return Place(*found[0]), Place(*found[1])


def say(what: str, deed: Callable[[], object]) -> None:
    deed()
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        deed()
        seconds.append(time.perf_counter() - started)
        if sum(seconds) > 5:
            break
    p50, p95 = np.quantile(seconds, [0.5, 0.95]) * 1000
    print(f"| {what} | {p50:.1f} | {p95:.1f} |", flush=True)


if __name__ == "__main__":
    main()
