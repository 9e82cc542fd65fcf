"""Runs: what one prompt and one writer made of every item of a suite. A finished run is a folder that never changes.

Promise: a run that was killed goes on with what it had, by the same command, and comes to the same result; nothing is
called a run before it is whole. A writer that fails costs its items, with the reasons, and not the run.

    run.json       names, hashes and versions of all that took part, and the SHA-256 of each file beside it
    prompt.md      the prompt, word for word
    suite/         the items and the card
    written.jsonl  a record for each item: every word of the writer, draft, checks
    scores.jsonl   the scores of each item with their reasons
    summary.json   what it comes to
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import secrets
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.case import Moment
from assistant.errors import BadInput, GateFailed, NotFound
from assistant.evals.cache import Cache, judging, writing
from assistant.evals.metrics import Score, Seen, score
from assistant.evals.suite import Item, Suite, load_suite, save_suite
from assistant.evals.summary import Summary, summarise
from assistant.evals.written import Written, again, write_each
from assistant.prompt import PromptTemplate, read
from assistant.writer import Writer

__all__ = ["Head", "Run", "find_run", "replay", "run_suite", "runs_folder"]

Progress = Callable[[str, int, int], None]
HEAD, PROMPT, SUITE, WRITTEN, SCORES, SUMMARY = (
    "run.json",
    "prompt.md",
    "suite",
    "written.jsonl",
    "scores.jsonl",
    "summary.json",
)


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Head(_Value):
    """What took part in a run. `digest` covers texts and scores and no times: equal ones are the same result."""

    run_id: str
    made_at: Moment
    suite: str
    suite_hash: str
    prompt: str
    version: str
    prompt_hash: str
    writer: str
    model: str
    judging: str
    writing: str
    program: str
    python: str
    digest: str
    files: dict[str, str] = {}

    @property
    def spec(self) -> str:
        return f"{self.prompt}@{self.version}"


class _Scored(_Value):
    item: str
    scores: tuple[Score, ...]


class Run:
    """A finished run, read from its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.head = Head.model_validate_json((folder / HEAD).read_bytes())
        except (OSError, ValidationError) as error:
            raise BadInput(f"{folder} is no run of this program ({type(error).__name__}); name another") from error
        for name, digest in self.head.files.items():
            path = folder / name
            if not path.is_file() or _sha256(path) != digest:
                raise BadInput(f"{path} is not as it was when the run was finished; delete the run and make it again")

    @cached_property
    def suite(self) -> Suite:
        found = load_suite(self.folder / SUITE)
        return Suite(name=self.head.suite, card=found.card, items=found.items)

    @cached_property
    def prompt(self) -> PromptTemplate:
        return read(self.folder / PROMPT)

    @cached_property
    def written(self) -> dict[str, Written]:
        rows = (Written.model_validate_json(line) for line in _lines(self.folder / WRITTEN))
        return {one.item: one for one in rows}

    @cached_property
    def scores(self) -> dict[str, dict[str, Score]]:
        """Item → metric → score."""
        rows = (_Scored.model_validate_json(line) for line in _lines(self.folder / SCORES))
        return {row.item: {one.metric: one for one in row.scores} for row in rows}

    @cached_property
    def summary(self) -> Summary:
        return Summary.model_validate_json((self.folder / SUMMARY).read_bytes())

    @cached_property
    def items(self) -> dict[str, Item]:
        return {item.id: item for item in self.suite.items}


def runs_folder(home: Path) -> Path:
    return home / "evals" / "runs"


def find_run(spec: str, home: Path) -> Run:
    """A run by its id, the beginning of one that fits no other, or its folder. Raises NotFound and BadInput."""
    folder = runs_folder(home)
    if Path(spec).name != spec:
        return Run(Path(spec))
    known = sorted(path.parent.name for path in folder.glob(f"*/{HEAD}") if not path.parent.name.startswith("."))
    fitting = [spec] if spec in known else [name for name in known if name.startswith(spec)]
    if len(fitting) == 1:
        return Run(folder / fitting[0])
    if fitting:
        raise BadInput(f"{spec!r} fits {len(fitting)} runs: {', '.join(fitting)}; give more of the name")
    raise NotFound(f"there is no run {spec!r}; there are: {', '.join(known[-8:]) or 'none, make one: fra eval run'}")


def run_suite(
    suite: Suite,
    prompt: PromptTemplate,
    writer: Writer,
    home: Path,
    *,
    fresh: bool = False,
    progress: Progress = lambda what, done, of: None,
    now: datetime | None = None,
) -> Run:
    """Writes and scores every item. The same again gives the run that is there already, unless items were troubled in
    it; `fresh` asks the writer anew, for a run beside it."""
    folder = runs_folder(home)
    parts = [suite.hash, prompt.hash, writer.name, writer.model, judging(), writing()]
    name = f"{suite.name}-{prompt.name}-{prompt.version}-{_short(writer.name)}-{_hash(parts)[:10]}"
    number = 1
    while (folder / (run_id := name if number == 1 else f"{name}-{number}")).exists():
        if not fresh and not (there := Run(folder / run_id)).summary.troubled:
            return there
        number += 1
    cache = Cache(home / "evals" / "cache", salt=run_id if fresh else "")
    what = f"{prompt.name}@{prompt.version} by {writer.name} on {suite.name}"
    items = {item.id: item for item in suite.items}
    records = {name: found for name, item in items.items() if (found := cache.find(item, prompt, writer))}
    progress(what, len(records), len(items))
    for one in write_each([item for name, item in items.items() if name not in records], prompt, writer):
        cache.keep(one, items[one.item], prompt, writer)
        records[one.item] = one
        progress(what, len(records), len(items))
    written = [records[name] for name in items]
    if written and all(one.trouble for one in written):
        raise BadInput(f"no item could be written, so there is no run: {written[0].trouble}")
    seen = _seen(suite, written)
    scores = [score(one) for one in seen]
    head = Head(
        run_id=run_id,
        made_at=now or datetime.now(UTC),
        suite=suite.name,
        suite_hash=suite.hash,
        prompt=prompt.name,
        version=prompt.version,
        prompt_hash=prompt.hash,
        writer=writer.name,
        model=writer.model,
        judging=judging(),
        writing=writing(),
        program=version("fraud-review-assistant"),
        python=platform.python_version(),
        digest=_result(written, scores),
    )
    return Run(_finish(folder, head, suite, prompt, written, scores, summarise(seen, scores)))


def replay(run: Run, progress: Progress = lambda what, done, of: None) -> None:
    """Makes every draft of a run again from the writer's kept words, and every score. Raises GateFailed where anything
    comes out otherwise, naming the item."""
    if run.head.judging != judging() or run.head.writing != writing():
        raise BadInput(
            f"run {run.head.run_id} was made by another version of the program ({run.head.program}); "
            f"make it again: fra eval run --suite {run.head.suite} --prompt {run.head.spec}"
        )
    made = []
    for done, item in enumerate(run.suite.items):
        progress("replaying", done, len(run.suite.items))
        one = again(run.written[item.id], item, run.prompt)
        if one != run.written[item.id]:
            raise GateFailed(f"run {run.head.run_id} does not replay: item {item.id} comes out otherwise")
        made.append(one)
    scores = [score(one) for one in _seen(run.suite, made)]
    if _result(made, scores) != run.head.digest:
        raise GateFailed(f"run {run.head.run_id} does not replay: its scores come out otherwise")


def _seen(suite: Suite, written: Sequence[Written]) -> list[Seen]:
    by_id = {one.item: one for one in written}
    return [Seen(item, by_id[item.id], by_id.get(item.expected.twin or "")) for item in suite.items]


def _finish(
    folder: Path,
    head: Head,
    suite: Suite,
    prompt: PromptTemplate,
    written: Sequence[Written],
    scores: Sequence[Sequence[Score]],
    summary: Summary,
) -> Path:
    """Writes everything beside the place where it will stand, and moves it there in one step."""
    making = folder / f".{head.run_id}.{secrets.token_hex(4)}"
    making.mkdir(parents=True)
    (making / PROMPT).write_text(prompt.source, encoding="utf-8", newline="\n")
    save_suite(making / SUITE, suite.card, (item.model_dump(mode="json") for item in suite.items))
    _write(making / WRITTEN, [one.model_dump_json() for one in written])
    rows = [
        _Scored(item=item.id, scores=tuple(found)).model_dump_json()
        for item, found in zip(suite.items, scores, strict=True)
    ]
    _write(making / SCORES, rows)
    _write(making / SUMMARY, [summary.model_dump_json(indent=1)])
    files = {path.relative_to(making).as_posix(): _sha256(path) for path in sorted(making.rglob("*")) if path.is_file()}
    _write(making / HEAD, [head.model_copy(update={"files": files}).model_dump_json(indent=1)])
    for path in making.rglob("*"):
        if path.is_file():
            path.chmod(0o444)
    target = folder / head.run_id
    try:
        making.rename(target)
    except OSError:  # another process was faster with the same run
        shutil.rmtree(making, ignore_errors=True)
    return target


def _result(written: Sequence[Written], scores: Sequence[Sequence[Score]]) -> str:
    rows: list[str] = []
    for one, found in zip(written, scores, strict=True):
        rows.append(one.timeless().model_dump_json())
        rows += [each.model_dump_json() for each in found if each.metric != "seconds"]
    return _hash(rows)


def _write(path: Path, lines: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line]


def _hash(parts: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _short(name: str) -> str:
    """A writer's name as part of a folder's."""
    return "".join(char if char.isalnum() else "-" for char in name.split(":")[0])[:20]
