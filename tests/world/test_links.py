"""Who has how many earlier cases: ordinary people few, rings many, closed accounts none."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

import numpy as np
import pytest

from tests.world.conftest import World, moment

ACCOUNTS = ("account_id", "merchant_account")
SHARED = (
    ("account_id", "owner_account", "merchant_account"), ("device_id",), ("card",),
    ("document_number", "owner_document_number"), ("payout_account", "recipient_account"), ("phone", "contact_phone"),
    ("shipping_address", "home_address", "registered_address"),
)  # fmt: skip


def in_time(made: World) -> list[tuple[datetime, dict[str, str]]]:
    return sorted(((moment(row["opened_at"]), row) for row in made.rows), key=lambda one: one[0])


def account(row: dict[str, str]) -> str:
    return next(row[name] for name in ACCOUNTS if row.get(name))


@pytest.fixture(scope="module")
def earlier(made: World) -> dict[str, int]:
    """How many earlier cases share a thing with each."""
    seen: dict[tuple[int, str], set[str]] = defaultdict(set)
    found = {}
    for _, row in in_time(made):
        mine = {(place, row[name]) for place, names in enumerate(SHARED) for name in names if row.get(name)}
        found[row["case_id"]] = len(set().union(*(seen[thing] for thing in mine)))
        for thing in mine:
            seen[thing].add(row["case_id"])
    return found


def test_ordinary_customers_have_up_to_three_earlier_cases(made: World, earlier: dict[str, int]) -> None:
    honest = np.array([count for case_id, count in earlier.items() if made.truth[case_id]["fraud"] == "0"])
    assert (honest <= 3).mean() > 0.9
    assert np.percentile(honest, 99) < 9
    assert (honest == 0).mean() > 0.35


def test_rings_stay_linked(made: World, earlier: dict[str, int]) -> None:
    sides = defaultdict(list)
    for row in made.payments:
        sides[made.truth[row["case_id"]]["fraud"]].append(earlier[row["case_id"]])
    assert np.mean(sides["1"]) > 1.4 * np.mean(sides["0"])


def test_nobody_is_a_sample_twice_in_ninety_days(made: World) -> None:
    last: dict[str, datetime] = {}
    for at, row in in_time(made):
        if row["flagged_by"].endswith("sample"):
            owner = row.get("owner_account") or account(row)
            assert owner not in last or at - last[owner] >= timedelta(days=90), row["case_id"]
            last[owner] = at


def test_no_case_comes_from_an_account_after_a_proven_fraud(made: World) -> None:
    closed: dict[str, datetime] = {}
    for at, row in in_time(made):
        owner = row.get("owner_account") or account(row)
        assert owner not in closed or at <= closed[owner], row["case_id"]
        if row["outcome"] == "fraud":
            known_at = moment(row["outcome_known_at"])
            closed[owner] = min(closed.get(owner, known_at), known_at)


def test_a_shop_is_let_in_once_with_a_forecast_and_without_sales(made: World) -> None:
    boarded = [row for row in made.merchants if row["review_type"] == "onboarding"]
    assert len({row["merchant_account"] for row in boarded}) == len(boarded) > 100
    for row in boarded:
        assert int(row["forecast"]) > 0
        assert (row["volume_30d"], row["orders_30d"], row["payouts_30d"]) == ("0", "0", "0")
    others = [row for row in made.merchants if row["review_type"] != "onboarding"]
    assert not [row for row in others if row["forecast"] or int(row["orders_30d"]) < 1]


def test_a_document_that_two_accounts_showed_is_found_by_its_face(made: World) -> None:
    shown: dict[str, set[str]] = defaultdict(set)
    again = 0
    for _, row in in_time(made):
        if row.get("face_search"):
            if shown[row["document_number"]] - {row["account_id"]}:
                again += 1
                assert row["face_search"] == "possible duplicate", row["case_id"]
            shown[row["document_number"]].add(row["account_id"])
    assert again > 10
