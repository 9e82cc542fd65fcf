"""What devices call themselves: browsers and the marketplace's own app, in the versions of the day.

The strings are laid out as the makers do it: Chrome tells `Android 10; K` and no minor version, Safari on a phone
stopped counting the system at 18, and Windows is 10.0 for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from assistant.world.chance import Dice

__all__ = ["Software", "install", "on_computer", "on_phone"]

_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{chrome}.0.0.0"
_SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{ios}"
_PHONE = {
    "Mozilla/5.0 (iPhone; CPU iPhone OS {phone_os} like Mac OS X) " + _SAFARI + " Mobile/15E148 Safari/604.1": 3,
    "Mozilla/5.0 (Linux; Android 10; K) " + _CHROME + " Mobile Safari/537.36": 3,
    "MarketWallet/{app} (Android {android})": 3,
    "MarketWallet/{app} (iOS {ios})": 3,
}
_COMPUTER = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + _CHROME + " Safari/537.36": 4,
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + _CHROME + " Safari/537.36 Edg/{chrome}.0.0.0": 2,
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) " + _SAFARI + " Safari/605.1.15": 3,
    "Mozilla/5.0 (X11; Linux x86_64; rv:{firefox}.0) Gecko/20100101 Firefox/{firefox}.0": 1,
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{firefox}.0) Gecko/20100101 Firefox/{firefox}.0": 2,
}
_CHROME_131 = date(2024, 11, 12)
_FIREFOX_133 = date(2024, 11, 26)
_RELEASE = timedelta(weeks=4)


@dataclass(frozen=True)
class Software:
    """What runs on one device, how long its owner puts updates off, and how many years (`age`) the system is behind."""

    template: str
    lag: timedelta
    age: int

    def on(self, day: date) -> str:
        """The user agent that it sends on a day."""
        seen = day - self.lag
        chrome = 131 + (seen - _CHROME_131) // _RELEASE
        firefox = 133 + (seen - _FIREFOX_133) // _RELEASE
        autumn = seen.year if (seen.month, seen.day) >= (9, 20) else seen.year - 1
        minor = min(((seen - date(autumn, 9, 20)).days) // 50, 6)
        major = autumn - 1999 if autumn >= 2025 else autumn - 2006  # Apple went from 18 to 26 in 2025
        minor, major = (6, _years_back(major, self.age)) if self.age else (minor, major)
        ios = f"{major}.{minor}"
        return self.template.format(
            chrome=chrome,
            firefox=firefox,
            ios=ios,
            phone_os=f"{major}_{minor}" if major <= 18 else "18_7",
            android=autumn - 2009 - self.age,
            app=f"{seen.year - 2019}.{seen.timetuple().tm_yday // 21}",
        )


def _years_back(major: int, years: int) -> int:
    """An Apple system of so many autumns before: 18 came before 26."""
    return major - years if major - years >= 26 or major <= 18 else major - years - 7


def install(dice: Dice) -> Software:
    """A phone or a computer with a browser or the app. Most are up to date within weeks."""
    templates = _PHONE if dice.chance(0.6) else _COMPUTER
    lag = timedelta(days=int(min(dice.spread(18, 0.9), 150)))
    return Software(dice.weighted(templates), lag, dice.weighted({0: 7, 1: 2, 2: 1}))


def on_phone(agent: str) -> bool:
    return any(word in agent for word in ("iPhone", "Android", "iOS"))


def on_computer(agent: str) -> bool:
    return any(word in agent for word in ("Windows", "Macintosh", "X11"))
