"""Each lock names what its requirements ask for and all that these bring, each with hashes, and nothing else."""

import importlib.metadata
import re

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.tags import compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

from tests.conftest import ROOT

WHEELS = ROOT / "tests" / "wheels.txt"  # made by: python -m tests.bench.wheels
# What the README names, by the platforms whose wheels run there, newest first. Kylin V10 and UOS 20 have glibc 2.28, Debian 12 a newer one.
SYSTEMS = {
    "windows": ["win_amd64"],
    **{arch: [*(f"manylinux_2_{minor}_{arch}" for minor in range(28, 16, -1)), f"manylinux2014_{arch}"] for arch in ("x86_64", "aarch64")},
}
SYSTEMS["x86_64"] += [f"{tag}_x86_64" for tag in ("manylinux_2_12", "manylinux2010", "manylinux_2_5", "manylinux1")]
NAMES = ("requirements", "requirements-demo", "requirements-dev")
each_lock = pytest.mark.parametrize("name", NAMES)


def lock(name: str) -> str:
    """A lock as it is written."""
    return (ROOT / f"{name}.lock").read_text(encoding="utf-8")


def pins(name: str) -> list[Requirement]:
    """What a lock pins."""
    return [Requirement(line) for line in re.findall(r"^([a-z0-9][^\\\n]*) \\$", lock(name), re.M)]


def hashed_pins(system: str) -> list[tuple[Requirement, set[str]]]:
    """What the program's lock installs on a system with Python 3.11, each with its hashes."""
    where = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"}
    if system != "windows":
        where = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": system}
    environment = {**default_environment(), **where, "python_version": "3.11", "python_full_version": "3.11.9"}
    blocks = re.findall(r"^([a-z0-9][^\\\n]*) \\\n((?:    --hash=[^\n]*\n)+)", lock("requirements"), re.M)
    both = [(Requirement(line), set(re.findall(r"[0-9a-f]{64}", hashes))) for line, hashes in blocks]
    return [(pin, hashes) for pin, hashes in both if not pin.marker or pin.marker.evaluate(environment)]


def asked(name: str) -> list[Requirement]:
    """What requirements ask for, with those that they name by file."""
    lines = (ROOT / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    bare = [text for line in lines if (text := line.partition("#")[0].strip())]
    files = [text.removeprefix("-r ").removesuffix(".txt") for text in bare if text.startswith("-r ")]
    return [Requirement(text) for text in bare if not text.startswith("-r ")] + [each for file in files for each in asked(file)]


def brought(names: set[str]) -> set[str]:
    """These packages and all that their installed releases need here, without extras."""
    found, waiting = set(), list(names)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        found.add(name)
        needs = map(Requirement, importlib.metadata.requires(name) or [])
        waiting += [need.name for need in needs if not need.marker or need.marker.evaluate({**default_environment(), "extra": ""})]
    return found


@each_lock
def test_the_lock_pins_every_direct_requirement_as_it_is_asked_for(name: str):
    locked = {pin.name: str(pin.specifier) for pin in pins(name)}
    assert [str(wanted) for wanted in asked(name) if locked.get(wanted.name) != str(wanted.specifier)] == []


@each_lock
def test_the_lock_holds_exactly_what_they_bring_in(name: str):
    here = {pin.name for pin in pins(name) if not pin.marker or pin.marker.evaluate()}
    assert here == brought({wanted.name for wanted in asked(name)})


@each_lock
def test_every_line_of_the_lock_is_exact_and_carries_hashes_of_files(name: str):
    blocks = re.findall(r"^[a-z0-9][^\n]*\\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", lock(name), re.M)
    assert len(blocks) == len(pins(name)) > 0
    assert [str(pin) for pin in pins(name) if not re.fullmatch(r"==[\w.]+", str(pin.specifier))] == []


@each_lock
def test_the_lock_names_no_place_to_fetch_from(name: str):
    assert re.findall(r"https?://|file:|--(?:extra-)?index-url|--find-links|--trusted-host", lock(name)) == []


def test_the_tests_run_on_the_packages_that_the_program_is_installed_with():
    of_program, of_tests = ({(pin.name, str(pin.specifier)) for pin in pins(name)} for name in ("requirements", "requirements-dev"))
    assert of_program <= of_tests


def test_no_town_installs_what_only_the_demo_needs():
    assert {pin.name for pin in pins("requirements-demo")} & {pin.name for pin in pins("requirements")} == set()


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_package_of_the_program_has_a_wheel_for_each_system_that_the_readme_names(system: str):
    tags = {*cpython_tags((3, 11), platforms=SYSTEMS[system]), *compatible_tags((3, 11), "cp311", SYSTEMS[system])}
    wheels = [line.split("  ") for line in WHEELS.read_text(encoding="utf-8").splitlines()]
    fitting = {digest for digest, name in wheels if parse_wheel_filename(name)[3] & tags}
    assert [pin.name for pin, hashes in hashed_pins(system) if not hashes & fitting] == []
