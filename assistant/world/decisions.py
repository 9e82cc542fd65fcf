"""What reviewers decided and what turned out to be true, each with the moment when it was known.

Reviewers see the marks and have a feeling for the truth, and are wrong in about one case of twenty. What is blocked
rarely gets an outcome; what slips through comes back as a chargeback weeks later, or as the issuer's own report where
the issuer bears the loss. Nothing happens after the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.world.chance import Dice
from assistant.world.evidence import Link, collect, one_of
from assistant.world.handling import Handling
from assistant.world.phrasebook import load_phrases
from assistant.world.reasons import REVIEWERS, reason
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

_SAMPLED = {"payment": 0.2, "identity": 0.2, "merchant": 0.3}
"""How many decisions a second pair of eyes looks at within days: the labels that come soon, and the only ones that do
not depend on what was decided."""
_FRIENDLY = 0.002
"""How many honest payments come back as chargebacks all the same."""
_INVESTIGATED = {"payment": 0.36, "identity": 0.4, "merchant": 0.58}
"""How often somebody looks further into what was stopped."""


@dataclass(frozen=True)
class Verdict:
    action: str
    decided_at: datetime
    reason: str
    reviewer: str


@dataclass(frozen=True)
class Outcome:
    """`basis` says in words what the source found."""

    fraud: bool
    known_at: datetime
    source: str
    basis: str


def decide(story: Story, handling: Handling, link: Link, settled: str, dice: Dice) -> Verdict | None:
    """The decision, or None while the case waits. `settled` is a mark that the first line's note explains."""
    if not handling.decided:
        return None
    weights = dict((_IF_FRAUD if story.truth.fraud else _IF_HONEST)[story.kind])
    odd = len(story.facts.marks())
    lenient = next(iter(weights))
    weights[lenient] *= 1.6 if odd < 2 else 1.0 if odd < 4 else 0.7
    if "claim" in story.facts.marks() and not story.truth.fraud:
        weights["refund"] *= 60
    if {"captured", "settled", "declined"} & story.situation:  # there is nothing left to hold
        weights.pop("step_up", None)
    if "declined" in story.situation:
        weights.pop("refund", None)
    action = dice.weighted(weights)
    reviewer = dice.pick(tuple(REVIEWERS))
    text = reason(story, action, reviewer, handling, link, settled, dice)
    return Verdict(action, handling.until, text, reviewer)


def turn_out(story: Story, verdict: Verdict | None, link: Link, end: datetime, dice: Dice) -> Outcome | None:
    """What became known before the window ended, or None."""
    if verdict is None:
        return None
    found = _truth_comes_out(story, verdict, link, dice)
    return found if found is not None and found.known_at < end else None


def _truth_comes_out(story: Story, verdict: Verdict, link: Link, dice: Dice) -> Outcome | None:
    fraud, lenient = story.truth.fraud, verdict.action == next(iter(_IF_FRAUD[story.kind]))
    refunded = "claim" in story.facts.marks() and verdict.action == "refund"
    stopped = verdict.action in STERN and not refunded

    def known(source: str, wait: timedelta, told: str = "") -> Outcome:
        return Outcome(
            fraud, verdict.decided_at + wait, source, _basis(story, verdict, link, told or source, wait, dice)
        )

    if verdict.action == "escalate":
        return known("investigation", dice.days(2, 14)) if dice.chance(0.9) else None
    if dice.chance(_SAMPLED[story.kind]):
        return known("review", dice.days(1, 8), "sampled")
    if stopped:
        if not fraud:
            return known("appeal", dice.days(0.5, 14)) if dice.chance(0.7) else None
        if dice.chance(_INVESTIGATED[story.kind]):
            return known("investigation", dice.days(2, 18))
        return known("appeal", dice.days(2, 20)) if dice.chance(0.08) else None
    if fraud:
        if dice.chance(0.12 if lenient else 0.5):
            return None
        wait = timedelta(days=min(max(dice.spread(21, 0.5), 10), 59), seconds=dice.whole(0, 40_000))
        if story.kind == "payment" and not {"claim", "transfer", "declined"} & set(story.facts.marks()):
            if "issuer_liable" in story.comforts:  # the shift leaves nothing to charge back
                return known("investigation", wait, "issuer_report")
            return known("chargeback", wait)
        disputed = story.kind == "merchant" and dice.chance(0.6)
        return known("chargeback" if disputed else "investigation", wait)
    if story.kind == "payment" and "merchant_liable" in story.situation and dice.chance(_FRIENDLY):
        wait = dice.days(12, 60)
        basis = _basis(story, verdict, link, "friendly", wait, dice)
        return Outcome(True, verdict.decided_at + wait, "chargeback", basis)
    return known("review", dice.days(14, 45)) if dice.chance(0.5) else None


def _basis(story: Story, verdict: Verdict, link: Link, told: str, wait: timedelta, dice: Dice) -> str:
    """What the register says, from what the case shows and what was done."""
    bases, side = load_phrases("outcomes")[told], "fraud" if story.truth.fraud else "legit"
    kind, handled = story.kind, Handling(story.opened_at, verdict.decided_at, True, story.kind)
    said = collect(story, handled, link, "short", dice, stern=True)
    said |= {"days": str(wait.days), "some": str(dice.whole(2, 9))}
    names = [kind, side, f"{kind}_legit"] if side == "legit" else [kind, side]
    if told == "investigation" and side == "legit":
        names = [f"{kind}_legit"]
    elif told in {"review", "appeal"}:
        names = [f"{kind}_{verdict.action}", kind] if side == "legit" else ["fraud"]
    elif told == "sampled":
        caught = side == "fraud" and verdict.action != next(iter(_IF_FRAUD[kind]))
        names = ["caught" if caught else side]
    if told == "review" and f"{kind}_{verdict.action}" in bases:
        names = [f"{kind}_{verdict.action}"]
    return one_of([basis for name in names for basis in bases.get(name, ())], said, story.situation, dice)
