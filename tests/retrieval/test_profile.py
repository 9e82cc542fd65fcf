"""The profile view: named numbers through the query's lens, beside text and links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from retrieval import HashEmbedder, InvalidValue, Item, Lens, Memory, Query
from tests.retrieval.conftest import CountingEmbedder, day, item, query

EVEN = {"age": Lens(1.0, 10.0), "size": Lens(1.0, 1.0)}


def kept(id: str, *, known: float = 0, text: str = "a red bicycle", links: str = "", **profile: float) -> Item:
    return replace(item(id, text, known=known, links=links), profile=profile)


def asked(lens: dict[str, Lens] = EVEN, *, as_of: float = 100, links: str = "", **profile: float) -> Query:
    return replace(query(as_of=as_of, links=links), profile=profile, lens=lens)


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    memory = Memory(tmp_path, HashEmbedder())
    memory.remember([kept("young", age=1, size=5), kept("old", age=90, size=5), kept("small", age=1, size=1)])
    return memory


def ids(memory: Memory, wanted: Query) -> list[str]:
    return [match.id for match in memory.similar(wanted, 5)]


def test_of_equal_texts_the_one_with_the_nearest_profile_comes_first_and_its_number_is_told(memory: Memory) -> None:
    first, *rest = memory.similar(asked(age=1, size=5), 5)
    assert (first.id, first.by_view["profile"]) == ("young", 1.0)
    assert all(one.by_view["profile"] == 0.5 for one in rest)


def test_the_lens_says_what_counts_and_nothing_is_stored_again_for_another_one(memory: Memory) -> None:
    wanted = {"age": 90.0, "size": 1.0}
    assert ids(memory, asked({"age": Lens(0.9, 10), "size": Lens(0.1, 1)}, **wanted))[0] == "old"
    assert ids(memory, asked({"age": Lens(0.1, 10), "size": Lens(0.9, 1)}, **wanted))[0] == "small"


def test_without_a_lens_profiles_change_nothing(memory: Memory) -> None:
    plain = memory.similar(query(), 5)
    assert plain == memory.similar(replace(query(), profile={"age": 1}), 5)
    assert "profile" not in plain[0].by_view


def test_a_number_that_only_one_has_is_wholly_unlike_and_one_that_neither_has_is_no_difference(memory: Memory) -> None:
    by_id = {one.id: one.by_view["profile"] for one in memory.similar(asked(age=1), 5)}
    assert by_id == {"young": 0.5, "small": 0.5, "old": 0.0}
    neither = memory.similar(asked({"hue": Lens(1, 1)}), 5)
    assert {one.by_view["profile"] for one in neither} == {1.0}


def test_a_rare_shared_link_and_half_of_the_profile_outweigh_twins_by_text_and_profile(memory: Memory) -> None:
    memory.remember(kept(f"n{number}", age=1, size=5, links=f"device:{number}") for number in range(50))
    memory.remember([kept("ring", text="coffee beans", age=1, size=1, links="device:x")])
    assert ids(memory, asked(age=1, size=5, links="device:x"))[0] == "ring"


def test_what_is_not_known_yet_or_withdrawn_or_excluded_changes_no_number(memory: Memory) -> None:
    before = memory.similar(asked(age=1, size=5, as_of=3), 5)
    memory.remember([kept("late", known=3, age=1, size=5), kept("bad", age=1, size=5)])
    memory.withdraw(["bad"])
    assert memory.similar(asked(age=1, size=5, as_of=3), 5) == before


def test_a_changed_profile_is_a_change_and_needs_no_new_vector(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    memory = Memory(tmp_path, embedder)
    assert memory.remember([kept("a", age=1)]) == 1
    assert memory.remember([kept("a", age=1)]) == 0
    assert memory.remember([kept("a", age=2)]) == 1
    assert len(embedder.seen) == 1
    (match,) = memory.similar(asked({"age": Lens(1, 1)}, age=2), 1)
    assert match.by_view["profile"] == 1.0


def test_a_profile_outlives_a_restart(memory: Memory, open_memory: Callable[[], Memory]) -> None:
    memory.close()
    with open_memory() as again:
        again.remember([kept("a", age=1, size=5)])
    with open_memory() as again:
        assert again.similar(asked(age=1, size=5), 1)[0].by_view["profile"] == 1.0


def test_numbers_and_lenses_that_mean_nothing_are_refused() -> None:
    for value in (float("nan"), float("inf")):
        with pytest.raises(InvalidValue, match="leave out what is not known"):
            Item("a", day(0), "text", profile={"age": value})
        with pytest.raises(InvalidValue, match="leave out"):
            asked(age=value)
    for lens in (Lens(1, 0), Lens(-1, 1), Lens(float("nan"), 1)):
        with pytest.raises(InvalidValue, match="lens for 'age'"):
            asked({"age": lens})


def test_what_becomes_known_later_does_not_choose_who_is_ranked(tmp_path: Path) -> None:
    """A profile can lift any of the candidates, so how many are looked at must not hang on the future."""
    chance = Random(5)
    words = ("parcel", "watch", "card", "late", "gift", "ring", "shop", "coast")

    def some(first: int, last: int, known: float) -> list[Item]:
        texts = (" ".join(chance.choices(words, k=5)) for _ in range(first, last))
        return [kept(f"i{first + n}", known=known, text=text, age=chance.uniform(0, 9)) for n, text in enumerate(texts)]

    memory = Memory(tmp_path / "memory", HashEmbedder())
    memory.remember(some(0, 300, known=0))
    wanted = replace(asked({"age": Lens(1.0, 9.0)}, as_of=1, age=4.0), text="a late parcel")
    before = memory.similar(wanted, 20)
    memory.remember(some(300, 1500, known=2))
    assert memory.similar(wanted, 20) == before
