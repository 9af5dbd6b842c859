"""A village hands in its ledgers; the centre takes them into a load or sends them back; nothing changes before it publishes."""

import csv
import io
import shutil
import zipfile

import pytest

from etl.forms import layouts
from etl.load import load
from pages.jobs import job_folder, loads
from pages.ledger_intake import submissions
from tests.etl.files.test_boundaries import METRES, content, feature
from tests.etl.forms.test_heading_aliases import written
from tests.etl.forms.test_layouts import FIELDS, HEAD, ROW
from tests.etl.ledger_builder import LIU, REGISTER, SHI
from tests.etl.test_staged_load import SPRING, child, ledger
from tests.full_disk import full_after
from tests.pages.ledger_intake.test_staged_changes import asked_for, autumn, copies, ended
from tests.pages.test_pages import spoken
from warehouse.audit import trail
from warehouse.builds import repository
from warehouse.storage import build_files


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A home with two villages loaded; copied for each test."""
    folder = tmp_path_factory.mktemp("ledgers")
    home = tmp_path_factory.mktemp("loaded") / "home"
    written(folder / "村居名册.csv", REGISTER)
    ledger(folder, "石桥村儿童台账_20250320.csv", child("乙一", 4, "石桥村", phone="139"))
    load([ledger(folder, SPRING, child("甲一", 1), child("甲二", 2, phone="139"))], home, by="保护中心")
    return home


@pytest.fixture
def home(published, tmp_path):
    """A copy of that home."""
    shutil.copytree(published, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def page(opened, home, monkeypatch):
    """A page on that home: the village's own, or the centre's."""

    def show(name, role, scope=("all",)):
        monkeypatch.setenv("TONGXING_HOME", str(home))
        return opened(name, role=role, scope=scope)

    return show


def recorder(home):
    """Records for a person of the village."""
    return lambda where, act, about: trail.record(where, act, "柳溪村", "village", "—", about)


def as_csv(rows):
    """The bytes of a .csv of rows."""
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode()


def handed_in(home, *files):
    """A submission of 柳溪村."""
    return submissions.submit(home, LIU, list(files), "柳溪村", recorder(home))


def test_a_submission_changes_nothing_until_the_centre_has_published_it(page, home):
    before = build_files.published(home)
    one = handed_in(home, autumn(child("甲一", 1), child("甲二", 2), child("甲四", 5)))
    assert (build_files.published(home), loads.current(home), one.state) == (before, None, "waiting")
    assert "等待中心处理" in spoken(page("submissions", "village", (LIU,)))
    app = page("ledgers", "centre")
    assert "村（社区）报来的台账：1 份待处理" in spoken(app)
    app.button(key="take_in").click().run()
    ended(home)
    app = page("ledgers", "centre")
    app.button(key="publish").click().run()
    assert ([part.value for part in app.error], build_files.published(home) == before) == ([], False)
    (told,) = submissions.of_village(home, LIU)
    assert (told.state, (told.folder / "files").exists()) == ("published", False)
    assert "已载入" in spoken(page("submissions", "village", (LIU,)))
    assert [entry["act"] for entry in trail.entries(home)] == ["load", "submit", "load", "publish"] or [
        entry["act"] for entry in trail.entries(home)
    ] == ["submit", "load", "publish"]


def test_sent_back_with_a_reason_the_village_reads_it_and_the_files_are_gone(page, home):
    one = handed_in(home, autumn(child("甲一", 1)))
    app = page("ledgers", "centre")
    assert app.button(key="send_back").disabled
    app.text_input(key="why_back").set_value("不是本期的台账").run()
    app.button(key="send_back").click().run()
    assert [entry["about"]["reason"] for entry in trail.entries(home, act="send_back")] == ["不是本期的台账"]
    assert ((one.folder / "files").exists(), submissions.waiting(home)) == (False, [])
    assert "已退回：不是本期的台账" in spoken(page("submissions", "village", (LIU,)))


def place_of(app, kind):
    """Where on the page the first element of a kind stands; one that has moved is drawn anew, and an open expander closes."""
    return next(at for at, element in app.main.children.items() if element.type == kind)


def test_the_way_to_send_back_stays_open_when_the_word_of_a_load_just_left_goes(page, home):
    handed_in(home, autumn(child("甲一", 1)))
    app = page("ledgers", "centre")
    before = place_of(app, "expander")
    app.session_state["flash"] = "已放弃"
    app.run()
    assert ("已放弃" in app.success[0].value, place_of(app, "expander")) == (True, before)
    app.text_input(key="why_back").set_value("不是本期的台账").run()
    assert (len(app.success), place_of(app, "expander"), app.button(key="send_back").disabled) == (0, before, False)


def test_another_village_sees_nothing_of_it(page, home):
    handed_in(home, autumn(child("甲一", 1)))
    told = spoken(page("submissions", "village", (SHI,)))
    assert ("柳溪村" in told, "还没有报送过" in told) == (False, True)


def test_files_that_speak_of_another_village_are_pointed_out_before_publishing_and_left_they_wait_on(page, home):
    name, content = autumn(child("乙一", 4, "石桥村"))
    handed_in(home, (name.replace("柳溪村", "石桥村"), content.replace("柳溪村".encode(), "石桥村".encode())))
    page("ledgers", "centre").button(key="take_in").click().run()
    ended(home)
    app = page("ledgers", "centre")
    assert "石桥村儿童台账_20250920.csv" in app.warning[1].value
    app.button(key="leave").click().run()
    (told,) = submissions.waiting(home)
    assert told.content()[0][0] == "石桥村儿童台账_20250920.csv"


def test_the_copies_to_return_of_a_village_hold_its_files_alone(home):
    names = zipfile.ZipFile(io.BytesIO(copies(asked_for(home, SHI)))).namelist()
    assert [name for name in names if not name.startswith("石桥村/")] == ["照上次报的填好_儿童台账.xlsx"] != names


@pytest.mark.parametrize("files", [[], [("../a.xlsx", b"x")], [("a.exe", b"x")]])
def test_what_cannot_be_taken_is_refused_in_words_and_leaves_no_trace(files, home):
    with pytest.raises(job_folder.Refused):
        handed_in(home, *files)
    assert (submissions.every(home), trail.entries(home, act="submit")) == ([], [])


def test_no_entry_no_submission(home):
    def full(*_asked):
        raise trail.NotRecorded

    with pytest.raises(trail.NotRecorded):
        submissions.submit(home, LIU, [autumn(child("甲一", 1))], "柳溪村", full)
    assert submissions.every(home) == []


@pytest.mark.parametrize(
    ("bound", "says"), [("MOST_BYTES", "本村（社区）等待处理的报送"), ("MOST_BYTES_OF_ALL", "各村（社区）等待处理的报送")]
)
def test_what_waits_is_bounded_in_bytes_of_a_village_and_of_all(home, monkeypatch, bound, says):
    file = autumn(child("甲一", 1))
    monkeypatch.setattr(submissions, bound, 2 * len(file[1]))
    one = handed_in(home, file)
    other = LIU if bound == "MOST_BYTES" else SHI
    submissions.submit(home, other, [file], "村里", recorder(home))
    with pytest.raises(job_folder.Refused, match=says):
        handed_in(home, file)
    assert len(submissions.waiting(home)) == 2
    submissions.send_back(home, [one.id], "重报")
    assert handed_in(home, file).state == "waiting"


def test_a_village_cannot_fill_the_disk_with_submissions(home, monkeypatch):
    monkeypatch.setattr(submissions, "MOST_WAITING", 1)
    handed_in(home, autumn(child("甲一", 1)))
    with pytest.raises(job_folder.Refused, match="等待处理"):
        handed_in(home, autumn(child("甲一", 1)))


@pytest.mark.parametrize("content", ["", "{", "[]", "{}"])
def test_a_submission_whose_note_is_torn_closes_the_page_to_nobody(content, page, home):
    whole = handed_in(home, autumn(child("甲一", 1)))
    torn = handed_in(home, autumn(child("甲二", 2)))
    (torn.folder / "asked.json").write_text(content)
    assert [one.id for one in submissions.waiting(home)] == [whole.id]
    assert "村（社区）报来的台账：1 份待处理" in spoken(page("ledgers", "centre"))


ASKING = ("柳溪村儿童台账_20251220.csv", as_csv([["柳溪村儿童台账"], HEAD, ROW]))
OTHER = ("石桥村儿童台账_20251221.csv", as_csv([["石桥村儿童台账"], HEAD, ["丙一", "", "一组", "13900000000", "6"]]))


def taken_in(page, home):
    """The report of the load once the centre has taken in what waits."""
    page("ledgers", "centre").button(key="take_in").click().run()
    ended(home)
    return loads.current(home).report


def test_a_village_answers_for_its_own_files_and_the_centre_confirms_it_for_all(page, home):
    submissions.look_for_questions(home, handed_in(home, ASKING), "zh_CN")
    app = page("submissions", "village", (LIU,))
    (question,) = submissions.questions(home, LIU)
    told = spoken(app)
    assert ("有一列说不准是谁的（1 行）" in told, "138****0000" in told, "13800000000" in told) == (True, True, False)
    assert (submissions.questions(home, SHI), "说不准" in spoken(page("submissions", "village", (SHI,)))) == ([], False)
    app = page("submissions", "village", (LIU,))
    app.button(key=f"answer-{question.fingerprint}").click().run()
    assert ([part.value for part in (*app.exception, *app.error)], submissions.questions(home, LIU)) == ([], [])
    (answer,) = layouts.read(home).values()
    assert (answer.village, answer.fields, answer.by) == (LIU, FIELDS, "tester")
    submissions.submit(home, SHI, [OTHER], "石桥村", recorder(home))
    asked = [(entry["file"], entry["reason"]) for entry in taken_in(page, home)["set_aside"]]
    assert asked == [(OTHER[0], "asked")]  # the other village's table of the same layout waits on
    app = page("layouts", "village", (SHI,))
    assert "记住的表样" not in spoken(app)
    app = page("layouts", "village", (LIU,))
    assert "柳溪村，待确认" in spoken(app)
    app.selectbox(key="layout_chosen").select_index(0).run()
    assert [button.key for button in app.button if button.key in ("confirm_layout", "withdraw_layout")] == ["withdraw_layout"]
    app = page("layouts", "centre")
    assert "柳溪村，待确认" in spoken(app)
    app.selectbox(key="layout_chosen").select_index(0).run()
    app.button(key="confirm_layout").click().run()
    assert [(each.village, each.fields) for each in layouts.read(home).values()] == [("", FIELDS)]
    assert [entry["about"]["village"] for entry in trail.entries(home, "layout_confirmed")] == [LIU]
    page("ledgers", "centre").button(key="leave").click().run()
    assert taken_in(page, home)["set_aside"] == []


def test_a_bad_answer_of_a_village_is_refused_in_words(page, home):
    submissions.look_for_questions(home, handed_in(home, ASKING), "zh_CN")
    (question,) = submissions.questions(home, LIU)
    app = page("submissions", "village", (LIU,))
    app.selectbox(key=f"{question.fingerprint}-children-2").set_value("id_number").run()
    app.button(key=f"answer-{question.fingerprint}").click().run()
    assert ("有两列都选了“身份证号”" in app.error[0].value, layouts.read(home)) == (True, {})


def test_no_sample_stays_once_a_submission_is_settled(home):
    one = handed_in(home, ASKING)
    submissions.look_for_questions(home, one, "zh_CN")
    note = (one.folder / submissions.QUESTIONS).read_text("utf-8")
    assert ("甲一" in note, "13800000000" in note) == (False, False)
    submissions.send_back(home, [one.id], "重报")
    assert not (one.folder / submissions.QUESTIONS).exists()


def published_from_the_page(page, home):
    """Have the centre take in what waits and publish it."""
    taken_in(page, home)
    app = page("ledgers", "centre")
    for box in app.checkbox:
        box.check().run()
    app.button(key="publish").click().run()
    assert [part.value for part in (*app.exception, *app.error)] == []


def states(home):
    """The state of each submission, oldest first."""
    return [each.state for each in submissions.every(home)[::-1]]


def back_to(page, build_id):
    """The centre's page that has gone back to a build, and what it said before."""
    app = page("ledgers", "centre")
    app.selectbox(key="back_to").set_value(build_id).run()
    said = spoken(app)
    app.checkbox(key=f"back_sure_{build_id}").check().run()
    app.button(key="back").click().run()
    assert [part.value for part in (*app.exception, *app.error)] == []
    return said


def test_what_an_undo_takes_away_waits_again_with_its_file_and_the_village_reads_so(page, home):
    first = build_files.published(home)
    file = autumn(child("甲一", 1), child("甲二", 2), child("甲四", 5))
    one = handed_in(home, file)
    published_from_the_page(page, home)
    second = build_files.published(home)
    assert (states(home), (one.folder / "files").exists()) == (["published"], False)
    said = back_to(page, first)
    assert "它又在等待中心处理，文件还在" in said
    assert '柳溪村</td><td class="n">3 → 2（-1）' in said
    (waits,) = submissions.waiting(home)
    assert (states(home), waits.content()) == (["returned"], [file])
    assert "它又在等待中心处理，文件还在" in spoken(page("submissions", "village", (LIU,)))
    assert "它又在等待中心处理，文件还在" in spoken(page("ledgers", "centre"))
    assert ">已载入</td>" in back_to(page, second)
    assert (states(home), submissions.waiting(home)) == (["published"], [])
    repository.rollback(home, first)  # by command: no page has seen it
    published_from_the_page(page, home)
    assert (states(home), build_files.published(home) > second) == (["published"], True)
    assert build_files.published(home)[-8:] == second[-8:]  # the same files in the same order, read in the same way


def test_where_originals_are_not_kept_the_village_is_asked_to_hand_in_again(page, home):
    first = build_files.published(home)
    (home / "settings.toml").write_text("keep_originals = false\n")
    file = autumn(child("甲一", 1), child("甲二", 2), child("甲四", 5))
    handed_in(home, file)
    published_from_the_page(page, home)
    assert "它的文件没有保留：请重新报送" in back_to(page, first)
    assert (states(home), submissions.waiting(home)) == (["lost"], [])
    assert "请重新报送" in spoken(page("submissions", "village", (LIU,)))
    handed_in(home, file)
    published_from_the_page(page, home)
    assert states(home) == ["published", "published"]


BROKEN = ("柳溪村走访_20250920.xlsx", b"PK\x03\x04 no workbook")


@pytest.mark.parametrize("name", ["村界.geojson", "柳溪村走访_20250920.xlsx"])
def test_a_map_is_the_centres_to_hand_in_whatever_its_name(name, home):
    with pytest.raises(job_folder.Refused, match="村界只由保护中心"):
        handed_in(home, (name, content(feature({"type": "Polygon", "coordinates": [METRES]}))))
    assert submissions.every(home) == []


def test_what_cannot_be_read_is_nothing_to_publish_and_the_village_reads_why(page, home):
    before, why = build_files.published(home), "没有读出任何数据"
    handed_in(home, BROKEN)
    taken_in(page, home)
    app = page("ledgers", "centre")
    assert (loads.current(home).state, why in spoken(app), build_files.candidates(home)) == ("unchanged", True, set())
    app.button(key="close").click().run()
    assert (states(home), build_files.published(home)) == (["sent_back"], before)
    assert why in spoken(page("submissions", "village", (LIU,)))


def test_what_of_a_submission_was_not_taken_is_told_beside_what_was_and_what_is_left_out_by_choice_later(page, home):
    handed_in(home, autumn(child("甲一", 1), child("甲二", 2), child("甲四", 5)), BROKEN)
    published_from_the_page(page, home)
    told = spoken(page("submissions", "village", (LIU,)))
    assert ("已载入，但有的文件没有取用" in told, "没有读出任何数据" in told, states(home)) == (True, True, ["published"])
    sql = "select file_id from ledger_files where file = '柳溪村儿童台账_20250920.csv'"
    load([], home, without=(repository.open_build(home).rows(sql)[0]["file_id"],), by="保护中心")
    assert (states(home), submissions.waiting(home)) == (["left_out"], [])  # and does not come back
    assert "载入后，中心又去掉了" in spoken(page("submissions", "village", (LIU,)))


@pytest.mark.parametrize("size", [0, 20, 100])
def test_of_a_submission_that_a_full_disk_does_not_take_nothing_stays_in_clear(size, home):
    with full_after(size), pytest.raises(job_folder.Refused, match="什么也没有留下"):
        submissions.submit(home, LIU, [autumn(child("甲一", 1))], "li", lambda *_asked: 1)
    assert list((home / "submissions").rglob("*")) == []
    assert submissions.every(home) == []


@pytest.mark.parametrize("size", [0, 20, 100])
def test_of_a_load_that_a_full_disk_does_not_take_nothing_stays_in_clear(size, home):
    with full_after(size), pytest.raises(job_folder.Refused, match="什么也没有留下"):
        loads.start(home, [autumn(child("甲一", 1))], "li", "zh_CN", recorder=lambda *_asked: 1)
    assert (list((home / "loads").rglob("*")), loads.current(home)) == ([], None)
