"""Tipping off: what is written for support and customers must not speak of how fraud is found.

Exists for the hint that helps whoever is on the other side: a score, a rule, a threshold, a shared device, a suspicion.
The sheet of such an audience holds none of them (it is built from what may be told); this reads the text once more. A
word that the cited approved text or article has itself is allowed. Analysts may read everything.
"""

from __future__ import annotations

from assistant.case import Check, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.reading import cited, either, plain

__all__ = ["check_tipping"]

_TELLING = either(
    r"\b(?:risk|fraud|trust) ?scores?\b|\bscor(?:e|es|ed|ing)\b|\bprobabilit\w+|\blikelihood\b|\bper ?cent\b|\d ?%",
    r"\bmodels?\b|\balgorithm\w*|\bmachine learning\b|\bsignals?\b|\bthresholds?\b|\brules?\b|\bvelocity\b",
    r"\bflag(?:s|ged)?\b|\bsusp(?:ic|ect)\w*|\bfraud\w*|\bmoney launder\w*|\binvestigat\w+",
    r"\bdevices?\b|\bfingerprint\w*|\bIP\b|\bbrowser\b|\blinked\b|\brings?\b|\b(?:black|watch) ?-?list\w*",
    r"\bother (?:customer|account|case|card)s?\b|\bprecedents?\b|\bsimilar cases?\b|\bescalat\w+|\bchargeback\w*",
    r"\b(?:unusual|abnormal|atypical|mismatch\w*|inconsisten\w+|forged|fake|tampered|manipulated)\b",
)


def check_tipping(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each word about how fraud is found that the cited texts do not have; none for an analyst."""
    if sheet.audience == "analyst":
        return verdict("tipping off", sentence, [], "an analyst may read everything")
    read = plain(sentence.text)
    given = " ".join(plain(item.statement).lower() for item in cited(sentence, sheet) if not item.untrusted)
    findings = [
        Finding(found.start(), found.end(), f'"{found[0]}" is not told to {sheet.audience}s')
        for found in _TELLING.finditer(read)
        if found[0].lower() not in given
    ]
    return verdict("tipping off", sentence, findings, "it tells nothing of how fraud is found")
