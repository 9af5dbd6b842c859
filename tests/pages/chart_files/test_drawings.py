"""Pictures: what is drawn is what was given, texts of others stay texts, nothing withheld stands in the bytes, the same is the same."""

import datetime as dt
import re
import struct
import zlib
from xml.etree import ElementTree

import pytest

from pages.chart_files import bar_drawing, canvas, line_drawing, map_drawing
from pages.chart_files.canvas import Area, Line, Words
from pages.charts import plotly_map
from warehouse.disclosure.cell_display import Shown
from warehouse.disclosure.receipts import _numbers_in

HELD = Shown.WITHHELD
ROWS = [
    ("柳溪村", 13, 16),
    ("$x^2$村", 20, 20),
    ("<b>粗</b>村 & co", 9, 12),
    ("双桥村", HELD, HELD),
    ("新集村", 5, HELD),
    ("石门村", 0, 0),
    ("云台村", None, None),
    ("青松村", Shown.NOT_APPLICABLE, Shown.NOT_APPLICABLE),
]
FOOT = ["数据版本：b", "收据编号：20260105-0001-0A1B"]
LONG = "一个名字非常非常长的社区居民委员会第二网格服务站柳树湾自然村片区" * 3


def texts(content):
    """All texts of an SVG, in their order."""
    return [element.text for element in ElementTree.fromstring(content).iter() if element.tag.endswith("}text")]  # noqa: S314 — our own


def words_of(drawing, width=430):
    """The words of a drawing, in their order."""
    return [mark.text for mark in drawing(width)[1] if isinstance(mark, Words)]


def villages(names):
    """Villages on a grid, the last without a place."""
    told = [
        {"village_id": str(at), "name": name, "longitude": 113 + 0.03 * (at % 3), "latitude": 30 + 0.03 * (at // 3), "boundary": None}
        for at, name in enumerate(names)
    ]
    return [*told, {"village_id": "z", "name": "无处村", "longitude": None, "latitude": None, "boundary": None}]


NO_BOUNDARY = [("b", "石桥村", 113.12), ("c", "无处村", None)]
DAYS = [dt.date(2025, month, 28) for month in range(1, 7)]
OVER = [(8, 10), (9, 10), (HELD, 900), (9, 10), (0, 0), (10, 10)]
DRAWINGS = {
    "path": lambda: line_drawing.path(DAYS, OVER, 0.95),
    "field": lambda: line_drawing.field(DAYS, [("全镇", OVER), (LONG, OVER[::-1])]),
    "bars": lambda: bar_drawing.share_bars(ROWS, 0.95),
    "cascade": lambda: bar_drawing.cascade([("在册", 312), ("帮扶范围内", 290), ("结对规范", HELD), ("走访跟上", None)]),
    "map": lambda: map_drawing.town_map(
        villages([row[0] for row in ROWS]), {str(at): row[1:] for at, row in enumerate(ROWS)} | {"0": (HELD, 16)}
    ),
}


def test_bars_are_sorted_by_need_and_each_says_its_figure():
    told = words_of(bar_drawing.share_bars(ROWS, 0.95))
    figures = ["■ 75.0% · 9/12", "■ 81.2% · 13/16", "● 100.0% · 20/20", "＊", "＊", "○ —", "○ —", "不适用"]
    names = ["<b>粗</b>村 & co", "柳溪村", "$x^2$村", "双桥村", "新集村", "云台村", "石门村", "青松村"]
    assert told[:-1] == ["0%", "50%", "100%", *(text for pair in zip(names, figures, strict=True) for text in pair)]
    assert told[-1] == "目标 95.0%"


def test_a_bar_is_as_long_as_its_share_and_a_withheld_one_is_a_stub_of_one_length():
    marks = bar_drawing.share_bars([("a", 1, 2), ("b", 1, 4), ("c", HELD, 900), ("d", HELD, HELD)], None)(430)[1]
    lengths = [(mark.rings[0][1][0] - mark.rings[0][0][0], mark.hatch != ()) for mark in marks if isinstance(mark, Area)]
    (quarter, _q), (half, _h), first, second = lengths
    assert (round(half / quarter, 6), first == second, first[1], _q) == (2.0, True, True, False)


def test_the_map_counts_the_villages_of_each_step_and_lists_what_does_not_fit():
    told = words_of(DRAWINGS["map"]())
    assert told[:7] == [
        "100% · 1个村",
        "95–<100% · 0个村",
        "85–<95% · 0个村",
        "70–<85% · 1个村",
        "<70% · 0个村",
        "无数据 · 4个村",
        "不公布 · 3个村",
    ]
    assert ("示意图" in told, told[-1]) == (True, "无处村 — （地图上没有位置）")
    crowded = words_of(map_drawing.town_map(villages([LONG, "短"]), {"0": (1, 2), "1": (3, 3)}))
    assert f"1{LONG}50.0%" in "".join(crowded).replace(" ", "")


def test_a_village_without_a_boundary_is_a_dot_on_the_drawing_which_says_so():
    square = '{"type": "Polygon", "coordinates": [[[113, 30], [113.09, 30], [113.09, 30.09], [113, 30.09], [113, 30]]]}'
    places = [{"village_id": code, "name": name, "longitude": x, "latitude": 30.04, "boundary": None} for code, name, x in NO_BOUNDARY]
    town = [{"village_id": "a", "name": "柳溪村", "longitude": 113.04, "latitude": 30.04, "boundary": square}, *places]
    drawing = map_drawing.town_map(town, {"a": (1, 1), "b": (1, 2), "c": (1, 4)})
    fills = [mark.fill for mark in drawing(430)[1] if isinstance(mark, Area)][-4:]
    assert fills == [plotly_map.colours()[0], "none", plotly_map.colours()[4], "none"]
    assert words_of(drawing)[-3:] == ["圆点：没有村界，按经纬度画", "1 石桥村 50.0%", "无处村 25.0% （地图上没有位置）"]


def test_colours_of_the_map_are_those_of_the_pages_map():
    fills = {mark.fill for mark in DRAWINGS["map"]()(430)[1] if isinstance(mark, Area)}
    assert {*plotly_map.colours()} <= fills


def test_a_path_bridges_no_withheld_month_and_says_its_ends():
    marks = DRAWINGS["path"]()(430)[1]
    lines = [mark for mark in marks if isinstance(mark, Line) and mark.width == 1.6]
    dots = [mark for mark in marks if isinstance(mark, Area) and not mark.hatch]
    assert (len(lines), len(dots)) == (1, 4)
    told = words_of(DRAWINGS["path"]())
    assert ([word for word in told if word in ("80.0%", "100.0%", "90.0%", "＊", "—")], "目标 95.0%" in told) == (
        ["＊", "—", "80.0%", "100.0%"],
        True,
    )
    assert words_of(line_drawing.path(DAYS, [(HELD, HELD)] * 6, None)).count("＊") == 6


def test_a_field_shades_each_month_as_the_map_does_and_its_newest_figure_stands_beside():
    marks = DRAWINGS["field"]()(430)[1]
    cells = [mark for mark in marks if isinstance(mark, Area)][-12:]
    fills = [plotly_map.colours()[step] for step in (3, 2, 6, 2, 5, 0)]
    assert [mark.fill for mark in cells] == [*fills, *fills[::-1]]
    told = words_of(DRAWINGS["field"]())
    assert ("100.0% · 10/10" in told, "80.0% · 8/10" in told, "900" in " ".join(told)) == (True, True, False)


def test_the_steps_say_how_many_are_left():
    assert words_of(DRAWINGS["cascade"]()) == ["在册", "312", "帮扶范围内", "290 · 92.9%", "结对规范", "＊", "走访跟上", "—"]


def test_of_steps_with_a_withheld_first_one_only_withheld_ones_are_hatched():
    _height, marks = bar_drawing.cascade([("在册", HELD), ("帮扶范围内", HELD), ("结对规范", 0), ("走访跟上", None)])(400.0)
    hatched = [mark for mark in marks if getattr(mark, "hatch", ())]
    assert ([mark.text for mark in marks if isinstance(mark, canvas.Words)][1::2], len(hatched)) == (["＊", "＊", "0", "—"], 2)


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_same_drawing_gives_the_same_bytes_and_holds_the_receipts_number(name):
    for form in ("png", "svg"):
        first, second = (canvas.render(form, DRAWINGS[name](), "标题", "副题", FOOT) for _time in range(2))
        assert (first == second, _numbers_in(first)) == (True, ({"20260105-0001-0A1B"}, True))


def test_texts_of_others_stay_as_they_are_and_break_no_svg():
    names = ["$x^2$村", "<b>粗</b>村 & co", "a\nb\x00\x0bc", "半\ud800对", "\\frac{1}{2}", "_下_标^"]
    content = canvas.render("svg", bar_drawing.share_bars([(name, 1, 2) for name in names], None), "$\\alpha$", "", [])
    told = texts(content)
    assert told[0] == "$\\alpha$"
    assert {"$x^2$村", "<b>粗</b>村 & co", "a bc", "半对", "\\frac{1}{2}", "_下_标^"} <= {*told}
    assert canvas.render("png", bar_drawing.share_bars([(name, 1, 2) for name in names], None), "$\\alpha$", "", []).startswith(b"\x89PNG")


def test_a_long_name_wraps_inside_the_picture_and_loses_nothing():
    drawing = bar_drawing.share_bars([(LONG, 1, 2)], 1.0)
    marks = [mark for mark in drawing(430)[1] if isinstance(mark, Words)]
    edges = [
        (mark.x - canvas.text_width(mark.text, mark.size) * (mark.align == "right"), mark.x) for mark in marks if mark.align == "right"
    ]
    assert (min(left for left, _right in edges) >= -0.5, "".join(mark.text for mark in marks if mark.text in LONG)) == (True, LONG)
    assert canvas.wrap("截至2025-12-31，（结对覆盖）。", 9, 80)[1][0] not in "，。）"


def test_a_png_has_200_dots_an_inch_and_a_picture_without_words_has_no_title():
    content = canvas.render("png", DRAWINGS["bars"](), "", "", [], width_cm=12)
    width, height = struct.unpack(">II", content[16:24])
    at = content.index(b"pHYs")
    assert (round(width / 200 * 2.54, 1), struct.unpack(">I", content[at + 4 : at + 8])[0]) == (12.0, 7874)
    tall = struct.unpack(">II", canvas.render("png", DRAWINGS["bars"](), "标题", "副题", FOOT, width_cm=12)[16:24])[1]
    assert height < tall
    assert zlib.crc32(content[12:29]) == struct.unpack(">I", content[29:33])[0]


def test_a_share_with_a_withheld_part_tells_neither_part():
    rows = [("双桥村", 7123, HELD), ("新集村", HELD, 8123)]
    bars = canvas.render("svg", bar_drawing.share_bars(rows, 1.0), "", "", [])
    a_map = canvas.render("svg", map_drawing.town_map(villages(["双桥村", "新集村"]), {"0": (HELD, 8123), "1": (8123, HELD)}), "", "", [])
    assert not any(re.search(r"7123|8123|87\.7", content.decode()) for content in (bars, a_map))
    assert bar_drawing.share_text(7123, HELD, 1.0) == "＊"


def test_without_a_chinese_font_letters_are_reckoned_and_an_svg_still_names_the_readers_fonts(monkeypatch):
    monkeypatch.setattr(canvas, "font", lambda: None)
    canvas.text_width.cache_clear()
    try:
        assert canvas.text_width("柳a", 10) == pytest.approx(16.2)
        assert "Microsoft YaHei" in canvas.render("svg", bar_drawing.share_bars(ROWS, None), "标题", "", []).decode()
    finally:
        canvas.text_width.cache_clear()
