"""What the figures in docs/measurements.md are measured with."""

import assistant  # noqa: F401  before torch, because it says how its threads wait
