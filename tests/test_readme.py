"""The commands of the README and of docs/commands.md do what it says, run as they stand (the demo and the run on ports of their own, then ended)."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys

import pytest

from tests.browser.server import wait_for
from tests.conftest import ROOT, TOWN
from tests.forked_commands import MAKE

PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/commands.md", "docs/access.md")}
COMMANDS = [line for text in PAGES.values() for block in re.findall(r"```sh\n(.*?)```", text, re.S) for line in block.strip().splitlines()]


def free_port():
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def served(command, home):
    """Start a command that serves, wait for its sign-in page, end it; what it printed."""
    port = free_port()
    environment = os.environ | {"TONGXING_HOME": str(home)}
    server = subprocess.Popen(
        [*command.split(), f"PORT={port}", MAKE],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/auth/login", 180)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        told = server.communicate(timeout=30)[0]
    return told, port


def test_these_commands_are_shown_to_be_run_and_no_others():
    assert COMMANDS == [
        "make demo",
        "make test",
        "make run",
        ".venv/bin/python -m pages.access add 李书记 --role leader",
        "make run LEDGERS=folder-with-ledgers",
        ".venv/bin/python -m etl template blank-ledgers",
        ".venv/bin/python -m warehouse ask coverage --as-of 2025-12-31 --by village",
        ".venv/bin/python -m checks findings --format csv",
    ]


def test_make_demo_serves_the_invented_town_and_prints_who_may_sign_in(demo_home, tmp_path):
    shutil.copytree(demo_home, tmp_path / "demo")  # made by `make demo-town`, which `make demo` begins with
    told, port = served(f"make demo DEMO_HOME={tmp_path / 'demo'}", "unused")
    assert [word for word in ("leader", "centre", "reviewer", "admin", f"http://127.0.0.1:{port}") if word not in told] == []


@pytest.fixture
def folder(tmp_path):
    """A folder with one village's ledgers and the register."""
    made = tmp_path / "folder-with-ledgers"
    made.mkdir()
    for path in TOWN.iterdir():
        if path.name.startswith(("柳溪村", "村居名册", "villages")):
            shutil.copy(path, made)
    return made


def test_make_run_serves_an_empty_home_and_says_how_to_begin(tmp_path):
    said, port = served("make run", tmp_path / "home")
    assert (f"http://127.0.0.1:{port}" in said, "一次性代码" in said) == (True, True)


def test_make_run_loads_the_towns_own_ledgers_and_serves_them(folder, tmp_path):
    home = tmp_path / "home"
    told, port = served(f"make run LEDGERS={folder}", home)
    assert ("已发布" in told, f"http://127.0.0.1:{port}" in told, (home / "builds" / "published").is_file()) == (True, True, True)


@pytest.mark.parametrize("command", [line for line in COMMANDS if line.startswith(".venv")])
def test_the_other_commands_run_on_a_loaded_home(command, town_home, tmp_path):
    if not (ROOT / ".venv").exists():
        raise AssertionError("run the tests with make test: the README's commands use .venv")
    answer = "a-long-enough-password\n" * 2
    words = command.replace("blank-ledgers", str(tmp_path)).split() + (["--password-stdin"] if "access add" in command else [])
    done = subprocess.run(words, cwd=ROOT, env=os.environ | {"TONGXING_HOME": str(town_home)}, input=answer, capture_output=True, text=True)
    assert (done.returncode, bool(done.stdout)) == (0, True), done.stderr


def test_make_setup_is_quick_the_second_time():
    done = subprocess.run(["make", "setup"], cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_folder_a_page_names_is_there(page):
    named = {path for path in re.findall(r"`([\w./-]+/|[\w./-]+\.toml)`", PAGES[page]) if not path.startswith(("data/", "make"))}
    linked = {f"{(ROOT / page).parent}/{path}" for path in re.findall(r"\]\(([\w./-]+)\)", PAGES[page])}
    assert sorted(path for path in named | linked if not (ROOT / path).exists()) == []


def test_every_other_command_that_is_shown_is_one_of_the_program():
    lines = [
        line for text in PAGES.values() for block in re.findall(r"```text\n(.*?)```", text, re.S) for line in block.strip().splitlines()
    ]
    modules = {tuple(line.split()[2:4]) for line in lines}
    helps = {pair: subprocess.run([sys.executable, "-m", *pair, "--help"], cwd=ROOT, capture_output=True).returncode for pair in modules}
    assert {pair: code for pair, code in helps.items() if code} == {}
    assert ("etl", "load") in helps


def test_the_readme_fits_on_two_screens():
    assert len(PAGES["README.md"].splitlines()) <= 90
