"""`python -m locales.extract`: collects every `_("…")` of the code and merges it into the catalogues.

New messages come in with their own text in Chinese and empty in English; messages no longer in the code go out. No line
numbers and no times are written, so a catalogue changes only when its messages do.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from locales import DEFAULT, LANGUAGES, catalogue_path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("etl", "warehouse", "checks", "pages")
_HEADER_LINES = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Generated-By|Report-Msgid-Bugs-To|Language-Team):.*\n', re.M
)


def source_files(root: Path = ROOT) -> list[Path]:
    """The Python files whose messages people see, in a fixed order: the four packages and the files of the root."""
    inside = [path for folder in FOLDERS for path in (root / folder).rglob("*.py")]
    return sorted([*root.glob("*.py"), *inside])


def collect(root: Path = ROOT) -> dict[str, set[str]]:
    """Each message with the files that use it (paths from `root`)."""
    found: dict[str, set[str]] = {}
    for path in source_files(root):
        for _line, message, _comments, _context in extract_from_file("python", path, keywords={"_": None}):
            found.setdefault(str(message), set()).add(path.relative_to(root).as_posix())
    return found


def merged(name: str, messages: dict[str, set[str]], old: Catalog | None) -> Catalog:
    """The catalogue of language `name` for exactly these messages, keeping what `old` had translated."""
    catalogue = Catalog(locale=name, project="tongxing", version="1", header_comment="# Messages of the dashboard and its commands.")
    for message in sorted(messages):
        before = old.get(message) if old else None
        kept = str(before.string) if before and before.string and not before.fuzzy else ""
        places = [(file, 0) for file in sorted(messages[message])]
        flags = ["python-brace-format"] if re.search(r"\{\w+[^{}]*\}", message) else []
        catalogue.add(message, kept or (message if name == DEFAULT else ""), locations=places, flags=flags)
    catalogue.fuzzy = False
    return catalogue


def as_text(catalogue: Catalog) -> str:
    """The .po text without the header lines that would change at every run."""
    stream = io.BytesIO()
    write_po(stream, catalogue, width=0, include_lineno=False)
    return _HEADER_LINES.sub("", stream.getvalue().decode("utf-8"))


def read(path: Path, name: str) -> Catalog | None:
    """The catalogue at `path`, or None where there is none yet."""
    if not path.exists():
        return None
    with path.open("rb") as stream:
        return read_po(stream, locale=name, ignore_obsolete=True)


def main() -> None:
    """Merge into every catalogue and say how many messages still lack a translation."""
    messages = collect()
    for name in LANGUAGES:
        path = catalogue_path(name)
        catalogue = merged(name, messages, read(path, name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_text(catalogue), encoding="utf-8")
        empty = sum(1 for entry in catalogue if entry.id and not entry.string)
        print(f"{name}: {len(messages)} messages, {empty} without a translation")


if __name__ == "__main__":
    main()
