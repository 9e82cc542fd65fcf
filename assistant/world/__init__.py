"""The demo world: a fictional marketplace with a wallet, and the cases that its fraud rules put before people.

`generate` writes plain files that are imported like anybody's. Nobody who judges the cases shares code with it.
"""

from assistant.world.files import WorldFiles
from assistant.world.generate import generate
from assistant.world.setting import Setting

__all__ = ["Setting", "WorldFiles", "generate"]
