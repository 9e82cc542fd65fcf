"""Drafts of each writer and prompt on sheets it has never seen: `python -m benchmarks.writer`.

Sheets: held-out lessons, the demo world, and the rows of another team where they lie beside the checkout. Every figure
but the last is about the text as the writer gave it, its pointers replaced. Prints one Markdown table and, with
`--show`, drafts.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from assistant.case import Draft, Sentence, Sheet
from assistant.drafting import CITATIONS, draft
from assistant.lesson import passes
from assistant.prompt import Prompt, load
from assistant.settings import Settings
from assistant.workspace import Workspace
from assistant.writer import ScriptedWriter, Writer
from assistant.writer.lessons import lessons
from assistant.writer.local import LocalChatModel, LocalWriter
from assistant.writer.pointing import expand
from assistant.writer.weights import BASE, EMBEDDED

HERE = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("FRA_TEST_DATA", HERE.parent / "shared" / "data")) / "aws_fraud_samples"
AWS = {
    "transaction_data_2K_coldstart.csv": "aws_transactions.toml",
    "registration_data_2K_coldstart.csv": "aws_registrations.toml",
}
RUN = 4
"""Words in a row that stand on the sheet count as copied."""


class Overheard:
    """A writer whose text is kept as it came."""

    def __init__(self, inner: Writer) -> None:
        self.inner, self.text = inner, ""
        self.name, self.model, self.note, self.prompt = inner.name, inner.model, inner.note, inner.prompt

    def write(self, prompt: Prompt) -> Iterator[str]:
        self.text = "".join(self.inner.write(prompt))
        yield self.text

    def rewrite(self, prompt: Prompt, sentence: Sentence, why: str) -> str:
        return self.inner.rewrite(prompt, sentence, why)


@dataclass(frozen=True)
class Written:
    """One draft: what the writer gave, what came of it, and how long it took."""

    sheet: Sheet
    text: str
    draft: Draft
    passed: bool
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheets", type=int, default=20, help="of each source")
    parser.add_argument("--home", type=Path, help="where converted weights are kept; a folder of its own otherwise")
    parser.add_argument("--only", nargs="*", help="writer@prompt rows to run, such as adapter@v2")
    parser.add_argument("--show", type=int, default=0, help="drafts to print for each row, unedited")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sources = {
            "held-out lessons": held_out(arguments.sheets),
            "demo world": demo(Path(folder) / "demo", arguments.sheets),
            "AWS rows": aws(Path(folder), arguments.sheets),
        }
        print("| writer | sheets | n | raw pass | repaired | scripted instead | withheld | citations exist | key facts "
              "| openings | copied | seconds |\n|---|---|---|---|---|---|---|---|---|---|---|---|")  # fmt: skip
        for name, writer, version in writers(arguments.home or Path(folder)):
            if arguments.only and f"{name}@{version}" not in arguments.only:
                continue
            for source, sheets in sources.items():
                if sheets:
                    report(
                        f"{name}, {version}", source, [one(writer, version, sheet) for sheet in sheets], arguments.show
                    )


def writers(home: Path) -> Iterator[tuple[str, Writer, str]]:
    """Every writer with every prompt; a model is loaded when its first draft is written."""
    yield "scripted", ScriptedWriter(), "v3"
    for name, source in (("zero-shot", BASE), ("adapter", EMBEDDED)):
        chat = LocalChatModel(home=home, threads=1, source=source, timeout_s=120)
        for version in ("v1", "v2", "v3"):
            yield name, LocalWriter(home, 1, chat), version


def held_out(number: int) -> list[Sheet]:
    return [lesson.prompt.sheet for lesson in islice(lessons(99, held_out=True), 0, 2 * number, 2)]


def demo(home: Path, number: int) -> list[Sheet]:
    workspace = Workspace.open(settings=Settings(home=home))
    workspace.demo(cases=2000)
    return _queued(workspace, number)


def aws(folder: Path, number: int) -> list[Sheet]:
    found: list[Sheet] = []
    for file, schema in AWS.items() if DATA.is_dir() else ():
        workspace = Workspace.open(settings=Settings(home=folder / schema))
        workspace.import_cases(DATA / file, HERE / "docs" / "examples" / schema)
        workspace.train()
        workspace.index()
        found += _queued(workspace, number // len(AWS))
    return found


def _queued(workspace: Workspace, number: int) -> list[Sheet]:
    """Sheets from all over the queue."""
    rows = workspace.queue(limit=10 * number)
    found = [workspace.brief(row.case_id).sheet for row in rows[:: max(1, len(rows) // number)][:number]]
    workspace.close()
    return found


def one(writer: Writer, version: str, sheet: Sheet) -> Written:
    prompt = load(f"draft@{version}").render(sheet)
    overheard = Overheard(writer)
    # The scripted writer is known by its type, and its sentences are evidence.
    scripted = isinstance(writer, ScriptedWriter)
    started = time.perf_counter()
    done = draft(writer if scripted else overheard, prompt)
    seconds = time.perf_counter() - started
    text = "".join(writer.write(prompt)) if scripted else overheard.text
    read = "\n".join(expand(line, sheet) for line in text.splitlines())
    return Written(sheet, read, done, passes(prompt, text), seconds)


def report(writer: str, source: str, drafts: Sequence[Written], show: int) -> None:
    number = len(drafts)
    cited = [(one.sheet, name) for one in drafts for name in cited_in(one.text)]
    facts = [held for one in drafts for held in key_facts(one)]
    openings = {" ".join(re.sub(r"\d+", "0", one.text).split()[:4]) for one in drafts}
    copied = [share_copied(one) for one in drafts]
    scripted = writer.startswith("scripted")
    print(
        f"| {writer} | {source} | {number} | {sum(one.passed for one in drafts) / number:.0%} "
        f"| {sum(one.draft.status == 'repaired' for one in drafts) / number:.0%} "
        f"| {'–' if scripted else format(sum(one.draft.status == 'scripted' for one in drafts) / number, '.0%')} "
        f"| {sum(one.draft.status == 'withheld' for one in drafts) / number:.0%} "
        f"| {sum(sheet.find(name) is not None for sheet, name in cited) / max(len(cited), 1):.1%} of {len(cited)} "
        f"| {sum(facts) / max(len(facts), 1):.0%} of {len(facts)} | {len(openings)} "
        f"| {sum(copied) / number:.0%} | {sorted(one.seconds for one in drafts)[number // 2]:.1f} |",
        flush=True,
    )
    for written in drafts[:show]:
        why = [check.why for check in written.draft.checks if not check.ok]
        print(f"\n{written.sheet.kind}, {written.draft.status}\n{written.text}\n{why}\n", flush=True)


def cited_in(text: str) -> list[str]:
    return [name.strip() for group in CITATIONS.findall(text) for name in re.split(r"[,;]", group)]


def key_facts(written: Written) -> list[bool]:
    """Whether the text cites the first reason for and against, and the precedents; those that the sheet has."""
    cited = set(cited_in(written.text))
    found = []
    for way in ("raises", "lowers"):
        first = next((item for item in written.sheet.of_kind("signal") if item.polarity == way), None)
        found += [first.id in cited] if first else []
    past = {item.id for item in written.sheet.of_kind("precedent")}
    return found + ([bool(past & cited)] if past else [])


def share_copied(written: Written) -> float:
    """The share of the text's words that stand in a run of `RUN` or more on the sheet."""
    words = re.findall(r"[\w.,%-]*\w", CITATIONS.sub("", written.text).lower())
    known = set()
    for item in written.sheet.evidence:
        row = re.findall(r"[\w.,%-]*\w", item.statement.lower())
        known |= {tuple(row[at : at + RUN]) for at in range(len(row) - RUN + 1)}
    taken = {
        at + step for at in range(len(words) - RUN + 1) if tuple(words[at : at + RUN]) in known for step in range(RUN)
    }
    return len(taken) / max(len(words), 1)


if __name__ == "__main__":
    main()
