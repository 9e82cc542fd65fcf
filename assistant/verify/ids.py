"""Identifiers: a case, email, address, document or device that is named must be in the evidence cited.

Exists for the invented case id and for the identifier with one wrong character, which send a reviewer to the wrong
record. Evidence ids written in the text must exist on the sheet. Links are left to `markup`.
"""

from __future__ import annotations

import re

from assistant.case import Check, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.reading import grounds, plain, said
from assistant.verify.tokens import Token, identifiers

__all__ = ["check_ids"]


def check_ids(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each identifier that does not occur in the cited evidence."""
    chosen = {item.id: plain(said(item)).lower() for item in grounds(sentence, sheet)}
    findings = []
    for token in identifiers(sentence.text):
        if token.kind == "link" or any(_occurs(token, text) for text in chosen.values()):
            continue
        shown = sentence.text[token.start : token.end]
        if token.kind == "evidence":
            if sheet.find(token.value.upper()) is None:
                findings.append(Finding(token.start, token.end, f"there is no evidence {shown} on the sheet"))
        elif token.value != sheet.case_id.lower():
            elsewhere = [item.id for item in sheet.evidence if _occurs(token, plain(said(item)).lower())]
            why = f"{elsewhere[0]} names it, but is not cited" if elsewhere else "nothing on the sheet names it"
            findings.append(Finding(token.start, token.end, f'"{shown}" is not in the cited evidence; {why}'))
    return verdict("ids", sentence, findings, "every identifier is in the cited evidence")


def _occurs(token: Token, text: str) -> bool:
    """Whole, not as a part of a longer identifier; the last digits of a card only at the end of one."""
    if token.value not in text:
        return False
    before = "" if token.kind == "tail" else r"(?<![\w@])"
    return re.search(rf"{before}{re.escape(token.value)}(?![\w@])(?!-\w)", text) is not None
