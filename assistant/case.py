"""The values that travel between the stages.

Every value is frozen and refuses unknown fields, so that a stage cannot change what another one saw.
Times are timezone-aware UTC. Money is an integer in minor units (cents) with an ISO 4217 currency.
This module holds values only: it reads nothing, writes nothing and decides nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assistant.roles import COUNTRY_ROLES, PERSONAL_ROLES, Role

__all__ = [
    "ESCALATE",
    "Advice",
    "Band",
    "Case",
    "CaseRecord",
    "Check",
    "Decision",
    "Draft",
    "DraftEdit",
    "DraftStatus",
    "Edited",
    "Evidence",
    "EvidenceKind",
    "Fact",
    "Interaction",
    "Label",
    "Moment",
    "Origin",
    "Outcome",
    "OutcomeSource",
    "Polarity",
    "Precedent",
    "Provenance",
    "Reason",
    "Review",
    "Scorecard",
    "Sentence",
    "SentenceChange",
    "Sheet",
    "Truth",
    "known_before",
    "utc",
]

ESCALATE = "escalate"
"""The action that every kind of case allows: somebody with more authority decides."""

Truth = Literal["fraud", "legitimate", "unresolved"]
OutcomeSource = Literal["chargeback", "appeal", "investigation", "review", "import"]
Band = Literal["low", "medium", "high", "abstain"]
Polarity = Literal["raises", "lowers", "neutral"]
EvidenceKind = Literal["signal", "fact", "precedent", "note", "document", "rule", "article"]
Origin = Literal["model", "retried", "evidence", "person"]
DraftStatus = Literal["verified", "repaired", "scripted", "withheld", "edited", "unsupported"]
"""The last two are of drafts that a person changed: every check of the text holds, or one does not."""


def utc(moment: datetime) -> datetime:
    """The same moment in UTC. A moment without a time zone is refused, because guessing one moves it."""
    if moment.tzinfo is None:
        raise ValueError("a time needs a time zone")
    return moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(utc)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(_Value):
    """One column of a case as it was given, with what it means."""

    name: str
    role: Role
    phrase: str
    value: str


class Case(_Value):
    """What a reviewer decides. Holds nothing that became known after `opened_at`."""

    case_id: str
    source: str
    kind: str
    opened_at: Moment
    utc_offset_min: int = 0
    amount_minor: int | None = None
    currency: str | None = None
    facts: tuple[Fact, ...] = ()

    def values(self, *roles: Role) -> tuple[str, ...]:
        """The values of all facts with one of these roles, in the order of the columns."""
        return tuple(fact.value for fact in self.facts if fact.role in roles and fact.value)

    @property
    def country(self) -> str:
        """Where the case comes from: the first column that names a country; empty without one."""
        return next(iter(self.values(*COUNTRY_ROLES)), "")

    @property
    def personal(self) -> tuple[Fact, ...]:
        """The facts that are personal data."""
        return tuple(fact for fact in self.facts if fact.role in PERSONAL_ROLES and fact.value)


class Decision(_Value):
    """What a person did with a case. It is known from the moment it was made."""

    case_id: str
    action: str
    reason: str
    reviewer: str
    decided_at: Moment
    note: str = ""
    followed_draft: bool | None = None
    review_id: str | None = None
    draft_edit: int | None = None
    """Which edit of the review's draft was in front of the person; None is the draft as it was written."""


class Outcome(_Value):
    """What turned out to be true, and when that became known."""

    case_id: str
    outcome: Truth
    source: OutcomeSource
    known_at: Moment
    assumed_delay: bool = False


class CaseRecord(_Value):
    """One imported row: a case with the decision and outcome that came with it."""

    case: Case
    decision: Decision | None = None
    outcome: Outcome | None = None


class Label(_Value):
    """What training learns from: derived from outcomes by the rule named in `rule`."""

    case_id: str
    fraud: bool
    known_at: Moment
    rule: str


class Reason(_Value):
    """One signed part of a score. `contribution` is in log-odds and the reasons of a score add up to it."""

    evidence: str
    signal: str
    contribution: float
    polarity: Polarity
    percentile: float | None
    statement: str


class Interaction(_Value):
    """A contribution against the direction in which its signal is bad: no reason by itself, and never told as one."""

    signal: str
    contribution: float
    statement: str


class Scorecard(_Value):
    """The model's view of a case. Without a usable model the band is `abstain` and `note` says why.

    In log-odds, `base` + the contributions of `reasons` and `interactions` + `other` add up to the probability, and so
    do `base` + `groups`, which are all contributions by what an analyst means. `interval` holds the probability."""

    probability: float | None
    band: Band
    model: str
    reasons: tuple[Reason, ...] = ()
    base: float = 0.0
    other: float = 0.0
    note: str = ""
    interval: tuple[float, float] | None = None
    interactions: tuple[Interaction, ...] = ()
    groups: dict[str, float] = {}


class Precedent(_Value):
    """A past case whose decision or outcome was known at the moment asked about.

    `ring` are other cases of its ring that turned out the same; `because` then ends with how many they are. `differs`
    is the most telling signal that differs. `counter_example` is said of the nearest case that turned out the other
    way than most of those shown: what it shares and how it differs. All three may be empty."""

    case_id: str
    similarity: float
    outcome: Truth | None
    action: str | None
    reason: str | None
    decided_at: Moment | None
    known_at: Moment
    because: tuple[str, ...]
    summary: str = ""
    ring: tuple[str, ...] = ()
    differs: str = ""
    counter_example: str = ""

    @property
    def shared(self) -> tuple[str, ...]:
        """Why it is alike, without a word of its ring."""
        return self.because[:-1] if self.ring else self.because


class Evidence(_Value):
    """One numbered item of a sheet. `untrusted` marks text that somebody outside wrote."""

    id: str
    kind: EvidenceKind
    polarity: Polarity
    statement: str
    values: tuple[str, ...] = ()
    source: str = ""
    untrusted: bool = False


class Sheet(_Value):
    """All that writer and verifier may know about a case."""

    case_id: str
    kind: str
    as_of: Moment
    audience: Literal["analyst", "support", "customer"] = "analyst"
    probability: float | None
    band: Band
    evidence: tuple[Evidence, ...]
    allowed_actions: tuple[str, ...]
    policy_action: str

    def find(self, evidence_id: str) -> Evidence | None:
        return next((item for item in self.evidence if item.id == evidence_id), None)

    def of_kind(self, *kinds: EvidenceKind) -> tuple[Evidence, ...]:
        return tuple(item for item in self.evidence if item.kind in kinds)

    @property
    def hash(self) -> str:
        """SHA-256 over the canonical JSON: two sheets with one hash hold the same evidence."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class Sentence(_Value):
    """One sentence of a draft: `text` without its citation marks, and what it cites."""

    id: str
    text: str
    citations: tuple[str, ...] = ()
    origin: Origin = "model"


class Check(_Value):
    """One verdict on characters `start` to `end` of one sentence. The sentence id `draft` means the whole draft."""

    check: str
    sentence: str
    start: int
    end: int
    ok: bool
    why: str


class Provenance(_Value):
    """What made a draft, so that it can be explained later."""

    prompt: str
    version: str
    hash: str
    model: str
    sheet_hash: str
    latency_ms: int
    retried: int = 0
    replaced: int = 0
    confidence: str = ""
    """Which probability stands behind the draft's confidence, and why."""


class Edited(_Value):
    """That a person changed a draft: the first edit of a review has number 1."""

    number: int
    editor: str
    at: Moment


class Draft(_Value):
    """Checked sentences with citations and a recommended action.

    A check that is not ok is about the text shown where a person wrote the sentence, and about what the writer had
    written before where its origin is another one."""

    status: DraftStatus
    writer: str
    sentences: tuple[Sentence, ...]
    action: str | None
    confidence: float | None
    would_change: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    provenance: Provenance
    note: str = ""
    edited: Edited | None = None

    @property
    def hash(self) -> str:
        """SHA-256 over the canonical JSON, for the journal."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def failed(self, sentence_id: str) -> tuple[Check, ...]:
        """The checks of one sentence that did not hold."""
        return tuple(check for check in self.checks if not check.ok and check.sentence == sentence_id)


class SentenceChange(_Value):
    """One sentence before and after a person's edit: None before it was added, None after it was taken out. `failed`
    are the checks that do not hold for what the person wrote: such a text is no example to learn from."""

    before: Sentence | None
    after: Sentence | None
    failed: tuple[Check, ...] = ()


class DraftEdit(_Value):
    """A person's edit of a review's draft: the draft as it is now, and how it differs from the one before."""

    review_id: str
    draft: Draft
    changes: tuple[SentenceChange, ...]


class Advice(_Value):
    """The policy's view: the action of least expected cost, costs in minor units of `currency`."""

    action: str
    expected_costs: dict[str, float]
    currency: str
    expected_loss: float
    note: str = ""


class Review(_Value):
    """One pass of the flow over one case. `missing` says what could not be had, such as a memory being rebuilt."""

    review_id: str
    case_id: str
    as_of: Moment
    score: Scorecard
    precedents: tuple[Precedent, ...]
    sheet: Sheet = Field(exclude=True)
    draft: Draft
    policy: Advice
    missing: str = ""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return self.sheet.evidence

    def document(self) -> dict[str, Any]:
        """The review as plain JSON values, in the shape of the command contract."""
        document = self.model_dump(mode="json")
        for number, precedent in enumerate(document["precedents"], 1):
            precedent["evidence"] = f"P{number}"
        document["evidence"] = [item.model_dump(mode="json") for item in self.evidence]
        return document


def known_before(moments: Iterable[Outcome], as_of: datetime) -> Outcome | None:
    """The newest outcome whose `known_at` lies strictly before `as_of`, or None."""
    return max((one for one in moments if one.known_at < as_of), key=lambda one: one.known_at, default=None)
