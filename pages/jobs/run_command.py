"""`python -m pages.jobs.run_command FOLDER MODULE ARGUMENT…`: runs one of our commands as a job and notes how it ended.

For commands that know nothing of job folders. Exit codes 1 and 2 mean that the command said why in its last line.
"""

import subprocess
import sys
from pathlib import Path

from pages.jobs.job_folder import Notes
from warehouse.storage import build_files


def main(folder: Path, command: list[str]) -> int:
    """Run the command and return its exit code."""
    notes = Notes(folder)
    notes.write("running")
    code = subprocess.run([*build_files.PYTHON, *command], stdin=subprocess.DEVNULL, check=False).returncode  # noqa: S603 — our own commands
    lines = (folder / "log.txt").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    notes.write("refused" if code else "ready", says=lines[-1] if code in (1, 2) and lines else "")
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
