"""What kind of world it is: where people live, what happens how often, how much of it shows.

The product makes one world, the default. Another setting is for asking what a model is worth after things have changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.world.places import HOMES

__all__ = ["Setting"]


@dataclass(frozen=True)
class Setting:
    """`homes` weighs the countries that customers and rings live in, and with them languages, names and towns.
    `often` multiplies the share of a plot by its name, `shows` how likely an oddity is in frauds by its name."""

    homes: Mapping[str, float] = field(default_factory=lambda: HOMES)
    often: Mapping[str, float] = field(default_factory=dict)
    shows: Mapping[str, float] = field(default_factory=dict)
