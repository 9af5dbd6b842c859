"""The invented town: its size, its numbers, its map, its faults, and that a seed says it all."""

import datetime as dt
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from etl.demo import Town, write_town
from etl.demo.ledgers.books import CLASS_NAMES
from etl.demo.world.chance import table
from etl.demo.world.villages import invent_villages

PLANTED_ELSEWHERE = set(
    "id_number_shared child_in_two_villages girl_without_female_helper siblings_split helper_outside_circle "
    "helper_left uncovered_family uncovered visit_before_listing visit_after_delisting visit_in_future report_late "
    "duplicate_row total_mismatch heading_unknown sheet_unrecognised reporting_day_missing".split()
)
PLACES_OF_THE_SAMPLE = {"659901", "青禾镇", "柳溪", "桃坪", "石门", "青松", "白鹭", "双桥", "云台", "枫林", "金沙", "龙潭"}
ID_NUMBER = re.compile(r"^\d{17}[\dX]$")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
WIDE = str.maketrans("０１２３４５６７８９Ｘ", "0123456789X")


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Town:
    """The town as `make demo` writes it."""
    return write_town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def cells(town: Town) -> dict[tuple[str, str], list[list]]:
    """Rows by (file name, sheet name), .csv with sheet ""."""
    found: dict[tuple[str, str], list[list]] = {}
    for path in town.files:
        if path.suffix in (".xlsx", ".xls"):
            book = CalamineWorkbook.from_path(str(path))
            for name in book.sheet_names:
                found[(path.name, name)] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        elif path.suffix == ".csv":
            lines = path.read_bytes().decode("gb18030").splitlines()
            found[(path.name, "")] = [line.split(",") for line in lines]
    return found


def numbers_of(rows: list[list]) -> set[str]:
    """Everything in the rows that is an ID number, mended as a reader mends it."""
    texts = [str(cell).translate(WIDE).replace(" ", "").strip("'").upper() for row in rows for cell in row]
    return {text for text in texts if ID_NUMBER.match(text)}


def test_every_file_opens_and_holds_rows(town: Town, cells):
    workbooks = {path.name for path in town.files if path.suffix not in (".geojson", ".json")}
    assert {file for file, _ in cells} == workbooks
    assert all(rows for rows in cells.values())


def test_the_register_names_the_fourteen_villages_with_codes_of_twelve_digits(cells):
    rows = cells[("村居名册.xlsx", "村居名册")][1:]
    assert len({row[1] for row in rows}) == 14
    assert all(re.fullmatch(r"659902\d{6}", row[0]) for row in rows)


def test_every_child_asked_for_is_named_by_a_children_ledger(town: Town, cells):
    named = set()
    for (file, sheet), rows in cells.items():
        if "儿童台账" in file or ("台账" in file and sheet in ("儿童台账", *CLASS_NAMES)):
            named |= numbers_of(rows)
    spoilt = sum(fault.code in ("id_number_invalid", "id_number_damaged") for fault in town.faults)
    assert town.children == 344
    assert abs(len(named) - 344) <= spoilt + 1  # one number stands for two children


def has_right_check_digit(number: str) -> bool:
    """Whether the 18th digit is that of the first 17 (GB 11643, ISO 7064 MOD 11-2)."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False)) % 11] == number[17]


def test_check_digits_are_right_but_where_a_wrong_one_is_planted(town: Town, cells):
    wrong = {number for rows in cells.values() for number in numbers_of(rows) if not has_right_check_digit(number)}
    assert len(wrong) == len({fault for fault in town.faults if fault.code == "id_number_invalid"})
    assert has_right_check_digit("11010519491231002X")  # the example of GB 11643


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_town(tmp_path: Path):
    towns = [write_town(tmp_path / name, 3, 30, seed, dt.date(2024, 6, 30)) for name, seed in (("one", 5), ("two", 5), ("three", 6))]
    contents = [{path.name: path.read_bytes() for path in town.files} for town in towns]
    assert contents[0] == contents[1]
    assert towns[0].faults == towns[1].faults != []
    assert contents[0]["villages.geojson"] != contents[2]["villages.geojson"]


def test_every_kind_of_fault_of_the_tables_is_planted(town: Town):
    tables = {line[0] for line in (*table("faults")["cells"], *table("faults")["children"])}
    assert {fault.code for fault in town.faults} == tables | PLANTED_ELSEWHERE


def test_planted_faults_stand_where_the_list_says(town: Town, cells):
    for fault in town.faults:
        rows = cells[(fault.file, fault.sheet)]
        assert fault.row is None or any(str(cell).strip() for cell in rows[fault.row - 1]), fault


def test_planted_faults_stay_few_against_the_rows(town: Town, cells):
    rows = sum(len(found) for found in cells.values())
    assert 0 < len(town.faults) < rows * 0.03


def test_no_file_name_holds_a_person_or_a_place_of_the_sample(town: Town, cells):
    people = {row[2] for (file, _), rows in cells.items() if "结对" in file for row in rows if len(row) > 6}
    people |= {row[8] for row in cells[("村居名册.xlsx", "村居名册")][1:]}
    people = {name for name in people if isinstance(name, str) and 2 <= len(name) <= 4}
    for path in town.files:
        assert not [name for name in people | PLACES_OF_THE_SAMPLE if name in path.name]


def test_nothing_of_the_sample_town_stands_in_a_cell(cells):
    found = {str(cell) for rows in cells.values() for row in rows for cell in row}
    assert not [text for text in found if text.startswith("659901") or "青禾" in text]


def test_every_village_point_lies_in_its_own_boundary_and_borders_are_shared(town: Town, cells):
    shapes = json.loads(next(path for path in town.files if path.suffix == ".geojson").read_text(encoding="utf-8"))
    rings = {shape["properties"]["village_code"]: shape["geometry"]["coordinates"][0] for shape in shapes["features"]}
    for row in cells[("村居名册.xlsx", "村居名册")][1:]:
        holding = [code for code, ring in rings.items() if lies_in(row[6], row[7], ring)]
        assert holding == [row[0]]
    corners = [{tuple(point) for point in ring} for ring in rings.values()]
    assert all(any(len(own & other) > 3 for other in corners if other is not own) for own in corners)


def lies_in(x: float, y: float, ring: list[list[float]]) -> bool:
    """True when a point lies in a closed ring (crossings to the right are odd)."""
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossings += 1
    return crossings % 2 == 1


@pytest.mark.parametrize(
    ("villages", "children", "until", "last"),
    [
        (1, 5, dt.date(2025, 12, 31), dt.date(2025, 12, 31)),
        (16, 60, dt.date(2024, 6, 30), dt.date(2024, 3, 29)),
        (3, 30, dt.date(2023, 5, 1), dt.date(2023, 5, 1)),
    ],
)
def test_other_sizes_and_days_are_written_too(tmp_path: Path, villages: int, children: int, until: dt.date, last: dt.date):
    town = write_town(tmp_path, villages, children, 4, until)
    days = [dt.date.fromisoformat(found) for path in town.files for found in re.findall(r"\d{4}-\d\d-\d\d", path.name)]
    days += [dt.datetime.strptime(f, "%Y%m%d").date() for p in town.files for f in re.findall(r"_(\d{8})\.", p.name)]
    assert town.children == children
    assert all(day <= last for day in days)


def test_two_hundred_villages_have_names_and_codes_of_their_own():
    villages, _rings = invent_villages(200, 4, dt.date(2025, 12, 31))
    assert len({village.name for village in villages}) == len({village.code for village in villages}) == 200


@pytest.mark.parametrize(("villages", "children"), [(0, 320), (201, 320), (12, 4), (12, 5001)])
def test_a_size_that_cannot_be_written_is_refused_in_one_sentence(tmp_path: Path, villages: int, children: int):
    with pytest.raises(ValueError, match=r"请改 --(villages|children)"):
        write_town(tmp_path / "none", villages, children)
    assert not (tmp_path / "none").exists()
