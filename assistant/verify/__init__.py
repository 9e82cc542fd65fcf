"""Checks a draft against the evidence sheet: deterministic, the same for every writer, on exactly the text shown."""

from assistant.verify.run import SENTENCE_CHECKS, verify_action, verify_sentence

__all__ = ["SENTENCE_CHECKS", "verify_action", "verify_sentence"]
