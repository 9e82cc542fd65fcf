"""Every kind of model: it learns, adds up, keeps the declared direction, copes with gaps, and comes back from disk."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from assistant.errors import BadInput
from assistant.scoring.frame import Frame
from assistant.scoring.models import (
    FittedOnnx,
    Forest,
    Given,
    Learner,
    Linear,
    Network,
    OnnxFile,
    SklearnFile,
    Trees,
    open_model,
)
from assistant.scoring.models.forest import FittedForest
from assistant.scoring.train import teach
from tests.scoring.small_world import band, lesson, signals, with_fact, world

LEARNERS = [
    Trees(),
    Linear(),
    Forest(),
    Network(),
    SklearnFile(HistGradientBoostingClassifier(max_iter=30, max_depth=2), (), "theirs"),
]
HELD = LEARNERS[:3]
"""Those that are held to declared directions."""
SIGNALS = ("value.speed", "value.size", "is.colour")


def frame(n: int = 500, seed: int = 1) -> tuple[Frame, np.ndarray]:
    """High `speed` is bad, `size` says nothing, one `colour` is worse; a tenth of each is missing."""
    random = np.random.default_rng(seed)
    labels = (random.random(n) < 0.3).astype(np.int64)
    speed = random.normal(labels * 1.5)
    size = random.normal(size=n)
    colour = np.where(random.random(n) < 0.2 + 0.5 * labels, 0.0, random.integers(1, 3, n)).astype(float)
    matrix = np.column_stack([speed, size, colour])
    matrix[random.random((n, 3)) < 0.1] = np.nan
    return Frame(matrix, ("value.speed", "value.size"), {"is.colour": ("red", "green", "blue")}, (1, 0)), labels


def onnx_file(names: list[str], *, matrix: bool = False) -> bytes:
    """A logistic regression on these columns, made by another library, as an ONNX file."""
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    values, labels = frame()
    table = np.nan_to_num(values.matrix[:, : len(names)])
    if matrix:
        model = LogisticRegression().fit(table, labels)
        made = convert_sklearn(model, initial_types=[("X", FloatTensorType([None, len(names)]))])
        entry = made.metadata_props.add()
        entry.key, entry.value = "columns", json.dumps(names)
        return bytes(made.SerializeToString())
    pandas = pytest.importorskip("pandas")
    columns = ColumnTransformer([("as they are", "passthrough", names)])
    model = make_pipeline(columns, LogisticRegression()).fit(pandas.DataFrame(table, columns=names), labels)
    types = [(name, FloatTensorType([None, 1])) for name in names]
    return bytes(convert_sklearn(model, initial_types=types).SerializeToString())


@pytest.mark.parametrize("learner", LEARNERS, ids=lambda one: one.name)
def test_a_model_tells_later_fraud_from_the_rest(learner: Learner) -> None:
    from sklearn.metrics import roc_auc_score

    learned, labels = frame(seed=1)
    later, truth = frame(seed=2)
    fitted = learner.fit(learned, labels, np.ones(len(labels)))
    assert fitted is not None
    assert roc_auc_score(truth, fitted.margins(later)) > 0.85


@pytest.mark.parametrize("learner", LEARNERS, ids=lambda one: one.name)
def test_contributions_add_up_to_the_margin_of_every_case(learner: Learner) -> None:
    learned, labels = frame()
    fitted = learner.fit(learned, labels, np.ones(len(labels)))
    assert fitted is not None
    parts = fitted.contributions(learned)
    assert parts.shape == (len(learned), 4)
    np.testing.assert_allclose(parts.sum(axis=1), fitted.margins(learned), atol=1e-4)
    assert np.abs(parts[:, 0]).mean() > 3 * np.abs(parts[:, 1]).mean()


def test_the_forest_says_what_scikit_learn_says() -> None:
    learned, labels = frame()
    fitted = Forest().fit(learned, labels, np.ones(len(labels)))
    share = fitted.forest.predict_proba(fitted.spread(learned))[:, 1]
    inside = (share > 0.01) & (share < 0.99)
    np.testing.assert_allclose(1 / (1 + np.exp(-fitted.margins(learned)))[inside], share[inside], atol=1e-6)


@pytest.mark.parametrize("learner", HELD, ids=lambda one: one.name)
def test_more_of_something_bad_never_lowers_the_score(learner: Learner) -> None:
    learned, labels = frame()
    # in these rows high speed is good, against what was declared
    turned = learned.matrix.copy()
    turned[:, 0] *= -1
    backwards = Frame(turned, learned.numbers, learned.categories, learned.directions)
    for taught in (learned, backwards):
        fitted = learner.fit(taught, labels, np.ones(len(labels)))
        assert fitted is not None
        rising = np.tile([0.0, 0.3, 1.0], (50, 1))
        rising[:, 0] = np.linspace(-4, 4, 50)
        margins = fitted.margins(Frame(rising, learned.numbers, learned.categories, learned.directions))
        assert (np.diff(margins) >= -1e-9).all()


@pytest.mark.parametrize("learner", LEARNERS, ids=lambda one: one.name)
def test_missing_values_and_unknown_words_are_answered(learner: Learner) -> None:
    learned, labels = frame()
    fitted = learner.fit(learned, labels, np.ones(len(labels)))
    assert fitted is not None
    nothing = Frame(np.full((1, 3), np.nan), learned.numbers, learned.categories, learned.directions)
    assert np.isfinite(fitted.margins(nothing)).all()


@pytest.mark.parametrize("learner", LEARNERS, ids=lambda one: one.name)
def test_a_model_comes_back_from_plain_files_with_the_same_answers(learner: Learner, tmp_path: Path) -> None:
    learned, labels = frame()
    fitted = learner.fit(learned, labels, np.ones(len(labels)))
    assert fitted is not None
    fitted.save(tmp_path)
    again = open_model(fitted.kind, tmp_path)
    np.testing.assert_allclose(again.contributions(learned), fitted.contributions(learned), atol=1e-9)
    for path in tmp_path.iterdir():
        assert not path.read_bytes().startswith(b"\x80"), f"{path} is a pickle"


def test_a_forest_whose_branches_point_nowhere_is_refused(tmp_path: Path) -> None:
    learned, labels = frame()
    fitted = Forest(trees=2).fit(learned, labels, np.ones(len(labels)))
    fitted.save(tmp_path)
    path = tmp_path / "forest.skops"
    with zipfile.ZipFile(path) as packed:
        content = {name: packed.read(name) for name in packed.namelist()}
    changed = 0
    for name, found in content.items():
        if name.endswith(".npy"):
            array = np.load(io.BytesIO(found), allow_pickle=False)
            if array.dtype.names and "left_child" in array.dtype.names:
                array["left_child"][0] = 10**6
                packed_again = io.BytesIO()
                np.save(packed_again, array, allow_pickle=False)
                content[name] = packed_again.getvalue()
                changed += 1
    assert changed == 2
    with zipfile.ZipFile(path, "w") as packed:
        for name, found in content.items():
            packed.writestr(name, found)
    with pytest.raises(ValueError, match="point nowhere"):
        FittedForest.load(tmp_path)


def test_a_forest_file_with_another_type_in_it_is_refused(tmp_path: Path) -> None:
    import skops.io

    learned, labels = frame()
    Forest(trees=2).fit(learned, labels, np.ones(len(labels))).save(tmp_path)
    skops.io.dump(Path("/tmp"), tmp_path / "forest.skops")
    with pytest.raises(ValueError, match="types that no forest needs"):
        FittedForest.load(tmp_path)


def test_somebody_elses_score_is_calibrated_and_a_case_without_it_gets_none() -> None:
    cases, outcomes = world()
    random = np.random.default_rng(5)
    scored = []
    for number, one in enumerate(cases):
        fraud = outcomes[one.case_id][0].outcome == "fraud"
        value = f"{900 - 300 * fraud + random.normal(0, 150):.0f}"  # as credit scores, high is good
        scored += with_fact([one], outcomes, "bureau", dict.fromkeys((True, False), "" if number == 399 else value))
    made = teach(lesson(scored, outcomes), Given("bureau")).model
    assert made.card.metrics is not None
    assert made.card.metrics.auc.value > 0.85
    assert made.card.metrics.ece < 0.1
    found = list(made.score(scored, signals(scored, outcomes), frozenset(), band))
    assert [reason.signal for reason in found[300].reasons] == ["value.bureau"]
    assert found[399].probability is None
    assert "lacks what the model reads" in found[399].note


@pytest.mark.parametrize("matrix", [False, True])
def test_an_onnx_file_gives_the_answers_of_the_model_it_was_made_from(matrix: bool, tmp_path: Path) -> None:
    import onnxruntime

    names = ["value.speed", "value.size"]
    path = tmp_path / "theirs.onnx"
    path.write_bytes(onnx_file(["speed", "size"], matrix=matrix))
    learner = OnnxFile.read(path, SIGNALS)
    assert learner.reads == tuple(names)
    values, labels = frame()
    own = Frame(np.nan_to_num(values.matrix[:, :2]), values.numbers, {}, (1, 0))
    fitted = learner.fit(own, labels, np.ones(len(labels)))
    assert fitted is not None
    session = onnxruntime.InferenceSession(path.read_bytes())
    single = own.matrix.astype(np.float32)
    feeds = {"X": single} if matrix else {"speed": single[:, :1], "size": single[:, 1:]}
    theirs = np.array([row[1] for row in session.run(None, feeds)[1]])
    np.testing.assert_allclose(1 / (1 + np.exp(-fitted.margins(own))), theirs, atol=1e-6)
    np.testing.assert_allclose(fitted.contributions(own).sum(axis=1), fitted.margins(own), atol=1e-6)
    fitted.save(tmp_path)
    again = open_model("onnx", tmp_path)
    assert isinstance(again, FittedOnnx)
    np.testing.assert_array_equal(again.margins(own), fitted.margins(own))


def test_an_onnx_file_that_asks_for_other_inputs_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "theirs.onnx"
    path.write_bytes(onnx_file(["speed", "weight"]))
    with pytest.raises(BadInput, match=r"asks for 'weight', which no case has; .*value\.size"):
        OnnxFile.read(path, SIGNALS)
    path.write_bytes(b"no model")
    with pytest.raises(BadInput, match="cannot be read as an ONNX model"):
        OnnxFile.read(path, SIGNALS)
    with pytest.raises(BadInput, match="cannot be read"):
        OnnxFile.read(tmp_path / "missing.onnx", SIGNALS)


def skops_file(path: Path, estimator: object) -> Path:
    import skops.io

    skops.io.dump(estimator, path)
    return path


def test_a_classifier_that_has_not_learned_learns_here_and_one_that_has_is_asked_by_its_columns(tmp_path: Path) -> None:
    from sklearn.linear_model import LogisticRegression

    values, labels = frame()
    own = Frame(np.nan_to_num(values.matrix[:, :2]), values.numbers, {}, (1, 0))
    fresh = SklearnFile.read(skops_file(tmp_path / "fresh.skops", LogisticRegression()), SIGNALS)
    assert (fresh.name, fresh.by_itself, fresh.reads) == ("sklearn:fresh", True, None)
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(own.matrix[:, ::-1], columns=["size", "speed"])
    theirs = LogisticRegression().fit(table, labels)
    learned = SklearnFile.read(skops_file(tmp_path / "learned.skops", theirs), SIGNALS)
    assert (learned.by_itself, learned.reads) == (False, ("value.size", "value.speed"))
    fitted = learned.fit(own, labels, np.ones(len(labels)))
    assert fitted is not None
    share = 1 / (1 + np.exp(-fitted.margins(own)))
    np.testing.assert_allclose(share, theirs.predict_proba(table)[:, 1], atol=1e-6)


@pytest.mark.parametrize("what", ["nothing", "regressor", "neighbours", "columns", "no names", "classes"])
def test_a_skops_file_that_cannot_serve_is_refused_with_the_reason(what: str, tmp_path: Path) -> None:
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier

    values, labels = frame()
    matrix = np.nan_to_num(values.matrix[:, :2])
    pandas = pytest.importorskip("pandas")
    path = tmp_path / "theirs.skops"
    if what == "nothing":
        path.write_bytes(b"no model")
    else:
        table = pandas.DataFrame(matrix, columns=["speed", "weight"])
        made = {
            "regressor": LinearRegression(),
            "neighbours": KNeighborsClassifier().fit(matrix, labels),
            "columns": LogisticRegression().fit(table, labels),
            "no names": LogisticRegression().fit(matrix, labels),
            "classes": LogisticRegression().fit(table, labels + 1),
        }
        skops_file(path, made[what])
    said = {
        "nothing": "cannot be read as a skops file",
        "regressor": "no classifier",
        "neighbours": "is not loaded from a file; bring the model as ONNX",
        "columns": "asks for 'weight', which no case has",
        "no names": "does not say from which columns",
        "classes": "must tell 0",
    }
    with pytest.raises(BadInput, match=said[what]):
        SklearnFile.read(path, SIGNALS)


def test_a_tree_of_somebody_else_whose_branches_point_nowhere_is_refused(tmp_path: Path) -> None:
    values, labels = frame()
    for field, wrong in (("left", 10**6), ("feature_idx", 99)):
        made = HistGradientBoostingClassifier(max_iter=2).fit(np.nan_to_num(values.matrix), labels)
        made._predictors[0][0].nodes[field][0] = wrong
        with pytest.raises(BadInput, match="point nowhere"):
            SklearnFile.read(skops_file(tmp_path / "theirs.skops", made), SIGNALS)
