"""What a memory remembers and finds, with the double and with the real model."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from retrieval import TEXT_LIMIT, HashEmbedder, InvalidValue, Item, Memory, Query
from tests.retrieval.conftest import CountingEmbedder, day, item, query

TEXTS = {
    "bike": "the customer ordered a red bicycle with a basket",
    "coffee": "a bag of roasted coffee beans and a grinder",
    "ticket": "two concert tickets sent by email",
}


def ids(memory: Memory, asked: Query, k: int = 10) -> list[str]:
    return [match.id for match in memory.similar(asked, k)]


def test_an_empty_memory_answers_with_nothing(memory: Memory) -> None:
    assert memory.similar(query("anything", links="device:1"), 5) == []
    assert memory.count() == 0


def test_the_text_most_alike_comes_first(memory: Memory) -> None:
    memory.remember(item(id, text) for id, text in TEXTS.items())
    for id, text in TEXTS.items():
        best = memory.similar(query(text + " today"), 3)
        assert best[0].id == id
        assert len(best) == 3
        assert best[0].by_view["text"] > best[1].by_view["text"] + 0.1


def test_a_match_carries_what_was_remembered(memory: Memory) -> None:
    memory.remember([item("bike", TEXTS["bike"], known=3, links="device:1 ip:2", outcome="fraud")])
    (match,) = memory.similar(query(TEXTS["bike"], links="device:1 email:9"), 1)
    assert (match.id, match.known_at, dict(match.tags)) == ("bike", day(3), {"outcome": "fraud"})
    assert match.shared_links == ("device:1",)
    assert match.by_view["text"] == pytest.approx(1, abs=1e-5)
    assert 0.6 < match.similarity <= 1


def test_a_shared_rare_link_is_found_and_outweighs_a_hundred_twins_by_text(memory: Memory) -> None:
    memory.remember(item(f"twin{n}", TEXTS["bike"], links=f"device:{n}") for n in range(100))
    memory.remember([item("far", TEXTS["coffee"], links="device:shared")])
    best = memory.similar(query(TEXTS["bike"], links="device:shared"), 5)
    assert best[0].id == "far"
    assert best[0].shared_links == ("device:shared",)
    assert best[0].by_view["text"] < best[1].by_view["text"]
    assert len(best) == 5


def test_a_link_that_everybody_has_says_little_and_two_links_say_more_than_one(memory: Memory) -> None:
    memory.remember(item(f"n{n}", TEXTS["coffee"], links="shop:all") for n in range(30))
    memory.remember([item("one", TEXTS["coffee"], links="shop:all device:1")])
    memory.remember([item("two", TEXTS["coffee"], links="shop:all device:1 card:2")])
    best = memory.similar(query(TEXTS["coffee"], links="shop:all device:1 card:2"), 3)
    assert [match.id for match in best[:2]] == ["two", "one"]
    assert best[2].by_view["links"] < 0.3 < best[1].by_view["links"] < best[0].by_view["links"]


def test_how_rare_a_link_is_counts_every_holder_known_before_and_no_other(tmp_path: Path) -> None:
    memory = Memory(tmp_path, HashEmbedder())
    memory.remember(item(f"n{n}", known=n / 3, links="shop:all" if n % 2 else "shop:all device:1") for n in range(99))
    memory.remember([item("n9", known=20, links="device:1"), item("n12", known=3, links="")])
    memory.withdraw(["n30"])
    alone = Memory(tmp_path / "alone", HashEmbedder())
    known = [n for n in range(60) if n not in (9, 12, 30)]  # n9 is known at day 20, with what it holds now
    alone.remember(item(f"n{n}", known=n / 3, links="shop:all" if n % 2 else "shop:all device:1") for n in known)
    alone.remember([item("n12", known=3)])
    asked = query(as_of=20, links="shop:all device:1")
    assert memory.similar(asked, 99) == alone.similar(asked, 99)


def test_an_item_without_text_is_found_by_its_links_only(memory: Memory) -> None:
    memory.remember([item("blank", " \t\x00", links="device:1"), item("bike", TEXTS["bike"])])
    assert ids(memory, query(TEXTS["bike"])) == ["bike"]
    assert ids(memory, query(TEXTS["bike"], links="device:1")) == ["blank", "bike"]


def test_a_query_without_text_asks_the_links_only(memory: Memory) -> None:
    memory.remember([item("a", TEXTS["bike"], links="device:1"), item("b", TEXTS["bike"], links="device:2")])
    (match,) = memory.similar(query("  ", links="device:2"), 5)
    assert (match.id, set(match.by_view)) == ("b", {"links"})
    assert memory.similar(query(""), 5) == []


def test_only_what_was_known_strictly_before_is_seen(memory: Memory) -> None:
    memory.remember(item(f"d{n}", known=n, links="device:1") for n in range(5))
    assert set(ids(memory, query(as_of=3, links="device:1"))) == {"d0", "d1", "d2"}
    assert ids(memory, query(as_of=0, links="device:1")) == []
    just_after = replace(query(), as_of=day(0) + timedelta(microseconds=1))
    assert ids(memory, just_after) == ["d0"]


def test_among_many_neighbours_only_what_was_known_strictly_before_is_seen(tmp_path: Path) -> None:
    memory = Memory(tmp_path, CountingEmbedder())
    memory.remember(item(f"d{n}", f"order {n} of a bicycle", known=n) for n in range(400))
    for as_of in (120, 200, 399):
        asked = query(f"order {as_of} of a bicycle", as_of=as_of, exclude=f"d{as_of - 1}")
        found = ids(memory, asked, 400)
        assert f"d{as_of}" not in found
        assert set(found) == {f"d{n}" for n in range(as_of - 1)}
        assert set(ids(memory, asked, 10)) <= set(found)


def test_a_moment_counts_in_any_time_zone(memory: Memory) -> None:
    tokyo = timezone(timedelta(hours=9))
    memory.remember([Item("a", datetime(2026, 1, 1, 9, tzinfo=tokyo), "a red bicycle")])
    for as_of, found in [
        (datetime(2026, 1, 1, 0, tzinfo=UTC), []),
        (datetime(2026, 1, 1, 9, 1, tzinfo=tokyo), ["a"]),
        (datetime.max.replace(tzinfo=UTC), ["a"]),
        (datetime.min.replace(tzinfo=UTC), []),
    ]:
        assert ids(memory, replace(query(), as_of=as_of)) == found


def test_equal_matches_come_newest_first(memory: Memory) -> None:
    memory.remember(item(id, known=known) for id, known in [("old", 1), ("new", 9), ("mid", 5)])
    assert ids(memory, query()) == ["new", "mid", "old"]


def test_an_excluded_item_is_not_an_answer_and_changes_no_number(memory: Memory) -> None:
    others = [item(f"n{n}", TEXTS["coffee"], links="device:1") for n in range(3)]
    memory.remember(others)
    before = memory.similar(query(links="device:1"), 5)
    memory.remember([item("itself", links="device:1")])
    assert memory.similar(query(links="device:1", exclude="itself unknown"), 5) == before
    assert ids(memory, query(links="device:1"))[0] == "itself"


def test_what_is_not_known_yet_changes_no_number(memory: Memory) -> None:
    memory.remember(item(f"n{n}", TEXTS["coffee"], known=n, links="device:1") for n in range(3))
    before = memory.similar(query(links="device:1", as_of=3), 5)
    memory.remember(item(f"late{n}", TEXTS["bike"], known=3 + n, links="device:1") for n in range(20))
    assert memory.similar(query(links="device:1", as_of=3), 5) == before


def test_a_withdrawn_item_is_gone_and_stays_out(memory: Memory) -> None:
    memory.remember([item("good", links="device:1"), item("poisoned", links="device:1")])
    memory.withdraw(["poisoned", "never seen"])
    assert ids(memory, query(links="device:1")) == ["good"]
    assert memory.remember([item("poisoned", links="device:1"), item("never seen")]) == 0
    assert ids(memory, query(links="device:1")) == ["good"]
    assert memory.count() == 1


def test_clear_forgets_everything_and_withdrawals_too(memory: Memory) -> None:
    memory.remember([item("a", links="device:1"), item("b")])
    memory.withdraw(["b"])
    memory.clear()
    assert (memory.count(), ids(memory, query(links="device:1"))) == (0, [])
    memory.remember([item("b")])
    assert ids(memory, query(links="device:1")) == ["b"]


def test_remembering_again_replaces_text_links_tags_and_time(memory: Memory) -> None:
    memory.remember([item("a", TEXTS["bike"], known=5, links="device:1", outcome="none"), item("b", TEXTS["ticket"])])
    memory.remember([item("a", TEXTS["coffee"], known=2, links="device:2", outcome="fraud")])
    assert memory.count() == 2
    assert ids(memory, query(TEXTS["coffee"]))[0] == "a"
    assert ids(memory, query("", links="device:1")) == []
    (match,) = memory.similar(query("", links="device:2", as_of=3), 1)
    assert (match.known_at, dict(match.tags)) == (day(2), {"outcome": "fraud"})
    memory.remember([item("a", "", links="device:2")])
    assert ids(memory, query(TEXTS["coffee"])) == ["b"]
    memory.remember([item("a", TEXTS["coffee"])])
    assert ids(memory, query(TEXTS["coffee"])) == ["a", "b"]


def test_remembering_the_same_again_is_no_change(memory: Memory) -> None:
    items = [item(f"n{n}", f"order number {n} of a bicycle", links=f"device:{n}") for n in range(20)]
    assert memory.remember(items) == 20
    before = memory.similar(query(links="device:3"), 20)
    assert memory.remember(items) == 0
    assert memory.similar(query(links="device:3"), 20) == before
    assert memory.remember([*items, replace(items[0], tags={"new": "tag"})]) == 1


def test_only_a_text_that_changed_is_embedded_again(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    memory = Memory(tmp_path, embedder)
    memory.remember([item("a", TEXTS["bike"]), item("b", TEXTS["coffee"])])
    memory.remember([item("a", TEXTS["bike"], known=1, links="device:1"), item("b", TEXTS["ticket"])])
    memory.close()
    memory.remember([item("a", TEXTS["bike"]), item("b", TEXTS["ticket"])])
    assert embedder.seen == [TEXTS["bike"], TEXTS["coffee"], TEXTS["ticket"]]


def test_text_after_the_limit_does_not_count(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    memory = Memory(tmp_path, embedder)
    long = "word " * TEXT_LIMIT
    memory.remember([item("a", long)])
    assert memory.remember([item("a", long + "more")]) == 0
    assert [len(text) for text in embedder.seen] == [TEXT_LIMIT]


@pytest.mark.parametrize(
    "text",
    [
        "卡片 被盗 了",
        "بطاقة مسروقة",
        "🃏🔥",
        "a\x00b\x1b[31mc\u0085",
        "lone \ud800 surrogate",
        "é" * 5000,
        "card 卡片 \x07" * 100_000,
        "'; DROP TABLE item; --",
    ],
)
def test_any_text_can_be_remembered_and_found(memory: Memory, text: str) -> None:
    memory.remember([item("this", text), item("other", TEXTS["coffee"])])
    best = memory.similar(query(text), 2)
    assert [match.id for match in best] == ["this", "other"]
    assert best[0].by_view["text"] == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", ["", "a\x00b", "'quoted\"", "名", "%_*", "a" * 3000, "1"])
def test_any_id_link_and_tag_can_be_used(memory: Memory, name: str) -> None:
    odd = Item(name, day(0), "a red bicycle", frozenset({name}), {name: name})
    memory.remember([odd, item("plain")])
    asked = Query("a red bicycle", frozenset({name}), day(1))
    assert memory.similar(asked, 1)[0].id == name
    assert memory.similar(asked, 1)[0].tags == {name: name}
    assert ids(memory, replace(asked, exclude=frozenset({name}))) == ["plain"]
    memory.withdraw([name])
    assert ids(memory, asked) == ["plain"]


def test_what_was_remembered_is_there_after_a_restart(memory: Memory, tmp_path: Path, embedder) -> None:  # type: ignore[no-untyped-def]
    memory.remember(item(id, text, links=f"device:{id}") for id, text in TEXTS.items())
    memory.withdraw(["ticket"])
    before = memory.similar(query(links="device:coffee"), 5)
    memory.close()
    assert Memory(tmp_path / "memory", embedder).similar(query(links="device:coffee"), 5) == before
    assert [match.id for match in before] == ["coffee", "bike"]


def test_with_a_side_only_items_that_were_on_it_at_that_moment_are_answers_with_the_same_numbers(
    memory: Memory,
) -> None:
    turns = {"a": {day(1): "good"}, "b": {day(1): "good", day(5): "bad"}, "c": {day(1): "bad"}, "d": {}}
    memory.remember(replace(item(id, TEXTS["bike"], links="shop:1"), turns=turns[id]) for id in turns)
    asked = query(TEXTS["bike"], links="shop:1")
    plain = {match.id: match for match in memory.similar(asked, 9)}
    for side, as_of, expected in [
        ("good", 4, "ab"),
        ("bad", 4, "c"),
        ("good", 6, "a"),
        ("bad", 6, "bc"),
        ("bad", 5, "c"),
    ]:
        found = memory.similar(replace(asked, side=side, as_of=day(as_of)), 9)
        assert {match.id for match in found} == set(expected)
    assert all(match == plain[match.id] for match in memory.similar(replace(asked, side="good"), 9))
    memory.remember([replace(item("a", TEXTS["bike"], links="shop:1"), turns={day(1): "bad"})])
    assert memory.similar(replace(asked, side="good"), 9) == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: Item("a", datetime(2026, 1, 1), "x"), "'a' has no time zone"),  # noqa: DTZ001
        (lambda: Query("x", frozenset(), datetime(2026, 1, 1)), "as_of of the query has no time zone"),  # noqa: DTZ001
        (lambda: item("\ud800"), "not valid Unicode"),
        (lambda: item("a", links="\udfff"), "not valid Unicode"),
        (lambda: item("a", tag="\udfff"), "not valid Unicode"),
    ],
)
def test_a_value_that_cannot_be_stored_is_refused_by_name(wrong, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidValue, match=says):
        wrong()


def test_asking_for_no_match_is_refused(memory: Memory) -> None:
    with pytest.raises(InvalidValue, match="k is 0"):
        memory.similar(query(), 0)


def test_values_are_frozen(memory: Memory) -> None:
    memory.remember([item("a")])
    for value in (item("a"), query(), memory.similar(query(), 1)[0]):
        with pytest.raises(FrozenInstanceError):
            value.id = "b"  # type: ignore[misc,union-attr]


@pytest.mark.parametrize("rows", ["zeros", "nan", "shape"])
def test_an_embedder_that_breaks_its_promise_is_refused_and_nothing_is_stored(tmp_path: Path, rows: str) -> None:
    import numpy as np

    class Broken(CountingEmbedder):
        def embed(self, texts):  # type: ignore[no-untyped-def]
            size = self.dimension + (rows == "shape")
            return np.full((len(texts), size), np.nan if rows == "nan" else float(rows == "shape"), dtype=np.float32)

    memory = Memory(tmp_path, Broken())
    with pytest.raises(InvalidValue, match="hash-3-4-grams/256 gave an array"):
        memory.remember([item("a")])
    assert memory.count() == 0
