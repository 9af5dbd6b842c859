"""Names and numbers of invented people. No place, code or telephone number here is in use."""

import datetime as dt
import random
from functools import partial

from etl.demo.world.tables import table, words

TOWN, COUNTY_CODE = table("words")["names"]["town"], table("words")["names"]["county_code"]
TOWN_CODE = COUNTY_CODE + "103"
_names = partial(words, "names")
VILLAGES, SURNAMES, TOWN_UNITS, COUNTY_UNITS = map(_names, ("villages", "surnames", "town_units", "county_units"))
BOYS, GIRLS, MEN, WOMEN = map(_names, ("boys", "girls", "men", "women"))
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_digit(body: str) -> str:
    """Return the 18th digit of an ID number from its first 17 (GB 11643, ISO 7064 MOD 11-2): 0–9 or X."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def id_number(rng: random.Random, village_no: int, born_on: dt.date, sex: str, taken: set[str]) -> str:
    """Return an unused ID number whose birth date and sex (17th digit odd = 男) are right."""
    while True:
        sequence = f"{village_no % 10}{rng.randrange(10)}{rng.randrange(5) * 2 + (sex == '男')}"
        body = f"{COUNTY_CODE}{born_on:%Y%m%d}{sequence}"
        if body not in taken:
            taken.add(body)
            return body + check_digit(body)
        village_no += 1


def phone(rng: random.Random) -> str:
    """Return an eleven-digit number of the block 1990000xxxx that no one has."""
    return f"1990000{rng.randrange(10000):04d}"


def adult(rng: random.Random, sex: str, surname: str | None = None) -> str:
    """Return an adult's name."""
    return (surname or rng.choice(SURNAMES)) + rng.choice(MEN if sex == "男" else WOMEN)


def unused_name(rng: random.Random, taken: set[str], surname: str | None, given_names: list[str]) -> str:
    """Return a name that is not among `taken`, and add it there; a third character makes more where all are used."""
    for attempt in range(400):
        name = (surname or rng.choice(SURNAMES)) + rng.choice(given_names)
        if attempt > 60:
            name = name[:1] + rng.choice(given_names)[0] + rng.choice(given_names)[-1]
        if name not in taken:
            taken.add(name)
            break
    return name
