"""`python -m tests.ways`: writes the pictures of docs/ways; with `--check` it only says which no longer tell the truth.

Every run is a process of its own: what a cache already holds would not be entered.
"""

import sys
import tempfile
from pathlib import Path

from tests.house.tree import ROOT
from tests.ways.actions import WAYS, record
from tests.ways.drawing import files_drawn, svg

FOLDER = ROOT / "docs" / "ways"


def pictures() -> dict[str, str]:
    """Each way's picture by its code."""
    with tempfile.TemporaryDirectory() as home:
        ways = record(Path(home))
    return {code: svg(WAYS[code].title, way) for code, way in ways.items()}


def main() -> int:
    """Write the pictures, or compare their files; exit 1 where one is stale."""
    stale = []
    for code, picture in pictures().items():
        path = FOLDER / f"{code}.svg"
        before = files_drawn(path.read_text(encoding="utf-8")) if path.exists() else []
        if "--check" not in sys.argv:
            FOLDER.mkdir(exist_ok=True)
            path.write_text(picture, encoding="utf-8")
        elif before != (after := files_drawn(picture)):
            gone, come = [file for file in before if file not in after], [file for file in after if file not in before]
            stale.append(f"{path.name}: no longer {gone}, now {come}; the order may differ too. Write it with: make ways")
    print("\n".join(stale))
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main())
