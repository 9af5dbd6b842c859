"""The audit trail: nothing is done without its entry, and no change to an entry goes unnoticed."""

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.conftest import ROOT
from warehouse.audit import hash_chain, trail, verification
from warehouse.storage import atomic_write, file_lock

MANY = "import sys, pathlib\nfrom warehouse.audit import trail\nfor at in range(int(sys.argv[2])):\n"
MANY += "    trail.record(pathlib.Path(sys.argv[1]), 'export', sys.argv[3], 'centre', '10.0.0.1', {'count': str(at)})"


def note(home, who="李主任", act="export", **about):
    """One entry; its number."""
    return trail.record(home, act, who, "centre", "10.0.0.1", about)


@pytest.fixture
def home(tmp_path):
    """A home with a trail of five entries."""
    for at in range(5):
        note(tmp_path, count=str(at))
    return tmp_path


def lines(home):
    """The trail's lines."""
    return (home / hash_chain.TRAIL).read_bytes().splitlines(keepends=True)


def put(home, made):
    """Write the trail anew."""
    (home / hash_chain.TRAIL).write_bytes(b"".join(made))


def test_an_entry_tells_who_did_what_when_from_where_and_holds_the_one_before(tmp_path):
    assert [note(tmp_path, form="通报", count="2"), note(tmp_path, act="load")] == [1, 2]
    first, second = trail.entries(tmp_path)
    assert {name: first[name] for name in ("no", "who", "role", "source", "act", "about", "before")} == {
        "no": 1,
        "who": "李主任",
        "role": "centre",
        "source": "10.0.0.1",
        "act": "export",
        "about": {"form": "通报", "count": "2"},
        "before": "0" * 64,
    }
    assert (second["before"], first["at"][-6:], verification.verify(tmp_path)) == (first["hash"], "+00:00", [])


def test_trail_head_and_key_are_their_owners_alone(home):
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (*(home / "audit").iterdir(), home / hash_chain.KEY)}
    assert modes == {"trail.jsonl": 0o600, "head": 0o600, "writing.lock": 0o600, "audit.key": 0o600}


def test_entries_are_chosen_by_act_person_and_day(home):
    note(home, who="王主任", act="load")
    day = trail.entries(home)[0]["at"][:10]
    found = [
        trail.entries(home, **asked) for asked in ({"act": "load"}, {"who": "李主任"}, {"day": day}, {"day": day[:7]}, {"day": "1999"})
    ]
    assert [len(rows) for rows in found] == [1, 5, 6, 6, 0]


def test_an_act_nobody_knows_is_a_mistake_of_the_program(tmp_path):
    with pytest.raises(ValueError, match="paint"):
        note(tmp_path, act="paint")
    assert verification.verify(tmp_path) == []


def test_texts_are_cut_and_cannot_make_a_second_line(tmp_path):
    note(tmp_path, who="a\nb\r\u2028c" + "长" * 1000, reason="\ud800")
    entry = trail.entries(tmp_path)[0]
    assert (len(lines(tmp_path)), len(entry["who"]), entry["about"], verification.verify(tmp_path)) == (
        1,
        trail.LONGEST,
        {"reason": "?"},
        [],
    )


def test_eight_threads_of_fifty_leave_exactly_four_hundred_entries(tmp_path):
    numbers = []

    def work(who):
        numbers.extend(note(tmp_path, who=who) for _ in range(50))

    threads = [threading.Thread(target=work, args=(str(at),)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(numbers), verification.verify(tmp_path)) == (list(range(1, 401)), [])
    assert [entry["no"] for entry in trail.entries(tmp_path)] == list(range(1, 401))


def test_four_processes_of_twenty_five_leave_exactly_a_hundred(tmp_path):
    started = [subprocess.Popen([sys.executable, "-c", MANY, str(tmp_path), "25", str(at)], cwd=ROOT) for at in range(4)]
    assert [process.wait(60) for process in started] == [0] * 4
    assert ([entry["no"] for entry in trail.entries(tmp_path)], verification.verify(tmp_path)) == (list(range(1, 101)), [])
    assert {who: len(trail.entries(tmp_path, who=who)) for who in "0123"} == dict.fromkeys("0123", 25)


def test_writers_killed_at_any_moment_leave_a_whole_trail(tmp_path):
    for _ in range(5):
        with subprocess.Popen([sys.executable, "-c", MANY, str(tmp_path), "100000", "li"], cwd=ROOT) as writer:
            begun = len(trail.entries(tmp_path))
            while len(trail.entries(tmp_path)) < begun + 5:
                assert writer.poll() is None
            os.kill(writer.pid, signal.SIGKILL)
        assert verification.verify(tmp_path) == []
    assert (note(tmp_path), verification.verify(tmp_path)) == (len(trail.entries(tmp_path)), [])


def test_appending_does_not_read_the_trail(home, monkeypatch):
    monkeypatch.setattr(hash_chain, "lines", lambda *_: pytest.fail("read the whole trail"))
    assert note(home) == 6


@pytest.mark.parametrize("left", [b"{", b'{"about":{"count":"0"},"act":"exp', "…".encode()[:2]])
def test_a_torn_last_line_is_no_entry_and_blocks_none(home, left):
    put(home, [*lines(home), left])
    assert verification.verify(home) == []
    assert (note(home), verification.verify(home), len(lines(home))) == (6, [], 6)


def test_an_entry_whose_writer_was_killed_before_the_head_is_kept(home):
    before = (home / hash_chain.HEAD).read_bytes()
    note(home)
    (home / hash_chain.HEAD).write_bytes(before)
    assert verification.verify(home) == []
    assert (note(home), verification.verify(home)) == (7, [])


def test_on_a_full_disk_nothing_is_recorded(home):
    kept = lines(home)
    (home / hash_chain.TRAIL).unlink()
    (home / hash_chain.TRAIL).symlink_to("/dev/full")
    with pytest.raises(trail.NotRecorded, match="什么也没有给出"):
        note(home)
    (home / hash_chain.TRAIL).unlink()
    put(home, kept)
    assert (note(home), verification.verify(home)) == (6, [])


def test_a_disk_that_fills_up_in_the_middle_of_an_entry_leaves_the_trail_as_it_was(home):
    kept = lines(home)
    code = "import resource, sys\nlimit = int(sys.argv[4])\nresource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
    size = str((home / hash_chain.TRAIL).stat().st_size + 60)
    done = subprocess.run([sys.executable, "-c", code + MANY, str(home), "1", "li", size], cwd=ROOT, capture_output=True, text=True)
    assert ("NotRecorded" in done.stderr, lines(home), verification.verify(home)) == (True, kept, [])


@pytest.mark.parametrize("place", ["audit", "keys"])
def test_where_the_folder_cannot_be_written_nothing_is_recorded(tmp_path, place):
    (tmp_path / place).write_text("a file where the folder should be")  # root, too, is refused by that
    with pytest.raises(trail.NotRecorded):
        note(tmp_path)
    assert hash_chain.is_begun(tmp_path) is False


@pytest.mark.parametrize(("step", "kept"), [("replace_atomically", 5), ("sync_folder", 6)])
def test_an_entry_whose_head_cannot_be_written_is_taken_back_unless_the_head_names_it(home, monkeypatch, step, kept):
    def full(*_paths):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(atomic_write, step, full)
        with pytest.raises(trail.NotRecorded):
            note(home)
    assert (len(lines(home)), verification.verify(home), note(home)) == (kept, [], kept + 1)


def test_who_waits_too_long_for_another_writer_is_refused(home, monkeypatch):
    handle = file_lock.hold(home / "audit" / "writing.lock")
    try:
        monkeypatch.setattr(hash_chain, "WAIT_SECONDS", 0.05)
        with pytest.raises(trail.NotRecorded):
            note(home)
    finally:
        os.close(handle)
    assert note(home) == 6


def test_an_entry_is_on_the_disk_before_its_number_is_told(home, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (synced.append(os.readlink(f"/proc/self/fd/{handle}")), real(handle))[1])
    note(home)
    trail_file, head_file, folder = map(Path, synced)
    assert (trail_file.name, head_file.parent.name, head_file.suffix, folder.name) == ("trail.jsonl", "audit", ".new", "audit")
