"""Reading tokens: the int8 model beside the exact one, and what is remembered of one prompt for the next."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM

from assistant.case import Sentence, Sheet
from assistant.errors import NotReady
from assistant.prompt import load
from assistant.writer import llama, weights
from assistant.writer.generation import Engine
from assistant.writer.llama import Llama
from assistant.writer.local import LocalChatModel, LocalWriter
from assistant.writer.transformer import Transformer
from assistant.writer.weights import Source

TOKENS = [(7 * number) % 250 + 3 for number in range(300)]


@pytest.fixture
def folder(tiny: Source, tmp_path: Path) -> Path:
    return weights.prepare(tmp_path, source=tiny)


def test_without_fast_integers_the_model_computes_what_transformers_does(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llama, "has_fast_integers", lambda: False)
    exact = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
    with torch.inference_mode():
        wanted = exact(input_ids=torch.tensor([TOKENS])).logits[0]
    reader = Llama(folder)
    for start, end in ((0, 64), (64, 128), (128, 129), (129, 300)):
        torch.testing.assert_close(reader.read(TOKENS[start:end]), wanted[end - 1], rtol=1e-3, atol=1e-3)
    assert reader.read_tokens == 300


@pytest.mark.skipif(not llama.has_fast_integers(), reason="this processor has no VNNI")
def test_int8_weights_change_the_logits_little(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Llama(folder).read(TOKENS)
    monkeypatch.setattr(llama, "has_fast_integers", lambda: False)
    exact = Llama(folder).read(TOKENS)
    assert 0 < (whole - exact).norm() < 0.1 * exact.norm()


def test_what_was_cut_from_memory_is_as_if_never_read(folder: Path) -> None:
    reader = Llama(folder)
    reader.read(TOKENS[:64])
    wanted = reader.read(TOKENS[64:100])
    reader.forget(64)
    reader.read(TOKENS[200:250])
    reader.forget(64)
    assert torch.equal(reader.read(TOKENS[64:100]), wanted)


@pytest.mark.parametrize("kind", [Llama, Transformer])
def test_a_remembered_beginning_changes_nothing(folder: Path, kind: type[Llama] | type[Transformer]) -> None:
    prompts = [TOKENS[:200], TOKENS[:150] + TOKENS[:50], TOKENS[:200], TOKENS[:70], TOKENS[:200]]

    def answer(engine: Engine, prompt: list[int]) -> str:
        return "".join(piece.text for piece in engine.generate(prompt, max_new_tokens=30, timeout_s=60))

    alone = [answer(Engine(kind(folder), 1), prompt) for prompt in prompts]
    used = Engine(kind(folder), 1)
    assert [answer(used, prompt) for prompt in prompts] == alone
    assert len(set(alone)) > 1


def test_a_shared_beginning_is_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Llama(folder)
    engine = Engine(reader, 1)
    list(engine.generate(TOKENS[:200], max_new_tokens=1, timeout_s=60))
    counted: list[int] = []
    read = reader.read

    def counting(tokens: list[int]) -> torch.Tensor:
        counted.append(len(tokens))
        return read(tokens)

    monkeypatch.setattr(reader, "read", counting)
    list(engine.generate([*TOKENS[:190], 5, 6], max_new_tokens=1, timeout_s=60))
    assert counted == [64]


def test_a_folder_that_holds_another_model_is_refused_with_a_remedy(folder: Path) -> None:
    (folder / "config.json").write_text("{}")
    with pytest.raises(NotReady, match=r"cannot be read .*delete the folder"):
        Llama(folder)


@pytest.fixture(scope="module")
def taught(real_home: Path) -> LocalWriter:
    return LocalWriter(real_home, 1, LocalChatModel(home=real_home, threads=1))


@pytest.mark.weights
def test_a_sentence_is_given_before_the_next_is_written_and_can_be_rewritten_meanwhile(
    taught: LocalWriter, payment: Sheet
) -> None:
    """A rewrite in the middle of a draft used to wait a minute for the draft, which waited for it."""
    prompt = load("draft@v2").render(payment)
    whole = list(taught.write(prompt))
    lines = taught.write(prompt)
    first = next(lines)
    began = time.monotonic()
    taught.rewrite(prompt, Sentence(id="s1", text="x", citations=("E1",)), "it is wrong")
    assert time.monotonic() - began < 50
    assert [first, *lines] == whole
    assert len(whole) > 3


@pytest.mark.weights
def test_a_draft_that_nobody_reads_on_leaves_the_model_at_once(taught: LocalWriter, payment: Sheet) -> None:
    prompt = load("draft@v2").render(payment)
    lines = taught.write(prompt)
    next(lines)
    lines.close()  # type: ignore[attr-defined]
    chat = taught.chat.model_copy(update={"max_new_tokens": 1})
    began = time.monotonic()
    chat.invoke("Hello", cancel=threading.Event())
    assert time.monotonic() - began < 5
