"""Runs and comparisons as a person reads them in a terminal. Item and case text is printed as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

__all__ = ["show_comparison", "show_gates", "show_promotion", "show_run"]

COLOURS = {"better": "green", "worse": "bold red", "mixed": "yellow", "no difference": "dim"}
MOST_NAMES = 6


def show_run(console: Console, document: Mapping[str, Any]) -> None:
    head, summary = document["run"], document["summary"]
    console.print(Text.assemble(("run ", "dim"), (head["run_id"], "bold")), soft_wrap=True)
    console.print(
        Text(f"{head['prompt']}@{head['version']} by {head['writer']} on {summary['items']} items of {head['suite']}")
    )
    table = Table("metric", "mean", "items", box=None)
    for name, mean in summary["means"].items():
        table.add_row(Text(name), f"{mean['value']:.3f}", str(mean["items"]))
    for name in ("coverage", "macro_f1", "kappa", "brier", "ece"):
        if summary[name] is not None:
            table.add_row(Text(name, "dim"), f"{summary[name]:.3f}", "")
    console.print(table)
    if summary["troubled"]:
        console.print(Text(f"{summary['troubled']} items have no draft and count as failed:", "yellow"))
    for row in document["worst"]:
        console.print(Text(f"✗ {row['item']}: {row['why']}"), soft_wrap=True)


def show_comparison(console: Console, document: Mapping[str, Any]) -> None:
    judged = Text(document["judgement"], COLOURS[document["verdict"]])
    console.print(Text.assemble(document["after"], " against ", document["before"]), soft_wrap=True)
    console.print(judged, soft_wrap=True)
    console.print(
        f"{len(document['fixed'])} fixed, {len(document['broken'])} broken, {document['unchanged']} unchanged "
        f"of {document['items']} items"
    )
    moved = [row for row in document["metrics"] if any(row["difference"].values())]
    _table(console, "metric", moved)
    if still := [row["metric"] for row in document["metrics"] if row not in moved]:
        console.print(Text(f"the same in both: {', '.join(still)}", "dim"))
    _table(console, "by", [row for row in document["slices"] if row["verdict"]])
    for word in ("broken", "fixed"):
        names = document[word]
        if names:
            more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
            console.print(Text(f"{word}: {', '.join(names[:MOST_NAMES])}{more}"), soft_wrap=True)
    show_gates(console, document.get("gates", ()))


def show_gates(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        sign = Text("✓ ", "green") if row["ok"] else Text("✗ ", "bold red")
        console.print(Text.assemble(sign, row["gate"], (f"  {row['why']}", "dim")), soft_wrap=True)


def show_promotion(console: Console, document: Mapping[str, Any]) -> None:
    if "undone" in document:
        now = document["now"] or "its own prompt"
        console.print(Text(f"{document['writer']} writes with {now} again, not with {document['undone']}"))
        return
    show_gates(console, document["gates"])
    console.print(Text(f"{document['writer']} writes with {document['prompt']} from now on"))


def _table(console: Console, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Before and after; `sees` is the smallest difference that would have been seen."""
    if not rows:
        return
    table = Table(box=None, padding=(0, 1))
    for title in ({"by": "slice"}.get(name, name), "before", "after", "difference (95%)", "p", "sees", ""):
        table.add_column(title, no_wrap=True)
    for row in rows:
        one = row["difference"]
        table.add_row(
            Text(row[name]),
            f"{row['before']:.3f}",
            f"{row['after']:.3f}",
            f"{one['value']:+.3f} ({one['low']:+.3f} to {one['high']:+.3f})",
            "–" if row["p"] is None else f"{row['p']:.2g}",
            "–" if row["would_see"] is None else f"{row['would_see']:.2g}",
            Text(row["verdict"], COLOURS.get(row["verdict"], "")),
        )
    console.print(table)
