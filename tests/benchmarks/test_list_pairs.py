"""The pairs of lists that readers choose between: complete, in an order that tells nothing, and neutral."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.list_pairs import Pair, for_readers, pairs


@pytest.fixture(scope="module")
def kept() -> list[Pair]:
    return pairs()


def test_a_hundred_cases_half_of_them_fraud_with_lists_of_up_to_five(kept: list[Pair]) -> None:
    assert len({pair.id for pair in kept}) == 100
    assert sum(pair.fraud for pair in kept) == 50
    assert all(1 <= len(listed) <= 5 for pair in kept for listed in pair.shown)


def test_either_list_comes_first_about_as_often(kept: list[Pair]) -> None:
    assert 35 <= Counter(pair.first for pair in kept)["ours"] <= 65
    assert all((pair.shown[0] == pair.ours) == (pair.first == "ours") for pair in kept if pair.ours != pair.naive)


def test_a_case_on_both_lists_is_told_in_the_same_words(kept: list[Pair]) -> None:
    shared = [set(pair.ours) & set(pair.naive) for pair in kept]
    heads = [
        {told.splitlines()[0] for told in pair.ours} & {told.splitlines()[0] for told in pair.naive} for pair in kept
    ]
    assert sum(map(len, heads)) == sum(map(len, shared)) > 0


def test_what_readers_get_names_no_system_and_no_truth_of_the_case(kept: list[Pair], tmp_path: Path) -> None:
    for_readers(tmp_path)
    parts = [path.read_text(encoding="utf-8") for path in sorted(tmp_path.iterdir())]
    assert [part.count("=== list-") for part in parts] == [25, 25, 25, 25]
    headings = {line for part in parts for line in part.splitlines() if line.startswith("LIST")}
    assert headings == {"LIST A", "LIST B"}
    for hint in ("naive", "similarity", "unlike most of these", "more from the same ring", "reads alike"):
        assert not any(hint in part for part in parts), hint
    assert not any("outcome:" in pair.case or "decided:" in pair.case for pair in kept)
