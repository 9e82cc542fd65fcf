"""Identity cases."""

from assistant.world.identity.facts import IdentityFacts
from assistant.world.identity.plots import identity_drafts

__all__ = ["IdentityFacts", "identity_drafts"]
