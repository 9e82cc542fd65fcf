"""True drafts to measure a verifier with: what the writers make of sheets, and rewordings of what sheets say.

Promise: every sentence is true of its sheet and cites what it says. `scripted` are the drafts of the scripted writer on
a demo world of its own seed, `lessons` what the embedded writer is taught on held-out and other invented trades, and
`rewordings` say single items in words that neither sheet nor writer uses. Written without sight of the verifier.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random

from assistant.case import Evidence, Sentence, Sheet
from assistant.prompt import load
from assistant.settings import Settings
from assistant.workspace import Workspace
from assistant.writer import ScriptedWriter
from assistant.writer.lessons import lessons as endless
from assistant.writer.pointing import expand
from benchmarks.rewording import clause, usual

__all__ = ["TrueDraft", "demo_sheets", "lessons", "rewordings", "scripted"]

END = date(2026, 11, 23)
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class TrueDraft:
    """`source` is scripted, lessons or reworded; `action` is None where the sentences are single ones."""

    source: str
    sheet: Sheet
    sentences: tuple[Sentence, ...]
    action: str | None


def demo_sheets(seed: int, reviews: int, cases: int = 800) -> list[Sheet]:
    """The sheets of the latest cases of a demo world, made in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as place:
        workspace = Workspace.open(settings=Settings(home=Path(place)))
        workspace.demo(cases=cases, seed=seed, end=END)
        latest = list(workspace.store.cases.all())[-reviews:]
        found = [workspace.review(case.case_id, writer="scripted").sheet for case in latest]
        workspace.close()
    return found


def scripted(sheets: Sequence[Sheet]) -> Iterator[TrueDraft]:
    """What the scripted writer wrote, before any check."""
    prompt = load("draft@v1")
    for sheet in sheets:
        yield _read("scripted", sheet, "".join(ScriptedWriter().write(prompt.render(sheet))))


def lessons(seed: int, count: int) -> Iterator[TrueDraft]:
    """Lessons of the embedded writer as they are read, half of them held out."""
    for held_out in (False, True):
        for one in islice(endless(seed, held_out=held_out), count // 2):
            read = "\n".join(expand(line, one.prompt.sheet) for line in one.target.splitlines())
            yield _read("lessons", one.prompt.sheet, read)


def rewordings(sheets: Sequence[Sheet], chance: Random) -> Iterator[TrueDraft]:
    """Single sentences about single items, as somebody else would put them."""
    for sheet in sheets:
        said = [*_signs(sheet, chance), *_past(sheet, chance), *_score(sheet, chance), *_rule(sheet, chance)]
        said += [*_facts(sheet, chance), *_absence(sheet, chance)]
        sentences = [
            Sentence(id=f"s{n}", text=text[:1].upper() + text[1:], citations=tuple(ids))
            for n, (text, ids) in enumerate(said, 1)
        ]
        yield TrueDraft("reworded", sheet, tuple(sentences), None)


Said = tuple[str, list[str]]

RAISING = (
    "{c}, which raises the risk.", "What speaks for fraud is that {c}.", "The risk is higher because {c}.",
    "One reason for concern: {c}.", "It adds to the risk that {c}.", "{c}, and that makes fraud more likely.",
    "{c}; this points to fraud.",
)  # fmt: skip
LOWERING = (
    "{c}, which lowers the risk.", "It speaks against fraud that {c}.", "The risk is lower because {c}.",
    "Reassuringly, {c}.", "A point in its favour: {c}.", "{c}, and that makes fraud less likely.",
    "What takes away from the risk is that {c}.",
)  # fmt: skip


def _signs(sheet: Sheet, chance: Random) -> Iterator[Said]:
    items = sheet.of_kind("signal", "document")
    for item in chance.sample(items, min(4, len(items))):
        if said := clause(item.statement, chance):
            frames = {"raises": RAISING, "lowers": LOWERING}.get(item.polarity, ("The document check shows that {c}.",))
            text = said + (
                f", {usual(item.statement, chance)}" if chance.random() < 0.4 and usual(item.statement) else ""
            )
            yield chance.choice(frames).format(c=text), [item.id]


def _past(sheet: Sheet, chance: Random) -> Iterator[Said]:
    past = sheet.of_kind("precedent")
    if not past:
        return
    ends = {item.id: _end(item) for item in past}
    ids, total = [item.id for item in past], len(past)
    counted = {end: list(ends.values()).count(end) for end in ("fraud", "legitimate", "open")}
    for end in chance.sample(("fraud", "legitimate"), 1):
        count = counted[end]
        noun = f"the {WORDS[total]} similar cases" if total > 1 else "the one similar case"
        if count == 0:
            yield f"{chance.choice(('None', 'Not one'))} of {noun} turned out to be {end}.", ids
        elif total > 1:
            verb = chance.choice(("proved to be", "turned out to be", "ended as"))
            start = chance.choice((f"{WORDS[count]} out of {total} similar cases", f"{WORDS[count]} of {noun}"))
            yield f"{start} {verb} {end}.", ids
    if counted["open"] and total > 1:
        others = total - counted["open"]
        if others:
            be = "is" if counted["open"] == 1 else "are"
            yield f"Of {total} comparable cases, {WORDS[counted['open']]} {be} still open.", ids
    item = chance.choice(past)
    yield _told(item, chance), [item.id]
    bad = [one for one in past if ends[one.id] == "fraud" and _same(one)]
    good = [one for one in past if ends[one.id] == "legitimate" and _same(one)]
    if bad and good:
        one, two = bad[0], good[0]
        yield (
            (
                f"Case {_case(one)}, which was fraud, has the {_same(one)}, and case {_case(two)}, which was "
                f"legitimate, has the {_same(two)}."
            ),
            [one.id, two.id],
        )


def _told(item: Evidence, chance: Random) -> str:
    head = item.statement.partition(": ")[0]
    case, end = _case(item), _end(item)
    done = re.search(r"was (approved|blocked|rejected|refunded) on (\S+)", head)
    day = ""
    if done:
        year, month, number = done[2].split("-")
        day = chance.choice((done[2], f"{int(number)} {MONTHS[int(month) - 1]} {year}"))
    proved = {"fraud": "turned out to be fraud", "legitimate": "proved to be legitimate"}.get(end, "")
    if done and proved:
        return chance.choice(
            (
                f"Case {case}, {done[1]} on {day}, later {proved}.",
                f"Case {case} {proved}; it had been {done[1]} on {day}.",
            )
        )
    if done:
        return chance.choice(
            (
                f"Case {case} was {done[1]} on {day}, and its outcome is not known yet.",
                f"On {day} case {case} was {done[1]}.",
            )
        )
    return f"Case {case} {proved}." if proved else f"The outcome of case {case} is not known yet."


def _score(sheet: Sheet, chance: Random) -> Iterator[Said]:
    signs = sheet.of_kind("signal")
    top = next((item for item in signs if clause(item.statement, Random(0))), None)
    if sheet.probability is None or top is None or sheet.band == "abstain":
        return
    percent = f"{sheet.probability * 100:.0f}%"
    if not 0.01 < sheet.probability < 0.99:
        return
    said = clause(top.statement, chance)
    way = "raises" if top.polarity == "raises" else "lowers"
    yield chance.choice((
        f"Fraud has a probability of {percent} according to the model, so the risk is {sheet.band}; {said}, "
        f"which {way} it.",
        f"At {percent} the model sees a {sheet.band} risk, and the sign that counts most is that {said}.",
        f"The model's score, {percent}, is {sheet.band}, and {said}.",
    )), [top.id]  # fmt: skip


def _rule(sheet: Sheet, chance: Random) -> Iterator[Said]:
    for item in sheet.of_kind("rule"):
        cost = re.search(r"[A-Z]{3} [\d,.]+\d", item.statement)
        action = sheet.policy_action.replace("_", " ")
        if cost:
            yield chance.choice((
                f"Policy favours {action}, which at {cost[0]} is expected to cost least.",
                f"No other action is expected to cost less than {action}, {cost[0]}.",
                f"The least costly action by policy is {action}, with {cost[0]} expected.",
            )), [item.id]  # fmt: skip


def _facts(sheet: Sheet, chance: Random) -> Iterator[Said]:
    for item in sheet.of_kind("fact")[:1]:
        if item.statement.startswith("amount: "):
            currency, number = item.values[0].split(" ")
            whole = round(float(number.replace(",", "")))
            ways = [f"The amount at stake is {number} {currency}.", f"It is about {currency} {number}."]
            if whole >= 1000:
                ways.append(f"The amount is roughly {currency} {round(whole, -2):,}.")
            yield chance.choice(ways), [item.id]


def _absence(sheet: Sheet, chance: Random) -> Iterator[Said]:
    for way in ("lowers", "raises"):
        signs = sheet.of_kind("signal", "document")
        if len(signs) > 1 and not any(item.polarity == way for item in sheet.evidence):
            yield (
                chance.choice(
                    (f"Nothing on this sheet {way} the risk.", f"There is nothing here that {way} the risk.")
                ),
                [item.id for item in signs[:4]],
            )


def _case(item: Evidence) -> str:
    return item.statement.split()[1]


def _same(item: Evidence) -> str:
    found = re.search(r": (same [^;]+)", item.statement)
    return found[1] if found else ""


def _end(item: Evidence) -> str:
    head = item.statement.partition(": ")[0]
    return next((end for end in ("fraud", "legitimate") if f"to be {end}" in head), "open")


def _read(source: str, sheet: Sheet, text: str) -> TrueDraft:
    """A writer's text as sentences, read by the format that `assistant.writer.protocol` promises."""
    sentences, action = [], None
    for line in text.splitlines():
        if line.startswith("Action: "):
            action = line.removeprefix("Action: ").strip().replace(" ", "_")
        elif line and not line.startswith("Would change: "):
            ids = re.findall(r"\[([A-Z]\d+)\]", line)
            plain = re.sub(r"\s+\.$", ".", re.sub(r"\s*\[[A-Z]\d+\]", "", line)).strip()
            sentences.append(Sentence(id=f"s{len(sentences) + 1}", text=plain, citations=tuple(dict.fromkeys(ids))))
    return TrueDraft(source, sheet, tuple(sentences), action)
