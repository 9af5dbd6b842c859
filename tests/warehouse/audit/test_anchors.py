"""Anchors: a trail that was taken away whole, its head and key with it, is missed by what builds, receipts and a second place keep of it."""

import datetime as dt
import io
import threading
import zipfile

import pytest

from tests.warehouse.audit.test_trail import note
from warehouse import __main__ as command
from warehouse.audit import anchors, hash_chain, trail, verification
from warehouse.builds import repository
from warehouse.disclosure import release_log
from warehouse.storage import build_files

ALL = (hash_chain.TRAIL, hash_chain.HEAD, hash_chain.KEY)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home with a trail of five entries."""
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path / "home"))
    for at in range(5):
        note(tmp_path / "home", count=str(at))
    return tmp_path / "home"


def publish(home):
    """A build as a load makes it; its id."""
    with build_files.locked(home), repository.draft(home) as new:
        return new.publish("abcdef0123")


def register(home, edition=release_log.PUBLIC):
    """The receipt of an edition that the register keeps."""
    order = release_log.Order("20251231T000000Z-abcdef01", dt.date(2025, 12, 31), "csv", "li", "centre", edition=edition)
    with release_log.writing(home):
        receipt = release_log.issue(home, order)
        release_log.append(home, receipt, {"tables": [], "figures": [["A9-0123456789abcdef", '"anchor":"A9-0123456789abcdef"']]})
    return receipt


def begin_again(home, count=7):
    """Take trail, head and key away together, and let a new trail grow longer than the old one."""
    for name in ALL:
        (home / name).unlink()
    for at in range(count):
        note(home, count=str(at))


def against(text, capfd):
    """Exit code and words of `audit verify --against`."""
    status = command.main(["audit", "verify", "--against", str(text)])
    return (status, "".join(capfd.readouterr()))


def test_an_anchor_is_number_and_first_digits_of_the_hash_and_nothing_where_no_trail_is(home, tmp_path):
    assert hash_chain.anchor(home) == f"A5-{trail.entries(home)[-1]['hash'][:16]}"
    assert hash_chain.anchor(tmp_path / "elsewhere") == ""
    (home / hash_chain.KEY).unlink()
    assert hash_chain.anchor(home) == ""


def test_a_build_and_a_receipt_keep_the_anchor_of_their_moment(home):
    first = hash_chain.anchor(home)
    build = publish(home)
    assert repository.open_build(home, build).facts["anchor"] == first
    note(home)
    assert (register(home).anchor, release_log.editions(home)[0]["receipt"]["anchor"]) == (hash_chain.anchor(home),) * 2
    assert anchors.kept(home) == [(first, build), (hash_chain.anchor(home), release_log.editions(home)[0]["receipt"]["no"])]
    assert verification.verify(home) == []


@pytest.mark.parametrize("count", [0, 7])
def test_trail_head_and_key_taken_away_together_are_missed_by_a_build(home, count):
    build, anchor = publish(home), hash_chain.anchor(home)
    begin_again(home, count)
    (fault,) = verification.verify(home)
    assert fault.startswith(f"记录锚 {anchor}（{build}）不在操作记录里，记录现在到第 {count} 条")


@pytest.mark.parametrize("edition", [release_log.PUBLIC, release_log.INTERNAL])
def test_and_by_the_register_of_editions_the_newest_named_with_their_number(home, edition):
    register(home)
    note(home)
    last = register(home, edition)
    begin_again(home)
    register(home)
    (fault,) = verification.verify(home)
    assert fault.startswith(f"记录锚 {last.anchor}（{last.no}）不在操作记录里，记录现在到第 7 条") and "共 2 个" in fault


def test_an_older_trail_put_back_with_its_own_head_is_missed(home):
    kept = {name: (home / name).read_bytes() for name in ALL}
    note(home)
    anchor = register(home).anchor
    for name, content in kept.items():
        (home / name).write_bytes(content)
    (fault,) = verification.verify(home)
    assert fault.startswith(f"记录锚 {anchor}（") and "记录现在到第 5 条" in fault


def test_a_build_that_cannot_be_read_is_said_because_its_anchor_was_not_compared(home):
    build = publish(home)
    build_files.file_of(home, build).write_bytes(b"x" * 100)
    (fault,) = verification.verify(home)
    assert fault.startswith(f"{build_files.file_of(home, build)}：读不出来")


def test_without_the_key_nothing_is_said_of_anchors(home):
    publish(home)
    (home / hash_chain.KEY).unlink()
    assert [fault[:14] for fault in verification.verify(home)] == ["keys/audit.key"]


def put_at(home, monkeypatch, *moments):
    """One entry at each moment of the server's clock."""

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return moment.astimezone(tz)

    for text in moments:
        moment = dt.datetime.fromisoformat(text)
        monkeypatch.setattr(dt, "datetime", Clock)
        note(home)
        monkeypatch.undo()


def test_a_clock_set_back_is_found_once_with_its_place(tmp_path, monkeypatch):
    put_at(tmp_path, monkeypatch, "2026-01-05T08:00:00+00:00", "2026-01-02T08:00:00+00:00", "2026-01-02T08:00:01+00:00")
    (fault,) = verification.verify(tmp_path)
    assert fault.startswith("第 2 行（第 2 条）：时间 2026-01-02T08:00:00.000+00:00 早于前一条的 2026-01-05T08:00:00.000+00:00")


def test_a_clock_corrected_by_less_than_a_minute_is_no_fault(tmp_path, monkeypatch):
    put_at(tmp_path, monkeypatch, "2026-01-05T08:00:59+00:00", "2026-01-05T08:00:00+00:00", "2026-01-05T08:00:30+00:00")
    assert verification.verify(tmp_path) == []


def packed(home, **parts):
    """A packed file on the disk."""
    path, stream = home.parent / "考核资料包.zip", io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, text in parts.items():
            pack.writestr(name, text)
    path.write_bytes(stream.getvalue())
    return path


def test_against_a_file_says_where_the_trail_holds_its_anchor(home, capfd):
    anchor = hash_chain.anchor(home)
    path = packed(home, index=f"<td>{anchor}</td>")
    note(home)
    status, words = against(path, capfd)
    assert (status, f"操作记录里有锚 {anchor}：它是第 5 条" in words, "审计记录完整：共 6 条" in words) == (0, True, True)
    begin_again(home)
    status, words = against(path, capfd)
    assert (status, f"记录锚 {anchor}（考核资料包.zip）不在操作记录里，记录现在到第 7 条" in words) == (1, True)


def test_against_a_build_file_and_an_anchor_file(home, capfd):
    anchor = hash_chain.anchor(home)
    build = build_files.file_of(home, publish(home))
    (home.parent / "2026-01-05.txt").write_text(f"{anchor} 2026-01-05\n")
    for path in (build, home.parent / "2026-01-05.txt"):
        status, words = against(path, capfd)
        assert (status, f"操作记录里有锚 {anchor}：它是第 5 条" in words) == (0, True)


def test_against_a_hash_typed_whole_by_its_first_digits_or_as_anchor(home, capfd):
    whole = trail.entries(home)[2]["hash"]
    for text in (whole, whole[:16], f" A3-{whole[:16]} ", whole.upper()):
        status, words = against(text, capfd)
        assert (status, "它是第 3 条" in words) == (0, True)


def test_against_a_hash_that_is_not_of_this_home(home, capfd):
    status, words = against("0123456789abcdef" * 4, capfd)
    assert (status, "不在操作记录里，记录现在到第 5 条" in words, "不是这个数据目录的" in words) == (1, True, True)


def test_against_what_holds_no_anchor_is_wrong_use_in_one_sentence(home, capfd):
    broken = home.parent / "broken.duckdb"
    broken.write_bytes(b"12345678DUCK" + b"x" * 100)
    for path in (home, home.parent / "none.xlsx", broken, "0123", packed(home, index="nothing")):
        with pytest.raises(SystemExit) as ended:
            against(path, capfd)
        words = "".join(capfd.readouterr())
        assert (ended.value.code, words.count("\n"), f"“{path}”不是里面有记录锚、读得出来的文件" in words) == (2, 1, True)


def test_an_altered_entry_is_no_hold_for_an_anchor(home, capfd):
    whole = trail.entries(home)[-1]["hash"]
    (home / hash_chain.TRAIL).write_bytes((home / hash_chain.TRAIL).read_bytes().replace(b'"4"', b'"9"'))
    status, words = against(whole, capfd)
    assert (status, "第 5 行（第 5 条）：内容被改动过" in words, "不在操作记录里" in words) == (1, True, True)


@pytest.fixture
def second(home):
    """A second place, set by the town."""
    (home.parent / "second").mkdir()
    (home / "settings.toml").write_text(f'anchor_folder = "{home.parent / "second"}"\n')
    trail.keep_daily_anchor.cache_clear()
    return home.parent / "second"


def test_the_first_act_of_a_day_writes_the_anchor_to_a_second_place_and_no_later_one(home, second):
    anchor = hash_chain.anchor(home)
    note(home)
    (path,) = second.iterdir()
    assert (path.name[4:5], path.name[10:], path.read_text()) == ("-", ".txt", f"{anchor}\n")
    before = path.read_bytes()
    note(home)
    trail.keep_daily_anchor.cache_clear()
    note(home)
    assert [path.read_bytes() for path in second.iterdir()] == [before]
    assert (anchors.write_daily(home), verification.verify(home)) == (True, [])
    begin_again(home, 2)
    assert f"（{path.stem}）不在操作记录里" in verification.verify(home)[0]


def test_a_second_place_that_fails_or_hangs_breaks_no_act_and_is_said(home, second, monkeypatch):
    second.rmdir()
    assert (note(home), anchors.write_daily(home)) == (6, False)
    assert [fault.startswith(f"{second}：读不出来") for fault in verification.verify(home)] == [True]
    second.mkdir()
    assert (anchors.write_daily(home), verification.verify(home)) == (True, [])


def test_a_second_place_that_hangs_holds_one_act_for_a_moment(home, second, monkeypatch):
    tries, gate = [], threading.Event()
    monkeypatch.setattr(trail, "_PATIENCE", 0.01)
    monkeypatch.setattr(anchors, "write_daily", lambda home: tries.append(home) or gate.wait(5))
    assert ([note(home), note(home)], len(tries)) == ([6, 7], 1)
    gate.set()


@pytest.mark.parametrize("value", ['"anchors"', "7", "[]"])
def test_a_second_place_is_an_absolute_path(home, value, capfd):
    from warehouse.settings import settings, validation

    (home / "settings.toml").write_text(f"anchor_folder = {value}\n")
    with pytest.raises(validation.WrongSetting, match=r"anchor_folder：.*完整路径"):
        settings.settings(home)


def test_a_build_made_before_the_first_entry_keeps_no_anchor(tmp_path):
    publish(tmp_path)
    assert (anchors.kept(tmp_path), verification.verify(tmp_path)) == ([], [])
