"""In which language a question seems to be written: by its little words, which no two languages share all of."""

from __future__ import annotations

import re

__all__ = ["foreign"]

_WORDS = {
    "English": "i is the a an and not how when why my please long it where what has still on for of to in was are do"
    " does did she he they you we that this with from be have can",
    "German": "ich ist das der die und nicht wie wann warum mein meine bitte lange es wo was hat noch auf den eine",
    "French": "je est le la les et pas comment quand pourquoi mon ma mes combien de temps où que une des il vous",
    "Spanish": "el la los y no cómo cuándo por qué mi mis cuánto dónde está es una del que para con usted tarda",
    "Italian": "il lo la gli e non come quando perché mio mia quanto dove è una del che per con sono",
    "Portuguese": "o a os e não como quando por que meu minha quanto onde está é uma do que para com você",
    "Dutch": "ik het de een en niet hoe wanneer waarom mijn lang waar is wat heeft nog op geen voor",
}
FEWEST = 2


def foreign(text: str) -> str:
    """The name of the language, where at least two little words speak for it and more than for English; else empty.
    Another script is a language that is not read here."""
    words = [word.casefold() for word in re.findall(r"[^\W\d_]+", text)]
    if words and sum(not re.match(r"[a-z\u00c0-\u024f]", word) for word in words) * 2 > len(words):
        return "in another script"
    counts = {name: sum(word in little.split() for word in words) for name, little in _WORDS.items()}
    best = max(counts, key=lambda name: counts[name])
    return f"in {best}" if counts[best] >= FEWEST and counts[best] > counts["English"] else ""
