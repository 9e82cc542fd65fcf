"""What a column of a case can be: the roles, and what groups of them have in common. Values only."""

from __future__ import annotations

from typing import Literal, get_args

__all__ = [
    "ADDRESS_ROLES",
    "CHECK_ROLES",
    "CHOICE_ROLES",
    "COUNTRY_ROLES",
    "ENTITY_ROLES",
    "MONEY_ROLES",
    "PERSONAL_ROLES",
    "ROLES",
    "UNTRUSTED_ROLES",
    "Role",
]

Role = Literal[
    "id", "time", "amount", "currency",
    "label", "label_time", "outcome_source",
    "decision", "decision_time", "decision_reason", "reviewer",
    "free_text", "note", "name", "email", "phone", "ip", "user_agent", "device", "card", "account",
    "merchant", "site", "beneficial_owner", "payout_account",
    "address", "billing_address", "shipping_address", "country", "billing_country", "shipping_country",
    "document_number", "mrz", "birth_date", "expiry_date", "document_type",
    "authorisation", "avs", "cvv", "three_d_secure", "liability_shift", "capture",
    "dispute_reason", "dispute_deadline", "refund", "payout", "merchant_category", "face_match", "authenticity",
    "check", "number", "category", "protected", "ignore",
]  # fmt: skip
"""What a column is. `check` is a verdict (pass, fail, …) or a 0–1 score given by another system, where no role of its
own says which. The dispute roles are for people only: that somebody disputes tells how the case ended."""

ROLES: tuple[Role, ...] = get_args(Role)
ADDRESS_ROLES: tuple[Role, ...] = ("address", "billing_address", "shipping_address")
COUNTRY_ROLES: tuple[Role, ...] = ("country", "billing_country", "shipping_country")
CHECK_ROLES: tuple[Role, ...] = (
    "check", "authorisation", "avs", "cvv", "three_d_secure", "liability_shift", "face_match", "authenticity",
)  # fmt: skip
"""Roles whose value is the verdict or the score of another system."""
CHOICE_ROLES: tuple[Role, ...] = ("category", "capture", "document_type", "merchant_category")
"""Roles whose value is one of a few words."""
MONEY_ROLES: tuple[Role, ...] = ("refund", "payout")
"""Roles whose value is an amount beside the one at stake, with its currency: `EUR 12.50`."""
ENTITY_ROLES: tuple[Role, ...] = (
    "email", "phone", "ip", "device", "card", "account", "merchant", "site", "beneficial_owner", "payout_account",
    *ADDRESS_ROLES, "document_number",
)  # fmt: skip
"""Roles whose value names a thing that several cases can share."""
PERSONAL_ROLES: frozenset[Role] = frozenset(
    {
        *ADDRESS_ROLES, "name", "email", "phone", "ip", "device", "card", "account", "payout_account",
        "beneficial_owner", "document_number", "mrz", "birth_date",
    }
)  # fmt: skip
"""Roles whose value is personal data."""
UNTRUSTED_ROLES: frozenset[Role] = frozenset(
    {*ADDRESS_ROLES, "free_text", "note", "name", "merchant", "site", "beneficial_owner", "user_agent"}
)
"""Roles whose value is prose that somebody outside could have written."""
