"""`python -m tests.bench.wheels`: asks the package index which wheels of requirements.lock each system takes; writes tests/wheels.txt."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.test_requirements import SYSTEMS, WHEELS, hashed_pins


def main() -> None:
    """Ask for each system, as pip would install there; takes some minutes."""
    files: set[str] = set()
    for system, tags in SYSTEMS.items():
        with tempfile.TemporaryDirectory() as place:
            lock = Path(place, "lock.txt")
            lines = [
                f"{pin.name}{pin.specifier} {' '.join(f'--hash=sha256:{each}' for each in hashes)}" for pin, hashes in hashed_pins(system)
            ]
            lock.write_text("\n".join(lines), encoding="utf-8")
            words = [
                "--dry-run",
                "--ignore-installed",
                "--no-deps",
                "--require-hashes",
                "--only-binary",
                ":all:",
                "--python-version",
                "3.11",
            ]
            words += ["--target", place, "--report", "-", "-r", str(lock), *(word for tag in tags for word in ("--platform", tag))]
            done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *words], capture_output=True, text=True, check=True)
        for each in json.loads(done.stdout)["install"]:
            origin = each["download_info"]
            files.add(f"{origin['archive_info']['hashes']['sha256']}  {origin['url'].rpartition('/')[2]}")
    WHEELS.write_text("\n".join([*sorted(files, key=lambda line: line[66:]), ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
