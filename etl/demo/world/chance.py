"""Words, names and numbers of invented people from the TOML files beside this one; every part of the town draws from its own stream."""

import datetime as dt
import random
import tomllib
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

DAY = dt.timedelta(days=1)


@cache
def table(name: str) -> dict[str, Any]:
    """Return a TOML file's content: words, headings, habits of villages, layouts of other offices or faults."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))


WORDS = SimpleNamespace(**table("words"))
TOWN, COUNTY_CODE = WORDS.place


class Chance(random.Random):
    """A stream named by its seed, a text; the same text gives the same stream on every machine."""

    def days(self, least: int, most: int) -> dt.timedelta:
        """Return a number of days between the two."""
        return self.randint(least, most) * DAY

    def adult(self, sex: str, surname: str = "") -> str:
        """Return an adult's name."""
        return f"{surname or self.choice(WORDS.surnames)}{self.choice(WORDS.adult_names[sex])}"

    def unused_name(self, taken: set[str], given_names: list[str], surname: str = "") -> str:
        """Return a name that is not among `taken`, and add it there; a third character makes more where all are used."""
        for attempt in range(400):
            name = (surname or self.choice(WORDS.surnames)) + self.choice(given_names)
            if attempt > 60:
                name = name[:1] + self.choice(given_names)[0] + self.choice(given_names)[-1]
            if name not in taken:
                break
        taken.add(name)
        return name

    def phone(self) -> str:
        """Return an eleven-digit number of the block 1990000xxxx that no one has."""
        return f"1990000{self.randrange(10000):04d}"

    def id_number(self, village_no: int, born_on: dt.date, sex: str, taken: set[str]) -> str:
        """Return an unused ID number: birth date, sex (17th digit odd = 男) and check digit (GB 11643, ISO 7064 MOD 11-2) are right."""
        while True:
            body = f"{COUNTY_CODE}{born_on:%Y%m%d}{village_no % 10}{self.randrange(10)}{self.randrange(5) * 2 + (sex == '男')}"
            if body not in taken:
                taken.add(body)
                return body + "10X98765432"[sum(int(digit) << 17 - at for at, digit in enumerate(body)) % 11]
            village_no += 1
