"""How fast the embedded writer is, beside the naive way: `python -m benchmarks.writer_speed --sheets 10 --threads 2`.

Ours: the whole verified draft, as the desk asks for it. Naive: LangChain's HuggingFacePipeline with the same weights in
fp32, the same sheet and four decided cases as a retriever would put them into the prompt, and as many tokens of output.
Both take turns sheet by sheet, so that other work on the machine meets them alike. The naive way needs one package that
is no part of the program: `pip install --no-deps langchain-huggingface`. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch

from assistant.case import Draft, Sentence
from assistant.drafting import draft_steps
from assistant.prompt import Prompt
from assistant.writer import weights
from assistant.writer.lessons import lessons
from assistant.writer.llama import has_fast_integers
from assistant.writer.local import LocalChatModel, LocalWriter, chat_tokens, messages_of
from benchmarks.writer import Overheard

RETRIEVED = 4
START = """
import sys, time
began = time.perf_counter()
from pathlib import Path
from assistant.writer.local import LocalWriter
LocalWriter(Path(sys.argv[1]), int(sys.argv[2])).load()
print(time.perf_counter() - began)
"""


@dataclass(frozen=True)
class Timed:
    """One draft: seconds to the first checked sentence of the model and to the end, of the clock and of all cores
    together; tokens read and written."""

    first_s: float
    whole_s: float
    processor_s: float
    prompt_tokens: int
    tokens: int
    status: str


class Listener(Overheard):
    """A writer whose text is kept while it comes."""

    def write(self, prompt: Prompt) -> Iterator[str]:
        self.text = ""
        for piece in self.inner.write(prompt):
            self.text += piece
            yield piece


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheets", type=int, default=10)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--home", type=Path, help="where converted weights are kept; a folder of its own otherwise")
    parser.add_argument("--no-naive", action="store_true", help="leave out the naive way, which takes most of the time")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(arguments.home or Path(folder), arguments.sheets, arguments.threads, naive=not arguments.no_naive)


def measure(home: Path, sheets: int, threads: int, *, naive: bool) -> None:
    writer = LocalWriter(home, threads, LocalChatModel(home=home, threads=threads, timeout_s=600))
    writer.load()
    engine = writer.chat.load()
    prompts = [lesson.prompt for lesson in islice(lessons(99, held_out=True), 0, 2 * (sheets + RETRIEVED), 2)]
    pipeline = naive_pipeline(weights.prepare(home)) if naive else None
    ours, theirs = [], []
    ours_of(writer, prompts[-1])  # the first draft after loading is slower
    for number in range(sheets):
        ours.append(ours_of(writer, prompts[number]))
        if pipeline is not None:
            others = prompts[number + 1 : number + 1 + RETRIEVED]
            theirs.append(naive_of(pipeline, engine.tokenizer, prompts[number], others, ours[-1].tokens))
    bandwidth = read_bytes_per_s()
    print(f"{threads} threads, load {os.getloadavg()[0]:.1f}\n\n| what | p50 | p95 |\n|---|---|---|")
    row("whole verified draft, s", [one.whole_s for one in ours])
    row("whole verified draft, processor s", [one.processor_s for one in ours])
    row("first checked sentence of the model, s", [one.first_s for one in ours])
    row("tokens written", [one.tokens for one in ours])
    row("tokens of the prompt", [one.prompt_tokens for one in ours])
    rate = float(np.median([decode_rate(writer, one) for one in prompts[:3]]))
    share = rate * bytes_per_token(weights.prepare(home)) / bandwidth
    print(f"| decode, tokens/s | {rate:.0f} | |")
    print(f"| memory, GB/s read, and decoding's share of it | {bandwidth / 1e9:.1f}, {share:.0%} | |")
    row("second start: model ready, s", [start(home, threads) for _ in range(3)])
    if theirs:
        row("naive, s", [one.whole_s for one in theirs])
        row("naive, processor s", [one.processor_s for one in theirs])
        row("naive, tokens written", [one.tokens for one in theirs])
        row("naive, tokens of the prompt", [one.prompt_tokens for one in theirs])
        pairs = list(zip(ours, theirs, strict=True))
        row("times faster by the clock, sheet by sheet", [naive.whole_s / own.whole_s for own, naive in pairs])
        row("times faster in processor seconds", [naive.processor_s / own.processor_s for own, naive in pairs])
    print(f"\nverified {sum(one.status == 'verified' for one in ours)} of {len(ours)}, load {os.getloadavg()[0]:.1f}")


def ours_of(writer: LocalWriter, prompt: Prompt) -> Timed:
    """One draft as the desk asks for it."""
    heard = Listener(writer)
    began, busy, first, done = time.perf_counter(), time.process_time(), 0.0, None
    for step in draft_steps(heard, prompt):
        if isinstance(step, Sentence) and step.origin in ("model", "retried"):
            first = first or time.perf_counter() - began
        elif isinstance(step, Draft):
            done = step
    whole, busy = time.perf_counter() - began, time.process_time() - busy
    assert done is not None
    tokenizer = writer.chat.load().tokenizer
    read = len(chat_tokens(tokenizer, messages_of(prompt)))
    return Timed(first or whole, whole, busy, read, len(tokenizer(heard.text)["input_ids"]), done.status)


def naive_pipeline(folder: Path) -> Any:
    try:
        from langchain_huggingface import HuggingFacePipeline
    except ImportError:
        raise SystemExit("the naive way needs: pip install --no-deps langchain-huggingface, or --no-naive") from None
    from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

    model = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    return HuggingFacePipeline(pipeline=pipeline("text-generation", model=model, tokenizer=tokenizer))


def naive_of(pipeline: Any, tokenizer: Any, prompt: Prompt, others: Sequence[Prompt], tokens: int) -> Timed:
    """The sheet and four other cases, cut to 600 characters each, as a retriever would put them into the prompt."""
    cases = "\n\n".join(f"Similar case:\n{one.user[:600]}" for one in others)
    turns = [{"role": "system", "content": prompt.system}, {"role": "user", "content": f"{cases}\n\n{prompt.user}"}]
    text = tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=False)
    limits = {"max_new_tokens": tokens, "min_new_tokens": tokens, "do_sample": False, "return_full_text": False}
    began, busy = time.perf_counter(), time.process_time()
    answer = pipeline.invoke(text, pipeline_kwargs=limits)
    whole, busy = time.perf_counter() - began, time.process_time() - busy
    return Timed(whole, whole, busy, len(tokenizer(text)["input_ids"]), len(tokenizer(answer)["input_ids"]), "")


def decode_rate(writer: LocalWriter, prompt: Prompt) -> float:
    """Tokens a second from the first to the last, without the checks."""
    times, tokens = [], 0
    for chunk in writer.chat.stream(messages_of(prompt)):
        times.append(time.perf_counter())
        tokens = (chunk.usage_metadata or {}).get("output_tokens", tokens)
    return (tokens - 1) / (times[-1] - times[0])


def bytes_per_token(folder: Path) -> float:
    """What is read of the weights for one token: each once, the file holds them in two bytes."""
    return (folder / "model.safetensors").stat().st_size / 2 * (1 if has_fast_integers() else 4)


def read_bytes_per_s() -> float:
    """Bytes that the same threads read from memory in a second, the best of ten."""
    much = torch.ones(64 * 2**20)

    def once() -> float:
        began = time.perf_counter()
        much.sum()
        return time.perf_counter() - began

    return much.nbytes / min(once() for _ in range(10))


def start(home: Path, threads: int) -> float:
    """Seconds until the model is ready in a new process, imports and all."""
    done = subprocess.run(
        [sys.executable, "-c", START, str(home), str(threads)], capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])


def row(what: str, values: Sequence[float]) -> None:
    p50, p95 = np.percentile(values, [50, 95])
    digits = 0 if p50 >= 50 else 2
    print(f"| {what} | {p50:.{digits}f} | {p95:.{digits}f} |")


if __name__ == "__main__":
    main()
