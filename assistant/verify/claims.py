"""What a sentence says became of past cases: which outcome, or which action of a reviewer.

Only claims about the past count: "probability of fraud", "fraud risk" and "block this case" claim nothing. Finds only;
whether the claim is true is decided in `outcomes`.
"""

from __future__ import annotations

import re

from assistant.verify.reading import either

__all__ = ["claims", "parts"]

_PAST_ACTIONS = {
    "approve": r"approved|accepted|released|let through",
    "step_up": r"stepped[- ]up|challenged",
    "refund": r"refunded",
    "block": r"blocked|declined|stopped",
    "reject": r"rejected|refused|turned down",
    "reserve": r"reserved",
    "escalate": r"escalated",
    "hold_payout": r"held",
}
_NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)"
_LINK = (
    r"(?:was|were|is|are|been|being|be|became|proved|turns? out|turned out|turned out as|ends? as|ended as"
    r"|ended in|ended up|as|confirmed"
    r"|both|all|each)"
)
_BECAME = r"(?:turn(?:ed)? out|prove[dn]?|end(?:ed)?(?: up)?)(?: to be| as| in)?"
_BETWEEN = r"(?:\w+ed )?(?:to be |as |a )?(?:(?:also|all|both|indeed|actually|later|mostly|confirmed)\s)*"
_OTHER_FRAUD = r"(?! (?:risk|score|prob|signal|rate|check|team|review))"  # "fraud risk" is no outcome
_NOUNS = r"(?:cases?|precedents?|ones?|orders?|outcomes?)\b"
_CLAIMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "fraud",
        either(
            rf"\b{_LINK} (?P<neg>not |never )?{_BETWEEN}(?P<is>fraud(?:ulent)?)\b{_OTHER_FRAUD}",
            rf"(?P<neg2>\bnon-)?\bfraud(?:ulent)? {_NOUNS}|\bfrauds\b",
            rf"(?P<neg3>\bnot |n't ){_BECAME} (?:fraud(?:ulent)?)\b{_OTHER_FRAUD}",
            rf"\b{_NUMBER} fraud(?:ulent)?\b{_OTHER_FRAUD}",
        ),
    ),
    (
        "legitimate",
        either(
            rf"\b{_LINK} (?P<neg>not |never )?{_BETWEEN}(?P<is>legit(?:imate)?|genuine)\b",
            rf"\b(?:legit(?:imate)?|genuine) {_NOUNS}",
            rf"(?P<neg3>\bnot |n't ){_BECAME} (?:legit(?:imate)?|genuine)\b",
            rf"\b{_NUMBER} (?:legit(?:imate)?|genuine)\b",
        ),
    ),
    (
        "open",
        either(
            r"(?P<neg>\bnot )?\b(?P<is>(?:ha(?:ve|s|d) no|without(?: an?| any)?|no)(?: known)? outcome"
            r"|outcomes? (?:is|are|was) (?:still |as yet )?(?:not (?:yet )?known|unknown|open)"
            r"|unresolved|(?:still|remains?|stayed|is|are) open)\b"
        ),
    ),
    (
        "ended",
        either(
            r"(?P<neg>\bnot )?\b(?P<is>(?:ha(?:ve|s|d)|with) an? (?:known )?outcome|outcomes? (?:is|are) (?:now"
            r" )?known)\b"
        ),
    ),
    *((action, either(rf"(?P<neg>\bnot |\bnever )?\b(?P<is>{done})\b")) for action, done in _PAST_ACTIONS.items()),
)
_PART = either(
    r"[;:.!?]\s",
    r",\s(?:but |while |whereas |although |and )?",
    r"\s(?:but|while|whereas|although)\s",
    rf"\sand\s(?={_NUMBER}\b|(?:the |another|case |none|no |all |both|a |was |were )|\w+ed\b)",
)


def parts(read: str) -> list[tuple[int, int]]:
    """The places of the parts that each make their own claim: "4 were fraud and 1 was legitimate" has two."""
    places, start = [], 0
    for match in _PART.finditer(read):
        places.append((start, match.start()))
        start = match.end()
    return [*places, (start, len(read))]


def claims(part: str) -> list[tuple[str, re.Match[str]]]:
    """Each outcome (`fraud`, `legitimate`, `open`) or action that the part says past cases had, and where.

    The group `is` holds the word that says it, where a verb leads to it. A denied outcome is the other one; a denied
    action claims nothing.
    """
    found = []
    for trait, pattern in _CLAIMS:
        for match in pattern.finditer(part):
            groups = match.groupdict()
            turned = groups.get("neg") or groups.get("neg2") or groups.get("neg3")
            if turned and trait in ("fraud", "legitimate"):
                found.append(("legitimate" if trait == "fraud" else "fraud", match))
            elif not turned:
                found.append((trait, match))
    return found
