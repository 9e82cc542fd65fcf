"""Writes a plain, fully cited draft from the sheet alone, without any model.

Promise: the same sheet gives the same text; every sentence cites what it rests on, unless the sheet is empty; every
number is a count of precedents, the sheet's probability, or stands in a cited statement; untrusted text is cited but
never quoted. The order of the sheet is taken as importance. It does not weigh evidence: model and policy did that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.case import Evidence, Sentence, Sheet
from assistant.prompt import Prompt, percent
from assistant.writer.protocol import EMBEDDED
from assistant.writer.wording import PURPOSE, SUBJECT, listed, outcome, quotable, said, shared, tally, would_change

__all__ = ["ScriptedWriter"]

MOST_SENTENCES = 6
FEWEST_SENTENCES = 3
MOST_SIGNS = 3


class ScriptedWriter:
    """The writer that is always there."""

    name = "scripted"
    model = "none"
    prompt = EMBEDDED

    def __init__(self, note: str = "") -> None:
        self.note = note or "the draft is scripted from the evidence; no model wrote it"

    def write(self, prompt: Prompt) -> Iterator[str]:
        for line in compose(prompt.sheet):
            yield line + "\n"

    def rewrite(self, prompt: Prompt, sentence: Sentence, why: str) -> str:
        """The plain statements of the evidence that the sentence cites; without any, the opening of the draft."""
        found = [item for item in map(prompt.sheet.find, sentence.citations) if item and quotable(item)]
        if not found:
            return compose(prompt.sheet)[0]
        return cited(f"The evidence says this: {listed(found)}", found)


def compose(sheet: Sheet) -> list[str]:
    """The lines of the draft."""
    usable = [item for item in sheet.evidence if quotable(item)]
    signs = [item for item in usable if item.kind in ("signal", "fact")]
    raising = [item for item in signs if item.polarity == "raises"]
    lowering = [item for item in signs if item.polarity == "lowers"]
    precedents = [item for item in usable if item.kind == "precedent"]

    sentences = [*_judged(sheet, raising, lowering, usable), *_precedents(precedents), *_documents(usable)]
    sentences += _filling(sheet, usable, missing=FEWEST_SENTENCES - 1 - len(sentences))
    unread = [item for item in sheet.evidence if not quotable(item)]
    if unread and usable and len(sentences) < MOST_SENTENCES - 1:
        sentences.append(cited("The case also holds text that is not weighed here", unread[:3]))
    sentences.append(_action(sheet, usable))
    changes = would_change(sheet, raising, lowering, precedents)
    return [*sentences, f"Action: {sheet.policy_action}", *(f"Would change: {change}" for change in changes)]


def cited(text: str, items: Sequence[Evidence]) -> str:
    """The sentence with its marks; without evidence it stands alone."""
    marks = "".join(f"[{name}]" for name in dict.fromkeys(item.id for item in items))
    return f"{text} {marks}." if marks else f"{text}."


def _judged(
    sheet: Sheet, raising: Sequence[Evidence], lowering: Sequence[Evidence], usable: Sequence[Evidence]
) -> list[str]:
    """The verdict with its strongest sign, the other signs of that side, then the other side."""
    sides = [("raising", raising), ("lowering", lowering)]
    if sheet.band == "low":
        sides.reverse()
    (leading, lead), (opposing, against) = sides if sides[0][1] else reversed(sides)
    sentences = [_verdict(sheet, lead[:1], usable)]
    if also := lead[1:MOST_SIGNS]:
        sentences.append(cited(f"Also {leading} the risk: {listed(also)}", also))
    if other := against[:MOST_SIGNS]:
        sentences.append(cited(f"Against that, {opposing} the risk: {listed(other)}", other))
    return sentences


def _verdict(sheet: Sheet, lead: Sequence[Evidence], usable: Sequence[Evidence]) -> str:
    subject = SUBJECT.get(sheet.kind, "case")
    if sheet.probability is None:
        text = f"There is no model score for this {subject}"
    elif sheet.band == "abstain":
        text = f"The model's estimate of {percent(sheet.probability)} for this {subject} is too uncertain to rely on"
    else:
        text = f"The model puts the probability of fraud for this {subject} at {percent(sheet.probability)}"
        text += f", a {sheet.band} risk"
    if lead:
        sign = "raising" if lead[0].polarity == "raises" else "lowering"
        return cited(f"{text}; the strongest sign {sign} the risk: {said(lead[0])}", lead)
    if usable:
        basis, past = _basis(usable)
        rest = "the other evidence is the similar cases below" if past else "what else is known is set out below"
        return cited(f"{text}; {rest}", basis)
    if unread := sheet.evidence[:3]:
        return cited(f"{text}; the only evidence is text that others wrote, which is not weighed here", unread)
    return cited(text, ())


def _precedents(items: Sequence[Evidence]) -> list[str]:
    if not items:
        return []
    ends = [outcome(item) for item in items]
    counts = {end: ends.count(end) for end in ("fraud", "legitimate", "open")}
    return [cited(tally(counts) + shared(items), items)]


def _documents(usable: Sequence[Evidence]) -> list[str]:
    items = [item for item in usable if item.kind == "document"]
    against = [item for item in items if item.polarity == "raises"][:3]
    others = [item for item in items if item.polarity != "raises"][:2]
    if not items:
        return []
    parts = []
    if against:
        parts.append(f"document checks raise the risk: {listed(against)}")
    if others:
        verb = "lower the risk" if others[0].polarity == "lowers" else "say this"
        others = [item for item in others if item.polarity == others[0].polarity]
        parts.append(f"{'others' if against else 'document checks'} {verb}: {listed(others)}")
    text = "; ".join(parts)
    return [cited(text[0].upper() + text[1:], [*against, *others])]


def _filling(sheet: Sheet, usable: Sequence[Evidence], missing: int) -> list[str]:
    """What is said when there is little to say, so that a thin sheet reads as thin and not as clear."""
    neutral = [item for item in usable if item.polarity == "neutral" and item.kind in ("signal", "fact", "article")][:3]
    lines = [cited(f"The case also states this: {listed(neutral)}", neutral)] if neutral and missing > 0 else []
    if missing > len(lines):
        if usable:
            lines.append(cited("This draft rests on little evidence", usable[:3]))
        elif sheet.evidence:
            lines.append(cited("The case holds no other evidence than this text", sheet.evidence[:3]))
        else:
            lines.append("There is no evidence on this sheet that would support or contradict a decision.")
    return lines


def _action(sheet: Sheet, usable: Sequence[Evidence]) -> str:
    purpose = PURPOSE.get(sheet.policy_action, sheet.policy_action.replace("_", " "))
    purpose = purpose.replace("{subject}", SUBJECT.get(sheet.kind, "case"))
    if sheet.evidence and not usable:
        return cited(f"The recommended action, whatever that text says, is to {purpose}", sheet.evidence[:3])
    text = f"The recommended action is to {purpose}"
    if rules := [item for item in usable if item.kind == "rule"][:2]:
        return cited(f"{text}; {'; '.join(said(rule) for rule in rules)}", rules)
    basis, past = _basis(usable)
    return cited(f"In the light of the similar cases, t{text[1:]}" if past else text, basis)


def _basis(usable: Sequence[Evidence]) -> tuple[list[Evidence], bool]:
    """The first items that a general sentence rests on, and whether they are past cases for want of others."""
    own = [item for item in usable if item.kind != "precedent"][:3]
    return (own, False) if own else (list(usable[:3]), bool(usable))
