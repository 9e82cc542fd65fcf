"""Which prompt each writer writes with in this home folder, and the prompts that were released here.

Promise: a prompt that was promoted is the one that was measured, by its hash; an altered file, of a prompt or of the
list, is refused by name. A release never changes. Whether a prompt may be promoted is decided in `evals`.
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.case import Moment
from assistant.errors import BadInput, NotFound
from assistant.prompt import PromptTemplate, load, released

__all__ = ["Promotion", "Promotions", "available", "find_prompt", "release"]

LIST = "promoted.json"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Promotion(_Value):
    """A prompt that was made the one of a writer: by whom, why, and on the proof of which runs (suite → run)."""

    writer: str
    prompt: str
    hash: str
    runs: dict[str, str]
    by: str
    why: str
    at: Moment


class _Kept(_Value):
    promotions: tuple[Promotion, ...]
    sha256: str


class Promotions:
    """The promotions of a home folder, read anew at every question, so that a running page follows."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.path = home / "prompts" / LIST

    def all(self) -> tuple[Promotion, ...]:
        """Every promotion that was not taken back, oldest first. Raises BadInput where the file was altered."""
        try:
            kept = _Kept.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return ()
        except (OSError, ValidationError) as error:
            raise BadInput(f"{self.path} is damaged ({type(error).__name__}); {_REMEDY}") from error
        if kept.sha256 != _digest(kept.promotions):
            raise BadInput(f"{self.path} was altered by hand; {_REMEDY}")
        return kept.promotions

    def active(self) -> dict[str, Promotion]:
        """By the name of a writer: the newest promotion."""
        return {one.writer: one for one in self.all()}

    def prompt_of(self, writer: str) -> PromptTemplate | None:
        """The promoted prompt of a writer, or None. Raises BadInput where it is not the one that was promoted."""
        found = self.active().get(writer)
        return None if found is None else self._load(found)

    def check(self) -> list[tuple[Promotion, PromptTemplate]]:
        """Every active promotion with its prompt. Raises BadInput naming the first altered file."""
        return [(one, self._load(one)) for one in self.active().values()]

    def save(self, promotions: tuple[Promotion, ...]) -> None:
        """Puts these in the place of all others, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".tmp")
        with draft.open("w", encoding="utf-8") as file:
            file.write(_Kept(promotions=promotions, sha256=_digest(promotions)).model_dump_json(indent=1))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)

    def _load(self, promotion: Promotion) -> PromptTemplate:
        found = find_prompt(promotion.prompt, self.home)
        if found.hash != promotion.hash:
            raise BadInput(
                f"prompt {promotion.prompt} is not the one that was promoted for {promotion.writer} "
                f"(its sha256 is {found.hash}, it was {promotion.hash}); {_REMEDY}"
            )
        return found


_REMEDY = "restore it from a copy, or remove it to go back to each writer's own prompt"


def find_prompt(spec: str, home: Path) -> PromptTemplate:
    """A released prompt by `name@version`: of the home folder, or one that travels with the program."""
    own = home / "prompts"
    if (own / "manifest.toml").is_file() and spec in released(own):
        return load(spec, own)
    try:
        return load(spec)
    except NotFound:
        raise NotFound(f"there is no prompt {spec!r}; there are: {', '.join(available(home))}") from None


def available(home: Path) -> tuple[str, ...]:
    """Every released prompt, those of the home folder last."""
    own = home / "prompts"
    return (*released(), *(released(own) if (own / "manifest.toml").is_file() else ()))


def release(template: PromptTemplate, home: Path) -> str:
    """Releases a prompt into the home folder, and gives its name. One that is released already, there or with the
    program, stays what it is; another text under a name that is taken is refused."""
    spec = f"{template.name}@{template.version}"
    if spec in available(home):
        if find_prompt(spec, home).hash == template.hash:
            return spec
        raise BadInput(f"{spec} is released already with another text; give the changed prompt a new version")
    own = home / "prompts"
    for part in (template.name, template.version):
        if not part.replace("-", "").replace("_", "").isalnum():
            raise BadInput(f"{part!r} cannot be part of a prompt's name; use letters, digits, - and _")
    path = own / template.name / f"{template.version}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(template.source, encoding="utf-8", newline="\n")
    manifest = own / "manifest.toml"
    tables = tomllib.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else {}
    tables.setdefault(template.name, {})[template.version] = template.hash
    lines = ["# Each prompt released here and the sha256 of its file. A released file never changes."]
    for name, versions in tables.items():
        lines += [
            f"[{json.dumps(name)}]",
            *(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in versions.items()),
        ]
    draft = manifest.with_suffix(".tmp")
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft.replace(manifest)
    return spec


def _digest(promotions: tuple[Promotion, ...]) -> str:
    return hashlib.sha256(json.dumps([one.model_dump(mode="json") for one in promotions]).encode()).hexdigest()
