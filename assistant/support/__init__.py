"""The support desk: answers with sources, and nothing for the fraudster. `answering` is the flow, on one page."""

from assistant.support.answering import SupportDesk
from assistant.support.unanswered import Group, unanswered
from assistant.support.values import Answer, Count, Match, Source, Topic

__all__ = ["Answer", "Count", "Group", "Match", "Source", "SupportDesk", "Topic", "unanswered"]
