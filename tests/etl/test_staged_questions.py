"""What a person is asked before a load is published, and what is counted for what: each from two ledgers of one village."""

import datetime as dt
import json
import shutil
from collections import Counter
from contextlib import closing

import pytest

from etl import load_report, staged_questions
from etl.load import load
from locales import use_language
from tests.conftest import run
from tests.etl.forms.test_heading_aliases import written
from tests.etl.ledger_builder import LIU, REGISTER
from tests.etl.test_staged_load import HEAD, SPRING, SUMMER, child, file_id, ledger
from warehouse.builds import repository
from warehouse.metrics import query
from warehouse.review import load_questions
from warehouse.storage import build_files

DAY = dt.date(2025, 3, 20)
VISITS = ["姓名", "身份证号", "村(社区)", "帮扶人", "走访时间"]
VISITED = "柳溪村走访记录_20250320.csv"
NAMES = ("甲一", "甲二", "甲三", "甲四", "甲五", "甲六", "甲七")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A folder with one village's spring ledger of seven children, the second with a wrong phone, and a visit to the first; loaded."""
    folder = tmp_path_factory.mktemp("published")
    first = ledger(
        folder / "first", SPRING, *(child(name, at, phone="139" if at == 2 else "13900000000") for at, name in enumerate(NAMES, 1))
    )
    written(first / "村居名册.csv", REGISTER)
    visit(first, 1)
    load([first], folder / "home")
    return folder


@pytest.fixture
def home(published, tmp_path):
    """A copy of its home, its ledgers beside it."""
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    return tmp_path / "home"


def visit(folder, at):
    """A ledger with a visit to the first child, by its number."""
    row = ["甲一", child("甲一", at)[1], "柳溪村", "赵某", "2025-02-01"]
    written(folder / VISITED, [["柳溪村走访记录"], VISITS, row])


def changed(folder, file, rows, head=HEAD, leave=(), title="儿童台账"):
    """A children ledger of these headings without some of the columns."""
    folder.mkdir()
    kept = [at for at, heading in enumerate(HEAD) if heading not in leave]
    written(folder / file, [[file[:3] + title], *([row[at] for at in kept] for row in [head, *rows])])
    return folder


def spring_rows(**more):
    """The rows of the spring ledger."""
    return [child(name, at, **more) for at, name in enumerate(NAMES, 1)]


def staged(home, folder, **more):
    """The preview of a staged load, and its questions: (code, names) each."""
    preview = load([folder], home, then="stage", **more).preview
    return preview, [(row["code"], row["names"]) for row in preview["questions"]]


def test_columns_that_were_filled_and_are_absent_are_asked_about_by_their_headings(home, tmp_path):
    preview, asked = staged(home, changed(tmp_path / "new", SUMMER, spring_rows(), leave=("纳入时间", "监护人电话")))
    assert asked == [("columns_absent", ["监护人电话", "纳入时间"])]
    assert {name: preview["questions"][0][name] for name in ("ledger", "village_id", "village", "then", "now")} == {
        "ledger": "children",
        "village_id": LIU,
        "village": "柳溪村",
        "then": "2025-03-20",
        "now": "2025-06-20",
    }


def test_village_and_class_in_the_title_stand_for_their_columns(home, tmp_path):
    left_out = ("村(社区)", "儿童类别")
    _preview, asked = staged(home, changed(tmp_path / "new", SUMMER, spring_rows(), leave=left_out, title="孤儿台账"))
    assert asked == []


def test_a_column_whose_heading_is_no_longer_known_is_asked_about_with_that_heading(home, tmp_path):
    head = [heading if heading != "纳入时间" else "开始享受日子时间" for heading in HEAD]
    preview, asked = staged(home, changed(tmp_path / "new", SUMMER, spring_rows(), head))
    assert (asked, preview["questions"][0]["others"]) == ([("columns_unknown", ["纳入时间"])], ["开始享受日子时间"])


def test_a_column_that_is_empty_throughout_is_asked_about_and_one_that_few_rows_have_is_not(home, tmp_path):
    assert staged(home, changed(tmp_path / "new", SUMMER, spring_rows(school="")))[1] == [("columns_empty", ["就读学校"])]
    assert staged(home, changed(tmp_path / "more", SUMMER, [*spring_rows(school="")[:-1], child("甲七", 7)]))[1] == []


@pytest.mark.parametrize(("rows", "codes"), [(2, ["rows_fewer"]), (3, []), (4, [])])
def test_less_than_half_the_rows_and_five_fewer_are_asked_about(rows, codes, home, tmp_path):
    preview, asked = staged(home, changed(tmp_path / "new", SUMMER, spring_rows()[:rows]))
    assert [code for code, _names in asked] == (codes if rows < 3 else [])
    assert [row["rows"] for row in preview["questions"]] == [[7, rows]] * len(codes)


def test_files_of_one_day_are_one_ledger_however_many_there_are(home, tmp_path):
    folder = changed(tmp_path / "new", SUMMER, spring_rows()[:2])
    ledger(folder, "柳溪村儿童台账二_20250620.csv", *spring_rows()[2:])
    assert staged(home, folder)[1] == []


def test_an_older_reporting_day_is_asked_about(home, tmp_path):
    old = "柳溪村儿童台账_20241220.csv"
    preview, asked = staged(home, changed(tmp_path / "new", old, spring_rows()))
    assert (asked, preview["questions"][0]["then"], preview["questions"][0]["now"]) == (
        [("day_older", [old])],
        "2025-03-20",
        "2024-12-20",
    )


def test_a_register_that_changed_and_a_boundary_are_asked_about(home, tmp_path):
    def area(width):
        east = 113 + width / 100
        corners = [[113, 25], [east, 25], [east, 25.01], [113, 25]]
        shape = {"type": "Polygon", "coordinates": [corners]}
        return json.dumps({"type": "FeatureCollection", "features": [{"properties": {"village_code": LIU}, "geometry": shape}]})

    (tmp_path / "villages.geojson").write_text(area(1))
    load([tmp_path / "villages.geojson", tmp_path / "first" / SPRING], home)
    (tmp_path / "villages.geojson").write_text(area(2))
    register = [*REGISTER[:2], ["659903201002", "石桥新村", "石桥"], ["659903201009", "西街社区", ""]]
    written(tmp_path / "村居名册.csv", register)
    _preview, asked = staged(home, tmp_path)
    assert [row for row in asked if row[0] not in ("files_repeated", "past_moves")] == [
        ("boundaries_changed", ["柳溪村"]),
        ("villages_renamed", ["石桥村 → 石桥新村"]),
        ("villages_added", ["西街社区"]),
        ("file_replaced", ["村居名册.csv", "村居名册.csv"]),
    ]
    repository.publish_candidate(home, *build_files.candidates(home))
    _preview, asked = staged(home, changed(tmp_path / "new", SUMMER, spring_rows()))
    assert ("villages_removed", ["东街社区"]) in asked


def test_files_loaded_before_and_files_that_replace_others_are_asked_about(home, tmp_path):
    folder = changed(tmp_path / "new", SPRING, spring_rows())
    visit(folder, 1)
    preview, asked = staged(home, folder)
    assert asked == [("file_replaced", [SPRING, SPRING]), ("files_repeated", [VISITED])]
    assert preview["questions"][0]["village"] == "柳溪村"


def test_an_account_of_a_year_gone_by_that_moves_is_asked_about_first(home, tmp_path):
    late = [*child("甲八", 8)[:-1], "2023-01-01"]
    preview, asked = staged(home, changed(tmp_path / "new", SUMMER, [*spring_rows(), late]))
    assert asked == [("past_moves", [])]
    with closing(repository.Build(build_files.candidate_of(home, *build_files.candidates(home)))) as candidate:
        accounts = [query.ask(build, "goals", DAY) for build in (repository.open_build(home), candidate)]
    moves = [
        (was["goal_year"], was["indicator"], [was["numerator"], was["denominator"]], [is_now["numerator"], is_now["denominator"]])
        for was, is_now in zip(*accounts, strict=True)
        if was["as_of"] <= DAY
    ]
    past = [tuple(row[name] for name in ("goal_year", "indicator", "before", "after")) for row in preview["questions"][0]["past"]]
    assert (past, len(past) > 0) == ([move for move in moves if move[2] != move[3]], True)


def test_figures_are_compared_on_a_day_that_both_builds_know_and_the_later_day_stands_beside(home, tmp_path):
    preview, _asked = staged(home, changed(tmp_path / "new", SUMMER, [*spring_rows(), [*child("甲八", 8)[:-1], "2025-05-01"]]))
    assert (preview["day"], preview["own_day"]) == ("2025-03-20", "2025-06-20")
    ((before, after),) = {
        (row["before"], row["after"]) for row in preview["figures"] if row["figure"] == "registered" and row["village_id"] == LIU
    }
    assert (before, after, preview["own_figures"][0]) == (7, 7, {"figure": "registered", "before": 7, "after": 8})
    assert [row["change"] for row in preview["children"]] == ["entering"]
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


def findings(preview, code):
    """How many findings of a code the preview counts by change."""
    counts = Counter()
    for row in preview["findings"]:
        counts[row["change"]] += row["findings"] if row["code"] == code else 0
    return dict(+counts)


def test_what_vanished_with_its_column_is_not_mended(home, tmp_path):
    lacking = changed(tmp_path / "lacking", SPRING, spring_rows(), leave=("监护人电话",))
    assert findings(staged(home, lacking)[0], "phone_invalid") == {"lost": 1}
    emptied = changed(tmp_path / "emptied", SPRING, spring_rows(phone=""))
    assert findings(staged(home, emptied)[0], "phone_invalid") == {"lost": 1}
    mended = changed(tmp_path / "mended", SPRING, spring_rows())
    assert findings(staged(home, mended)[0], "phone_invalid") == {"mended": 1}


def test_what_vanished_with_its_file_is_not_mended(home, tmp_path):
    report = load([], home, then="stage", without=(file_id(tmp_path / "first" / SPRING),))
    assert findings(report.preview, "phone_invalid") == {"lost": 1}
    assert "因栏目或台账不见而查不到" in load_report.text(report)


def renumbered_rows():
    """The spring rows with another valid number for the first child, born on the same day."""
    return [child("甲一", 51), *spring_rows()[1:]]


def test_a_mended_number_is_one_child_changed_in_a_corrected_copy(home, tmp_path):
    folder = changed(tmp_path / "new", SPRING, renumbered_rows())
    visit(folder, 51)
    preview, asked = staged(home, folder)
    assert [(row["change"], row["row_no"]) for row in preview["children"]] == [("renumbered", 3)]
    assert {row["ledger"]: (row["new"], row["changed"], row["gone"]) for row in preview["rows"] if row["new"] or row["gone"]} == {}
    assert {row["change"] for row in preview["findings"] if row["code"] != "phone_invalid"} == set()
    assert {code for code, _names in asked} == {"file_replaced"}


def test_a_mended_number_in_a_newer_complete_ledger_is_one_child_and_a_question_whether_it_is_the_same(home, tmp_path):
    late = ledger(tmp_path / "late", SUMMER, *renumbered_rows(), complete=True)
    preview, asked = staged(home, late)
    assert [row["change"] for row in preview["children"]] == ["renumbered"]
    assert asked == [("number_differs", [preview["children"][0]["child_id"][:8]])]


def test_children_of_one_name_and_another_birth_date_without_a_common_household_are_two(home, tmp_path):
    other = ["甲一", "659901201602020512"[:17] + "X", *child("甲一", 1)[2:]]
    preview, _asked = staged(home, changed(tmp_path / "new", SPRING, [other, *spring_rows()[1:]]))
    assert sorted(row["change"] for row in preview["children"]) == ["entering", "leaving"]


def test_the_command_prints_the_questions_and_publishes(home, tmp_path):
    folder = changed(tmp_path / "new", SUMMER, spring_rows()[:2], leave=("纳入时间",))
    text = run(home, "etl", "load", folder)
    assert [line for line in ("请先核对这 2 处：", "的没有这些列。是这样吗？", "的只有 2 行", "已发布：") if line not in text] == []
    assert text.index("请先核对") < text.index("主要指标（截至 2025-03-20")
