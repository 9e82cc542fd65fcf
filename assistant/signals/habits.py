"""What an entity usually does: at which time of day, and from which network, held against this case."""

from __future__ import annotations

from functools import partial

from assistant.links import NETWORK
from assistant.signals.history import History
from assistant.signals.signal import Signal, from_history
from assistant.signals.velocity import NOUNS

__all__: list[str] = []

for role in ("account", "card", "device", "merchant"):
    from_history(
        Signal(
            name=f"{role}_share_at_this_hour",
            group="time",
            phrase=f"{{value}} of the earlier cases with the same {NOUNS[role]} were within three hours of this time",
            zero=f"no earlier case with the same {NOUNS[role]} was within three hours of this time",
            unit="share",
            bad="low",
        )
    )(partial(History.share_at_this_hour, type_=role))

# nobody is on two networks of two places within minutes; where a phone changes to a wireless line, this is low as well
for role in ("account", "card", "device", "document_number"):
    from_history(
        Signal(
            name=f"{role}_hours_since_another_network",
            group="network",
            phrase=f"{{value}} before, the same {NOUNS[role]} was on another IP network",
            unit="hours",
        )
    )(partial(History.hours_since_another, per=role, of=NETWORK))
