"""`fra ask` and `fra report questions`: the support desk for those who work without the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, get_args

import typer
from rich.console import Console
from rich.table import Table

from assistant.errors import BadInput
from assistant.signing import acting, narrowed
from assistant.support import Answer, Topic
from assistant.terminal import Json, answer, escape, opened

__all__ = ["ask", "report"]

report = typer.Typer(no_args_is_help=True, help="What happened, counted.")


def ask(
    text: Annotated[str, typer.Argument(help="The question, in your own words.", show_default=False)],
    role: Annotated[str, typer.Option(help="As whom; can only narrow what the sign-in allows.")] = "support",
    case: Annotated[str, typer.Option(help="The case that the talk is about already.", show_default=False)] = "",
    topic: Annotated[
        str, typer.Option(help="What the question is about, where it was asked.", show_default=False)
    ] = "",
    language: Annotated[str, typer.Option(help="Of the customer's message: en, de, fr or es.")] = "en",
    as_json: Json = False,
) -> None:
    """Answer a support agent's question, with sources and a message that may be sent to the customer."""
    if topic and topic not in get_args(Topic):
        raise BadInput(f"there is no topic {topic!r}; there are: {', '.join(get_args(Topic))}")
    with opened() as workspace:
        actor = acting(workspace, "ask")
        found = workspace.ask(
            text,
            actor=actor,
            role=narrowed(workspace, role),
            focus=case,
            topic=topic or None,  # type: ignore[arg-type]
            language=language,
        )
    answer(_document(found), as_json, _show)


@report.command("questions")
def questions(
    days: Annotated[int, typer.Option(min=1, help="How far back.")] = 30,
    as_json: Json = False,
) -> None:
    """Questions to the support desk that found no answer, those about one thing together."""
    with opened() as workspace:
        acting(workspace, "look")
        groups = workspace.unanswered(datetime.now(UTC) - timedelta(days=days))
    answer([one.model_dump(mode="json") for one in groups], as_json, _show_groups)


def _document(found: Answer) -> dict[str, Any]:
    document = found.model_dump(mode="json")
    return {"answer": found.text, **document}


def _show(out: Console, document: dict[str, Any]) -> None:
    for name, title in (("direct", ""), ("next", "Next"), ("customer_does", "The customer")):
        for one in document[name]:
            marks = "".join(f" [{cited}]" for cited in one["citations"])
            out.print(f"{f'[bold]{title}:[/bold] ' if title else ''}{escape(one['text'])}[dim]{escape(marks)}[/dim]")
    for match in document["matches"] if document["status"] == "which_case" else ():
        out.print(
            f"  {escape(match['case_id'])}  {escape(match['label'])}  [dim]{escape('; '.join(match['by']))}[/dim]"
        )
    if document["customer_message"]:
        out.print("\n[bold]For the customer[/bold]")
        out.print(escape(document["customer_message"]), highlight=False)
    for source in document["sources"]:
        out.print(f"[dim]{escape('[' + source['id'] + '] ' + source['title'])}[/dim]", highlight=False)
    if document["note"]:
        out.print(f"[dim]{escape(document['note'])}[/dim]", highlight=False)


def _show_groups(out: Console, document: list[dict[str, Any]]) -> None:
    if not document:
        out.print("every question found an answer")
        return
    table = Table("how many", "asked", "added by askers", box=None)
    for group in document:
        added = [*group["corrections"], *(["an article is wanted"] if group["wanted"] else [])]
        table.add_row(str(group["number"]), escape("\n".join(group["questions"])), escape("\n".join(added)))
    out.print(table)
