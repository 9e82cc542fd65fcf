"""What the template of the draft shows: which sentence is whose, what failed before it stood, and how it was made.

A sentence that held as the writer wrote it has no mark: marks are for what a reader must know. Values only, no markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.case import Check, Draft, Evidence, Review, Sentence
from assistant.editing import written
from assistant.ui import words

__all__ = ["DraftView", "EvidenceView", "SentenceView", "finished_view", "unfinished_view"]

LONGEST_CHOICE = 90
"""Characters of a statement in the list of evidence that an editor can cite."""


@dataclass(frozen=True)
class EvidenceView:
    """What the card of a citation says."""

    id: str
    kind: str
    polarity: str
    statement: str
    choice: str


@dataclass(frozen=True)
class SentenceView:
    """A sentence with its mark: a word, and on demand what it means, what failed, and what stood there before."""

    id: str
    text: str
    citations: tuple[str, ...]
    written: str
    mark: str = ""
    meaning: str = ""
    failed: tuple[Check, ...] = ()
    before: str = ""
    tone: str = ""


@dataclass(frozen=True)
class FailedView:
    """A check that did not hold, and of what."""

    check: str
    of: str
    why: str


@dataclass(frozen=True)
class DraftView:
    """The panel of the draft. Without `draft` it is not finished; without `review_id` nothing can be changed."""

    case_id: str
    sentences: tuple[SentenceView, ...] = ()
    cited: tuple[EvidenceView, ...] = ()
    trouble: str = ""
    writer: str = ""
    draft: Draft | None = None
    review_id: str = ""
    badge: str = ""
    meaning: str = ""
    made: tuple[tuple[str, str], ...] = ()
    failed: tuple[FailedView, ...] = ()
    evidence: tuple[EvidenceView, ...] = ()
    earlier: Draft | None = None
    saved: str = ""


def unfinished_view(
    case_id: str, sentences: Sequence[Sentence], evidence: Sequence[Evidence], writer: str = "", trouble: str = ""
) -> DraftView:
    """A draft being written by `writer`, or one that could not be finished because of `trouble`."""
    return DraftView(
        case_id=case_id,
        sentences=tuple(SentenceView(one.id, one.text, one.citations, written(one)) for one in sentences),
        cited=_cited(sentences, evidence),
        writer=words.writer(writer) if writer else "",
        trouble=trouble,
    )


def finished_view(
    review: Review, original: Draft, *, read_only: bool = False, earlier: Draft | None = None, saved: str = ""
) -> DraftView:
    """The draft of a review. `original` is the draft as it was before any edit, `earlier` an edited one of an earlier
    review, `saved` the mark of the page's edit that this answers."""
    draft = review.draft
    badge, meaning = words.status(draft)
    return DraftView(
        case_id=review.case_id,
        sentences=tuple(_sentence(one, draft, original) for one in draft.sentences),
        cited=_cited(draft.sentences, review.evidence),
        draft=draft,
        review_id="" if read_only else review.review_id,
        badge=badge,
        meaning=meaning,
        made=tuple(_made(review)),
        failed=tuple(_failed(check, draft, original) for check in draft.checks if not check.ok),
        evidence=tuple(_evidence(one) for one in review.evidence),
        earlier=earlier,
        saved=saved,
    )


def _sentence(sentence: Sentence, draft: Draft, original: Draft) -> SentenceView:
    view = SentenceView(sentence.id, sentence.text, sentence.citations, written(sentence))
    failed = draft.failed(sentence.id)
    more: dict[str, object] = {}
    if sentence.origin == "person":
        before = next((written(one) for one in original.sentences if one.id == sentence.id), "")
        if failed:
            more = {
                "mark": "edited, not supported",
                "tone": "unsupported",
                "meaning": "A person wrote this. It does not hold:",
            }
        else:
            more = {"mark": "edited", "tone": "edited", "meaning": "A person wrote this; every check held."}
        more |= {"before": before}
    elif sentence.origin == "retried":
        more = {"mark": "second try", "tone": "retried", "meaning": "What the writer had written first did not hold:"}
    elif sentence.origin == "evidence" and original.status == "repaired":
        meaning = "The plain evidence stands in place of a sentence that did not hold:"
        more = {"mark": "plain evidence", "tone": "repaired", "meaning": meaning}
    if not more:
        return view
    return SentenceView(**(vars(view) | more | {"failed": failed}))


def _failed(check: Check, draft: Draft, original: Draft) -> FailedView:
    place = next((number for number, one in enumerate(draft.sentences, 1) if one.id == check.sentence), 0)
    shown = draft.sentences[place - 1] if place else None
    if check.sentence == "draft":
        of = "the action"
    elif shown is not None and shown.origin == "person":
        of = f"sentence {place}, as it stands"
    elif shown is not None and original.status != "scripted":
        of = f"sentence {place}, as it was first written"
    elif check.sentence.startswith("w"):
        of = "what would change it"
    else:
        of = "a sentence that is not shown"
    return FailedView(check.check, of, check.why)


def _made(review: Review) -> list[tuple[str, str]]:
    draft, made = review.draft, review.draft.provenance
    bad = sum(not check.ok for check in draft.checks)
    rows = [
        ("Writer", words.writer(draft.writer)),
        ("Model", made.model),
        ("Prompt", f"{made.prompt} {made.version}"),
        ("Prompt hash", made.hash),
        ("Evidence sheet", made.sheet_hash),
        ("Time", f"{made.latency_ms / 1000:,.1f} s"),
        ("Sentences", f"{made.retried} tried again, {made.replaced} replaced by evidence"),
        ("Checks", f"{len(draft.checks)} made, {bad or 'none'} did not hold"),
        ("Review", review.review_id),
    ]
    if made.confidence:
        rows.append(("Confidence from", made.confidence))
    if draft.edited:
        rows.append(("Edit", f"{draft.edited.number}, by {draft.edited.editor}, {words.moment(draft.edited.at)}"))
    return rows


def _cited(sentences: Sequence[Sentence], evidence: Sequence[Evidence]) -> tuple[EvidenceView, ...]:
    """What is cited, each item once; an id that is not on the sheet says so."""
    known = {one.id: one for one in evidence}
    ids = dict.fromkeys(cited for sentence in sentences for cited in sentence.citations)
    nowhere = "There is no such evidence on the sheet of this case."
    return tuple(
        _evidence(known[one]) if one in known else EvidenceView(one, "", "neutral", nowhere, "") for one in ids
    )


def _evidence(item: Evidence) -> EvidenceView:
    short = item.statement if len(item.statement) <= LONGEST_CHOICE else f"{item.statement[:LONGEST_CHOICE]} …"
    return EvidenceView(item.id, words.evidence(item), item.polarity, item.statement, f"{item.id} · {short}")
