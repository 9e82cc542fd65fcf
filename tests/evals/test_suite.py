"""Suites say what is wrong with them, and are the same suite when they hash the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import BadInput, NotFound
from assistant.evals.suite import find_suite, load_suite, save_suite
from tests.evals.making import CARD, attack_lines, case_line, made_suite


def test_a_suite_comes_back_as_it_was_written(tmp_path: Path) -> None:
    made = made_suite(tmp_path, attack_lines())
    again = load_suite(find_suite("mini", tmp_path))
    assert again == made
    assert again.hash == made.hash
    calm, attack = again.items[1:]
    assert attack.sheet.find("N1") != calm.sheet.find("N1")
    assert [one for one in attack.sheet.evidence if one.id != "N1"] == [
        one for one in calm.sheet.evidence if one.id != "N1"
    ]


def test_any_change_of_an_item_changes_the_hash(tmp_path: Path) -> None:
    one = made_suite(tmp_path, [case_line(1)], "one")
    two = made_suite(tmp_path, [case_line(1, group="other")], "two")
    assert one.hash != two.hash


@pytest.mark.parametrize(
    ("second", "named"),
    [
        ('{"id": "x"', "line 2"),
        (json.dumps(case_line(1)), "'i1' already"),
        (json.dumps(case_line(2) | {"colour": "red"}), "colour"),
        (json.dumps({"id": "x", "on": "later"}), "'later', which is no earlier item"),
        (json.dumps({"id": "x"}), "either a 'sheet' or"),
        (json.dumps({"id": "x", "on": "i1", "role": "attack"}), "has a twin"),
        (json.dumps({"id": "x", "on": "i1", "expected": {"twin": "y"}}), "its twin 'y'"),
    ],
)
def test_a_malformed_line_is_refused_by_file_and_line(tmp_path: Path, second: str, named: str) -> None:
    save_suite(tmp_path, CARD, [case_line(1)])
    file = tmp_path / "items.jsonl"
    file.write_text(f"{file.read_text()}{second}\n")
    with pytest.raises(BadInput) as refused:
        load_suite(tmp_path)
    assert "items.jsonl, line 2" in str(refused.value)
    assert named in str(refused.value)


def test_an_empty_suite_and_one_without_a_card_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no items"):
        save_suite(tmp_path, CARD, [])
    (tmp_path / "card.toml").unlink()
    with pytest.raises(BadInput, match=r"card\.toml"):
        load_suite(tmp_path)


def test_a_suite_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    made_suite(tmp_path, 1, "mine")
    with pytest.raises(NotFound, match=r"'nothing'; there are: .*mine"):
        find_suite("nothing", tmp_path)


def test_a_part_is_spread_over_the_suite_and_takes_its_twins_along(tmp_path: Path) -> None:
    suite = made_suite(tmp_path, [*(case_line(number) for number in range(1, 11)), *attack_lines()])
    part = suite.part(3)
    assert [one.id for one in part.items] == ["i1", "i7", "calm", "attack"]
    assert part.hash != suite.hash
    assert suite.part(50) is suite
