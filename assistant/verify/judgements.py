"""Judgements: where a text calls a case or a person fraudulent or honest, and nothing weighs the word.

A verdict may be weighed (a probability, signs for or against), hedged (may, seems, if), denied, told of past cases
that are cited, or part of a name ("fraud team"). Every other one is told as a fact, whatever words lead up to it.
Finds only; what is made of it is decided in `certainty`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.verify.reading import clauses, either

__all__ = ["judgements"]

_VERDICT = either(
    r"\b(?:fraud(?:s|ster|sters|ulent|ulently)?|defraud\w*|scam\w*|swindl\w+|theft|thief|thieves|steal\w*|stole\w*"
    r"|crim(?:e|es|inal\w*)|forg(?:ed|ery|er|eries)|counterfeit\w*|faked?|fakes|bogus|sham|dishonest\w*|decei\w+"
    r"|decept\w+|guilt\w*|illegitimate|illicit|malicious\w*|crook\w*|launder\w*)\b",
    r"\b(?:legitima\w+|genuine\w*|honest\w*|innocen\w+|trustworthy|authentic|blameless|bona fide)\b",
)
_LIKELY = r"(?:un)?(?:likely|possible|probable|plausible|clear|certain|proven|suspected)"
_WEIGHED_BEFORE = either(
    r"\b(?:probabilit\w+|likelihood|chances?|risks?|suspicion|score|estimate|percentage|share|odds)\b",
    r"\b(?:speak|spoke|point|suggest|indicat|lean|argu|count|weigh|support|favou?r|rais|lower|typical|consistent|hint"
    r"|tend|likel|unlikel|suspect|whether|if\b|unless|possib|perhaps|probabl|potential|apparent|seem|appear|look"
    r"|differ|resembl|incline)\w*",
    r"\b(?:signs?|signals?|evidence|reasons?|indications?|indicators?|hallmarks?|patterns?|proof|points?|questions?"
    r"|marks?)(?: \w+)? (?:of|for|against|towards?|in favou?r of)\s",
    r"\ba sign that\s",
    r"\b(?:may|might|could|would|can)\b(?! (?:only|hardly|not be (?:any|other|else)))",
    r"\bagainst (?:a |it being )?$",
)
_WEIGHED_AFTER = re.compile(
    rf"^(?:\W+(?:is|seems|looks|appears|was|remains|becomes|has|at|explanation|order|payment|case|purchase))*\W+"
    rf"(?:(?:not|very|quite|rather|more|less|most|least|only|an?|the|of)\W+)*"
    rf"(?:{_LIKELY}|probabilit|chance|likelihood|risk|\d)",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"^[- ](?:risks?|scores?|signals?|rates?|checks?|teams?|reviews?|models?|bands?|probabilit\w+|likelihood"
    r"|indicators?|prevention|screening|reports?|patterns?|typolog\w+|side|label|rings?)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\bnot|n't|\bnever|\bneither|\bnor|\bno (?:proof|evidence|sign|certainty|verdict|confirmation|finding"
    r"|indication)(?: (?:of|that|for))?)\s+(?!(?:but|only|other|anything|just|merely)\b)"
    r"(?:(?!but\b|only\b|way\b|doubt\b)\w+\s+){0,4}$",
    re.IGNORECASE,
)
_PAST = either(
    r"\b(?:cases?|precedents?|ones?|outcomes?|orders?|was|were|ended|been|turned|proved|both|all|each|the (?:other"
    r"|first|second|only)|of|as)\b",
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|none|most|half|p\d+)\b",
)
_PRESENT = re.compile(
    r"\b(?:this|it|that|here|he|she|they|customer|buyer|applicant|merchant|cardholder|payment|seller|which|order)\b"
    r"(?: \w+){0,3} (?:is|are|has|must|can|makes?|does|means?|shows?)\b",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"^.*\bthat (?=(?:all|both|each|none|most|every|one|two|of|case|the (?:similar|past|decided|nearest) cases?)\b)",
    re.IGNORECASE,
)
"""What leads up to past cases: "it is recorded that all five …"."""
_WANTED = re.compile(r"\b(?:proof|evidence|confirmation|word|finding|answer|explanation)\b", re.IGNORECASE)
"""What would have to come yet: "proof of an innocent reason"."""


def judgements(read: str, *, past: bool) -> Iterator[tuple[int, int]]:
    """The places of verdicts that nothing weighs. `past`: past cases are cited, so outcomes may be told of them."""
    for start, end in clauses(read):
        for match in _VERDICT.finditer(read, start, end):
            before, after = read[start : match.start()], read[match.end() : end]
            if not (
                _NAME.match(after)
                or _WEIGHED_AFTER.match(after)
                or any(_WEIGHED_BEFORE.finditer(before))
                or _DENIED.search(before)
                or _WANTED.search(before)
                or (past and _told(before, after))
            ):
                yield match.span()


def _told(before: str, after: str) -> bool:
    """Whether the verdict is what became of past cases: no clause about the present, and some cases in it."""
    before = _HEAD.sub("", before)
    return not _PRESENT.search(before) and bool(_PAST.search(before) or _PAST.search(after))
