"""What each role is for, in one line, in the groups in which people look for it."""

from __future__ import annotations

from assistant.case import Role

__all__ = ["ROLE_GROUPS"]

ROLE_GROUPS: tuple[tuple[str, dict[Role, str]], ...] = (
    (
        "The case",
        {
            "id": "names the case; different in every row",
            "time": "when the case was opened",
            "amount": "the money at stake",
            "currency": "the currency of the amount",
        },
    ),
    (
        "Who and what is linked",
        {
            "email": "an email address",
            "phone": "a phone number",
            "ip": "an IP address",
            "device": "the id of a device or browser",
            "card": "a card, as a token or the digits that are left of it",
            "account": "a customer, user, wallet or bank account",
            "merchant": "a shop, seller or payee",
            "address": "a postal address",
            "document_number": "the number of a passport, licence or ID card",
        },
    ),
    (
        "Who it is said to be",
        {
            "name": "the name of a person or company",
            "birth_date": "a date of birth",
            "expiry_date": "when a document or card ends",
            "mrz": "the machine-readable zone of a document",
            "country": "a country code",
            "user_agent": "what the browser says it is",
        },
    ),
    (
        "Other facts",
        {
            "number": "a plain number, such as a count or an age in days",
            "category": "one of a few words, such as a card brand",
            "check": "a verdict or a 0–1 score of another system",
            "free_text": "what a customer or merchant wrote",
            "note": "what a colleague wrote before the decision",
        },
    ),
    (
        "What became known later",
        {
            "label": "whether it was fraud",
            "label_time": "when the label became known",
            "outcome_source": "where the label comes from: chargeback, appeal, investigation, review, import",
            "decision": "what a reviewer did",
            "decision_time": "when the reviewer did it",
            "decision_reason": "why the reviewer did it",
            "reviewer": "who decided",
        },
    ),
    (
        "Not for reviewers",
        {
            "protected": "kept, shown to nobody, never used: gender, age, nationality",
            "ignore": "left out",
        },
    ),
)
"""Every role stands in one group."""
