"""How often and how long an entity has been seen: velocity, recency, age, distinct counts, and what became of it."""

from __future__ import annotations

from functools import partial

from assistant.links import NETWORK
from assistant.signals.history import Floats, History
from assistant.signals.signal import Signal, from_history

__all__: list[str] = []

NOUNS = {
    "email": "email address",
    "phone": "phone number",
    "ip": "IP address",
    NETWORK: "IP network",
    "device": "device",
    "card": "card",
    "account": "account",
    "merchant": "merchant",
    "address": "address",
    "document_number": "document",
    "site": "web site",
    "beneficial_owner": "beneficial owner",
    "payout_account": "receiving account",
}
PLURALS = {"email": "email addresses", "ip": "IP addresses", "address": "addresses"}
WINDOWS = ((1, "hour"), (24, "24 hours"), (168, "7 days"))
# who is seen with what: each pair is a known pattern (card testing on a device, one document on many accounts, …)
PAIRS = (
    ("device", "account"),
    ("device", "card"),
    ("device", "email"),
    ("ip", "account"),
    ("ip", "card"),
    ("card", "account"),
    ("card", "device"),
    ("account", "device"),
    ("account", "card"),
    ("account", "ip"),
    ("account", "address"),
    ("address", "account"),
    ("email", "card"),
    ("document_number", "account"),
    ("document_number", "device"),
    ("merchant", "card"),
    ("payout_account", "merchant"),
    ("payout_account", "account"),
    ("beneficial_owner", "merchant"),
    ("site", "merchant"),
)


def _count(history: History, type_: str, hours: float) -> Floats:
    return history.count(type_, hours)


for role, noun in NOUNS.items():
    for hours, window in WINDOWS:
        from_history(
            Signal(
                name=f"{role}_cases_{hours}h",
                group="velocity",
                phrase=f"{{value}} earlier case{{s}} with the same {noun} in the {window} before",
                zero=f"no earlier case with the same {noun} in the {window} before",
                unit="count",
                bad=None if role in {"merchant", "account"} else "high",
            )
        )(partial(_count, type_=role, hours=hours))
    from_history(
        Signal(
            name=f"{role}_age_hours",
            group="history",
            phrase=f"the {noun} was first seen {{value}} before this case",
            zero=f"the {noun} was never seen before this case",
            unit="hours",
            bad="low" if role not in {NETWORK, "merchant", "address"} else None,
        )
    )(partial(History.hours_known, type_=role))
    from_history(
        Signal(
            name=f"{role}_hours_since_last",
            group="velocity",
            phrase=f"the last case with the same {noun} was {{value}} before",
            unit="hours",
        )
    )(partial(History.hours_since_last, type_=role))
    from_history(
        Signal(
            name=f"{role}_known_fraud",
            group="history",
            phrase=f"{{value}} earlier case{{s}} with the same {noun} {{was}} known as fraud",
            zero=f"no earlier case with the same {noun} was known as fraud",
            unit="count",
            bad="high",
        )
    )(partial(History.verdicts, type_=role, fraud=True))
    from_history(
        Signal(
            name=f"{role}_known_legitimate",
            group="history",
            phrase=f"{{value}} earlier case{{s}} with the same {noun} {{was}} known as legitimate",
            zero=f"no earlier case with the same {noun} was known as legitimate",
            unit="count",
            bad="low",
        )
    )(partial(History.verdicts, type_=role, fraud=False))

for per, of in PAIRS:
    many = PLURALS.get(of, NOUNS[of] + "s")
    from_history(
        Signal(
            name=f"{of}s_per_{per}",
            group="velocity",
            phrase=f"{many} seen with the same {NOUNS[per]} before: {{value}}",
            zero=f"no {NOUNS[of]} was seen with the same {NOUNS[per]} before",
            unit="count",
            bad=None if per == "merchant" else "high",
        )
    )(partial(History.distinct, per=per, of=of))
