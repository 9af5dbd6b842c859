"""How each village spells headings and values, and in which order it sets its columns: never what a value means."""

import datetime as dt

from etl.demo.world.model import Village
from etl.demo.world.tables import WORDS, seeded, table

Column = tuple[str, str, str]  # group heading or "", heading, field
_TABLES = table("headings")
FIELDS: dict[str, dict[str, str]] = _TABLES["headings"]  # by ledger, with one heading or three spellings
TITLES: dict[str, str] = _TABLES["titles"]
DAY_FIELDS: dict[str, str] = _TABLES["day_fields"]
_WIDE = str.maketrans("0123456789X年月日", "０１２３４５６７８９Ｘ年月日")


def children_fields(class_no: int | None) -> list[str]:
    """Return the fields of a children ledger, or of one class's sheet."""
    starts = {name: tuple(text.split()) for name, text in _TABLES["class_fields"].items()}
    of_class = starts[str(class_no)] if class_no else ("",)
    return [name for name in FIELDS["children"] if not name.startswith(starts["all"]) or name.startswith(of_class)]


class Pen:
    """Writes one value after another as a village does; it is seeded, so the same ledger looks the same again."""

    def __init__(self, village: Village, *stream: object) -> None:
        self.village, self.rng, self.places = village, seeded(*stream), [village.name, *village.aliases]

    def column(self, ledger: str, field: str) -> Column:
        """Return the column of a field; what is no field of the ledger is a heading itself."""
        spellings = FIELDS[ledger].get(field, field).split()
        heading = spellings[self.village.spelling if len(spellings) > 1 else 0]
        group = _TABLES["groups"].get(field[: field.find("_") + 1], "") if self.village.is_two_level else ""
        return group, _TABLES["sub_headings"].get(field, heading) if group else heading, field

    def write(self, field: str, value: object) -> object:
        """Return the cell of a field."""
        if value is None or value == "":
            return self.rng.choice(self.village.fills)
        if writer := getattr(self, f"_{field}", None):
            return writer(value)
        if isinstance(value, dt.date):
            return self._day(value)
        if isinstance(value, list):
            return "、".join(value)
        return self._name(str(value)) if field.endswith("_name") else value

    def _day(self, day: dt.date) -> object:
        """Return a date in one of the village's spellings."""
        plain, year = f"{day.year}年{day.month}月{day.day}日", "".join(WORDS.han[int(digit)] for digit in str(day.year))
        spellings = {
            "cell": day,
            "year": plain,
            "wide": plain.translate(_WIDE),
            "han": f"{year}年{WORDS.han[day.month]}月{WORDS.han[day.day]}日",
            "packed": f"{day:%Y%m%d}",
            "dash": f"{day.year}-{day.month}-{day.day}",
            "point": f"{day.year}.{day.month}.{day.day}",
        }
        return spellings[self.rng.choice(self.village.dates)]

    def _visited_on(self, days: dt.date | list[dt.date]) -> object:
        if isinstance(days, dt.date):
            return self._day(days)
        return self.rng.choice(["、", ";", "\n"]).join(f"{day.month}月{day.day}日" for day in days)

    def _name(self, name: str) -> str:
        """Write a name, with a blank inside or behind it where the village writes so."""
        if not self.village.spaces_names or self.rng.random() < 0.5:
            return name
        gap = self.rng.choice([" ", "\u3000"])
        return f"{name[0]}{gap}{name[1:]}" if self.rng.random() < 0.7 else f"{name} "

    def _village_name(self, name: str) -> str:
        return name if self.rng.random() < 0.75 else self.rng.choice(self.places)

    def _id_number(self, number: str) -> str:
        mark = self.village.id_mark
        if mark == "wide":
            return number.translate(_WIDE) if self.rng.random() < 0.6 else number
        if mark in ("", "lower"):
            return number.lower() if mark else number
        marked = f"{number[:6]} {number[6:14]} {number[14:]}" if mark == "blanks" else f"'{number}"
        return marked if self.rng.random() < 0.2 else number

    def _sex(self, sex: str) -> object:
        return WORDS.sexes[self.village.sexes][sex == "女"]

    def _class_no(self, classes: tuple[int, ...]) -> object:
        cells = [WORDS.classes[self.village.classes][number - 1] for number in classes]
        return cells[0] if len(cells) == 1 else "、".join(map(str, cells))

    def _disability_level(self, level: int) -> object:
        return WORDS.levels[self.village.levels][level]
