"""Files that people rely on are written whole or not at all, whatever stops the writer."""

import json
import os
import stat
import threading

import pytest

from tests.full_disk import full_after
from warehouse.storage import atomic_write, build_files


def test_the_file_holds_the_bytes_and_is_its_owners_alone(tmp_path):
    path = tmp_path / "note"
    path.write_bytes(b"before")
    path.chmod(0o644)
    atomic_write.write_bytes(path, b"after")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode), os.listdir(tmp_path)) == (b"after", 0o600, ["note"])


@pytest.mark.parametrize("stop", ["fsync", "replace"])
def test_a_writer_that_fails_leaves_the_file_as_it_was_and_nothing_beside_it(stop, tmp_path, monkeypatch):
    def full(*_):
        raise OSError("no space left")

    path = tmp_path / "note"
    path.write_bytes(b"before")
    monkeypatch.setattr(atomic_write.os, stop, full)
    with pytest.raises(OSError):
        atomic_write.write_bytes(path, b"after")
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"before", ["note"])


def test_what_a_killed_writer_left_goes_after_an_hour_and_nothing_else(tmp_path):
    (tmp_path / "keys").mkdir()
    left, fresh = tmp_path / "keys" / "identity.key.123-0a1b2c3d.new", tmp_path / "layouts.json.124-0a1b2c3e.new"
    others = [tmp_path / "new", tmp_path / "keys" / "台账.new", tmp_path / "keys" / "identity.key"]
    for path in (left, fresh, *others):
        path.write_bytes(b"half")
        os.utime(path, (0, 0))
    os.utime(fresh)
    with build_files.locked(tmp_path):
        assert [path.exists() for path in (left, fresh, *others)] == [False, True, True, True, True]


def test_a_reader_never_meets_half_a_file(tmp_path):
    path = tmp_path / "note"
    texts = [sign * 100_000 for sign in (b"a", b"b")]
    atomic_write.write_bytes(path, texts[0])
    writers = [threading.Thread(target=lambda text=text: [atomic_write.write_bytes(path, text) for _ in range(20)]) for text in texts]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert path.read_bytes() in texts


def test_the_bytes_are_on_the_disk_before_the_file_has_its_name(tmp_path, monkeypatch):
    steps = []
    real_fsync, real_replace = os.fsync, os.replace
    monkeypatch.setattr(atomic_write.os, "fsync", lambda handle: (steps.append("fsync"), real_fsync(handle)))
    monkeypatch.setattr(atomic_write.os, "replace", lambda *paths: (steps.append("replace"), real_replace(*paths)))
    atomic_write.write_bytes(tmp_path / "note", b"after")
    assert steps == (["fsync", "replace", "fsync"] if os.name == "posix" else ["fsync", "replace"])


def test_a_file_that_may_never_be_replaced_is_written_by_the_first_alone(tmp_path):
    path = tmp_path / "key"
    assert [atomic_write.write_new(path, content) for content in (b"first", b"second")] == [True, False]
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"first", ["key"])


def test_a_named_pipe_or_device_is_written_to_and_not_replaced(tmp_path):
    atomic_write.write_bytes(tmp_path / "target", b"before")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    atomic_write.write_bytes(tmp_path / "link", b"after")
    assert ((tmp_path / "link").is_symlink(), (tmp_path / "target").read_bytes()) == (True, b"after")
    os.mkfifo(tmp_path / "pipe")
    heard = []
    listener = threading.Thread(target=lambda: heard.append((tmp_path / "pipe").read_bytes()))
    listener.start()
    atomic_write.write_bytes(tmp_path / "pipe", b"after")
    listener.join()
    assert heard == [b"after"]


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": "\xe6', b"[]", b"null", b"[" * 100_000])
def test_what_is_no_whole_json_object_reads_as_none(content, tmp_path):
    (tmp_path / "note").write_bytes(content)
    assert atomic_write.read_json(tmp_path / "note") is None
    assert atomic_write.read_json(tmp_path / "missing") is None


def test_json_is_written_as_people_read_it(tmp_path):
    atomic_write.write_json(tmp_path / "note", {"by": "保护中心"})
    assert (tmp_path / "note").read_text(encoding="utf-8") == '{"by": "保护中心"}'
    assert atomic_write.read_json(tmp_path / "note") == json.loads((tmp_path / "note").read_bytes())


def test_a_file_takes_anothers_place_once_nobody_reads_it_and_what_stays_forbidden_is_told(tmp_path, monkeypatch):
    """Windows refuses to replace a file that is being read; here the refusal is made up."""
    fresh, path = tmp_path / "published.new", tmp_path / "published"
    fresh.write_text("new")
    path.write_text("old")
    real, tries = os.replace, []

    def refused(fresh, other):
        tries.append(fresh)
        if len(tries) < 3:
            raise PermissionError
        return real(fresh, other)

    monkeypatch.setattr(atomic_write.os, "replace", refused)
    atomic_write.replace_atomically(fresh, path)
    assert (path.read_text(), len(tries)) == ("new", 3)
    monkeypatch.setattr(atomic_write, "_TRIES", 0)
    tries.clear()
    with pytest.raises(PermissionError):
        atomic_write.replace_atomically(fresh, path)


@pytest.mark.parametrize("size", range(0, 50, 5))
def test_a_line_that_a_full_disk_does_not_take_leaves_the_file_as_it_was(size, tmp_path):
    path, line = tmp_path / "a.jsonl", b'{"n": 1, "text": "' + b"x" * 20 + b'"}\n'
    atomic_write.append_line(path, b"{}\n")
    with full_after(size):
        try:
            atomic_write.append_line(path, line)
        except OSError:
            assert path.read_bytes() == b"{}\n"
        else:
            assert size >= len(line) + 3
    atomic_write.append_line(path, line)
    assert atomic_write.read_lines(path)[-1] + b"\n" == line


@pytest.mark.parametrize("kept", [b"", b"{}\n", b'{}\n{"a": 1}\n'])
def test_a_torn_end_is_no_line_and_goes_with_the_next(kept, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(kept + b'{"torn": "')
    assert atomic_write.read_lines(path) == kept.splitlines()
    atomic_write.append_line(path, b"[]\n")
    assert path.read_bytes() == kept + b"[]\n"


@pytest.mark.parametrize("size", [0, 1, 3, 10, 50, 100, 200, 400, 600, 900])
def test_a_file_that_a_full_disk_does_not_take_is_as_it_was(size, tmp_path):
    path = tmp_path / "a.json"
    atomic_write.write_json(path, {"was": 1})
    with full_after(size):
        try:
            atomic_write.write_json(path, {"text": "x" * 500})
        except OSError:
            assert atomic_write.read_json(path) == {"was": 1}
        else:
            assert size >= 500
    assert [left.name for left in tmp_path.iterdir()] == ["a.json"]


def test_a_name_as_long_as_one_can_be_is_written(tmp_path):
    path = tmp_path / ("村" * 83 + ".a.xls")
    atomic_write.write_bytes(path, b"x")
    assert (len(path.name.encode()), path.read_bytes()) == (255, b"x")
