"""Questions about many cases: typed filters, the same number as counting by hand, and nothing else gets through."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from assistant.store import Store
from assistant.support.counting import Query, count, read_query
from assistant.support.mentions import read_question
from tests.cases import decided, record
from tests.conftest import at
from tests.support.conftest import records

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
"""A Thursday."""


def days(first: str, last: str) -> dict[str, date]:
    return {"first": date.fromisoformat(first), "last": date.fromisoformat(last)}


def read(text: str) -> Query:
    return read_query(read_question(text, NOW), NOW)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("how many refund cases were approved last week in FR",
         {"kind": "payment", "refunds": True, "action": "approve", "country": "FR"} | days("2026-02-23", "2026-03-01")),
        ("how many cases are open", {"state": "open"}),
        ("payments blocked yesterday", {"kind": "payment", "action": "block", **days("2026-03-04", "2026-03-04")}),
        ("number of rejected verifications this month in Germany",
         {"kind": "identity", "action": "reject", "country": "DE", **days("2026-03-01", "2026-03-05")}),
        ("how many cases over 1000 euros are waiting", {"state": "open", "least": 100000, "currency": "EUR"}),
        ("approvals since Monday", {"action": "approve", **days("2026-03-02", "2026-03-05")}),
        ("how many orders in December", {"kind": "payment", **days("2025-12-01", "2025-12-31")}),
        ("cases in the last 30 days", {**days("2026-02-03", "2026-03-05")}),
        ("payout holds in the UK", {"action": "hold_payout", "country": "GB"}),
        ("cases between 2026-02-01 and 2026-02-10", {**days("2026-02-01", "2026-02-10")}),
        ("cases since 2026-03-01", {**days("2026-03-01", "2026-03-05")}),
        ("how many left-handed merchants are open", {"kind": "merchant", "state": "open", "unread": ("left-handed",)}),
    ],
)  # fmt: skip
def test_the_words_choose_filters(text: str, wanted: dict[str, object]) -> None:
    assert read(text).model_dump(exclude_defaults=True) == wanted


DAY_ONE, DAY_TWO = ({"first": at(days=day).date(), "last": at(days=day).date()} for day in (1, 2))


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(kind="payment"),
        Query(state="open"),
        Query(action="block"),
        Query(country="FR"),
        Query(refunds=True),
        Query(kind="payment", state="decided"),
        Query(least=1000, most=13000, currency="EUR"),
        Query.model_validate(DAY_ONE),
        Query.model_validate({"action": "block", **DAY_TWO}),
    ],
)
def test_the_number_is_that_of_counting_by_hand(store: Store, query: Query) -> None:
    def fits(one: object) -> bool:
        case, decision = one.case, one.decision  # type: ignore[attr-defined]
        moment = decision.decided_at if decision and query.by_decision else case.opened_at
        open_ = decision is None or decision.action == "escalate"
        return (
            (not query.kind or case.kind == query.kind)
            and (query.state != "open" or open_)
            and (query.state != "decided" or decision is not None)
            and (not query.action or (decision is not None and decision.action == query.action))
            and (not query.country or case.country == query.country)
            and (not query.refunds or bool(case.values("refund")))
            and (query.least is None or query.least <= case.amount_minor <= query.most)
            and (query.first is None or query.first <= moment.date() <= query.last)
        )

    assert count(store, query).number == sum(map(fits, records()))


def test_a_decision_that_was_made_again_counts_its_case_once(store: Store) -> None:
    again = next(one for one in records() if one.case.case_id == "p-4712")
    store.cases.upsert("test", [record(again.case, decided("p-4712", "block", at(days=2.5)))])
    assert count(store, Query(action="block")).number == 1


@pytest.mark.parametrize("text", ["how many'; DROP TABLE cases; --", "how many %s cases", "count {kind} or 1=1"])
def test_words_never_become_part_of_a_query(store: Store, text: str) -> None:
    count(store, read(text))
    assert count(store, Query()).number == len(records())
