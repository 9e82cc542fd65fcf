"""Would a reader rather have the model's draft or the scripted one? `python -m benchmarks.preference write`

`write` has both writers draft the same sheets, held-out lessons and demo cases, as the product would show them; `print`
shows each pair in an order that chance chose; `figures` counts what readers preferred. Readers see sheet and drafts and
nothing else; their verdicts are in tests/writer/readings.
"""

from __future__ import annotations

import argparse
import gzip
import tempfile
import tomllib
from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random

from pydantic import BaseModel, ConfigDict
from rich.progress import track

from assistant.case import Draft, Sheet
from assistant.drafting import draft
from assistant.prompt import load
from assistant.writer import ScriptedWriter
from assistant.writer.lessons import lessons
from assistant.writer.local import LocalChatModel, LocalWriter
from assistant.writer.protocol import TAUGHT
from benchmarks.organic import sheet_lines
from benchmarks.true_drafts import demo_sheets
from benchmarks.verifier import share

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "writer" / "readings"
PAIRS = FOLDER / "pairs.jsonl.gz"
OF_EACH = 50
PART = 25
SEED = 61


class Pair(BaseModel):
    """Two drafts of one sheet; `first` is the writer whose draft is shown first."""

    model_config = ConfigDict(frozen=True)

    id: str
    source: str
    sheet: Sheet
    embedded: Draft
    scripted: Draft
    first: str

    @property
    def shown(self) -> tuple[Draft, Draft]:
        return (self.embedded, self.scripted) if self.first == "embedded" else (self.scripted, self.embedded)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["write", "print", "figures"])
    parser.add_argument("--out", type=Path, help="where the readers' parts are written")
    arguments = parser.parse_args()
    {"write": write, "print": lambda: for_readers(arguments.out), "figures": figures}[arguments.what]()


def write() -> None:
    chance = Random(SEED)
    taught = load(TAUGHT)
    sheets = [("held-out lesson", one.prompt.sheet) for one in islice(lessons(SEED, held_out=True), 0, 2 * OF_EACH, 2)]
    sheets += [("demo world", sheet) for sheet in demo_sheets(SEED, OF_EACH)]
    with tempfile.TemporaryDirectory() as home:
        writer = LocalWriter(Path(home), 1, LocalChatModel(home=Path(home), threads=1, timeout_s=120))
        FOLDER.mkdir(parents=True, exist_ok=True)
        with gzip.open(PAIRS, "wt", encoding="utf-8") as file:
            for number, (source, sheet) in enumerate(track(sheets, description="drafting")):
                pair = Pair(
                    id=f"pair-{number:03}",
                    source=source,
                    sheet=sheet,
                    embedded=draft(writer, taught.render(sheet)),
                    scripted=draft(ScriptedWriter(), taught.render(sheet)),
                    first=chance.choice(("embedded", "scripted")),
                )
                file.write(pair.model_dump_json() + "\n")


def pairs() -> list[Pair]:
    with gzip.open(PAIRS, "rt", encoding="utf-8") as file:
        return [Pair.model_validate_json(line) for line in file]


def for_readers(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    mixed = pairs()
    Random(SEED + 1).shuffle(mixed)
    for part in range(0, len(mixed), PART):
        blocks = []
        for pair in mixed[part : part + PART]:
            lines = [f"=== {pair.id} ===", *sheet_lines(pair.sheet)]
            for name, one in zip("AB", pair.shown, strict=True):
                lines.append(f"DRAFT {name}")
                lines += [f"  {said.text} [{', '.join(said.citations)}]" for said in one.sentences]
                lines += [f"  Action: {one.action}", *(f"  Would change: {change}" for change in one.would_change)]
            blocks.append("\n".join(lines))
        (folder / f"part-{part // PART + 1}.txt").write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def figures() -> None:
    """Verdicts of a reader are A, B or equal for each pair."""
    known = {pair.id: pair for pair in pairs()}
    rows: dict[str, Counter[str]] = {}
    for path in sorted(FOLDER.glob("preference-*.toml")):
        read = tomllib.loads(path.read_text(encoding="utf-8"))
        for key, verdict in read["verdicts"].items():
            pair = known[key]
            other = "scripted" if pair.first == "embedded" else "embedded"
            won = {"A": pair.first, "B": other}.get(verdict, "equal")
            for row in (read["reader"], pair.source, f"embedded draft {pair.embedded.status}", "all"):
                rows.setdefault(row, Counter())[won] += 1
    print("| verdicts | embedded preferred, of those with a preference | equal |\n|---|---|---|")
    for name, count in rows.items():
        chosen = count["embedded"] + count["scripted"]
        print(f"| {name} | {share(count['embedded'], chosen)} | {count['equal']} |")


if __name__ == "__main__":
    main()
