"""Builds the Windows folder as a zip: `python docs/deploy/windows/build.py PYTHON.zip SHA256 -o tongxing.zip`, on any system.

PYTHON.zip is "Windows embeddable package (64-bit)" of Python 3.11 from python.org, SHA256 what that page says of it. The packages are those
of requirements.lock, with its hashes: fetched by pip, or taken from a folder (--wheels). Who gets the zip needs no Python and no rights of an
administrator; unpacked over an older one it is the newer one, because what changes lies in folders of its own name.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.tags import compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).parent
FOLDER = "Tongxing"  # in the zip
STARTERS = ("start.cmd", "start.py", "icon.cmd")
WINDOWS = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"}
PYTHON = (3, 11)
LONGEST_PATH = 180  # letters below the folder it is unpacked into: Windows takes 260 in all
_EPOCH = (2026, 1, 1, 0, 0, 0)


class Refused(SystemExit):
    """What would make a folder that does not work, or is not what it says."""


def locked(text: str) -> dict[str, tuple[str, set[str]]]:
    """Return name → (version, hashes) of what a lock installs on Windows."""
    environment = default_environment() | WINDOWS | {"python_version": "3.11", "python_full_version": "3.11.9"}
    wanted = {}
    for line, hashes in re.findall(r"^([a-z0-9][^\\\n]*) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.M):
        pin = Requirement(line)
        if not pin.marker or pin.marker.evaluate(environment):
            wanted[pin.name] = (str(pin.specifier).removeprefix("=="), set(re.findall(r"[0-9a-f]{64}", hashes)))
    return wanted


def fetched(wanted: dict[str, tuple[str, set[str]]], folder: Path) -> None:
    """Fetch the wheels of a lock for Windows into a folder; pip compares their hashes."""
    lines = [
        f"{name}=={version} {' '.join(f'--hash=sha256:{each}' for each in sorted(hashes))}" for name, (version, hashes) in wanted.items()
    ]
    (folder / "windows.lock").write_text("\n".join(lines), encoding="utf-8")
    words = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--platform", "win_amd64", "--python-version", "3.11"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", *words, "--dest", str(folder), "-r", str(folder / "windows.lock")]
    subprocess.run(command, check=True)  # noqa: S603 — pip, with our own lock


def wheels(wanted: dict[str, tuple[str, set[str]]], folder: Path) -> list[Path]:
    """Return the wheel of each package, held against the lock. Raises Refused where one lacks, is another, or does not run there."""
    tags = {*cpython_tags(PYTHON, platforms=["win_amd64"]), *compatible_tags(PYTHON, platforms=["win_amd64"])}
    by_name = {}
    for path in sorted(folder.glob("*.whl")):
        name, _version, _build, its_tags = parse_wheel_filename(path.name)
        if its_tags & tags:
            by_name[name] = path
    lacking = sorted(name for name in wanted if name not in by_name)
    if lacking:
        raise Refused(f"no wheel for Windows: {', '.join(lacking)}")
    for name, (_version, hashes) in wanted.items():
        if hashlib.sha256(by_name[name].read_bytes()).hexdigest() not in hashes:
            raise Refused(f"not the wheel of the lock: {by_name[name].name}")
    return [by_name[name] for name in sorted(wanted)]


def program_files() -> list[str]:
    """Return the files of the program, which the container holds too: its list is the one list."""
    lines = (HERE.parent / "Containerfile").read_text(encoding="utf-8").splitlines()
    parts = [part for line in lines if line.startswith("COPY ") for part in line.split()[1:-1]]
    tracked = subprocess.run(["git", "ls-files", *parts], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603, S607 — our own list
    return [name.strip('"') for name in tracked.stdout.splitlines()]


def build(python: Path, sha256: str, wheel_folder: Path | None, out: Path) -> None:
    """Write the zip. Raises Refused."""
    if hashlib.sha256(python.read_bytes()).hexdigest() != sha256.lower():
        raise Refused(f"not the Python that was named: {python.name}")
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    wanted = locked(lock)
    with tempfile.TemporaryDirectory() as place:
        if wheel_folder is None:
            fetched(wanted, Path(place))
        files = {f"{FOLDER}/{name}": (HERE / name).read_bytes() for name in STARTERS[::2]}
        packages = f"packages-{hashlib.sha256(lock.encode()).hexdigest()[:12]}"
        for wheel in wheels(wanted, wheel_folder or Path(place)):
            files |= {f"{FOLDER}/{packages}/{name}": content for name, content in unpacked(wheel).items()}
    program = {name: (ROOT / name).read_bytes() for name in program_files()}
    digest = hashlib.sha256(b"".join(name.encode() + hashlib.sha256(content).digest() for name, content in sorted(program.items())))
    folder = f"program-{digest.hexdigest()[:12]}"
    files |= {f"{FOLDER}/{folder}/{name}": content for name, content in program.items()}
    files |= {f"{FOLDER}/python/{name}": content for name, content in python_files(python, folder, packages).items()}
    long = [name for name in files if len(name) - len(FOLDER) - 1 > LONGEST_PATH]
    if long:
        raise Refused(f"too long for Windows: {long[0]}")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def unpacked(wheel: Path) -> dict[str, bytes]:
    """Return the files of a wheel as they lie among the packages; its commands stay out."""
    files = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            place, _slash, rest = name.partition("/")
            if place.endswith(".data"):
                kind, _slash, rest = rest.partition("/")
                if kind not in ("purelib", "platlib"):
                    continue
                name = rest
            if ".." in PurePosixPath(name).parts or name.startswith("/"):
                raise Refused(f"a wheel that writes elsewhere: {wheel.name}")
            if not name.endswith("/"):
                files[name] = archive.read(archive.getinfo(name) if not place.endswith(".data") else f"{place}/{kind}/{rest}")
    return files


def python_files(python: Path, program: str, packages: str) -> dict[str, bytes]:
    """Return the files of Python, told where program and packages lie, and the starter beside them."""
    with zipfile.ZipFile(python) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    paths = [name for name in files if re.fullmatch(r"python\d+\._pth", name)]
    if paths != ["python311._pth"] or "python.exe" not in files:
        raise Refused("not the embeddable package of Python 3.11 for Windows")
    lines = ["python311.zip", ".", rf"..\{program}", rf"..\{packages}"]
    return files | {paths[0]: "\r\n".join([*lines, ""]).encode(), "start.py": (HERE / "start.py").read_bytes()}


def main() -> None:
    """Read the words of the command and build."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("python", type=Path, help="the embeddable package of Python 3.11 (python.org)")
    parser.add_argument("sha256", help="its SHA-256, as python.org says")
    parser.add_argument("--wheels", type=Path, help="a folder with the wheels; without it pip fetches them")
    parser.add_argument("-o", "--out", type=Path, default=Path("tongxing-windows.zip"))
    chosen = parser.parse_args()
    build(chosen.python, chosen.sha256, chosen.wheels, chosen.out)


if __name__ == "__main__":
    main()
