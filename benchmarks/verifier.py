"""Is the verifier any good? `python -m benchmarks.verifier --seeds 11 12 13`

Plants one error at a time in true drafts and asks the verifier, and the second checker beside it, whether they see it;
asks both about the true sentences too. Prints Markdown rows with 95% Wilson intervals. An error counts for a judge only
where that judge accepts the sentence without it. Seeds 1 to 3 are for mending, 11 to 13 for figures.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random

from pydantic import TypeAdapter
from scipy.stats import binomtest

from assistant.case import Sentence, Sheet
from assistant.verify import verify_action, verify_sentence
from benchmarks.mutations import STRICT, Planted, planted
from benchmarks.second_checker import SecondChecker
from benchmarks.true_drafts import TrueDraft, demo_sheets, lessons, rewordings, scripted

MOST_STRICT, MOST_OTHERS, MOST_TRUE = 600, 200, 800
GROUPS = ("the five strict kinds", "all other kinds", "unseen words")
_SHEETS = TypeAdapter(list[Sheet])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12, 13])
    parser.add_argument("--reviews", type=int, default=150, help="demo cases a seed")
    parser.add_argument("--lessons", type=int, default=300, help="lessons a seed, where this installation has them")
    parser.add_argument("--keep", type=Path, help="folder for the demo sheets, so that they are made once")
    parser.add_argument("--show", type=int, default=0, help="print so many misses and false alarms of each kind")
    parser.add_argument("--alone", action="store_true", help="without the second checker")
    arguments = parser.parse_args()
    drafts = [
        draft
        for seed in arguments.seeds
        for draft in true_drafts(seed, arguments.reviews, arguments.lessons, arguments.keep)
    ]
    judges: dict[str, Judge] = {"verifier": verifier}
    if not arguments.alone:
        judges["second checker"] = second()
    false_alarms(drafts, judges, arguments.show)
    misses(drafts, judges, arguments.show)


Judge = Callable[[Sentence, Sheet, str | None], str]
"""Says what is wrong with a sentence, or with an action beside it; empty where nothing is."""


def verifier(sentence: Sentence, sheet: Sheet, action: str | None) -> str:
    checks = verify_action(action, [sentence], sheet) if action else verify_sentence(sentence, sheet)
    return "; ".join(f"{check.check}: {check.why}" for check in checks if not check.ok)


def second() -> Judge:
    checker = SecondChecker()

    def judge(sentence: Sentence, sheet: Sheet, action: str | None) -> str:
        opinion = checker.judge_action(action, [sentence], sheet) if action else checker.judge(sentence, sheet)
        return opinion.why

    return judge


def true_drafts(seed: int, reviews: int, count: int, keep: Path | None) -> list[TrueDraft]:
    """All true drafts of a seed."""
    sheets = kept(seed, reviews, keep)
    return [*scripted(sheets), *lessons(seed, count), *rewordings(sheets, Random(seed))]


def kept(seed: int, reviews: int, keep: Path | None) -> list[Sheet]:
    if keep is None:
        return demo_sheets(seed, reviews)
    path = keep / f"sheets-{seed}-{reviews}.json"
    if not path.exists():
        keep.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_SHEETS.dump_json(demo_sheets(seed, reviews)))
    return _SHEETS.validate_json(path.read_bytes())


def false_alarms(drafts: Sequence[TrueDraft], judges: dict[str, Judge], show: int) -> None:
    """How often a true sentence is refused, by where it comes from."""
    pools: dict[str, list[tuple[Sentence, Sheet]]] = defaultdict(list)
    for draft in drafts:
        pools[draft.source] += [(sentence, draft.sheet) for sentence in draft.sentences]
    print("| true sentences | n | " + " | ".join(f"refused by the {name}" for name in judges) + " |")
    print("|---" * (2 + len(judges)) + "|")
    for source, pool in pools.items():
        chosen = Random(source).sample(pool, min(MOST_TRUE, len(pool)))
        cells = []
        for name, judge in judges.items():
            why = [judge(sentence, sheet, None) for sentence, sheet in chosen]
            cells.append(share(sum(map(bool, why)), len(why)))
            told(
                f"false alarm of the {name}", source, zip([one.text for one, _ in chosen], why, strict=True), show, bool
            )
        print(f"| {source} | {len(chosen)} | {' | '.join(cells)} |", flush=True)


def misses(drafts: Sequence[TrueDraft], judges: dict[str, Judge], show: int) -> None:
    """How often a planted error is seen, by its kind."""
    pools: dict[str, dict[str, list[Planted]]] = defaultdict(lambda: defaultdict(list))
    for number, draft in enumerate(drafts):
        for one in planted(draft, Random(number)):
            pools[one.kind][one.source].append(one)
    print("\n| planted error | n | " + " | ".join(f"seen by the {name}" for name in judges) + " |")
    print("|---" * (2 + len(judges)) + "|")
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for kind in sorted(pools, key=lambda one: (one not in STRICT, one)):
        chosen = sampled(pools[kind], MOST_STRICT if kind in STRICT else MOST_OTHERS, Random(kind))
        cells = []
        for name, judge in judges.items():
            fair = [one for one in chosen if one.action or not judge(one.true, one.sheet, None)]
            seen = [judge(one.sentence, one.sheet, one.action) for one in fair]
            cells.append(share(sum(map(bool, seen)), len(seen)))
            group = GROUPS[0] if kind in STRICT else GROUPS[2] if kind.endswith(("unseen", "fresh")) else GROUPS[1]
            found[name].update({f"{group}, n": len(seen), f"{group}, seen": sum(map(bool, seen))})
            lines = (
                (f"{one.sentence.text} {one.sentence.citations} {one.action or ''}", why)
                for one, why in zip(fair, seen, strict=True)
            )
            told(f"miss of the {name}", kind, lines, show, lambda why: not why)
        print(f"| {kind} | {len(chosen)} | {' | '.join(cells)} |", flush=True)
    for group in GROUPS:
        sums = [share(found[name][f"{group}, seen"], found[name][f"{group}, n"]) for name in judges]
        print(f"| **{group}** | | {' | '.join(sums)} |")


def sampled(pools: dict[str, list[Planted]], most: int, chance: Random) -> list[Planted]:
    """As many from each source as there are, up to an equal share."""
    chosen: list[Planted] = []
    for place, pool in enumerate(sorted(pools.values(), key=len)):
        chosen += chance.sample(pool, min(len(pool), (most - len(chosen)) // (len(pools) - place)))
    return chosen


def share(part: int, whole: int) -> str:
    """`99.2% (98.1 to 99.7), 595 of 600`."""
    if not whole:
        return "none"
    interval = binomtest(part, whole).proportion_ci(method="wilson")
    return f"{part / whole:.1%} ({interval.low * 100:.1f} to {interval.high * 100:.1f}), {part} of {whole}"


def told(what: str, kind: str, lines: Iterable[tuple[str, str]], show: int, wanted: Callable[[str], bool]) -> None:
    for text, why in [(text, why) for text, why in lines if wanted(why)][:show]:
        print(f"  {what}, {kind}: {text}" + (f" <- {why}" if why else ""))


if __name__ == "__main__":
    main()
