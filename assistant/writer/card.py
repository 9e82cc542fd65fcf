"""The card that lies beside an adapter, and the curve of its training."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.writer.lora import ALPHA, RANK
from assistant.writer.protocol import TAUGHT
from assistant.writer.training import BATCH, RATE, Trained

__all__ = ["curve", "write_card"]

WIDTH, HEIGHT, EDGE = 640, 260, 40


def write_card(trained: Trained, seed: int) -> None:
    """Writes `README.md` and `curve.svg` into the folder of the run."""
    (trained.folder / "curve.svg").write_text(curve(trained.folder / "log.jsonl"), encoding="utf-8")
    (trained.folder / "README.md").write_text(_CARD.format(**vars(trained), seed=seed, **_SETTINGS), encoding="utf-8")


def curve(log: Path) -> str:
    """The loss of the lessons (line) and of held-out lessons (dots) over the steps, as SVG."""
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    taught = [(entry["step"], entry["loss"]) for entry in entries if "loss" in entry]
    held = [(entry["step"], entry["held_out_loss"]) for entry in entries if "held_out_loss" in entry]
    last = max(step for step, _ in taught)
    top = max(loss for _, loss in taught)

    def place(step: float, loss: float) -> tuple[float, float]:
        return EDGE + (WIDTH - 2 * EDGE) * step / last, HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * loss / top

    line = " ".join("{:.1f},{:.1f}".format(*place(*point)) for point in taught)
    dots = "".join('<circle cx="{:.1f}" cy="{:.1f}" r="3" fill="#b30000"/>'.format(*place(*point)) for point in held)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12"><rect width="100%" height="100%" fill="#fff"/>'
        f'<path d="M{EDGE} {EDGE}V{HEIGHT - EDGE}H{WIDTH - EDGE}" fill="none" stroke="#444"/>'
        f'<text x="{EDGE}" y="{EDGE - 12}">loss for each target token, at most {top:.2f}; '
        f"line: lessons, dots: held-out lessons</text>"
        f'<text x="{WIDTH - EDGE}" y="{HEIGHT - 16}" text-anchor="end">{last} steps</text>'
        f'<polyline points="{line}" fill="none" stroke="#1f4e9c"/>{dots}</svg>\n'
    )


_SETTINGS = {"prompt": TAUGHT, "rank": RANK, "alpha": ALPHA, "batch": BATCH, "rate": RATE}
_CARD = """---
base_model: HuggingFaceTB/SmolLM2-135M-Instruct
library_name: peft
license: apache-2.0
language: en
---
# Adapter for case notes

Makes SmolLM2-135M-Instruct write a short, cited case note from the evidence sheet of Fraud Review Assistant, through
the prompt `{prompt}`. Rank {rank}, alpha {alpha}, on all linear layers of the blocks; fp16 safetensors in the format
of peft.

**Made by** `fra writer train --seed {seed} --steps {steps}`: {steps} steps of {batch} lessons ({pairs} in all),
learning rate {rate}, {minutes} minutes on one thread. Loss on held-out lessons: {held_out_loss}.

**Taught with** generated lessons only (`assistant/writer/lessons`): sheets of invented trades and notes that are true
by construction. No case of anybody, no text of the demo world, the signals or the verifier is among them.

**Rule for the action:** the policy's, except where at least two past cases with a known outcome all ended the other way
and no sign on the sheet speaks the policy's way; then it escalates.

**Not for** anything without a verifier behind it. The model has 135 million parameters: it points to the items of the
sheet and joins them, and can still point to the wrong one. Every sentence is checked before it is shown. English only.
"""
