"""A workbook that a person hands to a page: read in a process with limits, because a hostile file must cost that process alone."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence

from locales import LANGUAGES, _
from pages.jobs import loads
from pages.jobs.job_folder import Refused
from pages.text import labels
from warehouse.storage import build_files

MOST_MB = 5
_SECONDS = 30.0
Sheets = dict[str, list[list[str]]]


def read(name: str, content: bytes, endings: tuple[str, ...]) -> Sheets:
    """Return the cells of a file as text. Raises Refused for another kind of file and for what cannot be read."""
    if not loads.plain_name(name).lower().endswith(endings) or len(content) > MOST_MB * 2**20:
        raise Refused(_("{file}：只收 {endings} 文件，不超过 {most} MB。").format(file=name, endings=" ".join(endings), most=MOST_MB))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "etl.sheets.read_stdin"],
            input=content,
            capture_output=True,
            timeout=_SECONDS,
            cwd=build_files.ROOT,
            env=dict(os.environ),
        )
        sheets: Sheets = json.loads(done.stdout) if done.returncode == 0 else {}
    except (subprocess.TimeoutExpired, ValueError):
        sheets = {}
    if not sheets or "fault" in sheets:
        raise Refused(_("{file}：打不开（损坏、有密码，或内容超出限度）。请另存为普通的 .xlsx 再传。").format(file=name))
    return sheets


def below_headings(sheets: Sheets, columns: str, wanted: Sequence[str]) -> list[tuple[int, dict[str, str]]] | None:
    """Return (row number, texts by column) of the rows below the first row that has all wanted headings in one of our languages.

    `columns` is the kind of their words (pages/text/words.toml). None where no row has them.
    """
    for rows in sheets.values():
        for at, row in enumerate(rows):
            for into in LANGUAGES:
                words = labels.words(columns, into)
                if all(words[name] in row for name in wanted):
                    places = {name: row.index(words[name]) for name in wanted}
                    below = enumerate(rows[at + 1 :], at + 2)
                    return [
                        (number, {name: "".join(cells[place : place + 1]).strip() for name, place in places.items()})
                        for number, cells in below
                    ]
    return None
