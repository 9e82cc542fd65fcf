"""Low-rank adapters: what is trained on top of the frozen model, kept in the files that peft reads, and merged.

Promise: `save` writes what peft loads as it is, and `merge` gives the dense weights that compute what base and adapter
compute together, so that using an adapter needs neither peft nor a second matrix product. Training has a layer of its
own because peft's computes the low-rank part in fp32: 105 to 155 tokens/s against 130 to 200 with one bf16 thread.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn.functional import linear

from assistant.errors import NotReady
from assistant.writer.weights import ADAPTER_FILES

__all__ = ["ALPHA", "RANK", "LoraLinear", "attach", "merge", "save", "state"]

RANK, ALPHA = 16, 32
CONFIG, TENSORS = ADAPTER_FILES
TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
_PREFIX = "base_model.model."


class LoraLinear(nn.Module):
    """`x W^T + (x A^T) B^T · alpha/rank`. A and B are fp32 and computed in the type of x; W does not change."""

    def __init__(self, inner: nn.Linear, rank: int, alpha: float, random: torch.Generator) -> None:
        super().__init__()
        self.inner = inner
        self.scale = alpha / rank
        bound = 1 / inner.in_features**0.5
        start = torch.empty(rank, inner.in_features).uniform_(-bound, bound, generator=random)
        self.lora_a = nn.Parameter(start)
        self.lora_b = nn.Parameter(torch.zeros(inner.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        low = linear(linear(x, self.lora_a.to(x.dtype)), self.lora_b.to(x.dtype))
        return linear(x, self.inner.weight) + low * self.scale


def attach(model: Any, seed: int, rank: int = RANK, alpha: float = ALPHA) -> list[nn.Parameter]:
    """Freezes a Llama model, wraps its layers and returns what there is to train."""
    model.requires_grad_(False)
    random = torch.Generator().manual_seed(seed)
    found: list[nn.Parameter] = []
    for layer in model.model.layers:
        for part in (layer.self_attn, layer.mlp):
            for name in TARGETS:
                if (inner := getattr(part, name, None)) is not None:
                    wrapped = LoraLinear(inner, rank, alpha, random)
                    setattr(part, name, wrapped)
                    found += [wrapped.lora_a, wrapped.lora_b]
    return found


def state(model: Any) -> dict[str, torch.Tensor]:
    """The adapter's tensors, fp32, under the names that peft gives them."""
    found = {}
    for name, layer in _layers(model):
        found[f"{_PREFIX}{name}.lora_A.weight"] = layer.lora_a.detach()
        found[f"{_PREFIX}{name}.lora_B.weight"] = layer.lora_b.detach()
    return found


def save(model: Any, folder: Path, base: str) -> None:
    """Writes both files of peft's format, the tensors in fp16: half the size, and finer than bf16 for small numbers."""
    first = next(layer for _, layer in _layers(model))
    rank = first.lora_a.shape[0]
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.to(torch.float16).contiguous() for name, tensor in state(model).items()}
    save_file(tensors, folder / TENSORS, metadata={"format": "pt"})
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": base,
        "r": rank,
        "lora_alpha": first.scale * rank,
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": list(TARGETS),
        "inference_mode": True,
    }
    (folder / CONFIG).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def merge(weights: Mapping[str, torch.Tensor], folder: Path) -> dict[str, torch.Tensor]:
    """The dense weights of base and adapter together, each in its own type. Raises NotReady when they do not fit."""
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        tensors = load_file(folder / TENSORS)
        scale = config["lora_alpha"] / config["r"]
        merged = dict(weights)
        for name, a in tensors.items():
            if not name.endswith(".lora_A.weight"):
                continue
            b = tensors[name.replace(".lora_A.", ".lora_B.")]
            key = f"{name.removeprefix(_PREFIX).removesuffix('.lora_A.weight')}.weight"
            dense = weights[key]
            merged[key] = (dense.float() + (b.float() @ a.float()) * scale).to(dense.dtype)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise NotReady(
            f"the adapter in {folder} does not fit the model ({error}); install the program again"
        ) from error
    return merged


def _layers(model: Any) -> Iterator[tuple[str, LoraLinear]]:
    return ((name, layer) for name, layer in model.named_modules() if isinstance(layer, LoraLinear))
