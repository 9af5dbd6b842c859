"""Builds: published whole or not at all, kept, pruned, gone back to, read by many threads."""

import os
import signal
import subprocess
import sys
import threading

import polars as pl
import pytest

from tests.conftest import ROOT
from tests.warehouse import drafts
from warehouse.builds import repository
from warehouse.storage import build_files, format_versions


def publish(home, name: str, name_hash="abcdef0123456789") -> str:
    """A build with one village."""
    with drafts.begin(home) as draft:
        draft.fill("villages", pl.DataFrame({"sort_no": [1], "name": [name], "village_id": ["659901101201"]}))
        return draft.publish(name_hash)


def village(build) -> str:
    """The name of its one village."""
    return build.rows("select name from villages")[0]["name"]


def test_a_build_is_named_by_time_and_hash_and_becomes_the_one_in_force(tmp_path):
    assert build_files.published(tmp_path) is None
    first = publish(tmp_path, "柳溪村")
    second = publish(tmp_path, "双桥村", "fedcba")
    assert first.endswith("Z-abcdef01") and second.endswith("Z-fedcba") and first < second
    assert build_files.published(tmp_path) == second
    assert (village(repository.open_build(tmp_path)), village(repository.open_build(tmp_path, first))) == ("双桥村", "柳溪村")
    assert [(row["build"], row["is_published"]) for row in repository.history(tmp_path)] == [(second, True), (first, False)]
    assert {path.name for path in (tmp_path / "builds").iterdir() if path.suffix != ".lock"} == {
        f"{first}.duckdb",
        f"{second}.duckdb",
        "published",
    }


def test_rollback_puts_a_kept_build_in_force_and_refuses_others(tmp_path):
    first, second = publish(tmp_path, "柳溪村"), publish(tmp_path, "双桥村")
    reader = repository.open_build(tmp_path)
    repository.rollback(tmp_path, first)
    assert (build_files.published(tmp_path), repository.open_build(tmp_path).id, reader.id) == (first, first, second)
    for name in ("20200101T000000Z-abcdef01", "../../etc/passwd"):
        with pytest.raises(build_files.UnknownBuild):
            repository.rollback(tmp_path, name)
        with pytest.raises(build_files.UnknownBuild):
            repository.open_build(tmp_path, name)
    assert build_files.published(tmp_path) == first


def test_leaving_the_block_without_publishing_leaves_nothing(tmp_path):
    first = publish(tmp_path, "柳溪村")
    with pytest.raises(ZeroDivisionError), drafts.begin(tmp_path) as draft:
        draft.connection.execute("select 1")
        raise ZeroDivisionError
    with drafts.begin(tmp_path):
        pass
    assert build_files.published(tmp_path) == first
    assert [path.name for path in (tmp_path / "builds").glob("*draft*")] == []


def test_only_the_newest_are_kept_and_the_one_in_force_always(tmp_path):
    tmp_path.joinpath("settings.toml").write_text("keep_builds = 2\n")
    made = [publish(tmp_path, str(at)) for at in range(3)]
    assert [row["build"] for row in repository.history(tmp_path)] == [made[2], made[1]]
    repository.rollback(tmp_path, made[1])
    made += [publish(tmp_path, "3"), publish(tmp_path, "4")]
    assert [row["build"] for row in repository.history(tmp_path)] == [made[4], made[3]]


def test_one_load_at_a_time(tmp_path):
    with drafts.begin(tmp_path), pytest.raises(build_files.LoadRunning, match="另一次载入"), drafts.begin(tmp_path):
        pass
    assert publish(tmp_path, "柳溪村") == build_files.published(tmp_path)


def test_a_killed_load_leaves_the_last_build_and_its_draft_goes_with_the_next(tmp_path):
    first = publish(tmp_path, "柳溪村")
    code = "import sys, pathlib; from tests.warehouse import drafts\nwith drafts.begin(pathlib.Path(sys.argv[1])) as d:\n"
    code += "    d.path.with_name(d.path.name + '.tmp').mkdir()  # what duckdb puts aside for want of memory\n"
    code += "    print('begun', flush=True); sys.stdin.read()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "cwd": ROOT}
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], **pipes) as loader:
        assert loader.stdout.readline().strip() == b"begun"
        with pytest.raises(build_files.LoadRunning):
            publish(tmp_path, "双桥村")
        os.kill(loader.pid, signal.SIGKILL)
    assert build_files.published(tmp_path) == first
    assert len(list((tmp_path / "builds").glob("*.draft"))) == 1
    publish(tmp_path, "双桥村")
    assert list((tmp_path / "builds").glob("*.draft*")) == []


def test_a_pointer_to_a_build_that_is_gone_is_no_build(tmp_path):
    first = publish(tmp_path, "柳溪村")
    (tmp_path / "builds" / f"{first}.duckdb").unlink()
    assert build_files.published(tmp_path) is None
    with pytest.raises(build_files.NothingPublished, match="etl load"):
        repository.open_build(tmp_path)


def test_a_draft_can_be_read_after_closing_and_before_publishing(tmp_path):
    with drafts.begin(tmp_path) as draft:
        draft.fill("build_facts", pl.DataFrame({"name": ["as_of"], "value": ["2025-12-31"]}))
        draft.close()
        reader = repository.Build(draft.path)
        assert reader.facts["as_of"] == "2025-12-31"
        reader.close()
        build_id = draft.publish("ab")
    facts = {"format": str(format_versions.current()), "anchor": "", "as_of": "2025-12-31", "build_id": build_id}
    assert repository.open_build(tmp_path).facts == facts


def test_a_published_build_cannot_be_written_to(tmp_path):
    publish(tmp_path, "柳溪村")
    with pytest.raises(Exception, match="read-only"):
        repository.open_build(tmp_path).rows("delete from villages")


def test_many_threads_read_one_build(tmp_path):
    publish(tmp_path, "柳溪村")
    build, answers = repository.open_build(tmp_path), []
    assert repository.open_build(tmp_path) is build

    def ask():
        answers.extend(village(build) for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["柳溪村"] * 160


def test_the_home_is_told_by_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    assert build_files.home() == tmp_path.resolve()
    monkeypatch.delenv("TONGXING_HOME")
    assert build_files.home() == ROOT / "data"


def test_a_setting_that_cannot_be_read_names_its_file(tmp_path):
    tmp_path.joinpath("settings.toml").write_text("keep_builds = \n")
    with pytest.raises(ValueError, match="settings"):
        publish(tmp_path, "柳溪村")


def test_there_is_a_published_build_while_the_next_one_is_being_published(tmp_path, monkeypatch):
    (tmp_path / "builds").mkdir()
    older, newer = "20250101T000000Z-a", "20250102T000000Z-b"

    def publish(build_id):
        (tmp_path / "builds" / f"{build_id}.duckdb").touch()
        (tmp_path / "builds" / "published").write_text(build_id)

    publish(older)
    kept = build_files.kept

    def listed_while_publishing(home):
        listed = kept(home)
        publish(newer)
        return listed

    monkeypatch.setattr(build_files, "kept", listed_while_publishing)
    assert build_files.published(tmp_path) == older
    monkeypatch.setattr(build_files, "kept", kept)
    assert build_files.published(tmp_path) == newer
