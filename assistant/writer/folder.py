"""A chat model from a folder of this machine, in the form in which Hugging Face keeps one, as a writer.

Promise: nothing is downloaded, no code from the folder is run and nothing leaves the machine; generation is that of
the embedded model, with its limits and its grammar. The folder needs a chat template and weights in safetensors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant.errors import BadInput, NotReady
from assistant.writer.local import LocalChatModel, LocalWriter
from assistant.writer.weights import Source, silent

__all__ = ["FolderChatModel", "open_folder"]

READ_BYTES = 16_000_000
"""Files up to this size count with all they hold, larger ones by name and size: hashing gigabytes takes minutes."""


class FolderChatModel(LocalChatModel):
    """The model in `home` as a LangChain chat model."""

    def load(self, progress: Callable[[str], None] = silent) -> Any:
        """The loaded engine. Raises NotReady when the folder does not hold a model that transformers can load."""
        with self._loading:
            if self._engine is None:
                from assistant.writer.generation import Engine  # brings in torch, which takes seconds
                from assistant.writer.transformer import Transformer

                progress(f"loading {self.source.model}")
                try:
                    engine = Engine(Transformer(self.home), self.threads)
                except (OSError, ValueError, KeyError, RuntimeError) as error:
                    raise NotReady(
                        f"the model in {self.home} cannot be loaded ({type(error).__name__}); "
                        "save it again with save_pretrained"
                    ) from error
                if not engine.tokenizer.chat_template:
                    raise NotReady(f"the model in {self.home} has no chat template; use one that is tuned for chat")
                self._engine = engine
            return self._engine


def open_folder(path: str, threads: int) -> LocalWriter:
    """A writer for the model in a folder. Loads nothing yet. Raises BadInput when that is no model's folder."""
    folder = Path(path).expanduser()
    if not path or not (folder / "config.json").is_file() or not list(folder.glob("*.safetensors")):
        raise BadInput(
            f"{path or 'the writer hf:'} names no folder with config.json and *.safetensors; "
            "save a model there with save_pretrained, and say FRA_WRITER=hf:FOLDER"
        )
    name = folder.resolve().name
    source = Source(model=name, package="", version="", sha256=_fingerprint(folder))
    writer = LocalWriter(folder, threads, FolderChatModel(home=folder, threads=threads, source=source))
    writer.name = f"hf:{name}"
    writer.note = f"{name} writes in this process"
    return writer


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(one for one in folder.iterdir() if one.is_file()):
        size = file.stat().st_size
        digest.update(f"{file.name} {size}\n".encode())
        if size <= READ_BYTES:
            digest.update(file.read_bytes())
    return digest.hexdigest()
