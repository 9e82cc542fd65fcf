"""What reviewers decided and what turned out to be true, each with the moment when it was known.

Reviewers see the marks and have a feeling for the truth, and are wrong in about one case of twenty. What is blocked
rarely gets an outcome; what slips through comes back as a chargeback weeks later. Nothing happens after the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.world.chance import Dice
from assistant.world.phrasebook import load_phrases, sayable, spell_out
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
_OVERLOOKED = {True: 0.55, False: 0.06}
"""How often an approval in spite of a failed check is one that did not see it; the others have asked."""
_NOTED = ("Settled, see note.", "Cleared up by first line.", "As in the note, fine.", "Note explains it.")
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
    """`basis` says in words what the source found."""

    fraud: bool
    known_at: datetime
    source: str
    basis: str


def decide(story: Story, settled: frozenset[str], end: datetime, dice: Dice) -> Verdict | None:
    """The decision, or None while the case waits. `settled` are failed checks that the note explains.

    The backlog is young: what is old has mostly been dealt with.
    """
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
    reason, asked = _reason(story, action, settled, dice)
    if asked:  # answers and second photos take their time
        decided_at = min(max(decided_at, story.opened_at + dice.hours(1.5, 8)), end - timedelta(seconds=1))
    return Verdict(action, decided_at, reason, dice.pick(_REVIEWERS))


def turn_out(story: Story, verdict: Verdict | None, end: datetime, dice: Dice) -> Outcome | None:
    """What became known before the window ended, or None."""
    if verdict is None:
        return None
    found = _truth_comes_out(story, verdict, dice)
    return found if found is not None and found.known_at < end else None


def _truth_comes_out(story: Story, verdict: Verdict, dice: Dice) -> Outcome | None:
    fraud, lenient = story.truth.fraud, verdict.action == next(iter(_IF_FRAUD[story.kind]))
    refunded = "claim" in story.facts.marks() and verdict.action == "refund"
    stopped = verdict.action in STERN and not refunded

    def known(source: str, wait: timedelta, told: str = "") -> Outcome:
        bases = load_phrases("outcomes")[told or source]["fraud" if fraud else "legit"]
        basis = spell_out(
            dice.pick(sayable(bases, {"days": str(wait.days)}, story.situation)), {"days": str(wait.days)}, dice
        )
        return Outcome(fraud, verdict.decided_at + wait, source, basis)

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
        disputed = story.kind == "payment" and not {"claim", "transfer"} & set(story.facts.marks())
        source = "chargeback" if disputed or (story.kind == "merchant" and dice.chance(0.6)) else "investigation"
        return known(source, timedelta(days=min(max(dice.spread(21, 0.5), 10), 60)))
    if story.kind == "payment" and dice.chance(_FRIENDLY):
        wait = dice.days(12, 60)
        return Outcome(True, verdict.decided_at + wait, "chargeback", "cardholder says not as described")
    return known("review", dice.days(14, 45)) if dice.chance(0.5) else None


def _reason(story: Story, action: str, settled: frozenset[str], dice: Dice) -> tuple[str, bool]:
    """What the reviewer writes, and whether somebody had to be asked first."""
    reasons, mentions = load_phrases("reasons"), dict(story.mentions)
    marks = story.facts.marks()

    def said(templates: Sequence[str]) -> str:
        fitting = sayable(templates, mentions, story.situation)
        return spell_out(dice.pick(fitting), mentions, dice) if fitting else ""

    if action == "escalate":
        return said(reasons["escalate"]["any"]), False
    found = reasons[story.kind][action]
    if "declined" in marks and "declined" in found:  # whoever decides on a payment that did not go through says so
        return said(found["declined"]), False
    failed = [mark for mark in marks if mark in reasons[story.kind]["settled"]]
    if action == "approve" and failed:
        if not settled and dice.chance(_OVERLOOKED[story.truth.fraud]):
            return said(reasons[story.kind]["overlooked"]["any"]), False
        answers = [said(reasons[story.kind]["settled"][mark]) for mark in failed if mark not in settled]
        noted = [dice.pick(_NOTED)] if settled else []
        return " ".join([*noted, *answers[:3]]), bool(answers)
    fitting = [mark for mark in marks if mark in found]
    text = said(found[dice.pick(fitting)]) if fitting and dice.chance(0.6) else ""
    return text or said(found["any"]), False
