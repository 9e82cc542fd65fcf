"""Payment cases."""

from assistant.world.payment.facts import PaymentFacts
from assistant.world.payment.plots import payment_drafts

__all__ = ["PaymentFacts", "payment_drafts"]
