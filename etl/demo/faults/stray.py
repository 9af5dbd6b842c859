"""What comes in beside the regular returns: a sign-in sheet of a training without the day it was handed in."""

from __future__ import annotations

import datetime as dt

from etl.demo.ledgers.books import Book
from etl.demo.ledgers.sheets import Layout, plain_table
from etl.demo.ledgers.styles import Pen, Style
from etl.demo.ledgers.submissions import Entry, Return
from etl.demo.world.chance import seeded

_STYLE = Style(told="none", has_note=False)


def stray_books(returns: list[Return], seed: int) -> list[Book]:
    """One file without a reporting day, from the first village that has helpers on its newest day."""
    rng = seeded("stray", seed)
    one = next((one for one in returns if one.is_last and one.entries["helpers"]), None)
    if one is None:
        return []
    held_on = one.day - dt.timedelta(days=40)
    names = [entry.fields["helper_name"] for entry in one.entries["helpers"] if entry.fields["left_on"] is None]
    entries = [
        Entry({"held_on": held_on, "topic": "走访记录填写培训", "helper_name": name, "village_name": one.village.name}) for name in names
    ]
    pen = Pen(_STYLE, rng, [one.village.name])
    fields = ["held_on", "topic", "helper_name", "village_name"]
    sheet = Layout(_STYLE, one, rng).sheet("培训签到", plain_table(one, "trainings", _STYLE, pen, fields, entries))
    sheet.faults.append(("reporting_day_missing", None))
    return [Book(f"{one.village.name}培训签到.xlsx", [sheet])]
