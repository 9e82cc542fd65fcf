"""What the words of a label or decision column mean.

Promise: a word that clearly says fraud or its opposite is told apart from one that only suspects, in six languages;
what is neither is unresolved, and the proposal names it. Which column is the label is left to `single_roles`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["ACTIONS", "action_of", "says_fraud", "says_legitimate"]

_FRAUD = {"1", "1.0", "true", "t", "yes", "y", "j", "ja", "oui", "si", "bad", "chargeback", "scam", "abuse",
          "true positive", "tp"}  # fmt: skip
_LEGITIMATE = {"0", "0.0", "false", "f", "no", "n", "nein", "non", "nee", "good", "ok", "genuine", "clean", "normal",
               "-1", "false positive", "fp", "cleared", "clear", "unauffallig", "in ordnung", "regular"}  # fmt: skip
_FRAUD_WORD = r"fraud|fraudulent|fraudster|scam|betrug|betrugerisch|fraude|fraudulento|frauduleux|frode|oszustwo"
_NOT = r"no|not|non|un|kein|keine|kein|nicht|pas|pas de|sin|nessuna|niet|geen|sem|nie|never|without"
_PERHAPS = (
    r"suspect(ed|ion)?|possible|potential|likely|alleged|under|pending|review|verdacht\w*|unclear|unknown|score|risk"
)


def says_fraud(value: str) -> bool:
    """Whether a value says that it was fraud: `Confirmed_Fraud`, `Betrug bestätigt`, `1`; not `suspected fraud`."""
    words = _plain(value)
    return words in _FRAUD or (
        _has(words, _FRAUD_WORD) and not _has(words, rf"({_NOT}) ({_FRAUD_WORD})|{_PERHAPS}|false|unfounded|refuted")
    )


def says_legitimate(value: str) -> bool:
    """Whether a value says that it was no fraud: `legit`, `kein Betrug`, `false_positive`, `0`."""
    words = _plain(value)
    if words in _LEGITIMATE:
        return True
    return _has(
        words, rf"legit(imate)?|genuine|({_NOT}) ({_FRAUD_WORD})|false positive|nonfraud|notfraud|innocent"
    ) and (not _has(words, rf"{_PERHAPS}|({_NOT}) (legit(imate)?|genuine)"))


def says_it_in_words(values: Iterable[str]) -> bool:
    """Whether the values say so by themselves, rather than by the name of their column."""
    return any(_has(_plain(value), _FRAUD_WORD) for value in values)


ACTIONS: dict[str, dict[str, str]] = {
    "approve": {"*": "approve"},
    "reject": {"payment": "block", "*": "reject"},
    "documents": {"identity": "request_documents"},
    "hold": {"merchant": "hold_payout"},
    "challenge": {"payment": "step_up"},
    "refund": {"payment": "refund"},
    "escalate": {"*": "escalate"},
}
"""What a decision is called for a kind of case; `*` is every other kind."""
_DECISIONS = (
    ("approve", r"approved?|accept(ed)?|allow(ed)?|pass(ed)?|release[ds]?|cleared?|ok|genehmigt|freigegeben|"
                r"approuve|accepte|aprobad[oa]|approvat[oa]|goedgekeurd|goed"),
    ("reject", r"reject(ed)?|declined?|den(y|ied)|block(ed)?|refused?|terminated?|abgelehnt|gesperrt|refuse|"
               r"rechazad[oa]|rifiutat[oa]|afgewezen|bloque"),
    ("documents", r"resubmit|resubmission( requested)?|(request(ed)? )?(more )?(documents|info|information)"
                  r"( requested)?"),
    ("hold", r"(payout )?(hold|held|on hold)( payout)?|payout hold"),
    ("challenge", r"challenged?|step ?up|3 ?ds"),
    ("refund", r"refund(ed)?|erstattet"),
    ("escalate", r"escalated?|eskaliert"),
)  # fmt: skip


def action_of(word: str, kind: str) -> str | None:
    """The action that a word of somebody's decision column stands for in this kind of case, or None."""
    words = _plain(word)
    for meaning, pattern in _DECISIONS:
        if re.fullmatch(rf"(auto |manually |automatically )?(?:{pattern})", words):
            return ACTIONS[meaning].get(kind) or ACTIONS[meaning].get("*")
    return None


def _plain(value: str) -> str:
    """The value without accents, case and the ways to part words: `Not-Fraud` is `not fraud`, `-1` stays."""
    if not value[:1].isalpha():
        return value
    letters = unicodedata.normalize("NFKD", value)
    bare = "".join(char for char in letters if not unicodedata.combining(char))
    return re.sub(r"[\s_\-:/]+", " ", bare).strip().lower()


def _has(words: str, pattern: str) -> bool:
    return bool(re.search(rf"\b(?:{pattern})\b", words))
