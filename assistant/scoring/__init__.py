"""Scores: labels by a stated rule, models that never see the future, calibrated probabilities with reasons."""

from assistant.scoring.labels import label_of
from assistant.scoring.metrics import Interval, Metrics, measure
from assistant.scoring.model import NO_MODEL, Card, Model
from assistant.scoring.train import train

__all__ = ["NO_MODEL", "Card", "Interval", "Metrics", "Model", "label_of", "measure", "train"]
