"""Amounts as people write them: the sign and the comma are where their language puts them."""

from __future__ import annotations

from decimal import Decimal

__all__ = ["written"]

_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$", "CAD": "$", "AUD": "$", "NZD": "$", "BRL": "R$", "JPY": "¥", "MXN": "$"}
_CROWNS = frozenset({"SEK", "DKK", "NOK"})
_POINT = frozenset({"en", "ja"})
"""Languages that write a decimal point."""


def written(amount: Decimal, currency: str, language: str) -> str:
    """The amount, without cents where there are none: £83.90, 83,90 €, R$ 83,90, 840 kr, 8,400円."""
    whole = amount == amount.to_integral_value()
    figures = f"{amount:,.0f}" if whole else f"{amount:,.2f}"
    if language not in _POINT:
        figures = figures.replace(",", "_").replace(".", ",").replace("_", " " if language in {"fr", "sv"} else ".")
    if currency in _CROWNS:
        return f"{figures} kr"
    sign = _SIGNS.get(currency, currency)
    if language == "ja" and currency == "JPY":
        return f"{figures}円"
    if currency == "BRL" or len(sign) > 2:
        return f"{sign} {figures}"
    return f"{sign}{figures}" if language == "en" or currency != "EUR" else f"{figures} {sign}"
