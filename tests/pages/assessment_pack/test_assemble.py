"""The assessment pack as its real process makes it: every part that was promised, no person, no count that is withheld."""

import csv
import datetime as dt
import hashlib
import io
import json
import re
import subprocess
import time
import zipfile

import pytest
from openpyxl import load_workbook

from pages.assessment_pack import assemble, pack_tables
from pages.data.queries import Figures, Reader
from pages.downloads import export_service, table_files
from pages.jobs import export_jobs
from pages.site_sampling import sample
from tests.pages.assessment_pack.export_builder import DAY, REVIEWER, ended, prepare, start
from warehouse import row_access
from warehouse.audit import anchors, hash_chain, trail, verification
from warehouse.builds import repository
from warehouse.disclosure import receipts, release_log
from warehouse.metrics import registry
from warehouse.storage import build_files, keys

AS_OF = dt.date.fromisoformat(DAY)


def fetched(demo_home, tmp_path_factory, edition):
    """(home, job, bytes) of a pack of the demo, fetched by who asked for it."""
    home = tmp_path_factory.mktemp("pack")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGXING_HOME", str(home))
        prepare(demo_home, home)
        trail.record(home, "sign_in", REVIEWER.name, REVIEWER.role, "10.0.0.9")
        job = ended(start(edition=edition))
        assert job.state == "ready", (job.progress, (job.folder / "log.txt").read_text())
        content = export_jobs.content(REVIEWER, job.folder.name, trail.recorder_for(REVIEWER.name, REVIEWER.role, "10.0.0.9"))
    return home, job, content


@pytest.fixture(scope="module")
def made(demo_home, tmp_path_factory):
    """The internal edition, as `fetched` gives it."""
    return fetched(demo_home, tmp_path_factory, release_log.INTERNAL)


@pytest.fixture
def unpacked(made, tmp_path):
    """The folder that the pack is unpacked to."""
    with zipfile.ZipFile(io.BytesIO(made[2])) as packed:
        packed.extractall(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def published(demo_home, tmp_path_factory):
    """The folder that the public edition is unpacked to."""
    folder = tmp_path_factory.mktemp("published")
    with zipfile.ZipFile(io.BytesIO(fetched(demo_home, tmp_path_factory, release_log.PUBLIC)[2])) as packed:
        packed.extractall(folder)
    return folder


def tables(folder, name):
    """The tables of a csv of the pack: name → rows, each a dict."""
    text = (folder / name).read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    parts = [[]]
    for line in csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")):
        parts = [*parts, []] if not line else [*parts[:-1], [*parts[-1], line]]
    return {part[0][0]: [dict(zip(part[1], row, strict=True)) for row in part[2:]] for part in parts[1:]}


def test_every_part_that_was_promised_is_there(unpacked):
    names = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    wanted = {f"figures/{metric}.{by}.csv" for metric, by in export_service.all_tables()}
    wanted |= {f"definitions/{metric}.md" for metric in registry.metrics()} | {f"sql/metrics/{metric}.sql" for metric in registry.metrics()}
    wanted |= {"index.html", "figures.xlsx", "settings.csv", "loads.csv", "ledgers.csv", "findings.csv", "sample.csv", "sample.xlsx"}
    assert (sorted(wanted - names), {name.partition("/")[0] for name in names - wanted}) == ([], {"sql", "SHA256SUMS"})


def test_the_hashes_of_the_pack_are_those_that_sha256sum_finds_and_none_is_left_out(unpacked):
    done = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=unpacked, capture_output=True, text=True)
    files = [path for path in unpacked.rglob("*") if path.is_file()]
    assert (done.returncode, done.stderr, done.stdout.count(": OK\n")) == (0, "", len(files) - 1)


def test_no_name_number_telephone_or_address_of_the_demos_people_and_no_name_of_a_file_stands_in_any_byte(unpacked, demo_home):
    build, key = repository.open_build(demo_home), keys.load_key(demo_home)
    people = build.rows("select kind, person_id, sealed from identities")
    told = [json.loads(key.unseal(f"{row['kind']}:{row['person_id']}", bytes(row["sealed"]))) for row in people]
    texts = {value for one in told for value in one.values() if isinstance(value, str) and len(value) > 1} - {"父亲", "母亲"}
    texts |= {row["file"] for row in build.rows("select file from ledger_files")}
    texts |= {row["child_id"] for row in build.rows("select child_id from children")}  # whole pseudonyms neither
    found = b"\n".join(content for path in unpacked.rglob("*") if path.is_file() for content in _inside(path))
    assert (len(texts) > 1500, [text for text in sorted(texts) if text.encode() in found]) == (True, [])
    assert "桂岭社区".encode() in found  # the look does find what stands there


def _inside(path):
    """The bytes of a file, and of the parts of a workbook."""
    if path.suffix != ".xlsx":
        return [path.read_bytes()]
    with zipfile.ZipFile(path) as book:
        return [book.read(name) for name in book.namelist()]


def test_every_small_count_is_withheld_in_the_csv_and_in_the_workbook_of_the_public_edition(published, demo_home):
    reading, small = row_access.ScopedDay(repository.open_build(demo_home), row_access.WHOLE, AS_OF), 0
    book = load_workbook(published / "figures.xlsx")
    for metric, by in [
        ("coverage", "village"),
        ("coverage", "class"),
        ("visits", "village"),
        ("needs", "village"),
        ("eligibility", "class"),
    ]:
        ((title, rows),) = tables(published, f"figures/{metric}.{by}.csv").items()
        page = list(book[title].values)
        head = next(at for at, line in enumerate(page) if list(line)[: len(rows[0])] == list(rows[0]))
        for row, cells, line in zip(reading.ask(metric, by), rows, page[head + 1 :], strict=True):
            for name in registry.metrics()[metric].listed("children"):
                heading = table_files._heading(metric, name)
                if 0 < row[name] < 3:
                    small += 1
                    assert (cells[heading], line[list(cells).index(heading)]) == ("＊", "＊"), (metric, by, name)
    assert small > 20


def test_the_public_edition_holds_nothing_of_single_ledgers_findings_or_children(published):
    beside = {path.name for path in published.iterdir() if path.is_file()}
    assert beside == {"index.html", "figures.xlsx", "settings.csv", "SHA256SUMS"}
    page = (published / "index.html").read_text("utf-8")
    assert ("公开件" in page, [words for words in ("全部统计数", "台账校验码", "内部资料") if words in page]) == (True, [])


def test_ledgers_are_told_by_hash_village_and_day_with_their_rows(unpacked, demo_home):
    build = repository.open_build(demo_home)
    (rows,) = tables(unpacked, "ledgers.csv").values()
    assert {row["文件的校验码（SHA-256）"] for row in rows} == {row["sha256"] for row in build.rows("select sha256 from ledger_files")}
    kinds = {row["台账"]: row["载入行"] for row in tables(unpacked, "loads.csv")["各类台账的行数"]}
    loaded = build.rows("select sum(rows_loaded) as n from ledger_sheets where ledger = 'safety_reports'")
    assert kinds["强制报告登记"] == str(loaded[0]["n"])


def test_findings_are_told_by_number(unpacked, demo_home):
    found = {row["代码"]: row["发现"] for row in tables(unpacked, "findings.csv")["检查规则与发现（全镇）"]}
    count = {
        row["code"]: row["n"] for row in repository.open_build(demo_home).rows("select code, count(*) as n from findings group by code")
    }
    assert [code for code, told in found.items() if told.isdigit() and int(told) != count.get(code, 0)] == []
    assert (found["visits_behind"], count["visits_behind"] > 0) == (str(count["visits_behind"]), True)


def test_the_sample_is_what_its_page_draws_by_the_same_seed_told_by_short_pseudonym_and_village_alone(unpacked, demo_home, monkeypatch):
    monkeypatch.setenv("TONGXING_HOME", str(demo_home))
    ((title, rows),) = tables(unpacked, "sample.csv").items()
    build = str(build_files.published(demo_home))
    drawn = sample.draw(
        Figures(build, Reader(row_access.WHOLE, 0), AS_OF), sample.SampleRequest(build, AS_OF, "in_scope", (), 20, "2025-1")
    )
    assert {row["代号"] for row in rows} == {line.code for line in drawn.lines}
    assert (len(rows), "2025-1" in title) == (20, True)
    assert list(rows[0]) == ["序号", "代号", "村（社区）", "见到儿童", "情况与台账相符", "备注"]
    assert {value for row in rows for value in list(row.values())[3:]} == {""}


def test_a_reader_whose_pages_withhold_gets_no_sample(demo_home, monkeypatch):
    monkeypatch.setenv("TONGXING_HOME", str(demo_home))
    figures = Figures(str(build_files.published(demo_home)), Reader(row_access.WHOLE, 3), AS_OF)
    assert [*assemble._beside(figures, "2025-1", release_log.INTERNAL)] == ["settings"]


def test_settings_of_the_towns_own_are_marked_and_only_these(demo_home, monkeypatch):
    build = repository.open_build(demo_home)
    kept = [(*row[:3], "99" if row[1] == "birthday_grace_days" else row[3], row[4]) for row in pack_tables.repository.settings_of(build)]
    monkeypatch.setattr(pack_tables.repository, "settings_of", lambda _build: kept)
    monkeypatch.setattr(pack_tables.settings, "settings", lambda _home: {"small_count": 5})
    (sheet,) = pack_tables.settings_sheets(build)
    assert [row[-1] for row in sheet.rows if row[3]] == ["birthday_grace_days default", "small_count default"]


def test_the_front_page_fetches_nothing_runs_nothing_and_links_to_what_is_there(unpacked):
    page = (unpacked / "index.html").read_text(encoding="utf-8")
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    assert re.findall(r"<script|\bon\w+=|url\(|@import|\bsrc=|https?:", page) == []
    links = set(re.findall(r'href="([^"#]+)"', page))
    assert (len(links) > 30, [link for link in links if not (unpacked / link).is_file()]) == (True, [])
    assert page.index("怎样核对") < page.index("How to check")
    assert "sha256sum -c SHA256SUMS" in page and "certutil -hashfile" in page


def test_the_pack_is_genuine_a_part_of_it_is_known_as_one_and_an_altered_part_is_altered(made, unpacked):
    home, job, content = made
    assert (receipts.by_content(home, content).state, job.progress["sha256"]) == ("genuine", hashlib.sha256(content).hexdigest())
    part = (unpacked / "figures" / "coverage.town.csv").read_bytes()
    verdict = receipts.by_content(home, part)
    assert (verdict.state, verdict.part, verdict.receipt.no) == ("part", "figures/coverage.town.csv", job.progress["no"])
    assert receipts.by_content(home, part + b"\r\n").state == "altered"


def test_the_making_and_the_fetching_stand_in_the_trail_under_the_name_of_who_asked(made):
    home, job, _content = made
    acts = [entry for entry in trail.entries(home) if entry["act"].startswith("export")]
    told = [(entry["act"], entry["who"], entry["role"], entry["source"], entry["about"]["no"]) for entry in acts]
    who = (REVIEWER.name, "reviewer", "10.0.0.9", job.progress["no"])
    assert told == [("export", *who), ("export_fetched", *who)]


def test_the_pack_and_each_part_that_bears_a_number_bear_the_anchor_of_the_trail(made, unpacked):
    home, _job, content = made
    (unpacked / "pack.zip").write_bytes(content)
    (anchor,) = {edition["receipt"]["anchor"] for edition in release_log.editions(home, release_log.INTERNAL_FILE)}
    assert verification.read(home)[0][anchor[-hash_chain.DIGITS :]] == int(anchor[1])
    for name in ("pack.zip", "index.html", "figures.xlsx", "figures/coverage.town.csv"):
        assert anchors.compared(str(unpacked / name)) == [(anchor, name.rpartition("/")[2])]


def test_what_was_made_is_for_its_owner_alone(made):
    folder = made[1].folder
    assert {oct(path.stat().st_mode & 0o77) for path in [folder, folder / "file", folder / "progress.json"]} == {"0o0"}


def test_a_damaged_register_is_told_in_its_own_sentence_and_not_as_broken_off(demo_home, tmp_path, monkeypatch):
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    prepare(demo_home, tmp_path)
    (tmp_path / release_log.FOLDER).mkdir()
    (tmp_path / release_log.FOLDER / release_log.FILE).write_text("{broken\n", encoding="utf-8")
    job = ended(start(edition="public"))
    assert (job.state, job.progress["says"]) == ("refused", str(release_log.Damaged(file=release_log.FILE)))


def test_the_same_receipt_gives_the_same_bytes_whenever_they_are_written(demo_home, tmp_path, monkeypatch):
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    (tmp_path / "builds").symlink_to(demo_home / "builds")
    figures = Figures(build_files.published(demo_home), Reader(row_access.WHOLE, 0), AS_OF)
    told = figures.release([("coverage", "town"), ("duties", "village")], AS_OF, release_log.PUBLIC)
    receipt = release_log.Receipt(
        "20260105-0001-0A1B", "2026-01-05T08:00:00+00:00", figures.build_id, "1", DAY, "pack_zip", "li", "reviewer", {}
    )
    moment, packs = dt.datetime.fromisoformat(receipt.at), []
    for _again in range(2):
        packs.append(assemble.archive(assemble._figures(told, receipt), moment))
        time.sleep(1.1)  # a workbook tells the second in which it was written
    assert packs[0] == packs[1]


@pytest.mark.parametrize("name", ["../x.csv", "/x.csv", "a/../../x", "a\\x", "村.csv", ""])
def test_a_name_that_leaves_the_folder_is_refused(name):
    with pytest.raises(ValueError, match="no name for a part"):
        assemble.archive({name: b""}, dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
