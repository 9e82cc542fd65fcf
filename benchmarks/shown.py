"""Does what is shown hold? `python -m benchmarks.shown choose .bench/drafts.jsonl`

`choose` takes drafts of the embedded writer by chance, as many of each kind of sheet, from those that
`benchmarks.writer` kept; `print` shows them as a reviewer would see them; `figures` counts what readers said of each
sentence and of each draft as a whole. Verdicts are in tests/writer/readings. The first round (`--round 1`) is of drafts
as they were before what its readers found was mended, the second of drafts after that.
"""

from __future__ import annotations

import argparse
import gzip
import tomllib
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import NamedTuple

from assistant.verify import verify_sentence
from benchmarks.organic import sheet_lines
from benchmarks.preference import FOLDER
from benchmarks.verifier import share
from benchmarks.writer import Written, read

PART = 25
SEED = 91


class Round(NamedTuple):
    """One round of readings: which drafts, of which writer and prompt, and how they are numbered."""

    drafts: Path
    verdicts: str
    writer: str
    number: int
    sign: str


ROUNDS = {
    1: Round(FOLDER / "shown.jsonl.gz", "shown-1-*.toml", "adapter@v4", 100, "d"),
    2: Round(FOLDER / "shown-2.jsonl.gz", "shown-2-*.toml", "adapter@v5", 50, "e"),
}
SUPPORTED = "ok"
"""What a reader calls a sentence that says no more than what it cites; every other label names a fault."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["choose", "print", "figures"])
    parser.add_argument("path", type=Path, nargs="?", help="the kept drafts, or the folder for the readers' parts")
    parser.add_argument("--round", type=int, choices=list(ROUNDS), default=2)
    arguments = parser.parse_args()
    one = ROUNDS[arguments.round]
    {
        "choose": lambda: choose(arguments.path, one),
        "print": lambda: for_readers(arguments.path, one),
        "figures": lambda: figures(one),
    }[arguments.what]()


def choose(kept: Path, of: Round) -> None:
    sources: dict[str, list[Written]] = defaultdict(list)
    for (writer, source, _), one in read(kept).items():
        if writer == of.writer:
            sources[source].append(one)
    chance = Random(SEED)
    chosen = [
        one
        for at, source in enumerate(sorted(sources))
        for one in chance.sample(sources[source], of.number // len(sources) + (at < of.number % len(sources)))
    ]
    chance.shuffle(chosen)
    with gzip.open(of.drafts, "wt", encoding="utf-8") as file:
        file.writelines(one.model_dump_json() + "\n" for one in chosen)


def shown(of: Round) -> dict[str, Written]:
    with gzip.open(of.drafts, "rt", encoding="utf-8") as file:
        return {f"{of.sign}{number:03}": Written.model_validate_json(line) for number, line in enumerate(file)}


def for_readers(folder: Path, of: Round) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    blocks = []
    for name, one in shown(of).items():
        lines = [f"=== draft {name} ===", *sheet_lines(one.sheet), "DRAFT"]
        lines += [f"  {name}.{said.id}: {said.text} [{', '.join(said.citations)}]" for said in one.draft.sentences]
        lines += [f"  Action: {one.draft.action}", *(f"  Would change: {wish}" for wish in one.draft.would_change)]
        blocks.append("\n".join(lines))
    for part in range(0, len(blocks), PART):
        path = folder / f"part-{part // PART + 1}.txt"
        path.write_text("\n\n".join(blocks[part : part + PART]) + "\n", encoding="utf-8")


def figures(of: Round) -> None:
    """Sentences that readers found unsupported, and drafts that they would not put before an analyst."""
    drafts = shown(of)
    labels: dict[str, str] = {}
    fit: dict[str, str] = {}
    for path in sorted(FOLDER.glob(of.verdicts)):
        verdicts = tomllib.loads(path.read_text(encoding="utf-8"))
        labels |= verdicts["sentences"]
        fit |= verdicts["fit"]
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for name, one in drafts.items():
        for before, said in pairwise((None, *one.draft.sentences)):
            assert said is not None
            label = labels.get(f"{name}.{said.id}")
            held = all(check.ok for check in verify_sentence(said, one.sheet, before))
            for row in (one.source, "all") if label else ():
                rows[row]["sentences"] += 1
                rows[row]["unsupported"] += label != SUPPORTED
                rows[row]["seen now"] += label != SUPPORTED and not held
        for row in (one.source, "all") if name in fit else ():
            rows[row]["drafts"] += 1
            rows[row]["fit"] += fit[name] == "yes"
    print(
        "| drafts | unsupported sentences | of them refused by today's checks | fit for an analyst |\n|---|---|---|---|"
    )
    for row, count in rows.items():
        print(
            f"| {row} | {share(count['unsupported'], count['sentences'])} | {count['seen now']} "
            f"| {share(count['fit'], count['drafts'])} |"
        )


if __name__ == "__main__":
    main()
