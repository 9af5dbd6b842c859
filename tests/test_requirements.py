"""requirements.lock names what requirements.txt asks for and all that it brings, each with hashes, and nothing else."""

import importlib.metadata
import re

from packaging.markers import default_environment
from packaging.requirements import Requirement

from tests.conftest import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINS = [Requirement(line) for line in re.findall(r"^([a-z0-9][^\\\n]*) \\$", LOCK, re.M)]


def asked() -> list[Requirement]:
    """What requirements.txt asks for."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(bare) for line in lines if (bare := line.partition("#")[0].strip())]


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


def test_the_lock_pins_every_direct_requirement_as_requirements_txt_does():
    locked = {pin.name: str(pin.specifier) for pin in PINS}
    assert [str(wanted) for wanted in asked() if locked.get(wanted.name) != str(wanted.specifier)] == []


def test_the_lock_holds_exactly_what_they_bring_in():
    here = {pin.name for pin in PINS if not pin.marker or pin.marker.evaluate()}
    assert here == brought({wanted.name for wanted in asked()})


def test_every_line_of_the_lock_is_exact_and_carries_hashes_of_files():
    blocks = re.findall(r"^[a-z0-9][^\n]*\\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", LOCK, re.M)
    assert len(blocks) == len(PINS) > 40
    assert [str(pin) for pin in PINS if not re.fullmatch(r"==[\w.]+", str(pin.specifier))] == []


def test_the_lock_names_no_place_to_fetch_from():
    assert re.findall(r"https?://|file:|--(?:extra-)?index-url|--find-links|--trusted-host", LOCK) == []
