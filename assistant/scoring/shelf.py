"""The folder of models: which one is in use, which were before, and what is kept of them.

The last few that were in use stay whole, so that one can go back to them; of older ones and of challengers the card
stays, because drafts and journal name them. Which one is in use changes by one rename, whole or not at all.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

__all__ = ["point", "prune", "used"]

KEPT = 5
CARD = {"card.json", "card.html"}


def used(folder: Path) -> list[str]:
    """The ids of the models that were in use and are whole, the one in use last. Raises what reading raises."""
    path = folder / "champion.json"
    if not path.exists():
        return []
    found = json.loads(path.read_text())
    return [*map(str, found.get("before", [])), str(found["model_id"])]


def point(folder: Path, models: Sequence[str]) -> None:
    """Puts the last of them to use; the others were in use before it."""
    kept = list(models[-KEPT:])
    champion = folder / "champion.tmp"
    champion.write_text(json.dumps({"model_id": kept[-1], "before": kept[:-1]}))
    champion.replace(folder / "champion.json")


def prune(folder: Path) -> list[str]:
    """Removes all but the card of every model that is not kept; returns their ids."""
    kept, gone = set(used(folder)), []
    for path in sorted(folder.iterdir()):
        if path.name in kept or not (path / "card.json").exists():
            continue
        rest = [part for part in path.iterdir() if part.name not in CARD]
        for part in rest:
            shutil.rmtree(part) if part.is_dir() else part.unlink()
        gone += [path.name] if rest else []
    return gone
