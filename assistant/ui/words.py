"""Words and figures as a reviewer reads them. No layout here, and nothing that decides anything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from assistant.case import Draft, Evidence, Fact, Precedent
from assistant.writer.masking import Mask

__all__ = [
    "action",
    "age",
    "alike",
    "band",
    "count",
    "evidence",
    "masked",
    "moment",
    "money",
    "percent",
    "sentence",
    "statement",
    "status",
    "support",
    "time_format",
    "verdict",
    "writer",
]

_PLACEHOLDER = re.compile(r"<(\w+) \d+>")
BANDS = {"high": "High risk", "medium": "Medium risk", "low": "Low risk", "abstain": "No score"}
KINDS = {
    "signal": "signal",
    "fact": "fact of the case",
    "precedent": "similar case",
    "note": "text",
    "document": "document check",
    "rule": "policy",
    "article": "article",
}
POLARITIES = {"raises": "raises the risk", "lowers": "lowers the risk"}
OUTCOMES = {"fraud": "Fraud", "legitimate": "Legitimate", "unresolved": "Unresolved"}


def action(name: str | None) -> str:
    """request_documents → Request documents"""
    return (name or "none").replace("_", " ").capitalize()


def band(name: str) -> str:
    return BANDS.get(name, name)


def percent(probability: float | None) -> str:
    """Whole percents in the middle, more digits where they matter, never a certainty that nobody has."""
    if probability is None:
        return "–"
    if probability < 0.001:
        return "< 0.1%"
    if probability > 0.999:
        return "> 99.9%"
    return f"{probability:.1%}" if probability < 0.0995 or probability > 0.99 else f"{probability:.0%}"


def interval(bounds: tuple[float, float] | None) -> str:
    """`9.1% to 14%`; empty where there is none, or it says no more than the number itself."""
    if bounds is None:
        return ""
    low, high = map(percent, bounds)
    return f"{low} to {high}" if low != high else ""


def money(currency: str, amount: float) -> str:
    """An amount that is an estimate: cents only where it is small."""
    return f"{currency} {amount:,.2f}" if abs(amount) < 100 else f"{currency} {amount:,.0f}"


def age(opened_at: datetime, now: datetime) -> str:
    """How long a case has been waiting, in one unit."""
    minutes = max(0, int((now - opened_at).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    days = minutes // (24 * 60)
    return f"{days} days" if days < 730 else f"{days // 365} years"


def masked(text: str, personal: Sequence[Fact] = ()) -> str:
    """Free words without personal data: `[name] called from [phone]`."""
    return _PLACEHOLDER.sub(r"[\1]", Mask(personal).hide(text))


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def evidence(item: Evidence) -> str:
    """What an item of evidence is: `signal, raises the risk`."""
    quoted = "quoted as it came, not checked" if item.untrusted else ""
    return ", ".join(filter(None, (KINDS[item.kind], POLARITIES.get(item.polarity, ""), quoted)))


def writer(name: str) -> str:
    """Who writes: `the local model SmolLM2`."""
    kind, _, model = name.partition(":")
    return {"scripted": "the scripted writer, without a model", "local": f"the local model {model}"}.get(kind, name)


def support(draft: Draft) -> str:
    """Whether what a person wrote holds: `1 sentence stands though a check failed`."""
    bad = sum(one.origin == "person" and bool(draft.failed(one.id)) for one in draft.sentences)
    return (
        f"{count(bad, 'sentence')} {'stands' if bad == 1 else 'stand'} though a check failed"
        if bad
        else ("every check of the text held")
    )


def statement(text: str) -> tuple[str, str]:
    """A signal's statement and its normal range: "seen 2 hours before (shorter than in 96% of cases)" in two parts."""
    said, bracket, rest = text.rpartition(" (")
    if bracket and rest.endswith(")"):
        return _sentence(said), rest[:-1]
    return _sentence(text), ""


def verdict(precedent: Precedent) -> str:
    """What became of a precedent, in a word or two."""
    return OUTCOMES.get(precedent.outcome or "", "Outcome not known")


def alike(because: Sequence[str]) -> str:
    """Why a precedent is similar; the things that both share in one breath, for there may be ten of them."""
    same = [why.removeprefix("same ") for why in because if why.startswith("same ")]
    rest = [why for why in because if not why.startswith("same ")]
    shared = " and ".join([", ".join(same[:-1]), same[-1]]) if len(same) > 1 else "".join(same)
    return "; ".join([f"same {shared}", *rest] if same else rest)


def sentence(text: str) -> str:
    """A message as a sentence. The name of a file at its beginning keeps its own first letter."""
    text = text.rstrip(".")
    return f"{text}." if "." in text.split(" ", 1)[0] else f"{_sentence(text)}."


def time_format(format: str) -> str:
    """How a format writes the last day of a year, which nobody takes for a month: `31/12/2024`."""
    return datetime(2024, 12, 31, 13, 45, 30, tzinfo=UTC).strftime(format)


def status(draft: Draft) -> tuple[str, str]:
    """Where a draft comes from: a short badge, and what it means."""
    made = draft.provenance
    if draft.edited and draft.status in {"edited", "unsupported"}:
        by = f"Written by {writer(draft.writer)}; edited by {draft.edited.editor}, {moment(draft.edited.at)}"
        badge = "Edited, every check held" if draft.status == "edited" else "Edited, not all supported"
        return badge, f"{by}; {support(draft)}."
    if draft.status == "verified":
        again = f" ({count(made.retried, 'sentence')} at the second try)" if made.retried else ""
        return "Every check held", f"Written by {writer(draft.writer)}; every check held{again}."
    if draft.status == "repaired":
        if made.replaced:
            return "Repaired", f"Repaired: {count(made.replaced, 'sentence')} replaced by plain evidence."
        return "Repaired", "Repaired: what did not pass the checks was left out."
    if draft.status == "scripted":
        why = draft.note or "no model wrote it"
        return "Plain draft", f"Plain draft{': ' if 'no model wrote it' in why else ', no model wrote it: '}{why}."
    return "Withheld", "Nothing could be said here that the evidence supports."


def count(number: int, noun: str) -> str:
    """`1 case`, `1,200 cases`."""
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
