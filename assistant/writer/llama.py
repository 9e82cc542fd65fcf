"""Reads tokens with a converted Llama model on the processor: int8 weights, and a memory that can be cut back.

Promise: tokens read in the same portions give the same logits. Weights have a scale for each output, every row of
activations has one of its own: the loss on held-out lessons is 0.126 against 0.124 in fp32; with one scale for all rows
together, which is what torch does by itself, it doubled (docs/decisions/008-decoding.md). Where the processor has no
VNNI, int8 sums can overflow, so the weights stay fp32. Several texts can be read in one step, each with a memory of its
own: the weights, which are most of what a step waits for, are then fetched once for all. Which tokens to read, and what
to make of the logits, is left to `generation` and `together`.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch.nn.functional import linear, scaled_dot_product_attention, silu
from transformers import PreTrainedTokenizerFast

from assistant.errors import NotReady

__all__ = ["Llama", "Memory", "has_fast_integers"]

_STEPS = 127
"""An activation of -1 to 1 becomes an integer from -127 to 127."""


def has_fast_integers() -> bool:
    """Whether the processor multiplies int8 without overflow, and torch has the kernel for it."""
    able = torch.cpu.get_capabilities()
    vnni = bool(able.get("avx512_vnni") or able.get("avx_vnni"))
    return vnni and torch.backends.quantized.engine in ("x86", "fbgemm")


class Memory:
    """What was read of one text: keys and values, [blocks, heads, tokens, size] each, read only where written."""

    def __init__(self, shape: tuple[int, int, int, int]) -> None:
        self.keys, self.values = torch.empty(shape), torch.empty(shape)
        self.read_tokens = 0

    def copy_from(self, other: Memory, tokens: int) -> None:
        """Remembers the first tokens of another text instead of its own."""
        self.keys[:, :, :tokens] = other.keys[:, :, :tokens]
        self.values[:, :, :tokens] = other.values[:, :, :tokens]
        self.read_tokens = tokens


class Llama:
    """One loaded model and what it has read so far, at most `context_tokens`. For one reader at a time."""

    rewinds = True

    def __init__(self, folder: Path) -> None:
        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            weights = load_file(folder / "model.safetensors")
            self.context_tokens: int = config["max_position_embeddings"]
            self.tokenizer: Any = PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
            self.ends: set[int] = {self.tokenizer.eos_token_id, config["eos_token_id"]} - {None}
            self._heads: int = config["num_attention_heads"]
            self._kv_heads: int = config["num_key_value_heads"]
            self._epsilon: float = config["rms_norm_eps"]
            self._tokens = weights["model.embed_tokens.weight"]
            self._norm = weights["model.norm.weight"].float()
            self._head = _packed(weights.get("lm_head.weight", self._tokens))
            self._blocks = [_block(weights, number) for number in range(config["num_hidden_layers"])]
            base = config["rope_parameters"]["rope_theta"]
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise NotReady(
                f"the model in {folder} cannot be read ({error}); delete the folder and try again"
            ) from error
        self.vocabulary: int = self._tokens.shape[0]
        size = self._tokens.shape[1] // self._heads
        self._cos, self._sin = _rotations(self.context_tokens, size, base)
        self._size = size
        self._memory = self.memory(self.context_tokens)

    def memory(self, tokens: int) -> Memory:
        """An empty memory for a text of at most so many tokens."""
        return Memory((len(self._blocks), self._kv_heads, tokens, self._size))

    @property
    def read_tokens(self) -> int:
        return self._memory.read_tokens

    def forget(self, kept: int) -> None:
        """Cuts the memory back to the first `kept` tokens."""
        self._memory.read_tokens = min(kept, self._memory.read_tokens)

    def read(self, tokens: Sequence[int]) -> torch.Tensor:
        """Reads on. The logits of what follows the last token: [vocabulary], fp32."""
        return self.read_each([(self._memory, tokens)])[0]

    @torch.inference_mode()
    def read_each(self, portions: Sequence[tuple[Memory, Sequence[int]]]) -> torch.Tensor:
        """Reads on in several texts at once. The logits of what follows each: [texts, vocabulary], fp32."""
        parts = [_Part(memory, len(tokens)) for memory, tokens in portions]
        places = torch.cat([torch.arange(part.start, part.end) for part in parts])
        rotation = self._cos[places], self._sin[places]
        x = self._tokens[torch.tensor([token for _, tokens in portions for token in tokens])].float()
        for number, block in enumerate(self._blocks):
            mixed = self._attend(block.into_heads(self._normal(x, block.before_heads)), number, rotation, parts)
            x = x + block.out_of_heads(mixed)
            gate, up = block.into_wide(self._normal(x, block.before_wide)).chunk(2, -1)
            x = x + block.out_of_wide(silu(gate) * up)
        for part in parts:
            part.memory.read_tokens = part.end
        last = torch.tensor([part.count for part in parts]).cumsum(0) - 1
        return self._head(self._normal(x[last], self._norm))

    def _attend(
        self, x: torch.Tensor, number: int, rotation: tuple[torch.Tensor, torch.Tensor], parts: Sequence[_Part]
    ) -> torch.Tensor:
        """Attention of each text over all that was read of it; keys and values of its new tokens go into its memory.
        [tokens, width]"""
        heads = x.view(x.shape[0], -1, self._size).transpose(0, 1)
        turning = heads[: self._heads + self._kv_heads]
        first, second = turning.chunk(2, -1)
        turned = turning * rotation[0] + torch.cat((second, first), -1) * rotation[1]
        mixed, row = [], 0
        for part in parts:
            rows = slice(row, row := row + part.count)
            keys, values = part.memory.keys[number], part.memory.values[number]
            keys[:, part.start : part.end] = turned[self._heads :, rows]
            values[:, part.start : part.end] = heads[self._heads + self._kv_heads :, rows]
            mixed.append(
                scaled_dot_product_attention(
                    turned[None, : self._heads, rows],
                    keys[None, :, : part.end],
                    values[None, :, : part.end],
                    attn_mask=part.seen,
                    enable_gqa=True,
                )[0]
            )
        return torch.cat(mixed, 1).transpose(0, 1).reshape(x.shape[0], -1)

    def _normal(self, x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        """RMS norm; torch's own takes four times as long for one row."""
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self._epsilon) * weight


class _Part:
    """Where one text stands in a step: its new tokens, and what each of them may look back at."""

    def __init__(self, memory: Memory, count: int) -> None:
        self.memory, self.count = memory, count
        self.start, self.end = memory.read_tokens, memory.read_tokens + count
        self.seen = torch.ones(count, self.end, dtype=torch.bool).tril(self.start) if count > 1 else None


_multiply = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32.default


class _Integers:
    """A matrix in int8 with a scale for each output; every row of the input gets its own."""

    def __init__(self, weight: torch.Tensor) -> None:
        weight = weight.to(torch.float32, copy=True)
        least, most = weight.aminmax(dim=1)
        scales = torch.maximum(most, -least).clamp(min=1e-12) / _STEPS
        whole = weight.div_(scales[:, None]).round_().to(torch.int8)
        zeros = torch.zeros(len(scales), dtype=torch.long)
        with warnings.catch_warnings():
            # Deprecated for torch.ops.onednn.qlinear_pointwise, which computes the same and takes 1.5 times as long for
            # one to seven rows. The version of torch is pinned; without these functions that is the way to go.
            warnings.simplefilter("ignore", UserWarning)
            quantized = torch._make_per_channel_quantized_tensor(whole, scales.double(), zeros, 0)
        self._matrix = torch.ops.quantized.linear_prepack(quantized, None)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        largest = x.abs().amax(-1, keepdim=True).clamp(min=1e-12)
        product: torch.Tensor = _multiply(x / largest, 1 / _STEPS, _STEPS + 1, self._matrix)
        return product * largest


class _Floats:
    """A matrix in fp32, for processors without fast integers."""

    def __init__(self, weight: torch.Tensor) -> None:
        self._matrix = weight.float()

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return linear(x, self._matrix)


def _packed(*parts: torch.Tensor) -> _Integers | _Floats:
    """One matrix of several that read the same input."""
    whole = torch.cat(parts)
    return _Integers(whole) if has_fast_integers() else _Floats(whole)


@dataclass(frozen=True)
class _Block:
    before_heads: torch.Tensor
    into_heads: _Integers | _Floats
    out_of_heads: _Integers | _Floats
    before_wide: torch.Tensor
    into_wide: _Integers | _Floats
    out_of_wide: _Integers | _Floats


def _block(weights: dict[str, torch.Tensor], number: int) -> _Block:
    def of(name: str) -> torch.Tensor:
        return weights[f"model.layers.{number}.{name}.weight"]

    return _Block(
        of("input_layernorm").float(),
        _packed(of("self_attn.q_proj"), of("self_attn.k_proj"), of("self_attn.v_proj")),
        _packed(of("self_attn.o_proj")),
        of("post_attention_layernorm").float(),
        _packed(of("mlp.gate_proj"), of("mlp.up_proj")),
        _packed(of("mlp.down_proj")),
    )


def _rotations(positions: int, size: int, base: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Cosines and sines of the rotary embedding, the sines of the first half negative. [positions, size] each"""
    speeds = 1 / base ** (torch.arange(0, size, 2).float() / size)
    angles = torch.outer(torch.arange(positions).float(), speeds)
    return torch.cat((angles.cos(), angles.cos()), 1), torch.cat((-angles.sin(), angles.sin()), 1)
