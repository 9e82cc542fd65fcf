"""What reviewers decided and what turned out to be true, each with the moment when it was known.

Reviewers see the marks and have a feeling for the truth, and are wrong in about one case of twenty. What is blocked
rarely gets an outcome; what slips through comes back as a chargeback weeks later. Nothing happens after the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.world.chance import Dice
from assistant.world.phrasebook import load_phrases
from assistant.world.story import Story

__all__ = ["Outcome", "Verdict", "decide", "turn_out"]

STERN = {"block", "reject", "hold_payout", "refund"}
_REVIEWERS = (
    "a.quillam",
    "c.drosten-fey",
    "d.osei-anim",
    "f.lachaume",
    "i.sorribas",
    "k.nyberry",
    "m.tolkemitt",
    "s.varga",
)
"""No applicant is called like one of them."""
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

_SAMPLED = {"payment": 0.2, "identity": 0.2, "merchant": 0.3}
"""How many decisions a second pair of eyes looks at within days: the labels that come soon, and the only ones that do
not depend on what was decided."""
_FRIENDLY = 0.002
"""How many honest payments come back as chargebacks all the same."""
_INVESTIGATED = {"payment": 0.38, "identity": 0.42, "merchant": 0.6}
"""How often somebody looks further into what was stopped."""


@dataclass(frozen=True)
class Verdict:
    action: str
    decided_at: datetime
    reason: str
    reviewer: str


@dataclass(frozen=True)
class Outcome:
    fraud: bool
    known_at: datetime
    source: str


def decide(story: Story, end: datetime, dice: Dice) -> Verdict | None:
    """The decision, or None while the case waits. The backlog is young: what is old has mostly been dealt with."""
    age_days = (end - story.opened_at) / timedelta(days=1)
    reached = 1.0 if age_days > 40 else 0.985 if age_days > 20 else 0.92 if age_days > 10 else 0.13
    wait = dice.hours(0.2, 14) if dice.chance(0.7) else dice.hours(14, 130)
    decided_at = story.opened_at + wait
    if not dice.chance(reached) or decided_at >= end:
        return None
    weights = dict((_IF_FRAUD if story.truth.fraud else _IF_HONEST)[story.kind])
    odd = len(story.facts.marks())
    lenient = next(iter(weights))
    weights[lenient] *= 1.6 if odd < 2 else 1.0 if odd < 4 else 0.7
    if "claim" in story.facts.marks() and not story.truth.fraud:
        weights["refund"] *= 60
    action = dice.weighted(weights)
    return Verdict(action, decided_at, _reason(story, action, dice), dice.pick(_REVIEWERS))


def turn_out(story: Story, verdict: Verdict | None, end: datetime, dice: Dice) -> Outcome | None:
    """What became known before the window ended, or None."""
    if verdict is None:
        return None
    found = _truth_comes_out(story, verdict, dice)
    return found if found is not None and found.known_at < end else None


def _truth_comes_out(story: Story, verdict: Verdict, dice: Dice) -> Outcome | None:
    fraud, decided_at = story.truth.fraud, verdict.decided_at
    if verdict.action == "escalate":
        return Outcome(fraud, decided_at + dice.days(2, 14), "investigation") if dice.chance(0.9) else None
    if dice.chance(_SAMPLED[story.kind]):
        return Outcome(fraud, decided_at + dice.days(1, 8), "review")
    if verdict.action in STERN and not ("claim" in story.facts.marks() and verdict.action == "refund"):
        if not fraud:
            return Outcome(False, decided_at + dice.days(0.5, 14), "appeal") if dice.chance(0.7) else None
        if dice.chance(_INVESTIGATED[story.kind]):
            return Outcome(True, decided_at + dice.days(2, 18), "investigation")
        return Outcome(True, decided_at + dice.days(2, 20), "appeal") if dice.chance(0.08) else None
    if fraud:
        stopped = 0.5 if verdict.action != next(iter(_IF_FRAUD[story.kind])) else 0.12
        if dice.chance(stopped):
            return None
        disputed = story.kind == "payment" and not {"claim", "transfer"} & set(story.facts.marks())
        source = "chargeback" if disputed or (story.kind == "merchant" and dice.chance(0.6)) else "investigation"
        return Outcome(True, decided_at + timedelta(days=min(max(dice.spread(21, 0.5), 10), 60)), source)
    if story.kind == "payment" and dice.chance(_FRIENDLY):
        return Outcome(True, decided_at + dice.days(12, 60), "chargeback")
    return Outcome(False, decided_at + dice.days(14, 45), "review") if dice.chance(0.5) else None


def _reason(story: Story, action: str, dice: Dice) -> str:
    reasons = load_phrases("reasons")
    found = reasons["escalate"] if action == "escalate" else reasons[story.kind][action]
    fitting = [mark for mark in story.facts.marks() if mark in found]
    if "declined" in fitting:  # whoever decides on a payment that did not go through says so
        return dice.pick(found["declined"])
    return dice.pick(found[dice.pick(fitting)] if fitting and dice.chance(0.6) else found["any"])
