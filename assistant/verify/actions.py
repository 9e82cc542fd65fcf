"""Actions: the recommended action exists, is allowed for this case, and is the one that the text recommends.

Exists for the action of another kind of case, the invented one, and the draft that argues for one thing and
recommends another. Whether the action is wise is for the policy and the reviewer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.case import Check, Sentence, Sheet
from assistant.verify.decided import ACTION_WORDS
from assistant.verify.reading import either, plain

__all__ = ["check_action"]

_OBJECT = r"(?:this|the|that|it|her|his|their|such an?) ?(?:\w+ )?"
_ASKED = (
    r"\b(?:should|must|ought to|needs? to|has to|ha(?:d) better|(?:best|safe|fine|ready) to|i would|i'd|we would)",
    r"\b(?:we |i |to )?(?:recommend|suggest|advise|propose)(?:s|d|ed|ing)?(?: that)?(?: we| you| to| the| this| it)?",
    r"\b(?:recommended|suggested|right|best|safest|sensible|proper|advised) (?:action|step|decision|course)"
    r"(?: of action)?(?: here)? (?:is|remains|stays|would be)(?: still)?(?: to)?",
    r"\b(?:advice|recommendation) is(?: to)?|\bpolicy's choice (?:is )?(?:to|of)|\b(?:that )?leaves",
    r"\bcosts? least to(?=[^;]*\bthis is the recommended\b)",
    r"\brecommended(?:, [^:;]{1,40})?:",
    r"^(?:please |so |therefore,? |hence,? |action: ?|recommendation: ?)*",
)
_FILLERS = r"(?:\s+(?:be|to|we|therefore|also|clearly|probably|now|simply|just|case|order|payment|it|you))*"
_IMPERATIVE_OBJECT = re.compile(rf"\s+{_OBJECT}|\s*[.!]?\s*$|\s+(?:and|until|because|since|to)\b", re.IGNORECASE)


def check_action(action: str | None, sentences: Sequence[Sentence], sheet: Sheet) -> tuple[Check, ...]:
    """Findings for an action that may not be taken, and for each sentence that urges another one.

    Problems of the action itself have the sentence id `draft` and an empty span.
    """
    allowed = ", ".join(sheet.allowed_actions)
    if action is None:
        return (_about_draft(False, f"no action is recommended; allowed are {allowed}"),)
    if action not in sheet.allowed_actions:
        what = (
            f'"{action}" is not allowed for this case' if action in ACTION_WORDS else f'there is no action "{action}"'
        )
        return (_about_draft(False, f"{what}; allowed are {allowed}"),)
    against = tuple(check for sentence in sentences for check in _urged(action, sentence, sheet.allowed_actions))
    return against or (_about_draft(True, "the action is allowed and the text does not contradict it"),)


def _about_draft(ok: bool, why: str) -> Check:
    return Check(check="actions", sentence="draft", start=0, end=0, ok=ok, why=why)


@lru_cache(maxsize=64)
def _pattern(allowed: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """What urges an action, and the action behind each group: those of every kind of case, and those allowed here."""
    known = {**{action: re.escape(action).replace("_", "[ _-]") for action in allowed}, **ACTION_WORDS}
    groups = {f"a{number}": action for number, action in enumerate(known)}
    worded = "|".join(f"(?P<{group}>{known[action]})" for group, action in groups.items())
    after = "|".join(f"(?P<b{group}>{known[action]})" for group, action in groups.items())
    asked = rf"(?:{'|'.join(_ASKED)})(?P<not>\s+not|n't|\s+never)?{_FILLERS}\s*\b(?:{worded})\b"
    return either(asked, rf"\b(?:{after}) is (?P<not2>not )?(?:recommended|advised|advisable)\b"), groups


def _urged(action: str, sentence: Sentence, allowed: tuple[str, ...]) -> list[Check]:
    found = []
    pattern, groups = _pattern(allowed)
    for match in pattern.finditer(plain(sentence.text)):
        group = next(name for one in groups for name in (one, f"b{one}") if match[name])
        urged = groups[group.removeprefix("b")]
        opens = match.start(group) == len(sentence.text) - len(sentence.text.lstrip())
        if group[0] == "a" and opens and not _IMPERATIVE_OBJECT.match(sentence.text, match.end()):
            continue  # "Blocking costs least" opens with the word and urges nothing
        if group[0] == "a" and opens and match[group].lower().endswith(("ing", "ed", "al")):
            continue
        if (urged == action) == bool(match["not"] or match["not2"]):
            stance = "against" if urged == action else "for"
            why = f'the text speaks {stance} "{urged}", the recommended action is "{action}"'
            found.append(
                Check(check="actions", sentence=sentence.id, start=match.start(), end=match.end(), ok=False, why=why)
            )
    return found
