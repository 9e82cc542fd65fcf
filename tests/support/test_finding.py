"""From what is named to the case: exact, masked, nearly right; several are offered and none is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from assistant import store as store_package
from assistant.store import Store
from assistant.support.finding import Finder
from assistant.support.mentions import read_question
from assistant.support.values import Find
from tests.support.conftest import NOW


def found(store: Store, text: str) -> Find:
    return Finder(store, lambda case: case.kind).find(read_question(text, NOW), lambda case: True)[0]


@pytest.mark.parametrize(
    ("text", "case_ids", "by"),
    [
        ("order 4711", ["p-4711"], "number"),
        ("case P-4711", ["p-4711"], "number"),
        ("jane@mail.example 129.50 EUR", ["p-4711"], "email"),
        ("jane+shop@mail.example card ending 1881", ["p-4712"], "email"),
        ("a***@post.example", ["i-0042"], "email, as far as it is given"),
        ("aldo@…", ["i-0042"], "email, as far as it is given"),
        ("aldo@post.exampel", ["i-0042"], "email, nearly as written"),
        ("card ending 4242", ["p-4711"], "last four digits of the card"),
        ("07700 900123 about 9.00", ["p-4712"], "phone, nearly as written"),
        ("phone ending 0123, card ending 4242", ["p-4711"], "phone, as far as it is given"),
        ("Aldo Venn", ["i-0042"], "name"),
        ("Aldo Ven and the email aldo@post.example", ["i-0042"], "email"),
        ("the shop Lantern & Loom", ["m-0007"], "name"),
        ("a payout of EUR 2,500.00", ["m-0007"], "amount"),
        ("Jane Okafor-Brandt", ["p-4711", "p-4800", "p-4712"], "name"),
        ("Jane Okafor-Brant", ["p-4711", "p-4800", "p-4712"], "name, nearly as written"),
        ("jane@mail.example", ["p-4711", "p-4712"], "email"),
    ],
)
def test_a_case_is_found_by_what_is_said(store: Store, text: str, case_ids: list[str], by: str) -> None:
    matches = found(store, text).matches
    assert sorted(one.case_id for one in matches) == sorted(case_ids)
    assert by in matches[0].by


@pytest.mark.parametrize("text", ["order 99999", "nobody@mail.example", "card ending 0000", "p-9999"])
def test_what_is_nowhere_is_told(store: Store, text: str) -> None:
    find = found(store, text)
    assert not find.matches
    assert len(find.unmet) == 1


def test_what_only_one_of_two_things_said_fits_is_told(store: Store) -> None:
    find = found(store, "order 4711 of aldo@post.example")
    assert {one.case_id for one in find.matches} == {"p-4711", "i-0042"}
    assert not find.unmet
    find = found(store, "order 4711 of nobody@mail.example")
    assert [one.case_id for one in find.matches] == ["p-4711"]
    assert find.unmet == ("email nobody@mail.example",)


@pytest.mark.parametrize("text", ["why is it taking so long", "Please help me with this", "What happens Next", ""])
def test_common_words_are_nobody_s_name(store: Store, text: str) -> None:
    assert found(store, text) == Find()


@pytest.mark.parametrize("text", ["' OR 1=1 --", "%@%", "*@*", "____", "order %", "name: ' UNION SELECT"])
def test_a_question_is_no_query(store: Store, text: str) -> None:
    assert not found(store, text).matches


def test_what_may_not_be_seen_is_not_there(store: Store) -> None:
    finder = Finder(store, lambda case: case.kind)
    find, _ = finder.find(read_question("order 4711"), lambda case: case.kind != "payment")
    assert find == Find(unmet=("case 4711",))


def test_cases_of_before_are_found_after_an_update(tmp_path: Path, store: Store) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(store_package.__file__).parent / "migrations"))
    with store.database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0005")
    store.close()
    again = Store(tmp_path / "fra.db")
    assert [one.case_id for one in found(again, "card ending 4242").matches] == ["p-4711"]
    assert len(found(again, "Jane Okafor-Brandt").matches) == 3
