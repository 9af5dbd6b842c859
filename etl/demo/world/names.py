"""Names and numbers of invented people. No place, code or telephone number here is in use."""

import datetime as dt
import random

from etl.demo.world.tables import WORDS

TOWN, COUNTY_CODE = WORDS.place


def check_digit(body: str) -> str:
    """Return the 18th digit of an ID number from its first 17 (GB 11643, ISO 7064 MOD 11-2): 0–9 or X."""
    return "10X98765432"[sum(int(digit) << 17 - at for at, digit in enumerate(body)) % 11]


def id_number(rng: random.Random, village_no: int, born_on: dt.date, sex: str, taken: set[str]) -> str:
    """Return an unused ID number whose birth date and sex (17th digit odd = 男) are right."""
    while True:
        body = f"{COUNTY_CODE}{born_on:%Y%m%d}{village_no % 10}{rng.randrange(10)}{rng.randrange(5) * 2 + (sex == '男')}"
        if body not in taken:
            taken.add(body)
            return body + check_digit(body)
        village_no += 1


def phone(rng: random.Random) -> str:
    """Return an eleven-digit number of the block 1990000xxxx that no one has."""
    return f"1990000{rng.randrange(10000):04d}"


def adult(rng: random.Random, sex: str, surname: str | None = None) -> str:
    """Return an adult's name."""
    return f"{surname or rng.choice(WORDS.surnames)}{rng.choice(WORDS.adult_names[sex])}"


def unused_name(rng: random.Random, taken: set[str], surname: str | None, given_names: list[str]) -> str:
    """Return a name that is not among `taken`, and add it there; a third character makes more where all are used."""
    for attempt in range(400):
        name = (surname or rng.choice(WORDS.surnames)) + rng.choice(given_names)
        if attempt > 60:
            name = name[:1] + rng.choice(given_names)[0] + rng.choice(given_names)[-1]
        if name not in taken:
            break
    taken.add(name)
    return name
