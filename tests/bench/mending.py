"""How a village mends each kind of finding in its ledgers, as the remedy's sentence asks; what it leaves, and why.

Whatever is written here is invented. A kind in neither table stays as it is and is told.
"""

import datetime as dt
import difflib
import re

from tests.bench.adding import helper, pair, pair_anew, place, train, visit
from tests.bench.village import Village, is_valid, number_of, plain

LEFT = {
    "eligibility_ends_soon": "the day has not come; there is nothing to renew yet",
    "sheet_unrecognised": "a summary or an address list is no ledger and may stay",
    "heading_unknown": "the column is the village's own",
    "annual_update_missing": "the first quarter is over; no ledger written now is of its days",
    "report_late": "it was late, and a day of reporting is not made earlier",
}
FILLINGS = {
    "household_head": "周国强",
    "hukou_kind": "农村",
    "address": "霁溪镇一组1号",
    "guardian_relation": "祖母",
    "dibao_from": "2022-01-01",
    "unit": "镇中心小学",
    "note": "孩子精神很好，家中安全",
    "started_on": "2023-06-20",
    "category": "其他",
    "mode": "视频",
    "guardian_phone": "19900001234",
    "phone": "19900001234",
}
DISABILITY = {"视力": "1", "听力": "2", "言语": "3", "肢体": "4", "智力": "5", "精神": "6"}
LEVELS = {"四肆4Ⅳ": "4", "三叁3Ⅲ": "3", "二贰2Ⅱ": "2", "一壹1ⅠI": "1"}


def fill(village: Village, found: dict) -> None:
    """Write something plausible into the finding's own cell; a helper is one of the village's."""
    text = helper(village, True)["name"] if found["field"] == "helper_name" else FILLINGS[found["field"]]
    village.write(*place(found), found["field"], text)


def write_day(village: Village, found: dict) -> None:
    """A day that is none becomes the 28th of its month, or of February."""
    told = re.findall(r"\d+", village.text(*place(found), found["field"]))
    month = int(told[1]) if len(told) > 1 and 1 <= int(told[1]) <= 12 else 2
    village.write(*place(found), found["field"], f"{told[0]}-{month:02}" + ("-28" if found["code"] == "date_impossible" else ""))


def identity(village: Village, found: dict) -> tuple[str, dt.date, str]:
    """Name, birth date and sex as the finding's row tells them."""
    name, sex = (village.text(*place(found), field) for field in ("child_name", "sex"))
    told = [int(part) for part in re.findall(r"\d+", village.text(*place(found), "born_on"))]
    return name, dt.date(*told[:3]), "female" if sex == "女" else "male"


def write_number(village: Village, found: dict) -> None:
    """The number of the child's card, as another ledger has it or invented, in every ledger that names it by the wrong one."""
    name, born_on, sex = identity(village, found)
    rows = village.ask("select sheet_id, row_no from child_rows where child_id = $id order by ledger_on desc", id=found["child_id"])
    known = [village.text(*place(row), "id_number") for row in rows if found["code"] != "id_number_shared"]
    new = next(filter(is_valid, known), number_of(born_on, sex, sum(map(ord, name))))
    village.write(*place(found), "id_number", new, True)
    village.renumber(name, village.text(*place(found), "id_number"), new)


def part_shared(village: Village, found: dict) -> None:
    """The number stays with the child whose birth date it holds; the other gets its own."""
    _name, born_on, _sex = identity(village, found) if "-" in village.text(*place(found), "born_on") else ("", None, "")
    if born_on and f"{born_on:%Y%m%d}" != village.text(*place(found), "id_number")[6:14]:
        write_number(village, found)


def follow_number(village: Village, found: dict) -> None:
    """Birth date or sex as the number has them, unless the number is another child's."""
    number = village.text(*place(found), "id_number")
    is_shared = any(place(other) == place(found) and other["code"] == "id_number_shared" for other in village.findings)
    if found["code"] == "sex_contradicts_id":
        village.write(*place(found), "sex", "男" if int(number[16]) % 2 else "女")
    elif not is_shared:
        village.write(*place(found), "born_on", f"{number[6:10]}-{number[10:12]}-{number[12:14]}")


def write_card(village: Village, found: dict) -> None:
    """Card number = ID number, type and level."""
    number, kind, level = (village.text(*place(found), field) for field in ("id_number", "disability_type", "disability_level"))
    degree = next(digit for signs, digit in LEVELS.items() if any(sign in (level or kind) for sign in signs))
    village.write(*place(found), "disability_card_no", number + DISABILITY[kind[:2]] + degree, True)


def delist(village: Village, found: dict, reason: str = "不再符合条件") -> None:
    """The child leaves on the ledger's day; one that vanished, on the day of the ledger that lacks it."""
    day = found["detail"] if found["code"] == "vanished" else village.sheet(found["sheet_id"])["ledger_on"]
    village.write(*place(found), "delisted_on", str(day))
    village.write(*place(found), "delist_reason", reason)


def review(village: Village, found: dict) -> None:
    """What can be renewed or filled in is; otherwise the child leaves."""
    day = str(village.sheet(found["sheet_id"])["ledger_on"] - dt.timedelta(days=5))
    known = {
        "review_overdue": ("reviewed_on", day),
        "not_rural": ("hukou_kind", "农村"),
        "dibao_missing": ("dibao_from", FILLINGS["dibao_from"]),
        "disability_card_expired": ("disability_card_until", f"{village.as_of.year + 5}-12-31"),
        "away_under_3_months": ("father_since", "2023-01-15"),
        "dibao_review": ("dibao_reviewed_on", day),
    }
    told = known.get("dibao_review" if found["code"] == "dibao_review_overdue" else found["detail"])
    village.write(*place(found), *told) if told else delist(village, found)


def correct_visit(village: Village, found: dict) -> None:
    """A day within the child's stay and before the ledger's."""
    stay = village.ask(
        "select max(listed_on) as first, max(delisted_on) as last from memberships where child_id = $id", id=found["child_id"]
    )[0]
    latest = min(filter(None, (stay["last"], village.sheet(found["sheet_id"])["ledger_on"])))
    village.write(*place(found), "visited_on", str(latest - dt.timedelta(days=3)))


def solve(village: Village, found: dict) -> None:
    """The difficulty was solved on its last day."""
    village.write(*place(found), "resolved_on", found["detail"])


def count_anew(village: Village, found: dict) -> None:
    """The total as it is."""
    row = next(iter(village.page(found["sheet_id"]).iter_rows(min_row=found["row_no"], max_row=found["row_no"])))
    stated, counted = found["detail"].split(" / ")
    cell = next(cell for cell in row if re.sub(r"\D", "", str(cell.value or "")) == stated)
    village.write(found["sheet_id"], cell.row, cell.column, str(cell.value).replace(stated, counted))


def drop_double(village: Village, found: dict) -> None:
    """The row that is too many goes, and the total is one less."""
    village.take_out(*place(found))
    told = village.sheet(found["sheet_id"])
    if told["total_row_no"] and told["total_stated"] == told["total_counted"]:
        numbers = {"row_no": told["total_row_no"], "detail": f"{told['total_stated']} / {told['total_stated'] - 1}"}
        count_anew(village, found | numbers)


def name_rightly(village: Village, found: dict) -> None:
    """The name as the village's own list has it, nearest to what was written; an empty one is filled."""
    table, field = ("children", "child_name") if found["field"] == "child_name" else ("helpers", "helper_name")
    people = village.ask(f"select sheet_id, row_no from {table} where village_id = $village", village=village.code)
    names = [village.text(*place(row), field) for row in people]
    near = difflib.get_close_matches(village.text(*place(found), field), names, 1, 0.1)
    village.write(*place(found), field, near[0] if near else names[0])


def join_circle(village: Village, found: dict) -> None:
    """The helper's category was a wrong word."""
    for row in village.ask(
        "select h.sheet_id, h.row_no from pairings as p inner join helpers as h on h.helper_id = p.helper_id"
        " where p.child_id = $id and h.category = 'outside'",
        id=found["child_id"],
    ):
        village.write(*place(row), "category", "镇干部职工")


def tell_day(village: Village, found: dict) -> None:
    """A line with the reporting day above the headings."""
    sheet = village.sheet(found["sheet_id"])
    village.rows.setdefault(sheet["file"], []).append((sheet["sheet"], 0, [(1, f"填报时间：{village.as_of}", False)]))


def change_class(village: Village, found: dict) -> None:
    """The number of the right class; where each class has a sheet, the row moves to that one."""
    if "class_no" in village.columns(found["sheet_id"]):
        village.write(*place(found), "class_no", found["code"][-1])
        return
    move(village, found, {"1": "孤儿", "3": "低保家庭重残重病儿童"}[found["code"][-1]])


def move(village: Village, found: dict, sheet: str) -> None:
    """The row goes to another sheet of the file, in place of the line that said there was no such child."""
    target = village.ask(
        "select * from ledger_sheets where file_id = $id and sheet = $sheet", id=found["sheet_id"].split("/")[0], sheet=sheet
    )[0]
    texts = {field: village.text(*place(found), field) for field in village.columns(target["sheet_id"])}
    drop_double(village, found)
    if target["rows_loaded"]:
        village.add(target["sheet_id"], village.last_row(target["sheet_id"]), texts)
        stated = target["total_stated"]
        count_anew(village, {"sheet_id": target["sheet_id"], "row_no": target["total_row_no"], "detail": f"{stated} / {stated + 1}"})
        return
    rows = village.page(target["sheet_id"]).iter_rows()
    zero = next(row for row in rows if {plain(cell.value) for cell in row} & {"本村无此类儿童", "无", "零报告"})
    for cell in zero:
        village.write(target["sheet_id"], cell.row, cell.column, "", True)
    village.write(target["sheet_id"], zero[0].row, 1, "1")
    for field, text in texts.items():
        village.write(target["sheet_id"], zero[0].row, field, text, True)


RULES = {
    **dict.fromkeys(("missing_required", "cell_error", "value_unknown", "phone_invalid"), fill),
    **dict.fromkeys(("date_impossible", "date_ambiguous"), write_day),
    **dict.fromkeys(("id_number_invalid", "id_number_damaged"), write_number),
    **dict.fromkeys(("birth_contradicts_id", "sex_contradicts_id"), follow_number),
    **dict.fromkeys(("eligibility_expired", "eligibility_unverified", "dibao_review_overdue"), review),
    **dict.fromkeys(("vanished", "child_in_two_villages"), delist),
    **dict.fromkeys(("uncovered_family", "uncovered", "girl_without_female_helper", "siblings_split"), pair),
    **dict.fromkeys(("visit_in_future", "visit_before_listing", "visit_after_delisting"), correct_visit),
    **dict.fromkeys(("belongs_in_class_1", "belongs_in_class_3"), change_class),
    "id_number_shared": part_shared,
    "card_contradicts": write_card,
    "helper_left": pair_anew,
    "helper_outside_circle": join_circle,
    "visits_behind": visit,
    "need_overdue": solve,
    "total_mismatch": count_anew,
    "duplicate_row": drop_double,
    "reference_unresolved": name_rightly,
    "training_missing": train,
    "reporting_day_missing": tell_day,
}
