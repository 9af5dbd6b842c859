"""A load that is killed, runs out of disk, has the wrong key or meets another one: the build in force is as before or as after."""

import datetime as dt
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from etl.demo import write_town
from tests.conftest import IS_WHOLE, ROOT, once, run
from warehouse.builds import repository
from warehouse.metrics import query
from warehouse.storage import build_files, file_lock

DAY = "2024-06-30"
LOCK = "builds/loading.lock"
MOMENTS = int(os.environ.get("TONGXING_KILLS", "20" if IS_WHOLE else "2"))


@pytest.fixture(scope="module")
def halves(tmp_path_factory):
    """A home with the older ledgers of a small town loaded, and the folder of its newer ones; seconds that loading these takes."""

    def make(folder):
        town = write_town(folder / "all", 2, 24, until=dt.date.fromisoformat(DAY))
        older, newer = folder / "older", folder / "newer"
        for path in map(Path, town.files):
            place = newer if "2024" in path.name else older
            place.mkdir(exist_ok=True)
            shutil.copy(folder / "all" / path.name, place)
        assert any(newer.iterdir())
        run(folder / "home", "etl", "load", older, "--as-of", DAY)
        start = time.perf_counter()
        shutil.copytree(folder / "home", folder / "timed")
        run(folder / "timed", "etl", "load", newer, "--as-of", DAY)
        (folder / "seconds").write_text(str(time.perf_counter() - start))

    folder = once(tmp_path_factory, "halves", make)
    return folder, float((folder / "seconds").read_text())


def started(home, folder, **more):
    """A load in a process group of its own."""
    command = [sys.executable, "-m", "etl", "load", str(folder), "--as-of", DAY]
    environment = os.environ | {"TONGXING_HOME": str(home)} | more
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def wait_for_draft(home, load):
    """Wait until a load writes, under the lock."""
    while not list((home / "builds").glob("*.draft*")):
        assert load.poll() is None, load.communicate()
        time.sleep(0.01)


def answers(home):
    """What the build in force answers on one day."""
    build = repository.Build(repository.build_files.file_of(home, build_files.published(home)))
    found = [
        query.ask(build, metric, build.rows("select max(as_of) as d from mart_days")[0]["d"])
        for metric in ("eligibility", "visits", "needs")
    ]
    build.close()
    return found


def test_a_load_killed_at_any_moment_leaves_the_build_before_or_the_one_after(halves, tmp_path):
    folder, seconds = halves
    moments, held = random.Random(2023), 0
    for number in range(MOMENTS):
        home = tmp_path / f"home{number}"
        shutil.copytree(folder / "home", home)
        before, told = repository.published(home), answers(home)
        process = started(home, folder / "newer")
        if not number:
            wait_for_draft(home, process)
        try:
            process.communicate(timeout=moments.uniform(0.05, 1.1) * seconds if number else 0)
        except subprocess.TimeoutExpired:
            held += file_lock.is_held(home / LOCK)
            process.kill()
            process.communicate()
        now = repository.published(home)
        assert now is not None
        assert now != before or answers(home) == told
        if number % 3 == 0:
            done = run(home, "etl", "load", folder / "newer", "--as-of", DAY)
            assert "已发布" in done
            assert list((home / "builds").glob("*.draft*")) == []
        answers(home)
    assert held >= max(1, MOMENTS // 3)  # most of these loads were killed at work, not before or after it


def test_a_full_disk_is_one_sentence_and_changes_nothing(halves, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(halves[0] / "home", home)
    before, told = build_files.published(home), answers(home)
    most = build_files.file_of(home, before).stat().st_size // 2  # bytes of any file, as if the disk were full from then on
    process = started(home, halves[0] / "newer")
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, most))  # before it has written anything
    _said, error = process.communicate(timeout=300)
    assert (process.returncode, error.count("\n"), "写不下了" in error) == (1, 1, True), error
    assert (build_files.published(home), answers(home)) == (before, told)
    assert "已发布" in run(home, "etl", "load", halves[0] / "newer", "--as-of", DAY)


def test_a_wrong_key_is_one_sentence_and_changes_nothing(halves, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(halves[0] / "home", home)
    before = build_files.published(home)
    process = started(home, halves[0] / "newer", TONGXING_KEY="ab" * 32)
    _said, error = process.communicate(timeout=120)
    assert (process.returncode, "密钥" in error, "Traceback" in error, build_files.published(home)) == (1, True, False, before)


def test_of_two_loads_at_once_one_is_refused_in_words_and_the_other_publishes(halves, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(halves[0] / "home", home)
    first = started(home, halves[0] / "newer")
    wait_for_draft(home, first)
    os.kill(first.pid, signal.SIGSTOP)  # at work for as long as the second one takes
    try:
        second = started(home, halves[0] / "newer")
        _said, error = second.communicate(timeout=300)
    finally:
        os.kill(first.pid, signal.SIGCONT)
    assert (second.returncode, error.count("\n"), "另一次载入正在进行" in error) == (1, 1, True)
    told, _error = first.communicate(timeout=300)
    assert (first.returncode, "已发布" in told) == (0, True)
    answers(home)
