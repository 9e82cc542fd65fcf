"""Merchant cases."""

from assistant.world.merchant.facts import MerchantFacts
from assistant.world.merchant.plots import merchant_drafts

__all__ = ["MerchantFacts", "merchant_drafts"]
