"""A file that left the house is told from one that was altered and from one that never did, by its bytes or by its number."""

import datetime as dt
import io
import re
import zipfile

import pytest

from tests.warehouse.disclosure.exporting import exported
from warehouse.builds import repository
from warehouse.disclosure import receipts, release, release_log
from warehouse.metrics import query
from warehouse.storage import limited_process

DAY = dt.date(2025, 12, 31)
COVERAGE = [("coverage", "village")]


@pytest.fixture
def ask(town_home):
    """How figures of the sample town are asked for."""
    build = repository.open_build(town_home)
    return lambda metric, by, day: query.ask(build, metric, day, by)


def handed(ask, home, tables=COVERAGE, pack=lambda text: text.encode()):
    """(bytes, receipt) of a file that holds its number."""
    order = release_log.Order("b-1", DAY, "csv", "li", "centre", {"村": "柳溪村"})
    return exported(ask, tables, order, home, lambda receipt: pack(f"no {receipt.no}"))[1:]


def zipped(text):
    """A packed file with a text in it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sheet1.xml", text)
    return stream.getvalue()


def test_a_receipt_says_what_left_for_whom_and_holds_the_hash(ask, tmp_path):
    content, receipt = handed(ask, tmp_path)
    assert re.fullmatch(r"\d{8}-0001-[0-9A-F]{4}", receipt.no)
    assert (receipt.build, receipt.as_of, receipt.form, receipt.who, receipt.role) == ("b-1", "2025-12-31", "csv", "li", "centre")
    assert (receipt.filters, receipt.size, receipt.sha256) == ({"村": "柳溪村"}, len(content), release_log.hash_of(content))
    assert receipts.receipts(tmp_path) == [receipt]


def test_numbers_count_up_and_are_not_to_be_guessed(ask, tmp_path):
    told = [handed(ask, tmp_path, [])[1].no for _ in range(12)]
    assert [no.split("-")[1] for no in told] == [f"{at:04}" for at in range(1, 13)]
    assert len({no.split("-")[2] for no in told}) > 6


@pytest.mark.parametrize("pack", [str.encode, zipped])
def test_the_very_bytes_are_genuine_and_one_changed_is_altered(ask, tmp_path, pack):
    content, receipt = handed(ask, tmp_path, pack=pack)
    assert (receipts.by_content(tmp_path, content).state, receipts.by_content(tmp_path, content).receipt) == ("genuine", receipt)
    other = pack(f"no {receipt.no} and a word more")
    assert (receipts.by_content(tmp_path, other).state, receipts.by_content(tmp_path, other).receipt) == ("altered", receipt)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"20260105-0001-0A1B", zipped("20260105-0001-0A1B")])
def test_a_file_of_nobody_or_with_an_invented_number_is_unknown(ask, tmp_path, content):
    handed(ask, tmp_path)
    assert receipts.by_content(tmp_path, content) == receipts.Verdict("unknown")


def test_a_number_is_found_however_it_is_typed_and_an_invented_one_is_not(ask, tmp_path):
    _content, receipt = handed(ask, tmp_path)
    assert receipts.by_number(tmp_path, f"  {receipt.no.lower()} ").receipt == receipt
    assert receipts.by_number(tmp_path, "20260105-0001-0A1B").state == "unknown"


def test_editions_from_before_receipts_are_known_to_the_plan_and_to_no_check(ask, tmp_path):
    (tmp_path / release_log.FOLDER).mkdir()
    (tmp_path / release_log.FOLDER / release_log.FILE).write_text('{"at":"2026","build":"b","tables":[],"cells":[],"guarded":[]}\n')
    _content, receipt = handed(ask, tmp_path)
    assert (receipt.no.split("-")[1], receipts.receipts(tmp_path)) == ("0002", [receipt])


def test_figures_that_moved_since_are_counted(ask, tmp_path):
    handed(ask, tmp_path, [("coverage", "village"), ("goals", "town"), ("goal_scores", "town")])
    (edition,) = release_log.editions(tmp_path)
    assert release.changed(ask, edition) == 0

    def later(metric, by, day):
        rows = ask(metric, by, day)
        return [row | {"covered": row["covered"] + 1} for row in rows] if metric == "coverage" else rows

    (names, rows) = next(table[3:] for table in edition["figures"] if table[0] == "coverage")
    shown = [row for row in rows if row[names.index("covered")] != "withheld"]
    assert release.changed(later, edition) == len(shown) > 0


def test_a_packed_file_that_unpacks_without_end_is_read_to_a_bound(ask, tmp_path, monkeypatch):
    _content, receipt = handed(ask, tmp_path)
    bomb = zipped("0" * (70 * 2**20) + receipt.no)
    assert len(bomb) < 2**20
    assert receipts.by_content(tmp_path, bomb).state == "exhausting"
    monkeypatch.setattr(receipts, "_SECONDS", 0.0)
    monkeypatch.setattr(limited_process, "_SHORTEST", 0.0)
    assert receipts.by_content(tmp_path, zipped("0" * 50)).state == "exhausting"
