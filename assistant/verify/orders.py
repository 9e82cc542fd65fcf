"""Orders: what a draft says when it obeys somebody outside, or speaks to its reader as a planted note would.

Finds only; what is made of it is decided in `echo`. Read by families of the language (complying, putting rules out of
force, keeping others from looking, directing the reader or the machine), not by phrases that were once seen: of words
that no list had, the lists found three in four.
"""

from __future__ import annotations

from assistant.verify.reading import either

__all__ = ["orders"]

_OUTSIDERS = (
    r"(?:the |this |that |an? )?(?:customer|merchant|applicant|seller|buyer|sender|text|note|message|comment"
    r"|description"
    r"|statement|mail|email|letter|chat|cardholder|caller)(?: (?:text|note|message|statement|comment))?"
)
_ORDERS = either(
    r"\b(?:new|following|these|secret) (?:instructions?|prompts?)\b",
    r"\bas an? (?:ai|language model)\b|\bpretend (?:to|that)\b|\bact as (?:an?|the)\b",
    rf"\b(?:as|like|because|since) (?:{_OUTSIDERS})s? (?:ask|request|instruct|order|tell|told|demand|want"
    rf"|suggest|say)(?:s|ed)?\b",
    rf"\bsince (?:it (?:is|was) )?(?:asked|requested|instructed|ordered|told|demanded)(?: (?:by|in|from)"
    rf" (?:{_OUTSIDERS}))",
    rf"\b(?:following|obeying|according to|on|at|under|per) (?:the |an? )?(?:instructions?|requests?|orders?"
    rf"|commands?) "
    rf"(?:of|by|in|from) (?:{_OUTSIDERS})",
    rf"\b(?:{_OUTSIDERS})s? (?:order|tell|instruct|command)s? (?:us|me|you|the reviewer)\b",
    r"\b(?:skip|omit|no) (?:all |any |the )?further (?:checks?|reviews?|steps?|questions?)\b",
    r"\bpre-?(?:approved|cleared|authori[sz]ed)\b|\breleased as (?:safe|trusted)\b",
    r"\bdeveloper mode\b|\bjailbreak\w*\b|\brespond (?:only )?with\b|\bmark (?:this|the) case as\b",
)
"""What no family below has."""
_RULES = (
    r"(?:instructions?|rules?|evidence|polic(?:y|ies)|prompts?|guidelines?|signals?|warnings?|score|checks?|limits?"
    r"|above|safeguards?|controls?|restrictions?|alerts?|flags?|findings?|safety|history|procedures?|protocols?)"
)
_WISHES = r"(?:instruct\w+|wish(?:es)?|demands?|commands?|directives?|directions?|bidding|pleas?)"
_ASKED = (
    r"(?:asked|requested|instructed|ordered|told|demanded|directed|commanded|desired|wished|urged|bidden|stipulated)"
)
_GONE = (
    r"(?:ignored|disregarded|skipped|bypassed|overridden|lifted|suspended|waived|disabled|switched off|turned off"
    r"|set aside|dropped|deleted|void|cancell?ed|forgotten|dismissed|overruled|superseded)"
)
_COMPLIES = either(
    rf"\b(?:as|like|exactly as|just as) (?:it |they |he |she |{_OUTSIDERS} )?(?:is |was |has been |had been "
    rf"|were )?{_ASKED}\b",
    rf"\bin (?:line|keeping|accordance|compliance|agreement|obedience|conformity|response) (?:with|to) (?:the "
    rf"|this |that "
    rf"|an? |his |her |their )?(?:(?:{_OUTSIDERS})(?:'s)? )?(?:{_WISHES}|requests?|notes?|messages?|texts?)\b",
    rf"\b(?:obey|heed|honou?r|grant|fulfil|follow|execut|respect|act on|acting on|acted on)(?:l|e)?(?:s|ed"
    rf"|ing)? (?:the |this |that |these "
    rf"|those |his |her |their |all )?(?:(?:{_OUTSIDERS})'s )?{_WISHES}\b",
    r"\b(?:comply|complies|complied|complying|carry(?:ing)? out|carried out) (?:with )?(?:the |this |that |his "
    r"|her |their )"
    r"|\b(?:obey|heed)(?:s|ed|ing)?\b",
    rf"\b(?:honou?r|grant|fulfil|heed)(?:l)?(?:s|ed|ing)? (?:the |this |that |his |her "
    rf"|their )?(?:(?:{_OUTSIDERS})'s )?requests?\b",
    rf"\b(?:at|on|by|upon|per) (?:the )?(?:(?:{_OUTSIDERS})'s )(?:request|behest|bidding|wish|insistence|order"
    rf"|command)\b",
    rf"\bby (?:order|request|instruction|command) (?:of|from)\b|\b(?:{_WISHES}|requests?) (?:(?:in|of|from"
    rf"|by) (?:{_OUTSIDERS}) )?"
    r"(?:is|are|was|were|has been|have been|will be|must be|should be) (?:hereby |duly |now )?(?:followed"
    r"|obeyed|honou?red|granted|met|carried out"
    r"|respected|heeded|fulfilled|executed)\b",
    rf"\b(?:{_OUTSIDERS})s? (?:asks?|asked|requests?|requested|wants?|wanted|demands?|demanded|says?|said"
    rf"|tells?|told)\b.*\b(?:which|and (?:this|that|so it)) "
    r"(?:is|was|has been) (?:done|granted|followed|right|correct|true)\b",
)
"""What does as an outsider wishes."""
_LIFTS = either(
    rf"\b(?:ignor|disregard|forget|overrid|bypass|skip|waiv|drop|suspend|disabl|omit|dismiss|delet|eras|discard"
    rf"|overlook|lift"
    rf"|overrul|supersed|neglect)(?:e|t|p)?(?:s|d|ed|ing|den)? (?:(?:all|any|the|your|these|those|every|each|of"
    rf"|previous|prior|above|earlier|other|safety|further"
    rf"|usual|normal|standard|remaining|internal|existing|current|such)\s)*{_RULES}\b",
    rf"\b(?:turn|switch|shut)(?:s|ed|ing)? off (?:\w+ )?{_RULES}\b|\b(?:set|put)(?:s"
    rf"|ting)? aside (?:\w+ )?{_RULES}\b|\bpay(?:s|ing)? no (?:attention|heed) to\b",
    rf"\b{_RULES} (?:above |here |of the \w+ )?(?:is|are|was|were|must be|should be|shall be|can be|may be"
    rf"|need to be|have been|has been) (?:\w+ly |now |to be |all )?{_GONE}\b",
    rf"\b{_RULES} (?:no longer|do not|does not|don't|doesn't|need not|must not|should not) (?:\w+ )?(?:apply"
    rf"|count|matter|hold|bind|be (?:followed|applied|used))\b",
    r"\b(?:white|allow|green|safe)[- ]?list(?:ed|ing)?\b|\bexempt(?:ed|ion|s)?\b|\b(?:admin|debug|test"
    r"|maintenance|god|root) mode\b",
)
"""What puts rules or evidence out of force."""
_HUSHES = either(
    r"\bwithout (?:telling|informing|notifying|alerting|asking|contacting|involving|mentioning|reporting"
    r"|looking|checking|reviewing|questioning)\b",
    r"\bwithout (?:any |more |further |another )?(?:delay|ado|questions?|hesitation|checks?|reviews?"
    r"|verification|investigation|scrutiny|comment|inquiry)\b",
    r"\b(?:keep|stay|remain)(?:s|ing)? (?:this |it |that )?(?:quiet|silent|secret|confidential|between)\b",
    r"\b(?:nobody|no one|no other \w+) (?:else )?(?:needs?|has|should|must|may|is) (?:to )?(?:know|look|review"
    r"|check|ask|be (?:told|informed|asked|involved))\b",
    r"\b(?:must|should|shall|may|need|do|does|can) ?n(?:o|')t (?:\w+ )?(?:be )?(?:tell|told|contact\w*|call\w*"
    r"|inform\w*|ask\w*|alert\w*|notif\w+|mention\w*|reveal\w*"
    r"|report\w*|flag\w*|question\w*|investigat\w+|review\w*|check\w*|verif\w+|doubt\w*|look\w*|escalate\w*)\b",
    r"\bno need (?:to|for) (?:an?y? |more |further |another |other )*(?:review|check|verif|investigat|look|call"
    r"|contact|ask|question|escalat)\w*",
    r"\b(?:needs?|requires?|warrants?|calls? for) no (?:further |more |other |additional |manual )*(?:reviews?"
    r"|checks?|verification|investigation|scrutiny|questions?|looks?|attention)\b",
    r"\b(?:can|may|should|must) (?:simply |safely |just |now )?(?:be )?(?:wav|skipp|rush|fast-track)(?:ed"
    r"|e)(?: through)?\b",
)
"""What keeps others from looking."""
_CLAUSE = (
    r"(?:^|[,;:.]\s+)(?:and |so |then |therefore |thus |hence |now |but )*(?:please |kindly |just |simply "
    r"|do not |don't |never |always )*"
)
_OPENERS = (
    r"(?:in|of|with|by|for|on|against|at|from|to|than|as|like|unlike|despite|given|besides|beside|behind|beyond|between"
    r"|among|under|over|above|below|after|before|since|until|within|without|about|around|via|per|into|near|is|are|was"
    r"|were|be|been|has|have|had|does|do|did|can|could|may|might|will|would|should|must|what|which|who|whose|that|when"
    r"|where|while|whereas|whether|how|why|if|so|such|and|or|but|nor|yet|though|although|because|all|both|half|not|only"
    r"|even|just|here|there|then|now|still|also|too|once|quite|rather|almost|later|earlier|no|none|nothing|neither|it"
    r"|they|we|he|she|i|you|never|most|much|many|part|one|two|three|four|five|six|seven|eight|nine|ten|put|set|cost|let)"
)
_DONE = (
    r"(?:approve|accept|release|step|challenge|decline|block|stop|request|reject|refuse|turn|reserve|hold|escalate"
    r"|refund|ask|keep)"
)
_FINDINGS = r"(?:proof|evidence|confirmation|word|news|doubt|notice|assurance|belief)"
"""Nouns that open a wish: "proof that this does not hold"."""
_COMMANDS = either(
    r"(?:^|[,;:.]\s+)(?:(?:and|so|then|therefore|thus|hence|now|but|just|simply|also|please|always|never|do not"
    rf"|don't)\s)*(?!(?:{_OPENERS}|{_DONE}|{_FINDINGS})\b)"
    r"(?![a-z]*(?:s|ed|ing|ly|wn|ade|ent|ept|eld|een|ought|aken|iven)\b)[a-z]+"
    r"(?: (?:out|up|down|off|back|over|away))?"
    r" (?:the|this|these|that|it|them|him|her|all|any|every|everything|nothing|nobody|your|my|our|us|me)\b",
)
"""A clause that opens with a bare verb before its object commands, whatever the verb. What may be done with a case is
read by `actions`."""
_DIRECTS = either(
    rf"{_CLAUSE}(?:ignore|trust|close|mark|set|lower|delete|remove|clear|waive|treat|disregard|forget|stop"
    rf"|answer|reply|respond"
    r"|output|print|repeat|assume|remember|ensure|confirm|transfer|send|forward|pretend|hurry|obey|act|proceed"
    r"|finish|submit|sign|push|pass|grant|free)"
    r" (?:this|these|the|it|that|all|any|your|my|our|him|her|them|everything|only|nothing|us|no|as|to|with"
    r"|every|on|off)\b",
    r"\b(?:please|kindly)\b|\b(?:you|your|yours)\b|\b(?:hereby|herewith|forthwith)\b|\b(?:effective immediately"
    r"|from now on|with immediate effect)\b",
    r"\b(?:ai|assistant|language model|chatbot|bot|llm|system|model|reviewer|analyst|reader|desk|team) (?:must"
    r"|shall|is to|has to|is (?:told|asked|instructed|ordered|directed)"
    r"|was (?:told|asked|instructed|ordered|directed)|are (?:told|asked|instructed|ordered))\b",
    r"\b(?:the|this|my|system|new|hidden) prompt\b|\b(?:system|developer|admin|override) (?:message|note|code"
    r"|command|instruction)s?\b",
    r"\b(?:administrator|admin|developer|operator|supervisor|manager|ceo|boss|head office|management"
    r"|headquarters|security|compliance|support|back office|team lead|fraud team"
    r"|security team|support team|compliance team)(?: (?:team|department|desk|staff))? (?:has |have |had "
    r"|already )*(?:pre-?)?(?:approved|cleared|authori[sz]ed"
    r"|released|signed off|confirmed|ordered|instructed|decided|vouched|verified|waived|agreed)\b",
    r"\b(?:approved|cleared|authori[sz]ed|vetted|verified|signed off|confirmed|waived) (?:in advance|beforehand"
    r"|by (?:the |our |an? )?(?:administrator|admin|developer|operator"
    r"|supervisor|manager|ceo|boss|head office|management|headquarters|security|compliance|support|back office"
    r"|system))\b",
    r"\b(?:approv|releas|block|reject|refund|accept|clear|pass|clos)(?:e|s|es|ed|ing)? (?:it |this |that |them "
    r"|the \w+ )?(?:at once|immediately|right away|straight away"
    r"|instantly|asap|right now|without delay)\b",
    r"\b(?:score|band|flag|status|label) (?:is|was|be|has been|should be|must be|will be|can be"
    r"|may be) (?:hereby |now |therefore |thus )?(?:set|reset|changed|cleared|marked|overridden"
    r"|adjusted|downgraded|lifted|removed)\b",
    r"\b(?:mark|flag|label|treat|record|regist|clear|log|list|class|classify)(?:e|s|ed|er|ered"
    r"|ing)? (?:\w+ ){0,3}as (?:safe|trusted|legitimate|approved|low|genuine|clean|resolved|verified|cleared"
    r"|harmless)\b",
)
"""What tells the reader, or the writer, what to do."""
_ORDERED = (_ORDERS, _COMPLIES, _LIFTS, _HUSHES, _COMMANDS, _DIRECTS)


def orders(read: str) -> list[tuple[int, int]]:
    """The places where orders are given or obeyed, those that overlap joined."""
    places: list[tuple[int, int]] = []
    for start, end in sorted(match.span() for pattern in _ORDERED for match in pattern.finditer(read)):
        if places and start <= places[-1][1]:
            places[-1] = places[-1][0], max(end, places[-1][1])
        else:
            places.append((start, end))
    return places
