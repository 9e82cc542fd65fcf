"""What the commands of `fra` share: opening the home folder, progress, and answers in words or as one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from assistant.settings import Settings
from assistant.workspace import Workspace

__all__ = ["CaseId", "Json", "Moment", "Reviewer", "answer", "bars", "escape", "notes", "opened", "utc"]

notes = Console(stderr=True)
out = Console()

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else on stdout.")]
CaseId = Annotated[str, typer.Argument(metavar="CASE", help="The id of a case.", show_default=False)]
Moment = Annotated[
    datetime | None, typer.Option("--as-of", help="Know only what was known before this UTC time (ISO 8601).")
]
Reviewer = Annotated[str | None, typer.Option(help="Who does it; whoever is signed in by default.", show_default=False)]


@contextmanager
def opened() -> Iterator[Workspace]:
    """The home folder that the settings name."""
    workspace = Workspace.open(settings=Settings())
    try:
        yield workspace
    finally:
        workspace.close()


@contextmanager
def bars() -> Iterator[Any]:
    """A bar on stderr for each thing that is being done."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=notes, transient=not notes.is_terminal) as shown:
        tasks: dict[str, Any] = {}

        def report(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = shown.add_task(what, total=of)
            shown.update(tasks[what], completed=done, total=of)

        yield report


def answer(document: Any, as_json: bool, show: Any) -> None:
    """Prints a document as JSON, or as `show` puts it."""
    if as_json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False, default=str) + "\n")
    else:
        show(out, document)


def utc(moment: datetime | None) -> datetime | None:
    """A moment given without a time zone is meant in UTC."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def escape(text: str) -> str:
    """Text that rich does not read as markup."""
    return text.replace("[", r"\[")
