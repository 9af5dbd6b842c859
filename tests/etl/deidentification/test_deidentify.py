"""`python -m warehouse deidentify` on a loaded home: the figures stay to the number, and nothing in the home gives a name back."""

import datetime as dt
import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from etl.deidentification import deidentify
from tests.conftest import TOWN, once, run
from tests.etl.forms.test_heading_aliases import written
from tests.etl.ledger_builder import REGISTER
from tests.etl.test_staged_load import number as id_number
from warehouse.builds import raw_sheets, repository, rewrite
from warehouse.metrics import query
from warehouse.storage import build_files, keys

DAY = "2026-01-31"


@pytest.fixture(scope="module")
def both(villages_home, tmp_path_factory):
    """Five villages, and the same without the names of who left a year ago, with the report."""
    home = tmp_path_factory.mktemp("deidentified") / "home"
    shutil.copytree(villages_home, home)
    run(home, "warehouse", "deidentify", "--after-years", 1, "--as-of", DAY, "--report", home / "deidentified.json")
    return villages_home, home, json.loads((home / "deidentified.json").read_text())


def answers(home, but=("value_masked",)):
    """Every figure that was laid down and every table, but what is sealed or told of the build itself, and some columns."""
    build = repository.open_build(home)
    names = [row["t"] for row in build.rows("select table_name as t from duckdb_tables() order by t")]
    found = {}
    for name in names:
        if name not in (*rewrite.SEALED, "build_facts", "finding_ages"):
            found[name] = build.rows(f"select columns(c -> not list_contains($but, c)) from {name} order by all", {"but": list(but)})
    return found


def sealed_texts(home, children=None):
    """All that can be unsealed in a home, originals as they are; of sheets and people the texts."""
    key = keys.load_key(home)
    for path in (home / "builds").iterdir():
        for table, associated, sealed in rewrite.sealed_rows(path) if path.suffix in (".duckdb", ".candidate") else []:
            if children is None or associated.removeprefix("child:") in children:
                content = key.unseal(associated, sealed)
                if table == "raw_sheets":
                    header, frame = raw_sheets.unpack(content)
                    yield json.dumps(header, ensure_ascii=False) + str(frame.rows() if frame is not None else "")
                elif table == "identities":
                    yield content.decode()


def words(home, children):
    """Names and numbers of children, as the home knows them."""
    known = [json.loads(text) for text in sealed_texts(home, children) if text.startswith("{")]
    return {row["child_name"] for row in known}, {row["id_number"] for row in known if row["id_number"]}


def test_every_table_and_figure_is_the_same(both):
    before, after, report = both
    assert report["children"] > 3
    assert answers(after) == answers(before)
    day = query.parse_day("2025-11-11")  # none that is laid down
    for metric in ("eligibility", "coverage", "visits", "needs", "duties", "leads"):
        assert query.ask(repository.open_build(after), metric, day) == query.ask(repository.open_build(before), metric, day)


def test_nothing_in_the_home_gives_a_name_or_a_number_back(both):
    before, after, report = both
    gone = set(report["pseudonyms"])
    names, numbers = words(before, gone)
    others = "".join(text for text in sealed_texts(before) if text.startswith("{") and not any(name in text for name in names))
    left = "\n".join(sealed_texts(after))
    assert (len(numbers) > 3, [number for number in numbers if number in left]) == (True, [])
    borne = {name for name in names if name in "\n".join(sealed_texts(after, _children(after) - gone)) or name in others}
    assert (len(names - borne) > 3, [name for name in names - borne if name in left]) == (True, [])
    assert not gone & {row["person_id"] for row in repository.open_build(after).rows("select person_id from identities")}
    assert not {*report["originals_removed"]} & {
        row["file_id"] for row in repository.open_build(after).rows("select file_id from raw_files")
    }
    assert build_files.kept(after) == {report["build"]} and report["builds_removed"] == [report["was"]]
    told = json.dumps(report, ensure_ascii=False)
    assert [word for word in names | numbers if word in told] == []


def _children(home):
    """Ids of the children of a home."""
    return {row["child_id"] for row in repository.open_build(home).rows("select child_id from children")}


def test_a_later_load_gives_what_it_would_have_given_and_brings_no_name_back(both, tmp_path):
    before, after, report = both
    file = next(path.name for path in sorted(TOWN.iterdir()) if path.name.startswith("柳溪村走访"))
    homes = []
    for number, home in enumerate((before, after)):
        copy = tmp_path / str(number)
        shutil.copytree(home, copy)
        file_id = repository.open_build(copy).rows("select file_id from ledger_files where file = $file", {"file": file})[0]["file_id"]
        run(copy, "etl", "load", "--without", file_id, "--as-of", "2025-12-31")
        homes.append(answers(copy, ("value_masked", "visit_id")))  # of a helper who cannot be told, the id is made of names
    assert homes[0] == homes[1]
    assert not set(report["pseudonyms"]) & {
        row["person_id"] for row in repository.open_build(tmp_path / "1").rows("select person_id from identities")
    }


@pytest.fixture
def village_home(tmp_path_factory, tmp_path):
    """A home with the children of one village in two loads."""

    def make(folder):
        ledgers = [path for path in TOWN.iterdir() if path.name.startswith("柳溪村儿童台账")]
        for part in ([TOWN / "村居名册.xlsx", *(path for path in ledgers if "第4期" not in path.name)], ledgers):
            run(folder / "home", "etl", "load", *part, "--as-of", "2025-12-31")

    return Path(shutil.copytree(once(tmp_path_factory, "village_in_two_loads", make) / "home", tmp_path / "home"))


def test_earlier_builds_that_hold_the_names_are_removed_only_when_told(village_home):
    home = village_home
    kept = build_files.kept(home)
    run(home, "warehouse", "deidentify", "--after-years", 1, "--as-of", DAY, code=1)
    assert build_files.kept(home) == kept
    said = run(home, "warehouse", "deidentify", "--after-years", 1, "--as-of", DAY, "--prune")
    assert [build_id in said for build_id in kept] == [True] * len(kept)
    assert not kept & build_files.kept(home)
    again = run(home, "warehouse", "deidentify", "--after-years", 1, "--as-of", DAY)
    assert "没有还保留姓名的" in again


def test_a_mention_without_a_row_of_the_child_goes_too_and_what_waits_is_named(tmp_path):
    home, folder = tmp_path / "home", tmp_path / "in"
    folder.mkdir()
    name, number = "欧阳梓涵", id_number("65990120150101001")
    head = ["姓名", "身份证号", "村(社区)", "儿童类别", "纳入时间", "退出时间", "备注"]
    left = [name, number, "柳溪村", "1", "2022-01-01", "2023-12-01", ""]
    stays = [["甲二", id_number("65990120150101002"), "柳溪村", "1", "2022-01-01", "", remark] for remark in (f"{name}的弟弟", "")]
    written(folder / "村居名册.csv", REGISTER)
    written(folder / "柳溪村儿童台账_20231220.csv", [["柳溪村儿童台账"], head, left, stays[1]])
    written(folder / "柳溪村儿童台账_20241220.csv", [["柳溪村儿童台账"], [*head, f"{name}的情况"], [*stays[0], "好"]])
    book = openpyxl.Workbook()
    for row in (["柳溪村儿童台账"], head, stays[1]):
        book.active.append(row)
    book.active["C3"].comment = Comment(f"{name[:2]} {name[2:]}的妹妹", "x")  # no sheet keeps it, the original does
    book.save(folder / "柳溪村儿童台账_20251220.xlsx")
    needs = ["儿童姓名", "身份证号", "问题类别", "提出时间", "责任部门", "问题描述"]
    of_both = [[name, number, "资金", "2023-05-01", f"民政局（{name}专办）", ""], [*stays[0][:2], "资金", "2024-05-01", f"找{name}家", ""]]
    written(folder / "柳溪村困难问题台账_20240620.csv", [["柳溪村困难问题台账"], needs, *of_both])
    helpers = ["爱心家庭姓名", "工作单位", "职务", "联系电话"]
    written(
        folder / "柳溪村爱心家庭_20240620.csv", [["柳溪村爱心家庭台账"], helpers, ["李四", f"{name}隔壁", f"{name}的老师", "13911112222"]]
    )
    visits = ["儿童姓名", "身份证号", "帮扶人", "走访时间", "走访情况"]
    written(folder / "柳溪村走访_20240620.csv", [["柳溪村走访台账"], visits, [*stays[0][:2], f"{name}的姑姑", "2024-05-01", "好"]])
    run(home, "etl", "load", folder, "--as-of", "2025-12-31")
    waits = home / "submissions" / "20260101T000000" / "files" / "1"
    waits.mkdir(parents=True)
    shutil.copy(folder / "柳溪村儿童台账_20231220.csv", waits)
    report = deidentify.deidentify(home, 1, dt.date.fromisoformat(DAY))
    assert (report.children, len(report.originals_removed), report.waiting) == (1, 6, 1)
    place = "柳溪村走访_20240620.csv：第 3 列，第 3 行"  # the name of a helper, who would be another person without it
    assert ("还有 1 份" in report.text(), place in report.text(), report.left) == (True, True, [place])
    assert len([text for text in sealed_texts(home) if name in text or number in text]) == 1
    clear = str(answers(home))
    assert (name in clear, "的情况" in clear) == (False, False)  # a heading with a name is its column's number


def test_one_that_was_killed_before_it_removed_the_names_goes_on_by_the_same_command(village_home, monkeypatch):
    home = village_home
    for old in build_files.kept(home) - {build_files.published(home)}:
        build_files.remove(build_files.file_of(home, old))
    with monkeypatch.context() as broken:
        broken.setattr(build_files, "remove", lambda _path: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            deidentify.deidentify(home, 1, dt.date.fromisoformat(DAY))
    assert len(build_files.kept(home)) == 2
    report = deidentify.deidentify(home, 1, dt.date.fromisoformat(DAY))
    assert (len(report.builds_removed), build_files.kept(home)) == (1, {build_files.published(home)})


def test_the_setting_says_how_many_years_and_nobody_due_changes_nothing(villages_home, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(villages_home, home)
    kept = build_files.kept(home)
    (home / "settings.toml").write_text("deidentify_after_years = 50\n")
    assert "没有还保留姓名的" in run(home, "warehouse", "deidentify", "--as-of", DAY)
    assert build_files.kept(home) == kept
