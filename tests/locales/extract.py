"""`python -m tests.locales.extract`: collects every `_("…")` and `N_("…")` of the code and merges it into the catalogues.

New messages come in with their own text in Chinese and empty in English; messages no longer in the code go out. No line
numbers and no times are written, so a catalogue changes only when its messages do.
"""

import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from locales import DEFAULT, LANGUAGES, catalogue_path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("etl", "warehouse", "checks", "pages")
_HEADER_LINES = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Generated-By|Report-Msgid-Bugs-To|Language-Team):.*\n', re.M
)


def source_files(root: Path = ROOT) -> list[Path]:
    """Return the Python files whose messages people see, in a fixed order: the four packages and the files of the root."""
    inside = [path for folder in FOLDERS for path in (root / folder).rglob("*.py")]
    return sorted([*root.glob("*.py"), *inside])


def template(root: Path = ROOT) -> Catalog:
    """Return each message of the code with the files that use it (paths from `root`)."""
    messages = Catalog(project="tongxing", version="1", header_comment="# Messages of the dashboard and its commands.", fuzzy=False)
    for path in source_files(root):
        for _line, message, _comments, _context in extract_from_file("python", path, keywords={"_": None, "N_": None}):
            messages.add(message, locations=[(path.relative_to(root).as_posix(), 0)])
    return messages


def read(path: Path, name: str) -> Catalog:
    """Return the catalogue at `path`, an empty one where there is none yet."""
    if not path.exists():
        return Catalog(locale=name)
    with path.open("rb") as stream:
        return read_po(stream, locale=name, ignore_obsolete=True)


def as_text(catalogue: Catalog) -> str:
    """Return the .po text without the header lines that would change at every run."""
    stream = io.BytesIO()
    write_po(stream, catalogue, width=0, include_lineno=False, sort_output=True, ignore_obsolete=True)
    return _HEADER_LINES.sub("", stream.getvalue().decode("utf-8"))


def main() -> None:
    """Merge into every catalogue and say how many messages still lack a translation."""
    messages = template()
    for name in LANGUAGES:
        path = catalogue_path(name)
        catalogue = read(path, name)
        catalogue.update(template(), no_fuzzy_matching=True)  # its messages are shared: one language's texts would fill the next
        for entry in catalogue:
            entry.string = entry.string or (entry.id if name == DEFAULT else "")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_text(catalogue), encoding="utf-8")
        empty = sum(1 for entry in catalogue if entry.id and not entry.string)
        print(f"{name}: {len(messages)} messages, {empty} without a translation")


if __name__ == "__main__":
    main()
