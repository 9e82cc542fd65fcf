"""All checks, in the order a reader meets their findings. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.case import Check, Sentence, Sheet
from assistant.verify.actions import check_action
from assistant.verify.bands import check_bands
from assistant.verify.certainty import check_certainty
from assistant.verify.citations import check_citations
from assistant.verify.comparisons import check_comparisons
from assistant.verify.echo import check_echo
from assistant.verify.ids import check_ids
from assistant.verify.likeness import check_likeness
from assistant.verify.markup import check_markup
from assistant.verify.names import check_names
from assistant.verify.negations import check_negations
from assistant.verify.numbers import check_numbers
from assistant.verify.outcomes import check_outcomes
from assistant.verify.polarity import check_polarity
from assistant.verify.signs import check_contrast, check_signs
from assistant.verify.tipping import check_tipping
from assistant.verify.traits import check_traits
from assistant.verify.voice import check_voice
from assistant.verify.wording import check_wording

__all__ = ["SENTENCE_CHECKS", "verify_action", "verify_sentence"]

LONGEST = 2_000
"""Characters: several times what the longest of the scripted sentences has."""
SENTENCE_CHECKS: tuple[Callable[[Sentence, Sheet], tuple[Check, ...]], ...] = (
    check_numbers,
    check_ids,
    check_names,
    check_citations,
    check_voice,
    check_polarity,
    check_signs,
    check_bands,
    check_comparisons,
    check_negations,
    check_wording,
    check_outcomes,
    check_likeness,
    check_certainty,
    check_markup,
    check_echo,
    check_traits,
    check_tipping,
)


def verify_sentence(sentence: Sentence, sheet: Sheet, before: Sentence | None = None) -> tuple[Check, ...]:
    """Every check of one sentence against the sheet: failing spans one each, and one passing check where none failed.
    `before` is the sentence that will be read before it.

    Deterministic, never raises for any text, and reads nothing but its arguments. A text longer than `LONGEST` is no
    sentence: it is refused unread, so that no text can keep a checker busy.
    """
    size = len(sentence.text)
    if size > LONGEST:
        why = f"it is {size} characters long; a sentence has at most {LONGEST}"
        return (Check(check="length", sentence=sentence.id, start=LONGEST, end=size, ok=False, why=why),)
    found = tuple(check for checked in SENTENCE_CHECKS for check in checked(sentence, sheet))
    return (*found, *(check_contrast(sentence, sheet, before) if before else ()))


def verify_action(action: str | None, sentences: Sequence[Sentence], sheet: Sheet) -> tuple[Check, ...]:
    """Whether the recommended action may be taken here and agrees with the draft's own text."""
    return check_action(action, [one for one in sentences if len(one.text) <= LONGEST], sheet)
