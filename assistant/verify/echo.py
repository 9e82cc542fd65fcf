"""Echo: words that somebody outside wrote must not speak in the draft's own voice.

Exists for the note that tells the writer what to say. A run of `RUN` or more words that only untrusted evidence has is
refused, so what a customer wrote is reported, not repeated; so is any sentence that tells its reader or the writer to
ignore or override something, unless cited evidence of our own has the words ("3-D Secure is exempt"); and a sentence
resting on notes alone must say whose words they are.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.case import Check, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.orders import orders
from assistant.verify.reading import cited, either, plain, words

__all__ = ["RUN", "check_echo"]

RUN = 5
"""Words in a row. Four occur by chance in short notes ("the card was used"); five were never seen to."""

_WHOSE = either(
    r"\b(?:customer|merchant|applicant|seller|text|note|message|comment|description|reviewer|user|sender)s?\b",
    r"\b(?:buyer|cardholder|according|sa(?:ys?|id)|writ(?:es?|ten)|wrote|claim(?:s|ed)?|stat(?:es?|ed)|reads?)\b",
    r"\b(?:reports?|reported|mention(?:s|ed)?|explain(?:s|ed)?|asks?|asked)\b",
)
_LEAD = re.compile(r"^[\w ,'()-]{2,40}:\s")


def check_echo(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each copied run and each order, and one for a note told as a fact."""
    read = plain(sentence.text)
    why = "it gives or obeys orders, as a planted note would have it"
    items = cited(sentence, sheet)
    given = " ".join(plain(item.statement).lower() for item in items if not item.untrusted)
    findings = [Finding(start, end, why) for start, end in orders(read) if read[start:end].lower() not in given]
    findings += _copied(sentence, sheet)
    if items and all(item.untrusted and item.kind == "note" for item in items) and not _WHOSE.search(read):
        findings.append(Finding(0, len(read), "it tells as a fact what only a note says; say whose words they are"))
    return verdict("echo", sentence, findings, "nothing is repeated from text that somebody outside wrote")


def _copied(sentence: Sentence, sheet: Sheet) -> list[Finding]:
    row = words(sentence.text)
    if len(row) < RUN:
        return _quotation(sentence, sheet)
    hostile = _runs(tuple(item.statement for item in sheet.evidence if item.untrusted))
    if not hostile:
        return _quotation(sentence, sheet)
    trusted = _runs(tuple(item.statement for item in sheet.evidence if not item.untrusted))
    findings: list[Finding] = []
    for i in range(len(row) - RUN + 1):
        run = tuple(word.text for word in row[i : i + RUN])
        if run not in hostile or run in trusted:
            continue
        start, end = row[i].start, row[i + RUN - 1].end
        if findings and start <= findings[-1].end:
            start = findings.pop().start
        findings.append(Finding(start, end, f"{RUN} or more words in a row are copied from {_owner(run, sheet)}"))
    return findings or _quotation(sentence, sheet)


def _quotation(sentence: Sentence, sheet: Sheet) -> list[Finding]:
    """A sentence that is nothing but what somebody outside wrote, however short that is."""
    own = [word.text for word in words(sentence.text)]
    for item in sheet.evidence:
        theirs = [word.text for word in words(item.statement)] if item.untrusted else []
        if len(own) > 1 and any(theirs[at : at + len(own)] == own for at in range(len(theirs) - len(own) + 1)):
            return [Finding(0, len(sentence.text), f"it is copied from {item.id}")]
    return []


def _owner(run: tuple[str, ...], sheet: Sheet) -> str:
    return next(item.id for item in sheet.evidence if item.untrusted and run in _runs((item.statement,)))


@lru_cache(maxsize=256)
def _runs(statements: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    """Every run of words, without the label that the sheet puts before an outsider's words ("customer text: ")."""
    found: set[tuple[str, ...]] = set()
    for statement in statements:
        lead = _LEAD.match(plain(statement))
        row = [word.text for word in words(statement[lead.end() if lead else 0 :])]
        found.update(tuple(row[i : i + RUN]) for i in range(len(row) - RUN + 1))
    return frozenset(found)
