"""Two runs side by side: what changed, whether it is more than chance, and who may not be compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.errors import BadInput
from assistant.evals.compare import Comparison, compare, compare_scores
from assistant.evals.metrics import Score
from assistant.evals.suite import Item
from assistant.prompt import load
from tests.evals.making import GOOD, Says, case_line, made_suite, ran
from tests.sheets import sheet

BAD = GOOD.replace("2 hours", "9 hours")
NAMES = ("a", "b", "suite")


def items(count: int, group: int = 1) -> list[Item]:
    one = sheet()
    return [Item(id=f"i{at}", group=f"g{at // group}", slices={"size": str(at % 2)}, sheet=one) for at in range(count)]


def rows(**values: Any) -> dict[str, dict[str, Score]]:
    """`passes=[1, 0]` as scores of the items i0 and i1."""
    count = len(next(iter(values.values())))
    return {
        f"i{at}": {name: Score(metric=name, value=float(column[at])) for name, column in values.items()}
        for at in range(count)
    }


def compared(before: dict[str, Any], after: dict[str, Any], group: int = 1) -> Comparison:
    count = len(next(iter(before.values())))
    return compare_scores(items(count, group), rows(**before), rows(**after), NAMES)


def test_what_was_fixed_and_broken_is_counted_and_judged(tmp_path: Path) -> None:
    suite = made_suite(tmp_path, 20)
    bad = {f"c{number}": BAD for number in range(12)}
    worse = ran(tmp_path, suite, Says(model="worse", **bad))
    better = ran(tmp_path, suite, Says(model="better", c19=BAD))
    found = compare(worse, better)
    assert (len(found.fixed), found.broken, found.unchanged) == (12, ("i19",), 7)
    assert found.verdict == "better"
    assert found.judgement.startswith("better: 55 points more items pass")
    back = compare(better, worse)
    assert (back.verdict, back.fixed, len(back.broken)) == ("worse", ("i19",), 12)


def test_the_same_twice_is_no_difference_and_says_what_it_would_have_seen(tmp_path: Path) -> None:
    suite = made_suite(tmp_path, 40)
    found = compare(ran(tmp_path, suite), ran(tmp_path, suite, prompt=load("draft@v1")))
    assert found.verdict == "no difference"
    assert found.judgement.startswith("no difference that this suite could have seen (it would have seen 2")


def test_a_suite_that_could_see_nothing_says_so() -> None:
    found = compared({"passes": [1, 0, 1]}, {"passes": [1, 1, 1]})
    assert found.judgement == "no difference that this suite could have seen (it is too small to see any)"


def test_a_missing_item_counts_as_failed() -> None:
    before = rows(passes=[1] * 12, numbers=[1] * 12)
    after = {name: row for name, row in before.items() if name not in ("i3", "i4")}
    found = compare_scores(items(12), before, after, NAMES)
    assert found.broken == ("i3", "i4")
    assert {one.metric: one.after for one in found.metrics}["numbers"] == pytest.approx(10 / 12, abs=1e-5)
    troubled = before | {"i5": rows(passes=[0])["i0"]}
    assert compare_scores(items(12), before, troubled, NAMES).broken == ("i5",)


def test_better_in_one_thing_and_worse_in_another_is_mixed() -> None:
    before = {"passes": [0] * 20, "regret": [1] * 20}
    after = {"passes": [1] * 20, "regret": [2 + at % 3 for at in range(20)]}
    found = compared(before, after)
    assert found.verdict == "mixed"
    assert "regret worse" in found.judgement


def test_items_of_one_ring_count_as_one() -> None:
    before, after = {"passes": [0] * 24}, {"passes": [1] * 24}
    assert compared(before, after).verdict == "better"
    assert compared(before, after, group=8).verdict == "no difference"


def test_slices_are_corrected_for_their_number() -> None:
    before = {"passes": [0, 1] * 15}
    after = {"passes": [1, 1] * 15}
    found = compared(before, after)
    by = {one.by: one for one in found.slices}
    assert by["size=0"].verdict == "better"
    assert by["size=1"].verdict == ""
    assert by["size=0"].p == pytest.approx(2 * 2 * 0.5**15, rel=0.1)


def test_runs_of_different_suites_are_refused(tmp_path: Path) -> None:
    one = ran(tmp_path, made_suite(tmp_path, 3))
    other = ran(tmp_path, made_suite(tmp_path, 3, "other").part(2))
    with pytest.raises(BadInput, match="different suites"):
        compare(one, other)


def test_runs_of_a_suite_that_changed_between_them_are_refused(tmp_path: Path) -> None:
    one = ran(tmp_path, made_suite(tmp_path, 3))
    changed = ran(tmp_path, made_suite(tmp_path, [case_line(0), case_line(1), case_line(7)]))
    with pytest.raises(BadInput, match="different versions or parts of the suite mini"):
        compare(one, changed)


def test_runs_that_other_code_judged_are_refused(tmp_path: Path) -> None:
    one, two = (ran(tmp_path, made_suite(tmp_path, 2), prompt=load(f"draft@{name}")) for name in ("v1", "v4"))
    one.head = one.head.model_copy(update={"judging": "other", "program": "0.0.9"})
    with pytest.raises(BadInput, match=r"different versions of the program \(0\.0\.9"):
        compare(one, two)


def test_a_hundred_comparisons_without_a_difference_are_not_called_one() -> None:
    random = np.random.default_rng(1)
    wrong = 0
    for _ in range(100):
        chance = random.uniform(0.2, 0.9)
        columns = {
            "passes": random.random((2, 60)) < chance,
            "right": random.random((2, 60)) < 0.6,
            "numbers": random.beta(8, 1, (2, 60)),
            "regret": random.exponential(20, (2, 60)),
        }
        wrong += compared(*({name: both[at] for name, both in columns.items()} for at in (0, 1))).verdict != (
            "no difference"
        )
    assert wrong <= 9  # 5 expected at most; 10 or more of 100 happen in 3 of 100 trials
