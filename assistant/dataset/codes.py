"""The codes of card networks and document readers, in words.

Promise: a code that its table in `codes.toml` holds becomes the words that a reviewer reads, whatever its case and
leading zero; anything else is kept as it was given, because a processor's own word is better than none. Nothing is
ever rejected here.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

__all__ = ["in_words", "site_of"]


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("assistant.dataset").joinpath("codes.toml").read_text(encoding="utf-8"))


def in_words(role: str, text: str) -> str:
    """What a code says: `Y` in an AVS column is `match`, `43` in an authorisation `declined: stolen card`."""
    table = _tables().get(role)
    if table is None:
        return text
    code = re.sub(r"[\s-]+", "_", text.strip()).upper()
    if code not in table and code.isdecimal():
        code = code.zfill(2)  # a number column has lost the zero in front
    return table.get(code, text)


def site_of(text: str) -> str:
    """The host of a web address: `https://www.Shop.example/cart?x=1` is `shop.example`; other text stays as it is."""
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:  # such as a bracket that never closes
        return text
    return host.removeprefix("www.") if re.fullmatch(r"[\w-]+(\.[\w-]+)+", host) else text
