"""Scores: labels by a stated rule, models that never see the future, calibrated probabilities with reasons."""

from assistant.scoring.card import Card
from assistant.scoring.compare import Comparison, compare
from assistant.scoring.labels import label_of
from assistant.scoring.metrics import Interval, Metrics, measure
from assistant.scoring.model import NO_MODEL, Model
from assistant.scoring.plan import Plan
from assistant.scoring.train import prepare, train

__all__ = [
    "NO_MODEL",
    "Card",
    "Comparison",
    "Interval",
    "Metrics",
    "Model",
    "Plan",
    "compare",
    "label_of",
    "measure",
    "prepare",
    "train",
]
