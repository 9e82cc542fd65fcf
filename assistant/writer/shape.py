"""The form of a draft as a grammar, so that a model cannot leave it.

Promise: under this grammar no id is written that is not in the prompt and on its sheet, no action that is not allowed,
no pointer (`pointing`) that means nothing here, and the end comes only where a draft may end. Every draft in the form
of `protocol` is possible: one to eight sentences, each with its citations or pointers, then the action, then up to
three lines of what would change it. What the words say is not its business. It holds for every version of the prompt:
all of them ask for this form, and pointers are possible where the prompt speaks of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from assistant.prompt import Prompt
from assistant.writer.pointing import SIDE
from assistant.writer.wording import quotable, ties

__all__ = ["LONGEST_LINE", "draft_shape", "sentence_shape"]

SENTENCES, CHANGES = 8, 3
LONGEST_LINE = 480
"""Characters as they are written. The longest of 300 taught lines that copied had 261; those that point are shorter. A
grammar could only cut a line there and let it go on as if it had ended, so the limit is kept by whoever generates: the
draft ends and the line is left out."""
CITED_AT_ONCE = 12
"""Eight past cases, the most that a prompt shows, and what is said beside them."""
POINTED_AT_ONCE = 8

_ENDS = r"(?i)\W*(action|would change)\W*:(?s:.*)"
_SENTENCE = r"""
sentence: cited%(pointed)s
cited: WORDS ids STOP?
ids: ids_once{1,%(most)d}
ids_once: "[" id (/[,;] ?/ id)* "]" / ?/
id: %(ids)s
STOP: /[.!?]/
WORDS: /[^\[\]{}<>|\x00-\x1f\x7f]*\w[^\[\]{}<>|\x00-\x1f\x7f]*/ & ~/%(ends)s/
"""
_POINTED = r"""
pointed: OPENING? (pointer GAP?){1,%(points)d} (ids STOP?)?
pointer: "{" (%(pointers)s) "}"
OPENING: GAP & ~/%(ends)s/
GAP: /[^\[\]{}<>|\x00-\x1f\x7f]+/
"""
_DRAFT = r"""
start: %(sentences)s "Action: " action change{0,%(changes)d}
action: %(actions)s
change: "\nWould change: " wish
wish: WISH%(pointing)s
WISH: /[^\[\]{}<>|\x00-\x1f\x7f]*\w[^\[\]{}<>|\x00-\x1f\x7f]*/
"""


def draft_shape(prompt: Prompt) -> str:
    """The grammar of a whole draft, in the Lark dialect of llguidance."""
    ids, pointers = _shown_ids(prompt), _pointers(prompt)
    draft = _DRAFT % {
        "sentences": f'(sentence "\\n"){{1,{SENTENCES}}}' if ids else "",
        "actions": _one_of(prompt.sheet.allowed_actions),
        "changes": CHANGES,
        "pointing": " | GAP? (pointer GAP?)+" if ids and pointers else "",
    }
    return draft + (_sentence(ids, pointers) if ids else "")


def sentence_shape(prompt: Prompt) -> str:
    """The grammar of one sentence, written again. Empty where there is nothing to cite."""
    ids = _shown_ids(prompt)
    return f"start: sentence\n{_sentence(ids, _pointers(prompt))}" if ids else ""


def _sentence(ids: Sequence[str], pointers: Sequence[str]) -> str:
    cited = _SENTENCE % {
        "ids": _one_of(ids), "most": CITED_AT_ONCE, "pointed": " | pointed" if pointers else "", "ends": _ENDS,
    }  # fmt: skip
    pointed = _POINTED % {"pointers": _one_of(pointers), "points": POINTED_AT_ONCE, "ends": _ENDS}
    return cited + (pointed if pointers else "")


def _pointers(prompt: Prompt) -> list[str]:
    """What can stand in braces: what is shown, and outsiders did not write."""
    sheet, asked = prompt.sheet, prompt.system
    if "{past}" not in asked:
        return []
    found = [] if sheet.probability is None else ["p", "band"]
    found += ["action"] if "{action}" in asked else []
    for name in _shown_ids(prompt):
        item = sheet.find(name)
        if item is None or not quotable(item):
            continue
        if item.kind == "precedent":
            found += [*([name] if item.values else []), f"{name}.end", f"{name}.same"]  # without a number, none is told
        else:
            side = SIDE[item.polarity] if "{+E1}" in asked else ""
            found += [f"{side}{name}", f"{side}{name}-"]
    if not (past := [item for item in sheet.of_kind("precedent") if quotable(item)]):
        return found
    return [*found, "past", *(["past.same"] if "{past.same}" in asked and ties(past) else [])]


def _shown_ids(prompt: Prompt) -> list[str]:
    """The ids that can be cited: an id that the prompt left out for length could only be guessed."""
    shown = re.findall(r"\[([A-Z]\d{1,4})\]", prompt.user)
    return [one for one in dict.fromkeys(shown) if prompt.sheet.find(one)]


def _one_of(words: Iterable[str]) -> str:
    return " | ".join(json.dumps(word) for word in words)
