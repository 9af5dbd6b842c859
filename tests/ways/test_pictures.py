"""docs/architecture.md tells the ways as they are really gone."""

import re
import subprocess
import sys

from tests.house.tree import ROOT
from tests.ways import Way
from tests.ways.actions import WAYS
from tests.ways.drawing import files_drawn, svg, tree

TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def section(code):
    """The text of one way, up to the next heading."""
    return TEXT.partition(f"ways/{code}.svg")[2].partition("\n## ")[0]


def test_the_pictures_show_the_files_that_the_program_enters():
    done = subprocess.run([sys.executable, "-m", "tests.ways", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_way_has_its_picture_and_its_text_names_only_files_on_it():
    stray = {}
    for code in WAYS:
        drawn = files_drawn((ROOT / "docs" / "ways" / f"{code}.svg").read_text(encoding="utf-8"))
        named = set(re.findall(r"`((?:etl|warehouse|checks|pages)/[\w/]+\.py)`", section(code)))
        assert len(named) > 3, code
        stray[code] = sorted(named - set(drawn))
    assert stray == {code: [] for code in WAYS}


def test_a_picture_tells_every_file_once_under_the_first_that_calls_it():
    files = ["etl/load.py", "etl/progress.py", "locales/__init__.py"]
    way = Way(files, {(files[0], files[1]): 2, (files[1], files[2]): 1, (files[2], files[0]): 1})
    assert tree(way) == [(files[0], 0), (files[1], 1), (files[2], 2)]
    picture = svg("a < b", way)
    assert (files_drawn(picture), "a &lt; b" in picture, "Calls back up: none" in picture) == (files, True, False)
