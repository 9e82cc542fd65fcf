"""Which other cases touch the same things, as it was known then; and what a withdrawn precedent had been used for."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.workspace import Workspace
from tests.cases import case, decided, fact, outcome, record
from tests.conftest import at


@pytest.fixture
def workspace(own_home: Path) -> Workspace:
    workspace = Workspace.open(settings=Settings())
    shop = fact("merchant", "Corner Shop")
    known, approved = outcome("same device", "fraud", at(days=8)), decided("same card", "approve", at(days=3))
    records = [
        record(case("here", at(days=9), fact("device", "dev-1"), fact("card", "4000 1111"), shop)),
        record(case("same device", at(days=1), fact("device", "DEV-1"), shop), truth=known),
        record(case("same card", at(days=2), fact("card", "40001111"), shop), approved),
        record(case("both", at(days=3), fact("card", "4000-1111"), fact("device", "dev-1"), shop)),
        record(case("later", at(days=12), fact("device", "dev-1"))),
        record(case("stranger", at(days=4), fact("device", "dev-9"), shop)),
        *(record(case(f"crowd {n}", at(days=1), shop)) for n in range(60)),
    ]  # fmt: skip
    workspace.store.cases.upsert("test", records)
    workspace.index(weigh=False)
    return workspace


def drawn(workspace: Workspace, days: float) -> list[tuple[str, str, list[str], int]]:
    found = workspace.records.ties(workspace.case("here"), at(days=days))
    return [(tie.type, tie.value, [one.case_id for one in tie.cases], tie.more) for tie in found]


def test_things_are_told_as_they_were_given_with_the_cases_that_share_them_newest_first(workspace: Workspace) -> None:
    assert drawn(workspace, days=10) == [
        ("card", "4000 1111", ["both", "same card"], 0),
        ("device", "dev-1", ["both", "same device"], 0),
    ]


def test_nothing_later_and_no_crowd_is_drawn(workspace: Workspace) -> None:
    assert drawn(workspace, days=13)[-1][2] == ["later", "both", "same device"]
    assert drawn(workspace, days=1.5) == [("device", "dev-1", ["same device"], 0)]
    assert "merchant" not in {tie[0] for tie in drawn(workspace, days=13)}


def test_each_case_is_told_with_what_was_known_of_it_then(workspace: Workspace) -> None:
    def ended(days: float) -> dict[str, tuple[str | None, str | None]]:
        found = workspace.records.ties(workspace.case("here"), at(days=days))
        return {one.case_id: (one.outcome, one.action) for tie in found for one in tie.cases}

    assert ended(10) == {"same device": ("fraud", None), "same card": (None, "approve"), "both": (None, None)}
    assert ended(8) == {"same device": (None, None), "same card": (None, "approve"), "both": (None, None)}


def test_many_that_share_a_thing_are_counted(workspace: Workspace) -> None:
    extra = [record(case(f"extra {n}", at(days=5, hours=n), fact("device", "dev-1"))) for n in range(9)]
    workspace.store.cases.upsert("test", extra)
    (tie,) = (tie for tie in drawn(workspace, days=10) if tie[0] == "device")
    assert tie[2] == [f"extra {n}" for n in (8, 7, 6, 5, 4)]
    assert tie[3] == 6


def test_the_command_tells_ties_beside_precedents_and_the_plain_list_stays(workspace: Workspace, capsys) -> None:  # type: ignore[no-untyped-def]
    from typer.testing import CliRunner

    from assistant.cli import app

    runner = CliRunner()
    moment = (at(days=10)).isoformat().replace("+00:00", "")
    plain = runner.invoke(app, ["similar", "here", "--as-of", moment, "--json"])
    assert isinstance(json.loads(plain.stdout), list)
    both = json.loads(runner.invoke(app, ["similar", "here", "--as-of", moment, "--graph", "--json"]).stdout)
    assert both["precedents"] == json.loads(plain.stdout)
    assert [tie["type"] for tie in both["ties"]] == ["card", "device"]
    read = runner.invoke(app, ["similar", "here", "--as-of", moment, "--graph"]).stdout
    assert "same card" in read
    assert "4000 1111" in read


def test_a_withdrawn_precedent_lists_the_drafts_that_used_it_also_in_a_ring(workspace: Workspace) -> None:
    ring = [
        record(case(f"ring {n}", at(days=5), fact("device", "dev-1")), truth=outcome(f"ring {n}", "fraud", at(days=6)))
        for n in range(4)
    ]
    workspace.store.cases.upsert("test", ring)
    review = workspace.review("here")
    (first,) = (one for one in review.precedents if one.ring)
    assert workspace.brief(first.ring[0]).withdrawn is None
    for gone in (first.case_id, first.ring[-1]):
        assert workspace.withdraw(gone, reason="planted", actor="lead").drafts == (review.review_id,)
        told = workspace.brief(gone).withdrawn
        assert told is not None
        assert (told.reason, told.actor, told.drafts) == ("planted", "lead", ((review.review_id, "here"),))
        assert told.at - review.as_of < timedelta(minutes=10)
