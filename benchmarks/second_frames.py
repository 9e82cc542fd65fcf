"""The forms of the prose around evidence: what names a side, turns to the other one, or says nothing.

Each pattern is read on a text in the spelling of `second_reading`, in which marks stand for evidence already. The
events: `@+` and `@-` raise and lower the risk, `@lean` speaks the way the score does, `@but` the other way, `@all` one
way throughout, `@off` no way, `@say` nothing; `@no+`, `@no-` and `@no0` say that no sign does. What is left over must
be in `PLAIN`.
"""

from __future__ import annotations

import re

__all__ = ["CHANGES", "EVENTS", "PLAIN"]

_RISK = r"(?:the )?(?:risk|probability|it\b)"
_UP = (
    rf"(?:(?:raises?|raising|increas(?:es?|ing)|heighten(?:s|ing)?|add(?:s|ing)? to) {_RISK}"
    r"|sp(?:eaks?|eaking) for fraud|points? (?:to|towards) fraud|(?:makes? )?fraud (?:is )?more likely"
    r"|(?:the )?risk is higher(?: because)?|arguments? for fraud|(?:one )?reason for concern"
    r"|the risk also rests on this)"
)
_DOWN = (
    rf"(?:(?:lowers?|lowering|reduc(?:es?|ing)|decreas(?:es?|ing)|eas(?:es?|ing)|tak(?:es?|ing) away from) {_RISK}"
    r"|sp(?:eaks?|eaking) (?:against fraud|for the customer)|points? away from fraud"
    r"|(?:makes? )?fraud (?:is )?less likely|(?:the )?risk is lower(?: because)?|arguments? against fraud"
    r"|(?:most )?reassuring(?:ly)?|a point in its favour)"
)
_NONE = (
    r"(?:(?:there is )?(?:no|none|nothing)(?: of)?(?: the)?"
    r"(?: (?:signs?|evidence|document|checks?|on|this|sheet|here|that|which|in))*) "
)
_BACK = r"(?:(?:and |but )?(?:which|that|this)(?: still| also)?) "

_FRAME = """
    model puts put gives give assigns sees finds score scores probability risk estimate sign signs strongest main
    principal first point points what above all stands out then looking back
    turning precedents go goes far say says said facts fact file known speak must which
    and but that is recommended recommendation recommend action advice policy remains balance best step so
    case cases similar past nearest match one one's turning recorded noted evidence light while since carries expected
    cost at too mainly of supports choice sheet shows according would costs case's brought sees because too shared
    favours still
"""

EVENTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])"), event)
    for pattern, event in (
        (_NONE + _UP, "@no+"),
        (_NONE + _DOWN, "@no-"),
        (r"without (?:a|any) sign either way|no sign explains (?:it|the score)", "@no0"),
        (r"what (?:still )?" + _UP + "(?: all the same)?", "@+"),
        (r"what (?:still )?" + _DOWN, "@-"),
        (r"(?<=, )" + _BACK + _UP + r"|(?<=; )this " + _UP, "@back+"),
        (r"(?<=, )" + _BACK + _DOWN + r"|(?<=; )this " + _DOWN, "@back-"),
        (r"(?:the )?(?:best |strongest )?" + _UP, "@+"),
        (r"(?:the )?(?:best |strongest )?" + _DOWN, "@-"),
        (r"(?:mainly |above all )?because", "@lean"),
        (r"(?:the )?(?:main|principal|first) reason(?: for the <band> score(?: of <score>)?)?(?: is)?", "@lean"),
        (r"others say this", "@off"),
        (r"what weighs most|(?:the sign that|what) counts most|most telling|chief among the signs", "@say"),
        (r"(?:from )?(?:the |a )?document checks?(?: (?:says?|shows?)(?: this)?)?|as for the document", "@say"),
        (r"the document(?= @)|(?<=^)document(?= :)", "@say"),
        (r"(?:for )?this (?:payment|identity check|merchant|case)", "@say"),
        (r"even so", "@still"),
        (r"but|yet|whereas|although|even though", "@but"),
        (r"against (?:that|it)|on the other side|by contrast|(?<=^)still|however", "@vs"),
        (r"besides|in addition|moreover|likewise|also|as well|further(?: point)?", "@all"),
    )
)

PLAIN = frozenset(_FRAME.split())
"""Words that may be left over: they frame, and claim nothing beside what was read."""

_ITEM = r"(?:(?:the|it was) )?(?P<item><[ed]\d+>)(?: earlier)?"
CHANGES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), side)
    for pattern, side in (
        (rf"an? (?:innocent|sound) explanation for (?:this :|why) {_ITEM}", "raises"),
        (rf"proof (?:that this has an honest cause|of an innocent reason for this) : {_ITEM}", "raises"),
        (rf"a good reason why {_ITEM}", "raises"),
        (rf"proof (?:against this|that this does not hold) : {_ITEM}", "lowers"),
        (rf"(?:a finding that this does not hold :|new doubt whether) {_ITEM}", "lowers"),
        (r"a known outcome of case <case>", "open"),
        (r"the outcome of the (?:past|similar) cases? (?:that have none yet|still open)", "open"),
        (r"a similar case that (?:ends otherwise|turns out to be (?:fraud|legitimate))", ""),
        (r"further cases like this with another outcome|a decided case like this one|past cases to compare with", ""),
        (r"a score (?:for this case|from a model that has learned this kind of case)", ""),
        (r"new evidence (?:of fraud|that the customer is legitimate|that the customer is genuine)", ""),
        (r"(?:word|an answer|confirmation|a complaint|a dispute) (?:from|of|by) [^<#]*", ""),
        (r"another document that [^<#]*|a live call in which [^<#]*", ""),
        (r"(?:delivery records|invoices|proof of trade|buyers|complaints|a supplier)\b[^<#]*", ""),
    )
)
"""What would change an advice, and which way an item speaks that a line would undo. The last three are what people
could bring: they claim nothing of this case."""
