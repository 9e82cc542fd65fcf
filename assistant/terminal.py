"""What every command does alike: open the home folder, show progress, print one document, say who is at the keyboard.

With `--json` exactly one JSON document goes to stdout; words and progress go to stderr.
"""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from assistant.settings import Settings
from assistant.workspace import Workspace

__all__ = ["Json", "me", "notes", "opened", "out", "print_document", "progress_bars"]

notes = Console(stderr=True)
out = Console()

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else on stdout.")]


@contextmanager
def opened() -> Iterator[Workspace]:
    """The home folder of the settings, closed at the end."""
    workspace = Workspace.open(settings=Settings())
    try:
        yield workspace
    finally:
        workspace.close()


@contextmanager
def progress_bars() -> Iterator[Any]:
    """A bar on stderr for each thing that is being done."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=notes, transient=not notes.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def report(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=of)
            bars.update(tasks[what], completed=done, total=of)

        yield report


def print_document(document: Any, as_json: bool, show: Any) -> None:
    """The result of a command, as JSON or as a person reads it."""
    if as_json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False, default=str) + "\n")
    else:
        show(out, document)


def me() -> str:
    """The local sign-in."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"uid {os.getuid()}"
