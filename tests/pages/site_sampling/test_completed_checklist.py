"""A filled checklist comes back: held against its own seed, counted with exact intervals, and forgotten."""

import io

import pytest
from openpyxl import load_workbook

from locales import use_language
from pages.jobs import job_folder, sheet_reader
from pages.site_sampling import completed_checklist
from tests.pages.site_sampling.test_sample import READER, drawn, taken


def filled_in(content, answers, change=lambda book: None):
    """A list with answers by (row from 0, column): texts; then changed by hand."""
    book = load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    top = next(at for at in range(1, page.max_row) if page.cell(at, 2).value in ("代号", "Pseudonym"))
    for (row, column), text in answers.items():
        page.cell(top + 1 + row, column).value = text
    change(book)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def counted(home, content):
    """What the page counts of a file."""
    return completed_checklist.count(sheet_reader.read("a.xlsx", content, (".xlsx",)), READER)


SEEN, VISITS, PAIRING, ELIGIBILITY = 6, 8, 10, 12
ANSWERS = {(at, SEEN): "见到" for at in range(10)} | {(10, SEEN): "未见到"}
ANSWERS |= {(at, VISITS): "属实" for at in range(8)} | {(8, VISITS): "不属实", (9, VISITS): "不属实", (10, VISITS): "未见到"}
ANSWERS |= {(9, ELIGIBILITY): "不属实", (0, ELIGIBILITY): "看不懂"}


def test_a_filled_list_is_counted_with_the_exact_interval_and_tells_what_is_not_true(home):
    told = counted(home, filled_in(taken(drawn(home)), ANSWERS))
    assert [(one.item, one.yes, one.no, one.unseen, one.open) for one in told.items] == [
        ("seen", 10, 1, 0, 1),
        ("visits", 8, 2, 1, 1),
        ("pairing", 0, 0, 0, 12),
        ("eligibility", 0, 1, 0, 11),
    ]
    assert told.items[1].interval == pytest.approx((0.4439, 0.9748), abs=5e-5)
    assert told.items[2].interval is None
    assert [(line.number, items) for line, items in told.untrue] == [(9, ["visits"]), (10, ["visits", "eligibility"])]


def test_a_list_in_english_is_counted_alike(home):
    told = drawn(home)
    use_language("en")
    content = taken(told)
    use_language("zh_CN")
    answers = {(0, SEEN): "Seen", (0, VISITS): "Not true as recorded", (1, PAIRING): "True as recorded"}
    found = counted(home, filled_in(content, answers))
    assert ([(one.yes, one.no) for one in found.items], found.untrue[0][1]) == ([(1, 0), (0, 1), (1, 0), (0, 0)], ["visits"])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda book: setattr(book.worksheets[2]["B6"], "value", "s-2"), "种子 s-2 抽不出清单上的这些儿童"),
        (lambda book: setattr(book.worksheets[2]["B2"], "value", "2025-06-30"), "2025-06-30、种子 s-1 抽不出"),
        (
            lambda book: setattr(book.worksheets[2]["B1"], "value", "20200101T000000Z-00000000"),
            "版本 20200101T000000Z-00000000，这个版本已不再保留",
        ),
        (lambda book: setattr(book.worksheets[2]["B5"], "value", "99999"), "改过"),
        (lambda book: setattr(book.worksheets[2]["B2"], "value", "昨天"), "没有完整的“抽样参数”表"),
        (lambda book: book.remove(book.worksheets[2]), "没有完整的“抽样参数”表"),
        (lambda book: book.worksheets[0].delete_rows(book.worksheets[0].max_row), "缺少 "),
        (lambda book: book.worksheets[0].append([13, "0badc0de"]), "多出 0badc0de"),
        (lambda book: book.worksheets[0].append([13, book.worksheets[0].cell(book.worksheets[0].max_row, 2).value]), "出现了两次"),
        (lambda book: book.remove(book.worksheets[0]), "找不到“代号”"),
    ],
)
def test_a_list_whose_parameters_do_not_give_its_children_is_refused_and_says_which(change, says, home):
    with pytest.raises(job_folder.Refused, match=says):
        counted(home, filled_in(taken(drawn(home)), ANSWERS, change))


@pytest.mark.parametrize(("name", "content"), [("a.xlsx", b"PK\x03\x04"), ("a.xlsx", b""), ("a.csv", b"x"), ("a.xlsx", b"x" * (6 * 2**20))])
def test_a_file_that_is_no_list_is_refused_by_its_name(name, content):
    with pytest.raises(job_folder.Refused, match=name):
        sheet_reader.read(name, content, (".xlsx",))


def test_nothing_of_a_filled_list_is_kept(home):
    content = filled_in(taken(drawn(home)), ANSWERS)
    before = sorted(path for path in home.rglob("*"))
    counted(home, content)
    assert sorted(path for path in home.rglob("*")) == before
