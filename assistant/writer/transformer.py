"""Reads tokens with any causal model that transformers loads: slower than `llama`, and for every architecture.

Promise: the folder is read, nothing is downloaded and no code in it is run. Its memory can only be emptied as a whole,
because some architectures cannot take back what they have read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache
from transformers.utils import logging

__all__ = ["Transformer", "fastest_type"]


class Transformer:
    """One loaded model and what it has read so far. For one reader at a time."""

    rewinds = False

    def __init__(self, folder: Path) -> None:
        logging.disable_progress_bar()
        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self._model: Any = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, dtype=fastest_type())
        self._model.eval()
        config = self._model.config
        self.context_tokens: int = config.max_position_embeddings
        self.vocabulary: int = config.vocab_size
        named = config.eos_token_id if isinstance(config.eos_token_id, list) else [config.eos_token_id]
        self.ends: set[int] = {self.tokenizer.eos_token_id, *named} - {None}
        self.forget(0)

    def forget(self, kept: int) -> None:
        """Empties the memory; `kept` can only be 0."""
        self._cache = DynamicCache(config=self._model.config)
        self.read_tokens = 0

    @torch.inference_mode()
    def read(self, tokens: Sequence[int]) -> torch.Tensor:
        """Reads on. The logits of what follows the last token: [vocabulary]."""
        done = self._model(
            input_ids=torch.tensor([list(tokens)]),
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
        )
        self.read_tokens += len(tokens)
        logits: torch.Tensor = done.logits[0, -1]
        return logits


def fastest_type() -> torch.dtype:
    """bf16 where the processor multiplies it, else fp32.

    On a processor without it (AVX2 only), one thread read a prompt at 38 tokens/s in bf16 and 220 in fp32, and wrote
    11 tokens/s in both; with it, bf16 reads three times as fast.
    """
    able = torch.cpu.get_capabilities()
    return torch.bfloat16 if able.get("avx512_bf16") or able.get("amx_bf16") else torch.float32
