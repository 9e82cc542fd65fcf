"""Which words mean the same to a reviewer, and which say nothing about a particular case.

Word lists only. A word that is missing here costs at worst a false alarm or a miss, never an error.
"""

from __future__ import annotations

__all__ = ["GENERAL", "HAPPENS", "IRREGULAR", "MEANING", "SILENT", "VOICE", "word_list"]


def word_list(text: str) -> tuple[str, ...]:
    """The words of a text, for lists that read better as prose."""
    return tuple(text.split())


_ALIKE = (
    "card cards instrument plastic",
    "device handset computer machine browser laptop operating",
    "phone telephone mobile",
    "account profile login",
    "email e-mail mail mailbox inbox",
    "country nation location abroad foreign overseas territory land",
    "differ mismatch match disagree inconsistent consistent agree same identical contradict conflict correspond"
    " coincide discrepancy deviate equal fit tally",
    "new first recent fresh young newly recently newcomer newer brand-new age old older created opened registered"
    " creation opening registration join",
    "seen see appear observed known unknown unseen appearance sight sighting noticed",
    "use used using usage",
    "amount value sum price total spend charged",
    "average mean usual typical usually typically norm",
    "expire expired lapsed expiry out-of-date outdated valid validity",
    "wrong incorrect invalid fail failed failure bad error faulty correct pass passed verify verified verification",
    "digit checksum",
    "ship shipping delivery deliver delivered shipped shipment shipping parcel package goods",
    "bill billing invoice",
    "ip network connection",
    "policy rule guideline",
    "cost costs cheap cheapest expensive least loss",
    "photo picture image selfie face portrait",
    "licence license",
    "customer buyer shopper cardholder applicant client holder purchaser",
    "merchant seller shop store vendor",
    "attempt try tried retry tries",
    "dispute chargeback complaint",
    "night nighttime midnight nightly",
    "block blocked decline declined stop stopped",
    "reject rejected refuse refused",
    "approve approved accept accepted approval",
    "fast quick quickly rapid rapidly velocity speed",
    "note writes says wrote write said claims claim states state stated written",
    "far distance distant kilometre kilometres km away",
    "name names surname called",
    "several multiple many various",
    "vpn proxy anonymiser anonymizer tor",
    "confirm confirmed confirmation",
    "residence live lives resident residential",
    "business company firm trading",
    "payout withdrawal payouts",
    "category type kind sort class",
)
MEANING: dict[str, str] = {word: group.split()[0] for group in _ALIKE for word in group.split()}
"""Each word of a group stands for the group's first word."""

IRREGULAR: dict[str, str] = {
    "addresses": "address", "address": "address", "was": "be", "were": "be", "is": "be", "are": "be", "been": "be",
    "countries": "country", "seen": "see", "saw": "see", "paid": "pay", "bought": "buy", "sent": "send",
    "kept": "keep", "made": "make", "held": "hold", "gone": "go", "went": "go", "status": "status", "this": "this",
    "times": "time", "days": "day", "series": "series", "business": "business", "analysis": "analysis",
    "processing": "process", "access": "access", "previous": "previous", "class": "class", "pass": "pass",
    "less": "less", "loss": "loss", "needed": "need", "used": "use", "using": "use", "email": "email",
}  # fmt: skip
"""Words that the light stemmer would cut wrongly."""

SILENT: frozenset[str] = frozenset(
    word_list("""
    a an the and or but nor so yet if then than that this these those there here it its itself they them
    their he she his her we us our you your i me my one ones who whom whose which what when where why how of in on at by
    for with from to into onto over under up down out off about as per via be is are was were been being am do does did
    done doing have has had having can could may might must shall should will would not no never none neither without
    also too only just even still already again both each every all any some such own other another more most less
    least few fewer many much very rather quite well while whereas although though because since until before after
    during within between through across behind against among around toward towards upon however moreover furthermore
    thus hence therefore yes s t re ve ll d m way thing matter fact let put puts give gives given get got take taken
    takes taking away nothing nobody make makes made go goes come comes came lie lies keep keeps else""")
)
"""Words that carry no content of their own."""

GENERAL: frozenset[str] = frozenset(
    word_list("""
    case order payment transaction purchase application check fraud fraudulent legitimate genuine risk risky raise
    lower speak point suggest indicate show mean model score probability likely likelihood chance band high medium low
    suspicious suspicion reassure reassuring concern unusual normal evidence sign signal factor reason reviewer
    analyst decide decision decided recommend recommendation action review outcome turn similar precedent comparable
    alike like past earlier previous prior compare comparison near close strong weak strongly main overall together
    combined consider estimate put assess rate found find support favour favor day hour minute week month year time
    o'clock percent number count figure need follow call leave consistent typical pattern set against worth weigh
    weighs balance picture clear notable notably relevant worrying flag red green alone remain stand hold also
    short shorter long longer high higher low lower large larger small smaller great greater big bigger much
    zero two three four five six seven eight nine ten eleven twelve half twice once second third fourth fifth
    ago later early late same different differ draft known know below above rest quote set out state little text
    sheet file look looking back otherwise ended end say says step best
    advice advise choice fact record note split colleague authority proof further innocent explanation
    customer merchant business""")
)
"""Words of the trade that fit any case: sharing one of them does not make evidence support a sentence."""

VOICE: tuple[str, ...] = word_list("""
    a an the this that these those it its they their them there here which what both all each every any some no none
    nothing neither nor not one ones other others another and or but yet so if though although while whereas because
    since as than of in on at to for from with without by between among within over under up per via is are was were
    be been being has have had having do does did can could may might would also too only just still even already
    again mainly mostly partly largely chiefly rather quite very fairly somewhat slightly much more most less least
    few fewer many several about around roughly nearly almost approximately above below before after then now later
    earlier however moreover besides likewise similarly further furthermore otherwise instead together either out
    such same like unlike despite until when where how whether against towards toward into during risk risks score
    model probability likelihood chance estimate band level percent percentage case cases precedent outcome sign
    signal indicator reason argument point evidence fact factor concern picture balance side value number amount
    average range norm rest sum share rank mismatch comparison past present policy cost action step recommendation
    advice decision choice colleague authority sheet file record pattern attention caution care field kind thing
    item check payment order application purchase transaction document raise lower increase reduce speak suggest
    indicate weigh add take put give assign rate see stand lie hold remain stay count recommend advise favour
    support show seem appear turn end prove become compare cite carry tell outweigh offset explain come go deserve
    merit prevail contribute drive base rely differ split known unknown open unresolved note noted recorded say said
    set shared high medium moderate low strong stronger strongest weak weaker weakest main chief principal leading
    biggest largest greatest nearest closest best similar comparable alike different new usual unusual normal
    typical common rare ordinary reassuring worrying suspicious notable notably relevant likely unlikely possible
    possibly plausible perhaps probably uncertain unclear mixed small large slight fraud fraudulent legitimate
    genuine suspicion addition accordance according back first second third last next day hour minute week month
    year time makes make made making ended ending ends higher highest lowest reassuringly away well far find finds
    way else went goes coming came ahead ago lies lying decided lean leans bit text message customer's entry answer
    contrast result detail basis light regard respect view context whole standing rated rating seen sees shortly
    recently frequently often rarely repeatedly nonetheless nevertheless conversely respectively overall accordingly
    worth placed date previous o'clock pointing weighing raising lowering noting given argue argues arguing good
    assessed assess cited circumstance
    """)
"""What a draft may say without a source: how signs are weighed, scores read, past cases counted, actions recommended.
No word of it settles a case, gives an order, speaks for a person or tells an event."""

HAPPENS: tuple[str, ...] = word_list("""
    exist happen occur place placed lead led cause surface reach exceed cover include contain carry run share belong
    add measure rough stake start begin finish arrive switch submit sell buy pay work change separate result list
    hold held involve link connect tie relate inside apart kilometre history long nearest closest strongest lowest
    expected total prove argument tell chief principal warn warning sign warranted whole overall only clear clearly
    readable legible correct valid money ran bring brought own somebody someone middle clean mention ask issue
    receive received travel spend spent spending bought confirm keep kept entry end follow followed made turn face
    set look need get got hour day night morning evening noon midday mean question whose reading
    """)
"""How things are and happen, where a clause tells something that is cited."""
