"""What reviewers decided and what turned out to be true, each with the moment when it was known.

Reviewers see the marks and have a feeling for the truth, and are wrong in about one case of twenty. What is blocked
rarely gets an outcome; what slips through comes back as a chargeback weeks later, or as the issuer's own report where
the issuer bears the loss. What was asked for mostly comes, now and then something good is heard, and silence is a good
end only once the dispute window is over. Nothing happens after the end of the world.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from assistant.world.chance import Dice
from assistant.world.evidence import Link, collect, one_of
from assistant.world.handling import Handling
from assistant.world.notes import Note
from assistant.world.phrasebook import load_phrases
from assistant.world.reasons import REVIEWERS, reason
from assistant.world.severity import grave
from assistant.world.story import Story

__all__ = ["Outcome", "Verdict", "decide", "turn_out"]

STERN = {"block", "reject", "hold_payout", "refund"}
_IF_HONEST: dict[str, dict[str, float]] = {
    "payment": {"approve": 80, "step_up": 13, "refund": 0.8, "block": 2.2, "escalate": 3},
    "identity": {"approve": 76, "request_documents": 17, "reject": 3, "escalate": 3},
    "merchant": {"approve": 76, "reserve": 13, "hold_payout": 4, "reject": 1.5, "escalate": 5},
}
_IF_FRAUD: dict[str, dict[str, float]] = {
    "payment": {"approve": 27, "step_up": 12, "refund": 6, "block": 49, "escalate": 8},
    "identity": {"approve": 25, "request_documents": 15, "reject": 52, "escalate": 8},
    "merchant": {"approve": 26, "reserve": 16, "hold_payout": 24, "reject": 24, "escalate": 12},
}

_WARY = 0.6
"""How much less often somebody approves, for each grave sign that nobody has explained."""
_IDLE = 0.15
"""How much less often somebody stops a case or passes it on in which there is nothing to see."""
_REQUESTS = {
    "payment": {
        "req_code": r"\bcode|sms", "req_challenge": "challenge|3ds again",
        "req_statement": "statement|proof of the card", "req_card": r"photo of card|selfie w/ card|card photo",
    },
    "identity": {
        "req_bill": r"\bpoa\b|\bbill\b|proof of address|registration", "req_photo": "photo", "req_selfie": "new selfie",
        "req_alive": r"\blv again|repeat the liveness", "req_zone": "page with the zone|back side|mrz page",
        "req_name": "name change|paper on the name", "req_second": "2nd id|second document|another document",
    },
}  # fmt: skip
"""What a reason asks for, by its words."""
_SAMPLED = 0.07
"""How many decisions a second pair of eyes looks at within days: the only labels that do not depend on what was
decided."""
_FRIENDLY = 0.005
"""How many honest payments come back as chargebacks for fraud all the same; some of them are won."""
_DISPUTED = 0.03
"""How many honest purchases are disputed over the goods or the refund, which is no fraud however it ends."""
_INVESTIGATED = {"payment": 0.42, "identity": 0.46, "merchant": 0.58}
"""How often somebody looks further into what was stopped."""
_CAME = 0.78
"""How often an honest customer sends what was asked for."""
_EARLY = {"payment": 0.2, "identity": 0.2, "merchant": 0.28}
"""How often something good is heard of what went on: an issuer's callback, a delivery, a payout that settled."""
_EARLY_OF_DECLINED = 0.5
_MATURES = 0.9
"""How often silence is written down as a good end once the dispute window is over."""
_WINDOW = (45, 75)
_LATE = timedelta(days=30)
"""From then on a dispute can have been answered and decided."""


@dataclass(frozen=True)
class Verdict:
    action: str
    decided_at: datetime
    reason: str
    reviewer: str
    filed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """`basis` says in words what the source found."""

    fraud: bool
    known_at: datetime
    source: str
    basis: str


def decide(story: Story, handling: Handling, link: Link, note: Note, dice: Dice) -> Verdict | None:
    """The decision, or None while the case waits. Whoever decides has read the note, and calls after its author."""
    if not handling.decided:
        return None
    weights = dict((_IF_FRAUD if story.truth.fraud else _IF_HONEST)[story.kind])
    odd = len(story.facts.marks())
    lenient = next(iter(weights))
    weights[lenient] *= 1.6 if odd < 2 else 1.0 if odd < 4 else 0.7
    weights[lenient] *= _WARY ** min(len(set(grave(story)) - {note.settled}), 3)
    if not odd:
        weights |= {one: weights[one] * _IDLE for one in {"escalate", *STERN} & set(weights)}
    if "claim" in story.facts.marks() and not story.truth.fraud:
        weights["refund"] *= 60
    if {"captured", "settled", "declined"} & story.situation:  # there is nothing left to hold
        weights.pop("step_up", None)
    if "declined" in story.situation:
        weights.pop("refund", None)
    action = dice.weighted(weights)
    reviewer = dice.pick(tuple(REVIEWERS))
    later = replace(handling, opened_at=max(note.until or handling.opened_at, handling.opened_at))
    why = reason(story, action, reviewer, later, link, note, dice)
    return Verdict(action, handling.until, why.text, reviewer, why.filed)


def turn_out(story: Story, verdict: Verdict | None, link: Link, end: datetime, dice: Dice) -> Outcome | None:
    """What became known before the window ended, or None."""
    if verdict is None:
        return None
    found = _truth_comes_out(story, verdict, link, dice)
    return found if found is not None and found.known_at < end else None


def _truth_comes_out(story: Story, verdict: Verdict, link: Link, dice: Dice) -> Outcome | None:
    fraud, marks = story.truth.fraud, set(story.facts.marks())
    refunded = "claim" in marks and verdict.action == "refund"
    stopped = verdict.action in STERN - {"hold_payout"} and not refunded

    def known(source: str, wait: timedelta, section: str, key: str = "", label: bool = fraud) -> Outcome:
        at = _by_day(verdict.decided_at + wait)
        key = key or ("fraud" if label else "legit")
        return Outcome(label, at, source, _basis(story, verdict, link, (section, key), at - verdict.decided_at, dice))

    if verdict.action == "escalate":
        return known("investigation", dice.days(2, 14), "investigation") if dice.chance(0.9) else None
    if dice.chance(_SAMPLED * (0.5 if fraud else 1)):
        caught = fraud and verdict.action != next(iter(_IF_FRAUD[story.kind]))
        return known("review", dice.days(1, 8), "sampled", "caught" if caught else "")
    if fraud:
        return _comes_back(story, verdict, stopped, known, dice)
    if stopped:
        return known("appeal", dice.days(0.5, 14), "appeal") if dice.chance(0.7) else None
    if (
        story.kind == "payment"
        and not {"claim", "transfer"} & marks
        and "merchant_liable" in story.situation
        and dice.chance(_FRIENDLY)
    ):
        wait, won = dice.days(12, 58), dice.chance(0.4)
        won = won and wait > _LATE
        return known("chargeback", wait, "chargeback", "" if won else "friendly", not won)
    if story.kind == "payment" and not {"transfer", "declined"} & marks and dice.chance(_DISPUTED):
        return known("chargeback", dice.days(11, 58), "chargeback", "dispute")
    if verdict.action in {"step_up", "request_documents", "reserve", "hold_payout"}:
        return known("review", dice.days(0.3, 12), "asked", verdict.action) if dice.chance(_CAME) else None
    early = _EARLY_OF_DECLINED if {"declined", "claim"} & marks else _EARLY[story.kind]
    if dice.chance(early):
        return known("investigation", dice.days(2, 16), "early")
    return known("review", dice.days(*_WINDOW), "mature") if dice.chance(_MATURES) else None


def _comes_back(
    story: Story, verdict: Verdict, stopped: bool, known: Callable[[str, timedelta, str], Outcome], dice: Dice
) -> Outcome | None:
    """How fraud becomes known: by somebody who looks further, or by those who bear the loss."""
    lenient = verdict.action == next(iter(_IF_FRAUD[story.kind]))
    if stopped or verdict.action == "hold_payout":
        if dice.chance(_INVESTIGATED[story.kind]):
            return known("investigation", dice.days(2, 18), "investigation")
        return known("appeal", dice.days(2, 20), "appeal") if dice.chance(0.08) else None
    if dice.chance(0.12 if lenient else 0.5):
        return None
    wait = timedelta(days=min(max(dice.spread(21, 0.5), 10), 59), seconds=dice.whole(0, 40_000))
    if story.kind == "payment" and not {"claim", "transfer", "declined"} & set(story.facts.marks()):
        if "issuer_liable" in story.comforts:  # the shift leaves nothing to charge back
            return known("investigation", wait, "issuer_report")
        return known("chargeback", wait, "chargeback")
    disputed = story.kind == "merchant" and dice.chance(0.6)
    return known(*(("chargeback", wait, "chargeback") if disputed else ("investigation", wait, "investigation")))


def _asked_for(story: Story, verdict: Verdict) -> set[str]:
    """What the reason asks for, so that just that comes."""
    if verdict.action not in {"step_up", "request_documents"}:
        return set()
    found = {name for name, words in _REQUESTS[story.kind].items() if re.search(words, verdict.reason, re.I)}
    return found or {"req_words"}


def _by_day(moment: datetime) -> datetime:
    """Registers are kept while the desk is there: what would be entered at night is entered in the morning."""
    return moment if 6 <= moment.astimezone(UTC).hour < 22 else moment + timedelta(hours=9)


def _basis(story: Story, verdict: Verdict, link: Link, found: tuple[str, str], wait: timedelta, dice: Dice) -> str:
    """What the register says, from what the case shows and what was done; `found` is a section and what to look for."""
    section, key = found
    handled = Handling(story.opened_at, verdict.decided_at, True, story.kind)
    said = collect(story, handled, link, "short", dice, stern=True)
    said |= {"days": str(wait.days) if wait.days > 1 else "", "some": str(dice.whole(2, 9))}
    went = (
        set(_asked_for(story, verdict))
        | {"stopped" if verdict.action in STERN else "let_by"}
        | ({"late"} if wait > _LATE else set())
    )
    return one_of(load_phrases("outcomes")[section][f"{story.kind}_{key}"], said, story.situation | went, dice)
