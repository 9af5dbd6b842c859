"""A town's own words for headings: read, refused in one sentence, and in force at the next load of the same file."""

import csv
import json

import pytest

from etl.forms import forms, heading_aliases, layouts
from etl.load import NothingToLoad, load
from tests.conftest import run
from tests.etl.ledger_builder import REGISTER
from warehouse.builds import repository
from warehouse.storage import build_files

GOOD = '["儿童台账"]\n"监护人电话" = ["监护人手机"]\nborn_on = ["生日"]\n\n[visits]\n"走访时间" = ["上门日子"]\n'


@pytest.fixture(autouse=True)
def own_words_only():
    """No alias of a test outlives it."""
    yield
    forms.set_aliases({})


def test_ledgers_and_headings_are_named_in_chinese_or_by_code(tmp_path):
    (tmp_path / heading_aliases.FILE).write_text(GOOD, encoding="utf-8-sig")
    assert heading_aliases.read(tmp_path) == {
        "children": {"guardian_phone": ["监护人手机"], "born_on": ["生日"]},
        "visits": {"visited_on": ["上门日子"]},
    }
    assert heading_aliases.read(tmp_path / "elsewhere") == {}


def test_a_word_in_force_is_matched_like_the_projects_own_and_gone_when_taken_back():
    forms.set_aliases({"children": {"guardian_phone": ["监护人 手机(必填)"]}})
    assert forms.forms()["children"].aliases["监护人手机"] == "guardian_phone"
    assert "监护人手机" in forms.known_headings()
    forms.set_aliases({})
    assert "监护人手机" not in forms.forms()["children"].aliases


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('["学生台账"]\n"姓名" = ["名字"]', "没有名为“学生台账”的台账"),
        ('["儿童台账"]\n"身高" = ["个头"]', "没有“身高”这一项"),
        ('["儿童台账"]\n"监护人电话" = "手机"', "应是一组词"),
        ('["儿童台账"]\n"监护人电话" = ["户主"]', "“户主”在儿童台账里已经是另一项"),
        ('["儿童台账]\n', "写法有误"),
        ('"儿童台账" = 3', "应是一节"),
        ("监护人=".encode("gb18030"), "UTF-8"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(tmp_path, text, says):
    (tmp_path / heading_aliases.FILE).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(heading_aliases.WrongAliases, match=says) as error:
        heading_aliases.read(tmp_path)
    assert heading_aliases.FILE in str(error.value)


def written(path, rows):
    """A .csv of rows."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def loaded(home, folder, code=0):
    """(rows loaded, headings nobody knows, printed report) of the children ledger in one load."""
    told = run(home, "etl", "load", folder, "--report", home / "report.json", code=code)
    report = json.loads((home / "report.json").read_text(encoding="utf-8"))
    (sheet,) = [sheet for file in report["files"] for sheet in file["sheets"] if sheet["ledger"] == "children"] or [None]
    return (sheet["rows_loaded"], sheet["headings_unknown"]) if sheet else None, told


def test_a_file_with_an_unknown_heading_is_read_anew_once_a_file_of_words_says_what_it_is(tmp_path):
    folder, home = tmp_path / "ledgers", tmp_path / "home"
    folder.mkdir(), home.mkdir()
    written(folder / "村居名册.csv", REGISTER)
    head = ["姓名", "身份证号", "村(社区)", "儿童类别", "监护人电讯号"]
    written(
        folder / "柳溪村儿童台账_20251220.csv", [["柳溪村儿童台账"], head, ["甲一", "659901201301017013", "柳溪村", "6", "13800000000"]]
    )
    found, told = loaded(home, folder)
    assert found == (1, ["监护人电讯号"])
    assert "监护人电讯号”，是不是“监护人" in told
    assert "在“表样与词语”页" in told
    snippet = '["儿童台账"]\n"监护人电话" = ["监护人电讯号"]'
    (home / heading_aliases.FILE).write_text(snippet, encoding="utf-8")
    run(home, "etl", "check", folder)
    assert (home / heading_aliases.FILE).exists()  # a check changes nothing
    counts, told = loaded(home, folder)
    assert (counts, "aliases.toml 里的 1 个表头已记到“表样与词语”" in told) == ((1, []), True)
    assert [path.read_text(encoding="utf-8") for path in home.glob("aliases*")] == [snippet]  # kept, under another name
    (entry,) = layouts.entries(home).values()
    assert (entry.field, entry.heading, entry.by) == ("guardian_phone", "监护人电讯号", "aliases.toml")
    assert loaded(home, folder)[0] is None  # now the same bytes again change nothing
    (home / heading_aliases.FILE).write_text('["儿童台账"]\n"身高" = ["个头"]', encoding="utf-8")
    told = run(home, "etl", "load", folder, code=1)
    assert told == ""


@pytest.mark.parametrize("then", ["publish", "stage"])
def test_an_answered_heading_is_read_from_the_originals_that_are_kept(tmp_path, then):
    head = ["姓名", "身份证号", "村(社区)", "儿童类别", "监护人电讯号"]
    rows = [["柳溪村儿童台账"], head, ["甲一", "659901201301017013", "柳溪村", "6", "13800000000"]]
    written(tmp_path / "村居名册.csv", REGISTER)
    written(tmp_path / "柳溪村儿童台账_20251220.csv", rows)
    home = tmp_path / "home"
    before = load([tmp_path / "村居名册.csv", tmp_path / "柳溪村儿童台账_20251220.csv"], home, then=then)
    assert len([line for line in before.files if line.sheets]) == 2
    layouts.keep(home, layouts.Heading("children", "guardian_phone", "监护人电讯号", "李主任"))
    report = load([], home, then=then, on_candidate=True)
    build = repository.Build(build_files.candidate_of(home, report.candidate)) if then == "stage" else repository.open_build(home)
    assert build.rows("select heading from ledger_headings") == []
    assert build.rows("select has_guardian_phone as has from child_facts") == [{"has": True}]
    assert sorted(row["file"] for row in build.rows("select file from ledger_files")) == ["村居名册.csv", "柳溪村儿童台账_20251220.csv"]


def test_without_originals_the_files_are_asked_for_once_more(tmp_path):
    head = ["姓名", "身份证号", "村(社区)", "儿童类别", "监护人电讯号"]
    written(tmp_path / "村居名册.csv", REGISTER)
    written(tmp_path / "柳溪村儿童台账_20251220.csv", [["柳溪村儿童台账"], head, ["甲一", "659901201301017013", "柳溪村", "6", "138"]])
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text("keep_originals = false", encoding="utf-8")
    load([tmp_path], home)
    layouts.keep(home, layouts.Heading("children", "guardian_phone", "监护人电讯号", "李主任"))
    with pytest.raises(NothingToLoad, match="请再上传一次"):
        load([], home, on_candidate=True)
