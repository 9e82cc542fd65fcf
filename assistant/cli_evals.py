"""`fra eval`: thin wrappers over `assistant.evals`, in the manner of the other commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.errors import BadInput, GateFailed
from assistant.settings import Settings
from assistant.show import show_table
from assistant.signing import acting
from assistant.terminal import Json, answer, bars, opened

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Does a prompt or a model write better drafts, and may it ship.")

MOST_WORST = 5

SuiteName = Annotated[str, typer.Option(help="A suite by name, or its folder.", show_default=False)]
RunName = Annotated[str, typer.Argument(metavar="RUN", help="A run, or how its name begins.", show_default=False)]
GateFile = Annotated[Path | None, typer.Option("--gate", help="A file of gates (TOML).", show_default=False)]


@app.command()
def run(
    suite: SuiteName,
    prompt: Annotated[str, typer.Option(help="A released prompt, or a file that is not; else the writer's own.")] = "",
    writer: Annotated[str, typer.Option(help="scripted, local, openai:MODEL or hf:FOLDER; else FRA_WRITER.")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many items, and their twins.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask the writer anew, though nothing changed.")] = False,
    as_json: Json = False,
) -> None:
    """Write and score a draft for every item. What was done is kept: a stopped run goes on by the same command."""
    from assistant.evals.prompts import chosen_prompt
    from assistant.evals.run import run_suite
    from assistant.evals.show import show_run
    from assistant.evals.suite import find_suite, load_suite
    from assistant.writer import open_writer

    settings = Settings()
    items = load_suite(find_suite(suite, settings.home)).part(limit)
    by = open_writer(writer or settings.writer, settings.home, settings.threads, settings.writer_terms)
    with bars() as progress:
        done = run_suite(items, chosen_prompt(prompt, by, settings), by, settings.home, fresh=fresh, progress=progress)
    answer(_run_document(done), as_json, show_run)


@app.command()
def replay(run: RunName, as_json: Json = False) -> None:
    """Prove a run: every draft made again from the kept words, and every score."""
    from assistant.evals.run import find_run
    from assistant.evals.run import replay as prove

    found = find_run(run, Settings().home)
    with bars() as progress:
        prove(found, progress)
    answer({"run": found.head.run_id, "items": len(found.items), "ok": True}, as_json, show_table)


@app.command()
def compare(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="The run to compare with.", show_default=False)],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="The run that is asked about.", show_default=False)],
    gate: GateFile = None,
    junit: Annotated[Path | None, typer.Option(help="Write the gates here as JUnit XML.", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    """Set two runs of one suite side by side; with --gate, exit 1 where a gate blocks."""
    from assistant.evals.compare import compare as side_by_side
    from assistant.evals.gate import check, load_gates
    from assistant.evals.gate import junit as write_junit
    from assistant.evals.run import find_run
    from assistant.evals.show import show_comparison

    if junit and not gate:
        raise BadInput("--junit writes what gates found; name them with --gate gates.toml")
    home = Settings().home
    gates = load_gates(gate) if gate else ()
    run = find_run(after, home)
    found = side_by_side(find_run(before, home), run)
    verdicts = check(gates, run, found)
    if junit:
        write_junit(verdicts, f"{found.after} against {found.before}", junit)
    document = found.model_dump(mode="json") | {"gates": [one.model_dump() for one in verdicts]}
    answer(document, as_json, show_comparison)
    if blocking := [one.gate for one in verdicts if not one.ok]:
        raise GateFailed(f"{len(blocking)} of {len(verdicts)} gates do not hold: {'; '.join(blocking)}")


@app.command()
def report(
    run: RunName,
    against: Annotated[str, typer.Option(metavar="RUN", help="The run to compare with.", show_default=False)] = "",
    out: Annotated[Path | None, typer.Option(help="Where to write the page.", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    """Write one page about a run, or about two side by side. It needs no network."""
    from assistant.evals.report import write_report
    from assistant.evals.run import find_run

    home = Settings().home
    found = find_run(run, home)
    page = write_report(found, find_run(against, home) if against else None, out or home / "evals" / "reports")
    answer({"report": str(page)}, as_json, show_table)


@app.command()
def promote(
    runs: Annotated[list[str] | None, typer.Argument(metavar="RUN...", help="Runs that prove the prompt.")] = None,
    by: Annotated[str, typer.Option(help="Who promotes; the local sign-in by default.")] = "",
    why: Annotated[str, typer.Option(help="Why.")] = "",
    gate: GateFile = None,
    rollback: Annotated[bool, typer.Option("--rollback", help="Take the newest promotion back.")] = False,
    writer: Annotated[str, typer.Option(help="With --rollback: of this writer.")] = "",
    as_json: Json = False,
) -> None:
    """Make the prompt of a run the one of its writer, if the gates hold; the run is the next baseline."""
    from assistant.evals.promote import promote as make_active
    from assistant.evals.promote import roll_back
    from assistant.evals.run import find_run
    from assistant.evals.show import show_promotion

    if bool(runs) == rollback:
        raise BadInput("name the runs that prove the prompt, or say --rollback")
    home = Settings().home
    with opened() as workspace:
        who = acting(workspace, "train", by or None)
        if rollback:
            undone, now = roll_back(workspace.store, home, by=who, why=why, writer=writer)
            document: dict[str, Any] = {
                "writer": undone.writer,
                "undone": undone.prompt,
                "now": now.prompt if now else None,
            }
        else:
            proofs = [find_run(one, home) for one in runs or ()]
            made, tried = make_active(proofs, workspace.store, home, by=who, why=why, gates=gate)
            gates = [one.model_dump() for each in tried for one in each.verdicts]
            document = made.model_dump(mode="json") | {"gates": gates}
    answer(document, as_json, show_promotion)


@app.command()
def add(
    case: Annotated[str, typer.Argument(metavar="CASE", help="A case whose truth is known.", show_default=False)],
    suite: SuiteName,
    as_json: Json = False,
) -> None:
    """Make an item from a real case: as the desk saw it, masked, and with what turned out to be right."""
    from assistant.evals.add import add_case

    with opened() as workspace:
        acting(workspace, "train")
        added = add_case(workspace, case, suite)
    answer(added, as_json, show_table)


def _run_document(found: Any) -> dict[str, Any]:
    failed = [(name, row["passes"]) for name, row in found.scores.items() if row["passes"].value < 1]
    return {
        "run": found.head.model_dump(mode="json", exclude={"files"}),
        "summary": found.summary.model_dump(mode="json"),
        "failed": len(failed),
        "worst": [{"item": name, "why": one.why} for name, one in failed[:MOST_WORST]],
    }
