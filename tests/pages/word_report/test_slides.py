"""The slides: titles and charts say what leaves and no more, every slide bears the mark, the file holds nothing of anybody else."""

import io
import re
import zipfile
from dataclasses import replace

import pytest
from pptx import Presentation

from locales import use_language
from pages.text import receipt_text
from pages.word_report import report
from pages.word_report import slides as slide_file
from tests.pages.word_report.report_builder import BEFORE, YEAR_END, choices
from warehouse.audit import anchors
from warehouse.disclosure import cell_display


def slides(leaves, day, at=None):
    """The slides of the town, or of the village at a place in the register, and the file."""
    content = slide_file.write(leaves[1][day], leaves[2][day], choices(leaves, day, at))
    return list(Presentation(io.BytesIO(content)).slides), content


def texts(slide):
    """All that is written on a slide."""
    written = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    return written + [cell.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells]


def charts(made):
    """{title: {category: value}} of the slides with a chart of PowerPoint's own."""
    found = [(slide.shapes.title.text_frame.text, shape.chart.plots[0]) for slide in made for shape in slide.shapes if shape.has_chart]
    return {title: dict(zip(plot.categories, plot.series[0].values, strict=True)) for title, plot in found}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("edition", ["internal_leaves", "leaves"])
def test_charts_hold_every_village_that_is_shown_and_the_title_says_no_more(edition, language, request):
    use_language(language)
    made = request.getfixturevalue(edition)
    told, _content = slides(made, YEAR_END)
    release = made[1][YEAR_END]
    tables = {table.metric: release.rows(table) for table in release.tables if table.by == "village"}
    wanted = [
        {f"{row['village']} {row[part]}/{row[whole]}": row[part] / row[whole] for row in tables[metric] if is_shown(row, part, whole)}
        for metric, part, whole in (("coverage", "covered", "in_scope"), ("visits", "on_pace", "due_children"))
    ]
    assert [pytest.approx(of_share) for of_share in wanted] == list(charts(told).values())
    hidden = [len(tables["coverage"]) - len(of_share) for of_share in wanted]
    titles = list(charts(told))
    says_all = ["100%" in title for title in titles]
    assert (any(hidden), any(says_all)) == ((False, True) if edition == "internal_leaves" else (True, False))
    assert {texts(slide)[1] for slide in told} == {
        receipt_text.stamp(release.edition, str(YEAR_END), made[2][YEAR_END].build, made[2][YEAR_END])
    }


def test_report_and_slides_bear_the_anchor_of_their_receipt(leaves, tmp_path):
    of_day = replace(leaves[2][YEAR_END], anchor="A57-0123456789abcdef")
    files = {"report.docx": report.write, "slides.pptx": slide_file.write}
    for name, write in files.items():
        (tmp_path / name).write_bytes(write(leaves[1][YEAR_END], of_day, choices(leaves, YEAR_END)))
        assert anchors.compared(str(tmp_path / name)) == [(of_day.anchor, name)]


def is_shown(row, *names):
    """Whether counts leave."""
    return all(isinstance(row[name], int) for name in names) and row[names[1]]


def test_what_has_to_be_decided_is_in_the_internal_edition_alone(leaves, internal_leaves):
    titles = [[slide.shapes.title.text_frame.text for slide in slides(made, YEAR_END)[0]] for made in (internal_leaves, leaves)]
    assert ["需要拍板" in of_edition for of_edition in titles] == [True, False]


def test_a_village_has_its_own_figures_and_a_day_before_all_ledgers_says_so(internal_leaves):
    told, _content = slides(internal_leaves, YEAR_END, 2)
    row = next(row for row in rows(internal_leaves, "coverage") if row["village_id"] == internal_leaves[0][2]["village_id"])
    share = cell_display.text(row["covered"] / row["in_scope"], is_share=True)
    assert f"{share}\n{row['covered']}/{row['in_scope']}" in "\n".join(texts(told[1]))
    (first, *_rest), _content = slides(internal_leaves, BEFORE)
    assert "没有在册儿童" in "".join(texts(first))


def rows(made, metric):
    """The rows by village of a metric as they leave."""
    release = made[1][YEAR_END]
    return next(release.rows(table) for table in release.tables if (table.metric, table.by) == (metric, "village"))


def test_the_file_names_no_author_and_points_to_nothing_outside(internal_leaves):
    made, content = slides(internal_leaves, YEAR_END)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels"))}
    assert [name for name, text in parts.items() if 'TargetMode="External"' in text] == []
    assert re.findall(r"<(?:dc:creator|cp:lastModifiedBy)>([^<]+)<", parts["docProps/core.xml"]) == []
    assert len(made) >= 7
