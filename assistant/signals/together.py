"""What is new about somebody who is known: an account on a device, a shop paid to a bank account, for the first time.

An entity that is new itself has nothing to be held against, so it has no such signal: `velocity` says that it is new.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from assistant.links import NETWORK
from assistant.signals.history import Floats, History
from assistant.signals.signal import Signal, from_history
from assistant.signals.velocity import NOUNS

__all__: list[str] = []

OF: dict[str, tuple[str, ...]] = {
    "account": ("device", "card", "address", NETWORK, "email", "phone", "payout_account"),
    "email": ("device", "card"),
    "merchant": ("payout_account", "device", NETWORK, "site", "beneficial_owner"),
    "document_number": ("account", "device", "address", "email"),
    "beneficial_owner": ("payout_account",),
}
"""Who is known by what: takeovers, sold shops and lent documents show as a known one with new things."""


def _new_things(history: History, per: str) -> Floats:
    flags = np.array([history.first_time_together(per, of) for of in OF[per]])
    return np.where(np.isnan(flags).all(axis=0), np.nan, np.nansum(flags, axis=0))


for per, things in OF.items():
    for of in things:
        from_history(
            Signal(
                name=f"new_{of}_for_{per}",
                group="history",
                phrase=f"the {NOUNS[per]} is known, but was never seen with this {NOUNS[of]} before",
                zero=f"the {NOUNS[per]} was seen with this {NOUNS[of]} before",
                unit="flag",
                bad="high",
            )
        )(partial(History.first_time_together, per=per, of=of))
    if len(things) > 2:
        from_history(
            Signal(
                name=f"new_things_for_{per}",
                group="history",
                phrase=f"things never seen with the known {NOUNS[per]} before: {{value}}",
                zero=f"everything was seen with the {NOUNS[per]} before",
                unit="count",
                bad="high",
            )
        )(partial(_new_things, per=per))
