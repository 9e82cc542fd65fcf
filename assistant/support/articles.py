"""Articles: a folder of Markdown files, read in sections, found by meaning, and cited with their version.

An article begins with front matter between +++ lines: title, version, audience (support or customer: what customers may
read, support may too), topics. Each `##` section is one short paragraph, and is what an answer cites. Articles of a
team's own lie in $FRA_HOME/articles; one with the name of ours takes its place. Promise: a section is told as it stands
in its file; the index is of the files' contents, so that a changed file is read anew.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import BadInput
from assistant.support.values import Topic
from retrieval import Embedder

__all__ = ["Articles", "Section"]

NEAR = 0.38
"""Least cosine of a question and a section that is worth telling, where the topic fits; without it `NEARER`."""
NEARER = 0.5
LONGEST = 420
"""Characters of a section: what is longer is no answer."""


class _Front(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    version: int
    audience: Literal["support", "customer"]
    topics: tuple[Topic, ...]


class Section(BaseModel):
    """One paragraph of an article."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    article: str
    title: str
    heading: str
    version: int
    audience: Literal["support", "customer"]
    topics: tuple[Topic, ...]
    text: str

    @property
    def source(self) -> str:
        return f"article {self.article} v{self.version}, {self.heading}"


class Articles:
    """The articles of a home folder, indexed when they are first asked for, and anew when a file has changed."""

    def __init__(self, own: Path, embedder: Callable[[], Embedder]) -> None:
        self._own = own
        self._embedder = embedder
        self._indexed: tuple[str, list[Section], NDArray[np.float32]] | None = None

    def all(self) -> list[Section]:
        """Every section. Raises BadInput for a file that is no article."""
        return [section for name, text in sorted(self._files().items()) for section in _sections(name, text)]

    def find(
        self, question: str, topic: Topic, audience: Literal["support", "customer"], most: int = 2
    ) -> list[Section]:
        """The sections nearest to a question that this audience may read, the nearest first."""
        sections, vectors = self._index()
        if not sections or not question:
            return []
        near = vectors @ np.asarray(self._embedder().embed([question]))[0]
        found = [
            (float(near[at]) + 0.1 * (topic in section.topics), section)
            for at, section in enumerate(sections)
            if (audience == "support" or section.audience == "customer")
            and near[at] >= (NEAR if topic in section.topics else NEARER)
        ]
        return [section for _, section in sorted(found, key=lambda one: -one[0])[:most]]

    def _index(self) -> tuple[list[Section], NDArray[np.float32]]:
        texts = self._files()
        digest = hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest()
        if self._indexed is None or self._indexed[0] != digest:
            sections = self.all()
            spoken = [f"{one.title}: {one.heading}. {one.text}" for one in sections]
            self._indexed = digest, sections, np.asarray(self._embedder().embed(spoken))
        return self._indexed[1:]

    def _files(self) -> dict[str, str]:
        shipped = files("assistant.support").joinpath("articles")
        found = {one.name: one.read_text(encoding="utf-8") for one in shipped.iterdir() if one.name.endswith(".md")}
        if self._own.is_dir():
            found |= {path.name: path.read_text(encoding="utf-8") for path in self._own.glob("*.md")}
        return found


def _sections(name: str, text: str) -> list[Section]:
    parts = re.fullmatch(r"\+\+\+\n(.*?)\n\+\+\+\n(.*)", text.replace("\r\n", "\n"), re.DOTALL)
    try:
        if parts is None:
            raise ValueError("it needs front matter between two +++ lines")
        front = _Front.model_validate(tomllib.loads(parts[1]))
    except ValueError as error:
        why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
        raise BadInput(f"article {name} cannot be read: {why}; see one of assistant/support/articles") from error
    found = []
    for heading, body in re.findall(r"^## (.+)\n+((?:(?!^## ).*\n?)*)", parts[2], re.MULTILINE):
        flat = " ".join(body.split())
        if len(flat) > LONGEST:
            raise BadInput(
                f"section {heading!r} of article {name} has {len(flat)} characters; at most {LONGEST} fit an answer"
            )
        if flat:
            found.append(
                Section(article=name.removesuffix(".md"), heading=heading.strip(), text=flat, **front.model_dump())
            )
    return found
