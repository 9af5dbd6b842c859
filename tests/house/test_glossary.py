"""docs/glossary.md names tables, columns, steps and figures that there are."""

import re

from tests.house.tree import ROOT

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
SQL = {path: path.read_text(encoding="utf-8") for path in (ROOT / "warehouse" / "sql").rglob("*.sql")}
TABLES = {
    path.stem: set(re.findall(r"(?:^    |, )(\w+) \w+(?: not null)?(?=,|$)", re.sub(r" +--.*", "", text), re.MULTILINE))
    for path, text in SQL.items()
    if path.parent.name == "tables"
}


def rows():
    """The cells of the glossary's rows: English, Chinese, place."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in GLOSSARY.splitlines() if line.startswith("| ")]
    return [row for row in cells if row[0] != "English"]


def test_every_row_has_both_languages_and_a_place():
    assert [row for row in rows() if len(row) != 3 or not all(row) or not re.search(r"[\u4e00-\u9fff]", row[1])] == []


def test_every_column_that_it_names_is_in_its_table():
    named = re.findall(r"`(\w+)\.(\w+)`", " ".join(row[2] for row in rows()))
    assert [f"{table}.{column}" for table, column in named if column not in TABLES.get(table, ())] == []
    assert len(named) > 20


def test_every_other_name_is_a_table_a_step_or_a_column_of_the_sql_or_a_right():
    words = {path.stem for path in SQL} | {word for text in SQL.values() for word in re.findall(r"\w+", text)}
    words |= set(re.findall(r"\w+", (ROOT / "pages" / "access" / "rights.toml").read_text(encoding="utf-8")))
    words |= set(re.findall(r"\w+", (ROOT / "warehouse" / "settings" / "settings.toml").read_text(encoding="utf-8")))
    named = re.findall(r"`(\w+)`", " ".join(row[2] for row in rows()))
    assert [name for name in named if name not in words and name != "_share"] == []
