"""A writer for tests whose first sentences are wrong: one it mends when it is asked again, one it never does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.case import Sentence
from assistant.prompt import Prompt
from assistant.writer import ScriptedWriter

__all__ = ["Careless"]

INVENTED = "and 7,777 other things"


@dataclass
class Careless:
    """Writes what the scripted writer writes, with an invented figure in the first two sentences while it `errs`."""

    pause_s: float = 0.0
    errs: bool = True
    name: str = "local:careless"
    model: str = "careless 1"
    note: str = ""
    prompt: str = "draft@v1"

    def write(self, prompt: Prompt) -> Iterator[str]:
        for number, line in enumerate(ScriptedWriter().write(prompt)):
            time.sleep(self.pause_s)
            yield line if number > 1 or not self.errs else line.replace(" [", f" {INVENTED} [", 1)

    def rewrite(self, prompt: Prompt, sentence: Sentence, why: str) -> str:
        lines = list(ScriptedWriter().write(prompt))
        return lines[0] if sentence.id == "s1" else lines[1].replace(" [", f" {INVENTED} [", 1)
