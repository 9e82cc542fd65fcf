"""What must hold for every memory and every query."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import HashEmbedder, Item, Memory, Query
from tests.retrieval.conftest import day

WORDS = ["red", "bicycle", "coffee", "ticket", "基本", ""]
LINKS = ["device:1", "device:2", "shop:all", "card:3"]
links = st.frozensets(st.sampled_from(LINKS), max_size=3)
texts = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
items = st.builds(
    Item,
    id=st.integers(0, 200).map(str),
    known_at=st.integers(0, 10).map(day),
    text=texts,
    links=links,
)
queries = st.builds(
    Query,
    text=texts,
    links=links,
    as_of=st.integers(0, 11).map(day),
    exclude=st.frozensets(st.integers(0, 200).map(str), max_size=8),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("remember"), st.lists(items, max_size=150)),
        st.tuples(st.just("withdraw"), st.lists(st.integers(0, 200).map(str), max_size=5)),
        st.tuples(st.just("restart"), st.none()),
    ),
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(steps=steps, asked=st.lists(queries, min_size=1, max_size=6), k=st.integers(1, 30))
def test_no_answer_holds_a_forbidden_item_or_is_short_when_enough_are_allowed(steps, asked, k) -> None:  # type: ignore[no-untyped-def]
    with tempfile.TemporaryDirectory() as folder:
        memory = Memory(Path(folder), HashEmbedder(64))
        model: dict[str, Item] = {}
        withdrawn: set[str] = set()
        for what, value in steps:
            if what == "remember":
                memory.remember(value)
                model |= {item.id: item for item in value if item.id not in withdrawn}
            elif what == "withdraw":
                memory.withdraw(value)
                withdrawn |= set(value)
                model = {id: item for id, item in model.items() if id not in withdrawn}
            else:
                memory.close()
                memory = Memory(Path(folder), HashEmbedder(64))
        assert memory.count() == len(model)
        for query in asked:
            allowed = {
                id: item
                for id, item in model.items()
                if item.known_at < query.as_of
                and id not in query.exclude
                and (query.links & item.links or (query.text.strip() and item.text.strip()))
            }
            matches = memory.similar(query, k)
            found = [match.id for match in matches]
            assert set(found) <= set(allowed)
            assert len(found) == len(set(found)) == min(k, len(allowed))
            similarities = [match.similarity for match in matches]
            assert similarities == sorted(similarities, reverse=True)
            for match in matches:
                assert 0 <= match.similarity <= 1
                assert match.known_at == allowed[match.id].known_at
                assert set(match.shared_links) == query.links & allowed[match.id].links
        memory.close()


@settings(max_examples=40, deadline=None)
@given(remembered=st.lists(items, min_size=1, max_size=150), query=queries, k=st.integers(1, 10))
def test_the_answer_is_the_one_that_looking_at_every_item_gives(remembered, query, k) -> None:  # type: ignore[no-untyped-def]
    """With few items nothing is approximate: fewer matches are the beginning of more matches."""
    with tempfile.TemporaryDirectory() as folder, Memory(Path(folder), HashEmbedder(64)) as memory:
        memory.remember(remembered)
        assert memory.similar(query, k) == memory.similar(query, 1_000)[:k]
