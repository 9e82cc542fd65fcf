"""Says what is installed, loaded and consistent in one home folder, and what to do about what is not."""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib.metadata import version

from pydantic import BaseModel, ConfigDict

from assistant.errors import AssistantError
from assistant.promoted import available, find_prompt
from assistant.workspace import Workspace
from retrieval import RetrievalError

__all__ = ["Finding", "examine"]


class Finding(BaseModel):
    """One thing looked at. `detail` says what was found, or what to do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    ok: bool
    detail: str


def examine(workspace: Workspace) -> list[Finding]:
    """All findings, whatever goes wrong in any of them."""
    checks: dict[str, Callable[[Workspace], str]] = {
        "program": _program,
        "records": _records,
        "imports": _imports,
        "journal": _journal,
        "model": _model,
        "memory": _memory,
        "prompt": _prompt,
        "writer": _writer,
    }
    return [_look(name, check, workspace) for name, check in checks.items()]


class _Unwell(Exception):
    pass


def _look(name: str, check: Callable[[Workspace], str], workspace: Workspace) -> Finding:
    try:
        return Finding(name=name, ok=True, detail=check(workspace))
    except (AssistantError, RetrievalError, _Unwell) as error:
        return Finding(name=name, ok=False, detail=str(error))


def _program(workspace: Workspace) -> str:
    parts = ", ".join(f"{name} {version(name)}" for name in ("torch", "transformers", "chromadb", "gradio"))
    return f"fraud-review-assistant {version('fraud-review-assistant')}, Python {platform.python_version()}, {parts}"


def _records(workspace: Workspace) -> str:
    counts = workspace.store.queue.counts()
    if not sum(counts.values()):
        raise _Unwell(f"{workspace.settings.home} holds no cases; run 'fra demo' or 'fra import FILE --schema S'")
    return f"{counts['open']:,} open and {counts['decided']:,} decided cases in {workspace.settings.home}"


def _imports(workspace: Workspace) -> str:
    at_work: list[str] = []
    interrupted: list[str] = []
    for one in workspace.store.imports.unfinished():
        told = f"{one.file} into {one.source}, begun {one.started_at:%Y-%m-%d %H:%M} UTC, {one.rows_in:,} rows in"
        (at_work if one.is_running else interrupted).append(told)
    if interrupted:
        raise _Unwell(f"interrupted: {'; '.join(interrupted)}; run the same 'fra import' again, and it is completed")
    return f"at work: {'; '.join(at_work)}" if at_work else "none was interrupted"


def _journal(workspace: Workspace) -> str:
    audit = workspace.audit()
    if not audit.ok:
        raise _Unwell(f"{audit.why}; keep a copy of the database and find out who changed it")
    return f"{audit.entries:,} entries, unbroken"


def _model(workspace: Workspace) -> str:
    model = workspace.records.model
    if model is None:
        raise _Unwell("no model is trained yet; run 'fra train'")
    return (
        f"{model.card.model_id}, trained {model.card.trained_at:%Y-%m-%d %H:%M} UTC on {model.card.n_labels:,} labels"
    )


def _memory(workspace: Workspace) -> str:
    waiting, total = workspace.store.outbox.count(), workspace.records.memory.count()
    if waiting:
        raise _Unwell(f"{waiting:,} cases wait to be indexed, {total:,} are; run 'fra index'")
    if behind := workspace.records.memory.behind():
        raise _Unwell(f"{behind:,} of {total:,} precedents cannot be found by their text yet; run 'fra index'")
    where = workspace.settings.chroma_url
    return f"{total:,} precedents{f', vectors at {where}' if where else ''}"


def _prompt(workspace: Workspace) -> str:
    home = workspace.settings.home
    found = [find_prompt(spec, home) for spec in available(home)]
    promoted = [f"{one.prompt} for {one.writer}" for one, _ in workspace.promotions.check()]
    chosen = workspace.settings.prompt or "; ".join(
        [*promoted, "each writer's own" if not promoted else "else its own"]
    )
    return f"{', '.join(f'{one.name}@{one.version}' for one in found)}, unaltered; in use: {chosen}"


def _writer(workspace: Workspace) -> str:
    writer = workspace.writer()
    if probe := getattr(writer, "probe", None):  # only a writer outside this process can fail to answer
        return f"{writer.name}: {probe()}"
    return f"{writer.name}{f' ({writer.note})' if writer.note else ''}"
