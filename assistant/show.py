"""Results as a person reads them in a terminal. Case text is printed as text: it cannot become markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

__all__ = ["show_card", "show_findings", "show_graph", "show_precedents", "show_queue", "show_review", "show_table"]

BANDS = {"high": "bold red", "medium": "yellow", "low": "green", "abstain": "dim"}
SIGNS = {"raises": ("▲", "red"), "lowers": ("▼", "green"), "neutral": ("·", "dim")}


def show_table(console: Console, document: Mapping[str, Any]) -> None:
    """Names and values."""
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in document.items():
        said = ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        table.add_row(Text(name.replace("_", " "), "dim"), Text("–" if said in (None, "") else str(said)))
    console.print(table)


def show_queue(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        console.print("The queue is empty: every case is decided, or none is imported yet ('fra demo', 'fra import').")
        return
    table = Table("case", "kind", "probability", "band", "expected loss", "opened (UTC)", box=None)
    for row in rows:
        table.add_row(
            Text(row["case_id"]),
            Text(row["kind"]),
            _percent(row["probability"]),
            Text(row["band"], BANDS[row["band"]]),
            f"{row['expected_loss']:,.0f}",
            row["opened_at"][:16].replace("T", " "),
        )
    console.print(table)


def show_precedents(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        console.print("No similar case was decided before that moment.")
        return
    table = Table("case", "similarity", "outcome", "action", "decided", "because", box=None)
    for row in rows:
        table.add_row(
            Text(row["case_id"]),
            f"{row['similarity']:.2f}",
            row["outcome"] or "–",
            row["action"] or "–",
            (row["decided_at"] or "–")[:10],
            Text("\n".join(filter(None, ("; ".join(row["because"]), _unlike(row))))),
        )
    console.print(table)


def show_graph(console: Console, document: Mapping[str, Any]) -> None:
    """Precedents, and below them the things that the case shares with others."""
    show_precedents(console, document["precedents"])
    for tie in document["ties"]:
        console.print(Text.assemble((f"{tie['phrase']} ", "dim"), (tie["value"], "bold")))
        for one in tie["cases"]:
            ended = one["outcome"] or (one["action"] or "open").replace("_", " ")
            console.print(Text(f"  └ {one['case_id']}  {one['opened_at']:%Y-%m-%d}  {ended}"))
        if tie["more"]:
            console.print(f"  └ and {tie['more']} more")
    if not document["ties"]:
        console.print("No other case touches the same things.")


def _unlike(row: Mapping[str, Any]) -> str:
    if row["counter_example"]:
        return f"counter-example: {row['counter_example']}"
    return f"differs: {row['differs']}" if row["differs"] else ""


def show_review(console: Console, document: Mapping[str, Any]) -> None:
    score, draft, policy = document["score"], document["draft"], document["policy"]
    head = Text.assemble(
        (document["case_id"], "bold"),
        "  fraud probability ",
        (_percent(score["probability"]), BANDS[score["band"]]),
        _range(score["interval"]),
        f"  band {score['band']}  policy: {policy['action']}",
    )
    console.print(head)
    for note in filter(None, (score["note"], document["missing"], policy["note"])):
        console.print(Text(note, "yellow"))
    table = Table(box=None, show_header=False)
    for reason in score["reasons"]:
        sign, colour = SIGNS[reason["polarity"]]
        size = "█" * max(1, round(min(abs(reason["contribution"]), 2) * 8))
        table.add_row(reason["evidence"], Text(f"{sign} {size}", colour), Text(reason["statement"]))
    console.print(table)
    if document["precedents"]:
        show_precedents(console, document["precedents"])
    body = Text()
    for sentence in draft["sentences"]:
        mark = {"evidence": " (plain evidence)", "retried": " (second try)"}.get(sentence["origin"], "")
        body.append(sentence["text"]).append(f" [{', '.join(sentence['citations'])}]{mark}\n", "cyan")
    body.append(f"Recommended: {draft['action'] or 'nothing'}", "bold")
    for change in draft["would_change"]:
        body.append(f"\nWould change: {change}")
    if draft["note"]:
        body.append(f"\n{draft['note']}", "dim")
    console.print(Panel(body, title=f"draft, {draft['status']}, by {draft['writer']}", title_align="left"))


def show_card(console: Console, document: Mapping[str, Any]) -> None:
    card = document["models"][0]["card"]
    table = Table("cases", "AUC", "average precision", "Brier", "ECE", "recall at 5% FPR", "tested on", box=None)
    for kind, metrics in [*card["by_kind"].items(), ("all", card["metrics"])]:
        if metrics:
            table.add_row(
                kind,
                _interval(metrics["auc"]),
                _interval(metrics["average_precision"]),
                f"{metrics['brier']:.3f}",
                f"{metrics['ece']:.3f}",
                f"{metrics['recall_at_5pct_fpr']:.0%}",
                f"{metrics['n_test']:,} ({metrics['n_fraud']:,} fraud)",
            )
    console.print(f"champion: {document['champion']}")
    console.print(table)
    if len(document["models"]) > 1:
        console.print(_challengers(document["models"]))
    if "report" in document:
        console.print(f"report: {document['report']}", soft_wrap=True)
    for note in card["notes"]:
        console.print(Text(note, "dim"))


def _challengers(models: Sequence[Mapping[str, Any]]) -> Table:
    table = Table("model", "AUC", "average precision", "against the one before", "cost of a case", "verdict", box=None)
    for row in models:
        card = row["card"]
        table.add_row(
            Text(row["name"]),
            *(f"{row[name]:.3f}" if row[name] is not None else "–" for name in ("auc", "average_precision")),
            _difference(card["difference"], ".3f"),
            _difference(card["cost_difference"], ".2f"),
            Text(card["verdict"]),
        )
    return table


def _difference(found: Mapping[str, float] | None, form: str) -> str:
    return "–" if found is None else f"{found['value']:+{form}} ({found['low']:+{form}} to {found['high']:+{form}})"


def show_findings(console: Console, findings: Sequence[Mapping[str, Any]]) -> None:
    table = Table(show_header=False, box=None)
    for finding in findings:
        sign = Text("✓", "green") if finding["ok"] else Text("✗", "red")
        table.add_row(sign, Text(finding["name"]), Text(finding["detail"]))
    console.print(table)


def _range(interval: Sequence[float] | None) -> str:
    return f" ({_percent(interval[0])} to {_percent(interval[1])})" if interval else ""


def _percent(probability: float | None) -> str:
    return "–" if probability is None else f"{probability:.1%}"


def _interval(value: Mapping[str, float]) -> str:
    return f"{value['value']:.3f} ({value['low']:.3f}–{value['high']:.3f})"
