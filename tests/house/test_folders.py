"""Folders are subjects: few modules each, no import in a circle, nothing shared that has one user, imports point one way."""

import tomllib

import pytest

from pages.components import page_frame
from tests.house.tree import ROOT, Tree, cycles, program

MOST_MODULES = 12
# Folders whose modules are tools for others. A module there that one module alone uses belongs to that user.
SHARED = ("pages/text", "pages/data", "pages/charts", "pages/components", "pages/jobs", "warehouse/storage")
SINGLE_USER = {  # kept all the same, with the reason
    "pages.charts.heatmap": "waiting",
    "pages.components.theme": "the style sheet; main.py draws it once for all pages",
    "pages.data.measures": "what the map may show is data of a build, and tests read it without a page",
}
# Folders from below: a folder imports from folders of earlier lines only.
LEVELS = [
    ["locales"],
    ["warehouse/storage", "warehouse/sql"],
    ["warehouse/settings"],
    ["warehouse/audit"],
    ["warehouse/builds"],
    ["warehouse/metrics"],
    ["warehouse/review", "warehouse/disclosure", "warehouse/identity"],
    ["warehouse/backup"],
    ["warehouse"],
    ["checks"],
    ["etl/forms"],
    ["etl/files", "etl/cleaning"],
    ["etl/sheets"],
    ["etl/records"],
    ["etl/deidentification"],
    ["etl/demo/world"],
    ["etl/demo/ledgers"],
    ["etl/demo"],
    ["etl"],
    ["pages/access/accounts"],
    ["pages/access/openid"],
    ["pages/access/forms"],
    ["pages/access"],
    ["pages/access/door"],
    ["pages/text"],
    ["pages/data"],
    ["pages/charts"],
    ["pages/chart_files"],
    ["pages/components"],
    ["pages/jobs", "pages/downloads"],
    ["pages/word_report", "pages/site_sampling"],
    ["pages/assessment_pack", "pages/ledger_intake", "pages/data_quality"],
    ["pages/summaries", "pages/figure_review", "pages/admin_panel"],
    ["pages"],
    ["."],
]


def crowded(tree: Tree, most: int) -> dict[str, int]:
    """Folders with more modules than `most`. `pages/*.py` are scripts, one for each address, and not counted."""
    folders = [tree.folder(module) for module, path in tree.files.items() if path.stem not in ("__init__", "__main__")]
    return {folder: folders.count(folder) for folder in sorted(set(folders)) if folder != "pages" and folders.count(folder) > most}


def single_users(tree: Tree, shared: tuple[str, ...]) -> dict[str, str]:
    """Modules of shared folders that one module alone imports, and that one from another folder, with that module."""
    users = {module: tree.importers[module] for module in tree.files if tree.folder(module) in shared}
    return {
        module: next(iter(names))
        for module, names in users.items()
        if len(names) == 1 and tree.folder(next(iter(names))) != tree.folder(module)
    }


def unused(tree: Tree) -> list[str]:
    """Modules that no module imports and that cannot be run by name."""
    run_by_name = {
        module
        for module, path in tree.files.items()
        if path.stem == "__main__" or 'if __name__ == "__main__":' in path.read_text(encoding="utf-8")
    }
    packages = {module for module, path in tree.files.items() if path.stem == "__init__"}
    return sorted(module for module in tree.files if not tree.importers[module] and module not in run_by_name | packages)


def against(tree: Tree, levels: list[list[str]]) -> set[tuple[str, str]]:
    """Pairs of folders of which the first imports from the second although it stands no higher."""
    level = {folder: number for number, folders in enumerate(levels) for folder in folders}
    return {(folder, other) for folder, others in tree.folder_imports.items() for other in others if level[other] >= level[folder]}


def test_no_folder_holds_more_than_about_a_dozen_modules():
    assert crowded(program(), MOST_MODULES) == {}


def test_no_file_imports_itself_by_way_of_others():
    assert cycles(program().imports) == []


def test_no_folder_imports_itself_by_way_of_others():
    assert cycles(program().folder_imports) == []


def test_nothing_shared_has_one_user_but_for_a_reason():
    assert single_users(program(), SHARED).keys() - SINGLE_USER.keys() == set()


def test_every_module_is_imported_or_run_by_name():
    scripts = {f"pages.{path.stem}" for path in (ROOT / "pages").glob("*.py")}  # Streamlit runs them by their file
    assert [module for module in unused(program()) if module not in scripts | {"app"}] == []


def test_folders_import_from_folders_below_alone():
    assert against(program(), LEVELS) == set()


def test_every_folder_with_modules_stands_in_one_level():
    assert sorted(folder for folders in LEVELS for folder in folders) == sorted(program().folder_imports)


def test_every_address_has_one_script_and_every_script_an_address():
    scripts = {path.stem for path in (ROOT / "pages").glob("*.py")} - {"__init__", "main"}
    rights = tomllib.loads((ROOT / "pages" / "access" / "rights.toml").read_text(encoding="utf-8"))["pages"]
    assert (scripts, scripts) == (set(page_frame.titles()), set(rights))


def test_no_page_script_is_imported():
    scripts = {module for module in program().files if program().folder(module) == "pages" and module != "pages"}
    assert {module: sorted(program().importers[module]) for module in scripts if program().importers[module]} == {}


# That each of these can fail: small trees with one fault each.


@pytest.fixture
def grow(tmp_path):
    """A function that writes files and returns their tree."""

    def write(**files: str) -> Tree:
        for name, text in files.items():
            path = tmp_path / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return Tree(tmp_path, ("house",))

    return write


def test_a_crowded_folder_is_named_but_not_the_page_scripts(grow):
    files = {f"house__room__m{number}": "" for number in range(13)}
    assert crowded(grow(**files), 12) == {"house/room": 13}
    assert crowded(grow(**{f"pages__m{number}": "" for number in range(13)}), 12) == {"house/room": 13}


@pytest.mark.parametrize(
    "text",
    [
        "import house.b",
        "from house import b",
        "from house.b import thing",
        "def later():\n    from house.b import thing",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from house.b import Thing",
    ],
)
def test_a_cycle_between_files_is_named_however_it_is_imported(grow, text):
    tree = grow(house__a=text, house__b="import house.c", house__c="from house import a", house__d="import house.a")
    assert cycles(tree.imports) == [["house.a", "house.b", "house.c"]]


def test_a_cycle_between_folders_is_named_where_no_file_is_in_one(grow):
    tree = grow(house__one__a="import house.two.a", house__one__b="", house__two__a="", house__two__b="import house.one.b")
    assert (cycles(tree.imports), cycles(tree.folder_imports)) == ([], [["house/one", "house/two"]])


def test_a_shared_module_with_one_user_elsewhere_is_named(grow):
    tree = grow(
        house__tools__lonely="",
        house__tools__inner="",
        house__tools__liked="import house.tools.inner",
        house__a="import house.tools.lonely, house.tools.liked",
        house__b="import house.tools.liked",
    )
    assert single_users(tree, ("house/tools",)) == {"house.tools.lonely": "house.a"}


def test_a_module_nobody_imports_is_named(grow):
    tree = grow(house__a="import house.b", house__b="", house__c='if __name__ == "__main__":\n    print()')
    assert unused(tree) == ["house.a"]


def test_an_import_from_above_or_beside_is_named(grow):
    tree = grow(house__low__a="import house.high.b", house__high__b="", house__beside__c="import house.low.a")
    levels = [["house/low", "house/beside"], ["house/high"]]
    assert against(tree, levels) == {("house/low", "house/high"), ("house/beside", "house/low")}
