"""The Windows folder: built from the lock by made-up wheels, held against it, and what its starter does. On Windows itself it was not run."""

import hashlib
import importlib.util
import io
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import ModuleType, SimpleNamespace

import pytest

from tests.conftest import ROOT
from warehouse.storage import file_lock

HERE = ROOT / "docs" / "deploy" / "windows"
LOCK = ROOT / "requirements.lock"


def module(name: str) -> ModuleType:
    """A script of the folder, as a module."""
    spec = importlib.util.spec_from_file_location(f"windows_{name}", HERE / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


build, start = module("build"), module("start")


def zipped(path, files):
    """Write a zip of these files; its SHA-256."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def parts(tmp_path, monkeypatch):
    """A made-up Python, a folder with two made-up wheels, and a lock of just these."""
    files = {"python.exe": "MZ", "python311.zip": "PK", "python311._pth": "python311.zip\n.\n#import site\n"}
    digest = zipped(tmp_path / "python.zip", files)
    folder = tmp_path / "wheels"
    folder.mkdir()
    wheels = {
        "pure-1.0-py3-none-any.whl": {"pure/__init__.py": "", "pure-1.0.data/purelib/more.py": "x", "pure-1.0.data/scripts/run.exe": "MZ"},
        "native-2.0-cp311-cp311-win_amd64.whl": {"native/core.pyd": "MZ", "native-2.0.dist-info/METADATA": "Name: native"},
        "native-2.0-cp311-cp311-manylinux_2_28_x86_64.whl": {"native/core.so": "ELF"},
    }
    hashes = {name: zipped(folder / name, content) for name, content in wheels.items()}
    lines = [
        f"{name}=={version} \\\n"
        + "".join(f"    --hash=sha256:{hashes[file]} \\\n" for file in hashes if file.startswith(name))[:-3]
        + "\n"
        for name, version in (("pure", "1.0"), ("native", "2.0"))
    ]
    lines.append(f"unixonly==1.0 ; sys_platform != 'win32' \\\n    --hash=sha256:{'0' * 64}\n")
    (tmp_path / "requirements.lock").write_text("".join(lines))
    monkeypatch.setattr(build, "ROOT", tmp_path)
    (tmp_path / "app.py").write_text("app")
    monkeypatch.setattr(build, "program_files", lambda: ["app.py"])
    return SimpleNamespace(
        python=tmp_path / "python.zip", sha256=digest, wheels=folder, out=tmp_path / "out.zip", lock=tmp_path / "requirements.lock"
    )


def test_the_zip_holds_python_packages_program_and_starters_where_python_looks_for_them(parts):
    build.build(parts.python, parts.sha256, parts.wheels, parts.out)
    with zipfile.ZipFile(parts.out) as archive:
        names = archive.namelist()
        paths = archive.read("Tongxing/python/python311._pth").decode().split("\r\n")
    program, packages = paths[2].removeprefix("..\\"), paths[3].removeprefix("..\\")
    assert (paths[:2], paths[4:]) == (["python311.zip", "."], [""])
    assert names == sorted(
        [
            *(f"Tongxing/{name}" for name in ("start.cmd", "icon.cmd", f"{program}/app.py")),
            *(f"Tongxing/python/{name}" for name in ("python.exe", "python311.zip", "python311._pth", "start.py")),
            *(
                f"Tongxing/{packages}/{name}"
                for name in ("pure/__init__.py", "more.py", "native/core.pyd", "native-2.0.dist-info/METADATA")
            ),
        ]
    )


def test_the_same_parts_make_the_same_zip_and_another_program_a_folder_of_its_own(parts):
    build.build(parts.python, parts.sha256, parts.wheels, parts.out)
    first = parts.out.read_bytes()
    build.build(parts.python, parts.sha256, parts.wheels, parts.out)
    assert parts.out.read_bytes() == first
    (build.ROOT / "app.py").write_text("another")
    build.build(parts.python, parts.sha256, parts.wheels, parts.out)
    names = [
        {name.split("/")[1] for name in zipfile.ZipFile(io.BytesIO(content)).namelist()} for content in (first, parts.out.read_bytes())
    ]
    assert sorted(name[:8] for name in names[0] ^ names[1]) == ["program-", "program-"]  # one each; packages and python stay


def refused(parts, **other):
    """Why nothing is built."""
    words = {"python": parts.python, "sha256": parts.sha256, "wheel_folder": parts.wheels, "out": parts.out} | other
    with pytest.raises(build.Refused) as refusal:
        build.build(**words)
    assert not parts.out.exists()
    return str(refusal.value)


def test_what_is_not_the_python_or_the_wheels_of_the_lock_is_refused(parts, tmp_path):
    assert "not the Python that was named" in refused(parts, sha256="0" * 64)
    other = tmp_path / "other.zip"
    assert "not the embeddable package" in refused(parts, python=other, sha256=zipped(other, {"python312._pth": "", "python.exe": ""}))
    zipped(parts.wheels / "native-2.0-cp311-cp311-win_amd64.whl", {"native/core.pyd": "changed"})
    assert "not the wheel of the lock" in refused(parts)
    (parts.wheels / "native-2.0-cp311-cp311-win_amd64.whl").unlink()
    assert "no wheel for Windows: native" in refused(parts)


@pytest.mark.parametrize(("name", "sentence"), [("../evil.py", "writes elsewhere"), (f"{'a' * 190}.py", "too long for Windows")])
def test_a_wheel_with_a_name_that_leads_elsewhere_or_that_windows_cannot_take_is_refused(parts, name, sentence):
    path = parts.wheels / "pure-1.0-py3-none-any.whl"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    parts.lock.write_text(parts.lock.read_text().replace(digest, zipped(path, {name: ""})))
    assert sentence in refused(parts)


def test_the_lock_names_what_windows_needs_and_what_it_installs_there_is_more_than_one_file_of_source():
    wanted = build.locked(LOCK.read_text(encoding="utf-8"))
    assert {"duckdb", "streamlit", "tzdata", "colorama"} <= wanted.keys()  # time zones and the colours of a console are Windows' own need
    assert [name for name, (_version, hashes) in wanted.items() if not hashes] == []


def test_the_program_in_the_folder_is_the_one_of_the_container():
    names = build.program_files()
    assert {"app.py", "pyproject.toml", "docs/manuals/leader.md", "pages/access/rights.toml"} <= set(names)
    assert [name for name in names if not (ROOT / name).is_file() or len(name) > build.LONGEST_PATH] == []
    assert [name for name in names if set('<>:"|?*\\') & set(name)] == []


def test_the_starters_are_plain_text_for_windows_and_show_no_password():
    for name in ("start.cmd", "icon.cmd"):
        content = (HERE / name).read_bytes()
        assert (content.isascii(), content.count(b"\n") == content.count(b"\r\n"), b"assword" in content) == (True, True, False)
    assert b'python.exe" -X utf8 "%~dp0python\\start.py" %*' in (HERE / "start.cmd").read_bytes()
    assert [line for line in (HERE / "start.py").read_text("utf-8").splitlines() if "assword" in line or "sign-in.txt" in line] == []


# The starter, as far as another system can try it.


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A data home chosen by the environment, the commands run and the pages opened."""
    noted = SimpleNamespace(path=tmp_path / "home", commands=[], opened=[], codes={})
    monkeypatch.setenv("TONGXING_HOME", str(noted.path))
    monkeypatch.setattr(start, "run", lambda words: noted.commands.append(words) or noted.codes.get(tuple(words), 0))
    monkeypatch.setattr(start.webbrowser, "open", noted.opened.append)
    return noted


def test_the_home_is_the_accounts_own_unless_another_is_named():
    local = {"LOCALAPPDATA": "/users/li/local"}
    assert start.home_of(local).as_posix() == "/users/li/local/Tongxing/data"
    assert start.home_of(local | {"TONGXING_HOME": "/elsewhere"}).as_posix() == "/elsewhere"


class Healthy(BaseHTTPRequestHandler):
    """Answers as the dashboard does."""

    def do_GET(self):
        self.send_response(200 if self.path == "/auth/health" else 404)
        self.end_headers()

    def log_message(self, *_words):
        """Say nothing."""


def test_it_starts_the_server_on_this_machine_alone_opens_the_browser_and_ends_with_it(home, monkeypatch):
    server = HTTPServer(("127.0.0.1", 0), Healthy)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    begun = []
    process = SimpleNamespace(poll=lambda: None, wait=lambda: 0, kill=lambda: None)
    monkeypatch.setattr(start, "free_port", lambda: server.server_port)
    monkeypatch.setattr(start.subprocess, "Popen", lambda command, **_words: begun.append(command) or process)
    try:
        assert start.main() == 0
    finally:
        server.shutdown()
        server.server_close()
    assert home.opened == [f"http://127.0.0.1:{server.server_port}"]
    address = ["--server.port", str(server.server_port), "--server.address", "127.0.0.1"]
    assert begun == [[sys.executable, "-X", "utf8", "-m", "streamlit", "run", "app.py", *address]]
    assert home.commands == []  # an empty home has nothing to bring up


def test_a_second_start_opens_the_browser_on_the_first(home, capsys):
    home.path.mkdir()
    (home.path / "server.port.tmp").write_text("8503\n")
    with file_lock.exclusive(home.path / "server.lock"):
        assert (start.main(), home.opened) == (0, ["http://127.0.0.1:8503"])
        assert (start.main(["--no-browser"]), len(home.opened)) == (0, 1)
    assert "已经在运行" in capsys.readouterr().out


def test_a_home_that_another_program_used_is_upgraded_first_and_once(home):
    (home.path / "builds").mkdir(parents=True)
    assert (start.is_brought_up(home.path, False), home.commands) == (True, [["warehouse", "upgrade"]])
    assert (start.is_brought_up(home.path, False), len(home.commands)) == (True, 1)


def test_without_an_upgrade_it_does_not_start_unless_a_person_says_so(home, monkeypatch):
    (home.path / "builds").mkdir(parents=True)
    home.codes = {("warehouse", "upgrade"): 1}
    assert start.main(["--no-browser"]) == 1
    typed = iter(["", "yes"])
    monkeypatch.setattr("builtins.input", lambda _says: next(typed))
    assert (start.is_brought_up(home.path, True), start.is_brought_up(home.path, True)) == (False, True)
    assert home.commands[-1] == ["warehouse", "upgrade", "--figures-may-move"]


def test_folders_of_versions_before_go_and_nothing_else(tmp_path, monkeypatch):
    for name in ("program-new", "program-old", "packages-new", "packages-old", "data", "python"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(start.sys, "path", [str(tmp_path / "packages-new")])
    start.remove_former(tmp_path / "program-new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "packages-new", "program-new", "python"]
    start.remove_former(tmp_path / "data")  # not unpacked from the zip: a folder of another name
    assert (tmp_path / "program-new").exists()


def test_a_port_that_is_taken_is_passed_over(monkeypatch):
    with HTTPServer(("127.0.0.1", 0), Healthy) as server:
        monkeypatch.setattr(start, "PORTS", [server.server_port])
        assert start.free_port() is None
