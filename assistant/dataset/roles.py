"""What each role is for, in one line, in the groups in which people look for it."""

from __future__ import annotations

from assistant.roles import Role

__all__ = ["ROLE_GROUPS"]

ROLE_GROUPS: tuple[tuple[str, dict[Role, str]], ...] = (
    (
        "The case",
        {
            "id": "names the case",
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
            "device": "a device or browser id",
            "card": "a card token or its last digits",
            "account": "a customer, wallet or bank account",
            "merchant": "a shop, seller or payee",
            "site": "a web address",
            "beneficial_owner": "who owns a merchant",
            "payout_account": "the account that receives the money",
            "address": "a postal address",
            "billing_address": "where the bill goes",
            "shipping_address": "where the goods go",
            "document_number": "of a passport or licence",
        },
    ),
    (
        "Who it is said to be",
        {
            "name": "of a person or company",
            "birth_date": "a date of birth",
            "expiry_date": "when a document or card ends",
            "mrz": "machine-readable zone of a document",
            "country": "a country",
            "billing_country": "the country of the bill",
            "shipping_country": "the country of the delivery",
            "document_type": "passport, identity card, licence",
            "face_match": "a face match, score or verdict",
            "authenticity": "of a document, score or verdict",
            "user_agent": "what the browser says it is",
        },
    ),
    (
        "How the payment went",
        {
            "authorisation": "what the issuer answered",
            "avs": "the address check (AVS)",
            "cvv": "the security code check (CVV, CVC)",
            "three_d_secure": "3-D Secure, as its status or ECI",
            "liability_shift": "who is liable for a fraud",
            "capture": "authorised, captured, settled or voided, as the case was opened",
            "refund": "an amount asked or given back before the case",
            "payout": "an amount to be paid out",
            "merchant_category": "what a merchant sells, as a name or an MCC",
            "dispute_reason": "why the cardholder disputes, where the case is the dispute",
            "dispute_deadline": "until when a dispute can be answered",
        },
    ),
    (
        "Other facts",
        {
            "number": "a count, a score, an age in days",
            "category": "one of a few words",
            "check": "a verdict of another system",
            "free_text": "what a customer wrote",
            "note": "what a colleague wrote",
        },
    ),
    (
        "What became known later",
        {
            "label": "whether it was fraud",
            "label_time": "when the label became known",
            "outcome_source": "chargeback, appeal, review, …",
            "decision": "what a reviewer did",
            "decision_time": "when the reviewer did it",
            "decision_reason": "why the reviewer did it",
            "reviewer": "who decided",
        },
    ),
    (
        "Not for reviewers",
        {
            "protected": "kept, shown to nobody, never used",
            "ignore": "left out",
        },
    ),
)
"""Every role stands in one group."""
