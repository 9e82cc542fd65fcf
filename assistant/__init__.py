"""Fraud Review Assistant: score, precedents and a checked draft in front of a human reviewer."""
