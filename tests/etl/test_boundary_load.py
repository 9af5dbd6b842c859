"""Boundaries on their way into a build: what is refused is told, the rest of the load goes on, the former ones hold."""

import json
import shutil
from functools import partial

import pytest

from etl.forms import layouts
from etl.load import load
from etl.sheets import reader_pool
from tests.etl.files.test_boundaries import LIU, METRES, SHI, SQUARE, content, feature, moved
from tests.etl.forms.test_heading_aliases import written
from tests.etl.test_staged_load import SPRING, SUMMER, child, ledger
from warehouse.builds import repository

REGISTER = [["区划代码", "村(社区)名称", "经度", "纬度"], [LIU, "柳溪村", 105.02, 30.02], [SHI, "石桥村", 105.06, 30.02]]
LATER = {"type": "Polygon", "coordinates": [moved(0.001)]}
IN_METRES = {"type": "Polygon", "coordinates": [METRES]}


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A home where two villages are published with a boundary each."""
    folder = tmp_path_factory.mktemp("bounded")
    first = ledger(folder / "first", SPRING, child("甲一", 1))
    written(first / "村居名册.csv", REGISTER)
    other = {"type": "Polygon", "coordinates": [moved(0.04)]}
    (first / "villages.geojson").write_bytes(content(feature(SQUARE), feature(other, SHI)))
    load([first], folder / "home", by="保护中心")
    return folder / "home"


@pytest.fixture
def home(published, tmp_path):
    """A copy of that home."""
    shutil.copytree(published, tmp_path / "home")
    return tmp_path / "home"


def boundary_rows(home):
    """Longitude of the first corner of each boundary by village, and the findings on boundaries as (file, village, reason, value)."""
    build = repository.open_build(home)
    corners = {
        row["village_id"]: json.loads(row["boundary"])["coordinates"][0][0][0]
        for row in build.rows("select village_id, boundary from villages where boundary is not null")
    }
    sql = "select file, village_id, detail, value_masked from findings where code = 'boundary_faulty' order by all"
    return corners, [tuple(row.values()) for row in build.rows(sql)]


def test_boundaries_alone_are_loaded_and_the_former_ones_hold_where_they_are_refused(home, tmp_path):
    (tmp_path / "new.geojson").write_bytes(content(feature(LATER), feature(IN_METRES, SHI), feature(SQUARE, "13800000000")))
    report = load([tmp_path / "new.geojson"], home, by="保护中心")
    assert report.build and report.problems == [
        "new.geojson：村界：坐标不是度，像是以米为单位的投影坐标，没有取用（石桥村）；"
        "请在地图软件里转换为 CGCS2000 或 WGS 84 经纬度（EPSG:4490 或 4326）再载入；在此之前沿用原来的村界",
        "new.geojson：村界：与已发布的村界不同，发布后按新的画（柳溪村）；请核对是不是要换",
        "new.geojson：村界：村居名册里没有这些区划代码，没有取用（…）；是本地的村，请对照村居名册改正 village_code 再载入；是别处的村，可以不管",
    ]
    corners, faults = boundary_rows(home)
    assert corners == {LIU: 105.001, SHI: 105.04}
    assert faults == [("new.geojson", SHI, "boundary_metres", SHI), ("new.geojson", None, "boundary_code_unknown", "…")]


BOMB = b'{"features": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def test_files_that_are_no_map_cost_themselves_and_the_ledgers_beside_them_are_loaded(home, tmp_path):
    summer = ledger(tmp_path / "summer", SUMMER, child("甲一", 1), child("甲二", 2))
    bombs = (BOMB, b"[" * 200_000, b"", b"PK\x03\x04", "柳溪村,105,30\n".encode("gb18030"))
    names = [f"villages{at}.geojson" for at in range(len(bombs))]
    for name, bomb in zip(names, bombs, strict=True):
        (summer / name).write_bytes(bomb)
    report = load([summer], home, by="保护中心")
    says = "：村界：不是村界文件（GeoJSON），或者已经损坏，没有取用"
    assert [problem.partition("；请在地图软件")[0] for problem in report.problems] == [name + says for name in names]
    corners, faults = boundary_rows(home)
    assert (corners, faults) == ({LIU: 105.0, SHI: 105.04}, [(name, None, "boundary_not_geojson", None) for name in names])
    assert [line.file for line in report.files] == [SUMMER]


def test_a_refused_map_alone_changes_nothing_and_says_so(home, tmp_path):
    before = repository.open_build(home).id
    (tmp_path / "a.geojson").write_bytes(content(feature(LATER), crs={"type": "name", "properties": {"name": "EPSG:4523"}}))
    report = load([tmp_path / "a.geojson"], home, by="保护中心")
    assert (report.build, len(report.problems), boundary_rows(home)[1]) == (before, 1, [])


def test_of_two_files_the_later_name_holds_and_codes_beyond_a_few_are_a_number(home, tmp_path):
    unknown = [feature(SQUARE, str(code)) for code in range(100, 109)]
    (tmp_path / "a.geojson").write_bytes(content(feature(SQUARE), *unknown))
    (tmp_path / "b.geojson").write_bytes(content(feature(LATER)))
    problems = load([tmp_path / "a.geojson", tmp_path / "b.geojson"], home, by="保护中心").problems
    assert boundary_rows(home)[0][LIU] == 105.001
    assert [problem.partition("；")[0] for problem in problems] == [
        "a.geojson：村界：村居名册里没有这些区划代码，没有取用（100 101 102 103 104 … (9)）",
        "b.geojson：村界：几个文件都有这个村的村界，取用了排在后面的文件（柳溪村）",
        "b.geojson：村界：与已发布的村界不同，发布后按新的画（柳溪村）",
    ]


def test_a_shape_that_crosses_itself_without_end_costs_itself(home, tmp_path, monkeypatch):
    monkeypatch.setattr(reader_pool, "read_files", partial(reader_pool.read_files, seconds=5.0))
    zigzag = [[105.0 + 0.04 * (at % 2), 30.0 + at * 1e-6] for at in range(30_000)]
    crossed = [[105.0 + at * 1e-6, 30.0 + 0.03 * (at % 2)] for at in range(30_000)]
    (tmp_path / "a.geojson").write_bytes(content(feature({"type": "Polygon", "coordinates": [zigzag + crossed]})))
    report = load([tmp_path / "a.geojson"], home, by="保护中心")
    assert [problem.partition("，")[0] for problem in report.problems] == ["a.geojson：村界：文件超过 10 MB"]


def test_what_was_wrong_with_a_map_is_still_said_when_answers_are_read_again(home, tmp_path):
    summer = ledger(tmp_path / "summer", SUMMER, child("甲一", 1), child("甲二", 2))
    (summer / "villages.geojson").write_bytes(content(feature(LATER), feature(IN_METRES, SHI)))
    first = load([summer], home, then="stage", by="保护中心")
    layouts.keep(home, layouts.Word("class_no", "监测户", None))
    again = load([], home, then="stage", by="保护中心", on_candidate=True)
    assert (len(first.problems), again.problems, again.candidate != first.candidate) == (2, first.problems, True)
