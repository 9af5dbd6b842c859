"""Candidates: a checked build that waits beside the one in force, and goes in force only on top of the build it was compared with."""

from pathlib import Path

import polars as pl
import pytest

from tests.warehouse import drafts
from warehouse.__main__ import main
from warehouse.audit import trail
from warehouse.builds import repository
from warehouse.storage import build_files


def made(home, name, base=None, stage=True):
    """A build of one village, staged or published."""
    with drafts.begin(home) as draft:
        draft.fill("villages", pl.DataFrame({"sort_no": [1], "name": [name], "village_id": ["659901101201"]}))
        draft.close()
        draft.note({"base": base})
        return draft.stage("abcdef0123") if stage else draft.publish("fedcba")


def village(home):
    """The name of the published build's one village."""
    return repository.open_build(home).rows("select name from villages")[0]["name"]


def test_a_candidate_is_no_build_until_it_is_published(tmp_path):
    first = made(tmp_path, "柳溪村", stage=False)
    candidate = made(tmp_path, "双桥村", first)
    assert (build_files.published(tmp_path), build_files.kept(tmp_path), build_files.candidates(tmp_path)) == (first, {first}, {candidate})
    with pytest.raises(build_files.UnknownBuild):
        repository.open_build(tmp_path, candidate)
    repository.publish_candidate(tmp_path, candidate)
    assert (build_files.published(tmp_path), village(tmp_path), build_files.candidates(tmp_path)) == (candidate, "双桥村", set())


def test_the_first_candidate_of_a_home_stands_on_nothing(tmp_path):
    candidate = made(tmp_path, "柳溪村")
    repository.publish_candidate(tmp_path, candidate)
    assert build_files.published(tmp_path) == candidate


def test_a_candidate_is_refused_once_the_data_has_moved_on_and_stays_for_the_way_back(tmp_path):
    first = made(tmp_path, "柳溪村", stage=False)
    candidate = made(tmp_path, "双桥村", first)
    second = made(tmp_path, "龙潭村", stage=False)
    with pytest.raises(build_files.MovedOn, match="数据已有变动"):
        repository.publish_candidate(tmp_path, candidate)
    assert build_files.published(tmp_path) == second
    repository.rollback(tmp_path, first)
    repository.publish_candidate(tmp_path, candidate)
    assert build_files.published(tmp_path) == candidate


def test_the_next_staged_load_removes_the_candidate_left_behind_and_one_that_is_left_is_recorded_and_gone(tmp_path, monkeypatch):
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    left = made(tmp_path, "柳溪村")
    candidate = made(tmp_path, "双桥村")
    assert build_files.candidates(tmp_path) == {candidate} and candidate > left
    assert main(["leave", candidate]) == 0
    assert [(entry["act"], entry["source"], entry["about"]) for entry in trail.entries(tmp_path)] == [
        ("leave", trail.COMMAND, {"build": candidate})
    ]
    for refused in (left, candidate, "../published"):
        with pytest.raises(build_files.UnknownCandidate):
            repository.publish_candidate(tmp_path, refused)
        with pytest.raises(build_files.UnknownCandidate):
            repository.drop_candidate(tmp_path, refused)
    assert (build_files.published(tmp_path), build_files.candidates(tmp_path)) == (None, set())


@pytest.mark.parametrize("step", ["the pointer", "the name", "the pointer again"])
def test_a_publisher_killed_at_a_step_leaves_the_build_before_with_its_candidate_or_the_one_after(tmp_path, monkeypatch, step):
    first = made(tmp_path, "柳溪村", stage=False)
    candidate = made(tmp_path, "双桥村", first)
    stops = {
        "the pointer": (build_files, "point_to", 1),
        "the name": (Path, "rename", 1),
        "the pointer again": (build_files, "point_to", 2),
    }
    place, name, number = stops[step]
    real, calls = getattr(place, name), []

    def killed(*given):
        calls.append(given)
        if len(calls) == number:
            raise KeyboardInterrupt
        return real(*given)

    with monkeypatch.context() as broken:
        broken.setattr(place, name, killed)
        with pytest.raises(KeyboardInterrupt):
            repository.publish_candidate(tmp_path, candidate)
    now = {first} if number == 1 else {first, candidate}
    assert (build_files.published(tmp_path), build_files.kept(tmp_path)) == (max(now), now)
    assert build_files.candidates(tmp_path) == {candidate} - now
    if number == 1:
        repository.publish_candidate(tmp_path, candidate)
    assert (build_files.published(tmp_path), village(tmp_path), build_files.candidates(tmp_path)) == (candidate, "双桥村", set())
    repository.rollback(tmp_path, first)
    assert build_files.published(tmp_path) == first


def test_nothing_is_published_while_a_load_runs(tmp_path):
    candidate = made(tmp_path, "柳溪村")
    with drafts.begin(tmp_path), pytest.raises(build_files.LoadRunning):
        repository.publish_candidate(tmp_path, candidate)
    assert build_files.candidates(tmp_path) == {candidate}


def test_staging_removes_old_builds_and_never_the_one_in_force(tmp_path):
    tmp_path.joinpath("settings.toml").write_text("keep_builds = 1\n")
    first = made(tmp_path, "柳溪村", stage=False)
    candidate = made(tmp_path, "双桥村", first)
    repository.publish_candidate(tmp_path, candidate)
    assert build_files.kept(tmp_path) == {first, candidate}
    made(tmp_path, "龙潭村", candidate)
    assert build_files.kept(tmp_path) == {candidate}


def test_the_command_publishes_and_refuses_in_words(tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    candidate = made(tmp_path, "柳溪村")
    assert (main(["publish", candidate]), candidate in capfd.readouterr().out) == (0, True)
    assert (main(["publish", candidate]), "没有名为" in capfd.readouterr().err) == (2, True)
    late = made(tmp_path, "双桥村")
    assert (main(["publish", late]), "数据已有变动" in capfd.readouterr().err) == (1, True)
