"""A village's ledgers as its director has them on the desk: findings, cells by field, and the changes to be made in them."""

import datetime as dt
import unicodedata
from functools import cache

from checks import ledger_workbook
from warehouse.builds import repository
from warehouse.storage import build_files, keys

_AS_TEXT = ("id_number", "guardian_phone", "disability_card_no", "dibao_no")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def number_of(born_on: dt.date, sex: str, serial: int) -> str:
    """An invented ID number of the demo's area that is valid: its check digit fits."""
    body = f"659902{born_on:%Y%m%d}{70 + serial // 2 % 25:02}{2 * (serial % 5) + (sex != 'female')}"
    return body + check_digit(body)


def is_valid(number: str) -> bool:
    """True for 18 signs whose check digit fits."""
    return len(number) == 18 and number[:17].isdigit() and number[17] == check_digit(number[:17])


def plain(value: object) -> str:
    """A cell's text without its blanks, full-width signs as usual ones; of a date the day."""
    return "".join(unicodedata.normalize("NFKC", str(value or "")).removesuffix(" 00:00:00").replace("'", "").split())


def check_digit(body: str) -> str:
    """The last sign of an ID number (GB 11643)."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


class Village:
    """One village of the published build."""

    def __init__(self, code: str) -> None:
        self.build, self.key, self.code = repository.open_build(build_files.home()), keys.load_key(build_files.home()), code
        self.name = self.build.rows("select name from villages where village_id = $id", {"id": code})[0]["name"]
        self.as_of = dt.date.fromisoformat(self.build.facts["as_of"])
        self.cells: dict[str, dict[tuple[str, int, int], tuple[str, bool]]] = {}
        self.rows: dict[str, list[tuple[str, int, list | None]]] = {}
        self.findings = self.ask("select * from findings where village_id = $village order by finding_id", village=code)
        self.book = cache(self._book)
        self.columns = cache(self._columns)

    def ask(self, sql: str, **params: object) -> list[dict]:
        """Rows of the build."""
        return self.build.rows(sql, params)

    def _book(self, file_id: str):
        """A file as the village reported it."""
        kept = self.ask(
            "select r.sealed, f.file from raw_files as r inner join ledger_files as f on f.file_id = r.file_id where r.file_id = $id",
            id=file_id,
        )[0]
        return ledger_workbook.open_workbook(self.key.unseal(file_id, bytes(kept["sealed"]))).book

    def _columns(self, sheet_id: str) -> dict[str, int]:
        """Field → number of its column."""
        return {
            row["field"]: row["column_no"]
            for row in self.ask("select field, column_no from ledger_columns where sheet_id = $id", id=sheet_id)
        }

    def sheet(self, sheet_id: str) -> dict:
        """What the load says of a sheet."""
        return self.ask("select * from ledger_sheets where sheet_id = $id", id=sheet_id)[0]

    def newest(self, ledger: str) -> dict:
        """The newest sheet of a kind."""
        return self.ask(
            "select * from ledger_sheets where ledger = $ledger and village_id = $village and state = 'loaded' order by ledger_on desc, sheet_id desc",
            ledger=ledger,
            village=self.code,
        )[0]

    def page(self, sheet_id: str):
        """A sheet as a workbook shows it."""
        book, name = self.book(sheet_id.split("/")[0]), self.sheet(sheet_id)["sheet"]
        return book[name] if name else book.worksheets[-1]

    def text(self, sheet_id: str, row: int, field: str) -> str:
        """A cell's text; '' where it is empty or there is no such column."""
        column = self.columns(sheet_id).get(field)
        return plain(self.page(sheet_id).cell(row, column).value if column else None)

    def write(self, sheet_id: str, row: int, place: str | int, text: str, is_text: bool = False) -> None:
        """Note a cell to be changed; `place` is a field or the column's number."""
        told, column = self.sheet(sheet_id), place if isinstance(place, int) else self.columns(sheet_id)[place]
        self.cells.setdefault(told["file"], {})[told["sheet"], row, column] = (text, is_text)

    def add(self, sheet_id: str, after: int, cells: dict[str, str]) -> None:
        """Note a row to be put in below row `after`; fields without a column are left out."""
        told, columns = self.sheet(sheet_id), self.columns(sheet_id)
        listed = [(columns[field], text, field in _AS_TEXT) for field, text in cells.items() if field in columns]
        self.rows.setdefault(told["file"], []).append((told["sheet"], after, listed))

    def take_out(self, sheet_id: str, row: int) -> None:
        """Note a row to be deleted."""
        told = self.sheet(sheet_id)
        self.rows.setdefault(told["file"], []).append((told["sheet"], row, None))

    def last_row(self, sheet_id: str) -> int:
        """The last row of a sheet that stands in its table."""
        table = {"children": "child_rows"}.get(self.sheet(sheet_id)["ledger"], self.sheet(sheet_id)["ledger"])
        return self.ask(f"select max(row_no) as row_no from {table} where sheet_id = $id", id=sheet_id)[0]["row_no"]

    def renumber(self, name: str, old: str, new: str) -> None:
        """Write another ID number wherever a person stands with the old one, in all ledgers of the village."""
        for told in self.ask("select sheet_id from ledger_sheets where village_id = $village and state = 'loaded'", village=self.code):
            for row in self.page(told["sheet_id"]).iter_rows():
                texts = {plain(cell.value): cell for cell in row}
                if name in texts and old in texts:
                    self.write(told["sheet_id"], texts[old].row, texts[old].column, new, True)
