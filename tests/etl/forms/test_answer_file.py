"""`python -m etl layouts`: what is remembered is listed, passed on to another home, and a file that cannot be used is refused."""

import json

import pytest

from etl.forms import answer_file, layouts
from etl.forms.layouts import Heading, Word
from tests.conftest import run
from tests.etl.forms.test_layouts import FIELDS, layout
from warehouse.audit import trail


@pytest.fixture
def home(tmp_path):
    """A home that remembers a layout, two words and a heading."""
    home = tmp_path / "home"
    home.mkdir()
    layouts.keep(home, layout(FIELDS, by="李主任"), Word("parent_status", "改嫁", "lost_contact"), Word("class_no", "监测户", None))
    layouts.keep(home, Heading("children", "guardian_phone", "监护人手机"))
    return home


def test_everything_is_listed_and_passed_on(home, tmp_path):
    listed = run(home, "etl", "layouts", "list")
    assert [
        text for text in ("联系电话 → guardian_phone", "李主任", "改嫁 → lost_contact", "监测户 → —", "监护人手机") if text not in listed
    ] == []
    run(home, "etl", "layouts", "export", tmp_path / "out.json")
    other = tmp_path / "other"
    other.mkdir()
    assert "还没有记住" in run(other, "etl", "layouts", "list")
    assert "新增 4 项，更新 0 项，0 项不变" in run(other, "etl", "layouts", "import", tmp_path / "out.json")
    assert layouts.entries(other) == layouts.entries(home)
    assert [entry["about"] for entry in trail.entries(other, "layouts_imported")] == [{"count": "4"}]


def test_the_newer_of_two_answers_counts(home):
    kept = layouts.entries(home)["word:parent_status:改嫁"]
    older = Word("parent_status", "改嫁", "at_home", "王主任", "2020-01-01T00:00:00+00:00")
    assert answer_file.merge(home, [older, kept]) == (0, 0, 2)
    newer = Word("parent_status", "改嫁", "at_home", "王主任", "2099-01-01T00:00:00+00:00")
    assert answer_file.merge(home, [newer]) == (0, 1, 0)
    assert layouts.entries(home)["word:parent_status:改嫁"].code == "at_home"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("nonsense", "不是导出的表样与词语文件"),
        ({"people": []}, "不是导出的表样与词语文件"),
        ({"layouts": "x"}, "不是导出的表样与词语文件"),
        ({"words": [{"vocabulary": "class_no", "word": "困境", "code": "9"}]}, "words 的第 1 项不能用：“困境”没有这样的意思"),
        ({"words": [{"vocabulary": "weather", "word": "晴", "code": "1"}]}, "内容不全或写法不对"),
        ({"words": [{"vocabulary": "class_no", "code": "1"}]}, "内容不全或写法不对"),
        ({"words": ["困境"]}, "内容不全或写法不对"),
        ({"headings": [{"ledger": "children", "field": "guardian_phone", "heading": "户主"}]}, "“户主”在儿童台账里已经是另一项"),
        ({"headings": [{"ledger": "schools", "field": "x", "heading": "y"}]}, "内容不全或写法不对"),
        (
            {"layouts": [{"fingerprint": "f" * 16, "headings": ["姓名"], "ledger": "children", "fields": ["id_number"]}]},
            "没有一列选作“姓名”",
        ),
        (
            {"layouts": [{"fingerprint": "../x", "headings": ["a", "b"], "ledger": "children", "fields": ["child_name", "id_number"]}]},
            "内容不全或写法不对",
        ),
        ({"layouts": [{"fingerprint": "f" * 16, "headings": ["a"], "ledger": "children", "fields": ["child_name", {}]}]}, "内容不全"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence_and_nothing_is_kept(content, says, tmp_path):
    path = tmp_path / "in.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    with pytest.raises(layouts.WrongLayout, match=says) as error:
        answer_file.read(path)
    assert "\n" not in str(error.value)


def test_a_bad_file_ends_the_command_with_code_2(home, tmp_path):
    (tmp_path / "in.json").write_text("{", encoding="utf-8")
    run(home, "etl", "layouts", "import", tmp_path / "in.json", code=2)
    run(home, "etl", "layouts", "import", tmp_path / "nowhere.json", code=2)
    run(home, "etl", "layouts", "export", tmp_path / "no" / "folder.json", code=2)
