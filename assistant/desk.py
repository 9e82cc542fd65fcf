"""The whole flow, on one page.

case → signals → scorecard → precedents → evidence sheet → prompt → writer → verifier → draft → confidence

Two clocks: signals and score use the moment the case was opened, precedents and draft the moment of the review. What
the person then decides goes to the store, and from there to the memory; nothing of a draft ever does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import uuid4

from assistant.case import Advice, Case, Draft, Precedent, Review, Scorecard, Sentence, Sheet
from assistant.confidence import Weighing, confidence, lean
from assistant.drafting import draft_steps
from assistant.policy import Policy
from assistant.prompt import PromptTemplate
from assistant.sheet import build_sheet
from assistant.signals import SignalTable
from assistant.store import Withdrawn
from assistant.ties import Tie
from assistant.writer import Writer

__all__ = ["Brief", "Parts", "prepare", "review", "write"]


LOADING = "the memory of decided cases is still loading"


class Evidence(Protocol):
    """What the desk asks of the records; `Workspace` answers."""

    def signals(self, case: Case) -> SignalTable:
        """The signals of one case, as they were when it was opened."""
        ...

    def score(self, case: Case, signals: SignalTable) -> Scorecard: ...

    def precedents(
        self, case: Case, as_of: datetime, signals: SignalTable, scorecard: Scorecard
    ) -> tuple[Sequence[Precedent], str]:
        """The most similar decided cases known before `as_of`, and what stood in the way of finding them, if any."""
        ...

    def ties(self, case: Case, as_of: datetime) -> tuple[Tie, ...]:
        """Which other cases touch the same things, as it was known at that moment."""
        ...

    def withdrawn(self, case: Case) -> Withdrawn | None:
        """That the case itself is no precedent any more, and the drafts that had used it."""
        ...

    def weighing(self) -> Weighing | None:
        """What was learned about precedents' outcomes beside the score; None where nothing was learned yet."""
        ...


@dataclass(frozen=True)
class Parts:
    """What a review is made with."""

    records: Evidence
    policy: Policy
    prompt: PromptTemplate
    writer: Writer


@dataclass(frozen=True)
class Brief:
    """All of a review but the draft: enough to read the case while the draft is being written."""

    case: Case
    as_of: datetime
    score: Scorecard
    precedents: tuple[Precedent, ...]
    policy: Advice
    sheet: Sheet
    missing: str
    ties: tuple[Tie, ...] = ()
    withdrawn: Withdrawn | None = None


def review(case: Case, as_of: datetime, parts: Parts) -> Review:
    """One case, from its facts to a checked draft."""
    brief = prepare(case, as_of, parts)
    *_, finished = write(brief, parts)
    assert isinstance(finished, Review)
    return finished


def prepare(case: Case, as_of: datetime, parts: Parts, *, memory: bool = True) -> Brief:
    """Gathers the evidence; without `memory`, no precedents, for a page that cannot wait for it to load."""
    signals = parts.records.signals(case)
    score = parts.records.score(case, signals)
    precedents, missing = parts.records.precedents(case, as_of, signals, score) if memory else ((), LOADING)
    advice = parts.policy.advise(case, score.probability)
    sheet = build_sheet(
        case, as_of, score, signals.row(0), signals.signals, precedents, advice, parts.policy.allowed(case.kind)
    )
    ties, withdrawn = parts.records.ties(case, as_of), parts.records.withdrawn(case)
    return Brief(case, as_of, score, tuple(precedents), advice, sheet, missing, ties, withdrawn)


def write(brief: Brief, parts: Parts) -> Iterator[Sentence | Review]:
    """Writes and checks the draft: sentences as they hold, then the whole review."""
    for step in draft_steps(parts.writer, parts.prompt.render(brief.sheet, brief.case.personal)):
        if isinstance(step, Sentence):
            yield step
        else:
            yield Review(
                review_id=uuid4().hex,
                case_id=brief.case.case_id,
                as_of=brief.as_of,
                score=brief.score,
                precedents=brief.precedents,
                sheet=brief.sheet,
                draft=_with_confidence(step, brief, parts),
                policy=brief.policy,
                missing=brief.missing,
            )


def _with_confidence(draft: Draft, brief: Brief, parts: Parts) -> Draft:
    """The draft with the probability that its action is right, and what stands behind it."""
    chance, kind, weighing = brief.score.probability, brief.case.kind, parts.records.weighing()
    if weighing is None:
        told = "the score's probability; the precedents' outcomes are not weighed yet, 'fra index' does that"
    elif brief.missing:
        told = f"the score's probability, without the precedents: {brief.missing}"
    else:
        told = weighing.told(kind)
        if chance is not None:
            leaning = lean(draft.action, brief.policy, brief.sheet.allowed_actions)
            chance = weighing.chance(kind, chance, brief.precedents, leaning)
    sure = confidence(draft.action, brief.case, chance, parts.policy)
    provenance = draft.provenance.model_copy(update={"confidence": "" if sure is None else told})
    return draft.model_copy(update={"confidence": sure, "provenance": provenance})
