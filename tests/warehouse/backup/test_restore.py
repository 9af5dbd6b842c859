"""The way back: all as it was, or a sentence and the home as before; what was done and handed out meanwhile is not forgotten."""

import base64
import json
import os
import shutil
import sqlite3
from contextlib import closing

import pytest

from locales import Refusal
from pages.access.accounts import accounts, sessions
from tests.full_disk import full_after
from tests.warehouse.backup.conftest import PASSWORD, SECRET, contents_of, register, state
from warehouse.audit import hash_chain, trail, verification
from warehouse.backup import archive, contents, recovery_code, restore, sealed_stream
from warehouse.disclosure import receipts
from warehouse.storage import build_files, cleanup, format_versions, home_switch, keys


def left(home):
    """What lies in `backups/`, but for locks and notes."""
    names = {path.name.split("-")[0] for path in (home / "backups").iterdir()} if (home / "backups").exists() else set()
    return names - {"making.lock", "restoring.lock", "switch.lock", "notes.json"}


@pytest.fixture
def code(home):
    """The recovery code of the home."""
    return recovery_code.printed(keys.secret_of(home))


def test_one_file_moves_a_town_to_a_new_pc(home, place, tmp_path):
    before, new = state(home), tmp_path / "new" / "home"
    path = archive.make(home, place, SECRET, has_key=True)
    shutil.rmtree(home)
    restore.restore(new, path, SECRET)
    assert state(new) == before
    assert (verification.verify(new), [entry["act"] for entry in trail.entries(new)][-2:]) == ([], ["backup", "restore"])
    os.environ["TONGXING_HOME"] = str(new)
    assert accounts.matches("li", PASSWORD)
    assert left(new) == {"before"}


def test_without_the_key_the_recovery_code_opens_the_names_and_without_both_nothing_is_restored(home, place, tmp_path, code):
    before, path, new = state(home), archive.make(home, place, SECRET), tmp_path / "new"
    with pytest.raises(restore.NoKey):
        restore.restore(new, path, SECRET)
    assert (contents_of(new), left(new)) == ({}, set())
    with pytest.raises(restore.NoKey):
        restore.restore(new, path, SECRET, recovery_code.printed(b"y" * 32))
    with pytest.raises(recovery_code.Mistyped):
        restore.restore(new, path, SECRET, code[:-1] + ("A" if code[-1] != "A" else "B"))
    assert (contents_of(new), left(new)) == ({}, set())
    restore.restore(new, path, SECRET, code.lower().replace("-", " "))
    assert state(new) == before


@pytest.mark.parametrize("size", [32, 64, 96])
def test_every_sign_of_a_recovery_code_counts(size):
    secret = bytes(range(size))
    text = recovery_code.printed(secret)
    assert recovery_code.typed(text.replace("O", "0").replace("I", "1")) == secret
    for at, sign in enumerate(text):
        if sign != "-":
            with pytest.raises(recovery_code.Mistyped):
                recovery_code.typed(text[:at] + ("A" if sign != "A" else "Q") + text[at + 1 :])
    with pytest.raises(recovery_code.Mistyped):
        recovery_code.typed(base64.b32encode(secret).decode())


def test_over_a_running_home_data_go_back_and_trail_and_register_go_on(home, place):
    path = archive.make(home, place, SECRET)
    before = state(home)
    token = sessions.start("li")
    register(home)
    accounts.add("zhao", "leader", PASSWORD)
    accounts.remove("wang")
    (home / "settings.toml").write_text("small_count = 9\n", "utf-8")
    (home / "goals.toml.bak").write_text("x")
    shutil.rmtree(home / "submissions")
    editions, number = receipts.receipts(home), len(trail.entries(home))
    assert [line.partition("：")[0] for line in restore.losses(home, contents.read(path, SECRET))] == [
        "现在有、备份里没有的账号（恢复后没有了）",
        "现在已停用、恢复后又能登录的账号",
    ]
    restore.restore(home, path, SECRET)
    assert state(home) == before | {"editions": [receipt.no for receipt in editions]}
    assert (sessions.find(token), len(editions), len(trail.entries(home))) == (None, 2, number + 1)
    assert (verification.verify(home), trail.entries(home)[-1]["act"]) == ([], "restore")
    (former,) = (home / "backups").glob("before-*")
    assert ((former / "settings.toml").read_text(), (home / "goals.toml.bak").exists()) == ("small_count = 9\n", False)
    restore.restore(home, path, SECRET)
    assert len(list((home / "backups").glob("before-*"))) == 1


def test_a_trail_that_was_tampered_with_gives_way_and_anchors_say_what_it_lacks(home, place, tmp_path):
    path = archive.make(home, place, SECRET)
    trail.by_command(home, "publish", {})
    later = archive.make(home, place, SECRET)
    (home / hash_chain.TRAIL).write_bytes(b"")
    restore.restore(home, path, SECRET)
    numbers, faults, _kept = verification.read(home)
    (anchor,) = (anchor for anchor, _name in verification.anchors.compared(str(later)))
    assert (faults, trail.entries(home)[-1]["about"]["before"]) == (
        [],
        trail.NOBODY if False else trail.entries(home)[-1]["about"]["before"],
    )
    assert len(verification.lacking([(anchor, later.name)], numbers)) == 1


def test_another_towns_backup_is_named_and_needs_its_own_key(home, place, tmp_path, monkeypatch):
    path = archive.make(home, place, SECRET)
    (home / keys.FILE).write_bytes(b"z" * 32)
    before = contents_of(home)
    with pytest.raises(restore.NoKey):
        restore.restore(home, path, SECRET)
    assert {name: content for name, content in contents_of(home).items() if "audit/" not in name} == {
        name: content for name, content in before.items() if "audit/" not in name
    }
    manifest = contents.read(path, SECRET)
    manifest.facts["town"] = ["别村"]
    assert any("这不是现在这个镇的备份" in line for line in restore.losses(home, manifest))


def test_a_trial_changes_nothing(home, place):
    path = archive.make(home, place, SECRET)
    before = contents_of(home)
    manifest = restore.try_out(home, path, SECRET)
    assert (contents_of(home), left(home), manifest.facts["counts"]["children"]) == (before, set(), 3)
    assert any("儿童：3" in line for line in restore.summary(manifest))


def test_every_cut_and_every_altered_byte_is_found_and_the_home_is_as_before(home, place, monkeypatch):
    monkeypatch.setattr(sealed_stream, "_PART", 2**14)  # a packed home of three children is less than one part
    path = archive.make(home, place, SECRET)
    content, before = path.read_bytes(), contents_of(home)
    line = content.index(b"\n") + 1
    part = sealed_stream._PART + 16
    cuts = [0, 5, line, line + 10, line + part, line + 2 * part, len(content) - 1, len(content) - 16]
    places = [3, line - 10, line, line + part - 1, line + part, len(content) - 1, *range(line, len(content), len(content) // 7)]
    bad = [content[:cut] for cut in cuts] + [content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :] for at in places]
    bad += [content + b"x", content[:line] + content[line + part :], content[: line + part] + content[line:], b"", b"x" * 9000]
    wrong = place / "wrong.tongxing"
    for text in bad:
        wrong.write_bytes(text)
        with pytest.raises((sealed_stream.NoBackup, sealed_stream.NotOpened, sealed_stream.Damaged, format_versions.NewerFormat)):
            restore.restore(home, wrong, SECRET)
    with pytest.raises(sealed_stream.NotOpened):
        restore.restore(home, path, SECRET + b"x")
    assert (contents_of(home), left(home)) == (before, set())


def crafted(path, entries, **more):
    """A sealed file with other contents than the program would write."""
    head = {"made_at": "2026-12-01T00:00:00+00:00", "program": "1", "format": format_versions.current(), "anchor": ""} | more
    with path.open("wb") as stream:
        contents.write(stream, head, dict.fromkeys(contents._SAID, ""), entries, SECRET, lambda _share: None)
    return path


def test_a_newer_programs_backup_is_refused(home, place):
    before = contents_of(home)
    with pytest.raises(format_versions.NewerFormat):
        restore.restore(home, crafted(place / "newer.tongxing", [], format=format_versions.current() + 1), SECRET)
    assert (contents_of(home), left(home)) == (before, set())


def test_what_unpacks_to_far_more_than_any_home_is_refused_before_a_byte_is_written(home, place):
    zeros = b"\0" * 20_000_000
    path = crafted(place / "evil.tongxing", [contents.Entry("builds/x", zeros, len(zeros))])
    assert path.stat().st_size < 100_000
    with pytest.raises(sealed_stream.Damaged):
        contents.read(path, SECRET, place / "out")
    assert not (place / "out").exists()


EVIL = [
    "../evil",
    "/evil",
    "a/../../evil",
    "C:/evil",
    "a\\..\\evil",
    "builds/./x",
    "backups/x",
    "loads/x/asked.json",
    "a.lock",
    "a//b",
    "CON\0",
    "",
]


@pytest.mark.parametrize("name", EVIL)
def test_a_name_that_leads_out_of_the_home_is_refused(name, home, place):
    path = crafted(place / "evil.tongxing", [contents.Entry(name, b"x", 1)])
    before = contents_of(home)
    with pytest.raises(sealed_stream.Damaged):
        restore.restore(home, path, SECRET)
    assert (contents_of(home), left(home)) == (before, set())


@pytest.mark.parametrize(
    "manifest",
    [
        b"[]",
        b"{}",
        b"[" * 100_000,
        json.dumps({"facts": {}, "entries": [["a", 10**15, "0"]]}).encode(),
        json.dumps({"facts": {}, "entries": [["a", -1, "0"]]}).encode(),
        json.dumps({"facts": {}, "entries": [["a", 0, "0"], ["A", 0, "0"]]}).encode(),
        None,
    ],
)
def test_a_list_that_no_backup_has_is_refused_in_a_sentence(manifest, home, place):
    path = place / "evil.tongxing"
    head = {"made_at": "2026-12-01T00:00:00+00:00", "program": "1", "format": format_versions.current(), "anchor": ""}
    with path.open("wb") as stream:
        sealer = sealed_stream.Sealer(stream, head, SECRET)
        sealer.write((2**62).to_bytes(8, "big") if manifest is None else len(manifest).to_bytes(8, "big") + manifest)
        sealer.close()
    with pytest.raises(sealed_stream.Damaged):
        restore.restore(home, path, SECRET)


def test_facts_that_no_backup_says_are_refused_and_the_home_is_as_before(home, place):
    before = contents_of(home)
    with pytest.raises(restore.Different):
        restore.restore(home, crafted(place / "evil.tongxing", [contents.Entry("format", b"2\n", 2)]), SECRET)
    assert (contents_of(home), left(home)) == (before, set())


def test_an_accounts_file_of_before_there_were_devices_is_restored(home, place):
    with closing(sqlite3.connect(home / "accounts.sqlite")) as store:
        store.execute("drop table devices")
    before = (home / "layouts.json").read_bytes()
    restore.restore(home, archive.make(home, place, SECRET), SECRET)
    assert (home / "layouts.json").read_bytes() == before


class Killed(BaseException):
    """The process is gone."""


def moves(monkeypatch, number, error):
    """Have the move of that number fail."""
    move, count = home_switch._move, iter(range(1, 1000))

    def moving(path, target):
        if next(count) == number:
            raise error
        move(path, target)

    monkeypatch.setattr(home_switch, "_move", moving)


@pytest.mark.parametrize("number", [1, 5, 9, 14])
def test_killed_while_files_are_put_in_place_the_next_who_comes_finishes_it(home, place, monkeypatch, number):
    path = archive.make(home, place, SECRET)
    before = state(home)
    (home / "settings.toml").write_text("small_count = 9\n", "utf-8")
    with monkeypatch.context() as patch:
        moves(patch, number, Killed())
        with pytest.raises(Killed):
            restore.restore(home, path, SECRET)
    assert (home / home_switch.PLAN).exists()
    assert state(build_files.home()) == before
    assert verification.verify(home) == []
    cleanup.remove_unfetched(home)
    assert left(home) == {"before"}


def test_a_restore_begins_by_finishing_the_one_that_was_killed(home, place, monkeypatch):
    path = archive.make(home, place, SECRET)
    before = state(home)
    with monkeypatch.context() as patch:
        moves(patch, 3, Killed())
        with pytest.raises(Killed):
            restore.restore(home, path, SECRET)
    restore.restore(home, path, SECRET)
    assert (state(home), verification.verify(home)) == (before, [])


@pytest.mark.parametrize("number", [1, 5, 9, 14])
def test_where_a_file_cannot_be_moved_all_are_where_they_were(home, place, monkeypatch, number):
    path = archive.make(home, place, SECRET)
    (home / "settings.toml").write_text("small_count = 9\n", "utf-8")
    before = state(home)
    with monkeypatch.context() as patch:
        moves(patch, number, PermissionError())
        with pytest.raises(home_switch.NotSwitched):
            restore.restore(home, path, SECRET)
    assert (state(home), verification.verify(home)) == (before, [])


def test_what_a_killed_restore_has_unpacked_is_gone_at_the_next_occasion(home, place, monkeypatch):
    path = archive.make(home, place, SECRET)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda *_given, **_more: None)
        patch.setattr(restore, "check", lambda *_given: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            restore.restore(home, path, SECRET)
    assert left(home) == {"restoring"}
    cleanup.remove_unfetched(home)
    assert left(home) == set()


def test_where_the_look_after_it_fails_the_home_is_back_by_itself(home, place, monkeypatch):
    path = archive.make(home, place, SECRET)
    (home / "settings.toml").write_text("small_count = 9\n", "utf-8")
    before, check = state(home), restore.check

    def failing(place, manifest):
        check(place, manifest)
        if place == home:
            raise restore.Different

    monkeypatch.setattr(restore, "check", failing)
    with pytest.raises(restore.Different):
        restore.restore(home, path, SECRET)
    assert (state(home), verification.verify(home)) == (before, [])


@pytest.mark.parametrize("step", range(0, 10, 3))
def test_on_a_full_disk_the_home_is_as_before_and_nothing_is_left(home, place, step):
    path = archive.make(home, place, SECRET)
    largest, before = max(map(len, contents_of(home).values())), state(home)
    with full_after(largest * step // 10), pytest.raises(Refusal):
        restore.restore(home, path, SECRET)
    assert (state(home), left(home)) == (before, set())
