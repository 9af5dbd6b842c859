"""Whatever villages, files and readers call themselves: every kind of file handed out is made of what is allowed and says their texts.

handed_out.toml has what each kind of file may be made of.
"""

import io
import re
import zipfile

import pytest

from checks import returned_copies
from pages.text import formatting
from tests import handed_out
from tests.pages.downloads import hostile_names
from tests.pages.downloads.hostile_names import DAY, FILE, HEADING, HOST, SHEET
from warehouse.storage.csv_injection import plain


@pytest.fixture(scope="module")
def town(demo_home, tmp_path_factory):
    """The demo town under hostile names."""
    with hostile_names.renamed(demo_home, tmp_path_factory.mktemp("names")) as town:
        yield town


def blankless(text):
    """A text without blanks, of which a file may make lines and tabs of its own, and without the quotes that defuse it."""
    return re.sub(r"[\s']", "", text)


@pytest.mark.parametrize("name", hostile_names.FILES)
def test_a_file_is_made_of_what_its_kind_may_be_made_of_and_says_every_name(town, name):
    content = hostile_names.FILES[name](town)
    if name == "copies.zip":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            inside = {part: packed.read(part) for part in packed.namelist() if part.endswith(".xlsx")}
        assert (bool(inside), [fault for part in packed.namelist() for fault in handed_out.name_faults(part)]) == (True, [])
        assert [fault for part, copy in inside.items() for fault in handed_out.faults(copy, "copy", part)] == []
    else:
        assert handed_out.faults(content) == []
    if not name.endswith(".png"):
        words = [town.names[at] for at in hostile_names.SAYS.get(name, ())]
        words += {"copies.zip": [HEADING], "findings.csv": [FILE, SHEET, HEADING], "checklist.xlsx": [SHEET]}.get(name, [])
        written = blankless("".join(handed_out.texts(content)))
        assert [word for word in words if blankless(plain(word)) not in written] == []


@pytest.mark.parametrize("name", hostile_names.village_names(HOST))
def test_a_file_may_be_named_after_any_village(name):
    assert handed_out.name_faults(formatting.file_name("报告", name, DAY, ending="docx")) == []


def test_a_name_that_windows_keeps_for_itself_gets_another():
    names = ("CON.xlsx", "../a\u202e\x1b.xlsx", "concert.xlsx", ".. ")
    assert [returned_copies._plain(name) for name in names] == ["_CON.xlsx", "_a.xlsx", "concert.xlsx", "_"]
