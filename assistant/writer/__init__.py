"""Writers: one protocol, several implementations, one way to open them.

Importing this package loads no model library; that happens when a draft is first written with the local writer.
"""

from __future__ import annotations

from pathlib import Path

from assistant.errors import BadInput, NotReady
from assistant.writer.protocol import SeveralWriter, Writer
from assistant.writer.scripted import ScriptedWriter
from assistant.writer.terms import Terms

__all__ = ["ScriptedWriter", "SeveralWriter", "Terms", "Writer", "open_writer"]

SPECS = ("auto", "local", "scripted", "openai:MODEL", "hf:FOLDER")


def open_writer(spec: str, home: Path, threads: int, terms: Terms | None = None) -> Writer:
    """The writer that `spec` names: `local`, `scripted`, `auto` (local where its weights are, else scripted), a model
    behind an OpenAI-compatible address, or one in a folder.

    `note` of the result says which it is and why. `local` without weights raises NotReady with the remedy.
    """
    kind, _, model = spec.partition(":")
    if kind == "openai":
        from assistant.writer.endpoint import open_endpoint

        return open_endpoint(model, terms or Terms(), home)
    if kind == "hf":
        from assistant.writer.folder import open_folder

        return open_folder(model, threads)
    if spec not in SPECS:
        raise BadInput(f"there is no writer {spec!r}; there are: {', '.join(SPECS)}")
    if spec == "scripted":
        return ScriptedWriter()
    from assistant.writer import weights

    try:
        weights.require(home)
    except NotReady as why:
        if spec == "local":
            raise
        return ScriptedWriter(note=f"scripted, because {why}")
    from assistant.writer.local import LocalWriter

    return LocalWriter(home, threads)
