"""The champion in a world it was not made for: still better than chance, and worse than at home."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from assistant.scoring import Model, train
from assistant.scoring.metrics import expected_calibration_error
from benchmarks.worlds import MATURITY, Imported, imported
from tests.world import conftest, shifted

KINDS = ("payment", "identity", "merchant")


@pytest.fixture(scope="module")
def home() -> Imported:
    return imported(conftest.CASES, 7, conftest.END)


@pytest.fixture(scope="module")
def abroad() -> Imported:
    return imported(conftest.CASES, shifted.SEED, shifted.END, shifted.SHIFTED)


@pytest.fixture(scope="module")
def model(home: Imported) -> Model:
    now = datetime.combine(conftest.END, time(), UTC) + timedelta(seconds=1)
    return train(home.cases, home.table, home.decisions, home.outcomes, now=now, maturity=MATURITY)


def later(model: Model, world: Imported, kind: str) -> tuple[float, float]:
    """AUC and calibration error, by what is true, of the cases that the vintage before the newest had not seen."""
    vintage, newest = [one for one in model.vintages if one.recipe.kind == kind][-2:]
    rows = np.array([row for row in world.rows(kind) if world.cases[row].opened_at >= vintage.recipe.cutoff])
    assert newest.recipe.cutoff > vintage.recipe.cutoff
    fraud, said = world.fraud(rows), vintage.score(world.table, rows).probabilities
    return float(roc_auc_score(fraud, said)), expected_calibration_error(fraud, said, np.ones(len(rows)))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_shifted_world_shares_nobody_with_the_first(home: Imported, abroad: Imported) -> None:
    people: Mapping[str, set[str]] = {
        name: {value for case in world.cases for value in case.values("account", "device", "card", "document_number")}
        for name, world in (("home", home), ("abroad", abroad))
    }
    assert not people["home"] & people["abroad"]
    assert max(case.opened_at for case in home.cases) < min(case.opened_at for case in abroad.cases)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_champion_ranks_a_shifted_world_better_than_chance_and_worse_than_its_own(
    model: Model, home: Imported, abroad: Imported
) -> None:
    at_home, away = ([later(model, world, kind) for kind in KINDS] for world in (home, abroad))
    assert all(auc > 0.7 for auc, _ in away), away
    assert np.mean([auc for auc, _ in away]) < np.mean([auc for auc, _ in at_home]) - 0.01
    assert np.mean([error for _, error in away]) > 1.3 * np.mean([error for _, error in at_home])
