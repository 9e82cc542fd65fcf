"""The form of a draft as a grammar, so that a model cannot leave it.

Promise: under this grammar no id is written that is not in the prompt and on its sheet, no action that is not allowed,
and the end comes only where a draft may end. Every draft in the form of `protocol` is possible: one to eight sentences,
each with its citations, then the action, then up to three lines of what would change it. What the words say is not its
business. It holds for every version of the prompt, because all of them ask for this form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from assistant.prompt import Prompt

__all__ = ["LONGEST_LINE", "draft_shape", "sentence_shape"]

SENTENCES, CHANGES = 8, 3
LONGEST_LINE = 480
"""Characters. The longest of 300 taught lines has 261. A grammar could only cut a line there and let it go on as if it
had ended, so the limit is kept by whoever generates: the draft ends and the line is left out."""
CITED_AT_ONCE = 12
"""Eight past cases, the most that a prompt shows, and what is said beside them."""

_SENTENCE = r"""
sentence: WORDS ids STOP?
ids: ids_once{1,%(most)d}
ids_once: "[" id (/[,;] ?/ id)* "]" / ?/
id: %(ids)s
STOP: /[.!?]/
WORDS: /[^\[\]\x00-\x1f\x7f]*\w[^\[\]\x00-\x1f\x7f]*/ & ~/(?i)\W*(action|would change)\W*:(?s:.*)/
"""
_DRAFT = r"""
start: %(sentences)s "Action: " action change{0,%(changes)d}
action: %(actions)s
change: "\nWould change: " WISH
WISH: /[^\[\]\x00-\x1f\x7f]*\w[^\[\]\x00-\x1f\x7f]*/
"""


def draft_shape(prompt: Prompt) -> str:
    """The grammar of a whole draft, in the Lark dialect of llguidance."""
    ids = _shown_ids(prompt)
    draft = _DRAFT % {
        "sentences": f'(sentence "\\n"){{1,{SENTENCES}}}' if ids else "",
        "actions": _one_of(prompt.sheet.allowed_actions),
        "changes": CHANGES,
    }
    return draft + (_sentence(ids) if ids else "")


def sentence_shape(prompt: Prompt) -> str:
    """The grammar of one sentence, written again. Empty where there is nothing to cite."""
    ids = _shown_ids(prompt)
    return f"start: sentence\n{_sentence(ids)}" if ids else ""


def _sentence(ids: Iterable[str]) -> str:
    return _SENTENCE % {"ids": _one_of(ids), "most": CITED_AT_ONCE}


def _shown_ids(prompt: Prompt) -> list[str]:
    """The ids that can be cited: an id that the prompt left out for length could only be guessed."""
    shown = re.findall(r"\[([A-Z]\d{1,4})\]", prompt.user)
    return [one for one in dict.fromkeys(shown) if prompt.sheet.find(one)]


def _one_of(words: Iterable[str]) -> str:
    return " | ".join(json.dumps(word) for word in words)
