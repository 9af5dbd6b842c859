"""Rows that a village adds to its ledgers: a pairing, the visits made and never entered, a training."""

import datetime as dt
import re

from tests.bench.village import Village


def place(found: dict) -> tuple[str, int]:
    """Sheet and row of a finding."""
    return found["sheet_id"], found["row_no"]


def helper(village: Village, is_any: bool = False, but: str = "") -> dict:
    """A woman among the village's helpers who is in service and in the circle: name and number."""
    row = village.ask(
        "select sheet_id, row_no from helpers where village_id = $village and left_on is null and helper_id <> $but"
        " and ($is_any or (sex = 'female' and category <> 'outside')) order by sheet_id, row_no limit 1",
        village=village.code,
        but=but,
        is_any=is_any,
    )[0]
    return {"name": village.text(*place(row), "helper_name"), "no": village.text(*place(row), "helper_no")}


def pair(village: Village, found: dict, but: str = "") -> None:
    """A row in the newest pairing ledger: the child, and a helper that the whole household shares."""
    chosen, ledger = helper(village, but=but), village.newest("pairings")
    name, number = child(village, found)
    row = {"child_name": name, "id_number": number, "village_name": village.name, "helper_name": chosen["name"], "helper_no": chosen["no"]}
    row["started_on"] = str(ledger["ledger_on"] - dt.timedelta(days=10))
    village.add(ledger["sheet_id"], village.last_row(ledger["sheet_id"]), row)


def child(village: Village, found: dict) -> tuple[str, str]:
    """Name and number of a finding's child, the number as it is about to be."""
    row = village.ask("select sheet_id, row_no from children where child_id = $id", id=found["child_id"])[0]
    told, column = village.sheet(row["sheet_id"]), village.columns(row["sheet_id"])["id_number"]
    new = village.cells.get(told["file"], {}).get((told["sheet"], row["row_no"], column))
    return village.text(*place(row), "child_name"), new[0] if new else village.text(*place(row), "id_number")


def pair_anew(village: Village, found: dict) -> None:
    """The pairing with a helper who left ends on that day, and another begins."""
    old = village.ask(
        "select helper_id from pairings where sheet_id = $sheet and row_no = $row", sheet=found["sheet_id"], row=found["row_no"]
    )
    village.write(*place(found), "ended_on", found["detail"])
    pair(village, found, but=old[0]["helper_id"])


def visit(village: Village, found: dict) -> None:
    """The visits that were made and never entered, on days of their own."""
    made, due = map(int, found["detail"].split(" / "))
    taken = {row["visited_on"] for row in village.ask("select visited_on from visits where child_id = $id", id=found["child_id"])}
    ledger = village.newest("visits")
    free = [ledger["ledger_on"] - dt.timedelta(days=number) for number in range(1, 60)]
    days = [str(day) for day in free if day not in taken][: due - made]
    (visit_wide if "visited_on" not in village.columns(ledger["sheet_id"]) else visit_long)(village, ledger["sheet_id"], found, days)


def visit_long(village: Village, sheet_id: str, found: dict, days: list[str]) -> None:
    """A row for each visit."""
    name, number = child(village, found)
    row = {"child_name": name, "id_number": number, "village_name": village.name, "helper_name": helper(village)["name"], "mode": "入户"}
    for day in days:
        village.add(sheet_id, village.last_row(sheet_id), row | {"visited_on": day})


def visit_wide(village: Village, sheet_id: str, found: dict, days: list[str]) -> None:
    """The empty ones of 第1次 … 第6次, in a row of the child's or in a new one."""
    name, number = child(village, found)
    page = village.page(sheet_id)
    nth = {
        int(cell.value[1:-1]): cell.column for row in page.iter_rows(max_row=8) for cell in row if re.fullmatch(r"第\d次", str(cell.value))
    }
    own = [row[0].row for row in page.iter_rows() if number in {str(cell.value) for cell in row}]
    if not own:
        row = {"child_name": name, "id_number": number, "village_name": village.name, "helper_name": helper(village)["name"]}
        village.add(sheet_id, village.last_row(sheet_id), row)
        village.rows[village.sheet(sheet_id)["file"]][-1][2].extend((nth[at], day, False) for at, day in enumerate(days, 1))
        return
    empty = [(row, column) for row in own for column in nth.values() if not page.cell(row, column).value]
    for (row, column), day in zip(empty, days, strict=False):
        village.write(sheet_id, row, column, day)


def train(village: Village, found: dict) -> None:
    """The helper was at a training and nobody wrote it down."""
    ledger = village.newest("trainings")
    row = {"helper_name": village.text(*place(found), "helper_name"), "village_name": village.name, "topic": "未成年人保护政策培训"}
    row["held_on"] = str(ledger["ledger_on"] - dt.timedelta(days=10))
    village.add(ledger["sheet_id"], village.last_row(ledger["sheet_id"]), row)
