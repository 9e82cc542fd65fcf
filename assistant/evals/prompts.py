"""Which prompt a run is about: a released one, a file that is not released yet, or what the writer writes with."""

from __future__ import annotations

from pathlib import Path

from assistant.promoted import Promotions, available, find_prompt
from assistant.prompt import PromptTemplate, read
from assistant.settings import Settings
from assistant.writer import Writer

__all__ = ["chosen_prompt"]


def chosen_prompt(spec: str, writer: Writer, settings: Settings) -> PromptTemplate:
    """`name@version`, the path of a file, or nothing for the one that drafts are written with now."""
    if spec and spec not in available(settings.home) and (spec.endswith(".md") or Path(spec).is_file()):
        return read(Path(spec))
    if spec:
        return find_prompt(spec, settings.home)
    if settings.prompt:
        return find_prompt(settings.prompt, settings.home)
    return Promotions(settings.home).prompt_of(writer.name) or find_prompt(writer.prompt, settings.home)
