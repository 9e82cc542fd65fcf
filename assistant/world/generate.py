"""Makes the demo world: the stage, the stories of three kinds, the texts, the decisions, the files, in this order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from assistant.errors import BadInput
from assistant.world.acquaintance import told as told_in_order
from assistant.world.chance import Dice
from assistant.world.contacts import correspond
from assistant.world.decisions import decide, turn_out
from assistant.world.files import Row, WorldFiles, write_files
from assistant.world.handling import handle
from assistant.world.identity import identity_drafts
from assistant.world.ledger import Ledger
from assistant.world.logbook import log_lines
from assistant.world.merchant import merchant_drafts
from assistant.world.notes import agent_note
from assistant.world.payment import payment_drafts
from assistant.world.plot import Draft
from assistant.world.setting import Setting
from assistant.world.stage import Stage, build_stage
from assistant.world.story import Story
from assistant.world.voices import customer_text

__all__ = ["generate"]

Progress = Callable[[int, int], None]
SMALLEST = 20


def generate(
    folder: Path,
    *,
    cases: int = 6000,
    seed: int = 7,
    end: date,
    progress: Progress | None = None,
    setting: Setting | None = None,
) -> WorldFiles:
    """Writes a world of exactly `cases` cases, opened in the 120 days before `end` (UTC), into `folder`.

    Seed, end, size and setting fix every byte. `progress` hears how many cases are written up, of how many. Raises
    BadInput for fewer than 20 cases, which cannot hold three kinds.
    """
    if cases < SMALLEST:
        raise BadInput(f"a demo world of {cases} cases is too small: ask for at least {SMALLEST}")
    stage, ledger = build_stage(cases, seed, end, setting), Ledger()
    stories = _stories(stage, cases, seed, ledger)
    rows = _written_up(stories, stage, seed, ledger, lambda done: progress(done, cases) if progress else None)
    return write_files(folder, rows)


def _stories(stage: Stage, cases: int, seed: int, ledger: Ledger) -> Iterator[Story]:
    """All cases, in the order in which they were opened. Merchants are made first: rings pay at their own shops."""
    merchants, identity = round(0.2 * cases), round(0.25 * cases)
    makers: dict[str, tuple[int, Callable[..., list[Draft[Any]]]]] = {
        "merchant": (merchants, merchant_drafts),
        "identity": (identity, identity_drafts),
        "payment": (cases - merchants - identity, payment_drafts),
    }
    drafts = [one for kind, (n, made) in makers.items() for one in made(stage, n, Dice(seed, f"{kind} stories"))]
    spares = {
        kind: made(stage, 5 + n // 8, Dice(seed, f"{kind} spares"), everyday=True) for kind, (n, made) in makers.items()
    }
    return told_in_order(drafts, spares, ledger.closed)


def _written_up(
    stories: Iterable[Story], stage: Stage, seed: int, ledger: Ledger, progress: Callable[[int], None]
) -> list[Row]:
    end, rows = stage.calendar.end, list[Row]()
    numbers = dict.fromkeys(("payment", "identity", "merchant"), 0)
    waits, talks, texts, notes, verdicts = (
        Dice(seed, name) for name in ("waits", "talks", "texts", "notes", "verdicts")
    )
    for done, story in enumerate(stories, start=1):
        numbers[story.kind] += 1
        case_id = f"{story.kind[0]}-{numbers[story.kind]:05d}"
        handling, link = handle(story, end, waits), ledger.earlier(story)
        told = story.situation | ledger.remarks(story)
        story = replace(story, mentions=(*story.mentions, *ledger.mentions(story).items()))
        exchange = correspond(replace(story, situation=told), handling, talks)
        told |= exchange.situation
        message = customer_text(replace(story, situation=told), texts, exchange)
        told |= {f"told_{mark}" for mark in message.about} | {f"on_{topic}" for topic in message.topics}
        told |= {"wrote"} if message.text else set()
        since = replace(handling, opened_at=exchange.asked_at or handling.opened_at)  # who calls, calls after that
        note = agent_note(replace(story, situation=told), since, link, notes)
        asked = exchange.log or any(" out, email" in line for line in note.filed)
        if asked and not (message.text or note.settled):
            told |= {"unanswered"}
        story = replace(story, situation=told)
        verdict = decide(story, since, link, note, verdicts)
        outcome = turn_out(story, verdict, link, end, verdicts)
        log = "\n".join(
            sorted(
                (
                    *exchange.log,
                    *note.filed,
                    *(verdict.filed if verdict else ()),
                    *log_lines(story, handling, exchange, talks),
                )
            )
        )
        stamp = exchange.stamp if message.text else ""
        rows.append(
            Row(
                case_id,
                story,
                message.text,
                stamp,
                log,
                note.text,
                verdict,
                outcome,
            )
        )
        ledger.enter(case_id, story, verdict, outcome)
        if done % 200 == 0:
            progress(done)
    progress(len(rows))
    return rows
