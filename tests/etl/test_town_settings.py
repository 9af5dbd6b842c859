"""A load and the town's settings: a wrong one ends it before anything is read, a changed one makes a new build."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT, run
from tests.etl.forms.test_heading_aliases import written
from tests.etl.ledger_builder import REGISTER
from warehouse.builds import repository
from warehouse.storage import build_files

SAYS = "settings.toml [care] childrens_day：“06-31”不是日期，请写成 06-15 这样的形式（月末写成 02-last）\n"


@pytest.fixture
def folder(tmp_path):
    """One village's ledger with its register."""
    made = tmp_path / "ledgers"
    made.mkdir()
    (tmp_path / "home").mkdir()
    written(made / "村居名册.csv", REGISTER)
    head = ["姓名", "身份证号", "村(社区)", "儿童类别"]
    written(made / "柳溪村儿童台账_20251220.csv", [["柳溪村儿童台账"], head, ["甲一", "659901201301017013", "柳溪村", "6"]])
    return made


@pytest.mark.parametrize("command", ["load", "check"])
def test_a_wrong_setting_ends_the_load_with_one_sentence_and_nothing_is_published(tmp_path, folder, command):
    home = tmp_path / "home"
    (home / "settings.toml").write_text('[care]\nchildrens_day = "06-31"\n')
    done = subprocess.run(
        [sys.executable, "-m", "etl", command, str(folder)],
        cwd=ROOT,
        env=os.environ | {"TONGXING_HOME": str(home)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", SAYS)
    trail = ["audit", "keys"] if command == "load" else []  # a load that begins is recorded before it does
    assert sorted(path.name for path in home.iterdir()) == [*trail, "settings.toml"]


def test_a_changed_setting_makes_a_new_build_of_the_same_ledgers(tmp_path, folder):
    home = tmp_path / "home"
    run(home, "etl", "load", folder)
    first = build_files.published(home)
    run(home, "etl", "load", folder)
    assert build_files.published(home) == first  # the same bytes and the same settings change nothing
    (home / "settings.toml").write_text("keep_builds = 5\n[illness_cost]\n2024 = 16000\n")
    run(home, "etl", "load", folder)
    build = repository.open_build(home)
    own = [row for row in repository.settings_read_by(build, "coverage") if not row["is_default"]]
    assert (build.id != first, [(row["name"], row["item"], row["value"]) for row in own]) == (True, [("illness_cost", "2024", "16000")])
    (home / "settings.toml").write_text("keep_builds = 6\n[illness_cost]\n2024 = 16000\n")
    run(home, "etl", "load", folder)
    assert build_files.published(home) == build.id  # how many builds are kept is no part of a figure


def test_a_wrong_goal_leaves_the_build_in_force(tmp_path, folder):
    home = tmp_path / "home"
    run(home, "etl", "load", folder)
    first = build_files.published(home)
    (home / "goals.toml").write_text("goals = []\n")
    run(home, "etl", "load", folder, code=1)
    assert (build_files.published(home), len(repository.history(home))) == (first, 1)
