"""Turns a GGUF file of a Llama model into a folder that transformers loads in a second or two.

Promise: the dense bf16 weights, the configuration and the tokenizer that the file holds, read in one pass.
transformers can read the file as well, but takes three times as long and needs one more package for it. Which file,
whether it is the right one, and where the folder goes is decided in `weights`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from gguf import GGUFReader
from gguf.quants import dequantize
from numpy.typing import NDArray
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, PreTrainedTokenizerFast

from assistant.errors import NotReady
from assistant.writer.lora import merge

__all__ = ["convert"]

_NAMES = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_LAYER_NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_CONTROL_TOKEN = 3


def convert(source: Path, folder: Path, adapter: Path | None = None) -> None:
    """Writes `config.json`, `model.safetensors` and the tokenizer's files into an existing folder.

    An adapter is merged into the dense weights, once, so that using it costs nothing."""
    try:
        reader = GGUFReader(source)
        config = _config(reader)
        tokenizer = _tokenizer(reader)
        tensors = {_name(tensor.name): _dense(tensor, config) for tensor in reader.tensors}
    except (ValueError, KeyError, IndexError) as error:
        raise NotReady(f"{source} is not a GGUF file of a Llama model ({error}); install the weights again") from error
    if adapter is not None:
        tensors = merge(tensors, adapter)
    config.tie_word_embeddings = "lm_head.weight" not in tensors
    config.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def _field(reader: GGUFReader, name: str) -> Any:
    return reader.fields[name].contents()


def _config(reader: GGUFReader) -> LlamaConfig:
    if (architecture := _field(reader, "general.architecture")) != "llama":
        raise ValueError(f"its architecture is {architecture}")
    return LlamaConfig(
        architectures=["LlamaForCausalLM"],
        dtype="bfloat16",
        vocab_size=len(reader.fields["tokenizer.ggml.tokens"].data),
        hidden_size=_field(reader, "llama.embedding_length"),
        intermediate_size=_field(reader, "llama.feed_forward_length"),
        num_hidden_layers=_field(reader, "llama.block_count"),
        num_attention_heads=_field(reader, "llama.attention.head_count"),
        num_key_value_heads=_field(reader, "llama.attention.head_count_kv"),
        max_position_embeddings=_field(reader, "llama.context_length"),
        rms_norm_eps=_field(reader, "llama.attention.layer_norm_rms_epsilon"),
        rope_parameters={"rope_type": "default", "rope_theta": _field(reader, "llama.rope.freq_base")},
        bos_token_id=_field(reader, "tokenizer.ggml.bos_token_id"),
        eos_token_id=_field(reader, "tokenizer.ggml.eos_token_id"),
        pad_token_id=_field(reader, "tokenizer.ggml.padding_token_id"),
    )


def _tokenizer(reader: GGUFReader) -> PreTrainedTokenizerFast:
    """The byte-level BPE of the file; each digit is a token of its own, as in the model's training."""
    if (pre := _field(reader, "tokenizer.ggml.pre")) != "smollm":
        raise ValueError(f"its tokenizer splits text in the unknown way {pre!r}")
    words: list[str] = _field(reader, "tokenizer.ggml.tokens")
    merges = [tuple(merge.split(" ")) for merge in _field(reader, "tokenizer.ggml.merges")]
    tokenizer = Tokenizer(models.BPE(vocab={word: index for index, word in enumerate(words)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    types = _field(reader, "tokenizer.ggml.token_type")
    control = [word for word, kind in zip(words, types, strict=True) if kind == _CONTROL_TOKEN]
    tokenizer.add_special_tokens([AddedToken(word, normalized=False, special=True) for word in control])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=words[_field(reader, "tokenizer.ggml.bos_token_id")],
        eos_token=words[_field(reader, "tokenizer.ggml.eos_token_id")],
        pad_token=words[_field(reader, "tokenizer.ggml.padding_token_id")],
        chat_template=_field(reader, "tokenizer.chat_template"),
        model_max_length=_field(reader, "llama.context_length"),
        clean_up_tokenization_spaces=False,
    )


def _name(name: str) -> str:
    if name in _NAMES:
        return _NAMES[name]
    block, layer, part, kind = name.split(".")
    if block != "blk":
        raise ValueError(f"it has an unknown tensor {name}")
    return f"model.layers.{layer}.{_LAYER_NAMES[part]}.{kind}"


def _dense(tensor: Any, config: LlamaConfig) -> torch.Tensor:
    weight = dequantize(tensor.data, tensor.tensor_type)
    if ".attn_q." in tensor.name:
        weight = _halves_apart(weight, config.num_attention_heads)
    elif ".attn_k." in tensor.name:
        weight = _halves_apart(weight, config.num_key_value_heads)
    return torch.from_numpy(weight.copy()).to(torch.bfloat16)


def _halves_apart(weight: NDArray[Any], heads: int) -> NDArray[Any]:
    """GGUF keeps the two numbers of a rotation side by side, transformers keeps them half a head apart."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)
