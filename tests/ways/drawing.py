"""The picture of a way: each file under the one that first calls it, with what it is for, as an SVG without any library."""

import ast
import html
import re

from tests.house.tree import ROOT
from tests.ways import Way

LINE, INDENT, LEFT, TOP, WIDTH = 22, 20, 16, 44, 1120
WORDS_AT = 520  # where the sentences begin
COLOURS = {"etl": "#1b7f5c", "warehouse": "#1f5fa8", "checks": "#9a6700", "pages": "#7a3e9d", "locales": "#6b7280"}
FONT = "ui-monospace, Menlo, Consolas, monospace"


def svg(title: str, way: Way) -> str:
    """The picture as text; every file stands in an attribute `data-file`, in the order in which it is first entered."""
    rows = tree(way)
    at = {file: number for number, (file, _depth) in enumerate(rows)}
    height = TOP + LINE * len(rows) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{html.escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="26" font-family="sans-serif" font-size="16" font-weight="bold">{html.escape(title)}</text>',
    ]
    callers = way.from_file
    for number, (file, depth) in enumerate(rows):
        x, y = LEFT + INDENT * depth, TOP + LINE * number
        if file in callers and depth:
            top = TOP + LINE * at[callers[file]] + LINE // 2 + 8
            parts.append(f'<path d="M{x - 12} {top}V{y + 11}H{x - 2}" fill="none" stroke="#9ca3af"/>')
        folder, _slash, name = file.rpartition("/")
        colour = COLOURS.get(file.split("/")[0], "#111827")
        parts.append(
            f'<text x="{x}" y="{y + 15}" font-family="{FONT}" font-size="12" fill="{colour}" data-file="{file}">'
            f'{folder}/<tspan font-weight="bold">{name}</tspan></text>'
        )
        words = html.escape(purpose(file))
        parts.append(f'<text x="{WORDS_AT}" y="{y + 15}" font-family="sans-serif" font-size="12" fill="#374151">{words}</text>')
    back = "; ".join(" ↔ ".join(group) for group in way.back_calls()) or "none"
    note = f"Recorded by python -m tests.ways. {len(rows)} files. Calls back up: {back}."
    parts.append(f'<text x="{LEFT}" y="{height - 10}" font-family="sans-serif" font-size="11" fill="#6b7280">{html.escape(note)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def tree(way: Way) -> list[tuple[str, int]]:
    """The files with their depth: each after the file that first calls it, in the order entered."""
    callers, placed = way.from_file, set()

    def below(caller: str | None, depth: int) -> list[tuple[str, int]]:
        rows = []
        for file in way.files:
            if callers.get(file) == caller and file not in placed:
                placed.add(file)
                rows += [(file, depth), *below(file, depth + 1)]
        return rows

    rows = below(None, 0)
    return rows + [(file, 0) for file in way.files if file not in placed]


def purpose(file: str) -> str:
    """The first sentence of a file's docstring, cut to what fits on the line."""
    text = ast.get_docstring(ast.parse((ROOT / file).read_text(encoding="utf-8"))) or ""
    sentence = re.split(r"(?<=[a-z)`])[.:;] |\n\n", text, maxsplit=1)[0].replace("\n", " ").rstrip(".")
    return sentence if len(sentence) <= 92 else sentence[:90].rsplit(" ", 1)[0] + " …"


def files_drawn(picture: str) -> list[str]:
    """The files that a picture shows, in its order."""
    return re.findall(r'data-file="([^"]+)"', picture)
