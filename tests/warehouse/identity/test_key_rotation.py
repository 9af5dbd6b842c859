"""A new key: what was sealed opens as before and by the new key only, pseudonyms stay, and ended anywhere nothing is lost."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from etl.load import load
from tests.conftest import ROOT, run
from tests.etl.forms.test_heading_aliases import written
from tests.etl.ledger_builder import REGISTER
from tests.etl.test_staged_load import SPRING, SUMMER, child, ledger
from warehouse.builds import repository, rewrite
from warehouse.metrics import query
from warehouse.storage import atomic_write, build_files, keys

MOMENTS = int(os.environ.get("TONGXING_KILLS", "2"))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A home with two builds and a candidate."""
    folder = tmp_path_factory.mktemp("rotated")
    written(folder / "村居名册.csv", REGISTER)
    load([ledger(folder, SPRING, child("甲一", 1), child("甲二", 2))], folder / "home")
    load([ledger(folder, SUMMER, child("甲一", 1), child("甲三", 3))], folder / "home")
    load([ledger(folder / "more", "石桥村儿童台账_20250320.csv", child("乙一", 4, "石桥村"))], folder / "home", then="stage")
    return folder / "home"


@pytest.fixture
def home(loaded, tmp_path, monkeypatch):
    """A copy of that home."""
    monkeypatch.delenv(keys.NOW, raising=False)
    monkeypatch.delenv(keys.NEXT, raising=False)
    shutil.copytree(loaded, tmp_path / "home")
    return tmp_path / "home"


def contents(home, key):
    """What stands sealed, by origin of the build."""
    return {
        (build_files.origin(path.stem), table, associated): key.unseal(associated, sealed)
        for path in (home / "builds").iterdir()
        if path.suffix in (".duckdb", ".candidate")
        for table, associated, sealed in rewrite.sealed_rows(path)
    }


def figures(home):
    """What the build in force answers, and its children."""
    build = repository.Build(build_files.file_of(home, build_files.published(home)))
    day = build.rows("select max(as_of) as d from mart_days")[0]["d"]
    found = [*query.ask(build, "eligibility", day), *build.rows("select child_id, born_on from children order by all")]
    build.close()
    return found


def test_after_a_rotation_all_opens_by_the_new_key_alone_and_children_are_who_they_were(home):
    old = keys.load_key(home)
    before, told, ids = contents(home, old), figures(home), sorted(build_files.kept(home))
    said = run(home, "warehouse", "rotate-key")
    new = keys.load_key(home)
    assert sorted(build_files.kept(home)) == [f"{build_id}-k1" for build_id in ids]
    assert [build_id in said for build_id in ids] == [True, True]
    assert (contents(home, new), figures(home)) == (before, told)
    assert (home / keys.FILE).stat().st_size == 64 and new.pseudonym("a") == old.pseudonym("a")
    for path in (home / "builds").iterdir():
        for _table, associated, sealed in rewrite.sealed_rows(path) if path.suffix in (".duckdb", ".candidate") else []:
            with pytest.raises(keys.WrongKey):
                old.unseal(associated, sealed)


def test_no_copy_of_the_old_key_outlives_a_rotation_that_was_killed_writing_it(home):
    left = home / f"{keys.FILE}.123-0a1b2c3d.new"
    left.write_bytes(b"all three parts, whole, and no name yet")
    run(home, "warehouse", "rotate-key")
    assert not left.exists() and (home / keys.FILE).stat().st_size == 64


def test_what_was_known_by_the_old_name_is_found_by_it_and_the_candidate_still_stands_on_it(home, tmp_path):
    first, second = sorted(build_files.kept(home))
    run(home, "warehouse", "rotate-key")
    run(home, "warehouse", "rotate-key")
    assert repository.open_build(home, first).id == f"{first}-k2"
    repository.rollback(home, first)
    repository.rollback(home, second)
    (candidate,) = build_files.candidates(home)
    repository.publish_candidate(home, candidate)
    more = load([ledger(tmp_path, "石桥村儿童台账_20250620.csv", child("乙二", 5, "石桥村"))], home)
    assert len(repository.open_build(home, more.build).rows("select * from children")) == 5


def killed_after(home, seconds, command=("warehouse", "rotate-key"), **env):
    """Start a command and kill it; whether it had ended by then."""
    environment = os.environ | {"TONGXING_HOME": str(home)} | env
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return False
    return True


def test_a_rotation_killed_at_any_moment_loses_nothing_and_goes_on_where_it_was(loaded, tmp_path, monkeypatch):
    monkeypatch.delenv(keys.NOW, raising=False)
    before, told = contents(loaded, keys.load_key(loaded)), figures(loaded)
    shutil.copytree(loaded, tmp_path / "timed")
    start = time.perf_counter()
    run(tmp_path / "timed", "warehouse", "rotate-key")
    seconds, moments, is_ended = time.perf_counter() - start, random.Random(2023), []
    for number in range(MOMENTS):
        home = tmp_path / f"home{number}"
        shutil.copytree(loaded, home)
        is_ended.append(killed_after(home, moments.uniform(0.1, 0.8) * seconds))
        assert (contents(home, keys.load_key(home)), figures(home)) == (before, told)
        run(home, "warehouse", "rotate-key")
        assert (contents(home, keys.load_key(home)), figures(home)) == (before, told)
        assert (home / keys.FILE).stat().st_size == 64
        assert len(build_files.kept(home)) == 2 and not list((home / "builds").glob("*.draft*"))
    assert False in is_ended


@pytest.mark.parametrize("stop", ["write_bytes", "point_to", "remove", "sync"])
def test_a_rotation_that_breaks_off_at_a_step_leaves_what_opens(home, monkeypatch, stop):
    from warehouse.identity import key_rotation

    before, told = contents(home, keys.load_key(home)), figures(home)
    place = atomic_write if stop in ("write_bytes", "sync") else build_files
    with monkeypatch.context() as broken:
        broken.setattr(place, stop, lambda *_given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            key_rotation.rotate(home)
    assert (contents(home, keys.load_key(home)), figures(home)) == (before, told)
    key_rotation.rotate(home)
    assert (contents(home, keys.load_key(home)), figures(home)) == (before, told)
    assert (home / keys.FILE).stat().st_size == 64


def test_a_key_from_the_environment_is_proposed_first_and_then_changed(home, monkeypatch):
    now = (home / keys.FILE).read_bytes().hex()
    (home / keys.FILE).unlink()
    before = contents(home, keys.Key(bytes.fromhex(now)))
    monkeypatch.setenv(keys.NOW, now)
    fresh = run(home, "warehouse", "rotate-key", code=1).strip()
    assert contents(home, keys.load_key(home)) == before
    monkeypatch.setenv(keys.NEXT, fresh)
    assert "TONGXING_NEW_KEY" in run(home, "warehouse", "rotate-key")
    monkeypatch.setenv(keys.NOW, fresh)
    monkeypatch.delenv(keys.NEXT)
    assert contents(home, keys.load_key(home)) == before
    assert not (home / keys.FILE).exists()


def test_a_new_key_that_is_not_of_the_old_one_is_refused(home, monkeypatch):
    monkeypatch.setenv(keys.NOW, "ab" * 32)
    monkeypatch.setenv(keys.NEXT, "cd" * 64)
    with pytest.raises(keys.WrongNewKey, match="TONGXING_NEW_KEY"):
        keys.load_key(home)
    done = subprocess.run([sys.executable, "-m", "warehouse", "rotate-key"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
