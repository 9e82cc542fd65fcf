"""What a person chose in a form: kept as typed, judged by the schema alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.dataset import ROLE_GROUPS, Choices, ColumnChoice, Schema, examine, propose, schema_text
from assistant.dataset.choices import CHOOSE
from assistant.errors import BadInput
from assistant.roles import ROLES

from .conftest import PAYMENTS

ORDERS = """\
order id,placed,total,e-mail,is fraud
o-1,2026-01-05T10:00:00Z,12.50,ann@example.org,1
o-2,2026-01-06T10:00:00Z,7.25,bob@example.org,0
o-3,2026-01-07T10:00:00Z,8.00,bob@example.org,0
"""
EXPORTS = Path(__file__).parents[1] / "exports"
EITHER_WAY = "order id,placed,total\no-1,03/04/2026,12.50\no-2,05/06/2026,7.00\n"
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12)


def choices_for(folder: Path, content: str) -> Choices:
    path = folder / "orders.csv"
    path.write_text(content)
    return Choices.of_proposal(examine(path))


def complaints(choices: Choices) -> dict[tuple[str, ...], str]:
    found = choices.as_schema()
    assert not isinstance(found, Schema)
    return {one.place: one.line for one in found}


def with_column(choices: Choices, name: str, **changes: str) -> Choices:
    column = choices.columns[name].model_copy(update=changes)
    return choices.model_copy(update={"columns": {**choices.columns, name: column}})


def test_the_choices_of_a_proposal_make_the_schema_that_its_text_is(tmp_path: Path) -> None:
    chosen = choices_for(tmp_path, ORDERS).as_schema()
    assert chosen == Schema.parse(propose(tmp_path / "orders.csv"))


def test_every_role_is_offered_once_with_its_meaning() -> None:
    offered = [role for _, roles in ROLE_GROUPS for role in roles]
    assert sorted(offered) == sorted(ROLES)
    assert all(meaning for _, roles in ROLE_GROUPS for meaning in roles.values())


def test_dates_that_can_be_read_two_ways_must_be_chosen_and_then_import(tmp_path: Path) -> None:
    choices = choices_for(tmp_path, EITHER_WAY)
    assert choices.columns["placed"].format == CHOOSE
    assert complaints(choices) == {("columns", "placed", "format"): "choose how these dates are written"}
    chosen = with_column(choices, "placed", format="%d/%m/%Y").as_schema()
    assert isinstance(chosen, Schema)
    assert chosen.columns["placed"].format == "%d/%m/%Y"


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        ({"source": "my orders!"}, ("source",), "letters, digits"),
        ({"currency": "XXQ"}, ("currency",), "ISO 4217"),
        ({"currency": ""}, ("currency",), "no currency"),
        ({"time_zone": "Mars/Base"}, ("time_zone",), "time zone"),
        ({"encoding": "base64"}, ("encoding",), "not a text encoding"),
        ({"decimal": ";"}, ("decimal",), "unknown word"),
        ({"assumed_delay_days": "soon"}, ("label", "assumed_delay_days"), "integer"),
        ({"kind": ""}, ("kind",), "starts with a letter"),
    ],
)
def test_a_complaint_stands_where_the_mistake_is(
    tmp_path: Path, change: dict[str, str], place: tuple[str, ...], said: str
) -> None:
    found = complaints(choices_for(tmp_path, ORDERS).model_copy(update=change))
    assert list(found) == [place]
    assert said in found[place]


@pytest.mark.parametrize(
    ("name", "changes", "place", "said"),
    [
        ("e-mail", {"role": "time"}, ("columns", "e-mail", "role"), "two columns have the role time"),
        ("placed", {"role": "category"}, (), "no column has the role time"),
        ("e-mail", {"role": "label_time"}, (), ""),
        ("total", {"role": "mail"}, ("columns", "total", "role"), "unknown word"),
        ("e-mail", {"role": "reviewer"}, ("columns", "e-mail", "role"), "no column is the decision"),
        ("placed", {"format": "dd.mm"}, ("columns", "placed", "format"), "no time format"),
    ],
)
def test_columns_that_do_not_go_together_are_named(
    tmp_path: Path, name: str, changes: dict[str, str], place: tuple[str, ...], said: str
) -> None:
    changed = with_column(choices_for(tmp_path, ORDERS), name, **changes)
    if not said:
        assert isinstance(changed.as_schema(), Schema)
        return
    found = complaints(changed)
    assert said in found[place]


def test_a_format_that_the_form_hides_does_not_count(tmp_path: Path) -> None:
    chosen = with_column(choices_for(tmp_path, ORDERS), "e-mail", format="%d.%m.%Y").as_schema()
    assert isinstance(chosen, Schema)
    assert chosen.columns["e-mail"].format is None


def test_a_column_that_stops_being_the_label_takes_its_words_along(tmp_path: Path) -> None:
    chosen = with_column(choices_for(tmp_path, ORDERS), "is fraud", role="ignore").as_schema()
    assert isinstance(chosen, Schema)
    assert chosen.label is None


def test_a_schema_survives_the_form_and_the_file_in_which_it_is_kept() -> None:
    schema = Schema.parse(PAYMENTS)
    again = Choices.of_schema(schema, ["id", "opened", "price", "email", "fraud", "colour"]).as_schema()
    assert isinstance(again, Schema)
    assert again.columns.pop("colour").role == "ignore"
    assert again == schema == Schema.parse(schema_text(schema))


@settings(max_examples=200, deadline=None)
@given(names, st.lists(names, min_size=1, max_size=4, unique=True), st.sets(names, min_size=2, max_size=4))
def test_a_kept_schema_reads_back_whatever_its_columns_and_words_are_called(
    time: str, columns: list[str], words: set[str]
) -> None:
    fraud, *others = sorted(words)
    choices = Choices(
        source="s",
        kind="payment",
        labels={fraud: "fraud"} | dict.fromkeys(others, "legitimate"),
        columns={
            **{name: ColumnChoice(role="category", phrase="a plain phrase") for name in columns},
            time: ColumnChoice(role="time"),
            f"{time} is fraud": ColumnChoice(role="label"),
        },
    )
    schema = choices.as_schema()
    assert isinstance(schema, Schema)
    assert Schema.parse(schema_text(schema)) == schema


@pytest.mark.parametrize("name", sorted(path.name for path in EXPORTS.iterdir() if path.suffix != ".md"))
def test_the_form_of_a_real_export_makes_the_schema_of_its_proposal(name: str) -> None:
    proposal = examine(EXPORTS / name)
    try:
        proposed = Schema.parse(propose(EXPORTS / name))
    except BadInput:
        assert proposal.trial is not None
        assert proposal.trial.not_ready
        return
    assert Choices.of_proposal(proposal).as_schema() == proposed
