"""Freshly imported cases: in the queue at once, and scored in slices as one case is scored live."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from assistant import records
from assistant.settings import Settings
from assistant.workspace import Workspace
from tests.flow.test_loop import HEADER, ROWS, SCHEMA


@pytest.fixture
def shop(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "shop.csv").write_text(HEADER + ROWS)
    (tmp_path / "shop.toml").write_text(SCHEMA)
    return tmp_path / "shop.csv", tmp_path / "shop.toml"


def test_a_case_is_in_the_queue_in_the_transaction_that_writes_it(shop: tuple[Path, Path], own_home: Path) -> None:
    workspace = Workspace.open(settings=Settings())
    seen: list[int] = []

    def watch(what: str, done: int, of: int) -> None:
        seen.append(len(workspace.queue()))

    workspace.import_cases(*shop, watch)
    assert [row.band for row in workspace.queue()] == ["abstain"] * 3
    assert [row.case_id for row in workspace.queue()] == ["twin", "new", "other"]
    assert seen[-1] == 3
    assert sum(workspace.counts().values()) == 3


def test_an_updated_case_stays_in_the_queue_and_its_history_stays_too(shop: tuple[Path, Path], own_home: Path) -> None:
    workspace = Workspace.open(settings=Settings())
    workspace.import_cases(*shop)
    workspace.decide("twin", action="block", reason="stolen", reviewer="kim")
    shop[0].write_text((HEADER + ROWS).replace("shoes", "boots"))
    result = workspace.import_cases(*shop)
    assert (result.updated, result.unchanged) == (2, 1)
    assert [row.case_id for row in workspace.queue()] == ["new", "other"]
    assert workspace.case("twin").values("category") == ("boots",)
    assert [one.action for one in workspace.history("twin")[0]] == ["block"]


@pytest.mark.parametrize("size", [7, 5000])
def test_scores_of_fresh_cases_are_the_live_ones_whatever_the_slice(
    demo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, size: int
) -> None:
    """The payments of the demo world are imported once more under other ids, so that all are neighbours of all."""
    monkeypatch.setattr(records, "SCORE_SLICE", size)
    with (demo / "demo" / "payments.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    newest = [[f"copy-{row[0]}", *row[1:]] for row in rows[-150:]]
    copy = tmp_path / "copy.csv"
    with copy.open("w", newline="") as file:
        csv.writer(file).writerows([header, *newest])
    shutil.copy(demo / "demo" / "payments.toml", tmp_path / "copy.toml")
    workspace = Workspace.open(settings=Settings())
    assert workspace.import_cases(copy, tmp_path / "copy.toml").imported == len(newest)
    scored = [row for row in workspace.queue(1000) if row.case_id.startswith("copy-")]
    assert sum(row.probability is not None for row in scored) > 5
    for row in scored:
        case = workspace.case(row.case_id)
        card = workspace.records.score(case, workspace.records.signals(case))
        assert (card.probability, card.band) == (pytest.approx(row.probability, abs=1e-6), row.band)


def test_an_import_stopped_before_its_scores_is_told_and_finished_by_the_next(
    demo: Path, monkeypatch: pytest.MonkeyPatch, shop: tuple[Path, Path]
) -> None:
    from assistant.errors import Stopped

    workspace = Workspace.open(settings=Settings())
    with monkeypatch.context() as patch:

        def stop(progress: object) -> int:
            raise KeyboardInterrupt

        patch.setattr(workspace.records, "score_pending", stop)
        with pytest.raises(Stopped, match=r"stopped with 3 rows of shop\.csv in"):
            workspace.import_cases(*shop)
    assert [one.rows_in for one in workspace.store.imports.unfinished()] == [3]
    assert {"new", "twin", "other"} <= {row.case_id for row in workspace.queue(1000)}
    assert workspace.import_cases(*shop).unchanged == 3
    assert workspace.store.imports.unfinished() == []
    model = workspace.records.model
    assert model is not None
    assert workspace.store.cases.unscored(model.card.model_id, after="", limit=9) == []
