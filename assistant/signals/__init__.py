"""Facts about a case that were known when it was opened, by the role of its columns.

To add one, declare it beside the function that computes it (see `velocity.py` and `traits.py`) and import its module
here. Leaves weighing and wording of the whole to scoring and sheet.
"""

from assistant.signals import agreement, amounts, documents, habits, linked, together, traits, velocity
from assistant.signals.documents import MRZ_SIGNALS
from assistant.signals.history import History, Trace, trace, trace_of
from assistant.signals.linked import reach
from assistant.signals.signal import FAMILIES, Signal, Value
from assistant.signals.table import SignalTable, compute

__all__ = [
    "FAMILIES",
    "MRZ_SIGNALS",
    "History",
    "Signal",
    "SignalTable",
    "Trace",
    "Value",
    "compute",
    "reach",
    "trace",
    "trace_of",
]

_REGISTERED = (agreement, amounts, documents, habits, linked, together, traits, velocity)
