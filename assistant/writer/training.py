"""Teaches the embedded model to write notes: trains an adapter on lessons, one pair at a time on one thread.

Promise: the same seed and number of steps give the same adapter, whether the run was killed in between or not; every
step is logged; the model's own weights never change. A limit in minutes only chooses the number of steps: the learning
rate is constant until three quarters of the time are over, and falls to nothing over a third of the steps done by then.
What is taught is the business of `lessons`; whether a draft holds is asked of whoever calls.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging

from assistant.errors import BadInput
from assistant.prompt import Prompt
from assistant.writer import lora
from assistant.writer.lessons import A_SHEET, Lesson, lessons
from assistant.writer.local import chat_tokens, messages_of
from assistant.writer.transformer import fastest_type
from assistant.writer.weights import fingerprint

__all__ = ["Course", "Judge", "Trained", "example", "train"]

Judge = Callable[[Prompt, str], bool]
"""Whether the text that was written for a prompt passes every check."""
Progress = Callable[[str, int, int], None]
Pair = tuple[list[int], list[int]]
"""The token ids of a prompt and of its target."""

BATCH = 4
RATE = 1e-3
WARM_STEPS = 12
CONSTANT = 0.75
SAVE_EVERY = 20
LOOK_EVERY = 80
LOOK_AT = 16
WRITE_EVERY = 160
WRITE = 5
SHARED = 64
"""Prompts with fewer tokens in common at their beginning are read apart."""
LONGEST = 1400
"""Tokens of prompt and target; a longer pair is left out. The grammar's longest have about 1,100."""


@dataclass(frozen=True)
class Course:
    """What to train. `steps` fixes the run; otherwise `minutes` does, for the machine as it is."""

    seed: int = 7
    minutes: float = 75.0
    steps: int | None = None


@dataclass(frozen=True)
class Trained:
    """What a finished run gave."""

    folder: Path
    steps: int
    pairs: int
    held_out_loss: float
    minutes: float
    sha256: str


@dataclass
class _Run:
    """All that changes while training; `done` and `spent_s` survive a kill."""

    model: Any
    tokenizer: Any
    optimizer: torch.optim.Optimizer
    course: Course
    folder: Path
    done: int = 0
    spent_s: float = 0.0
    total: int | None = None
    taught: Iterator[Pair] = field(init=False)

    def save(self) -> None:
        state = {
            "course": (self.course.seed, self.course.steps),
            "done": self.done,
            "spent_s": self.spent_s,
            "total": self.total,
            "adapter": lora.state(self.model),
            "optimizer": self.optimizer.state_dict(),
        }
        making = self.folder / "checkpoint.making"
        torch.save(state, making)
        making.replace(self.folder / "checkpoint.pt")

    def resume(self) -> None:
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        if tuple(state["course"]) != (self.course.seed, self.course.steps):
            raise BadInput(f"{path} is of another course; give its seed and steps, or another folder with --out")
        self.done, self.spent_s, self.total = state["done"], state["spent_s"], state["total"]
        with torch.no_grad():
            for name, tensor in lora.state(self.model).items():
                tensor.copy_(state["adapter"][name])
        self.optimizer.load_state_dict(state["optimizer"])

    def log(self, **entry: object) -> None:
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": self.done, "minutes": round(self.spent_s / 60, 2), **entry}) + "\n")


def train(
    base: Path, folder: Path, course: Course, *, judge: Judge | None = None, progress: Progress = lambda *_: None
) -> Trained:
    """Trains in `folder`, going on where an earlier run was stopped, and leaves the adapter there.

    `base` is the converted model without an adapter. Raises BadInput when the folder holds another course.
    """
    torch.set_num_threads(1)
    torch.manual_seed(course.seed)
    logging.disable_progress_bar()
    folder.mkdir(parents=True, exist_ok=True)
    run = _open(base, folder, course)
    run.resume()
    run.taught = islice(_examples(run.tokenizer, lessons(course.seed)), run.done * BATCH, None)
    seen = list(islice(_examples(run.tokenizer, lessons(course.seed, held_out=True)), LOOK_AT))
    while run.total is None or run.done < run.total:
        started = time.monotonic()
        loss, tokens, rate = _step(run)
        seconds = time.monotonic() - started
        run.done += 1
        run.log(loss=round(loss, 4), rate=rate, tokens_per_s=round(tokens / seconds, 1))
        if run.done % LOOK_EVERY == 0:
            run.log(held_out_loss=_held_out_loss(run, seen))
        if judge and run.done % WRITE_EVERY == 0:
            run.log(**_written(run, judge))
        run.spent_s += time.monotonic() - started
        if run.total is None and run.spent_s >= CONSTANT * course.minutes * 60:
            run.total = max(run.done + 1, round(run.done / CONSTANT))
        if run.done % SAVE_EVERY == 0:
            run.save()
        expected = run.total or round(run.done * course.minutes * 60 / max(run.spent_s, 1))
        progress("training the writer", run.done, max(expected, run.done))
    final = _held_out_loss(run, seen)
    run.log(held_out_loss=final, finished=True)
    run.save()
    lora.save(run.model, folder, base="HuggingFaceTB/SmolLM2-135M-Instruct")
    return Trained(
        folder=folder,
        steps=run.done,
        pairs=run.done * BATCH,
        held_out_loss=final,
        minutes=round(run.spent_s / 60, 1),
        sha256=fingerprint(folder),
    )


def example(tokenizer: Any, lesson: Lesson) -> Pair:
    """The prompt's tokens as the writer will read them, and the target's with the end mark."""
    target = tokenizer.encode(lesson.target, add_special_tokens=False)
    return chat_tokens(tokenizer, messages_of(lesson.prompt)), [*target, tokenizer.eos_token_id]


def _open(base: Path, folder: Path, course: Course) -> _Run:
    # Eager attention: the fused one took a third of a step in bf16, three times its share of the arithmetic.
    model = AutoModelForCausalLM.from_pretrained(
        base, local_files_only=True, dtype=fastest_type(), attn_implementation="eager"
    )
    weights = lora.attach(model, course.seed)
    optimizer = torch.optim.AdamW(weights, lr=RATE, betas=(0.9, 0.98), weight_decay=0.0)
    tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
    return _Run(model, tokenizer, optimizer, course, folder, total=course.steps)


def _examples(tokenizer: Any, source: Iterator[Lesson]) -> Iterator[Pair]:
    for lesson in source:
        prompt, target = example(tokenizer, lesson)
        if len(prompt) + len(target) <= LONGEST:
            yield prompt, target


def _step(run: _Run) -> tuple[float, int, float]:
    """One step over a batch: its loss for each target token, the tokens read, and the learning rate."""
    batch = list(islice(run.taught, BATCH))
    targets = sum(len(target) for _, target in batch)
    rate = RATE * _share(run.done, run.total)
    for group in run.optimizer.param_groups:
        group["lr"] = rate
    total = 0.0
    read = 0
    for together in _sharing(batch):
        loss, tokens = _loss(run.model, together)
        (loss / targets).backward()
        total += float(loss.detach()) / targets
        read += tokens
    torch.nn.utils.clip_grad_norm_([p for group in run.optimizer.param_groups for p in group["params"]], 1.0)
    run.optimizer.step()
    run.optimizer.zero_grad(set_to_none=True)
    return total, read, rate


def _sharing(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Neighbours whose prompts begin alike, so that the beginning is read once for both: two lessons on one sheet take
    two thirds of the time that they take apart."""
    groups: list[list[Pair]] = []
    for pair in pairs:
        if groups and len(groups[-1]) < A_SHEET and _alike(groups[-1][0][0], pair[0]) >= SHARED:
            groups[-1].append(pair)
        else:
            groups.append([pair])
    return groups


def _alike(one: list[int], other: list[int]) -> int:
    """How many tokens both begin with."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _loss(model: Any, pairs: Sequence[Pair]) -> tuple[torch.Tensor, int]:
    """The summed loss of the targets' tokens, and how many tokens were read.

    The common beginning of the prompts comes first, then what is each pair's own. A token sees the beginning and its
    own pair's earlier tokens, at the places that they have in the pair. Logits are computed for the targets alone.
    """
    first = pairs[0][0]
    shared = min([len(first) - 1, *(_alike(first, prompt) for prompt, _ in pairs[1:])])
    ids, places, owner = list(first[:shared]), list(range(shared)), [-1] * shared
    asked: list[int] = []
    for number, (prompt, target) in enumerate(pairs):
        own = prompt[shared:] + target[:-1]
        asked += range(len(ids) + len(prompt) - shared - 1, len(ids) + len(own))
        places += range(shared, shared + len(own))
        owner += [number] * len(own)
        ids += own
    whose = torch.tensor(owner)
    seen = torch.ones(len(ids), len(ids), dtype=torch.bool).tril()
    seen &= (whose[None, :] == -1) | (whose[None, :] == whose[:, None])
    mask = torch.zeros(1, 1, len(ids), len(ids), dtype=model.dtype)
    mask.masked_fill_(~seen, torch.finfo(model.dtype).min)
    hidden = model.model(
        input_ids=torch.tensor([ids]), position_ids=torch.tensor([places]), attention_mask=mask, use_cache=False
    ).last_hidden_state[0, asked]
    wanted = torch.tensor([token for _, target in pairs for token in target])
    return cross_entropy(model.lm_head(hidden).float(), wanted, reduction="sum"), len(ids)


@torch.no_grad()
def _held_out_loss(run: _Run, seen: list[Pair]) -> float:
    total = sum(float(_loss(run.model, together)[0]) for together in _sharing(seen))
    return round(total / sum(len(target) for _, target in seen), 4)


@torch.no_grad()
def _written(run: _Run, judge: Judge) -> dict[str, object]:
    """Drafts for held-out lessons as the writer would write them, and how many of them pass."""
    passed, texts = 0, []
    for lesson in islice(lessons(run.course.seed + 1, held_out=True), WRITE):
        prompt, _ = example(run.tokenizer, lesson)
        ids = torch.tensor([prompt])
        done = run.model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=320)
        text = run.tokenizer.decode(done[0, len(prompt) :], skip_special_tokens=True)
        passed += judge(lesson.prompt, text)
        texts.append(text)
    return {"passed": passed, "written": WRITE, "texts": texts}


def _share(done: int, total: int | None) -> float:
    """The share of the full rate: up in the first steps, constant, then straight down to nothing."""
    if done < WARM_STEPS:
        return (done + 1) / WARM_STEPS
    if total is None or done < CONSTANT * total:
        return 1.0
    return (total - done) / (total - CONSTANT * total)
