"""What a person is asked before a load is published, and what is counted for what: each from two ledgers of one village."""

import datetime as dt
import json
import shutil
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from etl import load_report, staged_questions
from etl.load import load
from locales import use_language
from tests.conftest import run
from tests.etl.forms.test_heading_aliases import written
from tests.etl.ledger_builder import LIU, REGISTER
from tests.etl.test_staged_load import HEAD, SPRING, SUMMER, child, file_id, ledger, number
from warehouse.builds import repository
from warehouse.metrics import query
from warehouse.review import load_questions
from warehouse.storage import build_files

DAY = dt.date(2025, 3, 20)
VISITS = ["姓名", "身份证号", "村(社区)", "帮扶人", "走访时间"]
VISITED = "柳溪村走访记录_20250320.csv"
NAMES = ("甲一", "甲二", "甲三", "甲四", "甲五", "甲六", "甲七")
VILLAGES = [name + "村" for name in "柳溪 石桥 东街 南坪 北坡 西湾 上岭 下坝 高桥 新塘".split()]


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A folder with one village's spring ledger of seven children, the second with a wrong phone, a visit to the first and a map; loaded."""
    folder = tmp_path_factory.mktemp("published")
    first = ledger(folder / "first", SPRING, *rows_of("柳溪村"))
    written(first / "村居名册.csv", REGISTER)
    visit(first, 1)
    (first / "villages.geojson").write_text(area(1))
    load([first], folder / "home")
    return folder


@pytest.fixture
def home(published, tmp_path):
    """A copy of its home, its ledgers beside it."""
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    return tmp_path / "home"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A home where every village's spring ledger of seven children is published."""
    folder = tmp_path_factory.mktemp("town")
    for village in VILLAGES:
        changed(folder / "first", f"{village}儿童台账_20250320.csv", rows_of(village))
    written(folder / "first" / "村居名册.csv", [REGISTER[0], *([f"6599032010{at:02}", name, ""] for at, name in enumerate(VILLAGES, 1))])
    load([folder / "first"], folder / "home")
    return folder / "home"


@pytest.fixture(scope="module")
def newer(town, tmp_path_factory):
    """The preview of a staged load in which every village hands in a newer ledger, each lacking something else."""
    folder = tmp_path_factory.mktemp("newer")

    def hand_in(village, rows, file="儿童台账_20250620.csv", **more):
        changed(folder / "new", village + file, rows, **more)

    hand_in("柳溪村", rows_of("柳溪村"), leave=("纳入时间", "监护人电话"))
    hand_in("石桥村", rows_of("石桥村"), leave=("村(社区)", "儿童类别"), title="孤儿台账")
    hand_in("东街村", rows_of("东街村"), head=[heading if heading != "纳入时间" else "开始享受待遇时间" for heading in HEAD])
    hand_in("南坪村", rows_of("南坪村", school=""))
    hand_in("北坡村", [*rows_of("北坡村", school="")[:-1], rows_of("北坡村")[-1]])
    hand_in("西湾村", rows_of("西湾村")[:2])
    hand_in("上岭村", rows_of("上岭村")[:3])
    hand_in("下坝村", rows_of("下坝村")[:2])
    hand_in("下坝村", rows_of("下坝村")[2:], file="儿童台账二_20250620.csv")
    hand_in("高桥村", rows_of("高桥村", school="县小学"), file="儿童台账_20241220.csv")
    ledger(folder / "new", "新塘村儿童台账_20250620.csv", *renumbered_rows("新塘村"), complete=True)
    return staged(shutil.copytree(town, folder / "home"), folder / "new")[0]


@pytest.fixture(scope="module")
def corrected(town, tmp_path_factory):
    """The preview of a staged load of corrected copies of some villages' ledgers, each corrected elsewhere."""
    folder = tmp_path_factory.mktemp("corrected")
    mended = [[*row[:5], "13900000000", *row[6:]] for row in rows_of("东街村")]
    first, *others = rows_of("南坪村")
    for village, rows, leave in (
        ("柳溪村", rows_of("柳溪村"), ("监护人电话",)),
        ("石桥村", rows_of("石桥村", phone=""), ()),
        ("东街村", mended, ()),
        ("南坪村", [[first[0], number("65990120160202051"), *first[2:]], *others], ()),
    ):
        changed(folder / "new", f"{village}儿童台账_20250320.csv", rows, leave=leave)
    return staged(shutil.copytree(town, folder / "home"), folder / "new")[0]


def area(width):
    """A map with one village."""
    east = 113 + width / 100
    corners = [[113, 25], [east, 25], [east, 25.01], [113, 25]]
    shape = {"type": "Polygon", "coordinates": [corners]}
    return json.dumps({"type": "FeatureCollection", "features": [{"properties": {"village_code": LIU}, "geometry": shape}]})


def visit(folder, at):
    """A ledger with a visit to the first child, by its number."""
    row = ["甲一", child("甲一", at)[1], "柳溪村", "赵某", "2025-02-01"]
    written(folder / VISITED, [["柳溪村走访记录"], VISITS, row])


def changed(folder, file, rows, head=HEAD, leave=(), title="儿童台账"):
    """A children ledger of these headings without some of the columns."""
    folder.mkdir(exist_ok=True)
    kept = [at for at, heading in enumerate(HEAD) if heading not in leave]
    written(folder / file, [[file[:3] + title], *([row[at] for at in kept] for row in [head, *rows])])
    return folder


def rows_of(village, **more):
    """The seven rows of a village's spring ledger, the second with a wrong phone unless a phone is told."""
    at = VILLAGES.index(village)
    names = ["甲乙丙丁戊己庚辛壬癸"[at] + name[1] for name in NAMES]
    return [child(name, at * 10 + no, village, **({"phone": "139"} if no == 2 else {}) | more) for no, name in enumerate(names, 1)]


def spring_rows():
    """The rows of the one village's spring ledger, the wrong phone mended."""
    return rows_of("柳溪村", phone="13900000000")


def renumbered_rows(village="柳溪村"):
    """The spring rows with another valid number for the first child, born on the same day."""
    first, *others = rows_of(village, phone="13900000000")
    return [[first[0], child(first[0], 501 + VILLAGES.index(village))[1], *first[2:]], *others]


def staged(home, folder, **more):
    """The preview of a staged load, and its questions: (code, names) each."""
    preview = load([folder], home, then="stage", **more).preview
    return preview, [(row["code"], row["names"]) for row in preview["questions"]]


def of_village(preview, village):
    """The questions of a preview that concern a village."""
    return [row for row in preview["questions"] if row["village"] == village]


def asked(preview, village):
    """What is asked of a village: (code, names) each."""
    return [(row["code"], row["names"]) for row in of_village(preview, village)]


def test_columns_that_were_filled_and_are_absent_are_asked_about_by_their_headings(newer):
    assert asked(newer, "柳溪村") == [("columns_absent", ["监护人电话", "纳入时间"])]
    (question,) = of_village(newer, "柳溪村")
    assert {name: question[name] for name in ("ledger", "village_id", "village", "then", "now")} == {
        "ledger": "children",
        "village_id": LIU,
        "village": "柳溪村",
        "then": "2025-03-20",
        "now": "2025-06-20",
    }


def test_village_and_class_in_the_title_stand_for_their_columns(newer):
    assert asked(newer, "石桥村") == []


def test_a_column_whose_heading_is_no_longer_known_is_asked_about_with_that_heading(newer):
    assert asked(newer, "东街村") == [("columns_unknown", ["纳入时间"])]
    assert of_village(newer, "东街村")[0]["others"] == ["开始享受待遇时间"]


def test_a_column_that_is_empty_throughout_is_asked_about_and_one_that_few_rows_have_is_not(newer):
    assert (asked(newer, "南坪村"), asked(newer, "北坡村")) == ([("columns_empty", ["就读学校"])], [])


def test_less_than_half_the_rows_and_five_fewer_are_asked_about(newer):
    assert [(row["code"], row["rows"]) for row in of_village(newer, "西湾村")] == [("rows_fewer", [7, 2])]
    assert asked(newer, "上岭村") == []  # three of seven


def test_files_of_one_day_are_one_ledger_however_many_there_are(newer):
    assert asked(newer, "下坝村") == []


def test_an_older_reporting_day_is_asked_about(newer):
    assert asked(newer, "高桥村") == [("day_older", ["高桥村儿童台账_20241220.csv"])]
    (question,) = of_village(newer, "高桥村")
    assert (question["then"], question["now"]) == ("2025-03-20", "2024-12-20")


def test_of_a_town_nothing_is_asked_but_what_a_village_is_asked(newer):
    assert [row["code"] for row in newer["questions"] if row["village"] is None] == []


def test_a_register_that_changed_and_a_boundary_are_asked_about(home, tmp_path):
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "villages.geojson").write_text(area(2))
    register = [*REGISTER[:2], ["659903201002", "石桥新村", "石桥"], ["659903201009", "西街社区", ""]]
    written(folder / "村居名册.csv", register)
    _preview, questions = staged(home, folder)
    assert [row for row in questions if row[0] != "past_moves"] == [
        ("boundaries_changed", ["柳溪村"]),
        ("villages_renamed", ["石桥村 → 石桥新村"]),
        ("villages_added", ["西街社区"]),
        ("file_replaced", ["村居名册.csv", "村居名册.csv"]),
    ]
    repository.publish_candidate(home, *build_files.candidates(home))
    _preview, questions = staged(home, changed(tmp_path / "newer", SUMMER, spring_rows()))
    assert ("villages_removed", ["东街社区"]) in questions


def test_files_loaded_before_and_files_that_replace_others_are_asked_about(home, tmp_path):
    folder = changed(tmp_path / "new", SPRING, spring_rows())
    visit(folder, 1)
    preview, questions = staged(home, folder)
    assert questions == [("file_replaced", [SPRING, SPRING]), ("files_repeated", [VISITED])]
    assert preview["questions"][0]["village"] == "柳溪村"


@pytest.fixture(scope="module")
def listed_late(published, tmp_path_factory):
    """The preview of a newer ledger with two children more, one listed in a year gone by; (home, preview, its questions)."""
    folder = tmp_path_factory.mktemp("listed_late")
    home = Path(shutil.copytree(published / "home", folder / "home"))
    rows = [[*child("甲八", 8)[:-1], "2023-01-01"], [*child("甲九", 9)[:-1], "2025-05-01"]]
    return home, *staged(home, changed(folder / "new", SUMMER, [*spring_rows(), *rows]))


def test_an_account_of_a_year_gone_by_that_moves_is_asked_about_first(listed_late):
    home, preview, questions = listed_late
    assert questions == [("past_moves", [])]
    with closing(repository.Build(build_files.candidate_of(home, *build_files.candidates(home)))) as candidate:
        accounts = [query.ask(build, "goals", DAY) for build in (repository.open_build(home), candidate)]
    moves = [
        (was["goal_year"], was["indicator"], [was["numerator"], was["denominator"]], [is_now["numerator"], is_now["denominator"]])
        for was, is_now in zip(*accounts, strict=True)
        if was["as_of"] <= DAY
    ]
    past = [tuple(row[name] for name in ("goal_year", "indicator", "before", "after")) for row in preview["questions"][0]["past"]]
    assert (past, len(past) > 0) == ([move for move in moves if move[2] != move[3]], True)


def test_figures_are_compared_on_a_day_that_both_builds_know_and_the_later_day_stands_beside(listed_late):
    home, preview, _questions = listed_late
    assert (preview["day"], preview["own_day"]) == ("2025-03-20", "2025-06-20")
    ((before, after),) = {
        (row["before"], row["after"]) for row in preview["figures"] if row["figure"] == "registered" and row["village_id"] == LIU
    }
    assert (before, after, preview["own_figures"][0]) == (7, 8, {"figure": "registered", "before": 7, "after": 9})
    assert [row["change"] for row in preview["children"]] == ["entering"] * 2
    assert json.loads(repository.open_build(home).facts["changes"])[0]["after"] == 7


def test_an_effect_names_figures_by_day_and_the_years_gone_by():
    use_language("zh_CN")
    asked = staged_questions.question("villages_added", names=["西街社区"]) | {
        "effects": [{"day": "2025-03-20", "figure": "registered", "before": 7, "after": 8}],
        "past": [{"goal_year": 2023, "indicator": "coverage_share", "before": [64, 72], "after": [64, 78]}],
    }
    assert load_questions.sentence(asked, "") == "村居名册多了 1 个村（社区）：西街社区。是这样吗？"
    assert load_questions.effect(asked).startswith("截至 2025-03-20：在册 7 → 8；改动以前的账：2023 年“")
    assert "64/72 → 64/78" in load_questions.effect(asked)
    assert load_questions.effect(asked | {"effects": [], "past": []}) == "主要指标和以前的账都不变"


def test_every_question_has_a_sentence_that_its_facts_fill():
    for code in load_questions.SENTENCES:
        asked = staged_questions.question(
            code, ledger="children", village="柳溪村", then="a", now="b", names=["c"], others=["d"], rows=[7, 2]
        )
        assert "{" not in load_questions.sentence(asked, "")


def findings(preview, code, village="柳溪村"):
    """How many findings of a code the preview counts by change in a village."""
    counts = Counter()
    for row in preview["findings"]:
        counts[row["change"]] += row["findings"] if (row["code"], row["village"]) == (code, village) else 0
    return dict(+counts)


def test_what_vanished_with_its_column_is_not_mended(corrected):
    assert findings(corrected, "phone_invalid", "柳溪村") == {"lost": 1}  # without the column
    assert findings(corrected, "phone_invalid", "石桥村") == {"lost": 1}  # the column emptied
    assert findings(corrected, "phone_invalid", "东街村") == {"mended": 1}


def test_what_vanished_with_its_file_is_not_mended(home, tmp_path):
    report = load([], home, then="stage", without=(file_id(tmp_path / "first" / SPRING),))
    assert findings(report.preview, "phone_invalid") == {"lost": 1}
    assert "因栏目或台账不见而查不到" in load_report.text(report)


def test_a_mended_number_is_one_child_changed_in_a_corrected_copy(home, tmp_path):
    folder = changed(tmp_path / "new", SPRING, renumbered_rows())
    visit(folder, 51)
    preview, questions = staged(home, folder)
    assert [(row["change"], row["row_no"]) for row in preview["children"]] == [("renumbered", 3)]
    assert {row["ledger"]: (row["new"], row["changed"], row["gone"]) for row in preview["rows"] if row["new"] or row["gone"]} == {}
    assert {row["change"] for row in preview["findings"] if row["code"] != "phone_invalid"} == set()
    assert {code for code, _names in questions} == {"file_replaced"}


def test_a_mended_number_in_a_newer_complete_ledger_is_one_child_and_a_question_whether_it_is_the_same(newer):
    changes = [row for row in newer["children"] if row["village"] == "新塘村"]
    assert [row["change"] for row in changes] == ["renumbered"]
    assert asked(newer, "新塘村") == [("number_differs", [changes[0]["child_id"][:8]])]


def test_children_of_one_name_and_another_birth_date_without_a_common_household_are_two(corrected):
    assert sorted(row["change"] for row in corrected["children"] if row["village"] == "南坪村") == ["entering", "leaving"]


def test_the_command_prints_the_questions_and_publishes(home, tmp_path):
    folder = changed(tmp_path / "new", SUMMER, spring_rows()[:2], leave=("纳入时间",))
    text = run(home, "etl", "load", folder)
    assert [line for line in ("请先核对这 2 处：", "的没有这些列。是这样吗？", "的只有 2 行", "已发布：") if line not in text] == []
    assert text.index("请先核对") < text.index("主要指标（截至 2025-03-20")
