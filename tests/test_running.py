"""docs/running.md and the files it hands out name only what is there: commands, files, ports, folders."""

import importlib
import os
import re
import shutil
import subprocess
import sys

import pytest

from pages.access.accounts.sessions import COOKIE, HOST_PREFIX
from pages.access.door import gate
from pages.access.forms import sign_in
from tests.conftest import ROOT
from tests.house.tree import PACKAGES

DEPLOY = ROOT / "docs" / "deploy"
TEXT = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"python -m ((?:etl|warehouse|checks|pages\.access)(?: [a-z][a-z-]+)+)", TEXT)))


def told(name):
    """A file that is handed out."""
    return (DEPLOY / name).read_text(encoding="utf-8")


def test_it_shows_these_commands():
    assert COMMANDS == [
        "etl demo",
        "etl layouts import",
        "etl load",
        "pages.access demo",
        "pages.access openid",
        "pages.access password",
        "warehouse audit verify",
        "warehouse backup",
        "warehouse restore",
        "warehouse upgrade",
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_one_that_the_program_knows(command, capsys, monkeypatch):
    module, *words = command.split()
    monkeypatch.setattr(sys, "argv", [module, *words, "--help"])
    with pytest.raises(SystemExit) as stop:
        importlib.import_module(f"{module}.__main__").main()
    assert (stop.value.code, words[-1] in capsys.readouterr().out) == (0, True)


def test_every_file_it_links_or_copies_is_there_and_every_file_handed_out_is_named():
    linked = set(re.findall(r"\]\(([\w./@-]+)\)", TEXT)) | {
        path.removeprefix("docs/") for path in re.findall(r"docs/deploy/[\w./@-]+", TEXT)
    }
    assert [path for path in linked if not (ROOT / "docs" / path).is_file()] == []
    handed_out = {path.name for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert handed_out == {path.rpartition("/")[2] for path in linked}
    headings = {
        re.sub(r"[、\s]", lambda sign: "-" if sign[0].isspace() else "", line).lower() for line in re.findall(r"^## (.*)$", TEXT, re.M)
    }
    assert [anchor for anchor in re.findall(r"\]\(#(.*?)\)", TEXT) if anchor not in headings] == []


def test_make_has_every_target_it_calls():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert [target for target in re.findall(r"^make (\w+)$", TEXT, re.M) if f"\n{target}:" not in makefile] == []


def test_nginx_keeps_a_sign_in_with_one_of_the_processes_that_the_service_starts():
    conf = told("nginx.conf")
    ports = re.findall(r"server 127\.0\.0\.1:(\d+);", conf)
    assert f"systemctl enable --now {' '.join(f'tongxing@{port}' for port in ports)}\n" in TEXT
    assert (re.findall(r"hash (\S+) consistent;", conf), "proxy_pass http://tongxing;" in conf) == (["$tongxing_reader"], True)
    pattern = re.compile(re.search(r'"~(.*?)" \$signed_in;', conf)[1].replace("(?<", "(?P<"))
    cookies = {f"a=1; {HOST_PREFIX}{COOKIE}=t0ken; b=2": "t0ken", f"{COOKIE}=t0ken": "t0ken", f"not_{COOKIE}=x; tongxing_language=en": None}
    assert {text: (found := pattern.search(text)) and found["signed_in"] for text in cookies} == cookies
    passed = [
        name for name in ("Host", "Upgrade", "Connection", "X-Forwarded-For", "X-Forwarded-Proto") if f"proxy_set_header {name} " in conf
    ]
    assert len(passed) == 5
    assert all(f"{gate.PROXY}=127.0.0.1" in text for text in (told("tongxing@.service"), told("Containerfile"), TEXT))


def test_the_service_and_the_container_start_the_same_server():
    assert re.search(r"streamlit run app\.py --server\.port %i$", told("tongxing@.service"), re.M)
    assert '"streamlit", "run", "app.py", "--server.port", "8501"' in told("Containerfile")


def copied():
    """What the container file copies of the program: {name: place below its folder}."""
    lines = [line.split()[1:] for line in told("Containerfile").splitlines() if line.startswith("COPY ")]
    return {name: place.removeprefix("./") or name for *names, place in lines for name in names}


def test_the_container_holds_what_the_program_is_made_of_and_runs_as_nobody_of_note_with_a_look_at_its_health():
    assert [name for name in copied() if not (ROOT / name).exists()] == []
    assert {*PACKAGES, "app.py", ".streamlit", "requirements.lock"} <= copied().keys()
    lines = told("Containerfile").splitlines()
    assert [line for line in lines if line.startswith(("USER ", "VOLUME "))] == ["USER tongxing", "VOLUME /var/lib/tongxing"]
    assert [line for line in lines if line.startswith("HEALTHCHECK ") and sign_in.HEALTH in line]


OPENED = """
import os
from unittest.mock import patch
from streamlit.testing.v1 import AppTest
from pages.access import User
from warehouse.disclosure import release_log
with patch("pages.access.current_user", return_value=User("li", "leader", ("all",))):
    page = AppTest.from_file(os.path.abspath("pages/main.py"), default_timeout=60).switch_page("manual.py").run()
shown = " ".join(str(part.value) for part in page.main if hasattr(part, "value"))
print([part.value for part in page.exception], "data:image/png;base64," in shown, bool(release_log.program()))
"""


def test_the_container_s_files_alone_in_a_folder_that_cannot_be_written_open_the_manual_and_know_their_version(demo_home, tmp_path):
    root = tmp_path / "opt"
    for name, place in copied().items():
        target = root / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, target)
    before = sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))
    environment = {"PATH": os.environ["PATH"], "TONGXING_HOME": str(demo_home), "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"}
    done = subprocess.run([sys.executable, "-c", OPENED], cwd=root, env=environment, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1:] == ["[] True True"], done.stderr
    assert sorted(path.relative_to(root).as_posix() for path in root.rglob("*")) == before


def test_the_service_is_shut_off_from_all_but_its_own_data():
    lines = set((DEPLOY / "tongxing@.service").read_text("utf-8").splitlines())
    wanted = {"NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "PrivateDevices=yes", "IPAddressDeny=any"}
    assert wanted - lines == set()
    if not shutil.which("systemd-analyze"):  # a machine without systemd cannot weigh them
        return
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(DEPLOY / "tongxing@.service")], capture_output=True, text=True
    )
    assert float(re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)[1]) <= 2, done.stdout + done.stderr


@pytest.mark.parametrize("is_whole", [True, False])
def test_make_upgrade_takes_the_newest_program_or_puts_the_one_before_back(is_whole, tmp_path):
    identity = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = os.environ | identity | {"TONGXING_HOME": str(tmp_path / "home"), "ENDS": "0" if is_whole else "1"}
    (tmp_path / "home").mkdir()

    def git(folder, *words):
        done = subprocess.run(["git", "-C", tmp_path / folder, *words], env=environment, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    (tmp_path / "origin").mkdir()
    git("origin", "init", "-q")
    for path in [ROOT / "Makefile", *ROOT.glob("requirements*")]:
        shutil.copy(path, tmp_path / "origin")
    git("origin", "add", ".")
    git("origin", "commit", "-qm", "before")
    git(".", "clone", "-q", "origin", "town")
    (tmp_path / "origin" / "newer").touch()
    git("origin", "add", ".")
    git("origin", "commit", "-qm", "newer")
    program = tmp_path / "town" / ".venv" / "bin" / "python"  # stands for the one that checks; the packages are there
    program.parent.mkdir(parents=True)
    (program.parent / "pip").touch()
    program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/ran\ncase "$*" in "-m warehouse upgrade"*) exit $ENDS;; esac\n')
    program.chmod(0o755)
    (tmp_path / "town" / "Makefile").write_text((ROOT / "Makefile").read_text("utf-8") + "# a change of one's own\n")
    done = subprocess.run(["make", "-s", "upgrade"], cwd=tmp_path / "town", env=environment, capture_output=True, text=True)
    assert (done.returncode == 0, (tmp_path / "town" / "newer").exists()) == (is_whole, is_whole), done.stderr
    assert git("town", "rev-parse", "HEAD") == git("origin", "rev-parse", "HEAD" if is_whole else "HEAD^")
    assert "-m warehouse upgrade" in (tmp_path / "ran").read_text()
    assert "a change of one's own" in (tmp_path / "town" / "Makefile").read_text("utf-8")
