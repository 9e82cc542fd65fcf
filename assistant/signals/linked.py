"""What became of the cases around this one: the share of fraud among those that share something with it, and fraud one
step further. Only what was known before the case counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.links import Link
from assistant.signals.history import Floats, History, Trace
from assistant.signals.signal import Signal, from_history

__all__ = ["STRONG", "reach"]

STRONG = ("account", "card", "device", "document_number", "email", "payout_account", "phone")
"""Entities of one person or ring. Merchants, networks and addresses of a city are shared by strangers."""
SHARE = Signal(
    name="linked_fraud_share",
    group="history",
    phrase="of the decided earlier cases that share an account, card, device, email, phone or document, {value} were "
    "fraud",
    zero="no decided earlier case that shares an account, card, device, email, phone or document was fraud",
    unit="share",
    bad="high",
)
NEAR = Signal(
    name="fraud_two_steps_away",
    group="history",
    phrase="a known fraud shares an entity with something that was seen with this case's own",
    zero="no known fraud is two steps away",
    unit="flag",
    bad="high",
)


def reach(targets: Sequence[Trace], neighbours: Sequence[Trace]) -> set[Link]:
    """The entities two steps from the targets, whose frauds `fraud_two_steps_away` asks for beside the neighbours."""
    own = {link for one in targets for link in one.links if link.type in STRONG}
    near = (one for one in neighbours if own & set(one.links))
    return {link for one in (*targets, *near) for link in one.links if link.type in STRONG}


@from_history(SHARE)
def fraud_share(history: History) -> Floats:
    """By the entity of which most decided cases were fraud, as one bad device says more than a good account."""
    shares = []
    for type_ in STRONG:
        fraud, good = history.verdicts(type_, fraud=True), history.verdicts(type_, fraud=False)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares.append(fraud / (fraud + good))
    return np.fmax.reduce(shares)


@from_history(NEAR)
def two_steps(history: History) -> Floats:
    return history.fraud_two_steps_away(STRONG)
