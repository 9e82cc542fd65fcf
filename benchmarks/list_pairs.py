"""Would a reader rather have our precedents or the naive ones? `python -m benchmarks.list_pairs write`

`write` asks for both lists of the same cases of a held-out demo world, half of them fraud, at the moment each was
opened; `print` shows each pair in an order that chance chose; `figures` counts what readers preferred. Readers see the
case and the lists and nothing else: each past case in the same words whichever list it is on (`shown_case`), without
scores, reasons why it is alike, or marks of rings and counter-examples. Verdicts are in tests/retrieval/readings.
"""

from __future__ import annotations

import argparse
import gzip
import tempfile
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from random import Random

from pydantic import BaseModel, ConfigDict
from rich.progress import track

from assistant.case import ESCALATE, Case, Decision, Outcome, known_before
from assistant.links import links_of
from assistant.precedents import narrative
from assistant.workspace import Workspace
from benchmarks.naive import Naive
from benchmarks.precedents import built, first_known
from benchmarks.verifier import share
from retrieval import Embedder

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "retrieval" / "readings"
LISTS = FOLDER / "lists.jsonl.gz"
PAIRS, PART = 100, 25
SEED = 29
WORLD_SEED = 11
"""Held out: the weights were chosen on the world of seed 7."""


class Pair(BaseModel):
    """Two lists of past cases for one case, in words; `first` is the list that is shown first."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    fraud: bool
    case: str
    ours: tuple[str, ...]
    naive: tuple[str, ...]
    first: str

    @property
    def shown(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return (self.ours, self.naive) if self.first == "ours" else (self.naive, self.ours)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["write", "print", "figures"])
    parser.add_argument("--out", type=Path, help="where the readers' parts are written")
    parser.add_argument("--cases", type=int, default=6000, help="cases of the world")
    arguments = parser.parse_args()
    work = {"write": lambda: write(arguments.cases), "print": lambda: for_readers(arguments.out), "figures": figures}
    work[arguments.what]()


def write(cases: int) -> None:
    world = {"seed": WORLD_SEED, "cases": cases, "end": date(2026, 11, 24), "shifted": False, "embedder": "minilm"}
    with tempfile.TemporaryDirectory() as folder:
        workspace, embedder, truth = built(Path(folder), argparse.Namespace(**world))
        ask(workspace, embedder, {id: row["fraud"] == "1" for id, row in truth.items()})
        workspace.close()


def ask(workspace: Workspace, embedder: Embedder, fraud: Mapping[str, bool]) -> None:
    past = sorted(workspace.store.cases.all(), key=lambda case: case.opened_at)
    known_at, naive = first_known(workspace), Naive(embedder)
    naive.add({case.case_id: narrative(case) for case in past if case.case_id in known_at}, known_at)
    FOLDER.mkdir(parents=True, exist_ok=True)
    chance = Random(SEED)
    with gzip.open(LISTS, "wt", encoding="utf-8") as file:
        for number, case in enumerate(track(drawn(past[len(past) // 2 :], fraud, chance), description="asking")):
            case_text, ours, theirs = worded(workspace, naive, case)
            first = chance.choice(("ours", "naive"))
            pair = Pair(
                id=f"list-{number:03}",
                kind=case.kind,
                fraud=fraud[case.case_id],
                case=case_text,
                ours=ours,
                naive=theirs,
                first=first,
            )
            file.write(pair.model_dump_json() + "\n")


def drawn(cases: Sequence[Case], fraud: Mapping[str, bool], chance: Random) -> list[Case]:
    """As many frauds as honest cases, in a mixed order."""
    sides = [[case for case in cases if fraud[case.case_id] is side] for side in (True, False)]
    chosen = [case for side in sides for case in chance.sample(side, PAIRS // 2)]
    chance.shuffle(chosen)
    return chosen


def worded(workspace: Workspace, naive: Naive, case: Case) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The case and both lists in words. What two cases share has the same letter in both."""
    records, k = workspace.records, workspace.settings.precedents
    signals = records.signals(case)
    precedents, _ = records.precedents(case, case.opened_at, signals, records.score(case, signals))
    ours = [one.case_id for one in precedents]
    theirs = [id for id, _ in naive.similar(narrative(case), case.opened_at, k, case.case_id)]
    ids = sorted({*ours, *theirs})
    store = workspace.store
    decisions, outcomes = store.cases.decisions(ids), store.cases.outcomes(ids)
    reasons = store.queue.reasons([*ids, case.case_id])
    cases = {one.case_id: one for one in store.cases.many(ids)}
    own = {str(link) for link in links_of(case)}
    marks = lettered(own)
    told = {
        id: shown_case(one, marks, reasons.get(id, {}))
        + ended(decisions.get(id, ()), outcomes.get(id, ()), case.opened_at)
        for id, one in cases.items()
    }
    asked = shown_case(case, marks, reasons.get(case.case_id, {}))
    return asked, tuple(told[id] for id in ours), tuple(told[id] for id in theirs)


def lettered(links: set[str]) -> dict[str, str]:
    """A name for each entity of the case that gives nothing away: `device A`, `card A`, `card B`."""
    held = Counter[str]()
    names = {}
    for link in sorted(links):
        kind = link.partition(":")[0]
        names[link] = f"{kind.replace('_', ' ')} {chr(ord('A') + held[kind] % 26)}"
        held[kind] += 1
    return names


def shown_case(case: Case, marks: Mapping[str, str], reasons: Mapping[str, str]) -> str:
    """A case as a reviewer sees it, redacted: what it is about, what stood out, and which things of the case asked
    about it touches; others are only counted."""
    touched = sorted(str(link) for link in links_of(case))
    named = [marks[link] for link in touched if link in marks]
    others = len(touched) - len(named)
    lines = [f"{case.opened_at:%Y-%m-%d}: {narrative(case)}"]
    lines += [f"stood out: {'; '.join(reasons.values())}"] if reasons else []
    lines += [f"touches: {', '.join([*named, *([f'{others} other things'] if others else [])])}"]
    return "\n".join(lines)


def ended(decisions: Sequence[Decision], outcomes: Sequence[Outcome], as_of: datetime) -> str:
    """What was known of it at the moment asked about."""
    decided = [one for one in decisions if one.action != ESCALATE and one.decided_at < as_of]
    last, truth = max(decided, key=lambda one: one.decided_at, default=None), known_before(outcomes, as_of)
    lines = [f'decided: {last.action}, "{last.reason}"'] if last else []
    return "".join(f"\n{line}" for line in [*lines, f"outcome: {truth.outcome if truth else 'not known yet'}"])


def pairs() -> list[Pair]:
    with gzip.open(LISTS, "rt", encoding="utf-8") as file:
        return [Pair.model_validate_json(line) for line in file]


def for_readers(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    known = pairs()
    for part in range(0, len(known), PART):
        blocks = ["\n\n".join(block(pair)) for pair in known[part : part + PART]]
        (folder / f"part-{part // PART + 1}.txt").write_text("\n\n\n".join(blocks) + "\n", encoding="utf-8")


def block(pair: Pair) -> list[str]:
    lines = [f"=== {pair.id} ===\nCASE\n{indented(pair.case)}"]
    for name, listed in zip("AB", pair.shown, strict=True):
        entries = [f"  {place}.\n{indented(told)}" for place, told in enumerate(listed, 1)]
        lines.append("\n".join([f"LIST {name}", *(entries or ["  (no past case)"])]))
    return lines


def indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def figures() -> None:
    """Verdicts of a reader are A, B or equal for each pair."""
    known = {pair.id: pair for pair in pairs()}
    rows: dict[str, Counter[str]] = {}
    for path in sorted(FOLDER.glob("lists-*.toml")):
        read = tomllib.loads(path.read_text(encoding="utf-8"))
        for key, verdict in read["verdicts"].items():
            pair = known[key]
            other = "naive" if pair.first == "ours" else "ours"
            won = {"A": pair.first, "B": other}.get(verdict, "equal")
            for row in (read["reader"], pair.kind, "fraud" if pair.fraud else "legitimate", "all"):
                rows.setdefault(row, Counter())[won] += 1
    print("| verdicts | ours preferred, of those with a preference | equal |\n|---|---|---|")
    for name, count in rows.items():
        print(f"| {name} | {share(count['ours'], count['ours'] + count['naive'])} | {count['equal']} |")


if __name__ == "__main__":
    main()
