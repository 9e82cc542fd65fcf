"""Drafts of each writer and prompt on sheets it has never seen: `python -m benchmarks.writer`.

Sheets: held-out lessons, the demo world, and the rows of another team where they lie beside the checkout. Drafts are
kept in `--drafts` one by one, so a run that was stopped goes on, and a longer one adds to a shorter one. Raw pass, ids,
key facts, openings and copied words are those of the text as the writer gave it, its pointers replaced; support and
citations are judged by the second checker on the sentences as they are shown. Prints Markdown rows and, with `--show`,
drafts.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from rich.progress import track

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
from benchmarks.second_checker import SecondChecker
from benchmarks.true_drafts import END
from benchmarks.verifier import share

HERE = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("FRA_TEST_DATA", HERE.parent / "shared" / "data")) / "aws_fraud_samples"
AWS = {
    "transaction_data_2K_coldstart.csv": "aws_transactions.toml",
    "registration_data_2K_coldstart.csv": "aws_registrations.toml",
}
AS_OF = datetime(END.year, END.month, END.day, tzinfo=UTC) + timedelta(days=1)
"""The moment of every review, so that a later run meets the same sheets."""
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


class Written(BaseModel):
    """One draft: what the writer gave, what came of it, and how long it took."""

    model_config = ConfigDict(frozen=True)

    writer: str
    source: str
    sheet: Sheet
    text: str
    draft: Draft
    passed: bool
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lessons", type=int, default=20, help="sheets of held-out lessons")
    parser.add_argument("--cases", type=int, default=20, help="sheets of the demo world, and as many of AWS rows")
    parser.add_argument("--home", type=Path, help="where converted weights are kept; a folder of its own otherwise")
    parser.add_argument("--only", nargs="*", help="writer@prompt rows to run, such as adapter@v4")
    parser.add_argument("--show", type=int, default=0, help="drafts to print for each row, unedited")
    parser.add_argument("--drafts", type=Path, help="the JSON lines in which drafts are kept")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept = arguments.drafts or Path(folder) / "drafts.jsonl"
        known = read(kept)
        sources = {
            "held-out lessons": held_out(arguments.lessons),
            "demo world": demo(Path(folder) / "demo", arguments.cases),
            "AWS rows": aws(Path(folder), arguments.cases),
        }
        print("| writer | sheets | n | raw pass | repaired | scripted instead | withheld | citations exist | key facts "
              "| unsupported when shown | recall | precision | openings | shapes | copied | seconds |\n"
              f"|{'---|' * 16}")  # fmt: skip
        checker = SecondChecker()
        for name, writer, version in writers(arguments.home or Path(folder)):
            row = f"{name}@{version}"
            if arguments.only and row not in arguments.only:
                continue
            for source, sheets in sources.items():
                drafts = []
                for sheet in track(sheets, description=f"{row}, {source}"):
                    written = known.get((row, source, sheet.hash)) or one(writer, version, sheet, row, source)
                    if (row, source, sheet.hash) not in known:
                        with kept.open("a", encoding="utf-8") as file:
                            file.write(written.model_dump_json() + "\n")
                    drafts.append(written)
                if drafts:
                    report(drafts, checker, arguments.show)


def read(path: Path) -> dict[tuple[str, str, str], Written]:
    """The drafts of earlier runs, by writer with prompt, source and hash of the sheet."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    found = [Written.model_validate_json(line) for line in lines]
    return {(one.writer, one.source, one.sheet.hash): one for one in found}


def writers(home: Path) -> Iterator[tuple[str, Writer, str]]:
    """Every writer with every prompt; a model is loaded when its first draft is written."""
    yield "scripted", ScriptedWriter(), "v4"
    for name, source in (("zero-shot", BASE), ("adapter", EMBEDDED)):
        chat = LocalChatModel(home=home, threads=1, source=source, timeout_s=120)
        for version in ("v1", "v2", "v3", "v4", "v5"):
            yield name, LocalWriter(home, 1, chat), version


def held_out(number: int) -> list[Sheet]:
    return [lesson.prompt.sheet for lesson in islice(lessons(99, held_out=True), 0, 2 * number, 2)]


def demo(home: Path, number: int) -> list[Sheet]:
    workspace = Workspace.open(settings=Settings(home=home))
    workspace.demo(cases=2000, end=END)
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
    found = [workspace.brief(row.case_id, as_of=AS_OF).sheet for row in rows[:: max(1, len(rows) // number)][:number]]
    workspace.close()
    return found


def one(writer: Writer, version: str, sheet: Sheet, row: str, source: str) -> Written:
    prompt = load(f"draft@{version}").render(sheet)
    overheard = Overheard(writer)
    # The scripted writer is known by its type, and its sentences are evidence.
    scripted = isinstance(writer, ScriptedWriter)
    started = time.perf_counter()
    done = draft(writer if scripted else overheard, prompt)
    seconds = time.perf_counter() - started
    text = "".join(writer.write(prompt)) if scripted else overheard.text
    read = "\n".join(expand(line, sheet) for line in text.splitlines())
    return Written(
        writer=row, source=source, sheet=sheet, text=read, draft=done, passed=passes(prompt, text), seconds=seconds
    )


def report(drafts: Sequence[Written], checker: SecondChecker, show: int) -> None:
    number = len(drafts)
    cited = [(one.sheet, name) for one in drafts for name in cited_in(one.text)]
    facts = [held for one in drafts for held in key_facts(one)]
    copied = [share_copied(one) for one in drafts]
    judged = [support(checker, said, one.sheet) for one in drafts for said in one.draft.sentences]
    precise = [held for _, citations in judged for held in citations]
    states = [one.draft.status for one in drafts]
    cells = [
        drafts[0].writer,
        drafts[0].source,
        str(number),
        share(sum(one.passed for one in drafts), number),
        f"{states.count('repaired') / number:.0%}",
        "–" if drafts[0].writer.startswith("scripted") else f"{states.count('scripted') / number:.0%}",
        f"{states.count('withheld') / number:.1%}",
        f"{sum(sheet.find(name) is not None for sheet, name in cited)} of {len(cited)}",
        f"{sum(facts) / max(len(facts), 1):.0%} of {len(facts)}",
        share(sum(not held for held, _ in judged), len(judged)),
        f"{sum(held for held, _ in judged) / max(len(judged), 1):.3f}",
        f"{sum(precise) / max(len(precise), 1):.3f} of {len(precise)}",
        str(len({" ".join(shape(one.text).split()[:4]) for one in drafts})),
        str(len({shape(said.text) for one in drafts for said in one.draft.sentences if said.origin == "model"})),
        f"{sum(copied) / number:.0%}",
        f"{sorted(one.seconds for one in drafts)[number // 2]:.1f}",
    ]
    print(f"| {' | '.join(cells)} |", flush=True)
    for written in drafts[:show]:
        why = [check.why for check in written.draft.checks if not check.ok]
        print(f"\n{written.sheet.kind}, {written.draft.status}\n{written.text}\n{why}\n", flush=True)


def support(checker: SecondChecker, said: Sentence, sheet: Sheet) -> tuple[bool, list[bool]]:
    """Whether what a sentence cites bears it, and for each citation whether it is needed or bears it alone (ALCE,
    Gao et al. 2023); an id that is not on the sheet, and any citation of an unsupported sentence, counts as wrong."""
    held = checker.judge(said, sheet).supported

    def bears(citations: tuple[str, ...]) -> bool:
        return bool(citations) and checker.judge(said.model_copy(update={"citations": citations}), sheet).supported

    def needed(name: str) -> bool:
        rest = tuple(one for one in said.citations if one != name)
        return held and sheet.find(name) is not None and (bears((name,)) or not bears(rest))

    return held, [needed(name) for name in said.citations]


def shape(text: str) -> str:
    """A sentence with its figures and what it cites made equal."""
    return re.sub(r"\d[\d,.]*", "0", CITATIONS.sub("", text))


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
