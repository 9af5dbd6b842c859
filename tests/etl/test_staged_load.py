"""A load one looks at first: staged, compared to the row with the published build, published, left, and files taken out."""

import hashlib
import json
import shutil
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

import etl.load
from etl.forms import layouts
from etl.load import NothingToLoad, load
from tests.conftest import run
from tests.etl.files.test_boundaries import SQUARE, content, feature
from tests.etl.forms.test_heading_aliases import written
from tests.etl.ledger_builder import LIU, REGISTER, SHI
from warehouse.builds import repository
from warehouse.storage import build_files, keys

HEAD = ["姓名", "身份证号", "村(社区)", "儿童类别", "就读学校", "监护人电话", "纳入时间"]
NOBODY = [
    [f"{name}：本村无此类儿童"] for name in ("事实无人抚养儿童", "低保家庭重残重病儿童", "其他低保家庭儿童", "其他困境儿童", "农村留守儿童")
]
SPRING, SUMMER = "柳溪村儿童台账_20250320.csv", "柳溪村儿童台账_20250620.csv"


def number(digits):
    """An ID number with its check digit (GB 11643)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11]


def child(name, at, village="柳溪村", school="镇小学", phone="13900000000"):
    """A row of an orphan."""
    return [name, number(f"65990120150101{at:03}"), village, "1", school, phone, "2024-01-01"]


def ledger(folder, file, *rows, complete=False):
    """A children ledger in the folder; a complete one declares all classes."""
    folder.mkdir(exist_ok=True)
    written(folder / file, [[file[:3] + "儿童台账"], HEAD, *rows, *(NOBODY if complete else [])])
    return folder


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A folder with two villages' ledgers, `first`, and a home where they are published: three children in one, one in the other."""
    folder = tmp_path_factory.mktemp("published")
    first = ledger(folder / "first", SPRING, child("甲一", 1), child("甲二", 2, phone="139"), child("甲三", 3))
    ledger(first, "石桥村儿童台账_20250320.csv", child("乙一", 4, "石桥村"))
    written(first / "村居名册.csv", REGISTER)
    load([first], folder / "home", by="保护中心")
    return folder


@pytest.fixture
def home(published, tmp_path):
    """A copy of that home."""
    shutil.copytree(published / "home", tmp_path / "home")
    return tmp_path / "home"


def file_id(path):
    """The id of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def facts(home, build_id):
    """What a candidate tells of itself."""
    with closing(repository.Build(build_files.candidate_of(home, build_id))) as found:
        return found.facts


@pytest.fixture(scope="module")
def corrected(published, tmp_path_factory):
    """A home with a corrected ledger that waits, by 李主任: a child more, one less, a phone mended, a school gone; the report of its load."""
    folder = tmp_path_factory.mktemp("corrected")
    again = ledger(folder / "again", SPRING, child("甲一", 1, school=""), child("甲二", 2), child("甲四", 5))
    shutil.copytree(published / "home", folder / "home")
    return folder / "home", load([again], folder / "home", then="stage", by="李主任")


def test_a_staged_load_waits_and_tells_who_brought_what(published, corrected, tmp_path):
    base, staged = build_files.published(published / "home"), corrected[1]
    home = Path(shutil.copytree(corrected[0], tmp_path / "home"))
    assert (staged.build, build_files.published(home), build_files.candidates(home)) == (None, base, {staged.candidate})
    told = facts(home, staged.candidate)
    assert (told["base"], told["loaded_by"], json.loads(told["files_new"])) == (base, "李主任", [SPRING])
    assert (json.loads(told["files_replaced"]), json.loads(told["files_left_out"])) == ([SPRING], [])
    assert json.loads(told["changes"])[0] == {"figure": "registered", "before": 4, "after": 4}
    repository.publish_candidate(home, staged.candidate)
    assert (build_files.published(home), repository.open_build(home).facts["loaded_by"]) == (staged.candidate, "李主任")


def test_the_preview_counts_each_row_child_finding_and_figure_once(corrected):
    home, staged = corrected
    key = keys.load_key(home)
    known = {row["child_id"]: row["row_no"] for row in repository.open_build(home).rows("select child_id, row_no from child_rows")}
    found = staged.preview
    rows = {row["ledger"]: (row["new"], row["changed"], row["gone"]) for row in found["rows"]}
    assert {name: counts for name, counts in rows.items() if any(counts)} == {"children": (1, 1, 1)}
    assert len(rows) == 11
    assert [(row["change"], row["village"], row["file"], row["row_no"]) for row in found["children"]] == [
        ("leaving", "柳溪村", SPRING, 5),
        ("entering", "柳溪村", SPRING, 5),
    ]
    leaving, entering = (row["child_id"] for row in found["children"])
    assert (known[leaving], entering in known, key is not None) == (5, False, True)
    phones = [(row["change"], row["village"], row["findings"]) for row in found["findings"] if row["code"] == "phone_invalid"]
    assert phones == [("mended", "柳溪村", 1)]
    missing = Counter(row["change"] for row in found["findings"] if row["code"] == "missing_required")
    assert missing["new"] == 1
    registered = [(row["village_id"], row["before"], row["after"]) for row in found["figures"] if row["figure"] == "registered"]
    assert registered == [(LIU, 3, 3), (SHI, 1, 1), (REGISTER[3][0], 0, 0)]


def test_a_child_that_a_complete_ledger_no_longer_names_is_newly_vanished_once(home, tmp_path):
    late = ledger(tmp_path / "late", SUMMER, child("甲一", 1), child("甲三", 3), complete=True)
    staged = load([late], home, then="stage")
    gone = [(row["change"], row["village"], row["row_no"]) for row in staged.preview["children"]]
    assert gone == [("vanished", "柳溪村", 4)]
    assert [(row["new"], row["changed"], row["gone"]) for row in staged.preview["rows"] if row["ledger"] == "children"] == [(2, 0, 0)]
    repository.publish_candidate(home, staged.candidate)
    more = load([ledger(tmp_path / "more", "石桥村儿童台账_20250620.csv", child("乙一", 4, "石桥村", school="县小学"))], home, then="stage")
    assert more.preview["children"] == []


def test_a_child_in_another_villages_ledger_moves_and_neither_enters_nor_leaves_and_a_check_leaves_nothing(home, tmp_path):
    again = ledger(tmp_path / "again", SPRING, child("甲一", 1), child("甲二", 2))
    ledger(again, "石桥村儿童台账_20250320.csv", child("乙一", 4, "石桥村"), child("甲三", 3, "石桥村"))
    checked = load([again], home, then="leave")
    assert [(row["change"], row["village"]) for row in checked.preview["children"]] == [("moving", "石桥村")]
    left = (checked.build, checked.candidate, checked.preview["base"], build_files.candidates(home))
    assert left == (None, None, build_files.published(home), set())  # a check leaves nothing


def test_a_second_staged_load_replaces_the_first(corrected, tmp_path):
    home = Path(shutil.copytree(corrected[0], tmp_path / "home"))
    second = load([ledger(tmp_path / "two", SUMMER, child("甲二", 2))], home, then="stage").candidate
    assert (second != corrected[1].candidate, build_files.candidates(home)) == (True, {second})


def test_a_file_taken_out_stays_out_until_it_is_loaded_again(home, published, tmp_path):
    spring = published / "first" / SPRING
    staged = load([], home, then="stage", without=(file_id(spring),))
    assert (staged.left_out, json.loads(facts(home, staged.candidate)["files_left_out"])) == ([SPRING], [SPRING])
    assert Counter(row["change"] for row in staged.preview["children"]) == {"leaving": 3}
    repository.publish_candidate(home, staged.candidate)
    load([ledger(tmp_path / "late", SUMMER, child("甲一", 1))], home)
    files = {row["file"] for row in repository.open_build(home).rows("select file from ledger_files")}
    assert files == {"村居名册.csv", "石桥村儿童台账_20250320.csv", SUMMER}
    load([spring], home)
    assert SPRING in {row["file"] for row in repository.open_build(home).rows("select file from ledger_files")}


def test_a_file_that_was_never_loaded_cannot_be_taken_out(home):
    with pytest.raises(NothingToLoad, match="没有编号为 0123456789abcdef 的文件"):
        load([], home, without=("0123456789abcdef",))


def test_a_second_load_is_refused_while_one_reads(home):
    with build_files.locked(home), pytest.raises(build_files.LoadRunning, match="另一次载入"):
        load([home], home, then="stage")


def test_the_commands_stage_tell_and_publish(home, tmp_path):
    late = ledger(tmp_path / "late", SUMMER, child("甲一", 1), child("甲五", 7))
    told = run(home, "etl", "load", late, "--stage", "--by", "李主任", "--job", tmp_path)
    (candidate,) = build_files.candidates(home)
    assert [
        line for line in ("儿童台账：新增 2 行", "新进 1 人", f"待发布：{candidate}", "变化的村（社区）：柳溪村") if line not in told
    ] == []
    progress = json.loads((tmp_path / "progress.json").read_text())
    assert (progress["state"], progress["files"], progress["says"]) == ("ready", [{"file": SUMMER, "outcome": "read"}], None)
    assert json.loads((tmp_path / "report.json").read_text())["candidate"] == candidate
    assert candidate in run(home, "warehouse", "publish", candidate)
    assert build_files.published(home) == candidate


def test_a_job_that_is_refused_says_so_in_its_folder(home, tmp_path):
    run(home, "etl", "load", "--without", "0123456789abcdef", "--stage", "--job", tmp_path, code=1)
    progress = json.loads((tmp_path / "progress.json").read_text())
    assert (progress["state"], progress["says"]) == ("refused", "已发布的数据里没有编号为 0123456789abcdef 的文件")


def test_a_listing_later_than_the_first_ledger_that_names_the_child_is_a_finding_and_does_not_count(home, tmp_path):
    late = [*child("甲一", 1)[:-1], "2025-05-01"]
    load([ledger(tmp_path / "late", SUMMER, late, child("甲二", 2))], home)
    build = repository.open_build(home)
    (finding,) = build.rows("select file, row_no, field, detail from findings where code = 'listed_after_first_named'")
    assert finding == {"file": SUMMER, "row_no": 3, "field": "listed_on", "detail": "2025-03-20"}
    (stay,) = build.rows(
        "select cast(listed_on as string) as day from memberships where sheet_id in (select sheet_id from ledger_sheets where file = $file) and row_no = 3",
        {"file": SUMMER},
    )
    assert stay == {"day": "2025-03-20"}


def test_a_load_in_which_no_file_states_a_day_is_published_with_its_own_day_and_a_finding_each(tmp_path):
    folder = ledger(tmp_path / "ledgers", "柳溪村儿童台账.csv", child("甲一", 1))
    written(folder / "村居名册.csv", REGISTER)
    report = load([folder], tmp_path / "home")
    assert (bool(report.build), report.findings["reporting_day_missing"]) == (True, 1)


def test_a_marked_copy_in_the_folder_stands_however_often_the_folder_is_loaded(home, tmp_path):
    folder = ledger(tmp_path / "both", SPRING, child("甲一", 1), child("甲二", 2), child("甲三", 3, school="旧学校"))
    ledger(folder, SPRING.replace(".csv", "(1).csv"), child("甲一", 1), child("甲二", 2), child("甲三", 3, school="新学校"))
    names = "select file from ledger_files where file like '柳溪村%'"
    assert load([folder], home).build
    assert repository.open_build(home).rows(names) == [{"file": SPRING.replace(".csv", "(1).csv")}]
    stands = build_files.published(home)
    assert len(load([folder], home).already_loaded) == 2
    assert build_files.published(home) == stands


class NoChecks:
    """In place of the process that runs the rules: they give no build its name."""

    def start(self):
        """Nothing to start."""

    def check(self, _path, _day):
        """Nothing to check."""

    def close(self):
        """Nothing to end."""


def short_names(tmp_path, monkeypatch, *changes):
    """The short name of a build of one village, made after each change of what goes into it, in a home of its own."""
    monkeypatch.setattr(etl.load, "Checker", NoChecks)
    names = []
    for number, change in enumerate(changes):
        folder, home = tmp_path / f"ledgers{number}", tmp_path / f"home{number}"
        home.mkdir()
        for at, school in enumerate(("镇小学", "县小学")):
            (folder / str(at)).mkdir(parents=True)
            ledger(folder / str(at), SPRING, child("甲一", 1, school=school), child("甲二", 2))
        written(folder / "村居名册.csv", REGISTER)
        change(folder, home)
        names.append(load([folder], home, by="保护中心").build[-8:])
    return names


def test_builds_of_one_short_name_have_all_that_moves_figures_in_common(tmp_path, monkeypatch):
    def first_day(folder, _home):
        written(folder / "村居名册.csv", [[*REGISTER[0], "启用时间"], *([*row, "2025-01-01"] for row in REGISTER[1:])])

    def other_order(folder, _home):
        (folder / "0").rename(folder / "2")

    changes = {
        "nothing": lambda *_places: None,
        "nothing, in another home": lambda *_places: None,
        "a setting": lambda _folder, home: (home / "settings.toml").write_text("[care]\nbirthday_grace_days = 9\n"),
        "an answered word": lambda _folder, home: layouts.keep(home, layouts.Word("class_no", "监测户", "5")),
        "a village's first day": first_day,
        "a boundary": lambda folder, _home: (folder / "a.geojson").write_bytes(content(feature(SQUARE))),
        "the order of arrival": other_order,
    }
    names = dict(zip(changes, short_names(tmp_path, monkeypatch, *changes.values()), strict=True))
    assert names["nothing"] == names.pop("nothing, in another home")
    assert len(set(names.values())) == len(names), names
