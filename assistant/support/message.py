"""A customer's message, ready to send: the checked sentences in their order between greeting and closing."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.case import Sentence, Sheet
from assistant.support.disclosure import texts
from assistant.support.plain import field_of

__all__ = ["message_of"]

ORDER = ("state", "send", "nothing", "next", "time", "money", "appeal")


def message_of(sheet: Sheet, sentences: Sequence[Sentence], language: str) -> str:
    """Plain text. What has to be sent stands as a list; a sentence that tells several things stands with its first."""
    frame = texts("customer", language).frame
    assert frame is not None
    fields = {item.id: field_of(item) for item in sheet.evidence}
    by_field: dict[str, list[str]] = {}
    for sentence in sentences:
        field = fields.get(sentence.citations[0], "") if sentence.citations else ""
        by_field.setdefault(field, []).append(sentence.text)
    parts = [frame.greeting]
    body = [" ".join(by_field.get("", []))] if by_field.get("") else []
    for field in ORDER:
        told = by_field.get(field, [])
        if field == "send" and told:
            body.append("\n".join([frame.send, *(f"- {text.rstrip('.')}" for text in told)]))
        elif told:
            body.append(" ".join(told))
    if not body:
        body = [frame.unknown]
    return "\n\n".join([*parts, *body, frame.closing])
