"""The manuals of the roles (docs/manuals): sections, each with the pages that it explains; the first of them are the quick card."""

import html
import re
from dataclasses import dataclass
from pathlib import Path

from locales import _
from pages.text import labels
from warehouse.storage.build_files import ROOT

ON_CARD, ASKING = 5, "ask"  # sections that are on the card: the first, and the one that says whom to ask
_SECTION = re.compile(r"((?:<a id=\"[\w-]+\"></a>)+)\n\n## (.+)\n")
_TO_OTHER = re.compile(r"\]\((\w+)\.md#([\w-]+)\)")


@dataclass(frozen=True)
class Section:
    """One task: the pages that it explains, and other names that links call it by, its title and text. Its first paragraph says how."""

    names: tuple[str, ...]
    title: str
    text: str

    @property
    def brief(self) -> str:
        """The first paragraph, as markup."""
        return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html.escape(self.text.partition("\n\n")[0]))


def folder(language: str) -> Path:
    """Return where the manuals of a language lie."""
    return ROOT / "docs" / "manuals" / ("en" if language == "en" else "")


def read(role: str, language: str) -> tuple[str, list[Section]]:
    """Return the introduction and the sections of a role's manual. A line is a paragraph; links to other manuals open these on the page."""
    text = (folder(language) / f"{role}.md").read_text(encoding="utf-8")
    text = _TO_OTHER.sub(rf"](manual?of=\1&page=\2&lang={language})", text)
    introduction, *parts = _SECTION.split(text)
    sections = [
        Section(tuple(re.findall(r'"([\w-]+)"', names)), title, body.strip())
        for names, title, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]
    return introduction.partition("\n")[2].strip(), sections


def card(role: str, language: str) -> str:
    """Return the quick card of a role as markup: its first tasks, whom to ask, and room for the address and telephones."""
    _introduction, sections = read(role, language)
    tasks = "".join(f"<li><b>{html.escape(each.title)}</b><p>{each.brief}</p></li>" for each in sections[:ON_CARD])
    asking = next(each for each in sections if ASKING in each.names)
    title, opening = _("同行 · {role}").format(role=labels.role_name(role)), _("您常做的五件事")
    blanks = "".join(f"<p>{html.escape(label)}<i></i></p>" for label in (_("网址："), _("保护中心电话："), _("管理员电话：")))
    return (
        f'<div class="quick-card"><h2>{html.escape(title)}</h2><p>{html.escape(opening)}</p><ol>{tasks}</ol>'
        f"<b>{html.escape(asking.title)}</b><p>{asking.brief}</p>{blanks}</div>"
    )
