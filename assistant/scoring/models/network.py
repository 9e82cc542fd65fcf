"""A small neural network (PyTorch): numbers as places among the training cases, words as learned vectors.

A challenger that is trained when asked for. Nothing holds it to the declared directions; a contribution against one is
told as an interaction. Dropout and early stopping on the latest tenth keep it from learning its cases by heart.

Reasons are integrated gradients (Sundararajan, Taly and Yan 2017) from the mean training case, over 32 points. What the
sum misses of the margin, under 1% as a rule, is shared out by size, so that they add up. Stored as safetensors.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from assistant.scoring.frame import Floats, Frame, Ints
from assistant.scoring.models.spread import Spread

if TYPE_CHECKING:
    import torch  # takes seconds, so it is imported where a network is touched

__all__ = ["FittedNetwork", "Network"]

WIDE, VECTOR = 32, 4
EPOCHS, BATCH, PATIENCE = 60, 64, 6
POINTS = 32
WEIGHTS = ("vectors", "first", "first_bias", "second", "second_bias", "last", "last_bias")


@dataclass(frozen=True, eq=False)
class FittedNetwork:
    """`weights` are the layers by name; `start` is the mean input that reasons begin at."""

    spread: Spread
    weights: dict[str, torch.Tensor]
    start: torch.Tensor

    kind: ClassVar[str] = "network"

    def margins(self, frame: Frame) -> Floats:
        import torch

        with torch.no_grad():
            return _forward(self._inputs(frame), self.weights).double().numpy()

    def contributions(self, frame: Frame) -> Floats:
        import torch

        inputs = self._inputs(frame)
        far = inputs - self.start
        slopes = torch.zeros_like(inputs)
        for point in range(POINTS):
            here = (self.start + far * ((point + 0.5) / POINTS)).requires_grad_()
            slopes += torch.autograd.grad(_forward(here, self.weights).sum(), here)[0]
        with torch.no_grad():
            base = float(_forward(self.start[None, :], self.weights)[0])
        parts = (far * slopes / POINTS).double().numpy()
        missed = self.margins(frame) - base - parts.sum(axis=1)
        sizes = np.abs(parts) + 1e-12
        parts += missed[:, None] * sizes / sizes.sum(axis=1, keepdims=True)
        found = np.zeros((len(frame), len(frame.names)))
        np.add.at(found.T, _owners(self.spread), parts.T)
        return np.column_stack([found, np.full(len(frame), base)])

    def save(self, folder: Path) -> None:
        from safetensors.torch import save_file

        save_file({**self.weights, "start": self.start}, folder / "network.safetensors")
        (folder / "network.json").write_text(json.dumps(self.spread.model_dump(mode="json")))

    @classmethod
    def load(cls, folder: Path) -> FittedNetwork:
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            weights = load_file(folder / "network.safetensors")
        except SafetensorError as error:
            raise ValueError("network.safetensors cannot be read") from error
        return cls(Spread.model_validate_json((folder / "network.json").read_text()), weights, weights.pop("start"))

    def _inputs(self, frame: Frame) -> torch.Tensor:
        return _inputs(self.spread, frame, self.weights["vectors"])


@dataclass(frozen=True)
class Network:
    name: str = "network"
    by_itself: bool = True
    reads: tuple[str, ...] | None = None
    seed: int = 7

    def fit(self, frame: Frame, labels: Ints, weights: Floats) -> FittedNetwork:
        import torch

        chance = torch.Generator().manual_seed(self.seed)
        spread = Spread.of(frame)
        net = _start(spread, chance)
        learned = [net[name] for name in WEIGHTS]
        optimiser = torch.optim.AdamW(learned, lr=3e-3, weight_decay=0.05)
        truth, heavy = (
            torch.from_numpy(np.asarray(one, dtype=np.float32)) for one in (labels, weights / weights.mean())
        )
        cut = max(int(len(frame) * 0.9), 1)
        best, kept, waited = float("inf"), {}, 0

        def loss(rows: torch.Tensor, dropout: bool) -> Any:
            inputs = _inputs(spread, frame.take(rows.numpy()), net["vectors"])
            if dropout:
                inputs = inputs * (torch.rand(inputs.shape, generator=chance) > 0.1)
            said = _forward(inputs, net, chance if dropout else None)
            errors = torch.nn.functional.binary_cross_entropy_with_logits(said, truth[rows], reduction="none")
            return (errors * heavy[rows]).mean()

        for _ in range(EPOCHS):
            for rows in torch.randperm(cut, generator=chance).split(BATCH):
                optimiser.zero_grad()
                loss(rows, dropout=True).backward()
                optimiser.step()
            with torch.no_grad():
                now = float(
                    loss(torch.arange(cut, len(frame)) if cut < len(frame) else torch.arange(cut), dropout=False)
                )
            waited = 0 if now < best else waited + 1
            if now < best:
                best, kept = now, {name: one.detach().clone() for name, one in net.items()}
            if waited == PATIENCE:
                break
        with torch.no_grad():
            start = _inputs(spread, frame, kept["vectors"]).mean(dim=0)
        return FittedNetwork(spread, kept, start)


def _start(spread: Spread, chance: torch.Generator) -> dict[str, torch.Tensor]:
    """Weights before learning: one vector a word, one more for a missing or unknown word of each category."""
    import torch

    wide = len(_owners(spread))
    shapes = [
        (sum(spread.words) + len(spread.words), VECTOR),
        (wide, WIDE),
        (WIDE,),
        (WIDE, WIDE),
        (WIDE,),
        (WIDE,),
        (),
    ]
    scales = [0.1, wide**-0.5, 0.0, WIDE**-0.5, 0.0, WIDE**-0.5, 0.0]
    return {
        name: (torch.randn(shape, generator=chance) * scale).requires_grad_()
        for name, shape, scale in zip(WEIGHTS, shapes, scales, strict=True)
    }


def _forward(inputs: torch.Tensor, net: dict[str, torch.Tensor], chance: torch.Generator | None = None) -> torch.Tensor:
    import torch

    for layer in ("first", "second"):
        inputs = torch.nn.functional.silu(inputs @ net[layer] + net[f"{layer}_bias"])
        if chance is not None:
            inputs = inputs * (torch.rand(inputs.shape, generator=chance) > 0.2) / 0.8
    return inputs @ net["last"] + net["last_bias"]


def _inputs(spread: Spread, frame: Frame, vectors: torch.Tensor) -> torch.Tensor:
    """Places and gaps of numbers, then the vector of each word."""
    import torch

    parts = [torch.from_numpy(spread.numbers(frame).astype(np.float32))]
    first = 0
    for at, size in enumerate(spread.words):
        codes = frame.matrix[:, len(frame.numbers) + at]
        places = np.where(np.isnan(codes), size, codes).astype(np.int64) + first
        parts.append(vectors[torch.from_numpy(places)])
        first += size + 1
    return torch.cat(parts, dim=1)


def _owners(spread: Spread) -> Ints:
    """Which column of the frame each input came from."""
    numbers = len(spread.quantiles)
    words = [numbers + at for at in range(len(spread.words)) for _ in range(VECTOR)]
    return np.array([*range(numbers), *spread.gaps, *words], dtype=np.int64)
