"""Training and its adapter, on the tiny model: resumable, reproducible, and readable by peft."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from assistant.errors import BadInput, NotReady
from assistant.writer import lora, weights
from assistant.writer.card import write_card
from assistant.writer.lessons import lessons
from assistant.writer.local import chat_tokens, messages_of
from assistant.writer.training import SAVE_EVERY, Course, Trained, example, train
from assistant.writer.weights import Source

STEPS = 2 * SAVE_EVERY + 2
# The tiny tokenizer knows letters only, so a pair has thousands of tokens: a short context for a quick test.
QUICK = "from assistant.writer import training; training.LONGEST = 3500; training.BATCH = 1; training.LOOK_AT = 1"


def train_in_another_process(base: Path, folder: Path, steps: int = STEPS) -> subprocess.Popen[bytes]:
    code = f"""
    {QUICK}
    from pathlib import Path
    training.train(Path({str(base)!r}), Path({str(folder)!r}), training.Course(seed=5, steps={steps}))
    """
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)])


@pytest.fixture(scope="session")
def base(tiny_site: tuple[Path, Source], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model, converted, without an adapter."""
    from assistant.writer.conversion import convert

    folder = tmp_path_factory.mktemp("base")
    convert(next(tiny_site[0].rglob("*.gguf")), folder)
    return folder


@pytest.fixture(scope="session")
def trained(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    assert train_in_another_process(base, folder).wait() == 0
    return folder


def log_of(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


@pytest.mark.slow
def test_a_killed_run_goes_on_and_ends_with_the_same_adapter(base: Path, trained: Path, tmp_path: Path) -> None:
    running = train_in_another_process(base, tmp_path)
    while not (tmp_path / "checkpoint.pt").exists():
        assert running.poll() is None, "it ended before its first checkpoint"
        time.sleep(0.02)
    running.kill()
    assert running.wait() != 0
    assert not (tmp_path / "adapter_model.safetensors").exists()
    assert train_in_another_process(base, tmp_path).wait() == 0
    ours, whole = (load_file(folder / "adapter_model.safetensors") for folder in (tmp_path, trained))
    assert ours.keys() == whole.keys()
    assert all(torch.equal(ours[name], whole[name]) for name in whole)


def test_every_step_is_logged_and_the_loss_falls(trained: Path) -> None:
    losses = [entry["loss"] for entry in log_of(trained) if "loss" in entry]
    assert len(losses) == STEPS
    assert sum(losses[-5:]) < sum(losses[:5])
    assert log_of(trained)[-1]["held_out_loss"] > 0


def test_a_folder_of_another_course_is_refused(base: Path, trained: Path) -> None:
    with pytest.raises(BadInput, match="of another course"):
        train(base, trained, Course(seed=6, steps=STEPS))


def test_peft_computes_what_the_merged_weights_compute(base: Path, trained: Path) -> None:
    peft = pytest.importorskip("peft")
    ids = torch.tensor([list(range(3, 60))])

    def dense() -> AutoModelForCausalLM:
        return AutoModelForCausalLM.from_pretrained(base, local_files_only=True, dtype=torch.float32)

    merged = dense()
    merged.load_state_dict(lora.merge(merged.state_dict(), trained))
    with torch.no_grad():
        theirs = peft.PeftModel.from_pretrained(dense(), trained)(ids).logits
        assert torch.allclose(merged(ids).logits, theirs, atol=1e-4)
        assert not torch.allclose(dense()(ids).logits, theirs, atol=1e-2)


def test_the_converted_folder_holds_the_merged_weights_under_a_name_of_its_own(
    tiny: Source, base: Path, trained: Path, tmp_path: Path
) -> None:
    plain = weights.prepare(tmp_path, source=tiny)
    tuned = weights.prepare(tmp_path, source=replace(tiny, adapter=trained))
    assert plain != tuned
    expected = lora.merge(load_file(plain / "model.safetensors"), trained)
    found = load_file(tuned / "model.safetensors")
    assert all(torch.equal(found[name], expected[name]) for name in expected)


def test_an_adapter_of_another_model_or_with_a_missing_file_is_refused(
    tiny: Source, trained: Path, tmp_path: Path
) -> None:
    with pytest.raises(NotReady, match="does not fit the model"):
        lora.merge({"model.norm.weight": torch.ones(3)}, trained)
    with pytest.raises(NotReady, match=r"adapter_config\.json cannot be read"):
        weights.prepare(tmp_path, source=replace(tiny, adapter=tmp_path))


def test_a_lesson_is_read_as_the_writer_reads_a_prompt_and_ends_with_the_end_mark(base: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
    lesson = next(lessons(1))
    prompt, target = example(tokenizer, lesson)
    assert prompt == chat_tokens(tokenizer, messages_of(lesson.prompt))
    assert tokenizer.decode(target[:-1]) == lesson.target
    assert target[-1] == tokenizer.eos_token_id


def test_the_card_says_how_the_adapter_was_made_and_the_curve_shows_every_step(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text((trained / "log.jsonl").read_text())
    write_card(Trained(tmp_path, STEPS, STEPS, 1.5, 0.1, "0" * 64), seed=5)
    assert f"fra writer train --seed 5 --steps {STEPS}" in (tmp_path / "README.md").read_text()
    points = (tmp_path / "curve.svg").read_text().partition('points="')[2].partition('"')[0]
    assert len(points.split()) == STEPS
