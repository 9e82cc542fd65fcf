"""Merchant cases."""

from assistant.world.merchant.facts import MerchantFacts
from assistant.world.merchant.plots import merchant_stories

__all__ = ["MerchantFacts", "merchant_stories"]
