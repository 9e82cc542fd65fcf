from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import View, fuse

scores = st.dictionaries(st.integers(0, 20), st.floats(0, 1), max_size=20)


def test_each_view_can_carry_a_candidate_and_both_carry_it_further() -> None:
    text = View("text", 0.6, {"twin": 1.0, "both": 0.5})
    links = View("links", 1.0, {"linked": 0.9, "both": 0.9})
    ranked = fuse([text, links], tie_break=str)
    assert [(one.key, round(one.similarity, 6)) for one in ranked] == [("both", 0.93), ("linked", 0.9), ("twin", 0.6)]
    assert ranked[0].by_view == {"text": 0.5, "links": 0.9}
    assert ranked[2].by_view == {"text": 1.0, "links": 0.0}


def test_equal_candidates_come_in_the_order_of_the_tie_break() -> None:
    view = View("text", 1.0, {"b": 0.5, "c": 0.5, "a": 0.5})
    assert [one.key for one in fuse([view], tie_break=str)] == ["a", "b", "c"]
    assert [one.key for one in fuse([view], tie_break=lambda key: -ord(key))] == ["c", "b", "a"]


def test_scores_outside_0_to_1_count_as_the_nearest_end() -> None:
    view = View("text", 0.5, {"under": -0.2, "over": 1.0000001})
    assert [(one.key, one.similarity) for one in fuse([view], tie_break=str)] == [("over", 0.5), ("under", 0.0)]


def test_no_views_give_no_candidates() -> None:
    assert fuse([], tie_break=str) == []


@given(first=scores, second=scores, weight=st.floats(0, 1), raised=st.floats(0, 1))
def test_similarity_is_in_0_to_1_orders_the_ranking_and_grows_with_every_view(first, second, weight, raised) -> None:  # type: ignore[no-untyped-def]
    ranked = fuse([View("a", weight, first), View("b", 0.7, second)], tie_break=int)
    similarities = [one.similarity for one in ranked]
    assert similarities == sorted(similarities, reverse=True)
    assert all(0 <= value <= 1 for value in similarities)
    assert {one.key for one in ranked} == first.keys() | second.keys()
    higher = {key: max(score, raised) for key, score in second.items()}
    grown = {one.key: one.similarity for one in fuse([View("a", weight, first), View("b", 0.7, higher)], tie_break=int)}
    assert all(grown[one.key] >= one.similarity - 1e-12 for one in ranked)


@given(first=scores)
def test_a_view_that_says_nothing_takes_nothing_away(first) -> None:  # type: ignore[no-untyped-def]
    alone = fuse([View("a", 0.8, first)], tie_break=int)
    beside = fuse([View("a", 0.8, first), View[int]("b", 1.0, {})], tie_break=int)
    assert [one.similarity for one in beside] == pytest.approx([one.similarity for one in alone])
