"""What a writer made of an item, kept by what it was made from. A run that was killed goes on from here.

Promise: a record is either whole and on disk, or not there. The key covers the rendered prompt's source, the sheet, the
writer with its model and adapter, and the code that drafts and judges, so that nothing stale is ever found.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from assistant.evals.suite import Item
from assistant.evals.written import Written
from assistant.prompt import PromptTemplate
from assistant.writer import Writer

__all__ = ["Cache", "judging", "writing"]

PACKAGE = Path(__file__).resolve().parents[1]
JUDGES = ("case.py", "verify", "evals/written.py", "evals/metrics.py", "evals/summary.py")
WRITES = ("drafting.py", "prompt.py", "writer")


class Cache:
    """The records of one home folder. With `salt`, records of another salt are not found: a run of its own."""

    def __init__(self, folder: Path, salt: str = "") -> None:
        self._folder = folder
        self._salt = salt

    def find(self, item: Item, template: PromptTemplate, writer: Writer) -> Written | None:
        """The record of an item, or None. A damaged one counts as missing."""
        try:
            found = Written.model_validate_json(self._path(item, template, writer).read_bytes())
        except (OSError, ValidationError):
            return None
        return found.model_copy(update={"item": item.id})

    def keep(self, written: Written, item: Item, template: PromptTemplate, writer: Writer) -> None:
        """Stores a record; it is on disk when this returns. A writer's failure is not kept: it may be a passing one."""
        if written.trouble or written.broken:
            return
        path = self._path(item, template, writer)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{secrets.token_hex(4)}.tmp")
        with draft.open("wb") as file:
            file.write(written.model_dump_json().encode())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    def _path(self, item: Item, template: PromptTemplate, writer: Writer) -> Path:
        personal = [fact.model_dump() for fact in item.personal]
        parts = [self._salt, template.hash, item.sheet.hash, personal, writer.name, writer.model, judging(), writing()]
        key = hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
        return self._folder / key[:2] / f"{key}.json"


@cache
def judging() -> str:
    """SHA-256 over the code that judges: figures of two runs can be compared only where it is the same."""
    return _digest(JUDGES)


@cache
def writing() -> str:
    """SHA-256 over the code that writes and repairs."""
    return _digest(WRITES)


def _digest(names: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for name in names:
        found = PACKAGE / name
        files = sorted(found.rglob("*")) if found.is_dir() else [found]
        for file in files:
            if file.suffix in (".py", ".toml", ".json", ".lark"):
                digest.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0")
                digest.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()
